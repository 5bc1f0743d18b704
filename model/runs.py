"""When sources are crawled and how that went: runs, schedules, health.

What to do about it is decided in `schedule` and `health`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class RunState(StrEnum):
    """How a run stands. A run that was killed stays RUNNING until the next one finds it."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # by Ctrl-C or SIGTERM, everything in hand finished
    FAILED = "failed"
    KILLED = "killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a crawl over a source, with its counts and its errors."""

    id: int
    source_id: int | None
    why: str
    state: RunState
    started_at: datetime
    ended_at: datetime | None = None
    counts: tuple[tuple[str, int], ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a source is crawled: every so often, or by a cron line; one of the two is given.

    Attributes:
        source_id: Whose it is; a source has one schedule at the most.
        every: The span between two runs, counted from `set_at` in elapsed time.
        cron: Five fields as crontab(5) has them, in the wall clock of `zone`.
        jitter: By how much at the most a run is put off, so that sources do not start together.
        zone: IANA name of the time zone in which `cron` is read.
        set_at: When it was set.
        paused: No run is due while it is.
        next_at: When it is due; in the past while a run is owed or in hand.
        asked_at: When somebody asked for a run at once, until that run has ended.
        failures: Runs in a row that came to nothing.
        lag: How late the last run began.
    """

    source_id: int
    every: timedelta | None = None
    cron: str | None = None
    jitter: timedelta = timedelta(0)
    zone: str = "UTC"
    set_at: datetime
    paused: bool = False
    next_at: datetime
    asked_at: datetime | None = None
    failures: int = 0
    lag: timedelta | None = None


class HealthState(StrEnum):
    """How a source fares; all but OK and PAUSED want somebody's attention."""

    OK = "ok"
    LATE = "late"  # its runs do not come, or take longer than they may
    FAILING = "failing"  # runs come to nothing: a dead feed, no answer
    BLOCKED = "blocked"  # robots.txt, a bot check, a consent wall, 401, 403
    EMPTY = "empty"  # runs go well and bring little: a redesign, a fall in new articles
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthEvent:
    """Something an operator should hear of: a source's state turned, or its runs were missed.

    Without a source it is of the archive itself: a check found damage, or no more of it. `kind` is "state" or
    "missed"; `since` is when it began, which lies before `at`, when it was seen.
    """

    id: int
    source_id: int | None
    kind: str
    state: HealthState
    at: datetime
    since: datetime
    reason: str
