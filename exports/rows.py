"""What an export says of one version: a flat row of named values, the same in every format.

`FIELDS` is the list, in order, with the kind of each; docs/take-away.md says what they mean. Fields are
added, never renamed or taken away. Texts lose what UTF-8 and databases cannot hold (NUL, lone surrogates
become U+FFFD); the exact bytes are what a WARC is for. Times are UTC.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from ..storage import VersionRecord
from ..storage.values import clean

Row = dict[str, Any]


class Kind(Enum):
    """What sort of value a field has; any but TEXT_LIST and JSON may be None."""

    TEXT = "text"
    TEXTS = "texts"  # a list of texts
    TIME = "time"  # datetime, UTC
    INTEGER = "integer"
    REAL = "real"
    JSON = "json"  # lists and objects, as JSON has them


FIELDS: Final[dict[str, Kind]] = {
    "public_id": Kind.TEXT,
    "article_id": Kind.INTEGER,
    "number": Kind.INTEGER,
    "url": Kind.TEXT,
    "canonical_url": Kind.TEXT,
    "captured_url": Kind.TEXT,
    "permalink": Kind.TEXT,
    "source": Kind.TEXT,
    "state": Kind.TEXT,
    "page_class": Kind.TEXT,
    "title": Kind.TEXT,
    "standfirst": Kind.TEXT,
    "authors": Kind.TEXTS,
    "published": Kind.TEXT,
    "modified": Kind.TEXT,
    "language": Kind.TEXT,
    "section": Kind.TEXT,
    "tags": Kind.TEXTS,
    "image": Kind.TEXT,
    "text": Kind.TEXT,
    "blocks": Kind.JSON,
    "videos": Kind.JSON,
    "rights": Kind.JSON,
    "first_seen": Kind.TIME,
    "last_seen": Kind.TIME,
    "captures": Kind.INTEGER,
    "captured_at": Kind.TIME,
    "payload_sha256": Kind.TEXT,
    "warc_record_id": Kind.TEXT,
    "change_kinds": Kind.TEXTS,
    "change_weight": Kind.REAL,
    "change_verdict": Kind.TEXT,
    "provenance": Kind.JSON,
    "confidence": Kind.REAL,
    "software": Kind.TEXT,
}


def row(record: VersionRecord, *, base_url: str = "") -> Row:
    """All fields of one version, in the order of `FIELDS`.

    Args:
        record: The version with its article and witness.
        base_url: Where the archive's pages are reached; without it there is no permanent link.
    """
    version, page, change = record.version, record.version.extraction, record.change
    said = page.to_plain()
    values: Row = {
        "public_id": version.public_id,
        "article_id": version.article_id,
        "number": version.number,
        "url": record.article.url,
        "canonical_url": page.canonical_url,
        "captured_url": record.captured_url,
        "permalink": permalink(base_url, version.public_id),
        "source": record.source,
        "state": record.article.state.value,
        "page_class": page.page_class.value,
        "title": page.title,
        "standfirst": page.standfirst,
        "authors": list(page.authors),
        "published": page.published,
        "modified": page.modified,
        "language": page.language,
        "section": page.section,
        "tags": list(page.tags),
        "image": page.image,
        "text": page.text,
        "blocks": said.get("blocks", []),
        "videos": said.get("videos", []),
        "rights": said.get("rights", {}),
        "first_seen": version.first_seen,
        "last_seen": version.last_seen,
        "captures": version.captures,
        "captured_at": record.captured_at,
        "payload_sha256": record.payload_sha256.hex() if record.payload_sha256 else None,
        "warc_record_id": str(record.record_id),
        "change_kinds": [kind.value for kind in change.kinds] if change else [],
        "change_weight": change.weight if change else None,
        "change_verdict": change.verdict.value if change else None,
        "provenance": {keepable(name): way for name, way in page.provenance},
        "confidence": page.confidence,
        "software": page.software,
    }
    return {name: keepable(value) for name, value in values.items()}


def permalink(base_url: str, public_id: str) -> str | None:
    """The lasting address of a version in the reading room; None where the archive has no address."""
    return f"{base_url.rstrip('/')}/version/{public_id}" if base_url else None


def keepable(value: Any) -> Any:
    """A value in whose texts nothing stands that UTF-8 or a database refuses."""
    kind = type(value)
    if kind is str:
        return clean(value)
    if kind is list:
        return [keepable(one) for one in value]
    if kind is dict:
        return {name: keepable(one) for name, one in value.items()}
    return value
