"""What an editor does to a story: the operators of the script, and how each changes the copy.

Each operator has the verdict that a good watcher of edits must come to (alert, label only, nothing,
an event of state), so that a test can hold what the archive found against the truth. It is not a
comparison: nothing here looks at two texts to see what happened.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ..model import ChangeKind


class Verdict(StrEnum):
    """What an edit must come to."""

    ALERT = "alert"  # a watcher hears of it
    LABEL = "label"  # a version, labelled; an alert only if asked for
    NOTHING = "nothing"  # no version, no alert
    STATE = "state"  # an event of the article's state: degraded, removed, moved


class Standing(StrEnum):
    """How an outlet answers for a story's address."""

    LIVE = "live"
    PAYWALLED = "paywalled"  # the first paragraphs and an invitation to subscribe
    GONE = "gone"  # 410
    MISSING = "missing"  # 404
    SOFT_404 = "soft-404"  # "not found" with status 200
    FRONT = "front"  # redirected to the front page
    CONSENT = "consent"  # a consent wall in its place
    UNAVAILABLE = "unavailable"  # 503


@dataclass(frozen=True, slots=True)
class Operator:
    """A kind of edit: its verdict, what a comparison should name it, and whether the outlet dates it."""

    verdict: Verdict
    changes: tuple[ChangeKind, ...] = ()
    dated: bool = False


