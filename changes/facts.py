"""Whether a change of words touches a fact: a number, a negation, who vouches for what is said.

Each asks one question of the words removed and the words added; none asks where they stand.
"""

from __future__ import annotations

from collections.abc import Sequence

from .context import Context
from .lexicon import CJK_NUMERALS, Lexicon
from .units import Unit, key_of

_SIGNS = frozenset("%‰$€£¥₹₽₩°№")
_UNSPACED = frozenset({"zh", "ja", "ko"})
_COUNTED = frozenset("人年月日時分円元名件个個回歳岁歲次万萬億亿兆")


def numbers(units: Sequence[Unit], start: int, stop: int, context: Context) -> list[str]:
    """The numbers of `units[start:stop]`, number words, per cent signs and currencies among them."""
    found = []
    numerals = context.lexicon.numerals
    for k, key in enumerate(map(key_of, units[start:stop]), start):
        if not key.isalpha() and any(map(str.isdigit, key)):
            found.append(key.replace(" ", ""))
        elif key in _SIGNS or key.casefold() in numerals:
            found.append(key.casefold())
        elif key in CJK_NUMERALS:
            around = (units[k - 1].key if k else "", units[k + 1].key if k + 1 < len(units) else "")
            if any(n.isdigit() or n in CJK_NUMERALS or n in _COUNTED for n in around):
                found.append(key)
    return found


def negated(old: Sequence[str], new: Sequence[str], context: Context) -> bool:
    """Whether a change turns a statement round: more or fewer negations, or a prefix ("unlikely").

    Here and in `attributed` the words are in lower case.
    """
    if _negations(old, context) != _negations(new, context):
        return True
    if len(old) == len(new) == 1:
        short, long = sorted((old[0], new[0]), key=len)
        return len(short) >= 4 and any(long == prefix + short for prefix in context.lexicon.prefixes)
    return False


def _negations(words: Sequence[str], context: Context) -> int:
    table = context.lexicon.negations
    count = 0
    for word in words:
        if (
            word in table
            or word == "cannot"
            or ("'" in word and (word.endswith("n't") or word.partition("'")[0] in ("n", "ne")))
        ):
            count += 1
    if context.language in _UNSPACED:
        # There a negation is a part of a word, or of several units: "ない", "않았다".
        text = "".join(words)
        count += sum(text.count(negation) for negation in table if negation not in words)
    return count


def attributed(old: Sequence[str], new: Sequence[str], context: Context) -> bool:
    """Whether who vouches for a statement changed: a verb of saying of another stance, or a hedge."""
    lexicon = context.lexicon
    if lexicon.vouching.isdisjoint(old) and lexicon.vouching.isdisjoint(new):
        return False
    hedged = [sorted(w for w in side if w in lexicon.hedges) for side in (old, new)]
    if len(old) <= 5 and len(new) <= 5 and hedged[0] != hedged[1]:
        return True
    stance_old, stance_new = _stances(old, lexicon), _stances(new, lexicon)
    return bool(stance_old and stance_new) and stance_old != stance_new


def _stances(words: Sequence[str], lexicon: Lexicon) -> set[str]:
    tables = {"plain": lexicon.plain_saying, "doubting": lexicon.doubting, "conceding": lexicon.conceding}
    return {name for name, table in tables.items() for word in words if word in table}
