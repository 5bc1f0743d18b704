"""How outlets edit: the rate of the next change by what was seen of an article so far, learned from visits.

The rate in a stage of an article, at a time since its last change, is the product of three things, each of
which gives way to the next as visits are counted:

- the literature's (`stages`);
- the archive's: for each stage and step of time, changes counted against changes expected;
- the outlet's: the same over a few bands of time, shrunk to the archive's.

A visit only says whether something changed *since the visit before* (interval censoring), so a change
is shared over the steps between as the rate has it there: one step of the EM algorithm (Dempster,
Laird and Rubin 1977) for each visit, on counters that are only added to. Some changes are none (a
rotating box that reads as text): they come as often after a minute as after a month, and by that
they are told from edits. A visit counts for as much as it can tell: where a false change is likelier than
an edit it says little of edits, and much of false changes, and each weighs by that (Fisher's
information; Titterington 1984 on learning from incomplete data visit by visit). Without that weight a
calm outlet would stay as lively as it was first held to be, since each of its false changes would be
shared out by what is believed already.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from .stages import BANDS, EDGES, STAGES, STEPS, band_of, prior, step_of

_OF_LITERATURE = 4.0  # changes that the literature's word weighs, for each stage and step
_OF_ARCHIVE = 10.0  # the same of the archive's word, for the first edits of an outlet and for the later ones
_OF_OUTLET = 40.0  # the same of that, for each band of time
_FALSE, _OF_FALSE = 0.003, 1000.0  # share of visits that only look changed; visits that this weighs
_OF_COMMON = 200.0  # visits that the archive's share weighs for an outlet
_LEAST_FALSE = 1e-5  # no outlet is trusted further
_LEAST = 0.1  # of the level above, however much fewer changes were counted than that would have expected


def _zeros(count: int) -> list[float]:
    return [0.0] * count


def _shrunk(seen: float, expected: float, above: float, weight: float) -> float:
    """A factor out of changes seen and expected, shrunk to the one above, which weighs as many changes."""
    return max(_LEAST * weight, seen + weight) / (expected + weight / above)


@dataclass(slots=True)
class Counts:
    """Sums over visits, of one outlet or of the whole archive.

    Attributes:
        visits: Visits counted.
        false: Changes among them that were none, each visit weighed by what it tells of those.
        seen: Changes by cell, each visit weighed by what it tells of edits.
        expected: What the level above would have expected there.
        allowed: Visits that the budget allowed for the time watched; of the whole archive only.
        told: The visits by the weight that they have in `false`.
        learned: The visits when all was learned anew last (`learning`).
    """

    visits: float = 0.0
    false: float = 0.0
    seen: list[float] = field(default_factory=list)
    expected: list[float] = field(default_factory=list)
    allowed: float = 0.0
    told: float = 0.0
    learned: float = 0.0

    def to_json(self) -> str:
        """As text for a column."""
        cells = [[round(value, 4) for value in cells] for cells in (self.seen, self.expected)]
        values = [round(self.visits, 2), round(self.false, 4), *cells]
        values += [round(self.allowed, 4), round(self.told, 4), round(self.learned, 2)]
        return json.dumps(values, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Counts:
        """Out of such a text; where one is older, its visits were all allowed, and weighed all the same."""
        visits, false, seen, expected, *later = json.loads(text)
        return cls(visits, false, seen, expected, *later, *[visits, visits, 0][len(later) :])


def held(false_share: float) -> float:
    """Logarithm of how likely such a share of false changes is held to be before any visit was made."""
    return _OF_FALSE * (_FALSE * math.log(false_share) + (1 - _FALSE) * math.log1p(-false_share))


def archive_counts() -> Counts:
    """Empty counts for a whole archive."""
    return Counts(seen=_zeros(STAGES * STEPS), expected=_zeros(STAGES * STEPS))


def outlet_counts() -> Counts:
    """Empty counts for one outlet."""
    return Counts(seen=_zeros(BANDS), expected=_zeros(BANDS))


@dataclass(frozen=True, slots=True)
class Trust:
    """What a visit can tell, before it is known whether it shows a change.

    Attributes:
        edit: The chance that it meets an edit.
        false: That it meets none and looks changed all the same.
    """

    edit: float
    false: float

    @property
    def edits(self) -> float:
        """The probability that a change would be an edit: what the visit weighs in what is known of edits."""
        return self.edit / (self.edit + self.false)


Table = tuple[list[float], list[float]]
"""Of a stage: the rate in each step, and the edits to be expected until it begins."""


@dataclass(frozen=True, slots=True)
class EditCurve:
    """What is known of how an outlet edits: rates read from the counts, which `learn` adds to."""

    archive: Counts
    outlet: Counts
    tables: Mapping[int, Table] = field(default_factory=dict)

    def settled(self, stages: Iterable[int] = range(STAGES)) -> EditCurve:
        """The same with the rates of those stages worked out: for many questions and no more counting."""
        missing = set(stages) - self.tables.keys()
        if not missing:
            return self
        factors = [self._factor(band) for band in range(BANDS)]
        tables = dict(self.tables)
        for stage in missing:
            rates = [self.common(stage, step) * factors[band_of(stage, step)] for step in range(STEPS)]
            masses = (rate * (end - start) for rate, (start, end) in zip(rates, pairwise(EDGES), strict=True))
            tables[stage] = rates, list(accumulate(masses, initial=0.0))
        return EditCurve(self.archive, self.outlet, tables)

    def rate(self, stage: int, step: int) -> float:
        """Changes per second in a step of a stage."""
        if stage in self.tables:
            return self.tables[stage][0][step]
        return self.common(stage, step) * self._factor(band_of(stage, step))

    def common(self, stage: int, step: int) -> float:
        """Changes per second in a step of a stage, at the archive's outlets together."""
        cell = stage * STEPS + step
        seen, expected = self.archive.seen[cell], self.archive.expected[cell]
        return prior(stage, step) * _shrunk(seen, expected, 1.0, _OF_LITERATURE)

    def _factor(self, band: int) -> float:
        first = band - band % (BANDS // 2)
        alike = slice(first, first + BANDS // 2)
        seen, expected = self.outlet.seen[alike], self.outlet.expected[alike]
        whole = _shrunk(sum(seen), sum(expected), 1.0, _OF_ARCHIVE)
        return _shrunk(self.outlet.seen[band], self.outlet.expected[band], whole, _OF_OUTLET)

    @property
    def false_share(self) -> float:
        """The share of this outlet's visits that only look changed."""
        common = (self.archive.false + _FALSE * _OF_FALSE) / (self.archive.told + _OF_FALSE)
        common = max(_LEAST_FALSE, common)
        return max(_LEAST_FALSE, (self.outlet.false + common * _OF_COMMON) / (self.outlet.told + _OF_COMMON))

    def pieces(self, stage: int, start: float, end: float) -> list[tuple[int, float, float]]:
        """The steps between two times since the last change: their numbers, seconds and rates."""
        step = step_of(start)
        found = []
        while start < end:
            until = end if step == STEPS - 1 else min(end, EDGES[step + 1])
            found.append((step, until - start, self.rate(stage, step)))
            start, step = until, step + 1
        return found

    def mass(self, stage: int, start: float, end: float) -> float:
        """Edits to be expected between two times since the last change."""
        if stage in self.tables:
            return self.until(stage, end) - self.until(stage, start)
        return sum(seconds * rate for _, seconds, rate in self.pieces(stage, start, end))

    def until(self, stage: int, end: float) -> float:
        """Edits to be expected from the last change until then, in a stage that is `settled`."""
        rates, sums = self.tables[stage]
        step = step_of(end)
        return sums[step] + (end - EDGES[step]) * rates[step]

    def chance(self, stage: int, start: float, end: float) -> float:
        """The probability of an edit between two times since the last change."""
        return -math.expm1(-self.mass(stage, start, end))

    def moment(self, stage: int, start: float, end: float) -> float:
        """When, between two times since the last change, an edit is to be expected that happened there."""
        masses = [(seconds * rate, seconds) for _, seconds, rate in self.pieces(stage, start, end)]
        at, total = start, 0.0
        for mass, seconds in masses:
            total += mass * (at + seconds / 2)
            at += seconds
        return total / sum(mass for mass, _ in masses)

    def learn(
        self,
        stage: int,
        start: float,
        end: float,
        trust: Trust,
        *,
        edited: float = 0.0,
        quiet: float = 0.0,
        feigned: float = 0.0,
    ) -> None:
        """Count what a visit says of a stage.

        Args:
            stage: The article's before it.
            start, end: Seconds since the last change at the visit before, and now.
            trust: What the visit can tell.
            edited: How likely it is that the article was in that stage and an edit was met.
            quiet: That it was in that stage and none was.
            feigned: Edits that false changes would on average have been taken for, had the visit shown one.
        """
        pieces = self.pieces(stage, start, end)
        total = sum(seconds * rate for _, seconds, rate in pieces)
        chance = -math.expm1(-total)
        before = 0.0  # mass of the steps before
        for step, seconds, rate in pieces:
            mass = rate * seconds
            share = spent = 0.0
            first = math.exp(-before) * -math.expm1(-mass) / chance if chance else 0.0  # the edit falls here
            if edited:
                share = edited * first
                # Time after the edit belongs to the next stage: only that before it was spent here.
                later = (math.exp(-before - mass) - math.exp(-total)) / chance if chance else 0.0
                spent = seconds * edited * later + share * seconds / 2
            spent = trust.edits * (spent + seconds * quiet)
            share = share * (1 - trust.false) - feigned * first
            band, cell = band_of(stage, step), stage * STEPS + step
            self.outlet.seen[band] += share
            self.outlet.expected[band] += spent * self.common(stage, step)
            self.archive.seen[cell] += share
            self.archive.expected[cell] += spent * prior(stage, step)
            before += mass

    def count_visit(self, trust: Trust, *, changed: bool) -> None:
        """Count a visit, and what it tells of false changes."""
        for counts in (self.archive, self.outlet):
            counts.visits += 1
            counts.told += 1 - trust.edits
            counts.false += (1 - trust.edits) * (changed - trust.edit)
