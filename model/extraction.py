"""What was read out of one payload: an article's fields and its blocks.

Its canonical form is JSON (see `canonical`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .blocks import SHOWN, Block, Heading, Video
from .canonical import plain, revived


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
        made: dict[str, Any] = plain(self)
        return made

    @classmethod
    def from_json(cls, text: str | bytes) -> Extraction:
        """Read `to_json` back; unknown keys (of a later version) are passed over."""
        return revived(cls, json.loads(text))
