"""The log of changes, read: by id, the newest, those after a cursor; and what captures showed since."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, select

from ..changes import Verdict
from ..errors import NotFound
from ..model import ChangeKind, Outcome
from . import sql_edits
from .alert_rows import Change
from .rows import ChangeRecord
from .tables import alias, article, capture, change, source, version
from .values import decode_list, micros, moment, public_id

_old, _new = version.alias("old"), version.alias("new")
_old_capture, _new_capture = capture.alias("old_capture"), capture.alias("new_capture")
_RECORD: Final[Select[Any]] = (
    select(
        change,
        article.c.url,
        source.c.slug,
        source.c.name.label("outlet"),
        _old_capture.c.record_id.label("old_record"),
        _new_capture.c.record_id.label("new_record"),
        _old.c.number.label("old_number"),
        _new.c.number.label("new_number"),
    )
    .join(article, article.c.id == change.c.article_id)
    .outerjoin(source, source.c.id == article.c.source_id)
    .outerjoin(_old, _old.c.id == change.c.old_id)
    .outerjoin(_new, _new.c.id == change.c.new_id)
    .outerjoin(_old_capture, _old_capture.c.id == _old.c.capture_id)
    .outerjoin(_new_capture, _new_capture.c.id == _new.c.capture_id)
)


def after(connection: Connection, last: int, limit: int) -> tuple[Change, ...]:
    """The changes committed after the one of id `last`, in order."""
    query = select(change).where(change.c.id > last).order_by(change.c.id).limit(limit)
    return tuple(map(of_row, connection.execute(query)))


def newest(connection: Connection, limit: int) -> tuple[Change, ...]:
    """The latest changes, the newest first."""
    return tuple(map(of_row, connection.execute(select(change).order_by(change.c.id.desc()).limit(limit))))


def listed(connection: Connection, asked: sql_edits.Asked) -> tuple[ChangeRecord, ...]:
    """One page of a list of edits.

    Raises:
        NotFound: `asked.before` is no change.
    """
    last = None if asked.before is None else one(connection, asked.before)
    ids = sql_edits.found(connection, asked, last)
    records = {row.id: _record(row) for row in connection.execute(_RECORD.where(change.c.id.in_(ids)))}
    return tuple(records[id_] for id_ in ids)


def record(connection: Connection, change_id: int) -> ChangeRecord:
    """The change of that id with all that is said of it.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(_RECORD.where(change.c.id == change_id)).first()
    if row is None:
        raise NotFound(f"no change {change_id}")
    return _record(row)


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


def _record(row: Row[Any]) -> ChangeRecord:
    return ChangeRecord(
        change=of_row(row),
        url=row.url,
        source=row.slug,
        outlet=row.outlet,
        old_name=_name(row.old_record),
        new_name=_name(row.new_record),
        old_number=row.old_number,
        new_number=row.new_number,
    )


def _name(record_id: bytes | None) -> str | None:
    return None if record_id is None else public_id(record_id)


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