_K = ChangeKind
OPERATORS: Final[Mapping[str, Operator]] = {
    "headline": Operator(Verdict.ALERT, (_K.HEADLINE,)),
    "number": Operator(Verdict.ALERT, (_K.NUMBER,), dated=True),
    "decimal": Operator(Verdict.ALERT, (_K.NUMBER,)),
    "negation": Operator(Verdict.ALERT, (_K.NEGATION,)),
    "quotation": Operator(Verdict.ALERT, (_K.QUOTATION,), dated=True),
    "scare-quotes": Operator(Verdict.ALERT, (_K.QUOTATION,)),
    "name": Operator(Verdict.ALERT, (_K.NAME,)),
    "attribution": Operator(Verdict.ALERT, (_K.ATTRIBUTION,)),
    "correction": Operator(Verdict.ALERT, (_K.CORRECTION,), dated=True),
    "paragraph-added": Operator(Verdict.ALERT, (_K.ADDED,), dated=True),
    "paragraph-removed": Operator(Verdict.ALERT, (_K.REMOVED,)),
    "link-removed": Operator(Verdict.ALERT, (_K.LINK,)),
    "video-removed": Operator(Verdict.ALERT, (_K.VIDEO_REMOVED,)),
    "reverted": Operator(Verdict.ALERT),
    "restored": Operator(Verdict.ALERT, (_K.RESTORED,)),
    "paragraph-moved": Operator(Verdict.LABEL, (_K.MOVED,), dated=True),
    "typo": Operator(Verdict.LABEL, (_K.TYPO,)),
    "byline": Operator(Verdict.LABEL, (_K.BYLINE,)),
    "image": Operator(Verdict.LABEL, (_K.IMAGE,)),
    "caption": Operator(Verdict.LABEL, (_K.CAPTION,)),
    "case": Operator(Verdict.LABEL, (_K.CASE,)),
    "standfirst": Operator(Verdict.LABEL, (_K.STANDFIRST,), dated=True),
    "live-entry": Operator(Verdict.LABEL, (_K.LIVE_ENTRY,), dated=True),
    "ab-headline": Operator(Verdict.LABEL, (_K.HEADLINE,)),
    "touched": Operator(Verdict.NOTHING, (_K.DATE,), dated=True),
    "quotes": Operator(Verdict.NOTHING, (_K.COSMETIC,)),
    "spacing": Operator(Verdict.NOTHING, (_K.COSMETIC,)),
    "normal-form": Operator(Verdict.NOTHING, (_K.COSMETIC,)),
    "soft-hyphens": Operator(Verdict.NOTHING, (_K.COSMETIC,)),
    "redesign": Operator(Verdict.NOTHING),
    "noise": Operator(Verdict.NOTHING),
    "paywall": Operator(Verdict.STATE, (_K.PAYWALL,)),
    "consent": Operator(Verdict.STATE),
    "unavailable": Operator(Verdict.STATE),
    "withdrawn": Operator(Verdict.STATE, (_K.WITHDRAWN,)),
    "soft-404": Operator(Verdict.STATE, (_K.WITHDRAWN,)),
    "to-front": Operator(Verdict.STATE, (_K.WITHDRAWN,)),
    "moved": Operator(Verdict.STATE, (_K.URL,)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The text of a story as it stands at one step.

    `body` holds blocks in the light markup of `markup`. `modified` is the step of the last edit
    that the outlet dated, `changed` that of the last edit at all; `former` the slugs it had before.
    """

    title: str
    slug: str
    body: tuple[str, ...]
    standfirst: str = ""
    authors: tuple[str, ...] = ()
    image: str = ""
    standing: Standing = Standing.LIVE
    design: str = ""
    modified: int | None = None
    changed: int = 0
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One scripted edit as its file words it; which fields are set says what is done.

    `old`/`new` replace in `field`; `text` is put in `after` or `before` the block that begins so;
    `remove` takes out the block that begins so; `move` puts it elsewhere; `dress` changes the
    look of the characters and not one word; the rest sets what it names.
    """

    step: int
    kind: str
    field: str = "body"
    old: str = ""
    new: str = ""
    text: str = ""
    after: str = ""
    before: str = ""
    remove: str = ""
    move: str = ""
    dress: str = ""
    standing: str = ""
    slug: str = ""
    design: str = ""
    verdict: str = ""
    changes: tuple[str, ...] | None = None
    dated: bool | None = None


def apply(copy: Copy, op: Operation) -> Copy:
    """The copy after one operation.

    Raises:
        ValueError: The operation does not fit the copy (a text that is not there, or twice).
    """
    body = copy.body
    if op.old or op.new:
        copy = _reword(copy, op)
        body = copy.body
    if op.remove:
        body = _without(body, op.remove)
    if op.move:
        block = body[_find(body, op.move)]
        body = _insert(_without(body, op.move), block, op)
    if op.text:
        body = _insert(body, op.text.strip(), op)
    if op.dress:
        dress = _DRESSES[op.dress]
        body = tuple(block if block.startswith(("!", "@@")) else dress(block) for block in body)
        copy = replace(copy, title=dress(copy.title), standfirst=dress(copy.standfirst))
    if op.slug:
        copy = replace(copy, slug=op.slug, former=(*copy.former, copy.slug))
    if op.standing:
        copy = replace(copy, standing=Standing(op.standing))
    dated = OPERATORS[op.kind].dated if op.dated is None else op.dated
    return replace(
        copy,
        body=body,
        design=op.design or copy.design,
        modified=op.step if dated else copy.modified,
        changed=copy.changed if op.kind == "noise" else op.step,
    )


def _reword(copy: Copy, op: Operation) -> Copy:
    if op.field == "body":
        where = [i for i, block in enumerate(copy.body) if op.old in block]
        if len(where) != 1 or copy.body[where[0]].count(op.old) != 1:
            raise ValueError(f"{op.old!r} stands {len(where)} times in {copy.slug!r}, not once")
        block = copy.body[where[0]].replace(op.old, op.new)
        return replace(copy, body=(*copy.body[: where[0]], block, *copy.body[where[0] + 1 :]))
    if op.field == "authors":
        if op.old not in copy.authors:
            raise ValueError(f"{op.old!r} did not write {copy.slug!r}")
        names = tuple(op.new if name == op.old else name for name in copy.authors)
        return replace(copy, authors=tuple(name for name in names if name))
    text = {"title": copy.title, "standfirst": copy.standfirst, "image": copy.image}[op.field]
    if text.count(op.old) != 1:
        raise ValueError(f"{op.old!r} does not stand once in the {op.field} of {copy.slug!r}")
    text = text.replace(op.old, op.new)
    if op.field == "title":
        return replace(copy, title=text)
    return replace(copy, standfirst=text) if op.field == "standfirst" else replace(copy, image=text)


def _find(body: tuple[str, ...], start: str) -> int:
    where = [i for i, block in enumerate(body) if block.startswith(start)]
    if len(where) != 1:
        raise ValueError(f"{len(where)} blocks begin with {start!r}, not one")
    return where[0]


def _without(body: tuple[str, ...], start: str) -> tuple[str, ...]:
    at = _find(body, start)
    return body[:at] + body[at + 1 :]


def _insert(body: tuple[str, ...], block: str, op: Operation) -> tuple[str, ...]:
    blocks = tuple(part for part in block.split("\n\n") if part)
    at = _find(body, op.before) if op.before else _find(body, op.after) + 1 if op.after else len(body)
    return body[:at] + blocks + body[at:]


_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "„": '"'})


def _soft_hyphens(text: str) -> str:
    # Not inside the address of a link.
    return re.sub(r"(?<![/\w.-])([^\W\d_]{6})(?=[^\W\d_]{4,}(?![/\w.-]))", "\\1\N{SOFT HYPHEN}", text)


def _spacing(text: str) -> str:
    return re.sub(r" (?=[:;!?»%€])|(?<=«) |(?<=\d) ", "\N{NO-BREAK SPACE}", text)


_DRESSES: Final[Mapping[str, Callable[[str], str]]] = {
    "straight-quotes": lambda text: text.translate(_STRAIGHT),
    "no-break-spaces": _spacing,
    "soft-hyphens": _soft_hyphens,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
}
