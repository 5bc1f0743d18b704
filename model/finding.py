"""How articles are found: sources, the documents that announce them, leads and what is done about one.

Nothing here says what was fetched; that is a capture.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WayKind(StrEnum):
    """How pages of a source are found; each has its spider of the same name."""

    FEED = "feed"
    SITEMAP = "sitemap"
    FRONTPAGE = "frontpage"
    LIST = "list"
    MSN = "msn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One document at which articles of a source are announced, and what the last look at it gave."""

    kind: WayKind
    url: str
    etag: str | None = None
    last_modified: str | None = None
    payload_sha256: bytes | None = None
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A news outlet as an archivist registers it.

    `slug` is the short name typed on the command line; `delay` is the least number of seconds
    between two requests to its host (None: the archive's default); `browser` says that its pages
    need one. `id` is 0 until the archive has given it one.
    """

    slug: str
    name: str
    home: str
    ways: tuple[Way, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    delay: float | None = None
    paused: bool = False
    added_at: datetime | None = None
    id: int = 0


class Finder(StrEnum):
    """Where a lead came from."""

    FEED = "feed"
    SITEMAP = "sitemap"
    FRONTPAGE = "frontpage"
    LIST = "list"
    REVISIT = "revisit"
    REDIRECT = "redirect"
    WARC = "warc"
    MSN = "msn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A URL at which an article may be, with what its finder already knows.

    `url` is what will be fetched; `key` its identity (`crawler.urls.identity`), under which the
    archive recognises it; `found_at` the document that named it. A lead is never proof that
    something is there.
    """

    url: str
    key: str
    finder: Finder
    found_at: str = ""
    title: str | None = None
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A lead that is due, with what the archive knows of it: the work order of one fetch.

    `etag`, `last_modified` and `payload_sha256` are those of the last capture that had a payload;
    they make the request conditional and tell an unchanged answer. `attempts` counts the failures
    since the last success. `lead_id` is 0 for an errand that stands in no table (`archive URL`).
    """

    lead: Lead
    source_id: int | None
    lead_id: int = 0
    article_id: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    payload_sha256: bytes | None = None
    attempts: int = 0
