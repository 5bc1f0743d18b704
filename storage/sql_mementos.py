"""Which captures of an article witnessed a version, in the order of time: the nearest, a page, the count.

Everything goes by the index (article_id, at). Moments are told apart by the second, as Memento's datetimes
are: of several captures within one the last stands for all. Not here: what a capture holds.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, select

from ..errors import NotFound
from ..model import Outcome
from .rows import Memento, Neighbours
from .tables import capture, is_redacted
from .values import micros, moment

SECOND: Final = 1_000_000


def around(connection: Connection, article_id: int, when: datetime) -> Neighbours | None:
    """The captures that witnessed a version of an article, seen from a second; None where there are none."""
    begin = micros(when) // SECOND * SECOND
    end = begin + SECOND
    first, last = _end(connection, article_id, newest=False), _end(connection, article_id, newest=True)
    if first is None or last is None:
        return None
    return Neighbours(
        first=first,
        before=_end(connection, article_id, capture.c.at < begin, newest=True),
        here=_end(connection, article_id, capture.c.at >= begin, capture.c.at < end, newest=True),
        after=_end(connection, article_id, capture.c.at >= end, newest=False),
        last=last,
    )


def page(connection: Connection, article_id: int, offset: int, limit: int) -> tuple[Memento, ...]:
    """Some of them in the order of time, one for each second."""
    query = _seconds(article_id).order_by(func.min(capture.c.at)).offset(offset).limit(limit)
    return tuple(Memento(at=moment(row.at), capture_id=row.id) for row in connection.execute(query))


def count(connection: Connection, article_id: int) -> int:
    """How many seconds `page` gives in all."""
    return int(connection.scalar(select(func.count()).select_from(_seconds(article_id).subquery())) or 0)


def is_redacted_at(connection: Connection, article_id: int, when: datetime) -> bool:
    """Whether what was captured in that second was taken out of the archive."""
    begin = micros(when) // SECOND * SECOND
    span = capture.c.at >= begin, capture.c.at < begin + SECOND
    query = select(capture.c.id).where(
        capture.c.article_id == article_id, *span, is_redacted("capture", capture.c.id)
    )
    return connection.execute(query.limit(1)).first() is not None


def bearer(connection: Connection, capture_id: int) -> int:
    """The id of the capture whose answer carried the bytes that a capture shows.

    It is the capture itself, but for a 304: that vouches for the body of an earlier answer, whose headers
    say how to read it.

    Raises:
        NotFound: Neither it nor any other carried bytes.
    """
    own = connection.execute(select(capture).where(capture.c.id == capture_id)).first()
    if own is None or own.payload_id is None:
        raise NotFound(f"capture {capture_id} holds no page: there was no body to keep")
    if own.outcome != Outcome.NOT_MODIFIED.value:
        return capture_id
    query = (
        select(capture.c.id)
        .where(capture.c.article_id == own.article_id, capture.c.payload_id == own.payload_id)
        .where(capture.c.outcome != Outcome.NOT_MODIFIED.value)
        .order_by(capture.c.at.desc())
        .limit(1)
    )
    return connection.scalar(query) or capture_id


def _showing(article_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        capture.c.article_id == article_id,
        capture.c.version_id.is_not(None),
        ~is_redacted("capture", capture.c.id),
    )


def _end(
    connection: Connection, article_id: int, *conditions: ColumnElement[bool], newest: bool
) -> Memento | None:
    order = (capture.c.at.desc(), capture.c.id.desc()) if newest else (capture.c.at, capture.c.id)
    query = select(capture.c.id, capture.c.at).where(*_showing(article_id), *conditions)
    row = connection.execute(query.order_by(*order).limit(1)).first()
    return None if row is None else Memento(at=moment(row.at), capture_id=row.id)


def _seconds(article_id: int) -> Select[Any]:
    """A second has one row; ids are given in the order of storing, so its greatest is the last look."""
    grouped = capture.c.at - capture.c.at % SECOND
    return (
        select(func.max(capture.c.at).label("at"), func.max(capture.c.id).label("id"))
        .where(*_showing(article_id))
        .group_by(grouped)
    )
