"""What all visits to one article say of its edits, each change read in the light of the visits after it.

`belief` judges a change by the visits before it, as it must to say when to come again. Those after it tell
more: edits come in swarms, false changes do not. So the visits are read forwards, over all that each change
may have been, and then backwards from what is still likely at their end (the forward-backward algorithm of
Baum, Petrie, Soules and Weiss 1970); what comes out are the edits and the time that fall into each stage
and step. What many articles say together is `hindsight`'s matter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .edit_curve import EditCurve
from .stages import EDGES, HOUR, STAGES, STEPS, stage, step_of

_MOST_EDITS = 10  # that are told apart
_FOLLOWED = 0.01  # least probability of an edit that later visits are asked about
_FORGOTTEN = 1e-3  # probability below which nothing is followed any more
_PARTS = ((HOUR / 3, 1), (2 * HOUR, 2))  # of shorter times between visits, in which an edit may lie
_MOST_PARTS = 4
_LEAST_FALSE = 1e-4  # as share of visits, lest one edit be beyond all doubt


@dataclass(frozen=True, slots=True)
class Log:
    """The visits to an article; times are seconds since it was first seen.

    Attributes:
        visits: Their number, the first not counted.
        end: When the last one was.
        changes: Of each that showed another text, when the visit before was and when it was.
    """

    visits: int
    end: float
    changes: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, visits: Sequence[tuple[float, bool]]) -> Log:
        """From the times of the visits after the first, each with whether it showed another text."""
        times = [0.0, *(at for at, _ in visits)]
        changes = tuple(span for span, (_, changed) in zip(pairwise(times), visits, strict=True) if changed)
        return cls(len(visits), times[-1], changes)


@dataclass(slots=True)
class Tally:
    """Edits and time by stage and step.

    Attributes:
        edits: Edits in each cell.
        whole: Time as times whole steps were spent: of each step, how often one after it was reached last.
        rest: Seconds in the last step reached.
    """

    edits: list[float] = field(default_factory=lambda: [0.0] * (STAGES * STEPS))
    whole: list[float] = field(default_factory=lambda: [0.0] * (STAGES * STEPS))
    rest: list[float] = field(default_factory=lambda: [0.0] * (STAGES * STEPS))

    def spend(self, stage: int, start: float, end: float, weight: float) -> None:
        """Time between two moments since the last edit."""
        for until, sign in ((start, -weight), (end, weight)):
            step = step_of(until)
            self.whole[stage * STEPS + step] += sign
            self.rest[stage * STEPS + step] += sign * (until - EDGES[step])

    def cells(self) -> list[tuple[int, int, float, float]]:
        """Of each cell its stage and step, the edits in it and the seconds that were spent there."""
        spent = list(self.rest)
        for first in range(0, STAGES * STEPS, STEPS):
            beyond = 0.0
            for step in range(STEPS - 1, -1, -1):
                spent[first + step] += beyond * (EDGES[step + 1] - EDGES[step])
                beyond += self.whole[first + step]
        return [(*divmod(cell, STEPS), self.edits[cell], spent[cell]) for cell in range(STAGES * STEPS)]


class _Edit:
    """One edit that may have happened, as the last of so many; the first of all is the publication.

    Attributes:
        edits, at, stage: How many there were with it, when it happened, and the article's stage from then on.
        met: When the visit was that met it.
        weight: Its probability by the visits until then.
        credit: Added to its logarithm, when later visits are weighed.
        known: Its probability by all visits.
        before: The edits that may have been the one before, each with its probability if this one happened,
            and between which times since that one this one lies.
    """

    __slots__ = ("at", "before", "credit", "edits", "known", "met", "stage", "weight")

    def __init__(self, edits: int, at: float, met: float) -> None:
        self.edits, self.at, self.met = edits, at, met
        self.stage = stage(edits, at / max(1, edits))
        self.weight = self.credit = self.known = 0.0
        self.before: list[tuple[_Edit, float, float, float]] = []


class Reader:
    """Reads visits by a curve, and counts what they say.

    An edit that is unlikely as soon as it is met is counted as it seems and not followed: to forget it would
    take away all late edits, each of which is unlikely by itself, and to follow it would take minutes.

    Args:
        curve: Of the outlet.
        tally: What is added to.
    """

    def __init__(self, curve: EditCurve, tally: Tally) -> None:
        self._curve = curve.settled()
        self._until = self._curve.until
        self._false = max(_LEAST_FALSE, curve.false_share)
        self._tally = tally

    def read(self, log: Log) -> tuple[float, float]:
        """Count what the visits to an article say.

        Returns:
            The number of edits that they met, on average of what they may mean, and the logarithm of how
            likely such visits were.
        """
        published = _Edit(0, 0.0, 0.0)
        published.weight = 1.0
        found, alive, scale, met = [published], [published], 0.0, 0.0
        for before, at in log.changes:
            kept = self._still_last(alive, before, scale)
            fresh = self._edits(kept, before, at)
            total = math.fsum(weight for _, weight in kept) + math.fsum(one.weight for one in fresh)
            scale += math.log(total)
            alive = [one for one, _ in kept]
            for one in fresh:
                one.weight /= total
                one.credit = self._until(one.stage, at - one.at) + scale
                if one.weight >= _FOLLOWED:
                    alive.append(one)
                    found.append(one)
                else:
                    met += one.weight
                    self._count_edit(one, one.weight)
        kept = self._still_last(alive, log.end, scale)
        total = math.fsum(weight for _, weight in kept)
        for one, weight in kept:
            one.known = weight / total
            self._tally.spend(one.stage, one.met - one.at, log.end - one.at, one.known)
        for one in reversed(found[1:]):
            met += one.known
            self._count_edit(one, one.known)
            self._tally.spend(one.stage, 0.0, one.met - one.at, one.known)
            for last, share, start, _ in one.before:
                last.known += one.known * share
                self._tally.spend(last.stage, last.met - last.at, start, one.known * share)
        false, true = len(log.changes), log.visits - len(log.changes)
        return met, math.log(total) + scale + false * math.log(self._false) + true * math.log1p(-self._false)

    def _still_last(self, alive: list[_Edit], age: float, scale: float) -> list[tuple[_Edit, float]]:
        """Those that may be the last edit still, if none was met until that age, with their weights."""
        weights = [
            one.weight * math.exp(one.credit - self._until(one.stage, age - one.at) - scale) for one in alive
        ]
        least = _FORGOTTEN * math.fsum(weights)
        return [(one, weight) for one, weight in zip(alive, weights, strict=True) if weight > least]

    def _edits(self, kept: list[tuple[_Edit, float]], before: float, at: float) -> list[_Edit]:
        """The edits that a change may be, by number and time, weighed against that it is none."""
        parts = next((parts for longest, parts in _PARTS if at - before <= longest), _MOST_PARTS)
        width = (at - before) / parts
        fresh: dict[tuple[int, int], _Edit] = {}
        for last, weight in kept:
            number = min(last.edits + 1, _MOST_EDITS)
            bounds = [before - last.at + part * width for part in range(parts + 1)]
            masses = [self._until(last.stage, bound) for bound in bounds]
            likely = []
            for part in range(parts):
                one = fresh.get((number, part))
                if one is None:
                    fresh[number, part] = one = _Edit(number, before + (part + 0.5) * width, at)
                quiet = math.exp(-self._until(one.stage, at - one.at))
                likely.append((one, (masses[part + 1] - masses[part]) * quiet))
            total = math.fsum(mass for _, mass in likely)
            odds = weight * -math.expm1(masses[0] - masses[-1]) / self._false
            for part, (one, mass) in enumerate(likely):
                share = odds * mass / total if total else 0.0
                one.weight += share
                one.before.append((last, share, bounds[part], bounds[part + 1]))
        for one in fresh.values():
            if one.weight:
                one.before = [
                    (last, share / one.weight, start, end) for last, share, start, end in one.before
                ]
        return [one for one in fresh.values() if one.weight]

    def _count_edit(self, one: _Edit, weight: float) -> None:
        """Count an edit of that probability in the steps in which it may lie, and the time until it."""
        for last, share, start, end in one.before:
            pieces = self._curve.pieces(last.stage, start, end)
            whole, moment = math.fsum(seconds * rate for _, seconds, rate in pieces), start
            for step, seconds, rate in pieces:
                here = weight * share * seconds * rate / whole
                self._tally.edits[last.stage * STEPS + step] += here
                self._tally.spend(last.stage, start, moment + seconds / 2, here)
                moment += seconds
