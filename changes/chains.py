"""The heaviest set of pairs that is in order on both sides.

After Jacobson & Vo, "Heaviest Increasing/Common Subsequence Problems" (CPM 1992).
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise


def heaviest(pairs: list[tuple[int, int]], weights: list[int]) -> set[tuple[int, int]]:
    """The heaviest subset of pairs that is in order on both sides; `pairs` ascend in the first."""
    if all(a[1] < b[1] for a, b in pairwise(pairs)):
        return set(pairs)
    # A staircase of (last place, weight, index), rising in both: the best chain ending at or before.
    ends: list[int] = []
    stairs: list[tuple[int, int]] = []
    before: list[int] = []
    for k, (_, j) in enumerate(pairs):
        at = bisect_left(ends, j)
        total = weights[k] + (stairs[at - 1][0] if at else 0)
        before.append(stairs[at - 1][1] if at else -1)
        drop = at
        while drop < len(ends) and stairs[drop][0] <= total:
            drop += 1
        ends[at:drop] = [j]
        stairs[at:drop] = [(total, k)]
    chain, k = set(), stairs[-1][1]
    while k >= 0:
        chain.add(pairs[k])
        k = before[k]
    return chain
