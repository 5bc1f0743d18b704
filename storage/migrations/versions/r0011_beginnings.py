"""What searches look up: every word that begins as asked, the latest versions, what stood at a moment."""

from __future__ import annotations

from alembic import op

from palimpsest.storage.indexing import learn_everything

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make indexes, and learn the words that have no stem (half a minute for a million versions)."""
    op.create_index("search_word_word", "search_word", ["word"])
    op.create_index("article_version_id", "article", ["version_id"])
    op.create_index("capture_shown", "capture", ["article_id", "at", "id", "version_id"])
    op.drop_index("capture_article_id_at", "capture")
    learn_everything(op.get_bind())
