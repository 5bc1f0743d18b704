"""PostgreSQL keeps count of more words: its searches are planned by how frequent a word is."""

from __future__ import annotations

from alembic import op

from palimpsest.storage.indexing import STATISTICS

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Have more of them counted from the next ANALYZE on."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in STATISTICS:
            op.execute(statement)
