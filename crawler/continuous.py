"""Crawls asked for one at a time, side by side in an event loop of a thread of its own.

For the process that never ends. All crawls in hand share one context, and so one gate: however many
sources lie on a host, it is asked one thing at a time, which crawls in processes of their own could
not promise. The context is kept for a while when the last crawl has ended, so that sources that are
crawled every few minutes find worker processes at hand and robots.txt read; one that failed (a full
disk) is not used again. The caller's thread never waits for the network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Final

from ..clock import Clock
from ..model import Source
from ..storage import Archive
from .context import Context
from .run import Report, crawl_source, make_context, new_loop, revisit_unowned

KEPT: Final = 600.0
"""Seconds that a context is kept without a crawl."""


class Crawls:
    """Runs crawls of one archive; close it from the thread that made it.

    Args:
        archive: An open archive.
        clock: Dates what is fetched, and spaces it.
    """

    def __init__(self, archive: Archive, clock: Clock | None = None) -> None:
        self._archive = archive
        self._clock = clock or Clock()
        self._context: Context | None = None
        self._unused: asyncio.TimerHandle | None = None  # closes the context
        self._in_hand: set[asyncio.Task[Report]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._loop = new_loop()
        self._thread = Thread(target=self._loop.run_forever, name="crawls")
        self._thread.start()

    def crawl(self, source: Source | None, why: str, *, announced: bool = True) -> Future[Report]:
        """Begin a crawl; the future has its report, or raises `Busy` or another `StoreError`.

        Args:
            source: What to crawl; None: articles that belong to no source, as they are due.
            why: Kept with the run.
            announced: Look at what announces articles, not only at known ones that are due.
        """
        return asyncio.run_coroutine_threadsafe(self._crawl(source, why, announced), self._loop)

    def close(self, waiting: Callable[[], None] = lambda: None) -> None:
        """Finish what is in hand, leave the rest for the next run, and end the thread.

        Args:
            waiting: Called about once a second meanwhile (a watchdog wants its beat).
        """
        stopped = asyncio.run_coroutine_threadsafe(self._stop(), self._loop)
        while not stopped.done():
            waiting()
            try:
                stopped.result(timeout=1.0)
            except TimeoutError:
                continue
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _crawl(self, source: Source | None, why: str, announced: bool) -> Report:
        if self._unused is not None:
            self._unused.cancel()
            self._unused = None
        if self._context is None:
            self._context = make_context(self._archive, clock=self._clock)
        context = self._context
        task = asyncio.current_task()
        assert task is not None
        self._in_hand.add(task)
        try:
            if source is None:
                report = await revisit_unowned(context, why)
            else:
                report = await crawl_source(context, source, why, announced=announced)
            if context.failure is not None:
                raise context.failure
            return report
        finally:
            if self._in_hand == {task}:
                if context.stopping:
                    await self._let_go()
                else:
                    self._unused = self._loop.call_later(KEPT, self._close_unused)
            self._in_hand.discard(task)

    def _close_unused(self) -> None:
        task = self._loop.create_task(self._let_go())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _let_go(self) -> None:
        context, self._context = self._context, None
        if context is not None:
            await context.close()

    async def _stop(self) -> None:
        if self._context is not None:
            self._context.stop()
        while self._in_hand or self._closing:
            await asyncio.wait({*self._in_hand, *self._closing})
        if self._unused is not None:
            self._unused.cancel()
        await self._let_go()
