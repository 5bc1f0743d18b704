"""Events of health may be of the archive itself, which is no source: the damage that a check found."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Let an event be of no source; the table is small, and SQLite makes it anew."""
    with op.batch_alter_table("health_event") as table:
        table.alter_column("source_id", existing_type=BigInteger(), nullable=True)
