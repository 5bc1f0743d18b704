"""The edit script between two texts, in whole units (see `units`).

Texts are paired sentence by sentence first, so that an added sentence is one insertion and not a scatter of
words borrowed from its neighbours. What a script does to the meaning is `wording`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from .align import Group, Piece, align, ends
from .chains import heaviest
from .normalise import plain
from .units import Unit, key_of, sentences, text_of, units

SMALL = 40_000  # units squared up to which difflib's own matching is used as it is


class Hunk(NamedTuple):
    """One stretch of a script: units `old[a:b]` became `new[c:d]`.

    `equal` says that their keys are equal. `whole` marks sentences that came or went as a whole.
    """

    equal: bool
    a: int
    b: int
    c: int
    d: int
    whole: bool = False


@dataclass(frozen=True)
class Script:
    """The edit script between two texts, with the units that it refers to."""

    old: tuple[Unit, ...]
    new: tuple[Unit, ...]
    hunks: tuple[Hunk, ...]

    @property
    def same(self) -> bool:
        return all(hunk.equal for hunk in self.hunks)

    @cached_property
    def calm(self) -> tuple[Hunk, ...]:
        """The hunks for a reader: an equality shorter than the changes on both its sides is no anchor for
        the eye, and is taken into them.

        The rule is that of semantic clean-up in diff-match-patch (N. Fraser), on whole units; sentences
        that came or went as a whole stay apart.
        """
        if sum(not hunk.equal for hunk in self.hunks) < 2:
            return self.hunks
        return tuple(_calm(self))


def script(old: str, new: str) -> Script:
    """The edit script between two texts, sentence by sentence and then word by word.

    Args:
        old: The older text.
        new: The newer one.

    Returns:
        A script whose hunks cover both texts from end to end.
    """
    olds, news = sentences(old), sentences(new)
    # A sentence that stayed is cut once, and not matched.
    cut = {s: units(s) for s in {*olds, *news}}
    cut_old, cut_new = [cut[s] for s in olds], [cut[s] for s in news]
    hunks: list[Hunk] = []
    a = c = 0
    for group in _paired(olds, news):
        left = list(chain.from_iterable([cut_old[i] for i in group.old]))
        right = list(chain.from_iterable([cut_new[j] for j in group.new]))
        b, d = a + len(left), c + len(right)
        if left == right:
            hunks.append(Hunk(True, a, b, c, d))
        elif left and right:
            hunks += _matched([*map(key_of, left)], [*map(key_of, right)], a, c)
        else:
            hunks.append(Hunk(False, a, b, c, d, whole=True))
        a, c = b, d
    return Script(tuple(chain.from_iterable(cut_old)), tuple(chain.from_iterable(cut_new)), tuple(hunks))


def _paired(old: list[str], new: list[str]) -> Iterator[Group]:
    """Pair sentences; those that are the same at both ends are not even normalised."""
    head, tail = ends(old, new)
    if head < min(len(old), len(new)) and plain(old[head]) == plain(new[head]):
        tail = 0  # the beginning goes on in other dress, and is paired before the end
    yield from (Group((k,), (k,)) for k in range(head))
    middle = ([Piece(plain(s)) for s in side[head : len(side) - tail]] for side in (old, new))
    for group in align(*middle, moves=False):
        yield Group(tuple([i + head for i in group.old]), tuple([j + head for j in group.new]))
    yield from (Group((len(old) - k,), (len(new) - k,)) for k in range(tail, 0, -1))


def _matched(old: Sequence[str], new: Sequence[str], a: int, c: int, depth: int = 0) -> list[Hunk]:
    """Match two sequences of keys that stand at `a` and `c`; long ones are cut at unique words first."""
    head, tail = ends(old, new)
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    hunks = [Hunk(True, a, a + head, c, c + head)] if head else []
    a, c = a + head, c + head
    if not left or not right or set(left).isdisjoint(right):
        if left or right:
            hunks.append(Hunk(False, a, a + len(left), c, c + len(right)))
    elif len(left) * len(right) <= SMALL:
        for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            hunks.append(Hunk(tag == "equal", a + i, a + j, c + k, c + m))
    elif depth < 8 and (pins := _pins(left, right)):
        last = (0, 0)
        for i, j in [*pins, (len(left), len(right))]:
            hunks += _matched(left[last[0] : i], right[last[1] : j], a + last[0], c + last[1], depth + 1)
            last = (i, j)
    else:
        hunks.append(Hunk(False, a, a + len(left), c, c + len(right)))
    if tail:
        hunks.append(Hunk(True, a + len(left), a + len(left) + tail, c + len(right), c + len(right) + tail))
    return hunks


def _pins(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Places in order at which both sequences have something that each has once: a word, or a few."""
    for span in (1, 2, 4, 8):
        grams_l = [tuple(left[i : i + span]) for i in range(len(left) - span + 1)]
        grams_r = [tuple(right[i : i + span]) for i in range(len(right) - span + 1)]
        once_l = {g for g, n in Counter(grams_l).items() if n == 1}
        once_r = {g: j for j, g in enumerate(grams_r)}
        many_r = {g for g, n in Counter(grams_r).items() if n > 1}
        shared = [
            (i, once_r[g]) for i, g in enumerate(grams_l) if g in once_l and g in once_r and g not in many_r
        ]
        if shared:
            return sorted(heaviest(shared, [1] * len(shared)))
    return []


def _calm(found: Script) -> Iterator[Hunk]:
    pending: Hunk | None = None  # a change that the next one may be joined to
    held: Hunk | None = None  # what is equal behind it
    sizes: tuple[int, int] | None = None  # characters of the pending change, once they were asked for
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
            pending, sizes = hunk, None
        elif held is not None and held.b - held.a > 3:
            yield pending
            yield held
            pending, held, sizes = hunk, None, None
        else:
            sizes = sizes or _sizes(found, pending)
            own, island = _sizes(found, hunk), _sizes(found, held) if held else (0, 0)
            if max(island) <= min(max(sizes), max(own)):
                pending = Hunk(False, pending.a, hunk.b, pending.c, hunk.d)
                sizes = (sizes[0] + island[0] + own[0], sizes[1] + island[1] + own[1])
            else:
                yield pending
                if held is not None:
                    yield held
                pending, sizes = hunk, own
            held = None
    yield from (h for h in (pending, held) if h)


def _sizes(found: Script, hunk: Hunk) -> tuple[int, int]:
    """How many characters of the older and of the newer text a hunk covers."""
    old, new = found.old[hunk.a : hunk.b], found.new[hunk.c : hunk.d]
    return len(text_of(old)), len(text_of(new))
