"""Who crawls a source, and who keeps the schedules: locks that die with their holder.

On SQLite a `flock` on a file beside the archive, on PostgreSQL an advisory lock of a session of its
own. Both are let go by the system when the process ends, however it ends, so there is nothing to
clean up after a kill and no lease to renew. Not the write lock: that one is `engine`'s.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from ..errors import Busy, CannotWrite
from .engine import Database, translated

FOLDER = ".locks"
_held: set[int] = set()  # descriptors of the lock files and server connections that hold a lock
_TRY = text("SELECT pg_try_advisory_lock(hashtextextended('palimpsest/' || current_schema() || :what, 0))")
_FREE = text("SELECT pg_advisory_unlock(hashtextextended('palimpsest/' || current_schema() || :what, 0))")


def _let_go_in_child() -> None:
    # A forked worker shares the open file or socket, and with it the lock, which would outlive its
    # holder. The number stays taken: whoever still thinks to own it must not reach another file.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in _held:
        os.dup2(nowhere, handle, inheritable=False)
    os.close(nowhere)
    _held.clear()


os.register_at_fork(after_in_child=_let_go_in_child)


@contextmanager
def lock(database: Database, directory: Path, name: str, taken: str) -> Iterator[None]:
    """Hold what is called `name` in this archive for the block.

    Raises:
        Busy: Another process (or another part of this one) holds it; `taken` is the message.
        CannotWrite: The lock's file cannot be made.
    """
    holder = _file_lock(directory, name, taken) if database.is_sqlite else _server_lock(database, name, taken)
    with holder:
        yield


@contextmanager
def source_lock(database: Database, directory: Path, source_id: int) -> Iterator[None]:
    """Hold a source for the block; 0 stands for lists of URLs.

    Raises:
        Busy, CannotWrite: As of `lock`.
    """
    whom = f"source {source_id}" if source_id else "the list of URLs"
    taken = f"{whom} is being crawled already; wait for that run or stop it"
    with lock(database, directory, f"source-{source_id}", taken):
        yield


@contextmanager
def _file_lock(directory: Path, name: str, taken: str) -> Iterator[None]:
    try:
        (directory / FOLDER).mkdir(exist_ok=True)
        handle = os.open(directory / FOLDER / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise CannotWrite(f"no lock can be made in {directory / FOLDER}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(taken) from None
        _held.add(handle)
        yield
    finally:
        _held.discard(handle)
        os.close(handle)  # frees the lock; the file stays, for removing it would race with the next holder


@contextmanager
def _server_lock(database: Database, name: str, taken: str) -> Iterator[None]:
    what = {"what": f"/{name}"}
    with translated(database.url), database.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(_TRY, what):
            raise Busy(taken)
        driver: Any = connection.connection.driver_connection
        socket = driver.fileno()
        _held.add(socket)
        try:
            yield
        finally:
            _held.discard(socket)
            connection.execute(_FREE, what)
