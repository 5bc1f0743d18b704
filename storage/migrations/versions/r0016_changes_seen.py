"""The edits seen last, and those of a kind that is seldom, are found without a look at all the others."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the indexes (a second or two for a million changes)."""
    op.create_index("change_seen", "change", ["at", "id"])
    op.create_index("change_kinds", "change", ["kinds"])
