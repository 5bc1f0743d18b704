"""The tables of an archive, the same on SQLite and PostgreSQL. Views for people are in `views`.

Every id is given by the writer, who holds the archive's one write lock: ids are dense, and a higher
id was committed later, so `id > N` is a sound cursor for whoever follows the archive. Times are
microseconds since 1970 (UTC), digests 32 bytes, states and outcomes the words of `model`. The
packed columns (`payload.data`, `capture.heads`, `version.content`) are explained in `payloads`.

An article's row carries what the next fetch of it needs (validators, digest, base texts), so that
an unchanged page costs one read. Indexes are few on purpose: each costs bytes for every capture.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION
from sqlalchemy.types import TypeEngine

REVISION: Final = "0019"  # Alembic's head; a test compares

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
    """A reference that may point forward until the commit: rows of a batch name one another."""
    return ForeignKey(target, deferrable=True, initially="DEFERRED", use_alter=True)


def _table(name: str, *parts: Any, **options: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True, **options)


source = _table(
    "source",
    _id(),
    Column("slug", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("home", Text, nullable=False),
    Column("tags", Text, nullable=False),  # JSON list
    Column("language", Text),
    Column("delay", Real),  # seconds
    Column("paused", Integer, nullable=False),  # 0 or 1
    Column("added_at", Int, nullable=False),
    Column("removed_at", Int),  # a removed source stays as the owner of its articles
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
    Column("counts", Text, nullable=False),  # JSON object
    Column("errors", Text, nullable=False),  # JSON list
    Index(None, "source_id", "state"),
    Index("run_latest", "source_id", "id"),
)

lead = _table(
    "lead",
    _id(),
    Column("source_id", Int, ForeignKey("source.id")),  # null: from a list of URLs
    Column("key", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("finder", Text, nullable=False),
    Column("found_at", Text, nullable=False),
    Column("title", Text),
    Column("published", Int),
    Column("updated", Int),
    Column("priority", Integer, nullable=False),  # lower is sooner
    Column("state", Text, nullable=False),  # pending, done, dropped
    Column("attempts", Integer, nullable=False),
    Column("not_before", Int, nullable=False),
    Column("reason", Text),  # of the last deferral, or of the drop
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
# Spelled out, not bound: a partial index never serves a parameter.
PENDING = lead.c.state == literal_column("'pending'")

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
    Column("published", Text),  # ISO 8601 as the page gives it
    Column("language", Text),
    Column("versions", Integer, nullable=False),
    Column("captures", Integer, nullable=False),
    Column("captured_at", Int),  # of the latest capture, whatever came of it
    Column("attempts", Integer, nullable=False),  # failures since the last success
    Column("next_visit", Int),
    Column("edits", Integer),  # changes believed to be edits; null: none yet
    Column("edited_at", Int),  # when the last of them was seen
    Column("histories", Text),  # JSON, of `crawler.planning`; null: as those two say
    Column("version_id", Int, _later("version.id")),  # the latest version
    Column("payload_id", Int, _later("payload.id")),  # of the last capture that came out well
    Column("fetched_url", Text),  # where that was fetched; null: at `url`
    Column("etag", Text),
    Column("last_modified", Text),
    Column("keyframe_id", Int, _later("payload.id")),  # base of the next payload
    Column("drift", Int, nullable=False),  # bytes that deltas took beyond the first one
    Column("first_delta", Int),  # bytes of the first delta against the keyframe
    Column("head_base_id", Int, _later("capture.id")),  # base of the next heads
    Column("content_base_id", Int, _later("version.id")),  # base of the next content
    Index(None, "url"),
    Index(None, "source_id", "first_seen"),
    Index(None, "version_id"),  # whether a version is the latest, without a look at it or at its article
    Index("article_due", "next_visit", sqlite_where=text("next_visit IS NOT NULL"),
          postgresql_where=text("next_visit IS NOT NULL")),
)  # fmt: skip

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
    Column("size", Int, nullable=False),  # bytes, unpacked
    Column("base_id", Int, ForeignKey("payload.id")),
    Column("data", LargeBinary, nullable=False),
)

capture = _table(
    "capture",
    _id(),
    Column("record_id", LargeBinary, nullable=False, unique=True),  # UUID of the WARC record
    Column("article_id", Int, ForeignKey("article.id")),
    Column("version_id", Int, _later("version.id")),  # the version it witnessed
    Column("payload_id", Int, ForeignKey("payload.id")),
    Column("source_id", Int, ForeignKey("source.id")),
    Column("lead_id", Int, ForeignKey("lead.id")),
    Column("run_id", Int, ForeignKey("run.id")),
    Column("at", Int, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("url", Text),  # null: the article's own
    Column("reason", Text),
    Column("location", Text),
    Column("ip", Text),
    Column("took", Int, nullable=False),  # microseconds
    Column("request_size", Integer, nullable=False),  # bytes of the request head within `heads`
    Column("head_base_id", Int, ForeignKey("capture.id")),
    Column("heads", LargeBinary),
    Column("beside_id", Int, ForeignKey("capture.id")),  # the page that it was fetched beside
    # Which version an article showed when: told by the index alone, for a capture's row is long.
    Index("capture_shown", "article_id", "at", "id", "version_id"),
)

version = _table(
    "version",
    _id(),
    Column("article_id", Int, ForeignKey("article.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("capture_id", Int, ForeignKey("capture.id"), nullable=False),  # first witness, gives its name
    Column("first_seen", Int, nullable=False),
    Column("last_seen", Int, nullable=False),
    Column("captures", Integer, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("base_id", Int, ForeignKey("version.id")),
    Column("page_class", Text),  # this and the next three are null where they are as in the base
    Column("title", Text),
    Column("published", Text),  # ISO 8601, or empty
    Column("language", Text),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("article_id", "number"),
)

tally = _table(
    "tally",  # one row: sums that would need a walk through every payload
    _id(),
    Column("payload_bytes", Int, nullable=False),
    Column("stored_bytes", Int, nullable=False),
)

schedule = _table(
    "schedule",
    Column("source_id", Int, ForeignKey("source.id"), primary_key=True, autoincrement=False),
    Column("every", Int),  # microseconds, as jitter and lag; one of every and cron is null
    Column("cron", Text),
    Column("jitter", Int, nullable=False),
    Column("zone", Text, nullable=False),
    Column("set_at", Int, nullable=False),
    Column("paused", Integer, nullable=False),  # 0 or 1
    Column("next_at", Int, nullable=False),
    Column("asked_at", Int),
    Column("failures", Integer, nullable=False),
    Column("lag", Int),
)

health_event = _table(
    "health_event",
    _id(),
    Column("source_id", Int, ForeignKey("source.id")),  # none: of the archive itself
    Column("kind", Text, nullable=False),  # state, missed
    Column("state", Text, nullable=False),
    Column("at", Int, nullable=False),
    Column("since", Int, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "source_id", "id"),
)

# --------------------------------------------------------------------- revisits

edit_curve = _table(
    "edit_curve",  # what visits have shown of how a source edits
    Column("source_id", Int, primary_key=True, autoincrement=False),  # 0: all sources together
    Column("counts", Text, nullable=False),  # JSON, of `crawler.edit_curve`
)

# ----------------------------------------------------------------------- search
# The index itself, `search_index`, is of another kind on each database: `indexing` makes it.

search_word = _table(
    "search_word",  # what was ever indexed, by stem; on SQLite words without one, too, under "" and ""
    Column("language", Text, primary_key=True),
    Column("stem", Text, primary_key=True),
    Column("word", Text, primary_key=True),
    Index(None, "word"),
    sqlite_with_rowid=False,
)

search_range = _table(
    "search_range",  # the least and the greatest version of a time or a language
    Column("kind", Text, primary_key=True),  # month, day, hour, language
    Column("key", Text, primary_key=True),
    Column("low", Int, nullable=False),
    Column("high", Int, nullable=False),
    sqlite_with_rowid=False,
)

# ------------------------------------------------------------- changes and alerts

change = _table(
    "change",
    _id(),
    Column("article_id", Int, ForeignKey("article.id"), nullable=False),
    Column("old_id", Int, ForeignKey("version.id")),  # the version before
    Column("new_id", Int, ForeignKey("version.id")),  # the one after; null: the article was withdrawn
    Column("at", Int, nullable=False),  # when a capture first showed it
    Column("kinds", Text, nullable=False),  # JSON list
    Column("weight", Real, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reasons", Text, nullable=False),  # JSON list
    Column("title_before", Text, nullable=False),
    Column("title_after", Text, nullable=False),
    Index(None, "article_id"),
    Index("change_seen", "at", "id"),
    Index(None, "kinds"),  # for kinds that are seldom: `sql_edits`
)

follower = _table(
    "follower",  # how far each reader of `change` has come
    Column("name", Text, primary_key=True),
    Column("change_id", Int, nullable=False),
)

watch = _table(
    "watch",
    _id(),
    Column("url", Text),
    Column("source", Text),  # slug
    Column("section", Text),
    Column("query", Text),
    Column("kinds", Text, nullable=False),  # JSON list; empty: what is worth an alert by itself
    Column("min_weight", Real, nullable=False),
    Column("only_added", Integer, nullable=False),  # 0 or 1
    Column("persist", Integer, nullable=False),  # captures that must still show the change
    Column("token", Text, nullable=False),  # lets whoever has it mute the watch
    Column("added_at", Int, nullable=False),
    Column("muted_until", Int),
    Column("removed_at", Int),  # a removed watch stays as the owner of its alerts
    Column("quiet", Text),  # hours, or empty: none; this and the next two are null where the archive's hold
    Column("zone", Text),
    Column("rate", Integer),  # messages within an hour
)

channel = _table(
    "channel",
    _id(),
    Column("watch_id", Int, ForeignKey("watch.id"), nullable=False),
    Column("address", Text, nullable=False),  # may hold a password
    Column("secret", Text, nullable=False),  # key of a webhook's signatures
    Column("failures", Integer, nullable=False),  # since the last success
    Column("not_before", Int, nullable=False),
    Index(None, "watch_id"),
)

alert = _table(
    "alert",
    _id(),
    Column("change_id", Int, ForeignKey("change.id"), nullable=False),
    Column("watch_id", Int, ForeignKey("watch.id"), nullable=False),
    Column("state", Text, nullable=False),  # waiting, made, muted, lapsed
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
    Column("state", Text, nullable=False),  # pending, sent, dead, muted
    Column("attempts", Integer, nullable=False),
    Column("made_at", Int, nullable=False),
    Column("not_before", Int, nullable=False),
    Column("leased_until", Int),  # a sender has it in hand; later, it was killed
    Column("message", Int),  # the least id of what was sent as one message
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
# Spelled out for the same reason as PENDING.
UNSENT = delivery.c.state == literal_column("'pending'")
WAITING = alert.c.state == literal_column("'waiting'")
Index(
    "alert_waiting",
    alert.c.id,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)

# ----------------------------------------------------------------------- fixity

ledger_leaf = _table(
    "ledger_leaf",  # the leaf of index N has the id N + 1
    _id(),
    Column("kind", Integer, nullable=False),  # `ledger.Kind`
    Column("row_id", Int, nullable=False),  # of the capture, change or redaction
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("kind", "row_id"),
)

ledger_node = _table(
    "ledger_node",  # hashes over whole subtrees of 256 leaves (row 1), 65,536 (row 2)…: `merkle`
    Column("row", Integer, primary_key=True),
    Column("place", Int, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

ledger_head = _table(
    "ledger_head",
    _id(),
    Column("size", Int, nullable=False, unique=True),  # leaves
    Column("root", LargeBinary, nullable=False),
    Column("at", Int, nullable=False),
    Column("key", LargeBinary, nullable=False),  # public, 32 bytes
    Column("signature", LargeBinary, nullable=False),
    Column("timestamp", LargeBinary),  # an authority's answer, RFC 3161
)

redaction = _table(
    "redaction",  # what was taken out, when and why
    _id(),
    Column("at", Int, nullable=False),
    Column("reason", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("article_id", Int, ForeignKey("article.id"), nullable=False),
    Column("version_id", Int, ForeignKey("version.id")),  # null: the article with all its versions
    Index(None, "article_id"),
)

redacted = _table(
    "redacted",  # each row that lost its text
    Column("kind", Text, primary_key=True),  # payload, capture, version, change
    Column("row_id", Int, primary_key=True),
    Column("redaction_id", Int, ForeignKey("redaction.id"), nullable=False),
    Column("leaf", Text),  # of a capture or a change: its leaf, which holds digests only
    sqlite_with_rowid=False,
)

verification = _table(
    "verification",  # what checks of the whole found
    _id(),
    Column("at", Int, nullable=False),
    Column("took", Int, nullable=False),  # microseconds
    Column("report", Text, nullable=False),  # JSON object
)

operator_channel = _table(
    "operator_channel",
    _id(),
    Column("address", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("failures", Integer, nullable=False),  # since the last success
    Column("not_before", Int, nullable=False),
    Column("told", Int, nullable=False),  # the last health_event that was told there
    UniqueConstraint("address"),
)

access_key = _table(
    "access_key",  # of the reading room
    _id(),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),  # SHA-256 of the secret, which is not kept
    Column("scopes", Text, nullable=False),  # JSON list
    Column("added_at", Int, nullable=False),
    Column("expires_at", Int),
    Column("used_at", Int),  # to the hour
    Column("revoked_at", Int),  # a revoked key stays: who had one is not forgotten
)


def is_redacted(kind: str, row_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """That a row of that kind lost its text."""
    return select(redacted.c.row_id).where(redacted.c.kind == kind, redacted.c.row_id == row_id).exists()
