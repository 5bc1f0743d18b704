"""Changes, differences, hits and surveys as the API describes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from ...changes import Comparison, Verdict
from ...exports.rows import keepable
from ...model import ChangeKind
from ...storage import ChangeRecord, Hit
from .shapes import Shape


class ChangeShape(Shape):
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


class WordsShape(Shape):
    text: str
    marked: bool


class HitShape(Shape):
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


class HitsShape(Shape):
    """A page of hits; `count` is exact or an estimate, or null after the first page.

    `ranked_within` says, of hits by relevance, among how many of the newest they were ranked; null: all.
    """

    items: list[HitShape]
    next: str | None
    count: int | None
    exact: bool | None
    ranked_within: int | None


class CountShape(Shape):
    value: str
    count: int


class SurveyShape(Shape):
    """What a query finds, counted; of very many hits only the newest `counted` (then `exact` is false)."""

    sources: list[CountShape]
    languages: list[CountShape]
    days: list[CountShape]
    counted: int
    exact: bool


class RunOfWordsShape(Shape):
    mark: Annotated[str, Field(description="`=` same, `~` dressed otherwise, `-` removed, `+` added")]
    old: str
    new: str


class EditShape(Shape):
    part: str
    op: str
    runs: list[RunOfWordsShape]
    old_at: list[int]
    new_at: list[int]


class DiffShape(Shape):
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
