"""When to look at an article again: a pure function of what was seen of it, its outlet and a budget.

The next visit is due when `prospect` says that it is worth most, at the price of a visit that `price` works
out from the visits one may spend on an article, and `scarcity` from what was spent. So visits are dense
where a version is likely to be overwritten soon, after publication and after each edit, and thin out as the
outlet's own edits do; where none is worth its price, the article is left alone. See docs/revisits.md.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta
from functools import lru_cache

from .belief import History, Watched
from .edit_curve import Counts, EditCurve, archive_counts, outlet_counts
from .prospect import TOLD_APART, Prospects
from .stages import HORIZON, stage

CONFIRM_AFTER = timedelta(minutes=30)
"""How soon a disappearance is looked at again before it is believed."""

MOST = 4
"""Times the budget that one article may cost, however often it changes."""

_FIRST_WAIT = timedelta(minutes=10)
_LONGEST_WAIT = timedelta(days=1)
_GONE_AT_LEAST, _GONE_AT_MOST, _GONE_FOR = timedelta(days=1), timedelta(days=30), timedelta(days=180)
_FIRST_GUESS, _PRICE_BY_VISITS = 0.3, 1.2  # of one visit an article; power by which it falls with more
_CHEAP, _DEAR = 1e-5, 10.0
_GUESSES, _NEAR_ENOUGH = 16, 0.02
_ARTICLES_OF_TRUST = 10.0  # budgets that an archive may be off before it is believed to be
_GAIN, _CHEAPEST, _DEAREST = 8.0, 0.1, 8.0
_PRICED = 0.95  # share of what is allowed that visits with a price may take
_WALL, _STEEPNESS = 0.85, 60.0  # share of the whole budget after which little more is spent, and how firmly
_PACES = (1200.0, 6000.0, 36000.0, 200000.0)  # seconds; one for each class of pace, roughly


def next_visit(
    first_seen: datetime, known: Watched, visits: int, prospects: Prospects, budget: float
) -> datetime | None:
    """When an article is due again.

    Args:
        first_seen: When it was first seen.
        known: What visits have shown of it, the one just made included.
        visits: How often it was visited so far.
        prospects: Its outlet's, at the price that a visit has now.
        budget: Visits that an article may cost on average.

    Returns:
        The time; None when no further visit is worth its price, or `MOST` times the budget is spent.
    """
    age = prospects.next_age(known) if visits < MOST * budget else None
    return None if age is None else first_seen + timedelta(seconds=age)


def current_price(spent: Counts, budget: float, articles: int) -> float:
    """The price of a visit now, in versions kept.

    Args:
        spent: The archive's counts, which tell the visits made and allowed.
        budget: Visits that an article may cost on average.
        articles: How many the archive has.
    """
    return price(budget) * scarcity(spent.visits / budget, spent.allowed / budget, articles)


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
    prospects = _literature(price(budget))
    known, ages = Watched(), []
    while (age := prospects.next_age(known)) is not None:
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
    cheap, dear = _CHEAP, _DEAR  # prices with more visits than that, and with fewer
    found = _FIRST_GUESS / budget
    for _ in range(_GUESSES):
        visits = _expected_visits(_literature(found))
        if abs(visits - budget) < _NEAR_ENOUGH * budget:
            return found
        cheap, dear = (found, dear) if visits > budget else (cheap, found)
        better = found * (visits / budget) ** _PRICE_BY_VISITS
        found = better if cheap < better < dear else (cheap * dear) ** 0.5
    return cheap


@lru_cache(maxsize=4)
def _literature(price: float) -> Prospects:
    return Prospects(EditCurve(archive_counts(), outlet_counts()), price)


def _expected_visits(prospects: Prospects) -> float:
    """Visits to an article: along the path without a change, and from each change onwards."""
    curve = prospects.curve
    onwards: dict[int, float] = {}
    for changes in range(TOLD_APART, -1, -1):
        reached: dict[int, float] = {}
        for pace in _PACES:
            number = stage(changes, pace)
            if number in reached:
                continue
            history = History(changes, changes * pace)
            known = Watched((history,), changes * pace)
            reach, visits, again = 1.0, 0.0, 0.0
            while reach > 1e-3 and (age := prospects.next_age(known)) is not None:
                visits += reach
                changed = reach * curve.chance(
                    number, known.looked_at - history.edited_at, age - history.edited_at
                )
                if changes == TOLD_APART:
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
