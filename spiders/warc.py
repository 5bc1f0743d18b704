"""Captures read from a WARC file, ours or another's, as if they had just been fetched.

No request is made. Every capture is stored with its own date and record ID, so reading a file twice
stores nothing twice; a readable page among them becomes an article or a version of one.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from ..crawler import urls
from ..crawler.archiving import Page
from ..crawler.intake import read_page, store_page
from ..crawler.warc import read_captures
from ..errors import BadURL, FixInput
from ..model import Capture, Finder
from .base import ArticleSpider

PORTION = 20
"""Captures in hand at a time: what the workers can chew on, and what one transaction takes."""


class WarcSpider(ArticleSpider):
    """Takes in the captures of the WARC file named by `file`."""

    name = "warc"

    def __init__(self, *args: Any, file: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not file:
            raise FixInput("name the WARC file: scrapy crawl warc -a file=PATH")
        self._file = Path(file)

    async def start(self) -> AsyncIterator[Any]:
        captures = read_captures(self._file, on_problem=self.job.problem)
        while not self.context.stopping:
            portion = await asyncio.to_thread(lambda: list(itertools.islice(captures, PORTION)))
            if not portion:
                return
            pages = [page for page in map(self._page, portion) if page is not None]
            read = await asyncio.gather(*(read_page(self.context, page) for page in pages))
            # Stored in the file's order, which is the order of time: versions follow one another.
            for archived in await asyncio.gather(*(store_page(self.context, page) for page in read)):
                self.job.archived(archived)
        return
        yield  # an async generator, as Scrapy wants it

    def _page(self, capture: Capture) -> Page | None:
        try:
            url = urls.fetchable(capture.url)
        except BadURL as error:
            self.job.problem(error)
            return None
        errand = self.context.archive.errand_for(url, urls.identity(url), finder=Finder.WARC)
        return Page(errand=errand, captures=(capture,), run_id=self.job.run.id)
