"""Pairing the pieces of two sequences: blocks of two articles, or sentences of two paragraphs.

Equal pieces are paired first, wherever they stand; the heaviest set of pairs in one order stays, the
others have moved. Between them pieces are paired that share most of their words, and pieces that were
split or merged are grouped. No step compares everything with everything once the sequences are long:
candidates come from words that few pieces have, so the work grows with the text, not with its square.

After "patience diff" (Bram Cohen) for the anchors and Jacobson & Vo, "Heaviest Increasing/Common
Subsequence Problems" (CPM 1992) for the choice among them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nsmallest
from itertools import compress, count, dropwhile, islice, pairwise, zip_longest
from operator import ne
from typing import NamedTuple

from .chains import heaviest
from .normalise import CJK

ALIKE = 0.4  # share of words in common (Dice) from which two neighbours are one piece, rewritten
ALIKE_FAR = 0.6  # the same for pieces out of order, where chance has more to choose from
INSIDE = 0.7  # share of a piece's words that must lie in another for it to be a part of that one
SMALL_GAP = 400  # pairs that are compared one by one; beyond, candidates come from rare words

_WORDS = re.compile(rf"[{CJK}]+|\w+")
_SPACED = re.compile(r"\w+")
_HAS_CJK = re.compile(f"[{CJK}]")
_FOLDED = bytes(ord(chr(code).lower() if _SPACED.match(chr(code)) else " ") for code in range(256))


@dataclass(slots=True)
class Piece:
    """One thing to pair: `key` is equal for equal pieces, `sort` keeps pictures from pairing with text."""

    key: str
    sort: str = ""
    _words: frozenset[str] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def words(self) -> frozenset[str]:
        """The words of the piece; pairs of neighbouring characters where words are not spaced."""
        if self._words is None:
            self._words = _words(self.key)
        return self._words


# A paragraph of one sentence is paired twice: as a block, and as a sentence.
@lru_cache(maxsize=1024)
def _words(text: str) -> frozenset[str]:
    if text.isascii():
        # As below, in a fifth of the time: bytes are translated without looking anything up.
        return frozenset(text.encode().translate(_FOLDED).decode().split())
    folded = text.casefold()
    if not _HAS_CJK.search(text):
        return frozenset(_SPACED.findall(folded))
    found: set[str] = set()
    for run in _WORDS.findall(folded):
        if _HAS_CJK.match(run):
            found.update(map("".join, pairwise(run)) if len(run) > 1 else run)
        else:
            found.add(run)
    return frozenset(found)


class Group(NamedTuple):
    """Pieces that belong together: places in the older and in the newer sequence."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    moved: bool = False


def align(old: Sequence[Piece], new: Sequence[Piece], *, moves: bool) -> list[Group]:
    """Pair the pieces of two sequences.

    Args:
        old: The older sequence.
        new: The newer one.
        moves: Whether pieces may be paired out of order.

    Returns:
        Groups that together hold every place once, in the order of the newer sequence; what was
        removed stands behind the piece that it followed. Groups that did not move are in order on
        both sides.
    """
    if len(old) == len(new) == 1 and (old[0] == new[0] or _similar(old, new, [0], [0])):
        return [Group((0,), (0,))]
    pairs = _equal(old, new)
    steady = heaviest(pairs, [len(old[i].key) + 1 for i, _ in pairs])
    far = [] if not moves else [p for p in pairs if p not in steady]
    taken_old, taken_new = {i for i, _ in far}, {j for _, j in far}
    anchors = sorted(steady)
    near: list[tuple[int, int]] = []
    last = (-1, -1)
    for here in [*anchors, (len(old), len(new))]:
        if here[0] > last[0] + 1 and here[1] > last[1] + 1:
            left = [i for i in range(last[0] + 1, here[0]) if i not in taken_old]
            right = [j for j in range(last[1] + 1, here[1]) if j not in taken_new]
            if left and right:
                near += _similar(old, new, left, right)
        last = here
    anchors = sorted([*anchors, *near])
    taken_old.update(i for i, _ in anchors)
    taken_new.update(j for _, j in anchors)
    if moves:
        loose_old = [i for i in range(len(old)) if i not in taken_old]
        loose_new = [j for j in range(len(new)) if j not in taken_new]
        for i, j, _ in _candidates(old, new, loose_old, loose_new, ALIKE_FAR):
            if i not in taken_old and j not in taken_new:
                far.append((i, j))
                taken_old.add(i)
                taken_new.add(j)
        # Now that rewritten pieces are paired too, the least text is said to have moved.
        every = sorted([*anchors, *far])
        steady = heaviest(every, [min(len(old[i].key), len(new[j].key)) + 1 for i, j in every])
        anchors, far = sorted(steady), [p for p in every if p not in steady]
    return _ordered(_grown(old, new, anchors, taken_old, taken_new), far, len(old), len(new))


def ends(old: Sequence[object], new: Sequence[object]) -> tuple[int, int]:
    """How many items two sequences have in common at their beginning, and then at their end."""
    least = min(len(old), len(new))
    head = next(compress(count(), map(ne, old, new)), least)
    back = islice(map(ne, reversed(old), reversed(new)), least - head)
    return head, next(compress(count(), back), least - head)


