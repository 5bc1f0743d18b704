"""The ledger, with a leaf for everything that is there already; redactions; what checks found.

What is there comes in the order of captures, then of changes, and not as it happened: the ledger vouches
for it from this moment on.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
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
)

from palimpsest.storage.sql_leaves import enter_everything

revision = "0006"
down_revision = "0005"

Int = BigInteger().with_variant(Integer(), "sqlite")
metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

# As far as they are referred to here; they stand in the database already.
article = Table("article", metadata, Column("id", Int, primary_key=True))
version = Table("version", metadata, Column("id", Int, primary_key=True))


def _id() -> Column[int]:
    return Column("id", Int, primary_key=True, autoincrement=False)


MADE = [
    Table(
        "ledger_leaf",
        metadata,
        _id(),
        Column("kind", Integer, nullable=False),
        Column("row_id", Int, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        UniqueConstraint("kind", "row_id"),
        sqlite_strict=True,
    ),
    Table(
        "ledger_node",
        metadata,
        Column("row", Integer, primary_key=True, autoincrement=False),
        Column("place", Int, primary_key=True, autoincrement=False),
        Column("hash", LargeBinary, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    ),
    Table(
        "ledger_head",
        metadata,
        _id(),
        Column("size", Int, nullable=False, unique=True),
        Column("root", LargeBinary, nullable=False),
        Column("at", Int, nullable=False),
        Column("key", LargeBinary, nullable=False),
        Column("signature", LargeBinary, nullable=False),
        Column("timestamp", LargeBinary),
        sqlite_strict=True,
    ),
    Table(
        "redaction",
        metadata,
        _id(),
        Column("at", Int, nullable=False),
        Column("reason", Text, nullable=False),
        Column("url", Text, nullable=False),
        Column("article_id", Int, ForeignKey("article.id"), nullable=False),
        Column("version_id", Int, ForeignKey("version.id")),
        Index(None, "article_id"),
        sqlite_strict=True,
    ),
    Table(
        "redacted",
        metadata,
        Column("kind", Text, primary_key=True),
        Column("row_id", Int, primary_key=True, autoincrement=False),
        Column("redaction_id", Int, ForeignKey("redaction.id"), nullable=False),
        Column("leaf", Text),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    ),
    Table(
        "verification",
        metadata,
        _id(),
        Column("at", Int, nullable=False),
        Column("took", Int, nullable=False),
        Column("report", Text, nullable=False),
        sqlite_strict=True,
    ),
]


def upgrade() -> None:
    """Make the tables and enter what is there (some 50 µs a capture)."""
    connection = op.get_bind()
    metadata.create_all(connection, tables=MADE)
    enter_everything(connection)
