"""The process that never ends: crawls, housekeeping and check-ups go on until it is told to stop.

Waiting is by the monotonic clock, so that no setting of the wall clock stops it. The main thread looks
at what is due and beats for the watchdog; crawls run in a thread of their own (`crawler.continuous`),
and so does each kind of periodic work. What is begun when is decided in `keeper`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Final

from . import systemd
from .alerts import pump
from .checkup import note_health
from .crawler.continuous import Crawls
from .errors import PalimpsestError
from .fixity import check_if_due, seal
from .keeper import Clock, Keeper, Tell
from .storage import Archive

TICK: Final = 1.0
"""Seconds between two looks at what is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Periodic:
    """Work that is done again and again, each kind in a thread of its own: none holds up another."""

    name: str
    seconds: float
    work: Callable[[Archive, datetime], object]


def keep_house(archive: Archive, now: datetime) -> None:
    """Mark runs whose process died; sign what was archived since the last time."""
    archive.bury_runs(now=now)
    seal(archive, now=now)


def send_alerts(archive: Archive, now: datetime) -> None:
    """Make the alerts of what was changed, and send what is due."""
    pump(archive, now=now)


PERIODIC: Final = (
    Periodic(name="alerts", seconds=15, work=send_alerts),
    Periodic(name="housekeeping", seconds=600, work=keep_house),
    Periodic(name="health", seconds=300, work=note_health),
    Periodic(name="fixity", seconds=3600, work=check_if_due),
)
"""What runs beside the crawls."""


def serve(archive: Archive, stop: Event, *, tell: Tell, periodic: Sequence[Periodic] = PERIODIC) -> None:
    """Keep the archive's schedules until `stop` is set; then finish what is in hand.

    Raises:
        Busy: Another process keeps them.
    """

    def clock() -> datetime:
        return datetime.now(UTC)

    with ExitStack() as held:
        held.enter_context(archive.lock_keeping())
        if buried := archive.bury_runs(now=clock()):
            tell(f"{buried} runs were cut off when the process before this one died")
        crawls = Crawls(archive)
        watchdog = systemd.Watchdog()
        keeper = Keeper(archive, crawls, clock=clock, tell=tell)
        threads = [Thread(target=_again, args=(archive, one, stop, clock, tell)) for one in periodic]
        for thread in threads:
            thread.start()
        try:
            systemd.notify("READY=1")
            while not stop.wait(TICK):
                watchdog.beat()
                _guarded("schedules", keeper.tick, stop, tell)
        finally:
            stop.set()
            systemd.notify("STOPPING=1")
            crawls.close(watchdog.beat)
            for thread in threads:
                thread.join()
        keeper.gather()


def _again(archive: Archive, one: Periodic, stop: Event, clock: Clock, tell: Tell) -> None:
    # Not at once: what is overdue because nobody was there is crawled before it is judged.
    while not stop.wait(one.seconds):
        _guarded(one.name, lambda: one.work(archive, clock()), stop, tell)


def _guarded(name: str, work: Callable[[], object], stop: Event, tell: Tell) -> None:
    """Do a piece of work; an error is told and the next time comes: a disk may be full for an hour only."""
    try:
        work()
    except PalimpsestError as error:
        tell(f"{name}: {error}")
        stop.wait(10 * TICK)
    except Exception as error:  # noqa: BLE001 - told; a fault in one kind of work must not end the others
        tell(f"{name}: {type(error).__name__}: {error}")
        stop.wait(10 * TICK)
