"""What the visits to come are worth: the best plan of visits by a curve, found by dynamic programming.

A visit that shows an edit keeps a version that may be overwritten before the next visit, and teaches that the
article lives; a visit that shows none teaches that it is quieter than was thought. So the worth of a visit
depends on all that may follow it. For each number of edits met, class of their pace and time since the last,
the best wait is worked out backwards from the horizon (Bellman 1957): with the probability that the curve gives, an
edit is met and the article goes on as one edited once more; else it stays what it is, for longer. Where visits may
mean several histories, the wait is the best on their weighted average, as if the next visit would settle which is
true (the QMDP rule of Littman, Cassandra and Kaelbling 1995). When to look, and what a visit may cost, is `revisit`'s.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .belief import History, Watched
from .edit_curve import HORIZON, HOUR, STAGES, EditCurve, paces, stage

FLOOR = 300.0
"""Seconds between two visits to an article at the least."""

Floats = NDArray[np.float64]

_TOLD_APART = 7
"""Edits met from which on their number is not told apart."""
_ROUNDS, _NEAR = 12, 1e-3  # of the articles with that many edits, which stay what they are
_FADING = 0.12  # power by which a version is worth less, the more hours pass until it is met
_MOST_MASS = 25.0  # edits from the last edit to the horizon; rates beyond have run out
_WAITS: Final = np.geomspace(FLOOR, HORIZON, 64)
_SHIFT = 150.0  # seconds; times are read off on a scale of log(time + this)


@cache
def _times(fineness: float) -> Floats:
    """Seconds since the last edit, each later than the one before by that share of it, at least by `FLOOR`."""
    times = [0.0]
    while times[-1] < HORIZON:
        times.append(times[-1] + max(FLOOR, fineness * times[-1]))
    return np.array([*times[:-1], HORIZON])


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
        curve = curve.settled()
        self.curve = curve
        self._price = price
        self._times = _times(min(0.1, max(0.02, price)))
        self._scale = np.log(self._times + _SHIFT)
        mass = np.array([[curve.mass(number, 0.0, time) for time in self._times] for number in range(STAGES)])
        self._mass: Floats = np.minimum(mass, _MOST_MASS)
        middles = (self._times[1:] + self._times[:-1]) / 2
        self._middles = middles
        self._since: Floats = np.maximum(self._times[None, :] - middles[:, None], 0.0)
        self._met: Floats = (1 + self._since / HOUR) ** -_FADING
        self._waits: list[Floats] = []
        worths = np.zeros((len(_paces(_TOLD_APART)), len(self._times)))
        for _ in range(_ROUNDS):
            before = worths
            worths, waits = self._step(_TOLD_APART, worths)
            if np.abs(worths - before).max() < _NEAR:
                break
        self._waits.append(waits)
        for edits in range(_TOLD_APART - 1, -1, -1):
            worths, waits = self._step(edits, worths)
            self._waits.insert(0, waits)

    def _step(self, edits: int, onward: Floats) -> tuple[Floats, Floats]:
        """Worths after that many edits, out of those after one more: by class of pace and time, and by wait."""
        pace = np.array(_paces(edits))
        mass = self._mass[[stage(edits, seconds) for seconds in pace]]
        later = min(edits + 1, _TOLD_APART)
        reached = np.searchsorted(
            paces(later), (edits * pace[:, None] + self._middles) / (edits + 1), side="right"
        )
        gains = self._met + self._onward(later, onward)[reached, np.arange(len(self._middles))]
        here = np.exp(-mass)
        gains *= (here[:, :-1] - here[:, 1:])[:, :, None]
        sums = np.zeros((len(pace), *2 * [len(self._times)]))
        np.cumsum(gains, axis=1, out=sums[:, 1:])
        # Of an edit in one of the times between two, met at the later one, given that none came before.
        edited = (np.diagonal(sums, axis1=1, axis2=2)[:, None, :] - sums) / here[:, :, None] - self._price
        unedited = here[:, None, :] / here[:, :, None]
        worths = np.zeros_like(mass)
        for number in range(len(self._times) - 2, -1, -1):
            ahead = slice(number + 1, None)
            best = edited[:, number, ahead] + unedited[:, number, ahead] * worths[:, ahead]
            worths[:, number] = np.maximum(0.0, best.max(axis=1))
        return worths, self._by_wait(edited + unedited * worths[:, None, :])

    def _onward(self, edits: int, worths: Floats) -> Floats:
        """The worth at each visit of an article whose edit fell in each time before: by class of pace."""
        mass = self._mass[[stage(edits, seconds) for seconds in _paces(edits)]]
        whole, half = np.log(self._since + _SHIFT), np.log(self._since / 2 + _SHIFT)
        found = np.empty((len(worths), *self._since.shape))
        for number, worth in enumerate(worths):
            # If another edit came in between, unseen, the time since it is half as long on average.
            quiet = np.exp(-np.interp(whole, self._scale, mass[number]))
            found[number] = quiet * np.interp(whole, self._scale, worth)
            found[number] += (1 - quiet) * np.interp(half, self._scale, worth)
        return found

    def _by_wait(self, worths: Floats) -> Floats:
        """Worths by time of the visit, read off at each of `_WAITS` from each time on."""
        ahead = np.log(self._times[:, None] + _WAITS + _SHIFT)
        place = np.clip(np.searchsorted(self._scale, ahead) - 1, 0, len(self._times) - 2)
        low = np.maximum(place, np.arange(len(self._times))[:, None] + 1)
        low = np.minimum(low, len(self._times) - 1)
        high = np.minimum(low + 1, len(self._times) - 1)
        share = np.clip((ahead - self._scale[low]) / np.maximum(self._scale[high] - self._scale[low], 1e-9), 0, 1)
        rows = np.arange(len(self._times))[:, None]
        read: Floats = (1 - share) * worths[:, rows, low] + share * worths[:, rows, high]
        return read

    def next_age(self, known: Watched) -> float | None:
        """The age in seconds at which an article is due again; None where no visit is worth its price."""
        worths = sum(one.weight * self._worths(one, known.looked_at) for one in known.histories)
        ages = known.looked_at + _WAITS
        worths = np.where(ages < HORIZON, worths, -1.0)
        best = int(np.argmax(worths))
        return float(ages[best]) if worths[best] > 0 else None

    def _worths(self, one: History, looked_at: float) -> Floats:
        edits = min(one.edits, _TOLD_APART)
        pace = bisect_right(paces(edits), one.edited_at / max(1, one.edits))
        place = np.interp(math.log(looked_at - one.edited_at + _SHIFT), self._scale, np.arange(len(self._scale)))
        number = min(int(place), len(self._scale) - 2)
        rows = self._waits[edits][pace, number : number + 2]
        worths: Floats = rows[0] + (place - number) * (rows[1] - rows[0])
        return worths
