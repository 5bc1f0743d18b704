"""`palimpsest run` on a clock that jumps: a program that the soak test starts, kills and starts again.

The time lies in a file, so it goes on from one process to the next, and the newsroom reads it too. It
moves when all that wait in the service's threads wait and nothing is being crawled: then to the first
moment at which one of them wants to go on. All else is the service as it is.

    python simulated.py ARCHIVE CLOCK END
"""

from __future__ import annotations

import asyncio
import mmap
import struct
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from palimpsest import service
from palimpsest.clock import Clock
from palimpsest.crawler.continuous import Crawls
from palimpsest.crawler.run import Report
from palimpsest.model import Source
from palimpsest.storage import open_archive

TICK = 1200.0
EVERY = {
    "alerts": 1800.0,
    "housekeeping": 6 * 3600.0,
    "health": 3 * 3600.0,
    "fixity": 24 * 3600.0,
    "learning": 24 * 3600.0,
    "operator": 3 * 3600.0,
}
"""Seconds between two looks: as seldom as it may be, for a month has many seconds."""


class FileTime:
    """A time in a file that two processes share."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 8)

    @classmethod
    def begin(cls, path: Path, at: datetime) -> FileTime:
        """Make the file."""
        path.write_bytes(struct.pack("d", at.timestamp()))
        return cls(path)

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    @property
    def seconds(self) -> float:
        seconds: float = struct.unpack("d", self._memory[:8])[0]
        return seconds

    def move_to(self, seconds: float) -> None:
        """Go on to a time; never back."""
        self._memory[:8] = struct.pack("d", max(self.seconds, seconds))


class Jumping(Clock):
    """A clock that jumps to the next moment at which somebody waits for it, but not over a crawl.

    Args:
        time: Where it stands.
        threads: How many threads wait by it.
        end, stop: At that time `stop` is set.
    """

    def __init__(self, time: FileTime, threads: int, end: float, stop: Event) -> None:
        self._time = time
        self._threads = threads
        self._end = end
        self._stop = stop
        self._changed = threading.Condition()
        self._until: dict[int, float] = {}
        self._crawls = 0

    def now(self) -> datetime:
        return self._time()

    def seconds(self) -> float:
        return self._time.seconds

    async def sleep(self, seconds: float) -> None:
        self._time.move_to(self._time.seconds + max(seconds, 0.001))  # less would be lost in rounding
        await asyncio.sleep(0)

    def wait(self, event: Event, seconds: float) -> bool:
        me = threading.get_ident()
        with self._changed:
            self._until[me] = self._time.seconds + seconds
            while not event.is_set() and self._until[me] > self._time.seconds:
                first = min(self._until.values())
                # Where it is somebody's time already, that thread has yet to wake.
                if len(self._until) == self._threads and not self._crawls and first > self._time.seconds:
                    self._time.move_to(first)
                    self._changed.notify_all()
                    if self._time.seconds >= self._end:
                        self._stop.set()
                else:
                    self._changed.wait(0.5)
            del self._until[me]
        return event.is_set()

    def hold(self) -> None:
        """Stand still until as many `go_on` have come."""
        with self._changed:
            self._crawls += 1

    def go_on(self) -> None:
        with self._changed:
            self._crawls -= 1
            self._changed.notify_all()


class HoldingCrawls(Crawls):
    """Crawls over which the clock does not jump."""

    _clock: Jumping

    def crawl(self, source: Source | None, why: str, *, announced: bool = True) -> Future[Report]:
        self._clock.hold()
        report = super().crawl(source, why, announced=announced)
        report.add_done_callback(lambda _: self._clock.go_on())
        return report


def main(arguments: Sequence[str]) -> None:
    directory, file, end = arguments
    stop = Event()
    periodic = [replace(one, seconds=EVERY[one.name]) for one in service.PERIODIC]
    clock = Jumping(FileTime(Path(file)), 1 + len(periodic), float(end), stop)
    service.Crawls = HoldingCrawls  # type: ignore[misc]

    def tell(line: str) -> None:
        sys.stderr.write(f"{clock.now():%m-%d %H:%M} {line}\n")

    with open_archive(Path(directory)) as archive:
        service.serve(archive, stop, tell=tell, periodic=periodic, tick=TICK, clock=clock)


if __name__ == "__main__":
    main(sys.argv[1:])
