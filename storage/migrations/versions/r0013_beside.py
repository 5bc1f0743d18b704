"""Which page a capture was fetched beside: a version is read again from all captures it was read from.

What is there already keeps none, for its leaves in the ledger say nothing of it; `sql_beside` tells such
captures by their place.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column; spelled out, for Alembic adds no foreign key on SQLite."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE capture ADD COLUMN beside_id {kind}"
        " CONSTRAINT capture_beside_id_fkey REFERENCES capture (id)"
    )
