"""Articles of a source, found without walking through all of them."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the index."""
    op.create_index("article_source_id_first_seen", "article", ["source_id", "first_seen"])
