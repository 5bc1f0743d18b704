"""When to look at an article again: a pure function of its age. It fetches nothing and keeps nothing.

News is edited soon after it appears and then hardly ever: of the last edits of 608,723 articles 63 %
fell on the first day and 97 % within five (Tsoukaladelis et al., IEEE S&P). So visits are dense at
first and end after a week; `settings.Crawl.revisit` holds the ladder.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

CONFIRM_AFTER = timedelta(minutes=30)
"""How soon a disappearance is looked at again before it is believed."""

_FIRST_WAIT = timedelta(minutes=10)
_LONGEST_WAIT = timedelta(days=1)


def next_visit(first_seen: datetime, now: datetime, ladder_hours: Sequence[float]) -> datetime | None:
    """When an article that was fetched at `now` is due again.

    Args:
        first_seen: The article's first capture.
        now: The moment of the fetch just made.
        ladder_hours: Ages in hours at which to look, ascending.

    Returns:
        The first rung later than `now`, or None when all lie behind.
    """
    rungs = (first_seen + timedelta(hours=hours) for hours in ladder_hours)
    return next((rung for rung in rungs if rung > now), None)


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
