"""The operator's channels."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text, UniqueConstraint

revision = "0007"
down_revision = "0006"

Int = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "operator_channel",
        Column("id", Int, primary_key=True, autoincrement=False),
        Column("address", Text, nullable=False),
        Column("secret", Text, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("not_before", Int, nullable=False),
        Column("told", Int, nullable=False),
        UniqueConstraint("address", name="operator_channel_address_key"),
        sqlite_strict=True,
    )
