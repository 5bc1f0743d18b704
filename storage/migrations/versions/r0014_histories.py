"""What an article's visits may mean, beside the likeliest: several histories of edits."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the column; of articles of before, the edits counted stand for certain."""
    op.add_column("article", Column("histories", Text))
