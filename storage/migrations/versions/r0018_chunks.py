"""PostgreSQL's index of words knows of each version in which chunk of ids it lies."""

from __future__ import annotations

from alembic import op

from palimpsest.storage.indexing import INDEX

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the index anew (minutes for a million versions, without room for a second one)."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP INDEX IF EXISTS search_index_words")
    op.execute(INDEX)
    op.execute("ANALYZE search_index")
