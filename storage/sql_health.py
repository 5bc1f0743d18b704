"""What tells how sources fare: events that operators hear of, and the counts that verdicts rest on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, func, insert, select

from ..model import HealthEvent, HealthState
from .sql_sources import next_id
from .tables import article, health_event
from .values import clean, micros, moment


def add_event(
    connection: Connection,
    source_id: int | None,
    kind: str,
    state: HealthState,
    since: datetime,
    reason: str,
    now: datetime,
) -> HealthEvent:
    """Keep an event; durable when the transaction ends."""
    event = HealthEvent(
        id=next_id(connection, health_event),
        source_id=source_id,
        kind=kind,
        state=state,
        at=now,
        since=since,
        reason=clean(reason),
    )
    connection.execute(
        insert(health_event).values(
            id=event.id,
            source_id=source_id,
            kind=kind,
            state=state.value,
            at=micros(now),
            since=micros(since),
            reason=event.reason,
        )
    )
    return event


def events(connection: Connection, after: int, limit: int) -> tuple[HealthEvent, ...]:
    """Events in the order of their ids, from behind `after`."""
    query = select(health_event).where(health_event.c.id > after).order_by(health_event.c.id).limit(limit)
    return tuple(_event(row) for row in connection.execute(query))


def states(connection: Connection, upto: int | None) -> dict[int | None, HealthEvent]:
    """The latest turn of each source (None: of the archive) that ever had one, or up to an event's id."""
    latest = (
        select(func.max(health_event.c.id))
        .where(health_event.c.kind == "state")
        .group_by(health_event.c.source_id)
    )
    if upto is not None:
        latest = latest.where(health_event.c.id <= upto)
    query = select(health_event).where(health_event.c.id.in_(latest))
    return {row.source_id: _event(row) for row in connection.execute(query)}


def new_articles(
    connection: Connection, since: datetime, middle: datetime, until: datetime
) -> dict[int, tuple[int, int]]:
    """By source: how many articles were first seen from `since` to `middle`, and from there to `until`."""
    late = func.sum(case((article.c.first_seen >= micros(middle), 1), else_=0))
    query = (
        select(article.c.source_id, func.count().label("total"), late.label("late"))
        .where(
            article.c.first_seen >= micros(since),
            article.c.first_seen < micros(until),
            article.c.source_id.is_not(None),
        )
        .group_by(article.c.source_id)
    )
    return {row.source_id: (row.total - int(row.late), int(row.late)) for row in connection.execute(query)}


def _event(row: Row[Any]) -> HealthEvent:
    return HealthEvent(
        id=row.id,
        source_id=row.source_id,
        kind=row.kind,
        state=HealthState(row.state),
        at=moment(row.at),
        since=moment(row.since),
        reason=row.reason,
    )
