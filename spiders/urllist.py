"""Articles named by the archivist: a list of URLs, of a source or of none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from ..crawler import urls
from ..model import Errand, Finder, Lead, Way, WayKind
from ..storage import Page as Errands
from .base import ArticleSpider


class Listed(ArticleSpider):
    """Fetches each URL it was given (`urls`, parted by white space), due or not.

    Without `urls` it takes those of the source's list ways, new ones only.
    """

    def __init__(self, *args: Any, urls: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._given = tuple(urls.split())

    def ways(self) -> Iterable[Way]:
        return () if self._given else super().ways()

    async def _look(self, way: Way) -> None:
        url = urls.fetchable(way.url)
        await self._add([Lead(url=url, key=urls.identity(url), finder=Finder.LIST, found_at=way.url)])

    async def next_errands(self, after: Any) -> Errands:
        if not self._given:
            return await super().next_errands(after)
        return Errands(errands=await asyncio.to_thread(self._errands), after=None)

    def _errands(self) -> tuple[Errand, ...]:
        source_id = self.job.source.id if self.job.source else None
        archive = self.context.archive
        clean = (urls.fetchable(url) for url in self._given)
        return tuple(archive.errand_for(url, urls.identity(url), source_id) for url in dict.fromkeys(clean))


class ListSpider(Listed):
    """Lists of pages that are whole as they come."""

    name = "list"
    kind = WayKind.LIST
