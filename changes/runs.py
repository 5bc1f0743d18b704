"""Spelling a script of words out for a reader: runs of words, without confetti."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from .edits import Mark, Run
from .words import Hunk, Script


def runs(found: Script) -> tuple[Run, ...]:
    """Spell a script out as runs of words, small islands between two changes taken in.

    Args:
        found: A script.

    Returns:
        Runs that spell both texts; a removal stands before the addition that replaces it.
    """
    out: list[Run] = []
    for hunk in calm(found):
        left, right = found.old[hunk.a : hunk.b], found.new[hunk.c : hunk.d]
        if hunk.equal and left == right:
            text = "".join(u.text for u in left)
            _append(out, Mark.SAME, text, text)
        elif hunk.equal:
            for x, y in zip(left, right, strict=True):
                _append(out, Mark.SAME if x.text == y.text else Mark.COSMETIC, x.text, y.text)
        else:
            _append(out, Mark.REMOVED, "".join(u.text for u in left), "")
            _append(out, Mark.ADDED, "", "".join(u.text for u in right))
    return tuple(out)


def _append(out: list[Run], mark: Mark, old: str, new: str) -> None:
    if not old and not new:
        return
    if out and out[-1].mark is mark:
        out[-1] = Run(mark, out[-1].old + old, out[-1].new + new)
    else:
        out.append(Run(mark, old, new))


def calm(found: Script) -> Iterator[Hunk]:
    """Hunks for a reader: an equality shorter than the changes on both its sides is no anchor for the eye.

    The rule is that of semantic clean-up in diff-match-patch (N. Fraser), on whole units; sentences that
    came or went as a whole stay apart.
    """
    if sum(not hunk.equal for hunk in found.hunks) < 2:
        yield from found.hunks
        return
    pending: Hunk | None = None
    held: Hunk | None = None

    upto_old = list(accumulate((len(u.text) for u in found.old), initial=0))
    upto_new = list(accumulate((len(u.text) for u in found.new), initial=0))

    def size(hunk: Hunk) -> int:
        return max(upto_old[hunk.b] - upto_old[hunk.a], upto_new[hunk.d] - upto_new[hunk.c])

    for hunk in found.hunks:
        if hunk.whole:
            yield from (h for h in (pending, held) if h)
            pending = held = None
            yield hunk
        elif hunk.equal:
            if pending is None:
                yield hunk
            elif held is None:
                held = hunk
            else:  # equal on both sides of a sentence's end
                held = Hunk(True, held.a, hunk.b, held.c, hunk.d)
        elif pending is None:
            pending = hunk
        elif held is None or (size(held) <= min(size(pending), size(hunk)) and held.b - held.a <= 3):
            pending = Hunk(False, pending.a, hunk.b, pending.c, hunk.d)
            held = None
        else:
            yield pending
            yield held
            pending, held = hunk, None
    yield from (h for h in (pending, held) if h)
