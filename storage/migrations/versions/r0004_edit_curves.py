"""Edit curves, one for each source, and what was seen of an article's edits."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0004"
down_revision = "0003"

Int = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the table and the two columns; articles begin as never edited."""
    op.add_column("article", Column("edits", Integer))
    op.add_column("article", Column("edited_at", Int))
    op.create_table(
        "edit_curve",
        Column("source_id", Int, primary_key=True, autoincrement=False),
        Column("counts", Text, nullable=False),
        sqlite_strict=True,
    )
