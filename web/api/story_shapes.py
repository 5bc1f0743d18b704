"""Sources, articles, versions and captures as the API describes them; a version is as an export has it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pydantic import create_model

from ...exports.rows import FIELDS, Kind
from ...model import Article, ArticleState, Outcome, Source, WayKind
from ...storage import Span, StoredCapture
from .shapes import Shape


class WayShape(Shape):
    kind: WayKind
    url: str


class SourceShape(Shape):
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


class ArticleShape(Shape):
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


class SpanShape(Shape):
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


class CaptureShape(Shape):
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
