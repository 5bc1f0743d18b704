"""Making an archive's directory and finding it again: `palimpsest.toml` and where the database is.

Not the database's content: that is `migrations`'s.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from pathlib import Path

import tomlkit
from pydantic import BaseModel
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ..errors import BadSetting, CannotWrite, WrongArchive
from ..settings import CONFIG_NAME, Settings

WIDTH = 100


def find(directory: Path | str | None) -> Path:
    """The archive's directory: the one named, or the working directory or the nearest one above it
    that holds a palimpsest.toml.

    Raises:
        WrongArchive: There is none.
    """
    start = Path(directory or Path.cwd()).absolute()
    places = [start] if directory is not None else [start, *start.parents]
    for place in places:
        if (place / CONFIG_NAME).is_file():
            return place
    raise WrongArchive(f"no archive in {start}; `palimpsest init` makes one")


def found(directory: Path, database: str | None) -> None:
    """Make the directory with its palimpsest.toml; one that stands there already is kept.

    Args:
        directory: Where; made with its parents if need be.
        database: SQLAlchemy URL, or None for the default.

    Raises:
        BadSetting: The URL cannot be, or the file that stands there names another database.
        CannotWrite: The directory or the file cannot be made.
    """
    path = directory / CONFIG_NAME
    if path.exists():
        kept = Settings.load(directory).database
        if database is not None and database != kept:
            raise BadSetting(f"{path} names another database already; change it there")
        return
    if database is not None:
        resolve(directory, database)
    text = "\n".join(config_lines(database))
    try:
        directory.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".new")
        # The URL of a database may hold a password.
        with open(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        draft.replace(path)
    except OSError as error:
        raise CannotWrite(f"{path} cannot be written") from error


def resolve(directory: Path, database: str) -> URL:
    """The database's URL, a relative SQLite path taken from the archive's directory.

    Raises:
        BadSetting: It is no URL, or of a database that is neither SQLite nor PostgreSQL.
    """
    try:
        url = make_url(database)
    except ArgumentError as error:
        raise BadSetting(f"database = {database!r} is not a database URL") from error
    kind = url.get_backend_name()
    if kind == "sqlite" and url.database and url.database != ":memory:":
        return url.set(database=str(directory / url.database))
    if kind == "postgresql":
        return url
    raise BadSetting(f"database = {database!r}: an archive lives in a SQLite file or in PostgreSQL")


def config_lines(database: str | None) -> Iterator[str]:
    """The lines of a palimpsest.toml: every setting with its default, explained, commented out."""
    yield "# Settings of this archive. What is commented out is the default."
    yield "# Flags win over the environment (PALIMPSEST_FETCH__DELAY=5), the environment over this file."
    yield ""
    defaults = Settings.model_construct()
    sections = []
    for name in Settings.model_fields:
        value = getattr(defaults, name)
        if isinstance(value, BaseModel):
            sections.append((name, value))
        else:
            yield from _setting(Settings, name, database if name == "database" else None, value)
    for name, section in sections:
        yield f"[{name}]"
        yield ""
        for key in type(section).model_fields:
            yield from _setting(type(section), key, None, getattr(section, key))


def _setting(owner: type[BaseModel], name: str, given: object, default: object) -> Iterator[str]:
    for line in textwrap.wrap(owner.model_fields[name].description or "", WIDTH - 2):
        yield f"# {line}"
    value = given if given is not None else default
    plain = list(value) if isinstance(value, tuple) else value
    shown = "{}" if plain == {} else tomlkit.item(plain).as_string()
    yield f"{'' if given is not None else '#'}{name} = {shown}"
    yield ""
