"""In which range of ids the versions of a month and of an hour lie, as it is known of days."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"

_HOUR = {
    "sqlite": "strftime('%Y%m%d%H', first_seen / 1000000, 'unixepoch')",
    "postgresql": "to_char(to_timestamp(first_seen / 1000000) AT TIME ZONE 'UTC', 'YYYYMMDDHH24')",
}


def upgrade() -> None:
    """Note them (seconds for a million versions, whose rows are all read)."""
    op.execute(
        "INSERT INTO search_range(kind, key, low, high)"
        " SELECT 'month', substr(key, 1, 6), min(low), max(high) FROM search_range"
        " WHERE kind = 'day' GROUP BY 2 ON CONFLICT DO NOTHING"
    )
    op.execute(
        "INSERT INTO search_range(kind, key, low, high)"
        f" SELECT 'hour', {_HOUR[op.get_bind().dialect.name]}, min(id), max(id) FROM version"
        " GROUP BY 2 ON CONFLICT DO NOTHING"
    )
