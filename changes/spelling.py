"""Whether two words are one word spelt differently: a slip of the keyboard, not a choice of the editor.

There is no dictionary here. What tells a slip is its form (letters swapped, doubled, lost or added inside
a word, a neighbouring key, an accent left out) and that one of the two spellings stands nowhere else in
the article; an inflection ("says" to "said", "person" to "persons") is a choice, and so is another letter
("mayor" to "major", "junio" to "julio"). In doubt a difference is a choice: a missed slip costs a
needless alert, a missed choice costs the edit.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Set

# Grave, acute, circumflex, tilde, diaeresis, cedilla, and the hamza and madda of Arabic. Not the ring, caron,
# breve or voicing mark: å, š, й and パ are letters of their own.
_ACCENTS = frozenset("\u0300\u0301\u0302\u0303\u0308\u0327\u0653\u0654\u0655")
# Languages in which marks make other letters, or other words: "wurde" and "würde", "bán" and "bàn".
_MARKS_TELL = frozenset({"de", "sv", "no", "nb", "nn", "da", "fi", "is", "et", "hu", "tr", "az", "vi"})
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYS = {key: (row, column + row / 2) for row, keys in enumerate(_ROWS) for column, key in enumerate(keys)}
_LONG = 8  # letters from which on another letter inside hardly makes another word


def _accent_lost(a: str, b: str, language: str) -> bool:
    """Whether two words differ only in accents that one of them lacks, in a language that has accents."""
    a, b = unicodedata.normalize("NFC", a), unicodedata.normalize("NFC", b)
    return (
        language not in _MARKS_TELL
        and len(a) == len(b)
        and all(x == y or x == _bare(y) or y == _bare(x) for x, y in zip(a, b, strict=True))
    )


def _bare(word: str) -> str:
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if c not in _ACCENTS)


def _neighbours(a: str, b: str) -> bool:
    """Whether two letters lie side by side on a keyboard."""
    if a not in _KEYS or b not in _KEYS:
        return False
    (row, column), (other, beside) = _KEYS[a], _KEYS[b]
    return abs(row - other) <= 1 and abs(column - beside) <= 1


def is_slip(a: str, b: str, known: Set[str], language: str = "") -> bool:
    """Whether one of two words is a misspelling of the other.

    Args:
        a: A word in lower case.
        b: Another.
        known: The words that both versions use, in lower case.
        language: The code of their language, "" where it is not known.

    Returns:
        True for a slip. Words of up to three letters are too close to one another to tell, except
        where letters are swapped; so are all words of scripts without capitals, which are short and dense.
    """
    if a == b or not (a[:1].isalpha() and b[:1].isalpha()):
        return False
    if _accent_lost(a, b, language):
        return True
    both_known = a in known and b in known
    short, long = sorted((a, b), key=len)
    if both_known or len(short) < 3 or a.upper() == a or _bare(a) == _bare(b):
        return False
    if len(a) == len(b):
        at = [k for k in range(len(a)) if a[k] != b[k]]
        if len(at) == 2 and 0 < at[0] == at[1] - 1 and a[at[0]] == b[at[1]] and a[at[1]] == b[at[0]]:
            return True
        if len(at) == 1:
            # The last letter is where words inflect, the first where they differ ("killed", "billed").
            inside = len(a) >= 5 and 0 < at[0] < len(a) - 1
            return inside and (len(a) >= _LONG or _neighbours(a[at[0]], b[at[0]]))
        return _distance_two(a, b)
    if len(long) == len(short) + 1:
        at_first = next((k for k in range(len(short)) if long[k] != short[k]), len(short))
        if at_first == 0 or long[:at_first] + long[at_first + 1 :] != short:
            return False  # a first letter is a prefix as often: "legal", "ilegal"
        doubled = long[at_first] == long[at_first - 1]
        if at_first == len(short):
            return len(short) >= 5 and (doubled or long[-1] not in "snedtrmaioyx")
        # A letter left out of a short word may make another ("country", "county"), unless the article tells.
        return doubled or len(long) >= _LONG or (a in known) != (b in known)
    return len(long) == len(short) + 2 and _distance_two(a, b)


def _distance_two(a: str, b: str) -> bool:
    """Whether two long words with the same ends differ in two places (Levenshtein, bounded)."""
    if min(len(a), len(b)) < 9 or a[:2] != b[:2] or a[-2:] != b[-2:]:
        return False
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1] <= 2
