"""The values of the API as it describes them; what a version has is what an export says of one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from ...changes import Comparison, Verdict
from ...exports.rows import FIELDS, Kind, keepable
from ...model import Article, ArticleState, ChangeKind, HealthState, Outcome, Run, RunState, Source, WayKind
from ...storage import ChangeRecord, Hit, Span, StoredCapture, Watch

Id = Annotated[int, Path(ge=1, lt=2**62)]
Name = Annotated[str, Path(min_length=1, max_length=40, description="The lasting name of a version.")]
Slug = Annotated[str, Path(min_length=1, max_length=100, description="The short name of a source.")]
Text = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")]


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class WayShape(_Shape):
    kind: WayKind
    url: str


class SourceShape(_Shape):
    slug: str
    name: str
    home: str
    ways: list[WayShape]
    tags: list[str]
    language: str | None
    delay: float | None
    paused: bool
    added_at: datetime | None

    @classmethod
    def of(cls, source: Source) -> SourceShape:
        return cls.model_validate(source)


class ArticleShape(_Shape):
    id: int
    source: str | None
    url: str
    aliases: list[str]
    title: str
    state: ArticleState
    published: str | None
    first_seen: datetime
    last_seen: datetime
    versions: int
    captures: int
    next_visit: datetime | None

    @classmethod
    def of(cls, article: Article, slugs: dict[int, str]) -> ArticleShape:
        fields = {name: getattr(article, name) for name in cls.model_fields if name != "source"}
        return cls(**fields, source=slugs.get(article.source_id or 0))


class SpanShape(_Shape):
    """A version without its text."""

    public_id: str
    number: int
    first_seen: datetime
    last_seen: datetime
    captures: int
    title: str
    redacted: bool

    @classmethod
    def of(cls, span: Span) -> SpanShape:
        return cls.model_validate(span)


_TYPES: Final[dict[Kind, Any]] = {
    Kind.TEXT: str | None,
    Kind.TEXTS: list[str],
    Kind.TIME: datetime | None,
    Kind.INTEGER: int | None,
    Kind.REAL: float | None,
    Kind.JSON: list[Any] | dict[str, Any],
}
_FIELDS: Final[dict[str, Any]] = {name: (_TYPES[kind], ...) for name, kind in FIELDS.items()}
VersionShape: Final = create_model("VersionShape", __doc__="A version, as an export has it.", **_FIELDS)


class CaptureShape(_Shape):
    id: int
    record_id: str
    article_id: int | None
    version: str | None
    source: str | None
    run_id: int | None
    url: str
    at: datetime
    outcome: Outcome
    status: int | None
    reason: str
    location: str | None
    ip: str | None
    seconds: float
    payload_sha256: str | None
    has_payload: bool
    payload_size: int | None
    redacted: bool

    @classmethod
    def of(cls, stored: StoredCapture, slugs: dict[int, str], names: dict[int, str]) -> CaptureShape:
        capture = stored.capture
        return cls(
            id=stored.id,
            record_id=str(capture.record_id),
            article_id=stored.article_id,
            version=names.get(stored.version_id or 0),
            source=slugs.get(stored.source_id or 0),
            run_id=stored.run_id,
            url=capture.url,
            at=capture.at,
            outcome=capture.outcome,
            status=capture.status,
            reason=capture.reason,
            location=capture.location,
            ip=capture.ip,
            seconds=capture.seconds,
            payload_sha256=capture.sha256.hex() if capture.sha256 else None,
            has_payload=stored.has_payload,
            payload_size=stored.payload_size,
            redacted=stored.redacted,
        )


class ChangeShape(_Shape):
    id: int
    article_id: int
    url: str
    source: str | None
    at: datetime
    kinds: list[ChangeKind]
    weight: float
    verdict: Verdict
    reasons: list[str]
    title_before: str
    title_after: str
    old: str | None
    new: str | None
    old_number: int | None
    new_number: int | None

    @classmethod
    def of(cls, one: ChangeRecord) -> ChangeShape:
        change = one.change
        return cls(
            id=change.id,
            article_id=change.article_id,
            url=one.url,
            source=one.source,
            at=change.at,
            kinds=list(change.kinds),
            weight=change.weight,
            verdict=change.verdict,
            reasons=list(change.reasons),
            title_before=change.title_before,
            title_after=change.title_after,
            old=one.old_name,
            new=one.new_name,
            old_number=one.old_number,
            new_number=one.new_number,
        )


class WordsShape(_Shape):
    text: str
    marked: bool


class HitShape(_Shape):
    public_id: str
    article_id: int
    number: int
    url: str
    title: str
    source: str | None
    first_seen: datetime
    last_seen: datetime
    published: str | None
    language: str | None
    snippet: list[WordsShape]

    @classmethod
    def of(cls, hit: Hit) -> HitShape:
        fields = {name: getattr(hit, name) for name in cls.model_fields if name != "snippet"}
        snippet = [WordsShape(text=keepable(text), marked=marked) for text, marked in hit.snippet]
        return cls(**fields, snippet=snippet)


class HitsShape(_Shape):
    """A page of hits; `count` is exact or an estimate, or null after the first page.

    `ranked_within` says, of hits by relevance, among how many of the newest they were ranked; null: all.
    """

    items: list[HitShape]
    next: str | None
    count: int | None
    exact: bool | None
    ranked_within: int | None


class CountShape(_Shape):
    value: str
    count: int


class SurveyShape(_Shape):
    """What a query finds, counted; of very many hits only the newest `counted` (then `exact` is false)."""

    sources: list[CountShape]
    languages: list[CountShape]
    days: list[CountShape]
    counted: int
    exact: bool


class RunOfWordsShape(_Shape):
    mark: Annotated[str, Field(description="`=` same, `~` dressed otherwise, `-` removed, `+` added")]
    old: str
    new: str


class EditShape(_Shape):
    part: str
    op: str
    runs: list[RunOfWordsShape]
    old_at: list[int]
    new_at: list[int]


class DiffShape(_Shape):
    """What differs between two versions, down to words; both can be read back from `edits`."""

    old: str
    new: str
    verdict: Verdict
    kinds: list[ChangeKind]
    weight: float
    reasons: list[str]
    edits: list[EditShape]

    @classmethod
    def of(cls, old: str, new: str, found: Comparison) -> DiffShape:
        edits = [
            EditShape(
                part=edit.part.value,
                op=edit.op.value,
                runs=[
                    RunOfWordsShape(mark=run.mark.value, old=keepable(run.old), new=keepable(run.new))
                    for run in edit.runs
                ],
                old_at=list(edit.old_at),
                new_at=list(edit.new_at),
            )
            for edit in found.edits
        ]
        return cls(
            old=old,
            new=new,
            verdict=found.verdict,
            kinds=list(found.kinds),
            weight=found.weight,
            reasons=[keepable(reason) for reason in found.reasons],
            edits=edits,
        )


class RunShape(_Shape):
    id: int
    source: str | None
    why: str
    state: RunState
    started_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]
    errors: list[str]

    @classmethod
    def of(cls, run: Run, slugs: dict[int, str]) -> RunShape:
        return cls(
            id=run.id,
            source=slugs.get(run.source_id or 0),
            why=run.why,
            state=run.state,
            started_at=run.started_at,
            ended_at=run.ended_at,
            counts=dict(run.counts),
            errors=list(run.errors),
        )


class HealthShape(_Shape):
    source: str
    state: HealthState
    reason: str
    since: datetime


class HeadShape(_Shape):
    """A signed head of the ledger; hexadecimal."""

    size: int
    root: str
    at: datetime
    key: str
    signature: str


class WatchShape(_Shape):
    """A watch; addresses are shown without what lets one write to them."""

    id: int
    url: str | None
    source: str | None
    section: str | None
    query: str | None
    kinds: list[ChangeKind]
    min_weight: float
    only_added: bool
    persist: int
    quiet: str | None
    zone: str | None
    rate: int | None
    channels: list[str]
    added_at: datetime | None
    muted_until: datetime | None

    @classmethod
    def of(cls, watch: Watch, addresses: list[str]) -> WatchShape:
        fields = {
            name: getattr(watch, name) for name in cls.model_fields if name not in ("channels", "kinds")
        }
        return cls(**fields, kinds=list(watch.kinds), channels=addresses)
