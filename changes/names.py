"""Whether a word is a name: a rule of thumb from capitals, in scripts that have them.

No list of names is kept. A capital inside a sentence is a name in most languages; where common nouns are
capitalised too (German), or every word of a headline, more is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .context import Context
from .numerals import is_numeral
from .units import Unit

_STARTS = frozenset(".!?:;…\"“„«»‘'-•|(...")
_ELIDED = re.compile(r"^\w{1,2}['’](?=\w{2})")  # l'Élysée
_NOUNS = re.compile(
    r"(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|tät|täten|ismus|ment|mente|nis"
    r"|nisse|chen|lein|tum"
    r"|erin|innen|ling|ik|enz|anz|eur|ist|isten)$"
)


def is_name(units: Sequence[Unit], k: int, context: Context, *, respelt: bool = False) -> bool:
    """Whether the unit at `k` is a name.

    Args:
        units: The units of the text that it stands in.
        k: Its place.
        context: The article around.
        respelt: Whether the same word, spelt a little otherwise, stands in the other version. Then
            less proof is asked for: a name's spelling matters, and a slip in another word does not.

    Returns:
        True for what looks like a name or a part of one; always False in scripts without capitals.
    """
    if units[k].key.islower():
        return False
    word = _ELIDED.sub("", units[k].key)
    if len(word) < 2 or not word[0].isupper() or any(c.isdigit() for c in word):
        return False
    low = word.casefold()
    if low in context.lexicon.common or low in context.lexicon.negations or is_numeral(low, context.language):
        return False
    after = units[k + 1].key if k + 1 < len(units) else ""
    first = k == 0 or units[k - 1].key in _STARTS
    if first or _title_case(units):
        # The capital may be the sentence's own; a name is never written small in the article.
        if context.uses(low, folded=False) or (first and context.language == "de"):
            return False
        if respelt or context.uses(word, 2, folded=False):
            return True
        return after[:1].isupper() and not _title_case(units)
    if context.language == "de":
        before = units[k - 1].key
        if before.casefold() in context.lexicon.determiners or before[:1].isdigit() or _NOUNS.search(low):
            return False
        return before[:1].isupper() or after[:1].isupper() or before[:1].islower()
    return True


def _title_case(units: Sequence[Unit]) -> bool:
    """Whether nearly every longer word has a capital: a headline in title case."""
    if len(units) > 60:
        return False
    words = [u.key for u in units if len(u.key) > 3 and u.key[0].isalpha()]
    return len(words) >= 3 and sum(w[0].isupper() for w in words) >= 0.8 * len(words)
