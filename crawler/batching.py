"""Pages gathered into small batches and committed by one thread, off the event loop.

A commit that must survive power loss costs a disk flush; twenty pages share one. A page's `store`
returns only when its batch is durable, so nothing is acknowledged that could be lost. One thread
writes, because SQLite has one writer. What a page means is decided in `deciding`.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from ..errors import StoreError
from ..settings import Crawl
from ..storage import Archive
from .archiving import archive_pages
from .deciding import Archived, Page
from .planning import Foresight

_Waiting = tuple[Page, "asyncio.Future[Archived]"]


class Batcher:
    """Commits pages in batches of `settings.batch`, or after `settings.batch_wait` seconds."""

    def __init__(self, archive: Archive, settings: Crawl) -> None:
        self._archive = archive
        self._settings = settings
        self._foresight = Foresight()
        self._waiting: list[_Waiting] = []
        self._timer: asyncio.TimerHandle | None = None
        self._writing: set[asyncio.Task[None]] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive-writer")

    async def store(self, page: Page) -> Archived:
        """Store `page` with the batch it falls into.

        Returns:
            What became of it; by then it is durable.

        Raises:
            StoreError: The batch could not be stored; nothing of it was.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Archived] = loop.create_future()
        self._waiting.append((page, done))
        if len(self._waiting) >= self._settings.batch:
            self._flush()
        elif self._timer is None:
            self._timer = loop.call_later(self._settings.batch_wait, self._flush)
        return await done

    async def close(self) -> None:
        """Write what is waiting and end the thread."""
        self._flush()
        while self._writing:
            await asyncio.wait(self._writing)
        self._thread.shutdown()

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            batch, self._waiting = self._waiting, []
            task = asyncio.get_running_loop().create_task(self._write(batch))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)

    async def _write(self, batch: list[_Waiting]) -> None:
        try:
            results = await self._commit([page for page, _ in batch])
        except Exception as error:  # noqa: BLE001 - handed to the pages' own waiters
            if len(batch) > 1 and not isinstance(error, StoreError):
                # One page that cannot be stored must not take its neighbours with it.
                for one in batch:
                    await self._write([one])
                return
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
            return
        for (_, done), result in zip(batch, results, strict=True):
            if not done.done():
                done.set_result(result)

    async def _commit(self, pages: list[Page]) -> tuple[Archived, ...]:
        return await asyncio.get_running_loop().run_in_executor(
            self._thread,
            lambda: archive_pages(
                self._archive, pages, revisits=self._settings.revisits, foresight=self._foresight
            ),
        )
