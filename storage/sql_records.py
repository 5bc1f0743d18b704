"""Versions with all that an export says of them: which ones, and each with its article and its witness.

Which versions are meant is settled first, as their ids, in one look at the archive (`Archive.chosen`); then
they are read in pages (`of_ids`). So an export shows one moment, however long it takes and whatever a crawl
adds meanwhile. As of a moment, a version is shown as it stood then: what was witnessed later does not
count, and the same question has the same answer for good.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from . import sql_changes, sql_versions
from .rows import VersionRecord
from .tables import article, capture, change, is_redacted, payload, redacted, source, version
from .values import micros, moment, public_id

_base = version.alias("base")
_RECORD: Select[Any] = (
    select(
        version,
        capture.c.record_id,
        capture.c.at.label("captured_at"),
        capture.c.url.label("captured_url"),
        payload.c.sha256,
        _base.c.content.label("base_content"),
        source.c.slug,
        redacted.c.redaction_id,
    )
    .join(capture, capture.c.id == version.c.capture_id)
    .join(article, article.c.id == version.c.article_id)
    .outerjoin(payload, payload.c.id == capture.c.payload_id)
    .outerjoin(_base, _base.c.id == version.c.base_id)
    .outerjoin(source, source.c.id == article.c.source_id)
    .outerjoin(redacted, and_(redacted.c.kind == "version", redacted.c.row_id == version.c.id))
    .order_by(version.c.id)
)


def tally(connection: Connection, as_of: datetime | None, every: bool) -> int:
    """How many versions there are, or latest versions, counted without a look at `version`."""
    if as_of is None:
        if every:
            gone = select(func.count()).where(redacted.c.kind == "version").scalar_subquery()
            query = select(func.coalesce(func.sum(article.c.versions), 0) - gone)
        else:
            there = article.c.version_id.is_not(None) & ~is_redacted("version", article.c.version_id)
            query = select(func.count()).select_from(article).where(there)
        return int(connection.scalar(query) or 0)
    seen = select(func.count(func.distinct(capture.c.version_id if every else capture.c.article_id)))
    seen = seen.where(capture.c.version_id.is_not(None), capture.c.at <= micros(as_of))
    if every:
        return int(connection.scalar(seen.where(~is_redacted("version", capture.c.version_id))) or 0)
    # Articles that stood, at that moment, at a version that was redacted since.
    edited = select(version.c.article_id).where(is_redacted("version", version.c.id))
    stood = sql_versions.stood_at(article.c.id, micros(as_of)).correlate(article)  # of that one, not of any
    then = article.c.id.in_(edited), is_redacted("version", stood)
    lost = select(func.count()).select_from(article).where(*then)
    return int(connection.scalar(seen) or 0) - int(connection.scalar(lost) or 0)


def of_ids(connection: Connection, ids: Sequence[int], as_of: datetime | None) -> list[VersionRecord]:
    """The versions of these ids in the order of ids; one that is no longer held is left out.

    Raises:
        Damaged: The content of one cannot be unpacked.
    """
    rows = connection.execute(_RECORD.where(version.c.id.in_(ids))).all()
    articles = {one.id: one for one in sql_versions.by_ids(connection, {row.article_id for row in rows})}
    made = select(change).where(
        change.c.article_id.in_(articles), change.c.new_id.in_(ids), change.c.old_id.is_not(None)
    )
    # A version that came back has several; what first made it is the one that is meant.
    changes = {row.new_id: row for row in connection.execute(made.order_by(change.c.id.desc()))}
    spans = _spans(connection, rows, as_of) if as_of is not None else {}
    return [
        VersionRecord(
            version=sql_versions.of_row(row, spans.get(row.id)),
            article=articles[row.article_id],
            source=row.slug,
            record_id=uuid.UUID(bytes=row.record_id),
            captured_at=moment(row.captured_at),
            captured_url=row.captured_url or articles[row.article_id].url,
            payload_sha256=row.sha256,
            change=None if row.id not in changes else sql_changes.of_row(changes[row.id]),
        )
        for row in rows
    ]


def _spans(connection: Connection, rows: Sequence[Row[Any]], as_of: datetime) -> dict[int, Row[Any]]:
    """Of each version when it was last witnessed by that moment, and how often."""
    query = (
        select(
            capture.c.version_id.label("id"),
            func.max(capture.c.at).label("last_seen"),
            func.count().label("captures"),
        )
        .where(capture.c.article_id.in_({row.article_id for row in rows}))
        .where(capture.c.version_id.in_([row.id for row in rows]), capture.c.at <= micros(as_of))
        .group_by(capture.c.version_id)
    )
    return {row.id: row for row in connection.execute(query)}


def witnesses(
    connection: Connection, ids: Sequence[int], since: datetime | None, until: datetime | None
) -> list[int]:
    """The ids of the captures that witnessed these versions, within that span, and of those beside them."""
    # By way of the article, which the index of captures begins with.
    theirs = (version.c.article_id == capture.c.article_id) & (version.c.id == capture.c.version_id)
    query = select(capture.c.id).join(version, theirs).where(version.c.id.in_(ids))
    query = query.where(~is_redacted("capture", capture.c.id))
    if since is not None:
        query = query.where(capture.c.at >= micros(since))
    if until is not None:
        query = query.where(capture.c.at <= micros(until))
    found = set(connection.scalars(query))
    articles = select(version.c.article_id).where(version.c.id.in_(ids))
    beside = select(capture.c.id, capture.c.beside_id).where(capture.c.article_id.in_(articles))
    beside = beside.where(capture.c.beside_id.is_not(None), ~is_redacted("capture", capture.c.id))
    return [*found, *(row.id for row in connection.execute(beside) if row.beside_id in found)]


def names(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """The lasting names of versions."""
    query = select(version.c.id, capture.c.record_id).join(capture, capture.c.id == version.c.capture_id)
    rows = connection.execute(query.where(version.c.id.in_(ids)))
    return {row.id: public_id(row.record_id) for row in rows}


def urls(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """The addresses of articles."""
    query = select(article.c.id, article.c.url).where(article.c.id.in_(ids))
    return {row.id: row.url for row in connection.execute(query)}
