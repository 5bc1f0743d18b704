"""Whether a change of words touches a fact: a number, a negation, who vouches for what is said.

Each asks one question of the words removed and the words added; none asks where they stand.
"""

from __future__ import annotations

from collections.abc import Sequence

from .context import Context
from .lexicon import CJK_NUMERALS, Lexicon
from .numerals import is_numeral
from .units import Unit, key_of

_SIGNS = frozenset("%‰$€£¥₹₽₩°№")
_SIGNED = frozenset("+-<>±≥≤=~*")  # what may be the sign of a number, and often is something else
_DASHES = frozenset("-~")
_RATED = 3  # letters of a rating at the most
_FREE = frozenset({"안", "못"})  # Korean negations that stand by themselves
_UNSPACED = frozenset({"zh", "ja", "ko"})
_COUNTED = frozenset("人年月日時分円元名件个個回歳岁歲次万萬億亿兆")


def numbers(units: Sequence[Unit], start: int, stop: int, context: Context) -> list[str]:
    """The numbers of `units[start:stop]`, number words, per cent signs and currencies among them."""
    found = []
    for k, key in enumerate(map(key_of, units[start:stop]), start):
        if not key.isalpha() and any(map(str.isnumeric, key)):
            found.append(key.replace(" ", ""))
        elif key in _SIGNS or is_numeral(key.casefold(), context.language):
            found.append(key.casefold())
        elif key in _SIGNED and _is_sign(units, k):
            found.append(key)
        elif key in CJK_NUMERALS:
            around = (units[k - 1].key if k else "", units[k + 1].key if k + 1 < len(units) else "")
            if any(n.isdigit() or n in CJK_NUMERALS or n in _COUNTED for n in around):
                found.append(key)
    return found


def _is_sign(units: Sequence[Unit], k: int) -> bool:
    """Whether a mark is the sign of a number ("-5", "> 50") or a part of a mark or rating ("AA-")."""
    key, text = units[k]
    before = units[k - 1] if k else Unit("", " ")
    after = units[k + 1].key[:1] if k + 1 < len(units) else ""
    if after.isdigit() and (key not in _DASHES or (text == key and not before.text[-1:].isalnum())):
        return True
    rated = key in _DASHES or key in "+*"
    ends = text != key or not after.isalnum()
    return rated and ends and before.text.isupper() and len(before.text) <= _RATED


def negated(old: Sequence[str], new: Sequence[str], context: Context) -> bool:
    """Whether a change turns a statement round: more or fewer negations, or a prefix ("unlikely").

    Here and in `attributed` the words are in lower case.
    """
    if _negations(old, context) != _negations(new, context):
        return True
    if len(old) == len(new) == 1:
        short, long = sorted((old[0], new[0]), key=len)
        if context.language == "tr" and any(long == f"{short[:k]}m{short[k:]}" for k in range(2, len(short))):
            return True  # "biliyordu", "bilmiyordu"
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
        parts = (negation for negation in table if negation not in words)
        if context.language == "ko":  # one syllable is a part of many words: "방안", "불안"
            parts = (negation for negation in parts if negation not in _FREE)
        count += sum(map(text.count, parts))
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
