"""What a search gives: hits, a page of them, and a survey of all; frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Versions(StrEnum):
    """Which versions of an article a search looks at."""

    LATEST = "latest"  # as things stand, or stood at a moment
    ALL = "all"


class Order(StrEnum):
    """In which order hits come."""

    NEWEST = "newest"  # archived last first
    OLDEST = "oldest"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One version that a query found.

    `snippet` is a piece of its text in parts; those marked true are words that were looked for.
    """

    version_id: int
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
    snippet: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How many versions a query finds: exactly, or estimated from the newest of them."""

    count: int
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Some hits, and where the next page begins (None: this was the last).

    `ranked_within` says, of hits by relevance, among how many of the newest they were ranked; None: all.
    """

    hits: tuple[Hit, ...]
    after: str | None
    found: Found | None
    ranked_within: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a query finds, counted by source, language and time.

    `days` are days of publication (`2026-10-15`), or of the first sight where a page gives none, in
    their order. Of very many hits only the newest `counted` were looked at; then `exact` is false.
    """

    sources: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    days: tuple[tuple[str, int], ...]
    counted: int
    exact: bool
