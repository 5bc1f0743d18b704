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
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .belief import History, Watched
from .edit_curve import EditCurve
from .stages import HORIZON, HOUR, STAGES, paces, stage

FLOOR = 300.0
"""Seconds between two visits to an article at the least."""

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
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
    """The values at a place between those at the times, which are the last axis."""
    low, share = place
    found: Floats = np.diff(values).take(low, axis=-1)
    found *= share
    found += values.take(low, axis=-1)
    return found


@cache
def _paces(edits: int) -> tuple[float, ...]:
    """For each class of pace after that many edits, the seconds from one to the next that stand for it."""
    bounds = paces(edits)
    if not bounds:
        return (0.0,)
    return (0.4 * bounds[0], *(math.sqrt(low * high) for low, high in pairwise(bounds)), 2.2 * bounds[-1])


class _Outlook(NamedTuple):
    """What is to be expected of articles with so many edits; the first axis is the class of their pace.

    Attributes:
        unedited: The probability that none follows until each time since the last.
        stays: The same until the second of two times, given that there was none before the first.
        reached: The class of pace that an edit in each span leads to.
        again: The probability that none follows that one until each time; its first axis is that class.
    """

    unedited: Floats
    stays: Floats
    reached: NDArray[np.intp]
    again: Floats


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
        again = self._quiet(TOLD_APART)
        lasting = self._outlook(TOLD_APART, again)
        later = np.zeros(lasting.unedited.shape)
        for _ in range(_ROUNDS):
            before = later
            edited = self._edited(lasting, later)
            later = self._best(lasting, edited)
            if np.abs(later - before).max() < _NEAR:
                break
        self._worths = [self._by_wait(lasting, edited, later)]
        for edits in range(TOLD_APART - 1, -1, -1):
            outlook = self._outlook(edits, again)
            edited = self._edited(outlook, later)
            later = self._best(outlook, edited)
            self._worths.insert(0, self._by_wait(outlook, edited, later))
            again = self._quiet(edits)

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

    def _quiet(self, edits: int) -> Floats:
        """The probability that no edit follows one in each span, the last of so many, until each time."""
        mass = self._mass[[stage(edits, seconds) for seconds in _paces(edits)]]
        return np.exp(-_read(mass, self._grid.after))

    def _outlook(self, edits: int, again: Floats) -> _Outlook:
        """What is to be expected after that many edits; `again`: `_quiet` after one more."""
        pace = np.array(_paces(edits))
        unedited = np.exp(-self._mass[[stage(edits, seconds) for seconds in pace]])
        reached = np.searchsorted(
            paces(min(edits + 1, TOLD_APART)),
            (edits * pace[:, None] + self._grid.middles) / (edits + 1),
            side="right",
        )
        return _Outlook(unedited, unedited[:, None, :] / unedited[:, :, None], reached, again)

    def _edited(self, outlook: _Outlook, later: Floats) -> Floats:
        """What edits bring that come between two times and are met at the second, less the visit's price.

        Args:
            outlook: Of the articles.
            later: The worth of all visits to come after one more edit, by class of pace and time since.

        Returns:
            By class of pace, first time and second, given that there was none before the first.
        """
        grid, unedited = self._grid, outlook.unedited
        # If another edit came in between, unseen, the time since it is half as long on average.
        halfway = _read(later, grid.halfway)
        after = outlook.again * (_read(later, grid.after) - halfway) + halfway
        gains = after[outlook.reached, np.arange(len(grid.middles))]
        gains += grid.fading
        gains *= (unedited[:, :-1] - unedited[:, 1:])[:, :, None]
        sums = np.zeros((*unedited.shape, len(grid.times)))
        np.cumsum(gains, axis=1, out=sums[:, 1:])
        edited: Floats = np.diagonal(sums, axis1=1, axis2=2)[:, None, :] - sums
        edited /= unedited[:, :, None]
        edited -= self._price
        return edited

    def _best(self, outlook: _Outlook, edited: Floats) -> Floats:
        """The worth of all visits to come, by class of pace and time since the last edit."""
        worths = np.zeros_like(outlook.unedited)
        for number in range(len(self._grid.times) - 2, -1, -1):
            ahead = slice(number + 1, None)
            best = edited[:, number, ahead] + outlook.stays[:, number, ahead] * worths[:, ahead]
            worths[:, number] = np.maximum(0.0, best.max(axis=1))
        return worths

    def _by_wait(self, outlook: _Outlook, edited: Floats, worths: Floats) -> Floats32:
        """The worth of each wait, by class of pace and time since the last edit."""
        low, share = self._grid.ahead
        each = edited + outlook.stays * worths[:, None, :]
        before = np.take_along_axis(each, low[None], axis=2)
        by_wait = before + share * (np.take_along_axis(each, low[None] + 1, axis=2) - before)
        return by_wait.astype(np.float32)
