"""Which words of `lexicon` apply to a text: by its language where the page says it, else by a guess.

A guess from frequent words, not a language identifier: it must be right about which words negate, and
where two languages are close enough to be mistaken, their negations mostly agree.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .lexicon import LEXICONS, Lexicon

SAMPLE = 4000  # characters that are enough to tell a language
_ALIASES = {
    "nb": "no",
    "nn": "no",
    "iw": "he",
    "in": "id",
    "ms": "id",
    "sk": "cs",
    "gl": "pt",
    "ca": "es",
    "lb": "de",
}
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30fa]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
)
_EMPTY = Lexicon(common=frozenset(), negations=frozenset())


def code(language: str | None, text: str) -> str:
    """The language whose words apply.

    Args:
        language: A BCP 47 tag, as the page gives it; None if it gives none.
        text: The article's text, for a guess.

    Returns:
        A key of `LEXICONS`, or "" where nothing is known.
    """
    primary = (language or "").replace("_", "-").split("-")[0].lower()
    primary = _ALIASES.get(primary, primary)
    return primary if primary in LEXICONS else _guess(text[:SAMPLE])


def lexicon(language: str) -> Lexicon:
    """The words of a language by its code, or empty tables."""
    return LEXICONS.get(language, _EMPTY)


@lru_cache(maxsize=64)
def _guess(text: str) -> str:
    letters = sum(map(str.isalpha, text)) or 1
    for name, script in _SCRIPTS:
        if len(script.findall(text)) > letters / (20 if name == "ja" else 5):
            return name
    words = re.findall(r"[^\W\d_]+", text.lower())
    scores = {name: sum(map(table.common.__contains__, words)) for name, table in LEXICONS.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] else ""
