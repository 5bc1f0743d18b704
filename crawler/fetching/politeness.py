"""One request at a time per host, with a pause between them, however many crawls run in the process.

`HostGate.turn(host)` is the only way to a host. A turn waits until the one before it has ended and the
host's delay has passed since (from the end of one request to the start of the next, so that a slow
server is left more time, not less), and until any hold is over: a `Retry-After`, or the back-off of a
host that keeps failing, which doubles with each failure and ends with the first success. A hold
longer than `max_wait` is not sat out: the turn is refused at once with `TryLater`, and the page is
left for a later run. The ordinary pause is always sat out. Not here: what counts as a failure
(`door`), where a Crawl-delay comes from (`robots`).

For one event loop; nothing here is thread-safe, nor needs to be.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from ...errors import TryLater

MAX_CRAWL_DELAY: Final = 60.0  # seconds; sites ask for up to a day, which would be a ban by another name
MIN_BACKOFF: Final = 0.25  # seconds; the first back-off where the delay is (next to) nothing
MAX_HOSTS: Final = 4096  # hosts remembered before idle ones are forgotten


@dataclass(slots=True)
class _Lane:
    """What is known of one host. Times are those of the gate's clock."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0  # turns under way or waiting
    free_at: float = 0.0
    held_until: float = 0.0
    failures: int = 0
    crawl_delay: float = 0.0


class HostGate:
    """The turns of all hosts.

    Args:
        delay: Seconds between the end of a request to a host and the start of the next.
        max_wait: Longest hold in seconds that a turn sits out.
        max_backoff: Longest back-off in seconds of a host that keeps failing.
        clock: Monotonic seconds.
        sleep: Waits that many seconds.
    """

    def __init__(
        self,
        delay: float,
        *,
        max_wait: float = 60.0,
        max_backoff: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
    ) -> None:
        self._delay = delay
        self._max_wait = max_wait
        self._max_backoff = max_backoff
        self._clock = clock
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}
        self._delays: dict[str, float] = {}
        self._naps: set[asyncio.Future[Any]] = set()
        self._closed = False

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for this host's turn, and keep it for the length of the block.

        Raises:
            TryLater: The host is held for longer than `max_wait` (`after`: for how long), or the
                gate was closed.
        """
        lane = self._lane(host)
        self._check(lane, host)
        lane.users += 1
        try:
            async with lane.lock:
                while (wait := self._wait(lane, host)) > 0:
                    await self._nap(wait)
                try:
                    yield
                finally:
                    lane.free_at = self._clock() + self.delay(host)
        finally:
            lane.users -= 1

    def delay(self, host: str) -> float:
        """Seconds between two requests to `host`: the source's or the archive's, or a longer Crawl-delay."""
        lane = self._lanes.get(host)
        return max(self._delays.get(host, self._delay), lane.crawl_delay if lane else 0.0)

    def set_delay(self, host: str, seconds: float | None) -> None:
        """Give a host a delay of its own in place of the archive's (None: the archive's again)."""
        if seconds is None:
            self._delays.pop(host, None)
        else:
            self._delays[host] = seconds

    def set_crawl_delay(self, host: str, seconds: float | None) -> None:
        """Note what robots.txt asks for; the longer of it and the host's delay holds, up to 60 s."""
        self._lane(host).crawl_delay = min(max(seconds or 0.0, 0.0), MAX_CRAWL_DELAY)

    def hold(self, host: str, seconds: float) -> None:
        """Ask nothing of the host for that long; a longer hold stays."""
        lane = self._lane(host)
        lane.held_until = max(lane.held_until, self._clock() + seconds)

    def held(self, host: str) -> float:
        """Seconds for which the host is still held; 0 if it is not."""
        lane = self._lanes.get(host)
        return max(0.0, lane.held_until - self._clock()) if lane else 0.0

    def failed(self, host: str, after: float | None = None) -> None:
        """The host answered 429 or 5xx, or not at all: back off, for `after` seconds at the least.

        The k-th failure in a row holds the host for delay × 2^(k-1) seconds, up to `max_backoff`.
        """
        lane = self._lane(host)
        first = max(self.delay(host), MIN_BACKOFF)
        # The exponent is capped before 2.0 ** k overflows.
        backoff = min(first * 2.0 ** min(lane.failures, 32), self._max_backoff)
        lane.failures += 1
        self.hold(host, max(backoff, after or 0.0))

    def succeeded(self, host: str) -> None:
        """The host answered: what it failed before is forgotten."""
        lane = self._lanes.get(host)
        if lane:
            lane.failures = 0

    def close(self) -> None:
        """Refuse all turns that wait or come, so that a crawl can end without sitting them out."""
        self._closed = True
        for nap in self._naps:
            nap.cancel()

    def _lane(self, host: str) -> _Lane:
        lane = self._lanes.get(host)
        if lane is None:
            if len(self._lanes) >= MAX_HOSTS:
                self._forget()
            lane = self._lanes[host] = _Lane()
        return lane

    def _forget(self) -> None:
        """Drop the hosts of which nothing matters any more: idle, free, and not held."""
        now = self._clock()
        self._lanes = {
            host: lane
            for host, lane in self._lanes.items()
            if lane.users or lane.free_at > now or lane.held_until > now
        }

    def _check(self, lane: _Lane, host: str) -> None:
        if self._closed:
            raise TryLater(f"the crawl is ending; {host} was not asked")
        held = lane.held_until - self._clock()
        if held > self._max_wait:
            raise TryLater(f"{host} is not to be asked for another {held:.0f} s", after=held)

    def _wait(self, lane: _Lane, host: str) -> float:
        self._check(lane, host)
        return max(lane.free_at, lane.held_until) - self._clock()

    async def _nap(self, seconds: float) -> None:
        nap = asyncio.ensure_future(self._sleep(seconds))
        self._naps.add(nap)
        try:
            await nap
        except asyncio.CancelledError:
            # Either close() ended the nap, which the next check turns into TryLater, or this very
            # task is being cancelled.
            task = asyncio.current_task()
            if not self._closed or (task is not None and task.cancelling()):
                raise
        finally:
            self._naps.discard(nap)
            nap.cancel()
