"""Which words of a text stand in quotation marks, in the conventions of many languages.

A mark is an opening or a closing one by what stands around it and by what is open, since „…“, »…«, «…»,
“…” and "…" use the same signs in opposite roles. Apostrophes inside words are no marks (units keep them).
"""

from __future__ import annotations

from collections.abc import Sequence

from .normalise import plain
from .units import Unit, key_of

_CLOSERS = {
    '"': '"”“', "“": '”"', "”": '”"', "„": '“”"', "‟": '”"', "«": "»", "»": "«", "「": "」", "『": "』",
    "‘": "’'", "'": "'’", "‚": "‘’'", "‹": "›", "›": "‹", "`": "'´`", "＂": "＂",
}  # fmt: skip
_SINGLE = "‘'‚’`"
# A quotation may run on into the next paragraph only with marks that show their direction.
_RUNS_ON = "“„«「『"
_INNER = 1 << 20  # more quotations than a text has
MARKS = frozenset("".join(_CLOSERS) + "".join(_CLOSERS.values()))
_KEYS = frozenset(map(plain, MARKS))


def spans(units: Sequence[Unit]) -> list[int]:
    """Number the quotations of a text.

    Args:
        units: The units of the text.

    Returns:
        For each unit the number of the quotation that it stands in, one number for each quotation and
        each quotation inside one; 0 outside, and for marks. `depth` tells how deep a number stands.
    """
    if _KEYS.isdisjoint(map(key_of, units)):
        return [0] * len(units)
    places = [k for k, key in enumerate(map(key_of, units)) if key in _KEYS]
    marks = [(k, mark) for k in places if (mark := _mark(units[k]))]
    inner = _numbered(units, [(k, mark) for k, mark in marks if mark in _SINGLE])
    outer = _numbered(units, [(k, mark) for k, mark in marks if mark not in _SINGLE])
    out = [a + b * _INNER for a, b in zip(inner, outer, strict=True)]
    for k, _ in marks:
        out[k] = 0
    return out


def depth(number: int) -> int:
    """How many quotations a unit with this number stands in: 0, 1 or 2."""
    return (number >= _INNER) + (number % _INNER > 0)


def _mark(unit: Unit) -> str:
    """The quotation mark that a unit is, or ""."""
    mark = unit.text.strip()
    return '"' if mark in ("''", ",,") else mark if mark in MARKS else ""


def _numbered(units: Sequence[Unit], marks: list[tuple[int, str]]) -> list[int]:
    """Number what pairs of marks enclose."""
    out = [0] * len(units)
    count, start, opener = 0, -1, ""
    for k, mark in marks:
        space_before = k == 0 or units[k - 1].text[-1:].isspace() or not units[k - 1].key[-1:].isalnum()
        space_after = units[k].text[-1:].isspace() or k == len(units) - 1
        if opener and mark in _CLOSERS[opener] and not (mark in _SINGLE and _inside_word(units, k)):
            count += 1
            out[start + 1 : k] = [count] * (k - start - 1)
            opener = ""
        elif not opener and mark in _CLOSERS and (mark not in _SINGLE or (space_before and not space_after)):
            opener, start = mark, k
    if opener and opener in _RUNS_ON:
        out[start + 1 :] = [count + 1] * (len(units) - start - 1)
    return out


def _inside_word(units: Sequence[Unit], k: int) -> bool:
    """Whether a single mark stands between letters, or before one: an apostrophe, no closing mark."""
    return not units[k].text[-1:].isspace() and k + 1 < len(units) and units[k + 1].key[:1].isalnum()
