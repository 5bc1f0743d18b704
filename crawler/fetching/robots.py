"""robots.txt asked for once per origin, kept a day, and obeyed before every request (RFC 9309).

`RobotsCache` belongs to the process: crawls share it, and all requests that wait for the same file
wait for the same task. That is the point of having our own: in Scrapy 2.14 to 2.19 those who waited
while it was fetched got nothing to obey and went ahead. Not here: what a file says (`rules`),
and Scrapy (`middlewares`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from ...errors import NotFetched, PalimpsestError, Refused, TryLater
from ...model import Capture, Outcome
from ...settings import Fetch
from .capture import ForbiddenByRobots
from .decoding import decode_body
from .guards import Guards, Target
from .politeness import HostGate
from .rules import ALLOW_ALL, MAX_ROBOTS, Rules, read_rules

if TYPE_CHECKING:
    from .door import Answer

LIFETIME: Final = 86_400.0  # seconds; RFC 9309, 2.4
RETAINED: Final = 86_400.0  # seconds that a good copy holds on while a new one cannot be had
RECHECK: Final = 600.0  # seconds until a file that could not be had is asked for again
MAX_HOPS: Final = 5  # RFC 9309, 2.3.1.2
MAX_ORIGINS: Final = 2048
_THREAD_FROM: Final = 32 * 1024  # bytes; larger files (of nobody honest) are parsed off the event loop


class Fetcher(Protocol):
    """What is needed of the door."""

    async def fetch(self, url: str, *, cut: int | None = None) -> Answer: ...


@dataclass(frozen=True, slots=True)
class _Entry:
    """Rules with their times, by the cache's clock.

    `good_until` is when a good copy may no longer stand in for a new one; `error` says why there was
    no connection, where our guards or the gate are the reason.
    """

    rules: Rules
    expires: float
    good_until: float = 0.0
    error: NotFetched | None = None


class RobotsCache:
    """The robots.txt files of all origins.

    Args:
        door: Fetches them.
        gate: Is told their Crawl-delay.
        guards: Read URLs.
        fetch: `obey_robots`, `retries`, `max_decoded_bytes`.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        door: Fetcher,
        gate: HostGate,
        guards: Guards,
        fetch: Fetch,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._door = door
        self._gate = gate
        self._guards = guards
        self._fetch = fetch
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._tasks: dict[str, asyncio.Task[_Entry]] = {}

    async def check(self, url: str) -> None:
        """Pass if `url` may be fetched; its Crawl-delay is set at the gate.

        Raises:
            ForbiddenByRobots: It may not.
            Refused: Our own guards refuse the URL or the server.
            TryLater, NotFetched: The server could not be asked for its robots.txt, nor then for pages.
        """
        target = self._guards.check_url(url)
        if not self._fetch.obey_robots:
            return
        entry = await self._entry(target)
        after = max(0.0, entry.expires - self._clock())
        match entry.error:
            case Refused(message=reason):
                raise Refused(reason, url=url)
            case TryLater(after=named):
                raise TryLater(entry.rules.closed, url=url, after=named or after)
            case NotFetched():
                raise NotFetched(entry.rules.closed, url=url)
        if reason := entry.rules.forbids(url):
            raise ForbiddenByRobots(reason, url=url, after=after if entry.rules.closed else None)
        self._gate.set_crawl_delay(target.key, entry.rules.crawl_delay)

    async def rules(self, url: str) -> Rules:
        """The rules of the origin of `url`, fetched if need be: its sitemaps, its text.

        Raises:
            Refused: The URL is none that we fetch.
        """
        return (await self._entry(self._guards.check_url(url))).rules

    async def close(self) -> None:
        """Stop what is being fetched."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _entry(self, target: Target) -> _Entry:
        origin = target.origin
        entry = self._entries.get(origin)
        if entry is not None and self._clock() < entry.expires:
            return entry
        task = self._tasks.get(origin)
        if task is None:
            task = self._tasks[origin] = asyncio.create_task(self._refresh(origin, entry))
            task.add_done_callback(lambda _: self._tasks.pop(origin, None))
        # A task of its own, shielded: the request that came first may be cancelled, the others wait on.
        return await asyncio.shield(task)

    async def _refresh(self, origin: str, old: _Entry | None) -> _Entry:
        new = await self._get(origin)
        now = self._clock()
        if new.rules.closed and old is not None and old.good_until > now:
            new = replace(old, expires=min(now + RECHECK, old.good_until))
        if len(self._entries) >= MAX_ORIGINS:
            self._entries = {key: entry for key, entry in self._entries.items() if entry.expires > now}
            while len(self._entries) >= MAX_ORIGINS:
                self._entries.pop(next(iter(self._entries)))
        self._entries[origin] = new
        return new

    async def _get(self, origin: str) -> _Entry:
        """Ask, follow redirects, and read; anything that is no answer closes the origin."""
        url = f"{origin}/robots.txt"
        for hop in range(MAX_HOPS + 1):
            try:
                answer = await self._ask(url)
            except TryLater as error:
                return self._closed(f"robots.txt was not asked for: {error.message}", error)
            capture = answer.capture
            if answer.error is not None:
                # Where a redirect leads nowhere, it is not the page's own host that is refused or dead.
                return self._closed(
                    f"robots.txt could not be had: {answer.error.message}", None if hop else answer.error
                )
            if capture.outcome is not Outcome.REDIRECT or capture.location is None:
                return await self._read(capture)
            url = capture.location
        # "crawlers MAY assume that the robots.txt file is unavailable" (2.3.1.2), as for a 404.
        return self._good(ALLOW_ALL)

    async def _ask(self, url: str) -> Answer:
        for _ in range(self._fetch.retries):
            answer = await self._door.fetch(url, cut=MAX_ROBOTS + 1)
            if not isinstance(answer.error, TryLater):
                return answer
        return await self._door.fetch(url, cut=MAX_ROBOTS + 1)

    async def _read(self, capture: Capture) -> _Entry:
        if capture.outcome is Outcome.SERVER_ERROR:
            return self._closed(
                f"robots.txt answered {capture.status}, which forbids everything until it answers"
            )
        if capture.outcome is not Outcome.OK:
            return self._good(ALLOW_ALL)
        body = capture.payload or b""
        try:
            body = decode_body(body, capture.headers, limit=self._fetch.max_decoded_bytes)
        except PalimpsestError as error:
            return self._closed(f"robots.txt cannot be read: {error.message}")
        if len(body) > _THREAD_FROM:
            return self._good(await asyncio.to_thread(read_rules, body))
        return self._good(read_rules(body))

    def _good(self, rules: Rules) -> _Entry:
        now = self._clock()
        return _Entry(rules, now + LIFETIME, now + LIFETIME + RETAINED)

    def _closed(self, reason: str, error: NotFetched | None = None) -> _Entry:
        return _Entry(Rules(closed=reason), self._clock() + RECHECK, error=error)
