"""Articles linked from front pages and sections, for outlets that announce them nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from ..crawler.discovery.links import find_articles
from ..model import Capture, Lead, WayKind
from .base import ArticleSpider


class FrontPageSpider(ArticleSpider):
    """Reads a source's front pages and sections."""

    name = "frontpage"
    kind = WayKind.FRONTPAGE

    async def find(self, answer: Capture) -> AsyncIterator[Sequence[Lead]]:
        limit = self.context.settings.crawl.front_page_links
        yield await self.work(find_articles, self.body(answer), answer.url, answer.headers, limit=limit)
