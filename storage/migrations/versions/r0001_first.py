"""The first schema, frozen: what `tables` said when it was made, to be changed by later revisions only."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None

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


def _id() -> Column[int]:
    return Column("id", Int, primary_key=True, autoincrement=False)


def _later(target: str) -> ForeignKey:
    return ForeignKey(target, deferrable=True, initially="DEFERRED", use_alter=True)


def _table(name: str, *parts: Any, **options: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True, **options)


source = _table(
    "source",
    _id(),
    Column("slug", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("home", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("language", Text),
    Column("delay", Real),
    Column("paused", Integer, nullable=False),
    Column("added_at", Int, nullable=False),
    Column("removed_at", Int),
)
Index(
    "source_slug_key",
    source.c.slug,
    unique=True,
    sqlite_where=text("removed_at IS NULL"),
    postgresql_where=text("removed_at IS NULL"),
)

way = _table(
    "way",
    _id(),
    Column("source_id", Int, ForeignKey("source.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("payload_sha256", LargeBinary),
    Column("checked_at", Int),
    UniqueConstraint("source_id", "kind", "url"),
)

run = _table(
    "run",
    _id(),
    Column("source_id", Int, ForeignKey("source.id")),
    Column("why", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("started_at", Int, nullable=False),
    Column("ended_at", Int),
    Column("counts", Text, nullable=False),
    Column("errors", Text, nullable=False),
    Index(None, "source_id", "state"),
)

lead = _table(
    "lead",
    _id(),
    Column("source_id", Int, ForeignKey("source.id")),
    Column("key", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("finder", Text, nullable=False),
    Column("found_at", Text, nullable=False),
    Column("title", Text),
    Column("published", Int),
    Column("updated", Int),
    Column("priority", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Int, nullable=False),
    Column("reason", Text),
    Column("added_at", Int, nullable=False),
    Column("closed_at", Int),
)
Index(
    "lead_pending",
    lead.c.source_id,
    lead.c.priority,
    lead.c.id,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)

article = _table(
    "article",
    _id(),
    Column("source_id", Int, ForeignKey("source.id")),
    Column("url", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("first_seen", Int, nullable=False),
    Column("last_seen", Int, nullable=False),
    Column("title", Text, nullable=False),
    Column("standfirst", Text, nullable=False),
    Column("published", Text),
    Column("language", Text),
    Column("versions", Integer, nullable=False),
    Column("captures", Integer, nullable=False),
    Column("captured_at", Int),
    Column("attempts", Integer, nullable=False),
    Column("next_visit", Int),
    Column("version_id", Int, _later("version.id")),
    Column("payload_id", Int, _later("payload.id")),
    Column("fetched_url", Text),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("keyframe_id", Int, _later("payload.id")),
    Column("drift", Int, nullable=False),
    Column("first_delta", Int),
    Column("head_base_id", Int, _later("capture.id")),
    Column("content_base_id", Int, _later("version.id")),
    Index(None, "url"),
    Index(
        "article_due",
        "next_visit",
        sqlite_where=text("next_visit IS NOT NULL"),
        postgresql_where=text("next_visit IS NOT NULL"),
    ),
)

alias = _table(
    "alias",
    Column("key", Text, primary_key=True),
    Column("article_id", Int, ForeignKey("article.id"), nullable=False),
    Column("url", Text, nullable=False),
    Index(None, "article_id"),
    sqlite_with_rowid=False,
)

payload = _table(
    "payload",
    _id(),
    Column("sha256", LargeBinary, nullable=False, unique=True),
    Column("size", Int, nullable=False),
    Column("base_id", Int, ForeignKey("payload.id")),
    Column("data", LargeBinary, nullable=False),
)

capture = _table(
    "capture",
    _id(),
    Column("record_id", LargeBinary, nullable=False, unique=True),
    Column("article_id", Int, ForeignKey("article.id")),
    Column("version_id", Int, _later("version.id")),
    Column("payload_id", Int, ForeignKey("payload.id")),
    Column("source_id", Int, ForeignKey("source.id")),
    Column("lead_id", Int, ForeignKey("lead.id")),
    Column("run_id", Int, ForeignKey("run.id")),
    Column("at", Int, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("url", Text),
    Column("reason", Text),
    Column("location", Text),
    Column("ip", Text),
    Column("took", Int, nullable=False),
    Column("request_size", Integer, nullable=False),
    Column("head_base_id", Int, ForeignKey("capture.id")),
    Column("heads", LargeBinary),
    Index(None, "article_id", "at"),
)

version = _table(
    "version",
    _id(),
    Column("article_id", Int, ForeignKey("article.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("capture_id", Int, ForeignKey("capture.id"), nullable=False),
    Column("first_seen", Int, nullable=False),
    Column("last_seen", Int, nullable=False),
    Column("captures", Integer, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("base_id", Int, ForeignKey("version.id")),
    Column("page_class", Text),
    Column("title", Text),
    Column("published", Text),
    Column("language", Text),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("article_id", "number"),
)

tally = _table(
    "tally",
    _id(),
    Column("payload_bytes", Int, nullable=False),
    Column("stored_bytes", Int, nullable=False),
)


def upgrade() -> None:
    """Make every table, and the one row of sums."""
    metadata.create_all(op.get_bind())
    op.execute(tally.insert().values(id=1, payload_bytes=0, stored_bytes=0))
