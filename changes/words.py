"""The words of a text, and the edit script between two texts in whole words.

A unit is a word, a number with its decimals ("1.5", "1,500"), one character of a script written without
spaces, or one mark, each with the white space behind it; units are compared in normal form. Texts are
paired sentence by sentence first, so that an added sentence is one insertion and not a scatter of words
borrowed from its neighbours. Units are not linguistic tokens, and nothing here knows a language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain
from typing import NamedTuple

from .align import Piece, align
from .chains import heaviest
from .normalise import CJK, ENTITY, INVISIBLE, plain

# Thai, Lao, Myanmar and Khmer: a base with its marks is the least thing that can be marked.
_CLUSTER = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_COMBINING = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0971-\u0de5\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\u200c\u200d\ufe20-\ufe2f"
)
_LETTER = rf"(?:[^\W\d_{CJK}{_CLUSTER}]|[{_COMBINING}{INVISIBLE}])"
_WORD = rf"(?:{_LETTER}|\d)*{_LETTER}(?:{_LETTER}|\d)*"
_TOKEN = re.compile(
    rf"({ENTITY}"
    rf"|\d{{1,3}}(?:[ \u00a0\u202f\u2009]\d{{3}})+(?!\d)(?:[.,]\d+)?(?!{_LETTER})"
    rf"|\d+(?:[.,:]\d+)*(?!{_LETTER}|\d)"
    rf"|{_WORD}(?:['’ʼ]{_WORD})*"
    rf"|[{CJK}][{_COMBINING}{INVISIBLE}]*"
    rf"|[{_CLUSTER}][{INVISIBLE}\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u102b-\u103e\u17b6-\u17d3]*"
    r"|\.{2,}|-{2,}|''|,,|\S)(\s*)"
)
_SENTENCE_END = re.compile(
    r"(?<![.!?…؟۔।])[.!?…؟۔।]+[\"'”’»)\]]*\s+(?=\S)(?![a-zà-ÿ])|[。！？]+[」』”’）)]*\s*|\n+"
)

_DRESSED = frozenset({"`", "''", "--", ",,"})

SMALL = 40_000  # units squared up to which difflib's own matching is used as it is


class Unit(NamedTuple):
    """One unit: its normal form and its text with the white space behind it."""

    key: str
    text: str


class Hunk(NamedTuple):
    """One stretch of a script: units `old[a:b]` became `new[c:d]`.

    `equal` says that their keys are equal. `whole` marks sentences that came or went as a whole.
    """

    equal: bool
    a: int
    b: int
    c: int
    d: int
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """The edit script between two texts, with the units that it refers to."""

    old: tuple[Unit, ...]
    new: tuple[Unit, ...]
    hunks: tuple[Hunk, ...]

    @property
    def same(self) -> bool:
        return all(hunk.equal for hunk in self.hunks)


def units(text: str) -> tuple[Unit, ...]:
    """Cut a text into units.

    Args:
        text: Any text.

    Returns:
        Units whose texts, joined, are `text` exactly.
    """
    found: list[Unit] = []
    start = len(text) - len(text.lstrip())
    if start:
        found.append(Unit("", text[:start]))
    for token, space in _TOKEN.findall(text, start):
        key = token if token.isascii() and token not in _DRESSED and token[0] != "&" else plain(token)
        if not key and found:  # an invisible character belongs to the word before it
            found[-1] = Unit(found[-1].key, found[-1].text + token + space)
        else:
            found.append(Unit(key, token + space))
    return tuple(found)


def sentences(text: str) -> list[str]:
    """Cut a text into sentences, white space behind them included; joined they are `text`."""
    out, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        # "J. Smith", "3. Mai": a lone letter or a number before the stop is no end of a sentence.
        head = text[max(start, match.start() - 3) : match.start()]
        if match[0][0] == "." and re.search(r"(?:^|[\s.])[^\W_]$|(?:^|\s)\d{1,2}$", head):
            continue
        if match.end() > start:
            out.append(text[start : match.end()])
            start = match.end()
    if start < len(text):
        out.append(text[start:])
    return out


def script(old: str, new: str) -> Script:
    """The edit script between two texts, sentence by sentence and then word by word.

    Args:
        old: The older text.
        new: The newer one.

    Returns:
        A script whose hunks cover both texts from end to end.
    """
    olds, news = sentences(old), sentences(new)
    # A sentence that stayed is cut once.
    cut = {s: units(s) for s in {*olds, *news}}
    cut_old, cut_new = [cut[s] for s in olds], [cut[s] for s in news]
    groups = align([Piece(plain(s)) for s in olds], [Piece(plain(s)) for s in news], moves=False)
    hunks: list[Hunk] = []
    a = c = 0
    for group in groups:
        left = [u for i in group.old for u in cut_old[i]]
        right = [u for j in group.new for u in cut_new[j]]
        if left and right:
            hunks += _matched([u.key for u in left], [u.key for u in right], a, c)
        elif left or right:
            hunks.append(Hunk(False, a, a + len(left), c, c + len(right), whole=True))
        a, c = a + len(left), c + len(right)
    return Script(tuple(chain.from_iterable(cut_old)), tuple(chain.from_iterable(cut_new)), tuple(hunks))


def _matched(old: Sequence[str], new: Sequence[str], a: int, c: int, depth: int = 0) -> list[Hunk]:
    """Match two sequences of keys that stand at `a` and `c`; long ones are cut at unique words first."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    hunks = [Hunk(True, a, a + head, c, c + head)] if head else []
    a, c = a + head, c + head
    if not left or not right:
        if left or right:
            hunks.append(Hunk(False, a, a + len(left), c, c + len(right)))
    elif len(left) * len(right) <= SMALL:
        for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            hunks.append(Hunk(tag == "equal", a + i, a + j, c + k, c + m))
    elif depth < 8 and (pins := _pins(left, right)):
        last = (0, 0)
        for i, j in [*pins, (len(left), len(right))]:
            hunks += _matched(left[last[0] : i], right[last[1] : j], a + last[0], c + last[1], depth + 1)
            last = (i, j)
    else:
        hunks.append(Hunk(False, a, a + len(left), c, c + len(right)))
    if tail:
        hunks.append(Hunk(True, a + len(left), a + len(left) + tail, c + len(right), c + len(right) + tail))
    return hunks


def _pins(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Places in order at which both sequences have something that each has once: a word, or a few."""
    for span in (1, 2, 4, 8):
        grams_l = [tuple(left[i : i + span]) for i in range(len(left) - span + 1)]
        grams_r = [tuple(right[i : i + span]) for i in range(len(right) - span + 1)]
        once_l = {g for g, n in Counter(grams_l).items() if n == 1}
        once_r = {g: j for j, g in enumerate(grams_r)}
        many_r = {g for g, n in Counter(grams_r).items() if n > 1}
        shared = [
            (i, once_r[g]) for i, g in enumerate(grams_l) if g in once_l and g in once_r and g not in many_r
        ]
        if shared:
            return sorted(heaviest(shared, [1] * len(shared)))
    return []
