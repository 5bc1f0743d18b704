"""When a source is due: cron lines, spans, jitter, time zones and back-off, as pure functions of a clock.

Schedules are kept in the archive's own tables and nothing here holds any state, so that a restart, a
clock that was set and a machine that slept are the same case: *next_at lies in the past, what now?*
APScheduler reads the cron lines; nothing else of it is used. Its schedulers wait by the wall clock, so
one set back an hour would stop them for an hour. Its triggers are asked about a clock that is never
set, and the time zone is put upon their answers here: in a zone, in the night in which an hour is
repeated, they name the same instant again however often they are asked for the next (3.11.3; found by
our property test), and run a daily line twice. Here it runs once, and in the night that lacks its
hour once, that much later. Nor are weekdays numbered from Monday, or day of month and day of week
both wanted, as theirs are: a line means what crontab(5) says.

Who asks is `service`; nothing is crawled here.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from apscheduler.triggers.cron import CronTrigger

from .errors import BadSchedule
from .model import Schedule

SHORTEST: Final = timedelta(minutes=1)
"""The least span of a schedule: outlets are not asked for news more often."""
LONGEST: Final = timedelta(days=366)
PATIENCE: Final = timedelta(minutes=1)
"""How late a run may begin before it counts as missed."""
FIRST_RETRY: Final = timedelta(minutes=5)
LAST_RETRY: Final = timedelta(hours=6)
MOST_SLOTS: Final = 1000
"""Missed runs that are counted at the most."""

_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_NEVER = datetime.max.replace(tzinfo=UTC)
_SPAN = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_WEEKDAY_PART = re.compile(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>[1-9]\d*))?")


# ----------------------------------------------------------------- reading


def parse_span(text: str) -> timedelta:
    """Read a span such as `15m`, `1h30m`, `90s`, `2d` or `1w`.

    Raises:
        BadSchedule: It is none.
    """
    match = _SPAN.fullmatch(text.strip().lower())
    if not match or not any(match.groups()):
        raise BadSchedule(f"{text!r} is no span of time; write 15m, 1h30m or 2d")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    try:
        return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        raise BadSchedule(f"{text!r} is longer than any schedule may be") from None


def new_schedule(
    source_id: int,
    *,
    now: datetime,
    every: timedelta | None = None,
    cron: str | None = None,
    jitter: timedelta = timedelta(0),
    zone: str = "UTC",
) -> Schedule:
    """A schedule that holds, with its first run: soon if by span, at its time if by cron line.

    Args:
        source_id: Whose it is.
        now: The moment it is set.
        every: The span between runs; or
        cron: Five fields as crontab(5) has them, or `@daily` and its like.
        jitter: By how much at the most a run is put off.
        zone: IANA name of the time zone of the cron line.

    Raises:
        BadSchedule: Something of it cannot be; the message names it and says what to do.
    """
    if (every is None) == (cron is None):
        raise BadSchedule("give a schedule one of --every and --cron")
    _zone(zone)
    made = Schedule(
        source_id=source_id, every=every, cron=cron, jitter=jitter, zone=zone, set_at=now, next_at=now
    )
    if every is not None and not SHORTEST <= every <= LONGEST:
        raise BadSchedule(f"a source is crawled every {told(every)}: choose between 1m and 366d")
    slots = [next_slot(made, now)]
    for _ in range(10):
        slots.append(next_slot(made, slots[-1]))
    gap = min(later - earlier for earlier, later in pairwise(slots))
    if jitter >= gap:
        raise BadSchedule(f"a jitter of {told(jitter)} must be shorter than the {told(gap)} between two runs")
    return replace(made, next_at=_put_off(made, now) if every is not None else next_run(made, now))


def told(span: timedelta) -> str:
    """A span in the form that `parse_span` reads, to the second."""
    left, parts = int(span.total_seconds()), []
    for unit, seconds in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, left = divmod(left, seconds)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


# ------------------------------------------------------------- firing times


def next_slot(schedule: Schedule, after: datetime) -> datetime:
    """The first instant later than `after` that the schedule names, jitter left aside (UTC).

    Raises:
        BadSchedule: Its cron line is none, or never fires.
    """
    if schedule.every is not None:
        return schedule.set_at + ((after - schedule.set_at) // schedule.every + 1) * schedule.every
    assert schedule.cron is not None
    zone, line = _zone(schedule.zone), _line(schedule.cron)
    best: datetime | None = None
    wall = _wall(after, zone) - _shift(after, zone)
    while True:
        fires = [trigger.get_next_fire_time(None, wall + _INSTANT) for trigger in line.triggers]
        wall = min((fire for fire in fires if fire is not None), default=_NEVER)
        # Only around a shift of the clock is a later time on the wall ever the earlier instant.
        if best is not None and wall > _wall(best, zone) + _shift(best, zone):
            return best
        if wall == _NEVER:
            raise BadSchedule(f"the cron line {schedule.cron!r} never fires; see its day and month")
        for fold in (0, 1) if line.repeats else (0,):
            instant = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
            if instant > after and (best is None or instant < best):
                best = instant


def next_run(schedule: Schedule, after: datetime) -> datetime:
    """The first instant later than `after` at which a run is due, jitter included (UTC)."""
    slot = next_slot(schedule, after - schedule.jitter)
    while (run := _put_off(schedule, slot)) <= after:
        slot = next_slot(schedule, slot)
    return run


def _put_off(schedule: Schedule, slot: datetime) -> datetime:
    # The same slot is always put off by the same span, so a restart neither loses nor repeats it.
    digest = hashlib.sha256(f"{schedule.source_id}@{slot.isoformat()}".encode()).digest()
    share = int.from_bytes(digest[:4], "big") / 2**32
    return slot + timedelta(seconds=int(schedule.jitter.total_seconds() * share))


def interval(schedule: Schedule, now: datetime) -> timedelta:
    """The span between the next two slots."""
    slot = next_slot(schedule, now)
    return next_slot(schedule, slot) - slot


# ------------------------------------------------------------------ deciding


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a schedule wants now.

    Attributes:
        why: "scheduled" or "by hand".
        slot: The instant at which the run was due.
        missed: How many runs fell into a time in which nobody was there to start them.
        skip: That the last of these is too long ago to be made up for.
    """

    why: str
    slot: datetime
    missed: int = 0
    skip: bool = False


