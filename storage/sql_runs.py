"""Runs: what each crawl of a source did, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ..errors import NotFound
from ..model import Run, RunState
from .sql_sources import next_id
from .tables import run
from .values import clean, decode_list, encode_list, micros, moment


def start(connection: Connection, source_id: int, why: str, now: datetime) -> Run:
    """Open a run. Runs of the same source still RUNNING are marked KILLED: the caller holds the
    source's lock, so nobody can be running them."""
    bury(connection, source_id, now)
    new = next_id(connection, run)
    connection.execute(
        insert(run).values(
            id=new,
            source_id=source_id or None,
            why=clean(why),
            state=RunState.RUNNING.value,
            started_at=micros(now),
            counts="{}",
            errors="[]",
        )
    )
    return Run(id=new, source_id=source_id or None, why=why, state=RunState.RUNNING, started_at=now)


def bury(connection: Connection, source_id: int, now: datetime) -> int:
    """Mark the runs of a source still RUNNING as KILLED; how many. The caller holds the source's lock."""
    same = run.c.source_id == source_id if source_id else run.c.source_id.is_(None)
    done = connection.execute(
        update(run)
        .where(same, run.c.state == RunState.RUNNING.value)
        .values(state=RunState.KILLED.value, ended_at=micros(now))
    )
    return done.rowcount


def running(connection: Connection) -> tuple[int, ...]:
    """The sources with a run that is RUNNING, dead or alive; 0 for lists of URLs."""
    query = select(run.c.source_id).where(run.c.state == RunState.RUNNING.value).distinct()
    return tuple(found or 0 for found in connection.scalars(query))


def finish(
    connection: Connection,
    run_id: int,
    state: RunState,
    counts: Mapping[str, int],
    errors: Iterable[str],
    now: datetime,
) -> Run:
    """Close a run with what it did.

    Raises:
        NotFound: There is no such run.
    """
    connection.execute(
        update(run)
        .where(run.c.id == run_id)
        .values(
            state=state.value,
            ended_at=micros(now),
            counts=clean(json.dumps(dict(counts), separators=(",", ":"))),
            errors=encode_list(errors),
        )
    )
    return one(connection, run_id)


def one(connection: Connection, run_id: int) -> Run:
    """The run of that id.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(select(run).where(run.c.id == run_id)).first()
    if row is None:
        raise NotFound(f"no run {run_id}")
    return _run(row)


def latest(
    connection: Connection, limit: int, source_id: int | None, without: str | None, before: int | None
) -> tuple[Run, ...]:
    """The newest runs, the newest first; see `Archive.runs`."""
    query = select(run).order_by(run.c.id.desc()).limit(limit)
    if source_id is not None:
        query = query.where(run.c.source_id == source_id)
    if without is not None:
        query = query.where(run.c.why != without)
    if before is not None:
        query = query.where(run.c.id < before)
    return tuple(_run(row) for row in connection.execute(query))


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        source_id=row.source_id,
        why=row.why,
        state=RunState(row.state),
        started_at=moment(row.started_at),
        ended_at=moment(row.ended_at),
        counts=tuple(json.loads(row.counts).items()),
        errors=decode_list(row.errors),
    )
