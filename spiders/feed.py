"""Articles announced in feeds: RSS, Atom, RDF, JSON Feed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from ..crawler.discovery.feeds import read_feed
from ..model import Capture, Lead, WayKind
from .base import ArticleSpider


class FeedSpider(ArticleSpider):
    """Reads a source's feeds."""

    name = "feed"
    kind = WayKind.FEED

    async def find(self, answer: Capture) -> AsyncIterator[Sequence[Lead]]:
        feed = await self.work(read_feed, self.body(answer), answer.url, answer.headers)
        yield feed.leads