def due(schedule: Schedule, now: datetime, *, awake_since: datetime, grace: timedelta) -> Due | None:
    """What a schedule wants at `now`, if anything. However many runs are owed, one is made.

    Args:
        schedule: As it is kept.
        now: The moment.
        awake_since: Since when somebody has been watching: a run due well before that was missed.
        grace: How long after its time a missed run is still made up for.
    """
    if schedule.asked_at is not None and schedule.asked_at <= now:
        return Due(why="by hand", slot=schedule.asked_at)
    if schedule.paused or schedule.next_at > now:
        return None
    missed, slot, last = 0, schedule.next_at, schedule.next_at
    while slot <= now and missed < MOST_SLOTS:
        missed += slot < awake_since - PATIENCE
        slot, last = next_run(schedule, slot), slot
    skip = missed > 0 and now - last > grace
    return Due(why="scheduled", slot=schedule.next_at, missed=missed, skip=skip)


def started(schedule: Schedule, *, slot: datetime, now: datetime) -> Schedule:
    """The schedule once its run has begun: `next_at` stays, so that a run that is killed is owed."""
    return replace(schedule, lag=max(now - slot, timedelta(0)))


def ended(schedule: Schedule, *, now: datetime, begun: datetime, failed: bool) -> Schedule:
    """The schedule after a run: next time as it says, or sooner or later if the run came to nothing.

    Failures are tried again after 5, 10, 20 minutes and so on, at last every 6 hours, for as long as
    it takes: a weekly source sooner than in a week, a dead one less often than every few minutes.
    """
    failures = schedule.failures + 1 if failed else 0
    wait = min(FIRST_RETRY * (1 << min(failures - 1, 10)), LAST_RETRY) if failed else None
    asked = schedule.asked_at
    return replace(
        schedule,
        failures=failures,
        next_at=now + wait if wait is not None else next_run(schedule, now),
        asked_at=asked if asked is not None and asked > begun else None,
    )


def owed(schedule: Schedule, *, now: datetime) -> Schedule:
    """The schedule when its run could not be, or was stopped, through nobody's fault: soon again."""
    if schedule.asked_at is not None:
        return replace(schedule, asked_at=now + PATIENCE)
    return replace(schedule, next_at=now + PATIENCE)


