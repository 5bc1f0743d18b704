"""Captures, read: one, those of an article, all of them in pages; and the archive in figures."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from ..errors import Damaged, NotFound
from ..model import ArticleState, Capture, Outcome
from .payloads import unpack
from .rows import Stats, StoredCapture
from .tables import PENDING, article, capture, is_redacted, lead, payload, redacted, source, tally, version
from .values import micros, moment

_base = capture.alias("head_base")
_CAPTURE: Select[Any] = (
    select(
        capture,
        article.c.url.label("article_url"),
        payload.c.sha256,
        payload.c.size,
        _base.c.heads.label("base_heads"),
        redacted.c.redaction_id,
    )
    .outerjoin(article, article.c.id == capture.c.article_id)
    .outerjoin(payload, payload.c.id == capture.c.payload_id)
    .outerjoin(_base, _base.c.id == capture.c.head_base_id)
    .outerjoin(redacted, and_(redacted.c.kind == "capture", redacted.c.row_id == capture.c.id))
)


def one(connection: Connection, capture_id: int) -> StoredCapture:
    """The capture of that id.

    Raises:
        NotFound: There is none.
        Damaged: Its heads cannot be unpacked.
    """
    row = connection.execute(_CAPTURE.where(capture.c.id == capture_id)).first()
    if row is None:
        raise NotFound(f"no capture {capture_id} in this archive")
    return _capture(row)


def by_ids(connection: Connection, ids: Sequence[int]) -> list[StoredCapture]:
    """The captures of these ids, in their order.

    Raises:
        Damaged: The heads of one cannot be unpacked.
    """
    query = _CAPTURE.where(capture.c.id.in_(ids)).order_by(capture.c.id)
    return [_capture(row) for row in connection.execute(query)]


def page(
    connection: Connection,
    *,
    article_id: int | None,
    source_id: int | None,
    run_id: int | None,
    since: datetime | None,
    until: datetime | None,
    after: int,
    through: int | None,
    limit: int,
) -> list[StoredCapture]:
    """One page of `Archive.captures`, in the order of ids."""
    query = _CAPTURE.where(capture.c.id > after).order_by(capture.c.id).limit(limit)
    if article_id is not None:
        query = query.where(capture.c.article_id == article_id)
    if run_id is not None:
        query = query.where(capture.c.run_id == run_id)
    if through is not None:
        query = query.where(capture.c.id <= through)
    query = _within(query, source_id, since, until)
    return [_capture(row) for row in connection.execute(query)]


def count(
    connection: Connection, source_id: int | None, since: datetime | None, until: datetime | None
) -> tuple[int, int]:
    """How many captures a source and span have, but redacted ones, and the last one's id (0: none)."""
    query = select(func.count().label("number"), func.max(capture.c.id).label("last")).select_from(capture)
    query = query.where(~is_redacted("capture", capture.c.id))
    row = connection.execute(_within(query, source_id, since, until)).one()
    return row.number, row.last or 0


def _within(query: Any, source_id: int | None, since: datetime | None, until: datetime | None) -> Any:
    if source_id is not None:
        query = query.where(capture.c.source_id == source_id)
    if since is not None:
        query = query.where(capture.c.at >= micros(since))
    if until is not None:
        query = query.where(capture.c.at < micros(until))
    return query


def _capture(row: Row[Any]) -> StoredCapture:
    heads = b""
    if row.heads is not None:
        try:
            base = None if row.base_heads is None else unpack(row.base_heads)
            heads = unpack(row.heads, base)
        except Damaged as error:
            raise Damaged(f"the heads of capture {row.id} are damaged") from error
    made = Capture(
        record_id=uuid.UUID(bytes=row.record_id),
        url=row.url if row.url is not None else row.article_url,
        at=moment(row.at),
        outcome=Outcome(row.outcome),
        reason=row.reason or "",
        request_head=heads[: row.request_size],
        response_head=heads[row.request_size :],
        sha256=row.sha256,
        status=row.status,
        ip=row.ip,
        seconds=row.took / 1e6,
        location=row.location,
    )
    return StoredCapture(
        id=row.id,
        capture=made,
        has_payload=row.payload_id is not None and made.outcome is not Outcome.NOT_MODIFIED,
        payload_size=row.size,
        article_id=row.article_id,
        version_id=row.version_id,
        source_id=row.source_id,
        lead_id=row.lead_id,
        run_id=row.run_id,
        redacted=row.redaction_id is not None,
    )


def stats(connection: Connection, database_bytes: int) -> Stats:
    """The archive in figures; every count is by a small index, no walk through the payloads."""
    sums = connection.execute(select(tally)).one()
    first, last = connection.execute(select(func.min(capture.c.at), func.max(capture.c.at))).one()
    return Stats(
        sources=_count(connection, source, [source.c.removed_at.is_(None)]),
        articles=_count(connection, article, []),
        gone=_count(connection, article, [article.c.state == ArticleState.GONE.value]),
        edited=_count(connection, article, [article.c.versions > 1]),
        versions=_count(connection, version, []),
        captures=_count(connection, capture, []),
        payloads=_count(connection, payload, []),
        payload_bytes=sums.payload_bytes,
        stored_bytes=sums.stored_bytes,
        database_bytes=database_bytes,
        pending=_count(connection, lead, [PENDING]),
        first_capture=moment(first),
        last_capture=moment(last),
    )


def _count(connection: Connection, table: Any, conditions: Iterable[Any]) -> int:
    return int(connection.scalar(select(func.count()).select_from(table).where(*conditions)) or 0)
