"""The normal form of a text: what two spellings of the same words have in common.

Cosmetic is what a typesetter may do without an editor: Unicode composition, kinds of space, quotes,
dashes and ellipses, soft hyphens and other invisible characters, entities left in the text, full-width
letters, space around punctuation. Everything an editor decides stays: letters and their case, every
digit, every decimal point, whether a word stands in quotes at all. This is not a search key (it folds
neither case nor accents) and it is never shown: the archive keeps the text as it was.

Composition follows Unicode Standard Annex #15 (NFC). NFKC is not used: it turns "10²" into "102".
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

# Zero width space, word joiner, byte order mark, soft hyphen, directional marks, variation selectors.
# ZWNJ and ZWJ stay: they are spelling in Persian and Hindi.
INVISIBLE = (
    "\u00ad\u200b\u200e\u200f\u061c\u2060\u2061\u2062\u2063\ufeff\u202a-\u202e\u2066-\u2069\ufe00-\ufe0f"
)

# Scripts written without spaces between words, except the Thai family (see words.py).
CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)

_DOUBLE = (
    "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u2036\u301d\u301e\u301f\u300c\u300d\u300e\u300f"
    "\uff02\u02ba\u275d\u275e"
)
_SINGLE = "\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u02bc\u02b9\u00b4`\uff07\u275b\u275c"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2043"


def _spread(ranges: str) -> list[str]:
    """The characters that the inside of a character class stands for."""
    return re.findall(f"[{ranges}]", "".join(map(chr, range(0x10000))))


_TABLE: dict[str, str] = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full-width ASCII
    **dict.fromkeys(_spread(INVISIBLE), ""),
    **dict.fromkeys(_DOUBLE, '"'),
    **dict.fromkeys(_SINGLE, "'"),
    **dict.fromkeys(_DASHES, "-"),
    "\u2026": "...",
    "\u2022": "\u00b7",
    "\u30fb": "\u00b7",
    **dict(
        zip(
            "\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06",
            ["ff", "fi", "fl", "ffi", "ffl", "st", "st"],
            strict=True,
        )
    ),
}
# Many times faster than str.translate, which looks every character up in the dictionary.
_DRESSED = re.compile(f"[{re.escape(''.join(_TABLE))}]")

ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_ENTITY = re.compile(ENTITY)
_RUNS = re.compile(r"-{2,}|'{2}|,{2}|\.{4,}")
_RUN = {"-": "-", "'": '"', ",": '"', ".": "..."}

# Space beside punctuation is typography ("12 %", "« mot »", "word — word"), except between digits:
# "12, 13" is two numbers and "12,13" one. Marks of Indic scripts are no punctuation, hence the list.
_PUNCT = (
    r"!-/:-@\[-`{-~\u00a1-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u060c\u061b\u061f"
    r"\u06d4\u0964\u0965\u2020-\u205e\u20a0-\u20bf\u2190-\u27bf\u3001-\u3003\u3008-\u3020\u30fb"
)
# It opens with the space itself and one question to each side, so that most of a text is passed over quickly.
_SPACE = re.compile(
    rf" (?:(?<=[{_PUNCT}{CJK}] )|(?=[{_PUNCT}{CJK}]))"
    rf"(?:(?<=[{_PUNCT}] )(?:(?<!\d[.,:] )|(?!\d))"
    rf"|(?=[{_PUNCT}])(?:(?<!\d )|(?![.,:]\d))"
    rf"|(?=[{CJK}])|(?<=[{CJK}] ))"
)


REMEMBERED = 1500  # characters up to which normal forms are remembered: paragraphs, not books


def plain(text: str) -> str:
    """The normal form of `text`.

    Args:
        text: Any text; lone surrogates are taken as they come.

    Returns:
        A text equal to that of every cosmetic variant; on one line, trimmed.
    """
    return _remembered(text) if len(text) <= REMEMBERED else _plain(text)


def undressed(text: str) -> str:
    """The normal form but for the space beside punctuation, which still parts words from marks."""
    return _undressed_before(text) if len(text) <= REMEMBERED else _undressed(text)


def _plain(text: str) -> str:
    return _SPACE.sub("", undressed(text))


def _undressed(text: str) -> str:
    for _ in range(3):  # entities of entities: "&amp;nbsp;"
        if "&" not in text or (unescaped := _ENTITY.sub(lambda m: html.unescape(m[0]), text)) == text:
            break
        text = unescaped
    if not text.isascii():
        text = _DRESSED.sub(lambda m: _TABLE[m[0]], unicodedata.normalize("NFC", text))
        text = unicodedata.normalize("NFC", text)
    elif "`" in text:
        text = text.replace("`", "'")
    if "  " in text or text[:1] == " " or text[-1:] == " " or not text.isprintable():
        text = " ".join(text.split())  # every other kind of space counts as not printable
    if "--" in text or "''" in text or ",," in text or "...." in text:
        text = _RUNS.sub(lambda m: _RUN[m[0][0]], text)
    return text


# Versions of one article share most of their paragraphs, and each is asked for several times.
_remembered = lru_cache(maxsize=2048)(_plain)
_undressed_before = lru_cache(maxsize=2048)(_undressed)


def joined(texts: list[str]) -> str:
    """The normal form of texts that follow one another: where one ends is markup, not wording.

    Args:
        texts: Normal forms, in order.

    Returns:
        What `plain` gives of the same text in one piece.
    """
    parts: list[str] = []
    last = ""
    for text in filter(None, texts):
        if last and _parted(last[-2:], text[:2]):
            parts.append(" ")
        parts.append(text)
        last = text
    return "".join(parts)


@lru_cache(maxsize=4096)
def _parted(end: str, start: str) -> bool:
    """Whether a space stays between two texts that end and start so."""
    left = end.replace(" ", "x")
    return _SPACE.sub("", f"{left} {start}")[len(left)] == " "
