"""Words that begin as asked are looked up in the vocabulary, which on SQLite now holds every word."""

from __future__ import annotations

from alembic import op

from palimpsest.storage.indexing import learn_everything

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the words quick to find and learn those that have no stem (a minute for a million versions)."""
    op.create_index("search_word_word", "search_word", ["word"])
    learn_everything(op.get_bind())
