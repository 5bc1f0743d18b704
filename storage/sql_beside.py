"""The captures that a version was read from beside its page's: next pages, other forms, a service's answers.

Each keeps the id of the page's capture (`capture.beside_id`), and follows it in the order in which it was
asked for. Captures of before that was kept are told by their place: they stand right after the page's,
were made for the same lead in the same run, and witnessed no version themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select

from .tables import capture

MOST: Final = 250
"""Captures after a page's that are looked at; a page of ten parts, each by redirects, makes fewer."""
_SAME: Final = ("article_id", "source_id", "lead_id", "run_id")
_COLUMNS = (capture.c.id, capture.c.beside_id, capture.c.version_id, *(capture.c[name] for name in _SAME))
_PAGE = select(*_COLUMNS).where(capture.c.id == bindparam("id"))
_AFTER = (
    select(*_COLUMNS)
    .where(capture.c.id > bindparam("id"), capture.c.id <= bindparam("id") + MOST)
    .order_by(capture.c.id)
)


def fetched_beside(connection: Connection, capture_id: int) -> list[int]:
    """The ids of the captures that are known to have been made beside a page's, in order."""
    theirs = _AFTER.where(capture.c.beside_id == bindparam("id"))
    return [row.id for row in connection.execute(theirs, {"id": capture_id})]


def likely_beside(connection: Connection, capture_id: int) -> list[int]:
    """The ids of the captures that were made beside a page's as far as their place tells, in order."""
    page = connection.execute(_PAGE, {"id": capture_id}).one()
    rows: Iterator[Row[Any]] = iter(connection.execute(_AFTER, {"id": capture_id}))
    return [row.id for row in takewhile(lambda row: _alike(row, page), rows)]


def _alike(row: Row[Any], page: Row[Any]) -> bool:
    return (
        row.version_id is None
        and row.beside_id is None
        and all(getattr(row, name) == getattr(page, name) for name in _SAME)
    )
