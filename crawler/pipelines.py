"""Scrapy's item pipeline: every page that a spider yields is taken into the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from ..errors import PalimpsestError
from .context import Context
from .deciding import Page
from .intake import read_page, store_page
from .recalling import recall

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from .job import Job


class ArchivePipeline:
    """Reads and stores each `Page`, and tells the spider's job what became of it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._context = Context.of(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """Take one page in; items that are no pages pass.

        Raises:
            StoreError: The archive cannot be written; the crawl is told to stop.
        """
        if not isinstance(item, Page):
            return item
        job: Job = self._crawler.spider.job  # type: ignore[union-attr]
        try:
            page = await recall(self._context, await read_page(self._context, item))
            archived = await store_page(self._context, page)
        except Exception as error:
            # Scrapy logs it and goes on; the run has to know of it too. The lead stays pending.
            job.problem(PalimpsestError(f"not stored: {error}", url=item.errand.lead.url))
            raise
        job.archived(archived)
        return archived
