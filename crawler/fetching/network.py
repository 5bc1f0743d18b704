"""What all crawls of a process share on their way to the network, and how Scrapy comes by it.

A `Network` holds the door, the gate, the guards and the robots.txt files of one process (and of one
event loop). Whoever runs crawls makes one, hands it to Scrapy with the project's settings, which name
the add-on that sends all requests through it (`addon`), and closes it after the last crawl::

    async with Network(settings) as network:
        runner = AsyncCrawlerRunner({**project_settings, "PALIMPSEST_NETWORK": network})
        await runner.crawl(FeedSpider, source="…")

`scrapy crawl` hands over none. Then the first component that asks makes one from the archive in the
current directory (`Network.of`), and it is closed with the last crawl that used it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Self

from scrapy import signals
from scrapy.crawler import Crawler

from ...clock import Clock
from ...settings import Settings
from .door import Door
from .guards import Guards
from .politeness import HostGate
from .robots import RobotsCache

SETTING: Final = "PALIMPSEST_NETWORK"


class Network:
    """The network as the crawls of one process see it.

    Args:
        settings: Of the archive.
        clock: By which hosts are left in peace, and captures dated.

    Attributes:
        fetch: The archive's `fetch` settings.
        guards, gate, door, robots: See their modules.

    Raises:
        BadSetting: `fetch.allow` or `fetch.resolve` cannot be read.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        clock = clock or Clock()
        self.fetch = settings.fetch
        self.guards = Guards(settings.fetch.allow)
        self.gate = HostGate(
            settings.fetch.delay,
            max_wait=settings.fetch.max_wait,
            max_backoff=settings.fetch.max_backoff,
            clock=clock.seconds,
            sleep=clock.sleep,
        )
        self.door = Door(settings.fetch, settings.user_agent, self.guards, self.gate, clock)
        self.robots = RobotsCache(self.door, self.gate, self.guards, self.fetch, clock=clock.seconds)
        self._crawlers: set[int] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End what is under way for robots.txt and close the connections."""
        await self.robots.close()
        await self.door.close()

    def __deepcopy__(self, memo: object) -> Self:
        """Itself: Scrapy copies its settings for each crawl, and a copy would be polite only to itself."""
        return self

    @classmethod
    def of(cls, crawler: Crawler) -> Network:
        """The network in the crawler's settings, else the process's own, made when first asked for."""
        given = crawler.settings.get(SETTING)
        if isinstance(given, Network):
            return given
        return _own(crawler)


_process: list[Network] = []


def _own(crawler: Crawler) -> Network:
    if not _process:
        _process.append(Network(Settings.load(Path.cwd())))
    network = _process[0]
    if id(crawler) not in network._crawlers:
        network._crawlers.add(id(crawler))

        async def leave() -> None:
            network._crawlers.discard(id(crawler))
            if not network._crawlers:
                _process.remove(network)
                await network.close()

        crawler.signals.connect(leave, signals.engine_stopped, weak=False)
    return network
