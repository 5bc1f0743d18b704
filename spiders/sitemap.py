"""Articles announced in sitemaps: indexes, news sitemaps, compressed ones, `lastmod`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from ..crawler.discovery.sitemaps import read_sitemap
from ..crawler.discovery.walk import SitemapWalk
from ..errors import NotFetched, Unfit
from ..model import Capture, Lead, Outcome, WayKind
from .base import ArticleSpider


class SitemapSpider(ArticleSpider):
    """Reads a source's sitemaps, the children of an index too, each once."""

    name = "sitemap"
    kind = WayKind.SITEMAP

    async def find(self, answer: Capture) -> AsyncIterator[Sequence[Lead]]:
        since = self.context.options.since or (
            self.job.run.started_at - timedelta(days=self.context.settings.crawl.sitemap_days)
        )
        walk = SitemapWalk([answer.url], since=since)
        root = walk.next()
        url = root
        while url is not None and not self.context.stopping:
            try:
                page = answer if url == root else await self._child(url)
                sitemap = await self.work(read_sitemap, self.body(page), page.url, page.headers, since=since)
            except (NotFetched, Unfit) as error:
                if url == root:
                    raise
                self.job.problem(error)  # a bad child costs itself only
            else:
                yield sitemap.leads
                walk.took(url, sitemap)
            url = walk.next()

    async def _child(self, url: str) -> Capture:
        answer = (await self.ask(url))[-1]
        if answer.outcome is not Outcome.OK or answer.payload is None:
            reason = answer.reason or f"status {answer.status}"
            raise NotFetched(f"a child of the sitemap could not be read: {reason}", url=url)
        return answer