def differing(old: Iterable[str], new: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The pairs of two sequences of texts from the first that differs on, "" where one has ended.

    No more of them is read than is asked for.
    """
    return dropwhile(lambda pair: pair[0] == pair[1], zip_longest(old, new, fillvalue=""))


def _equal(old: Sequence[Piece], new: Sequence[Piece]) -> list[tuple[int, int]]:
    """Pair equal pieces: from both ends first, then the k-th of a kind with the k-th."""
    names_old, names_new = [(p.key, p.sort) for p in old], [(p.key, p.sort) for p in new]
    low, tail = ends(names_old, names_new)
    high_old, high_new = len(old) - tail, len(new) - tail
    pairs = [(i, i) for i in range(low)]
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for j in range(high_new - 1, low - 1, -1):
        places[names_new[j]].append(j)
    pairs.extend((i, there.pop()) for i in range(low, high_old) if (there := places.get(names_old[i])))
    pairs += [(high_old + k, high_new + k) for k in range(len(old) - high_old)]
    return pairs


def _similar(
    old: Sequence[Piece], new: Sequence[Piece], left: list[int], right: list[int]
) -> list[tuple[int, int]]:
    """Pair pieces of one gap in order, so that the most words are shared."""
    if len(left) == len(right) == 1:
        i, j = left[0], right[0]
        ours, theirs = old[i], new[j]
        if ours.sort != theirs.sort:
            return []
        alike = dice(ours, theirs) >= ALIKE / 2 or max(len(ours.words), len(theirs.words)) <= 6
        return [(i, j)] if alike else []
    if len(left) * len(right) > SMALL_GAP:
        found: dict[int, tuple[int, int]] = {}
        taken: set[int] = set()
        for i, j, shared in _candidates(old, new, left, right, ALIKE):
            if i not in found and j not in taken:
                found[i] = (j, shared)
                taken.add(j)
        pairs = [(i, found[i][0]) for i in sorted(found)]
        return sorted(heaviest(pairs, [found[i][1] + 1 for i, _ in pairs]))
    # Needleman-Wunsch on shared words.
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for a in range(len(left) - 1, -1, -1):
        ours, row, below = old[left[a]], best[a], best[a + 1]
        for b in range(len(right) - 1, -1, -1):
            theirs = new[right[b]]
            row[b] = max(below[b], row[b + 1])
            if (score := dice(ours, theirs)) >= ALIKE:
                row[b] = max(row[b], below[b + 1] + score * min(len(ours.words), len(theirs.words)))
    chosen, a, b = [], 0, 0
    while a < len(left) and b < len(right):
        if best[a][b] == best[a + 1][b]:
            a += 1
        elif best[a][b] == best[a][b + 1]:
            b += 1
        else:
            chosen.append((left[a], right[b]))
            a, b = a + 1, b + 1
    return chosen


def _candidates(
    old: Sequence[Piece], new: Sequence[Piece], left: list[int], right: list[int], least: float
) -> list[tuple[int, int, int]]:
    """Pairs (old, new, words shared) that are alike, the most alike first, found by their rare words."""
    having: defaultdict[str, list[int]] = defaultdict(list)
    for i in left:
        for word in old[i].words:
            having[word].append(i)
    found = []
    for j in right:
        votes: Counter[int] = Counter()
        for word in new[j].words:
            if len(there := having.get(word, ())) <= 8:
                votes.update(there)
        # Of equals the earlier is taken: the words of a set come in another order in every process.
        nearest = nsmallest(3, votes, key=lambda i: (-votes[i], i))
        found += [(score, i, j) for i in nearest if (score := dice(old[i], new[j])) >= least]
    found.sort(key=lambda f: (-f[0], abs(f[1] - f[2])))
    return [(i, j, len(old[i].words & new[j].words)) for _, i, j in found]


def dice(a: Piece, b: Piece) -> float:
    """The share of words that two pieces have in common, 0 to 1."""
    if a.sort != b.sort:
        return 0.0
    ours, theirs = a.words, b.words
    total = len(ours) + len(theirs)
    return 2 * len(ours & theirs) / total if total else 0.0


def _grown(
    old: Sequence[Piece],
    new: Sequence[Piece],
    anchors: list[tuple[int, int]],
    taken_old: set[int],
    taken_new: set[int],
) -> list[Group]:
    """Turn pairs into groups, taking in the neighbours that were split from them or merged into them."""
    groups = []
    for i, j in anchors:
        olds, news = [i], [j]
        if old[i].key != new[j].key:
            for step in (-1, 1):
                k = j + step
                while 0 <= k < len(new) and k not in taken_new and _is_part(new[k], old[i], new[j]):
                    taken_new.add(k)
                    news.append(k)
                    k += step
            for step in (-1, 1):
                k = i + step
                while (
                    len(news) == 1
                    and 0 <= k < len(old)
                    and k not in taken_old
                    and _is_part(old[k], new[j], old[i])
                ):
                    taken_old.add(k)
                    olds.append(k)
                    k += step
        groups.append(Group(tuple(sorted(olds)), tuple(sorted(news))))
    return groups


def _is_part(piece: Piece, whole: Piece, other: Piece) -> bool:
    """Whether a piece is made of the words of `whole` that its `other` part does not have."""
    # At least three words of its own: what is made of "the" and "of" lies in every paragraph.
    inside = len(piece.words & (whole.words - other.words))
    return piece.sort == whole.sort and inside >= 3 and inside >= INSIDE / 2 * len(piece.words)


def _ordered(steady: list[Group], far: list[tuple[int, int]], n_old: int, n_new: int) -> list[Group]:
    """Put groups into reading order and add what stands alone."""
    groups = [*steady, *(Group((i,), (j,), moved=True) for i, j in far)]
    paired_old = {i for g in groups for i in g.old}
    paired_new = {j for g in groups for j in g.new}
    groups += [Group((), (j,)) for j in range(n_new) if j not in paired_new]
    groups.sort(key=lambda g: g.new)
    gone = [i for i in range(n_old) if i not in paired_old]
    out: list[Group] = []
    for group in groups:
        if group.old and not group.moved:
            while gone and gone[0] < group.old[0]:
                out.append(Group((gone.pop(0),), ()))
        out.append(group)
    return out + [Group((i,), ()) for i in gone]