def skipped(schedule: Schedule, *, now: datetime) -> Schedule:
    """The schedule when nothing is to make up for what is behind."""
    return replace(schedule, next_at=next_run(schedule, now))


def asked(schedule: Schedule, *, now: datetime) -> Schedule:
    """The schedule when somebody wants a run at once, paused or not."""
    return replace(schedule, asked_at=now)


def paused(schedule: Schedule) -> Schedule:
    """The schedule when it is to rest."""
    return replace(schedule, paused=True)


def resumed(schedule: Schedule, *, now: datetime) -> Schedule:
    """The schedule when it goes on: nothing is owed for the time of its rest, old failures are forgotten."""
    return replace(schedule, paused=False, failures=0, next_at=next_run(schedule, now))


def settled(schedule: Schedule, *, now: datetime) -> Schedule:
    """The schedule after the clock was set: a next run beyond what it says is drawn back."""
    limit = now + LAST_RETRY if schedule.failures else next_run(schedule, now)
    return replace(schedule, next_at=min(schedule.next_at, limit))


# -------------------------------------------------------------------- inside


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # unknown; a path; a folder of zones such as "Europe"
        near = difflib.get_close_matches(name, available_timezones(), n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else "write an IANA name such as Europe/Paris"
        raise BadSchedule(f"no time zone {name!r}; {hint}") from None


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows, as if it were UTC: without nights that lack or repeat an hour."""
    return instant.astimezone(zone).replace(tzinfo=UTC, fold=0)


def _shift(instant: datetime, zone: ZoneInfo) -> timedelta:
    """By how much the clock is set within a day of an instant; nearly always nothing."""
    before, later = ((instant + day).astimezone(zone).utcoffset() for day in (-_DAY, _DAY))
    assert before is not None
    assert later is not None
    return abs(later - before)


@dataclass(frozen=True, slots=True)
class _Line:
    """A cron line: what fires it on the wall's clock, and whether it goes on through a repeated hour.

    As in Vixie's cron: a line with `*` at the start of its minute or hour means "every so often" and
    runs in both, one that names its times runs once.
    """

    triggers: tuple[CronTrigger, ...]
    repeats: bool


@lru_cache(maxsize=512)
def _line(line: str) -> _Line:
    fields = _NAMED.get(line.strip().lower(), line).split()
    if len(fields) != 5:
        raise BadSchedule(
            f"the cron line {line!r} has {len(fields)} fields, not 5: minute hour day month weekday"
        )
    minute, hour, day, month, weekday = fields
    days = [(day, _weekdays(weekday, line))]
    if not day.startswith("*") and not weekday.startswith("*"):
        days = [(day, "*"), ("*", _weekdays(weekday, line))]
    try:
        triggers = tuple(
            CronTrigger(minute=minute, hour=hour, day=d, month=month, day_of_week=w, timezone=UTC)
            for d, w in days
        )
    except (ValueError, TypeError) as error:
        raise BadSchedule(f"the cron line {line!r} cannot be read: {error}") from None
    return _Line(triggers, minute.startswith("*") or hour.startswith("*"))


def _weekdays(field: str, line: str) -> str:
    """A weekday field by names, which count alike everywhere."""
    chosen: set[int] = set()
    for part in field.lower().split(","):
        match = _WEEKDAY_PART.fullmatch(part)
        if match is None:
            raise BadSchedule(f"the cron line {line!r} has no weekday {part!r}; write 0 to 7 or sun to sat")
        first, last, step = match["first"], match["last"], int(match["step"] or 1)
        if first == "*":
            begin, end = 0, 6
        else:
            begin = _weekday(first, line)
            end = _weekday(last, line) if last else (6 if match["step"] else begin)
            if last and end < begin:
                end += 7  # fri-mon, sat-sun
        chosen.update(day % 7 for day in range(begin, end + 1, step))
    return "*" if len(chosen) == 7 else ",".join(_WEEKDAYS[day] for day in sorted(chosen))


def _weekday(text: str, line: str) -> int:
    if text in _WEEKDAYS:
        return _WEEKDAYS.index(text)
    if text.isdecimal() and int(text) <= 7:
        return int(text)
    raise BadSchedule(f"the cron line {line!r} has no weekday {text!r}; write 0 to 7 or sun to sat")
