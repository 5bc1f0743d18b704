"""The frontier: what was found and is to be fetched, and what is due again.

A lead is one row for good: pending until it was dealt with, then done or dropped with its reason. No
claims are written: whoever crawls a source holds its lock (`locks`) and closes a lead in the same
transaction as its capture, so a process killed at any instant loses nothing and repeats nothing
that was stored.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from ..model import ArticleState, Errand, Finder, Lead
from .rows import Cursor, LeadCounts, Page
from .sql_sources import SOURCE_REMOVED, next_id
from .tables import PENDING, alias, article, lead, payload
from .values import clean, micros, moment

CHUNK = 800  # leads looked up by one statement
# Lower is sooner: what a person asked for and what is said to have changed, then news, then stock.
_PRIORITY = {Finder.LIST: 0, Finder.REVISIT: 0, Finder.SITEMAP: 2, Finder.WARC: 2}
_UPDATE_PRIORITY = 0


def add_leads(connection: Connection, source_id: int, leads: Iterable[Lead], now: datetime) -> LeadCounts:
    """Take leads in; see `Archive.add_leads`."""
    counts = {"new": 0, "due": 0, "known": 0}
    fresh_id = next_id(connection, lead)
    for chunk in _chunks(leads):
        by_key: dict[str, Lead] = {}
        for one in chunk:
            by_key.setdefault(one.key, one)
        counts["known"] += len(chunk) - len(by_key)
        known = {row.key: row for row in connection.execute(_KNOWN_LEADS, {"keys": list(by_key)})}
        articles = connection.execute(_KNOWN_ARTICLES, {"keys": list(by_key)}).all()
        captured = {row.key: row.captured_at for row in articles}
        redacted = {row.key for row in articles if row.state == ArticleState.REDACTED.value}
        fresh: list[dict[str, Any]] = []
        again: list[dict[str, Any]] = []
        for key, one in by_key.items():
            verdict = "known"
            if key not in redacted:
                verdict = _judge(one, known.get(key), key in captured, captured.get(key), micros(now))
            counts[verdict] += 1
            row = known.get(key)
            if verdict == "known" or (row is not None and row.state == "pending"):
                continue
            values = _columns(one, source_id, now, update=key in captured)
            if row is None:
                fresh.append(values | {"id": fresh_id + len(fresh)})
            else:
                again.append(values | {"b_id": row.id})
        if fresh:
            connection.execute(insert(lead), fresh)
            fresh_id += len(fresh)
        if again:
            connection.execute(_REOPEN, again)
    return LeadCounts(**counts)


def _judge(one: Lead, row: Row[Any] | None, is_article: bool, captured_at: int | None, now: int) -> str:
    """Say whether a lead is new, due or known; pure."""
    if row is None and not is_article:
        return "new"
    if row is not None:
        if row.state == "pending":
            return "due" if row.attempts and row.not_before <= now else "known"
        if row.state == "dropped":
            return "new" if row.reason == SOURCE_REMOVED else "known"
    updated = micros(one.updated)
    # A finder that always names the same (perhaps future) time is believed once.
    if updated is None or (row is not None and row.updated == updated):
        return "known"
    seen = captured_at if captured_at is not None else (row.closed_at if row is not None else None)
    return "due" if seen is None or updated > seen else "known"


def errands(connection: Connection, source_id: int, now: datetime, limit: int, after: Cursor | None) -> Page:
    """Pending leads that may be fetched now; see `Archive.errands`."""
    priority, last = after or (-1, 0)
    mine = lead.c.source_id == source_id if source_id else lead.c.source_id.is_(None)
    query = (
        _ERRANDS.where(mine, PENDING, lead.c.not_before <= micros(now))
        .where(or_(lead.c.priority > priority, and_(lead.c.priority == priority, lead.c.id > last)))
        .order_by(lead.c.priority, lead.c.id)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    end = (rows[-1].priority, rows[-1].id) if len(rows) == limit else None
    return Page(errands=tuple(_errand(row) for row in rows), after=end)


def due_articles(
    connection: Connection, source_id: int | None, now: datetime, limit: int, after: Cursor | None
) -> Page:
    """Articles whose next visit has come; see `Archive.due_articles`."""
    visit, last = after or (-(2**62), 0)
    query = (
        _DUE.where(article.c.next_visit.is_not(None), article.c.next_visit <= micros(now))
        .where(or_(article.c.next_visit > visit, and_(article.c.next_visit == visit, article.c.id > last)))
        .order_by(article.c.next_visit, article.c.id)
        .limit(limit)
    )
    if source_id is not None:
        query = query.where(article.c.source_id == source_id if source_id else article.c.source_id.is_(None))
    rows = connection.execute(query).all()
    end = (rows[-1].next_visit, rows[-1].id) if len(rows) == limit else None
    return Page(errands=tuple(_revisit(row) for row in rows), after=end)


def due_revisits(connection: Connection, now: datetime) -> tuple[int, ...]:
    """The sources with articles whose next visit has come, the longest due first; 0: without a source."""
    query = (
        select(article.c.source_id)
        .where(article.c.next_visit.is_not(None), article.c.next_visit <= micros(now))
        .group_by(article.c.source_id)
        .order_by(func.min(article.c.next_visit))
    )
    return tuple(found or 0 for found in connection.scalars(query))


def articles_before(
    connection: Connection, source_id: int | None, before: datetime, limit: int, after: Cursor | None
) -> Page:
    """Articles not captured since a moment, due or not; see `Archive.articles_before`."""
    query = (
        _DUE.where(article.c.captured_at < micros(before), article.c.id > (after or (0, 0))[1])
        .where(article.c.state != ArticleState.REDACTED.value)
        .order_by(article.c.id)
        .limit(limit)
    )
    if source_id is not None:
        query = query.where(article.c.source_id == source_id if source_id else article.c.source_id.is_(None))
    rows = connection.execute(query).all()
    end = (0, rows[-1].id) if len(rows) == limit else None
    return Page(errands=tuple(_revisit(row) for row in rows), after=end)


def errand_for(connection: Connection, wanted: Lead, source_id: int | None) -> Errand:
    """The errand of a page that a person names; see `Archive.errand_for`."""
    query: Select[Any] = (
        select(*_VALIDATORS, article.c.id, article.c.source_id, article.c.attempts)
        .join(alias, alias.c.article_id == article.c.id)
        .outerjoin(payload, payload.c.id == article.c.payload_id)
        .where(alias.c.key == clean(wanted.key))
    )
    row = connection.execute(query).first()
    if row is None:
        return Errand(lead=wanted, source_id=source_id or None)
    return Errand(
        lead=wanted,
        source_id=row.source_id,
        article_id=row.id,
        payload_sha256=row.sha256,
        attempts=row.attempts,
        etag=row.etag if row.validated_url == wanted.url else None,
        last_modified=row.last_modified if row.validated_url == wanted.url else None,
    )


def pending(connection: Connection, source_id: int) -> int:
    """How many leads of a source wait, whether or not their time has come."""
    mine = lead.c.source_id == source_id if source_id else lead.c.source_id.is_(None)
    return int(connection.scalar(select(func.count()).select_from(lead).where(mine, PENDING)) or 0)


def _chunks(leads: Iterable[Lead]) -> Iterable[list[Lead]]:
    them = iter(leads)
    while chunk := list(itertools.islice(them, CHUNK)):
        # Keys are compared as they are stored.
        yield [
            one if one.key == clean(one.key) else dataclasses.replace(one, key=clean(one.key))
            for one in chunk
        ]


def _columns(one: Lead, source_id: int, now: datetime, *, update: bool) -> dict[str, Any]:
    return {
        "source_id": source_id or None,
        "key": one.key,
        "url": clean(one.url),
        "finder": one.finder.value,
        "found_at": clean(one.found_at),
        "title": clean(one.title),
        "published": micros(one.published),
        "updated": micros(one.updated),
        "priority": _UPDATE_PRIORITY if update else _PRIORITY.get(one.finder, 1),
        "state": "pending",
        "attempts": 0,
        "not_before": 0,
        "reason": None,
        "added_at": micros(now),
        "closed_at": None,
    }


_KNOWN_LEADS: Select[Any] = select(
    lead.c.key, lead.c.id, lead.c.state, lead.c.attempts, lead.c.not_before, lead.c.reason,
    lead.c.updated, lead.c.closed_at,
).where(lead.c.key.in_(bindparam("keys", expanding=True)))  # fmt: skip
_KNOWN_ARTICLES = (
    select(alias.c.key, article.c.captured_at, article.c.state)
    .join(article, article.c.id == alias.c.article_id)
    .where(alias.c.key.in_(bindparam("keys", expanding=True)))
)
_REOPEN = (
    update(lead)
    .where(lead.c.id == bindparam("b_id"))
    .values({c.name: bindparam(c.name) for c in lead.c if c.name not in ("id", "key", "added_at")})
)
# A validator speaks of one URL (RFC 9110, 8.8): at another address of the article it means nothing.
_VALIDATORS: tuple[ColumnElement[Any], ...] = (
    article.c.etag, article.c.last_modified, payload.c.sha256,
    func.coalesce(article.c.fetched_url, article.c.url).label("validated_url"),
)  # fmt: skip
_ERRANDS: Select[Any] = (
    select(lead, alias.c.article_id, *_VALIDATORS)
    .outerjoin(alias, alias.c.key == lead.c.key)
    .outerjoin(article, article.c.id == alias.c.article_id)
    .outerjoin(payload, payload.c.id == article.c.payload_id)
)
_DUE: Select[Any] = select(
    article.c.id, article.c.key, article.c.source_id, article.c.title, article.c.attempts,
    article.c.next_visit, *_VALIDATORS,
).outerjoin(payload, payload.c.id == article.c.payload_id)  # fmt: skip


def _errand(row: Row[Any]) -> Errand:
    one = Lead(
        url=row.url,
        key=row.key,
        finder=Finder(row.finder),
        found_at=row.found_at,
        title=row.title,
        published=moment(row.published),
        updated=moment(row.updated),
    )
    return Errand(
        lead=one,
        source_id=row.source_id,
        lead_id=row.id,
        article_id=row.article_id,
        payload_sha256=row.sha256,
        attempts=row.attempts,
        etag=row.etag if row.validated_url == row.url else None,
        last_modified=row.last_modified if row.validated_url == row.url else None,
    )


def _revisit(row: Row[Any]) -> Errand:
    one = Lead(url=row.validated_url, key=row.key, finder=Finder.REVISIT, title=row.title or None)
    return Errand(
        lead=one,
        source_id=row.source_id,
        article_id=row.id,
        payload_sha256=row.sha256,
        attempts=row.attempts,
        etag=row.etag,
        last_modified=row.last_modified,
    )
