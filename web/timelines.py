"""An article's versions on a line of time: where each stands on it, and a slider along it; pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..storage import Span

STEPS: Final = 200
"""Places at which the slider can stand."""
WIDTH: Final = 1000.0
LEAST: Final = 4.0
"""Width of the drawing, and of its narrowest stretch: a version that stood for a minute is seen too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A version on the line, from `x` over `width` of `WIDTH`."""

    span: Span
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """A slider along the line: where it stands, and the steps at which a version begins."""

    value: int
    ticks: tuple[tuple[int, int], ...]  # step, version number
    start: datetime
    end: datetime


def drawn(spans: Sequence[Span]) -> tuple[Stretch, ...]:
    """The versions in their order; each lasts until the next one was seen."""
    if not spans:
        return ()
    start, total = _range(spans)
    ends = [span.first_seen for span in spans[1:]] + [spans[-1].last_seen]
    made = []
    for span, end in zip(spans, ends, strict=True):
        x = (span.first_seen - start) / total * (WIDTH - LEAST)
        width = max((end - span.first_seen) / total * (WIDTH - LEAST), LEAST)
        made.append(Stretch(span=span, x=round(x, 1), width=round(width, 1)))
    return tuple(made)


def slider(spans: Sequence[Span], at: datetime | None) -> Slider | None:
    """The slider at a moment (None: at the end); None for an article without versions."""
    if not spans:
        return None
    start, total = _range(spans)
    share = 1.0 if at is None else min(max((at - start) / total, 0.0), 1.0)
    ticks = tuple((math.ceil((span.first_seen - start) / total * STEPS), span.number) for span in spans)
    return Slider(value=_step(spans, share * STEPS, at), ticks=ticks, start=start, end=spans[-1].last_seen)


def moment_of(spans: Sequence[Span], step: int) -> datetime:
    """The moment that a step of the slider stands for."""
    start, total = _range(spans)
    return start + total * (min(max(step, 0), STEPS) / STEPS)


def _step(spans: Sequence[Span], place: float, at: datetime | None) -> int:
    """The step nearest to a place at which the same version stands; the nearest of all if at none does."""
    steps = (round(place), math.ceil(place), math.floor(place))
    same = (step for step in steps if at and _stood(spans, moment_of(spans, step)) == _stood(spans, at))
    return next(same, steps[0])


def _stood(spans: Sequence[Span], at: datetime) -> int:
    """How many versions had been seen by a moment."""
    return sum(span.first_seen <= at for span in spans)


def _range(spans: Sequence[Span]) -> tuple[datetime, timedelta]:
    """From the first sight of the first version to the last of the last, never nothing."""
    start = spans[0].first_seen
    return start, max(spans[-1].last_seen - start, timedelta(seconds=1))
