"""When a message may go: quiet hours, digests, back-off; pure, and right on the nights clocks change.

Hours are those of a clock on the wall. A time that is skipped in spring is counted by the clock of before
(02:30 is what has become 03:30); of one that comes twice in autumn the first is meant.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ..settings import Alerts
from ..storage import Watch

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


class Period(StrEnum):
    """How often a digest is sent."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"  # on Mondays


def back_off(failures: int, *, after: float | None = None, jitter: float | None = None) -> timedelta:
    """How long to wait after a failure: full jitter under a doubling ceiling, capped at an hour.

    Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.

    Args:
        failures: Failures in a row, this one included.
        after: Seconds the other side asked for; at least so long is waited, up to a day.
        jitter: From 0 to 1, for tests; None: random.
    """
    ceiling: timedelta = min(FIRST_WAIT * (1 << min(max(failures, 1) - 1, 10)), LONGEST_WAIT)
    share = random.random() if jitter is None else jitter
    asked = timedelta(seconds=min(after or 0.0, 86_400.0))
    return max(asked, ceiling * share)


@dataclass(frozen=True, slots=True)
class Manners:
    """How one watch's people are treated: quiet hours, the zone that they are meant in, messages an hour."""

    quiet: str
    zone: str
    rate: int

    @classmethod
    def of(cls, watch: Watch, settings: Alerts) -> Manners:
        """Those of a watch, and the archive's where it has none of its own."""
        return cls(
            settings.quiet if watch.quiet is None else watch.quiet,
            watch.zone or settings.zone,
            watch.rate or settings.rate,
        )


def quiet_until(now: datetime, hours: str, zone: str) -> datetime | None:
    """When the quiet hours end in which `now` lies; None where it lies in none.

    Args:
        now: An aware time.
        hours: `22:00-07:00`, or "".
        zone: Name of the time zone they are meant in.
    """
    if not hours:
        return None
    begin, end = (time.fromisoformat(part) for part in hours.split("-"))
    today = now.astimezone(ZoneInfo(zone)).date()
    for days in (-1, 0):
        day = today + timedelta(days=days)
        over = timedelta(days=int(end <= begin))
        start, stop = _at(datetime.combine(day, begin), zone), _at(datetime.combine(day + over, end), zone)
        if start <= now < stop:
            return stop
    return None


def next_digest(now: datetime, period: Period, hour: int, zone: str) -> datetime:
    """When the next digest is due after `now`: the full hour, `hour` of the day, or that of Monday."""
    if period is Period.HOURLY:
        return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    today = now.astimezone(ZoneInfo(zone)).date()
    step = 1
    if period is Period.WEEKLY:
        today, step = today - timedelta(days=today.weekday()), 7
    moment = _at(datetime.combine(today, time(hour)), zone)
    return moment if moment > now else _at(datetime.combine(today + timedelta(days=step), time(hour)), zone)


def _at(wall: datetime, zone: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
