"""Schedules: one row for each source that has one, and which of them want a run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from ..errors import NotFound
from ..model import Schedule
from .tables import schedule, source
from .values import clean, micros, moment

_MICROSECOND = timedelta(microseconds=1)
_ALL = (
    select(schedule)
    .join(source, source.c.id == schedule.c.source_id)
    .where(source.c.removed_at.is_(None))
    .order_by(schedule.c.next_at, schedule.c.source_id)
)


def save(connection: Connection, new: Schedule) -> None:
    """Give a source this schedule, in place of any other."""
    connection.execute(delete(schedule).where(schedule.c.source_id == new.source_id))
    connection.execute(insert(schedule).values(**_columns(new)))


def change(connection: Connection, source_id: int, alter: Callable[[Schedule], Schedule]) -> Schedule:
    """Read a schedule, alter it and write it back, while nobody else writes.

    Raises:
        NotFound: The source has none.
    """
    row = connection.execute(select(schedule).where(schedule.c.source_id == source_id)).first()
    if row is None:
        raise NotFound(f"source {source_id} has no schedule; `palimpsest schedule set` gives it one")
    new = alter(_schedule(row))
    connection.execute(update(schedule).where(schedule.c.source_id == source_id).values(**_columns(new)))
    return new


def remove(connection: Connection, source_id: int) -> bool:
    """Take a source's schedule away; whether there was one."""
    return bool(connection.execute(delete(schedule).where(schedule.c.source_id == source_id)).rowcount)


def every(connection: Connection) -> tuple[Schedule, ...]:
    """All schedules of registered sources, the next due first."""
    return tuple(_schedule(row) for row in connection.execute(_ALL))


def due(connection: Connection, now: datetime) -> tuple[Schedule, ...]:
    """Those whose time has come, or that were asked for by hand; the longest due first."""
    came = and_(schedule.c.paused == 0, schedule.c.next_at <= micros(now))
    query = _ALL.where(or_(came, schedule.c.asked_at <= micros(now)))
    return tuple(_schedule(row) for row in connection.execute(query))


def _columns(value: Schedule) -> dict[str, Any]:
    return {
        "source_id": value.source_id,
        "every": None if value.every is None else value.every // _MICROSECOND,
        "cron": clean(value.cron),
        "jitter": value.jitter // _MICROSECOND,
        "zone": value.zone,
        "set_at": micros(value.set_at),
        "paused": int(value.paused),
        "next_at": micros(value.next_at),
        "asked_at": micros(value.asked_at),
        "failures": value.failures,
        "lag": None if value.lag is None else value.lag // _MICROSECOND,
    }


def _schedule(row: Row[Any]) -> Schedule:
    return Schedule(
        source_id=row.source_id,
        every=None if row.every is None else row.every * _MICROSECOND,
        cron=row.cron,
        jitter=row.jitter * _MICROSECOND,
        zone=row.zone,
        set_at=moment(row.set_at),
        paused=bool(row.paused),
        next_at=moment(row.next_at),
        asked_at=moment(row.asked_at),
        failures=row.failures,
        lag=None if row.lag is None else row.lag * _MICROSECOND,
    )
