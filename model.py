"""The vocabulary of Palimpsest: the frozen values that its parts hand to one another.

Nothing here reads a file, a clock or a database, and nothing here knows another module. Times are
UTC and aware; texts are NFC as far as their maker can see to it; sequences are tuples, so that a
value can be a key, cross a process and be compared with `==`.

A capture is not a version: a thousand captures (fetches) of an article may show three versions
(states that differ). Every version names the captures that witnessed it.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import types
import typing
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

# ------------------------------------------------------------------ finding


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


# ----------------------------------------------------------------- fetching


class Outcome(StrEnum):
    """What came of one fetch. Each is kept: a refusal is a record too."""

    OK = "ok"
    NOT_MODIFIED = "not-modified"
    REDIRECT = "redirect"
    GONE = "gone"  # 404, 410
    CLIENT_ERROR = "client-error"  # other 4xx
    SERVER_ERROR = "server-error"  # 5xx and 429
    FORBIDDEN = "forbidden"  # by robots.txt
    REFUSED = "refused"  # by our guards
    FAILED = "failed"  # DNS, connection, TLS, time-out, truncation


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One fetch of one URL at one instant; immutable from the moment of the fetch.

    Attributes:
        record_id: The WARC record's UUID, given here so that every export names the same record.
        url: The URL as requested.
        at: When the request was sent (UTC).
        outcome: What came of it, with `reason` in words where it is not OK.
        request_head: Request line and headers as sent, with the blank line, or b"".
        response_head: Status line and headers exactly as received (order, case and repeats kept),
            with the blank line, or b"" where no response was had.
        payload: The body as received, the transfer coding removed and any content coding left on;
            None where there was none to keep (304, failures).
        sha256: Digest of `payload` (or of the payload that a 304 vouches for), 32 bytes.
        status: The HTTP status code, or None.
        ip: The address that answered, or None.
        seconds: From sending the request to the last byte of the answer.
        location: The absolute target of a redirect, or None.
    """

    record_id: uuid.UUID
    url: str
    at: datetime
    outcome: Outcome
    reason: str = ""
    request_head: bytes = b""
    response_head: bytes = b""
    payload: bytes | None = None
    sha256: bytes | None = None
    status: int | None = None
    ip: str | None = None
    seconds: float = 0.0
    location: str | None = None

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The response's headers in order, repeats included, decoded as Latin-1 (RFC 9110, 5.5)."""
        return parse_headers(self.response_head)

    def header(self, name: str) -> str | None:
        """The first value of header `name` (any case), or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


def parse_headers(head: bytes) -> tuple[tuple[str, str], ...]:
    """Read the header lines of a message head (RFC 9112, 5), the first line passed over.

    Args:
        head: Start line and headers, lines ended by CRLF.

    Returns:
        (name, value) pairs in their order, repeats included. A line without a colon is skipped:
        the bytes of `head` stay the record, this is a reading of it.
    """
    pairs = []
    for line in head.split(b"\r\n")[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            pairs.append((name.decode("latin-1").strip(), value.decode("latin-1").strip()))
    return tuple(pairs)


# --------------------------------------------------------------- extraction


class PageClass(StrEnum):
    """What kind of page a payload is; only ARTICLE and LIVEBLOG ever become a version."""

    ARTICLE = "article"
    LIVEBLOG = "liveblog"
    GALLERY = "gallery"  # pictures or a player, no text
    FRONT = "front"  # a front page, section or tag page
    CONSENT = "consent"  # a consent wall
    BOT_CHECK = "bot-check"
    PAYWALL_STUB = "paywall-stub"  # nothing but the invitation to subscribe
    MISSING = "missing"  # says with status 200 that the page is not there: a soft 404
    ERROR = "error"  # another error served with status 200: something broke
    EMPTY = "empty"  # an application shell without text
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link inside a block: the text it stands on and its absolute address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A video that the page shows or names.

    `url` is one address per video, the watch page where the provider has one; `place` says where
    it stood: "hero" (head of the article), "body" (among the paragraphs), "related" (a labelled
    link or box), "meta" (only in the page's data). `label` is the page's own word before it
    («Vidéo associée»). `duration` is in seconds.
    """

    url: str
    title: str | None = None
    provider: str | None = None
    thumbnail: str | None = None
    duration: float | None = None
    place: str = "body"
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A sub-heading; `level` as in HTML, 1 to 6."""

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of running text."""

    kind: ClassVar[str] = "paragraph"
    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A block quotation, or an embedded post with its text."""

    kind: ClassVar[str] = "quote"
    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBlock:
    """A list; one entry per item."""

    kind: ClassVar[str] = "list"
    items: tuple[str, ...]
    ordered: bool = False
    links: tuple[Link, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of text; rows of cells."""

    kind: ClassVar[str] = "table"
    rows: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        return "\n".join(" | ".join(row) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image of the article, by reference."""

    kind: ClassVar[str] = "image"
    url: str
    alt: str = ""
    caption: str = ""

    @property
    def text(self) -> str:
        return self.caption


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoBlock:
    """A video at its place among the blocks; the same `Video` stands in `Extraction.videos`."""

    kind: ClassVar[str] = "video"
    video: Video

    @property
    def text(self) -> str:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The head of a live blog's entry: what follows, up to the next one, belongs to it."""

    kind: ClassVar[str] = "entry"
    text: str
    at: str | None = None  # ISO 8601, as `Extraction.published`
    ref: str | None = None  # the page's own id or anchor of the entry


Block = Heading | Paragraph | Quote | ListBlock | Table | Image | VideoBlock | Entry
BLOCKS: Mapping[str, type[Block]] = {
    cls.kind: cls for cls in (Heading, Paragraph, Quote, ListBlock, Table, Image, VideoBlock, Entry)
}
SHOWN = (Image, VideoBlock)  # what is looked at; the others are running text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the page says of its use: paywall, robots directives, text-and-data-mining reservation.

    Sources: schema.org `isAccessibleForFree`; robots meta and `X-Robots-Tag`; TDMRep (W3C
    Community Group report: `tdm-reservation`, `tdm-policy`). None means the page is silent.
    """

    free: bool | None = None
    robots: tuple[str, ...] = ()
    tdm_reservation: bool | None = None
    tdm_policy: str | None = None
    license: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What was read out of one payload.

    `published` and `modified` are ISO 8601: with time and offset where the page gives them, else
    a bare date, never a guess at midnight. `authors` are names, `section` and `tags` as the page
    words them, `language` a BCP 47 tag. `videos` lists every video once, in the order of the
    page. `provenance` says for each field which way it was found ("json-ld", "meta", "byline"…).
    `confidence` is from 0 to 1. `software` names what read it, so that it can be read again.
    """

    url: str
    page_class: PageClass = PageClass.ARTICLE
    canonical_url: str | None = None
    title: str = ""
    standfirst: str = ""
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    blocks: tuple[Block, ...] = ()
    videos: tuple[Video, ...] = ()
    rights: Rights = field(default_factory=Rights)
    provenance: tuple[tuple[str, str], ...] = ()
    confidence: float = 1.0
    software: str = ""

    @property
    def text(self) -> str:
        """The running text: headings, paragraphs, quotes, lists and tables, a blank line between."""
        parts = (b.text for b in self.blocks if not isinstance(b, SHOWN))
        return "\n\n".join(part for part in parts if part)

    @property
    def headings(self) -> tuple[Heading, ...]:
        return tuple(b for b in self.blocks if isinstance(b, Heading))

    def to_json(self) -> str:
        """The canonical JSON of this value: sorted keys, no spaces, defaults left out."""
        return json.dumps(self.to_plain(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def to_plain(self) -> dict[str, Any]:
        """The value that `to_json` writes: dicts, lists, texts and numbers, defaults left out."""
        plain: dict[str, Any] = _plain(self)
        return plain

    @classmethod
    def from_json(cls, text: str | bytes) -> Extraction:
        """Read `to_json` back; unknown keys (of a later version) are passed over."""
        revive = _reviver(typing.cast(Any, cls))
        assert revive is not None  # it has fields
        value = revive(json.loads(text))
        assert isinstance(value, cls)
        return value


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    if kind is tuple:
        return [_plain(v) for v in value]
    if (named := _defaults(kind)) is None:
        return value
    out: dict[str, Any] = {"kind": value.kind} if kind in BLOCKS.values() else {}
    for name, default in named:
        here = getattr(value, name)
        if here != default:
            out[name] = _plain(here)
    return out


@functools.cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...] | None:
    """The fields of a dataclass with their defaults; None for what is none."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple(
        (f.name, f.default_factory() if f.default_factory is not dataclasses.MISSING else f.default)
        for f in dataclasses.fields(kind)
    )


@functools.cache
def _reviver(hint: Any) -> Callable[[Any], Any] | None:
    """What makes a value of this type out of its JSON; None where it is that already."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint == Block:
        return _revive_block
    if origin in (typing.Union, types.UnionType):
        some = _reviver(next(a for a in args if a is not type(None)))
        return None if some is None else lambda value: None if value is None else some(value)
    if origin is tuple:
        each = _reviver(args[0])  # every tuple of the vocabulary is of one type
        return tuple if each is None else lambda value: tuple(map(each, value))
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        parts = {f.name: _reviver(hints[f.name]) for f in dataclasses.fields(hint)}

        def make(value: dict[str, Any]) -> Any:
            known = {k: v if (part := parts[k]) is None else part(v) for k, v in value.items() if k in parts}
            return hint(**known)  # type: ignore[operator]

        return make
    return hint if isinstance(hint, type) and issubclass(hint, StrEnum) else None


def _revive_block(value: dict[str, Any]) -> Any:
    revive = _reviver(typing.cast(Any, BLOCKS[value["kind"]]))
    assert revive is not None  # a block has fields
    return revive(value)


# ------------------------------------------------------------------ keeping


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


class RunState(StrEnum):
    """How a run stands. A run that was killed stays RUNNING until the next one finds it."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # by Ctrl-C or SIGTERM, everything in hand finished
    FAILED = "failed"
    KILLED = "killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a crawl over a source, with its counts and its errors."""

    id: int
    source_id: int | None
    why: str
    state: RunState
    started_at: datetime
    ended_at: datetime | None = None
    counts: tuple[tuple[str, int], ...] = ()
    errors: tuple[str, ...] = ()


# --------------------------------------------------------------- scheduling


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a source is crawled: every so often, or by a cron line; one of the two is given.

    Attributes:
        source_id: Whose it is; a source has one schedule at the most.
        every: The span between two runs, counted from `set_at` in elapsed time.
        cron: Five fields as crontab(5) has them, in the wall clock of `zone`.
        jitter: By how much at the most a run is put off, so that sources do not start together.
        zone: IANA name of the time zone in which `cron` is read.
        set_at: When it was set.
        paused: No run is due while it is.
        next_at: When it is due; in the past while a run is owed or in hand.
        asked_at: When somebody asked for a run at once, until that run has ended.
        failures: Runs in a row that came to nothing.
        lag: How late the last run began.
    """

    source_id: int
    every: timedelta | None = None
    cron: str | None = None
    jitter: timedelta = timedelta(0)
    zone: str = "UTC"
    set_at: datetime
    paused: bool = False
    next_at: datetime
    asked_at: datetime | None = None
    failures: int = 0
    lag: timedelta | None = None


class HealthState(StrEnum):
    """How a source fares; all but OK and PAUSED want somebody's attention."""

    OK = "ok"
    LATE = "late"  # its runs do not come, or take longer than they may
    FAILING = "failing"  # runs come to nothing: a dead feed, no answer
    BLOCKED = "blocked"  # robots.txt, a bot check, a consent wall, 401, 403
    EMPTY = "empty"  # runs go well and bring little: a redesign, a fall in new articles
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthEvent:
    """Something an operator should hear of: a source's state turned, or its runs were missed.

    `kind` is "state" or "missed"; `since` is when it began, which lies before `at`, when it was seen.
    """

    id: int
    source_id: int
    kind: str
    state: HealthState
    at: datetime
    since: datetime
    reason: str


# ----------------------------------------------------------------- changing


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


def sha256(data: bytes) -> bytes:
    """The SHA-256 digest of `data`, 32 bytes: the name under which bytes are kept."""
    return hashlib.sha256(data).digest()
