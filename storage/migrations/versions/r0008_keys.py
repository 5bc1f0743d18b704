"""Keys of the reading room."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Text, UniqueConstraint

revision = "0008"
down_revision = "0007"

Int = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "access_key",
        Column("id", Int, primary_key=True, autoincrement=False),
        Column("name", Text, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("scopes", Text, nullable=False),
        Column("added_at", Int, nullable=False),
        Column("expires_at", Int),
        Column("used_at", Int),
        Column("revoked_at", Int),
        UniqueConstraint("digest", name="access_key_digest_key"),
        sqlite_strict=True,
    )
