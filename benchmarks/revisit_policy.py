"""The revisit policy as a candidate for a simulator of edits: learns from crawl logs, then says when to come.

The simulator calls `fit` with histories [(outlet, [(age in seconds, changed)])] and `next_check(state)`
after each fetch; `knob` is the price of a visit. Nothing here decides: `crawler.revisit` does.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from palimpsest.crawler.belief import Watched, seen_at
from palimpsest.crawler.edit_curve import EditCurve, outlet_counts
from palimpsest.crawler.hindsight import learned
from palimpsest.crawler.lookback import Log
from palimpsest.crawler.prospect import Prospects

History = tuple[str, list[tuple[float, bool]]]


class State(Protocol):
    """What the simulator tells of an article."""

    outlet: str
    now: float
    changed: bool
    n_checks: int
    memo: object


class _Learned:
    """Curves of all outlets after a log, which is read as an archive reads its own."""

    def __init__(self, histories: Sequence[History]) -> None:
        logs: defaultdict[str, list[Log]] = defaultdict(list)
        for outlet, visits in histories:
            logs[outlet].append(Log.of(visits))
        archive, outlets = learned(logs)
        self.curves = {name: EditCurve(archive, counts).settled() for name, counts in outlets.items()}
        self.fallback = EditCurve(archive, outlet_counts()).settled()


_last: tuple[list[History], _Learned] | None = None
"""The log learned last: a simulator that calibrates hands the same one to many policies."""


class Policy:
    """Palimpsest's policy at a price of 0.05 x `knob` versions for each visit."""

    def __init__(self, knob: float = 1.0) -> None:
        self._price = 0.05 * knob
        self._learned = _Learned(())
        self._prospects: dict[str, Prospects] = {}

    def fit(self, histories: list[History]) -> None:
        """Count the visits of a crawl's log, as the archive counts its own; once for the same log."""
        global _last
        if _last is None or _last[0] is not histories:
            _last = (histories, _Learned(histories))
        self._learned = _last[1]

    def next_check(self, state: State) -> float:
        """Seconds until the next fetch; infinity for never."""
        if state.outlet not in self._prospects:
            curve = self._learned.curves.get(state.outlet, self._learned.fallback)
            self._prospects[state.outlet] = Prospects(curve, self._price)
        prospects = self._prospects[state.outlet]
        known = state.memo if isinstance(state.memo, Watched) else Watched()
        if state.now > known.looked_at:
            known = seen_at(known, state.now, prospects.curve, changed=state.changed, learn=False)
        state.memo = known
        age = prospects.next_age(known)
        return math.inf if age is None else age - state.now

    def on_hint(self, state: State) -> float:
        """A feed or sitemap that speaks of an update makes the article due at once."""
        return 0.0
