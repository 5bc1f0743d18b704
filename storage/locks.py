"""Who crawls a source, and who keeps the schedules: locks that die with their holder.

On SQLite a `flock` on a file beside the archive, on PostgreSQL an advisory lock of a session of its
own. Both are let go by the system when the process ends, however it ends, so there is nothing to
clean up after a kill. A server's is let go too when its connection is lost: who holds one for long looks
after it (`Lock.renew`). Not the write lock: that one is `engine`'s.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, text

from ..errors import Busy, CannotWrite, StoreError
from .engine import Database, translated

FOLDER = ".locks"
_held: set[int] = set()  # descriptors of the lock files and server connections that hold a lock
_TRY = text("SELECT pg_try_advisory_lock(hashtextextended('palimpsest/' || current_schema() || :what, 0))")
_HERE = text("SELECT 1")
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


class Lock(AbstractContextManager["Lock"]):
    """What is called `name` in an archive, held for a block.

    Raises (on entering):
        Busy: Another process (or another part of this one) holds it; `taken` is the message.
        CannotWrite: The lock's file cannot be made.
    """

    def __init__(self, name: str, taken: str) -> None:
        self.name = name
        self.taken = taken

    def renew(self) -> bool:
        """See that it is still held, and take it again where it was lost.

        Returns:
            Whether it had been lost: meanwhile somebody else may have held it.

        Raises:
            Busy: It was lost, and somebody else holds it.
            StoreError: It was lost, and the server cannot be reached.
        """
        return False


def lock(database: Database, directory: Path, name: str, taken: str) -> Lock:
    """The lock of that name, to be entered."""
    if database.is_sqlite:
        return _FileLock(directory, name, taken)
    return _ServerLock(database, name, taken)


def source_lock(database: Database, directory: Path, source_id: int) -> Lock:
    """A source's lock; 0 stands for lists of URLs."""
    whom = f"source {source_id}" if source_id else "the list of URLs"
    taken = f"{whom} is being crawled already; wait for that run or stop it"
    return lock(database, directory, f"source-{source_id}", taken)


class _FileLock(Lock):
    """A `flock`: the system lets go of it with the process, and never before."""

    def __init__(self, directory: Path, name: str, taken: str) -> None:
        super().__init__(name, taken)
        self._folder = directory / FOLDER

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(exist_ok=True)
            handle = os.open(self._folder / self.name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise CannotWrite(f"no lock can be made in {self._folder}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise Busy(self.taken) from None
        self._handle = handle
        _held.add(handle)
        return self

    def __exit__(self, *_: object) -> None:
        _held.discard(self._handle)
        os.close(self._handle)  # frees the lock; the file stays: to remove it would race with the next holder


class _ServerLock(Lock):
    """An advisory lock of a session of its own: the server lets go of it when the session ends.

    That is also when a connection drops, a server restarts, or an administrator ends it.
    """

    def __init__(self, database: Database, name: str, taken: str) -> None:
        super().__init__(name, taken)
        self._database = database
        self._what = {"what": f"/{name}"}
        self._connection: Connection | None = None
        self._socket = -1

    def __enter__(self) -> Self:
        with translated(self._database.url):
            connection = self._database.session().execution_options(isolation_level="AUTOCOMMIT")
            try:
                if not connection.scalar(_TRY, self._what):
                    raise Busy(self.taken)
            except BaseException:
                connection.close()
                raise
        driver: Any = connection.connection.driver_connection
        self._connection, self._socket = connection, driver.fileno()
        _held.add(self._socket)
        return self

    def renew(self) -> bool:
        if self._connection is not None:
            try:
                with translated(self._database.url):
                    self._connection.execute(_HERE)
                return False
            except StoreError:
                self._drop(sound=False)
        self.__enter__()
        return True

    def __exit__(self, *_: object) -> None:
        if self._connection is None:
            return
        sound = False
        try:
            with translated(self._database.url):
                self._connection.execute(_FREE, self._what)
            sound = True
        except StoreError:
            pass  # the session is over, and with it the lock
        finally:
            self._drop(sound=sound)

    def _drop(self, *, sound: bool) -> None:
        assert self._connection is not None
        _held.discard(self._socket)
        connection, self._connection = self._connection, None
        if not sound:
            connection.invalidate()  # not back into the pool
        connection.close()
