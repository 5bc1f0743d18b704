"""Spelling a script of words out for a reader: runs of words, without confetti."""

from __future__ import annotations

from .edits import Mark, Run
from .units import text_of
from .words import Script


def runs(found: Script) -> tuple[Run, ...]:
    """Spell a script out as runs of words, small islands between two changes taken in.

    Args:
        found: A script.

    Returns:
        Runs that spell both texts; a removal stands before the addition that replaces it.
    """
    out: list[Run] = []
    for hunk in found.calm:
        left, right = found.old[hunk.a : hunk.b], found.new[hunk.c : hunk.d]
        if hunk.equal and left == right:
            text = text_of(left)
            _append(out, Mark.SAME, text, text)
        elif hunk.equal:
            for x, y in zip(left, right, strict=True):
                _append(out, Mark.SAME if x.text == y.text else Mark.COSMETIC, x.text, y.text)
        else:
            _append(out, Mark.REMOVED, text_of(left), "")
            _append(out, Mark.ADDED, "", text_of(right))
    return tuple(out)


def _append(out: list[Run], mark: Mark, old: str, new: str) -> None:
    if not old and not new:
        return
    if out and out[-1].mark is mark:
        out[-1] = Run(mark, out[-1].old + old, out[-1].new + new)
    else:
        out.append(Run(mark, old, new))
