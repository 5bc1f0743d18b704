"""Full-text search: the index, its vocabulary, and every version that is there already."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

from palimpsest.storage.indexing import index_everything, make

revision = "0005"
down_revision = "0004"

Int = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and index what is there (about a millisecond a version)."""
    op.create_table(
        "search_word",
        Column("language", Text, primary_key=True),
        Column("stem", Text, primary_key=True),
        Column("word", Text, primary_key=True),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_range",
        Column("kind", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("low", Int, nullable=False),
        Column("high", Int, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    make(op.get_bind())
    index_everything(op.get_bind())
