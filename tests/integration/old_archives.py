"""Archives as an older Palimpsest left them."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, Table, text

from palimpsest.storage import Archive
from palimpsest.storage.migrations import drop_views
from palimpsest.storage.migrations import versions as revisions
from palimpsest.storage.tables import metadata

VERSION_TABLE = "alembic_version"


def make_old(archive: Archive, revision: str) -> None:
    """Make an archive one of an older revision: its tables as they were then, the same rows in them.

    Args:
        archive: At the present revision; it is not to be used again but by opening it anew.
        revision: Such as `0001`.
    """
    config = Config()
    config.set_main_option(
        "script_location", str(revisions.__path__[0].rpartition("/")[0]).replace("%", "%%")
    )
    with archive._database.writing() as connection:
        drop_views(connection)
        rows = {name: _rows(connection, table) for name, table in metadata.tables.items()}
        if archive._database.is_sqlite:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE search_index"))
        connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        if not archive._database.is_sqlite:
            connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        old = MetaData()
        old.reflect(connection)
        order = [table.name for table in metadata.sorted_tables if table.name in old.tables]
        for name in reversed(order):
            connection.execute(old.tables[name].delete())  # rows that a revision begins with
        for name in order:
            table = old.tables[name]
            known = [{column.name: row[column.name] for column in table.columns} for row in rows[name]]
            if known:
                connection.execute(table.insert(), known)


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    query = table.select().order_by(*table.primary_key)
    return [dict(row._mapping) for row in connection.execute(query)]
