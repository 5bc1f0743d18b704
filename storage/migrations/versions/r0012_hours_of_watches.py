"""Quiet hours, time zone and rate of a watch, where they are not the archive's."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, Text

revision = "0012"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns; a watch of before has none of its own."""
    op.add_column("watch", Column("quiet", Text))
    op.add_column("watch", Column("zone", Text))
    op.add_column("watch", Column("rate", Integer))
