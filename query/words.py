"""What a word is, and when two are the same: no case, no diacritics, no compatibility forms; pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import chain
from typing import Final

WORD: Final = re.compile(r"[^\W_]+")
"""A word of a folded text: letters and digits; what is neither separates."""

UNSPACED: Final = re.compile(
    "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""A character of a script that puts no spaces between words: Chinese, Japanese, Thai."""


def fold(text: str) -> str:
    """A text as it is compared: no case, no diacritics, no compatibility forms."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _combining().sub("", unicodedata.normalize("NFKD", plain))


@cache
def _combining() -> re.Pattern[str]:
    """All combining characters, as the ranges that they form; made at the first need, in some 20 ms."""
    ranges: list[list[int]] = []
    # What is left out is ideographs, and beyond these two planes tags and private use.
    for code in chain(range(0x300, 0x3400), range(0xA000, 0x20000)):
        if unicodedata.combining(chr(code)):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return re.compile(f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in ranges)}]+")
