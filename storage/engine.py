"""Connections: how SQLite and PostgreSQL are opened, how a write locks, and what their errors mean.

One write at a time, on both databases. On SQLite a write begins with `BEGIN IMMEDIATE`: with the
default, two writers that both have read fail each other (392 of 600 transactions with four writers;
none so). On PostgreSQL a write takes an advisory lock for its transaction, which keeps ids dense and
in the order of commits there too. Waiting ends after 30 s with `Busy`.

Not here: schema (`tables`), statements (`sql_*`).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, exc, text

from ..errors import Busy, CannotWrite, Damaged, StoreError

WAIT = 30.0  # seconds that a writer waits for the others
_SCOPE = "'palimpsest/' || current_schema()"  # advisory locks are per database, archives per schema
_PG_WRITE_LOCK = text(f"SELECT pg_advisory_xact_lock(hashtextextended({_SCOPE}, 0))")
_SQLITE_MEANING: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_FULL: (CannotWrite, "the disk is full; nothing of this batch was stored"),
    sqlite3.SQLITE_READONLY: (CannotWrite, "the archive is read-only"),
    sqlite3.SQLITE_CANTOPEN: (CannotWrite, "the archive's file cannot be opened; see its permissions"),
    sqlite3.SQLITE_IOERR: (CannotWrite, "the disk failed; nothing of this batch was stored"),
    sqlite3.SQLITE_PERM: (CannotWrite, "the archive may not be written"),
    sqlite3.SQLITE_BUSY: (Busy, "another process is writing to the archive; try again or stop it"),
    sqlite3.SQLITE_LOCKED: (Busy, "another connection holds the table; try again"),
    sqlite3.SQLITE_CORRUPT: (Damaged, "the database file is damaged"),
    sqlite3.SQLITE_NOTADB: (Damaged, "the file is not a database"),
}
_PG_MEANING: dict[str, tuple[type[StoreError], str]] = {
    "53100": (CannotWrite, "the disk of the database server is full; nothing of this batch was stored"),
    "25006": (CannotWrite, "the database is read-only"),
    "42501": (CannotWrite, "the database user may not do that"),
    "55P03": (Busy, "another process is writing to the archive; try again or stop it"),
    "40P01": (Busy, "two processes waited for each other; try again"),
    "XX001": (Damaged, "the database is damaged"),
    "XX002": (Damaged, "an index of the database is damaged"),
}


class Database:
    """An engine with the house's way to read and to write.

    Args:
        url: SQLAlchemy URL of a SQLite file or a PostgreSQL database.
        durable: An acknowledged commit survives power loss.
    """

    def __init__(self, url: URL, *, durable: bool = True) -> None:
        self.url = url
        is_sqlite = url.get_backend_name() == "sqlite"
        self.engine = _sqlite(url, durable) if is_sqlite else _postgres(url, durable, pool_size=8)
        # Whoever holds a connection for hours has one beside the pool, which reads and writes must find free.
        self._beside = self.engine if is_sqlite else _postgres(url, durable, poolclass=NullPool)
        # SQLite's waiting is by polling and unfair; threads of one process queue here instead.
        self._turn = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for one consistent look at the archive.

        Raises:
            StoreError: As the module says; the driver's error is the cause.
        """
        try:
            with translated(self.url), self.engine.connect() as connection:
                yield connection
        except UnicodeDecodeError as error:  # SQLite quotes a damaged schema in what it says of it
            raise Damaged("the database file is damaged") from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that alone may write; committed at the end of the block, or rolled back.

        Raises:
            Busy: Another writer did not finish within 30 s (or this thread writes already).
            CannotWrite: Disk full or read-only; nothing of the block was stored.
        """
        if not self._turn.acquire(timeout=WAIT):
            raise Busy("another thread is writing to the archive, or this one is already")
        try:
            with translated(self.url), self.engine.connect() as plain:
                connection = plain.execution_options(palimpsest_write=True)
                with connection.begin():
                    if not self.is_sqlite:
                        connection.execute(_PG_WRITE_LOCK)
                    yield connection
        finally:
            self._turn.release()

    def session(self) -> Connection:
        """A connection to be held for as long as its owner likes, and closed by it."""
        return self._beside.connect()

    def close(self) -> None:
        """Close every connection; the last one folds SQLite's write-ahead log into the file."""
        self.engine.dispose()


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn the drivers' exceptions into ours, named by what the caller can do.

    Args:
        url: The database that is used; a server that cannot be reached is named, its password is not.
    """
    try:
        yield
    except exc.DBAPIError as error:
        kind, message = _meaning(error.orig)
        if kind is StoreError and url.host is not None:
            message = f"{url.render_as_string()}: {message}"
        raise kind(message) from error.orig
    except exc.TimeoutError as error:
        raise Busy("every connection to the database is in use") from error


def _meaning(error: BaseException | None) -> tuple[type[StoreError], str]:
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE_MEANING.get(code & 0xFF, (StoreError, "the database refused the statement"))
    state = getattr(error, "sqlstate", None)
    return _PG_MEANING.get(
        state or "",
        (
            StoreError,
            "the database server cannot be used; see that it runs, and `database` in palimpsest.toml",
        ),
    )


def _sqlite(url: URL, durable: bool) -> Engine:
    path = Path(url.database or "")
    # The connection used last is used next: a cache for each that is open, and few are.
    engine = create_engine(url, creator=lambda: _open_file(path, durable), pool_size=8, pool_use_lifo=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("palimpsest_write", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # It takes no lock and looks at no file: there is no error to be told.
            connection.connection.cursor().execute("BEGIN")

    return engine


def _open_file(path: Path, durable: bool) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    if path.exists() and not _writable(path.parent) and not path.with_name(path.name + "-wal").exists():
        # On a read-only medium SQLite cannot make the files that WAL needs; without writers none are.
        uri += "?immutable=1"
    connection = sqlite3.connect(
        uri, uri=True, timeout=WAIT, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    for pragma in (
        "foreign_keys = ON",
        f"synchronous = {'FULL' if durable else 'NORMAL'}",
        "cache_size = -32768",  # KiB a connection: what a crawl's batches touch, and memory stays flat
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def prepare_file(path: Path) -> None:
    """Make an empty SQLite file with the page size and journal that a later change would rewrite.

    Raises:
        CannotWrite: It cannot be made.
    """
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA page_size = 8192")
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
    except sqlite3.Error as error:
        kind, message = _meaning(error)
        raise kind(f"{path}: {message}") from error


def copy_file(database: Database, path: Path) -> None:
    """Copy a SQLite database as it is at one instant, while others write to it.

    Raises:
        CannotWrite: Disk full or read-only.
        Damaged: The database cannot be read.
    """
    with database.reading() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        try:
            copy = sqlite3.connect(path, isolation_level=None)
            try:
                source.backup(copy)  # in one step: it sees one state, whatever is written meanwhile
            finally:
                copy.close()
        except sqlite3.Error as error:
            kind, message = _meaning(error)
            raise kind(f"{path}: {message}") from error


_REWRITTEN = ("payload", "capture", "version", "change", "article", "lead", "search_index", "search_word")


def sweep(database: Database) -> None:
    """Write anew what holds text, so that nothing that was deleted is left in the files.

    Raises:
        Busy: Somebody reads or writes.
        CannotWrite: There is no room for a second copy.
    """
    if not database.is_sqlite:
        plain = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with translated(database.url), plain.connect() as connection:
            for table in _REWRITTEN:
                connection.exec_driver_sql(f"VACUUM (FULL) {table}")
        return
    try:
        file = sqlite3.connect(str(database.url.database), timeout=WAIT, isolation_level=None)
        try:
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                row = file.execute(statement).fetchone()
                if row is not None and row[0]:
                    raise Busy("another process is using the archive; its old pages were not cleared yet")
        finally:
            file.close()
    except sqlite3.Error as error:
        kind, message = _meaning(error)
        raise kind(message) from error


def _writable(directory: Path) -> bool:
    effective = os.access in os.supports_effective_ids
    return os.access(directory, os.W_OK, effective_ids=effective)


# Seconds by which a server that has gone silent is given up, by libpq's names: else a call may hang for ever.
_SILENCE = {"connect_timeout": 15, "keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 6}


def _postgres(url: URL, durable: bool, **pool: Any) -> Engine:
    limits = {name: value for name, value in _SILENCE.items() if name not in url.query}
    engine = create_engine(url, pool_pre_ping=True, connect_args=limits, **pool)

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: object) -> None:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{round(WAIT * 1000)}ms'")
            cursor.execute(f"SET synchronous_commit = {'on' if durable else 'off'}")
        connection.autocommit = False

    return engine
