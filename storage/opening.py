"""Making an archive and opening one; where things lie is `founding`'s, what the tables are `migrations`'s."""

from __future__ import annotations

from pathlib import Path

from ..errors import WrongArchive
from ..settings import Settings
from . import founding
from .archive import Archive
from .engine import Database, prepare_file
from .migrations import current, upgrade


def create_archive(directory: Path, *, database: str | None = None) -> Archive:
    """Make an archive: the directory, its palimpsest.toml, and the database's tables.

    What a killed attempt left is completed. Settings that stand in the directory already are kept.

    Args:
        directory: Where; it may exist, and hold other files.
        database: SQLAlchemy URL of a PostgreSQL database; None: the file archive.db in the directory.

    Raises:
        WrongArchive: There is an archive already.
        BadSetting: The database's URL cannot be.
        CannotWrite: Disk full or read-only.
    """
    directory = directory.absolute()
    founding.found(directory, database)
    archive = _connect(directory, Settings.load(directory), fresh=True)
    try:
        with archive._database.reading() as connection:
            if current(connection) is not None:
                raise WrongArchive(f"there is an archive in {directory} already")
        upgrade(archive._database)
    except BaseException:
        archive.close()
        raise
    return archive


def open_archive(directory: Path | str | None = None, *, settings: Settings | None = None) -> Archive:
    """Open an archive, and bring one of an older Palimpsest up to date.

    Args:
        directory: Where it is; None: the working directory or the nearest one above that holds one.
        settings: To be used in place of those of its palimpsest.toml and the environment.

    Raises:
        WrongArchive: There is none, or a newer Palimpsest wrote it.
        BadSetting: Its settings cannot be.
    """
    directory = founding.find(directory)
    archive = _connect(directory, settings or Settings.load(directory), fresh=False)
    try:
        with archive._database.reading() as connection:
            if current(connection) is None:
                raise WrongArchive(
                    f"the database of {directory} holds no archive; `palimpsest init` makes one"
                )
        upgrade(archive._database)
    except BaseException:
        archive.close()
        raise
    return archive


def _connect(directory: Path, settings: Settings, *, fresh: bool) -> Archive:
    url = founding.resolve(directory, settings.database)
    if url.get_backend_name() == "sqlite" and not (path := Path(url.database or "")).exists():
        if not fresh:
            raise WrongArchive(f"no database {path}; `palimpsest init` makes one")
        prepare_file(path)
    return Archive(directory, settings, Database(url, durable=settings.durable))
