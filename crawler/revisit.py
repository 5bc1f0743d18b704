"""When to look at an article again: a pure function of what was seen of it, its outlet's curve and a price.

A visit is worth the changes to be expected since the last one, times the wait to the power `GAMMA`: of
0 it keeps the most versions, of 1 it is the square-root law of least waiting; a quarter keeps nearly
all that the former does and much of the latter's promptness. The next visit is due once that worth
reaches the price of a visit, which `price` works out from the visits one may spend on an article. So
visits are dense after publication and after each edit, and thin out as the outlet's own edits do. See
docs/revisits.md.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from datetime import datetime, timedelta
from functools import lru_cache

from .belief import History, Watched
from .edit_curve import HORIZON, HOUR, EditCurve, archive_counts, outlet_counts, stage

CONFIRM_AFTER = timedelta(minutes=30)
"""How soon a disappearance is looked at again before it is believed."""

GAMMA = 0.2
FLOOR = 300.0
"""Seconds between two visits to an article at the least."""

MOST = 4
"""Times the budget that one article may cost, however often it changes."""

_FIRST_WAIT = timedelta(minutes=10)
_LONGEST_WAIT = timedelta(days=1)
_GONE_AT_LEAST, _GONE_AT_MOST, _GONE_FOR = timedelta(days=1), timedelta(days=30), timedelta(days=180)
_CHANGES_TOLD_APART = 7
_ARTICLES_OF_TRUST = 10.0  # budgets that an archive may be off before it is believed to be
_GAIN, _CHEAPEST, _DEAREST = 8.0, 0.1, 8.0
_PRICED = 0.95  # share of what is allowed that visits with a price may take
_WALL, _STEEPNESS = 0.85, 60.0  # share of the whole budget after which little more is spent, and how firmly
_PACES = (1200.0, 6000.0, 36000.0, 200000.0)  # seconds; one for each class of pace, roughly


def next_age(known: Watched, curve: EditCurve, price: float) -> float | None:
    """The age in seconds at which an article is due again, or None for never."""
    stages = [(one.stage, known.looked_at - one.edited_at, one.weight) for one in known.histories]
    curve = curve.settled(stage for stage, _, _ in stages)

    def worth(wait: float) -> float:
        expected = sum(weight * curve.mass(stage, start, start + wait) for stage, start, weight in stages)
        return expected * math.pow(wait / HOUR, GAMMA)

    low, high = FLOOR, HORIZON - known.looked_at
    if high <= low or worth(high) < price:
        return None
    while high > 1.02 * low:
        middle = math.sqrt(low * high)
        if worth(middle) < price:
            low = middle
        else:
            high = middle
    return known.looked_at + low if known.looked_at + low < HORIZON else None


def next_visit(
    first_seen: datetime, known: Watched, visits: int, curve: EditCurve, budget: float, articles: int
) -> datetime | None:
    """When an article is due again.

    Args:
        first_seen: When it was first seen.
        known: What visits have shown of it, the one just made included.
        visits: How often it was visited so far.
        curve: Its outlet's; its counts of the archive tell what was spent.
        budget: Visits that an article may cost on average.
        articles: How many the archive has.

    Returns:
        The time; None when no further visit is worth its price, or `MOST` times the budget is spent.
    """
    if visits >= MOST * budget:
        return None
    spent = curve.archive.visits / budget
    dear = scarcity(spent, curve.archive.allowed / budget, articles)
    age = next_age(known, curve, price(budget) * dear)
    return None if age is None else first_seen + timedelta(seconds=age)


def scarcity(spent: float, allowed: float, articles: int) -> float:
    """By how much a visit is dearer, or cheaper, than the literature's price.

    Outlets that edit more than the literature's would cost more than the budget, and calm ones would leave
    some of it. So the price follows what was spent: an archive that is 10 % over its share of what it was
    allowed for the time it watched pays about double, and one 10 % below it half. That has bounds, lest what
    one outlet's feed asks for ends the looks at all others. Where the end of the whole budget is near, as it
    never is while an archive grows, visits are dearer still. What is left goes for those that have no price,
    which a feed asks for or which meet a paywall.

    Args:
        spent, allowed: In budgets of an article; see `allowance`.
        articles: How many share the budget.
    """
    over = (spent + _ARTICLES_OF_TRUST) / (_PRICED * allowed + _ARTICLES_OF_TRUST)
    wall: float = max(1.0, spent / max(1, articles) / _WALL) ** _STEEPNESS
    dear: float = min(_DEAREST, max(_CHEAPEST, over**_GAIN)) * wall
    return dear


def allowance(age: float, budget: float) -> float:
    """Visits that an article may have cost by that age: as they would fall to one that is never edited."""
    ages = _quiet_ages(budget)
    number = bisect_right(ages, age)
    if number == len(ages):
        return budget
    before = ages[number - 1] if number else 0.0
    return budget * (number + (age - before) / (ages[number] - before)) / len(ages)


@lru_cache(maxsize=16)
def _quiet_ages(budget: float) -> tuple[float, ...]:
    curve = EditCurve(archive_counts(), outlet_counts()).settled()
    known, ages = Watched(), []
    while (age := next_age(known, curve, price(budget))) is not None:
        ages.append(age)
        known = Watched(looked_at=age)
    return (*ages, HORIZON)


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
            history = History(changes, changes * pace)
            known = Watched((history,), changes * pace)
            reach, visits, again = 1.0, 0.0, 0.0
            while reach > 1e-3 and visits < 1000 and (age := next_age(known, curve, price)) is not None:
                visits += reach
                changed = reach * curve.chance(
                    number, known.looked_at - history.edited_at, age - history.edited_at
                )
                if changes == _CHANGES_TOLD_APART:
                    again += changed
                else:
                    visits += changed * onwards[stage(changes + 1, age / (changes + 1))]
                reach -= changed
                known = Watched((history,), age)
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
