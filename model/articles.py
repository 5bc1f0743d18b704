"""What is kept of a story: the article, its versions, and the kinds of change between them.

A capture is not a version: a thousand captures (fetches) of an article may show three versions (states that
differ). Every version names the captures that witnessed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .extraction import Extraction


class ArticleState(StrEnum):
    """Whether the story still stands where it was."""

    LIVE = "live"
    MISSING = "missing"  # one look found it gone; a second look decides
    GONE = "gone"
    ELSEWHERE = "elsewhere"  # its address leads to another article now; not looked at again
    REDACTED = "redacted"  # taken out of the archive; not looked at again


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The lasting identity of a story at an outlet; its texts are in its versions."""

    id: int
    source_id: int | None
    url: str
    aliases: tuple[str, ...]
    title: str
    state: ArticleState
    first_seen: datetime
    last_seen: datetime
    published: str | None
    versions: int
    captures: int
    next_visit: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One distinct state of an article, with the span over which it was seen.

    `number` counts from 1 within the article; `public_id` is the lasting name of the version in
    links and citations; `captures` is how many fetches witnessed it. Of a redacted version the
    extraction is empty.
    """

    id: int
    public_id: str
    article_id: int
    number: int
    first_seen: datetime
    last_seen: datetime
    captures: int
    capture_id: int
    extraction: Extraction
    redacted: bool = False


class ChangeKind(StrEnum):
    """What differs between two neighbouring versions."""

    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    ADDED = "added"
    REMOVED = "removed"
    REWRITTEN = "rewritten"
    MOVED = "moved"
    NUMBER = "number"
    QUOTATION = "quotation"
    NEGATION = "negation"
    NAME = "name"
    ATTRIBUTION = "attribution"
    BYLINE = "byline"
    CORRECTION = "correction"
    TYPO = "typo"
    CASE = "case"
    DATE = "date"
    IMAGE = "image"
    CAPTION = "caption"
    VIDEO_ADDED = "video-added"
    VIDEO_REMOVED = "video-removed"
    LINK = "link"
    PAYWALL = "paywall"
    LIVE_ENTRY = "live-entry"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    URL = "url"
    COSMETIC = "cosmetic"
