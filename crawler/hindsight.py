"""How outlets edit, learned anew from the visits to many articles, all read together.

The edits and the time that `lookback` finds in each article's visits make new counts, and with these all
visits are read again: the EM algorithm (Dempster, Laird and Rubin 1977). Visits a quarter of an hour apart
cannot tell steps of ten minutes apart, so counts are spread over neighbouring steps each time, which keeps EM
from making peaks of chance (Silverman, Jones, Wilson and Nychka 1990). Where the visits are stored is not
known here; `learning` brings them.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .edit_curve import Counts, EditCurve, archive_counts, held, outlet_counts
from .lookback import Log, Reader, Tally
from .stages import STAGES, STEPS, band_of, prior

Outlet = TypeVar("Outlet", bound=Hashable)

_BEGINNINGS, _BELIEVED = (0.003, 0.05), 1e6  # shares of false changes, as of so many visits
_ROUNDS, _ON_ALL = 6, 2  # for each beginning; for the likelier one
_ONE_IN, _MANY = 4, 5000  # the first rounds read one article in so many, where there are many changes
_MOST_FALSE = 0.1  # of an outlet's visits, or a live blog, which changes each time, would be nothing else


@dataclass(frozen=True, slots=True)
class _Learned:
    """Counts of the archive and of each outlet; how likely those they were made with are by the visits."""

    archive: Counts
    outlets: Mapping[Any, Counts]
    likelihood: float = -math.inf


def learned(logs: Mapping[Outlet, Sequence[Log]]) -> tuple[Counts, dict[Outlet, Counts]]:
    """The counts of the whole archive and of each outlet, from nothing but these visits.

    EM only climbs, and whether a change every other day is an edit or a fault makes two hills: it begins
    with few false changes and with many, and the likelier of both goes on.

    Args:
        logs: The visits to some articles of each outlet.

    Returns:
        Counts for `EditCurve`; of the archive's, `allowed` is not known here.
    """
    changes = sum(len(log.changes) for some in logs.values() for log in some)
    part = {outlet: some[::_ONE_IN] for outlet, some in logs.items()} if changes > _MANY else logs
    begun = (_climbed(part, _begin(logs, share), _ROUNDS) for share in _BEGINNINGS)
    best = max(begun, key=lambda one: one.likelihood)
    best = _climbed(logs, best, _ON_ALL)
    return best.archive, {outlet: best.outlets[outlet] for outlet in logs}


def _begin(outlets: Iterable[Hashable], false_share: float) -> _Learned:
    archive = archive_counts()
    archive.told, archive.false = _BELIEVED, _BELIEVED * false_share
    return _Learned(archive, {outlet: outlet_counts() for outlet in outlets})


def _climbed(logs: Mapping[Outlet, Sequence[Log]], one: _Learned, rounds: int) -> _Learned:
    for _ in range(rounds):
        one = _again(logs, one)
    return one


def _again(logs: Mapping[Outlet, Sequence[Log]], before: _Learned) -> _Learned:
    """The counts that all visits make when they are read by those counts."""
    found, common, counted = {}, archive_counts(), {}
    likelihood = held(EditCurve(before.archive, outlet_counts()).false_share)
    for outlet, some in logs.items():
        tally = Tally()
        reader = Reader(EditCurve(before.archive, before.outlets[outlet]), tally)
        read = [reader.read(log) for log in some]
        edits = math.fsum(one for one, _ in read)
        likelihood += math.fsum(one for _, one in read)
        counted[outlet] = counts = outlet_counts()
        counts.visits = sum(log.visits for log in some)
        counts.told = counts.visits - edits
        counts.false = min(sum(len(log.changes) for log in some) - edits, _MOST_FALSE * counts.told)
        common.visits += counts.visits
        common.told += counts.told
        common.false += counts.false
        found[outlet] = tally.cells()
        for cell, (stage, step, seen, seconds) in enumerate(found[outlet]):
            common.seen[cell] += seen
            common.expected[cell] += seconds * prior(stage, step)
    common.seen, common.expected = _spread(common.seen), _spread(common.expected)
    curve = EditCurve(common, outlet_counts())
    for outlet, cells in found.items():
        for stage, step, seen, seconds in cells:
            band = band_of(stage, step)
            counted[outlet].seen[band] += seen
            counted[outlet].expected[band] += seconds * curve.common(stage, step)
    return _Learned(common, counted, likelihood)


def _spread(cells: list[float]) -> list[float]:
    """A quarter of each cell given to either neighbour in its stage."""
    spread = []
    for first in range(0, STAGES * STEPS, STEPS):
        row = [0.0, *cells[first : first + STEPS], 0.0]
        spread += [row[step] / 4 + row[step + 1] / 2 + row[step + 2] / 4 for step in range(STEPS)]
    return spread
