"""The process that never ends: crawls, housekeeping and check-ups go on until it is told to stop.

Waiting is by the monotonic clock, so that no setting of the wall clock stops it. The main thread looks
at what is due and beats for the watchdog; crawls run in a thread of their own (`crawler.continuous`),
and so does each kind of periodic work. What is begun when is decided in `keeper`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread
from typing import Final

from . import systemd
from .alerts import operator_channels, pump, tell_operator
from .checkup import note_health
from .clock import Clock
from .crawler.continuous import Crawls
from .crawler.learning import learn_if_due
from .errors import Busy, PalimpsestError, StoreError
from .fixity import check_if_due, seal
from .keeper import Keeper, Tell
from .storage import Archive, Lock

TICK: Final = 1.0
"""Seconds between two looks at what is due."""
LOOK_AFTER: Final = 15.0
"""Seconds between two looks whether the archive's lock is still ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Periodic:
    """Work that is done again and again, each kind in a thread of its own: none holds up another.

    What may last for long is handed `Event.is_set` too, and breaks off once that says yes (`heeds_stop`).
    """

    name: str
    seconds: float
    work: Callable[..., object]
    heeds_stop: bool = False


def keep_house(archive: Archive, now: datetime) -> None:
    """Mark runs whose process died; sign what was archived since the last time."""
    archive.bury_runs(now=now)
    seal(archive, now=now)


def send_alerts(archive: Archive, now: datetime) -> None:
    """Make the alerts of what was changed, and send what is due."""
    pump(archive, now=now)


def learn(archive: Archive, _: datetime) -> None:
    """Learn anew how outlets edit, where enough was seen since the last time."""
    learn_if_due(archive)


PERIODIC: Final = (
    Periodic(name="alerts", seconds=15, work=send_alerts),
    Periodic(name="housekeeping", seconds=600, work=keep_house),
    Periodic(name="health", seconds=300, work=note_health),
    Periodic(name="fixity", seconds=3600, work=check_if_due, heeds_stop=True),
    Periodic(name="learning", seconds=3600, work=learn),
    Periodic(name="operator", seconds=60, work=tell_operator),
)
"""What runs beside the crawls."""


def serve(
    archive: Archive,
    stop: Event,
    *,
    tell: Tell,
    periodic: Sequence[Periodic] = PERIODIC,
    tick: float = TICK,
    clock: Clock | None = None,
) -> None:
    """Keep the archive's schedules until `stop` is set; then finish what is in hand.

    Args:
        archive: An open archive.
        stop: Set by whoever wants an end, a signal's handler for one.
        tell: Told what happens, in lines for people.
        periodic: What is done beside the crawls.
        tick: Seconds between two looks at what is due.
        clock: The machine's, but for tests.

    Raises:
        Busy: Another process keeps them, or does so since the connection to the database was lost.
        BadWatch: Nothing can be sent to an address in `alerts.operator`.
    """
    clock = clock or Clock()
    with ExitStack() as held:
        lock = held.enter_context(archive.lock_keeping())
        operator_channels(archive)  # a wrong address is said now, not when a source has failed
        if buried := archive.bury_runs(now=clock.now()):
            tell(f"{buried} runs were cut off when the process before this one died")
        crawls = Crawls(archive, clock)
        watchdog = systemd.Watchdog()
        looked = clock.seconds()
        keeper = Keeper(archive, crawls, clock=clock.now, tell=tell)
        threads = [Thread(target=_again, args=(archive, one, stop, clock, tell)) for one in periodic]
        for thread in threads:
            thread.start()
        try:
            systemd.notify("READY=1")
            while not clock.wait(stop, tick):
                watchdog.beat()
                if clock.seconds() - looked >= LOOK_AFTER:
                    looked = clock.seconds()
                    _look_after(lock, tell)
                _guarded("schedules", keeper.tick, stop, tell, clock)
        finally:
            stop.set()
            systemd.notify("STOPPING=1")
            crawls.close(watchdog.beat)
            for thread in threads:
                while thread.is_alive():
                    watchdog.beat()
                    thread.join(TICK)
        keeper.gather()


def _look_after(lock: Lock, tell: Tell) -> None:
    """Hold on to the lock; where somebody else has it by now, two would keep the schedules: then we leave."""
    try:
        if lock.renew():
            tell("the connection that held the lock of this archive was lost; the lock is taken again")
    except Busy:
        raise
    except StoreError as error:
        tell(f"the lock of this archive is lost, and is tried again: {error}")


def _again(archive: Archive, one: Periodic, stop: Event, clock: Clock, tell: Tell) -> None:
    more = (stop.is_set,) if one.heeds_stop else ()
    # Not at once: what is overdue because nobody was there is crawled before it is judged.
    while not clock.wait(stop, one.seconds):
        _guarded(one.name, lambda: one.work(archive, clock.now(), *more), stop, tell, clock)


def _guarded(name: str, work: Callable[[], object], stop: Event, tell: Tell, clock: Clock) -> None:
    """Do a piece of work; an error is told and the next time comes: a disk may be full for an hour only."""
    try:
        work()
    except PalimpsestError as error:
        tell(f"{name}: {error}")
        clock.wait(stop, 10 * TICK)
    except Exception as error:  # noqa: BLE001 - told; a fault in one kind of work must not end the others
        tell(f"{name}: {type(error).__name__}: {error}")
        clock.wait(stop, 10 * TICK)
