"""What the crawlers of one process share: archive, network door, worker pool, batcher, options.

Spiders, middlewares and the pipeline get it from Scrapy's settings under `KEY`. `palimpsest crawl`
makes one for all its crawlers; under `scrapy crawl` the first piece that asks makes one from the
archive in the working directory. Not a registry: nothing is looked up in it by name.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..clock import Clock
from ..errors import PalimpsestError, StoreError
from ..settings import Settings
from ..storage import Archive, open_archive
from .batching import Batcher
from .deciding import Archived
from .fetching.browser import Browser
from .fetching.network import SETTING, Network
from .pool import WorkPool

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerRunner
    from scrapy.settings import BaseSettings

KEY = "PALIMPSEST_CONTEXT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked of one crawl.

    `limit` is the most articles fetched for each source; `since` drops leads published before it;
    `again` looks at every known article, due or not; `dry_run` finds leads and fetches none of them.
    """

    limit: int | None = None
    since: datetime | None = None
    again: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something worth telling while a crawl runs: a way that failed, leads found, a page archived."""

    source: str
    text: str = ""
    found: int = 0
    pending: int = 0
    archived: Archived | None = None
    problem: PalimpsestError | None = None


Listener = Callable[[Note], None]


@dataclass(kw_only=True, eq=False)
class Context:
    """The shared parts; `close` ends those that hold processes or sockets."""

    archive: Archive
    settings: Settings
    network: Network
    pool: WorkPool
    batcher: Batcher
    browser: Browser
    clock: Clock
    options: Options = field(default_factory=Options)
    listener: Listener = lambda _: None
    runner: AsyncCrawlerRunner | None = None
    stopping: bool = False
    failure: StoreError | None = None
    _stopped: asyncio.Task[None] | None = None

    @classmethod
    def make(
        cls,
        archive: Archive,
        *,
        options: Options | None = None,
        listener: Listener | None = None,
        clock: Clock | None = None,
    ) -> Context:
        settings, clock = archive.settings, clock or Clock()
        network = Network(settings, clock)
        return cls(
            archive=archive,
            settings=settings,
            network=network,
            browser=Browser(network, settings.browser, settings.fetch),
            pool=WorkPool(settings.extraction_workers, timeout=settings.crawl.extraction_timeout),
            batcher=Batcher(archive, settings.crawl),
            clock=clock,
            options=options or Options(),
            listener=listener or (lambda _: None),
        )

    @classmethod
    def of(cls, settings: BaseSettings) -> Context:
        """The context in Scrapy's settings; made from the archive in the working directory if none."""
        context: Any = settings.get(KEY)
        if context is None:
            archive = open_archive(
                Path(settings.get("PALIMPSEST_ARCHIVE") or os.environ.get("PALIMPSEST_ARCHIVE", "."))
            )
            context = cls.make(archive)
            settings.set(KEY, context, priority="cmdline")
            settings.set(SETTING, context.network, priority="cmdline")
        assert isinstance(context, cls)
        return context

    def __deepcopy__(self, memo: dict[int, Any]) -> Context:
        """Scrapy copies its settings for each crawler; what they share is not copied."""
        return self

    def stop(self) -> None:
        """End every crawl softly: finish and store what is in hand, leave the rest for the next run."""
        if self.stopping:
            return
        self.stopping = True
        self.network.gate.close()  # whoever waits for a host's turn waits no longer
        if self.runner is not None:
            self._stopped = asyncio.get_running_loop().create_task(self.runner.stop())

    def fail(self, error: StoreError) -> None:
        """The archive cannot be written: remember the first reason and stop."""
        self.failure = self.failure or error
        self.stop()

    async def close(self) -> None:
        """Write what is waiting, then end processes and sockets."""
        await self.browser.close()
        await asyncio.gather(self.batcher.close(), self.pool.close(), self.network.close())
