"""What the visits to come are worth: the best plan of visits by a curve, found by dynamic programming.

A visit that shows an edit keeps a version that may be overwritten before the next visit, and teaches that
the article lives; one that shows none teaches that it is quieter than was thought. So the worth of a visit
depends on all that may follow it. For each number of edits met, class of their pace and time since the last
edit, the best wait is worked out backwards from the horizon (Bellman 1957): with the probability that the
curve gives, an edit is met and the article goes on as one edited once more; else it stays what it is, for
longer. Where visits may mean several histories, the wait is the one best on their weighted average, as if
the next visit would settle which is true (the QMDP rule of Littman, Cassandra and Kaelbling 1995). What a
visit may cost is `revisit`'s to say.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .belief import History, Watched
from .edit_curve import EditCurve
from .stages import HORIZON, HOUR, STAGES, paces, stage

FLOOR = 300.0
"""Seconds between two visits to an article at the least."""

Floats = NDArray[np.float64]
Place = tuple[NDArray[np.intp], Floats]

TOLD_APART = 7
"""Edits met from which on their number is not told apart."""
_ROUNDS, _NEAR = 8, 1e-3  # of the articles with that many edits, which stay what they are
_FADING = 0.05  # power by which a version is worth less, the more hours pass until it is met
_FINENESS, _ENOUGH = (0.1, 0.07, 0.05, 0.035, 0.025), 0.6  # of times: the cheaper, the finer
_MOST_MASS = 25.0  # edits from the last edit to the horizon; rates beyond have run out
_WAITS: Final = np.geomspace(FLOOR, HORIZON, 64)
_SHIFT = 150.0  # seconds; times are read off on a scale of log(time + this)


@dataclass(frozen=True, eq=False)
class _Grid:
    """Times at which an article may be visited, and what only hangs on them.

    Attributes:
        times: Seconds since the last edit, each later than the one before.
        middles: Of the spans between them, when an edit in one is held to have happened.
        fading: What is left of the worth of an edit in each span when it is met at each time.
        after: Where the time from such an edit to such a visit lies among `times`; half of it, too.
        ahead: Where the end of each wait from each time on lies, never before the next time.
    """

    times: Floats
    middles: Floats
    fading: Floats
    after: Place
    halfway: Place
    ahead: Place


@cache
def _grid(fineness: float) -> _Grid:
    """Each time is later than the one before by that share of it, at least by `FLOOR`."""
    ages = [0.0]
    while ages[-1] < HORIZON:
        ages.append(ages[-1] + max(FLOOR, fineness * ages[-1]))
    times = np.array([*ages[:-1], HORIZON])
    middles = (times[1:] + times[:-1]) / 2
    since = np.maximum(times[None, :] - middles[:, None], 0.0)
    low, share = _place(times, times[:, None] + _WAITS)
    soonest = np.arange(1, len(times) + 1)[:, None]
    ahead = np.minimum(np.maximum(low, soonest), len(times) - 2), np.where(low < soonest, 0.0, share)
    fading = (1 + since / HOUR) ** -_FADING
    return _Grid(times, middles, fading, _place(times, since), _place(times, since / 2), ahead)


def _place(times: Floats, seconds: Floats) -> Place:
    """The number of the time before, and the share of the way to the one after, on a logarithmic scale."""
    low = np.clip(np.searchsorted(times, seconds, side="right") - 1, 0, len(times) - 2)
    scale, at = np.log(times + _SHIFT), np.log(seconds + _SHIFT)
    return low, np.clip((at - scale[low]) / (scale[low + 1] - scale[low]), 0.0, 1.0)


def _read(values: Floats, place: Place) -> Floats:
    low, share = place
    found: Floats = values[..., low] + share * (values[..., low + 1] - values[..., low])
    return found


@cache
def _paces(edits: int) -> tuple[float, ...]:
    """For each class of pace after that many edits, the seconds from one to the next that stand for it."""
    bounds = paces(edits)
    if not bounds:
        return (0.0,)
    return (0.4 * bounds[0], *(math.sqrt(low * high) for low, high in pairwise(bounds)), 2.2 * bounds[-1])


class Prospects:
    """The worth of each wait for the articles of an outlet, at a price of a visit.

    Args:
        curve: Of the outlet.
        price: Versions that a visit has to keep on average to be made; above 0.

    Attributes:
        curve: The same, with its rates worked out.
    """

    def __init__(self, curve: EditCurve, price: float) -> None:
        self.curve = curve.settled()
        self._price = price
        self._grid = _grid(next((one for one in _FINENESS if one <= _ENOUGH * price**0.5), _FINENESS[-1]))
        mass = [[self.curve.mass(number, 0.0, time) for time in self._grid.times] for number in range(STAGES)]
        self._mass: Floats = np.minimum(mass, _MOST_MASS)
        self._worths: list[Floats] = []
        later = np.zeros((len(_paces(TOLD_APART)), len(self._grid.times)))
        for _ in range(_ROUNDS):
            before = later
            later, worths = self._step(TOLD_APART, later)
            if np.abs(later - before).max() < _NEAR:
                break
        self._worths.append(worths)
        for edits in range(TOLD_APART - 1, -1, -1):
            later, worths = self._step(edits, later)
            self._worths.insert(0, worths)

    def next_age(self, known: Watched) -> float | None:
        """The age in seconds at which an article is due again; None where no visit is worth its price."""
        worths = sum(one.weight * self._of(one, known.looked_at) for one in known.histories)
        ages = known.looked_at + _WAITS
        worths = np.where(ages < HORIZON, worths, -1.0)
        best = int(np.argmax(worths))
        return float(ages[best]) if worths[best] > 0 else None

    def _of(self, one: History, looked_at: float) -> Floats:
        """The worth of each of `_WAITS`, if that history is the true one."""
        edits = min(one.edits, TOLD_APART)
        pace = bisect_right(paces(edits), one.edited_at / max(1, one.edits))
        low, share = _place(self._grid.times, np.array(looked_at - one.edited_at))
        rows = self._worths[edits][pace, low : low + 2]
        worths: Floats = rows[0] + share * (rows[1] - rows[0])
        return worths

    def _step(self, edits: int, later: Floats) -> tuple[Floats, Floats]:
        """After that many edits, the worth of all visits to come, and that of each wait.

        Args:
            edits: Their number.
            later: The worth of all visits to come after one more edit, by class of pace and time since.

        Returns:
            The like of `later`, and the worths by class of pace, time since the last edit and wait.
        """
        grid, more = self._grid, min(edits + 1, TOLD_APART)
        pace = np.array(_paces(edits))
        mass = self._mass[[stage(edits, seconds) for seconds in pace]]
        reached = np.searchsorted(
            paces(more), (edits * pace[:, None] + grid.middles) / (edits + 1), side="right"
        )
        gains = grid.fading + self._after(more, later)[reached, np.arange(len(grid.middles))]
        unedited = np.exp(-mass)
        gains *= (unedited[:, :-1] - unedited[:, 1:])[:, :, None]
        sums = np.zeros((*mass.shape, len(grid.times)))
        np.cumsum(gains, axis=1, out=sums[:, 1:])
        # Of an edit between two times, met at the second, and of none, given that none came before the first.
        edited = (np.diagonal(sums, axis1=1, axis2=2)[:, None, :] - sums) / unedited[:, :, None] - self._price
        stays = unedited[:, None, :] / unedited[:, :, None]
        worths = np.zeros_like(mass)
        for number in range(len(grid.times) - 2, -1, -1):
            ahead = slice(number + 1, None)
            best = edited[:, number, ahead] + stays[:, number, ahead] * worths[:, ahead]
            worths[:, number] = np.maximum(0.0, best.max(axis=1))
        low, share = grid.ahead
        rows = np.arange(len(grid.times))[:, None]
        each = edited + stays * worths[:, None, :]
        by_wait = each[:, rows, low] + share * (each[:, rows, low + 1] - each[:, rows, low])
        return worths, by_wait.astype(np.float32)

    def _after(self, edits: int, later: Floats) -> Floats:
        """The worth at each visit of an article that was edited in each span before: by class of pace."""
        mass = self._mass[[stage(edits, seconds) for seconds in _paces(edits)]]
        # If another edit came in between, unseen, the time since it is half as long on average.
        quiet = np.exp(-_read(mass, self._grid.after))
        return quiet * _read(later, self._grid.after) + (1 - quiet) * _read(later, self._grid.halfway)
