"""Locks that are lost with their connection, which only a server's can be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event, Thread

import pytest
from sqlalchemy import create_engine, text

from palimpsest.clock import Clock
from palimpsest.errors import Busy, PalimpsestError
from palimpsest.service import serve
from palimpsest.storage import Archive, open_archive


@pytest.fixture
def second(archive: Archive) -> Iterator[Archive]:
    """The same archive in the hands of somebody else."""
    with open_archive(archive.directory) as other:
        yield other


def cut(archive: Archive) -> None:
    """End every session of the database but our own, as an administrator or a restart does."""
    engine = create_engine(archive._database.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()


on_a_server = pytest.mark.parametrize(
    "archive", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


def test_a_lock_that_is_held_stays_as_it_is(archive: Archive, second: Archive) -> None:
    with archive.lock_keeping() as lock:
        assert not lock.renew()
        with pytest.raises(Busy), second.lock_keeping():
            pass
    with second.lock_keeping():
        pass


@on_a_server
def test_however_many_sources_are_held_there_is_room_to_write(archive: Archive) -> None:
    """As with `crawl.sources` at 20: each lock of a server is a connection."""
    with ExitStack() as held:
        for source_id in range(20):
            held.enter_context(archive.lock_source(source_id))
        assert archive.start_run(0, "by hand").id == 1


@on_a_server
def test_a_lock_that_was_lost_is_taken_again(archive: Archive, second: Archive) -> None:
    with archive.lock_keeping() as lock:
        cut(archive)
        assert lock.renew()
        with pytest.raises(Busy), second.lock_keeping():
            pass
        assert not lock.renew()


@on_a_server
def test_a_lock_that_somebody_else_took_meanwhile_is_theirs(archive: Archive, second: Archive) -> None:
    with archive.lock_keeping() as lock:
        cut(archive)
        with second.lock_keeping() as theirs:
            with pytest.raises(Busy):
                lock.renew()
            assert not theirs.renew()
        assert lock.renew()


@on_a_server
def test_a_lock_may_be_lost_when_it_is_let_go(archive: Archive) -> None:
    with archive.lock_keeping():
        cut(archive)
    with archive.lock_keeping():
        pass


class Quick(Clock):
    """A clock on which a minute passes between two looks, unless it stands still."""

    def __init__(self) -> None:
        self.stands = False
        self.looked_twice = Event()
        self.looks_no_more = Event()
        self._seconds = 0.0

    def seconds(self) -> float:
        return self._seconds

    def wait(self, event: Event, seconds: float) -> bool:
        if self.stands:
            self.looks_no_more.set()
        else:
            self._seconds += 60.0
        if self._seconds > 120.0:
            self.looked_twice.set()
        return event.wait(0.02)


@on_a_server
@pytest.mark.parametrize("taken", [False, True], ids=["free", "taken"])
def test_the_service_notices_and_goes_on_or_leaves(archive: Archive, second: Archive, taken: bool) -> None:
    stop, again, clock = Event(), Event(), Quick()
    told: list[str] = []
    raised: list[PalimpsestError] = []

    def tell(line: str) -> None:
        told.append(line)
        if "taken again" in line:
            again.set()

    def run() -> None:
        try:
            serve(archive, stop, tell=tell, periodic=(), clock=clock)
        except PalimpsestError as error:
            raised.append(error)

    service = Thread(target=run)
    service.start()
    assert clock.looked_twice.wait(30)
    if taken:
        clock.stands = True  # somebody else is quicker than the service's next look
        assert clock.looks_no_more.wait(30)
        cut(archive)
        with second.lock_keeping():
            clock.stands = False
            service.join(30)
        assert isinstance(raised[0], Busy)
    else:
        cut(archive)
        assert again.wait(30)
        stop.set()
        service.join(30)
        assert raised == []
    assert not service.is_alive()
