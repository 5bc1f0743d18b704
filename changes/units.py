"""The units of a text, which are the least that a difference can mark, and its sentences.

A unit is a word, a number with its decimals ("1.5", "1,500"), one character of a script written without
spaces, or one mark, each with the white space behind it; units are compared in normal form. They are not
linguistic tokens, and nothing here knows a language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache, partial
from operator import itemgetter
from typing import NamedTuple

from .normalise import CJK, ENTITY, INVISIBLE, plain

# Thai, Lao, Myanmar and Khmer: a base with its marks is the least thing that can be marked.
_CLUSTER = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_COMBINING = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0971-\u0de5\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\u200c\u200d\ufe20-\ufe2f"
)
_LETTER = rf"(?:[^\W\d_{CJK}{_CLUSTER}]|[{_COMBINING}{INVISIBLE}])"
_WORD = rf"(?:{_LETTER}|\d)*{_LETTER}(?:{_LETTER}|\d)*"
# What most tokens are is tried first: letters up to a space or a mark, and lone marks. It takes no other
# tokens than the rest of the pattern would, in less than a quarter of the time.
_LETTERS = r"[A-Za-zÀ-ÖØ-öø-ſ\u0400-\u0481]+"
_PLAIN = (
    rf"[A-Za-z]+ |{_LETTERS}(?:['’]{_LETTERS})?(?=[\s.,;:!?\"()\-–—“”«»…/\]]|\Z)"
    r"|[;:!?\"()“”]|,(?!,)|\.(?!\.)"
)
_TOKEN = re.compile(
    rf"(?:{_PLAIN}|{ENTITY}"
    rf"|\d{{1,3}}(?:[ \u00a0\u202f\u2009]\d{{3}})+(?!\d)(?:[.,]\d+)?(?!{_LETTER})"
    rf"|\d+(?:[.,:]\d+)*(?!{_LETTER}|\d)"
    rf"|{_WORD}(?:['’ʼ]{_WORD})*"
    rf"|[{CJK}][{_COMBINING}{INVISIBLE}]*"
    rf"|[{_CLUSTER}][{INVISIBLE}\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u102b-\u103e\u17b6-\u17d3]*"
    r"|\.{2,}|-{2,}|''|,,|\S)\s*"
)
_STOP = r"[.!?…؟۔।]"
# It opens with all characters that can end a sentence, so that the rest of the text is passed over quickly.
_SENTENCE_END = re.compile(
    r"[.!?…؟۔।。！？\n]"
    rf"(?:(?<={_STOP})(?<!{_STOP}.){_STOP}*[\"'”’»)\]]*\s+(?=\S)(?![a-zà-ÿ])"
    r"|(?<=[。！？])[。！？]*[」』”’）)]*\s*|(?<=\n)\n*)"
)
_ABBREVIATED = re.compile(r"(?:^|[\s.])[^\W_]$|(?:^|\s)\d{1,2}$")
_DRESSED = frozenset({"`", "''", "--", ",,"})
_SHORT = 500  # characters of a text up to which its units are remembered: sentences, not books


class Unit(NamedTuple):
    """One unit: its normal form and its text with the white space behind it."""

    key: str
    text: str


key_of: Callable[[Unit], str] = itemgetter(0)


def text_of(units: Iterable[Unit]) -> str:
    """The text that units were cut from."""
    return "".join(map(_text_of, units))


def units(text: str) -> tuple[Unit, ...]:
    """Cut a text into units.

    Args:
        text: Any text.

    Returns:
        Units whose texts, joined, are `text` exactly.
    """
    start = len(text) - len(text.lstrip())
    cut = _remembered if len(text) <= _SHORT else cache(_unit)
    found = [*map(cut, _TOKEN.findall(text, start))]
    if start:
        found.insert(0, Unit("", text[:start]))
    seen = (text.isascii() and "&" not in text) or all(map(key_of, found))
    return tuple(found if seen else _visible(found))


def sentences(text: str) -> list[str]:
    """Cut a text into sentences, white space behind them included; joined they are `text`."""
    out, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        # "J. Smith", "3. Mai": a lone letter or a number before the stop is no end of a sentence.
        if match[0][0] == "." and _ABBREVIATED.search(text[max(start, match.start() - 3) : match.start()]):
            continue
        if match.end() > start:
            out.append(text[start : match.end()])
            start = match.end()
    if start < len(text):
        out.append(text[start:])
    return out


def _unit(text: str) -> Unit:
    token = text.rstrip()
    known = token.isascii() and token not in _DRESSED and token[0] != "&"
    return _made((token if known else plain(token), text))


def _visible(found: list[Unit]) -> list[Unit]:
    """Put an invisible character to the word before it."""
    out = found[:1]
    for unit in found[1:]:
        if unit.key:
            out.append(unit)
        else:
            out[-1] = Unit(out[-1].key, out[-1].text + unit.text)
    return out


# An article has few words, each many times.
_remembered = lru_cache(maxsize=8192)(_unit)
_made: Callable[[tuple[str, str]], Unit] = partial(tuple.__new__, Unit)  # in half the time of Unit()
_text_of = itemgetter(1)
