"""What the literature says of how articles are edited: the stages they go through, and the rate in each.

An article is in a *stage*: how many changes were seen of it, and how fast they came. Within a stage the rate
of the next change depends on the time since the last (or since the beginning), in steps that grow by half.
What visits teach of it is `edit_curve`'s. The published figures are:

- 27.4 % of articles are edited (Tsoukaladelis et al., IEEE S&P), by 1.9 edits on average, 5 % of the edited
  more than nine times (Timmerman 2023);
- of last edits 88.5 % fall within a day, 95 % within three, 98.8 % within ten (Tsoukaladelis et al.), which
  1 / (1 + t / 3 h) follows closely;
- from an article's first version to its last it is 7 to 18 hours in the median at outlets with three to six
  edits (Spangher et al., NewsEdits, 2022): later edits come within hours, hardly ever after days.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import cache
from itertools import accumulate

HOUR = 3600.0
HORIZON = 30 * 24 * HOUR
"""Seconds after which an article is no longer watched."""

EDGES = (0.0, *(600.0 * 1.5**k for k in range(22)))
"""Seconds since the last change at which the steps begin; the last lies beyond the horizon."""
STEPS = len(EDGES) - 1
_BANDS = (HOUR, 6 * HOUR, 48 * HOUR)
BANDS = 2 * (len(_BANDS) + 1)

# Changes seen, and for each such bucket the mean pace (seconds from one to the next) that parts it.
_COUNTS = (0, 1, 2, 4, 7)
_PACES: tuple[tuple[float, ...], ...] = (
    (),
    (0.75 * HOUR, 3 * HOUR, 24 * HOUR),
    (HOUR, 5 * HOUR),
    (HOUR, 5 * HOUR),
    (2 * HOUR,),
)
_FIRST = tuple(accumulate((len(paces) + 1 for paces in _PACES), initial=0))
STAGES = _FIRST[-1]

_SHARES = (0.274, 0.47, 0.5, 0.8, 0.85)
"""Share of the articles with that many changes that see another."""
_PACE = (3 * HOUR, 4 * HOUR, 4 * HOUR, 2 * HOUR, 2 * HOUR)
_FALL = (1, 2, 2, 2, 2)
"""Of those, the share that still waits after t seconds is 1 / (1 + t / pace) to that power."""


def stage(changes: int, pace: float) -> int:
    """The stage of an article after so many changes that came every `pace` seconds."""
    bucket = bisect_right(_COUNTS, changes) - 1
    return _FIRST[bucket] + bisect_right(_PACES[bucket], pace)


def paces(changes: int) -> tuple[float, ...]:
    """The mean paces (seconds) that part the stages of articles with so many changes."""
    return _PACES[bisect_right(_COUNTS, changes) - 1]


@cache
def _bucket(stage: int) -> int:
    return bisect_right(_FIRST, stage) - 1


@cache
def prior(stage: int, step: int) -> float:
    """The literature's rate (per second) in a step of a stage."""
    bucket = _bucket(stage)
    share, pace, fall = _SHARES[bucket], _PACE[bucket], _FALL[bucket]

    def unchanged(since: float) -> float:
        return 1 - share * (1 - (1 + since / pace) ** -fall)

    start, end = EDGES[step : step + 2]
    return math.log(unchanged(start) / unchanged(end)) / (end - start)


def step_of(since: float) -> int:
    """The step in which a time (seconds since the last change) lies; the last for all beyond the horizon."""
    return min(bisect_right(EDGES, since) - 1, STEPS - 1)


@cache
def band_of(stage: int, step: int) -> int:
    """In which of `BANDS` bands, for first and for later changes, a step of a stage lies."""
    return BANDS // 2 * (stage > 0) + bisect_right(_BANDS, EDGES[step])
