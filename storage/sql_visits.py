"""Visits in the database: when the newest articles were seen, and at which of the times with another text."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import Connection, select

from .rows import Visits
from .tables import article, capture, version


def of_newest(connection: Connection, limit: int) -> list[Visits]:
    """The visits that showed their article, of so many articles that were found last."""
    newest = (
        select(article.c.id, article.c.source_id, article.c.first_seen)
        .where(article.c.version_id.is_not(None))
        .order_by(article.c.id.desc())
        .limit(limit)
        .subquery()
    )
    query = (
        select(
            newest.c.id,
            newest.c.source_id,
            capture.c.at - newest.c.first_seen,
            version.c.capture_id == capture.c.id,
        )
        .join(capture, capture.c.article_id == newest.c.id)
        .join(version, version.c.id == capture.c.version_id)
        .where(capture.c.at > newest.c.first_seen)
        .order_by(capture.c.article_id, capture.c.at, capture.c.id)
    )
    rows = connection.execute(query)
    return [
        Visits(source_id, tuple((micros / 1e6, bool(changed)) for *_, micros, changed in looks))
        for (_, source_id), looks in groupby(rows, key=lambda row: (row[0], row[1]))
    ]
