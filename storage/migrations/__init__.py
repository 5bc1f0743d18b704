"""Alembic's environment and revisions, and the one way they are run.

A revision is a module of `versions`, numbered: `r0002_what_it_does.py` with `revision = "0002"`,
`down_revision = "0001"` and `upgrade()`. There is no way down: an archive is opened by its own or a
newer Palimpsest. Whoever adds one changes `tables` too and sets `tables.REVISION`; a test compares
the two. Views are made anew after every upgrade (`views`), so no revision speaks of them.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from ...errors import WrongArchive
from ..engine import Database
from ..tables import REVISION
from ..views import drop_views, make_views


def current(connection: Connection) -> str | None:
    """The revision that a database is at; None where there is no archive in it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def upgrade(database: Database) -> None:
    """Bring a database to this program's revision, in one transaction; nothing where it is there.

    Raises:
        WrongArchive: It is at a newer revision, which this program cannot know.
        Busy, CannotWrite: As of any write.
    """
    with database.reading() as connection:
        found = current(connection)
    if found == REVISION:
        return
    if found is not None and found > REVISION:
        raise WrongArchive(
            f"the archive was written by a newer Palimpsest (schema {found}, this one knows {REVISION});"
            " update Palimpsest"
        )
    # Alembic takes longer to import than most commands take to run, and is seldom needed.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with database.writing() as connection:
        drop_views(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        make_views(connection)
