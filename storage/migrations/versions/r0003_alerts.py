"""Changes, watches and alerts; and the changes of the versions that are there already.

The backfill is in this revision, and not lazy, because a change's id must say when it was committed: what
was there before comes before all that will come. It reads and compares each pair once (some 10 ms each).
Nobody is alerted of it: a watch speaks of what happens after it was set.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from alembic import op
from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION
from sqlalchemy.types import TypeEngine

from palimpsest.changes import Flip, Seen, Verdict, compare, headline_flip
from palimpsest.model import Extraction
from palimpsest.storage.payloads import unpack

revision = "0003"
down_revision = "0002"

Int = BigInteger().with_variant(Integer(), "sqlite")
Real: TypeEngine[Any] = DOUBLE_PRECISION().with_variant(REAL(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

# As far as they are read or referred to here; they stand in the database already.
article = Table("article", metadata, Column("id", Int, primary_key=True))
version = Table(
    "version",
    metadata,
    Column("id", Int, primary_key=True),
    Column("article_id", Int),
    Column("number", Integer),
    Column("first_seen", Int),
    Column("base_id", Int),
    Column("content", LargeBinary),
)


def _id() -> Column[int]:
    return Column("id", Int, primary_key=True, autoincrement=False)


def _table(name: str, *parts: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


change = _table(
    "change",
    _id(),
    Column("article_id", Int, ForeignKey("article.id"), nullable=False),
    Column("old_id", Int, ForeignKey("version.id")),
    Column("new_id", Int, ForeignKey("version.id")),
    Column("at", Int, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("weight", Real, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("title_before", Text, nullable=False),
    Column("title_after", Text, nullable=False),
    Index(None, "article_id"),
)

follower = _table(
    "follower",
    Column("name", Text, primary_key=True),
    Column("change_id", Int, nullable=False),
)

watch = _table(
    "watch",
    _id(),
    Column("url", Text),
    Column("source", Text),
    Column("section", Text),
    Column("query", Text),
    Column("kinds", Text, nullable=False),
    Column("min_weight", Real, nullable=False),
    Column("only_added", Integer, nullable=False),
    Column("persist", Integer, nullable=False),
    Column("token", Text, nullable=False),
    Column("added_at", Int, nullable=False),
    Column("muted_until", Int),
    Column("removed_at", Int),
)

channel = _table(
    "channel",
    _id(),
    Column("watch_id", Int, ForeignKey("watch.id"), nullable=False),
    Column("address", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("not_before", Int, nullable=False),
    Index(None, "watch_id"),
)

alert = _table(
    "alert",
    _id(),
    Column("change_id", Int, ForeignKey("change.id"), nullable=False),
    Column("watch_id", Int, ForeignKey("watch.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Int, nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("change_id", "watch_id"),
    Index(None, "watch_id"),
)

delivery = _table(
    "delivery",
    _id(),
    Column("alert_id", Int, ForeignKey("alert.id"), nullable=False),
    Column("channel_id", Int, ForeignKey("channel.id"), nullable=False),
    Column("article_id", Int, ForeignKey("article.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("made_at", Int, nullable=False),
    Column("not_before", Int, nullable=False),
    Column("leased_until", Int),
    Column("message", Int),
    Column("sent_at", Int),
    Column("error", Text),
    UniqueConstraint("alert_id", "channel_id"),
    Index(None, "channel_id", "article_id", "sent_at"),
)
Index(
    "delivery_pending",
    delivery.c.channel_id,
    delivery.c.not_before,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)
Index(
    "alert_waiting",
    alert.c.id,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)


def upgrade() -> None:
    """Make the tables and write down the changes of every pair of versions, the oldest first."""
    connection = op.get_bind()
    made = [change, follower, watch, channel, alert, delivery]
    metadata.create_all(connection, tables=made)
    last = 0
    for last, row in enumerate(_changes(connection), 1):
        connection.execute(insert(change).values(id=last, **row))
    connection.execute(insert(follower).values(name="alerts", change_id=last))


def _changes(connection: Connection) -> Iterator[dict[str, Any]]:
    edited = select(version.c.article_id).where(version.c.number == 2).order_by(version.c.article_id)
    for article_id in connection.scalars(edited).all():
        yield from _of_article(connection, article_id)


def _of_article(connection: Connection, article_id: int) -> Iterator[dict[str, Any]]:
    query = select(version).where(version.c.article_id == article_id).order_by(version.c.first_seen)
    rows = connection.execute(query).all()
    plain: dict[int, bytes] = {}
    for row in sorted(rows, key=lambda row: row.id):  # a base is older than what was packed against it
        plain[row.id] = unpack(row.content, None if row.base_id is None else plain[row.base_id])
    texts = {key: Extraction.from_json(content) for key, content in plain.items()}
    for k, (old, new) in enumerate(pairwise(rows), 1):
        before, after = texts[old.id], texts[new.id]
        found = compare(before, after)
        flip = headline_flip([Seen.of(texts[row.id]) for row in rows[:k]], Seen.of(after))
        verdict = found.verdict if flip is Flip.NONE else Verdict.LABEL
        yield {
            "article_id": article_id,
            "old_id": old.id,
            "new_id": new.id,
            "at": new.first_seen,
            "kinds": json.dumps([kind.value for kind in found.kinds]),
            "weight": found.weight,
            "verdict": verdict.value,
            "reasons": json.dumps(found.reasons, ensure_ascii=False),
            "title_before": before.title,
            "title_after": after.title,
        }
