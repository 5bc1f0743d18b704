"""What the store hands out beyond the vocabulary of `model`: values shaped by how things are kept.

Frozen like everything in `model`; a change is made by a method of `Transaction`, never on these.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final
from uuid import UUID

from ..model import Article, ArticleState, Capture, Errand, Version
from .alert_rows import Change

Cursor = tuple[int, int]  # where a page ended; opaque to callers


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """An article as a write sees it: all that deciding on one capture needs, in one read.

    Attributes:
        captures, versions: How many there are.
        captured_at: When it was last captured, whatever came of it.
        version_id, fingerprint: Its latest version, or None.
        payload_sha256: Digest of the last payload that came out well.
        attempts: Failures since the last success.
    """

    id: int
    source_id: int | None
    url: str
    key: str
    state: ArticleState
    title: str
    first_seen: datetime
    last_seen: datetime
    captured_at: datetime | None
    next_visit: datetime | None
    edits: int
    edited_at: datetime | None
    histories: str | None
    captures: int
    versions: int
    attempts: int
    version_id: int | None
    fingerprint: bytes | None
    payload_sha256: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCapture:
    """A capture with its place in the archive.

    `capture.payload` is None: `Archive.payload(capture.sha256)` reads the bytes when they are wanted.
    `has_payload` tells a response that had a body of its own from one that vouches for an earlier one
    (304, a WARC revisit): the latter has a digest and no body. A redacted capture has lost its heads and,
    unless others brought the same bytes, its payload.
    """

    id: int
    capture: Capture
    has_payload: bool
    payload_size: int | None
    article_id: int | None
    version_id: int | None
    source_id: int | None
    lead_id: int | None
    run_id: int | None
    redacted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRecord:
    """A version with all that is said of it outside: its article, its source, its first witness.

    Attributes:
        version, article: Themselves; asked for as of a moment, the version's span ends by then.
        source: The slug of the article's source, or None.
        record_id: The WARC record of the capture that first showed it; `captured_at` and `captured_url`
            are that capture's.
        payload_sha256: Digest of that capture's body, or None.
        change: What made it, where a version came before and the log knows.
    """

    version: Version
    article: Article
    source: str | None
    record_id: UUID
    captured_at: datetime
    captured_url: str
    payload_sha256: bytes | None
    change: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A version without its text: when it stood, under which headline."""

    id: int
    public_id: str
    number: int
    first_seen: datetime
    last_seen: datetime
    captures: int
    title: str
    redacted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Memento:
    """A capture that witnessed a version, and when it was made."""

    at: datetime
    capture_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The captures that witnessed an article's versions, as they lie around one second.

    `here` was made within that second, `before` and `after` are the nearest on either side of it.
    """

    first: Memento
    before: Memento | None
    here: Memento | None
    after: Memento | None
    last: Memento


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRecord:
    """A change with what is needed to show it and to link it.

    Attributes:
        change: Itself.
        url: The article's address.
        source, outlet: The slug and the name of the article's source, or None.
        old_name, new_name: The lasting names of the versions before and after, or None.
        old_number, new_number: Which versions of the article they are, or None.
    """

    change: Change
    url: str
    source: str | None
    outlet: str | None
    old_name: str | None
    new_name: str | None
    old_number: int | None
    new_number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenVersions:
    """Versions that were asked for, as their ids in order (8 bytes each).

    `count` is how many there have to be, counted by another way than the one that found them.
    """

    ids: array[int]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadCounts:
    """What became of the leads of one call: new ones, known ones now due, and those with nothing to do."""

    new: int = 0
    due: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some errands, and where the next page begins (None: this was the last)."""

    errands: tuple[Errand, ...]
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits to an article that showed it, but the first.

    Attributes:
        source_id: Whose it is.
        looks: Seconds since it was first seen, and whether it had another text than at the visit before.
    """

    source_id: int | None
    looks: tuple[tuple[float, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The archive in figures; bytes as unpacked (`payload_bytes`) and as stored (`stored_bytes`)."""

    sources: int
    articles: int
    gone: int
    edited: int
    versions: int
    captures: int
    payloads: int
    payload_bytes: int
    stored_bytes: int
    database_bytes: int
    pending: int
    first_capture: datetime | None
    last_capture: datetime | None


class Keep(Enum):
    """Says that a field stays as it is, where None is a value of its own."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
