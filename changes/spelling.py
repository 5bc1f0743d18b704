"""Whether two words are one word spelt differently: a slip of the keyboard, not a choice of the editor.

There is no dictionary here. What tells a slip is its form (letters swapped, doubled, lost or added inside a
word, accents) and that one of the two spellings stands nowhere else in the article; an inflection ("says"
to "said", "person" to "persons") is a choice. In doubt a difference is a choice: a missed slip costs a
needless alert, a missed choice costs the edit.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Set


def same_letters(a: str, b: str) -> bool:
    """Whether two words differ only in accents."""
    return _bare(a) == _bare(b)


def _bare(word: str) -> str:
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def is_slip(a: str, b: str, known: Set[str]) -> bool:
    """Whether one of two words is a misspelling of the other.

    Args:
        a: A word in lower case.
        b: Another.
        known: The words that both versions use, in lower case.

    Returns:
        True for a slip. Words of up to three letters are too close to one another to tell, except
        where letters are swapped.
    """
    if a == b or not (a[:1].isalpha() and b[:1].isalpha()):
        return False
    if same_letters(a, b):
        return True
    both_known = a in known and b in known
    short, long = sorted((a, b), key=len)
    if both_known or len(short) < 3:
        return False
    if len(a) == len(b):
        at = [k for k in range(len(a)) if a[k] != b[k]]
        if len(at) == 2 and at[1] == at[0] + 1 and a[at[0]] == b[at[1]] and a[at[1]] == b[at[0]]:
            return True
        if len(at) == 1:
            # The last letter is where words inflect, the first where they differ ("killed", "billed").
            return len(a) >= 5 and 0 < at[0] < len(a) - 1
        return _distance_two(a, b)
    if len(long) == len(short) + 1:
        at_first = next((k for k in range(len(short)) if long[k] != short[k]), len(short))
        if long[:at_first] + long[at_first + 1 :] != short:
            return False
        doubled = at_first > 0 and long[at_first] == long[at_first - 1]
        if at_first == 0:
            return len(short) >= 6
        if at_first == len(short):
            return len(short) >= 5 and (doubled or long[-1] not in "snedtrmaioyx")
        return len(short) >= 3
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
