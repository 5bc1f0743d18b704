"""When to look at an article again: a pure function of what was seen of it, its outlet's curve and a price.

A visit is worth the changes to be expected since the last one, times the wait to the power `GAMMA`: of
0 it keeps the most versions, of 1 it is the square-root law of least waiting; a quarter keeps nearly
all that the former does and much of the latter's promptness. The next visit is due once that worth
reaches the price of a visit, which `price` works out from the visits one may spend on an article. So
visits are dense after publication and after each edit, and thin out as the outlet's own edits do. See
docs/revisits.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from .edit_curve import HORIZON, EditCurve, archive_counts, outlet_counts, stage

CONFIRM_AFTER = timedelta(minutes=30)
"""How soon a disappearance is looked at again before it is believed."""

GAMMA = 0.25
FLOOR = 300.0
"""Seconds between two visits to an article at the least."""

MOST = 4
"""Times the budget that one article may cost, however often it changes."""

_FIRST_WAIT = timedelta(minutes=10)
_LONGEST_WAIT = timedelta(days=1)
_GONE_AT_LEAST, _GONE_AT_MOST, _GONE_FOR = timedelta(days=1), timedelta(days=30), timedelta(days=180)
_CHANGES_TOLD_APART = 7
_PACES = (1200.0, 6000.0, 36000.0, 200000.0)  # seconds; one for each class of pace, roughly


@dataclass(frozen=True, slots=True)
class Watched:
    """What visits have shown of an article; times are seconds since it was first seen.

    Attributes:
        changes: Changes believed to be edits.
        changed_at: When the last of them was seen; 0 for none.
        looked_at: When it was last looked at with success.
    """

    changes: int = 0
    changed_at: float = 0.0
    looked_at: float = 0.0

    @property
    def stage(self) -> int:
        return stage(self.changes, self.changed_at / max(1, self.changes))


def seen_at(known: Watched, age: float, curve: EditCurve, *, changed: bool, learn: bool) -> Watched:
    """What is known after a visit at `age`; with `learn`, the curve counts it.

    A change that is more likely none (`EditCurve.belief`) leaves the article in its stage.
    """
    start, end = known.looked_at - known.changed_at, age - known.changed_at
    if learn:
        belief = curve.learn(known.stage, start, end, changed=changed)
    else:
        belief = curve.belief(known.stage, start, end) if changed else 0.0
    if belief >= 0.5:
        return Watched(known.changes + 1, age, age)
    return replace(known, looked_at=age)


def next_age(known: Watched, curve: EditCurve, price: float) -> float | None:
    """The age in seconds at which an article is due again, or None for never."""
    start = known.looked_at - known.changed_at
    wait = curve.wait(known.stage, start, price, GAMMA, HORIZON - known.looked_at)
    age = known.looked_at + max(wait, FLOOR)
    return age if age < HORIZON else None


def next_visit(
    first_seen: datetime, known: Watched, visits: int, curve: EditCurve, budget: float, spent: float
) -> datetime | None:
    """When an article is due again.

    Args:
        first_seen: When it was first seen.
        known: What visits have shown of it, the one just made included.
        visits: How often it was visited so far.
        curve: Its outlet's.
        budget: Visits that an article may cost on average.
        spent: Visits that the archive's articles have cost on average so far.

    Returns:
        The time; None when no further visit is worth its price, or `MOST` times the budget is spent.
    """
    if visits >= MOST * budget:
        return None
    age = next_age(known, curve, price(budget) * scarcity(spent / budget))
    return None if age is None else first_seen + timedelta(seconds=age)


def scarcity(share: float) -> float:
    """By how much a visit is dearer where that share of the budget is spent.

    Outlets that edit more than the literature's would cost more than the budget. What is left over goes for
    visits that have no price: those planned already, those that a feed asks for, and those that meet a wall.
    """
    return max(1.0, share / 0.75) ** 40


def next_look_for_return(last_seen: datetime, now: datetime) -> datetime | None:
    """When an article that is gone is looked for again: after as long as it has been gone, within bounds.

    Returns:
        The time, one to thirty days from now; None half a year after the article was last seen.
    """
    gone = now - last_seen
    return None if gone > _GONE_FOR else now + min(max(gone, _GONE_AT_LEAST), _GONE_AT_MOST)


@lru_cache(maxsize=16)
def price(budget: float) -> float:
    """The price at which an article costs `budget` visits on average, by the literature's curve."""
    curve = EditCurve(archive_counts(), outlet_counts()).settled()
    low, high = 1e-5, 10.0
    for _ in range(24):
        middle = (low * high) ** 0.5
        if _expected_visits(curve, middle) > budget:
            low = middle
        else:
            high = middle
    return high


def _expected_visits(curve: EditCurve, price: float) -> float:
    """Visits to an article at a price: along the path without a change, and from each change onwards."""
    onwards: dict[int, float] = {}
    for changes in range(_CHANGES_TOLD_APART, -1, -1):
        reached: dict[int, float] = {}
        for pace in _PACES:
            number = stage(changes, pace)
            if number in reached:
                continue
            known = Watched(changes, changes * pace, changes * pace)
            reach, visits, again = 1.0, 0.0, 0.0
            while reach > 1e-3 and visits < 1000 and (age := next_age(known, curve, price)) is not None:
                visits += reach
                changed = reach * curve.chance(
                    number, known.looked_at - known.changed_at, age - known.changed_at
                )
                if changes == _CHANGES_TOLD_APART:
                    again += changed
                else:
                    visits += changed * onwards[stage(changes + 1, age / (changes + 1))]
                reach -= changed
                known = replace(known, looked_at=age)
            reached[number] = visits / max(0.05, 1 - again)
        onwards = reached
    return onwards[0]


def back_off(attempts: int, now: datetime, *, after: float | None = None) -> datetime:
    """When a page whose fetch failed is tried again: doubling waits, capped at a day.

    Args:
        attempts: Failures in a row before this one.
        now: The moment of the failure.
        after: Seconds the server asked for (`Retry-After`); a longer wait of its own wins.
    """
    wait: timedelta = min(_FIRST_WAIT * (1 << min(attempts, 10)), _LONGEST_WAIT)
    asked = timedelta(seconds=min(after or 0.0, _LONGEST_WAIT.total_seconds()))
    return now + max(wait, asked)


def next_try(
    last_seen: datetime, attempts: int, now: datetime, *, after: float | None = None
) -> datetime | None:
    """When a known article is tried again that could not be read: like any page, then like one that is gone.

    Args:
        last_seen: When it was last read.
        attempts: Failures since.
        now, after: As of `back_off`.
    """
    later = back_off(attempts, now, after=after)
    return later if later - now < _LONGEST_WAIT else next_look_for_return(last_seen, now)
