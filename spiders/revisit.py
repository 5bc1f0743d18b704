"""Articles of a source that are due to be looked at again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from ..model import Way
from ..storage import Page as Errands
from .base import BATCH, ArticleSpider


class Revisiting(ArticleSpider):
    """Fetches known articles whose next visit has come; finds nothing new."""

    def ways(self) -> Iterable[Way]:
        return ()

    async def next_errands(self, after: Any) -> Errands:
        source_id = self.job.source.id if self.job.source else 0
        archive, moment = self.context.archive, self.job.run.started_at
        if self.context.options.again:
            return await asyncio.to_thread(
                archive.articles_before, source_id, before=moment, limit=BATCH, after=after
            )
        return await asyncio.to_thread(archive.due_articles, source_id, now=moment, limit=BATCH, after=after)


class RevisitSpider(Revisiting):
    """Revisits pages that are whole as they come."""

    name = "revisit"
