"""What a change of words does: numbers, negations, names, quotations, attribution, spelling, case.

Reads one script of words (see `words`) and names what it finds, with the words before and after. Rules of
thumb over short tables, not grammar; they lean towards naming a change of fact, because a number, a
quotation or a negation must never pass for a rewording.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from unicodedata import category

from ..model import ChangeKind
from .context import Context
from .facts import attributed, negated, numbers
from .names import is_name
from .notices import is_notice
from .quotes import MARKS, depth, spans
from .spelling import is_slip
from .units import Unit, key_of, text_of
from .words import Hunk, Script

_SENTENCE_MARKS = frozenset("?!？！؟")


class Note(NamedTuple):
    """One thing that a change of words does, with the words before and after."""

    kind: ChangeKind
    before: str = ""
    after: str = ""


def wording(script: Script, context: Context, *, quoted: bool = False) -> list[Note]:
    """Name what a change of words does.

    Args:
        script: The script of words.
        context: The article around it.
        quoted: Whether the whole text is a quotation (a block quote).

    Returns:
        Notes in the order of the text; ADDED, REMOVED and REWRITTEN among them.
    """
    old_spans = [1] * len(script.old) if quoted else spans(script.old)
    new_spans = [1] * len(script.new) if quoted else spans(script.new)
    notes = list(_unquoted(script, old_spans, new_spans))
    unquoted = bool(notes)
    hunks = script.calm
    skip = False
    for k, hunk in enumerate(hunks):
        if hunk.equal or skip:
            skip = False
            continue
        if hunk.whole:
            after = hunks[k + 1] if k + 1 < len(hunks) else None
            if after and after.whole and not after.equal and (hunk.a == hunk.b) != (after.a == after.b):
                hunk = Hunk(False, hunk.a, after.b, hunk.c, after.d, whole=True)
                skip = True
            notes += _sentence(script, hunk, old_spans, new_spans, context)
        else:
            notes += _hunk(script, hunk, old_spans, new_spans, context, unquoted)
    return notes


def _unquoted(script: Script, old: list[int], new: list[int]) -> Iterator[Note]:
    """Words that stayed and went into quotation marks or came out of them."""
    if not any(old) and not any(new):
        return
    for hunk in script.hunks:
        if not hunk.equal or not (any(old[hunk.a : hunk.b]) or any(new[hunk.c : hunk.d])):
            continue
        changed = [
            a
            for a, c in zip(range(hunk.a, hunk.b), range(hunk.c, hunk.d), strict=True)
            if old[a] != new[c] and depth(old[a]) != depth(new[c]) and script.old[a].key[:1].isalnum()
        ]
        if changed:
            words = _text(script.old[changed[0] : changed[-1] + 1])
            into = depth(old[changed[0]]) < max(depth(n) for n in new[hunk.c : hunk.d])
            yield Note(ChangeKind.QUOTATION, words if into else f"“{words}”", f"“{words}”" if into else words)


def _sentence(
    script: Script, hunk: Hunk, old_spans: list[int], new_spans: list[int], context: Context
) -> Iterator[Note]:
    """A sentence that came, went, or was replaced by another."""
    old, new = script.old[hunk.a : hunk.b], script.new[hunk.c : hunk.d]
    before, after = _text(old), _text(new)
    if any(is_notice(text) for text in (before, after) if text):
        yield Note(ChangeKind.CORRECTION, before, after)
        return
    if old and new:
        yield Note(ChangeKind.REWRITTEN, before, after)
        numbers_old, numbers_new = (
            numbers(script.old, hunk.a, hunk.b, context),
            numbers(script.new, hunk.c, hunk.d, context),
        )
        if numbers_old and numbers_new and sorted(numbers_old) != sorted(numbers_new):
            yield Note(ChangeKind.NUMBER, " ".join(numbers_old), " ".join(numbers_new))
    else:
        yield Note(ChangeKind.ADDED if new else ChangeKind.REMOVED, before, after)
    if _cut(old_spans, hunk.a, hunk.b) or _cut(new_spans, hunk.c, hunk.d):
        yield Note(ChangeKind.QUOTATION, before, after)


def _cut(numbers: list[int], start: int, stop: int) -> bool:
    """Whether a quotation stands partly inside a stretch and partly outside."""
    inside = {n for n in numbers[start:stop] if n}
    return bool(inside) and any(
        n in inside for n in (*numbers[max(0, start - 3) : start], *numbers[stop : stop + 3])
    )


def _hunk(
    script: Script, hunk: Hunk, old_spans: list[int], new_spans: list[int], context: Context, unquoted: bool
) -> Iterator[Note]:
    """A change inside a sentence; `unquoted` says that quotation marks came or went around words."""
    old, new = script.old[hunk.a : hunk.b], script.new[hunk.c : hunk.d]
    before, after = _text(old), _text(new)
    words_old, words_new = _words(old), _words(new)
    folded_old, folded_new = [w.casefold() for w in words_old], [w.casefold() for w in words_new]
    if words_old == words_new and all(u.key[:1].isalnum() or u.text.strip() in MARKS for u in (*old, *new)):
        # What the marks enclose is told by `_unquoted`; another style of marks is no matter of meaning,
        # nor is a lone apostrophe. In doubt somebody is quoted, or no longer.
        if not unquoted:
            apostrophe = len(old) + len(new) == 1 and (*old, *new)[0].key == "'"
            slight = len(old) == len(new) or apostrophe
            yield Note(ChangeKind.TYPO if slight else ChangeKind.QUOTATION, before, after)
        return
    kinds: list[ChangeKind] = []
    counted = numbers(script.old, hunk.a, hunk.b, context), numbers(script.new, hunk.c, hunk.d, context)
    recounted = bool(counted[0]) and bool(counted[1]) and counted[0] != counted[1]
    turned = negated(folded_old, folded_new, context)
    slip = (
        not (recounted or turned)
        and len(words_old) == len(words_new) == 1
        and _slip(folded_old[0], folded_new[0], context)
    )
    if counted[0] != counted[1] and not slip:
        kinds.append(ChangeKind.NUMBER)
    if turned:
        kinds.append(ChangeKind.NEGATION)
    if not slip and attributed(folded_old, folded_new, context):
        kinds.append(ChangeKind.ATTRIBUTION)
    recased = " ".join(folded_old) == " ".join(folded_new)
    spanned = (*old_spans[hunk.a : hunk.b], *new_spans[hunk.c : hunk.d])
    if (
        not recased
        and any(spanned)
        and any(n and u.key[:1].isalnum() for n, u in zip(spanned, (*old, *new), strict=True))
    ):
        kinds.append(ChangeKind.QUOTATION)
    if len(words_old) <= 6 and len(words_new) <= 6 and _renamed(script, hunk, context, respelt=slip):
        kinds.append(ChangeKind.NAME)
    if not kinds:
        kinds.append(_form(script, hunk, words_old, words_new, context))
    elif slip and ChangeKind.NAME not in kinds:
        kinds.append(ChangeKind.TYPO)
    elif max(len(_rest(words_old, counted[0], context)), len(_rest(words_new, counted[1], context))) > 1:
        kinds.append(ChangeKind.REWRITTEN)
    for kind in kinds:
        if kind is ChangeKind.NUMBER:
            yield Note(kind, " ".join(counted[0]), " ".join(counted[1]))
        else:
            yield Note(kind, before, after)


def _rest(words: Sequence[str], counted: Sequence[str], context: Context) -> list[str]:
    """The words of a change that are neither numbers nor names nor negations: a rewording beside them."""
    told = {*counted, *context.lexicon.negations}
    return [w for w in words if not w[0].isupper() and w not in told and w.casefold() not in told]


def _form(
    script: Script, hunk: Hunk, words_old: list[str], words_new: list[str], context: Context
) -> ChangeKind:
    """Whether a change that touches no fact is one of spelling, of case, or of wording."""
    joined_old, joined_new = "".join(words_old), "".join(words_new)
    if joined_old == joined_new:
        units = (*script.old[hunk.a : hunk.b], *script.new[hunk.c : hunk.d])
        marks = {u.key for u in units if not u.key[:1].isalnum()}
        emoji = any(category(mark[0]) == "So" for mark in marks if mark)
        return ChangeKind.REWRITTEN if emoji or marks & _SENTENCE_MARKS else ChangeKind.TYPO
    if joined_old.casefold() == joined_new.casefold():
        return ChangeKind.CASE
    if len(words_old) == len(words_new) and all(
        a == b or _slip(a.casefold(), b.casefold(), context)
        for a, b in zip(words_old, words_new, strict=True)
    ):
        return ChangeKind.TYPO
    if not words_old or not words_new:
        # A word written twice: what came or went repeats its neighbour.
        side, at, stop = (script.new, hunk.c, hunk.d) if words_new else (script.old, hunk.a, hunk.b)
        piece = [u.key.casefold() for u in side[at:stop]]
        size = len(piece)
        around = (
            [u.key.casefold() for u in side[max(0, at - size) : at]],
            [u.key.casefold() for u in side[stop : stop + size]],
        )
        if piece in around:
            return ChangeKind.TYPO
    return ChangeKind.REWRITTEN


def _slip(a: str, b: str, context: Context) -> bool:
    if {a, b} == {"a", "an"}:
        return True
    language = context.language
    # The article's words are counted only for what may be a slip, if it uses but one of the two.
    if not is_slip(a, b, {a}, language):
        return False
    return is_slip(a, b, {w for w in (a, b) if w in context.lexicon.common or context.uses(w, 2)}, language)


def _renamed(script: Script, hunk: Hunk, context: Context, *, respelt: bool) -> bool:
    """Whether a name stands where another, or the same in another spelling, stood."""
    old = _names(script.old, hunk.a, hunk.b, context, respelt=respelt)
    new = _names(script.new, hunk.c, hunk.d, context, respelt=respelt) if old else []
    return bool(new) and old != new


def _names(units: Sequence[Unit], start: int, stop: int, context: Context, *, respelt: bool) -> list[str]:
    """The names in a stretch, in any case and order."""
    found = (k for k in range(start, stop) if is_name(units, k, context, respelt=respelt))
    return sorted(units[k].key.casefold() for k in found)


def _words(units: Sequence[Unit]) -> list[str]:
    return [key for key in map(key_of, units) if key[:1].isalnum()]


def _text(units: Sequence[Unit]) -> str:
    return text_of(units).strip()
