"""The log of changes, read: by id, the newest, those after a cursor; and what captures showed since."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from ..changes import Verdict
from ..errors import NotFound
from ..model import ChangeKind, Outcome
from .alert_rows import Change
from .tables import alias, capture, change
from .values import decode_list, micros, moment


def after(connection: Connection, last: int, limit: int) -> tuple[Change, ...]:
    """The changes committed after the one of id `last`, in order."""
    query = select(change).where(change.c.id > last).order_by(change.c.id).limit(limit)
    return tuple(map(of_row, connection.execute(query)))


def newest(connection: Connection, limit: int) -> tuple[Change, ...]:
    """The latest changes, the newest first."""
    return tuple(map(of_row, connection.execute(select(change).order_by(change.c.id.desc()).limit(limit))))


def one(connection: Connection, change_id: int) -> Change:
    """The change of that id.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(select(change).where(change.c.id == change_id)).first()
    if row is None:
        raise NotFound(f"no change {change_id}")
    return of_row(row)


def shown_since(connection: Connection, article_id: int, since: datetime) -> tuple[int | None, ...]:
    """What each telling capture of an article showed after `since`: a version's id, or None for a page
    that was gone."""
    query = (
        select(capture.c.version_id, capture.c.outcome)
        .where(capture.c.article_id == article_id, capture.c.at > micros(since))
        .order_by(capture.c.at, capture.c.id)
    )
    return tuple(
        row.version_id
        for row in connection.execute(query)
        if row.version_id is not None or row.outcome == Outcome.GONE.value
    )


def keys_of(connection: Connection, article_id: int) -> tuple[str, ...]:
    """The keys under which an article is known."""
    query = select(alias.c.key).where(alias.c.article_id == article_id).order_by(alias.c.key)
    return tuple(connection.scalars(query))


def of_row(row: Row[Any]) -> Change:
    """A change out of a row that has the columns of `change` under their names."""
    return Change(
        id=row.id,
        article_id=row.article_id,
        old_id=row.old_id,
        new_id=row.new_id,
        at=moment(row.at),
        kinds=tuple(ChangeKind(kind) for kind in json.loads(row.kinds)),
        weight=row.weight,
        verdict=Verdict(row.verdict),
        reasons=decode_list(row.reasons),
        title_before=row.title_before,
        title_after=row.title_after,
    )
