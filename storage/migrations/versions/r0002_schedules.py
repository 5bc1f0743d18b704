"""Schedules and health events, and the index by which a source's latest runs are found."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Text

revision = "0002"
down_revision = "0001"

Int = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the two tables and the index."""
    op.create_index("run_latest", "run", ["source_id", "id"])
    op.create_table(
        "schedule",
        Column("source_id", Int, ForeignKey("source.id"), primary_key=True, autoincrement=False),
        Column("every", Int),
        Column("cron", Text),
        Column("jitter", Int, nullable=False),
        Column("zone", Text, nullable=False),
        Column("set_at", Int, nullable=False),
        Column("paused", Integer, nullable=False),
        Column("next_at", Int, nullable=False),
        Column("asked_at", Int),
        Column("failures", Integer, nullable=False),
        Column("lag", Int),
        sqlite_strict=True,
    )
    op.create_table(
        "health_event",
        Column("id", Int, primary_key=True, autoincrement=False),
        Column("source_id", Int, ForeignKey("source.id"), nullable=False),
        Column("kind", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("at", Int, nullable=False),
        Column("since", Int, nullable=False),
        Column("reason", Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("health_event_source_id_id", "health_event", ["source_id", "id"])
