"""Captures read from a WARC file, ours or another's, as if they had just been fetched.

No request is made. Every capture is stored with its own date and record ID, so reading a file twice
stores nothing twice; a readable page among them becomes an article or a version of one.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..crawler import urls
from ..crawler.deciding import Page
from ..crawler.intake import read_page, store_page
from ..crawler.msn import is_answer, told
from ..crawler.paging import number_of
from ..crawler.recalling import recall
from ..crawler.warc import read_captures
from ..crawler.wholeness import at_hand, whole
from ..errors import BadArchiveFile, BadURL, FixInput
from ..model import Capture, Finder, Outcome
from .base import ArticleSpider

PORTION = 20
"""Pages in hand at a time: what the workers can chew on, and what one transaction takes."""


class WarcSpider(ArticleSpider):
    """Takes in the captures of the WARC file named by `file`."""

    name = "warc"

    def __init__(self, *args: Any, file: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not file:
            raise FixInput("name the WARC file: scrapy crawl warc -a file=PATH")
        self._file = Path(file)

    async def start(self) -> AsyncIterator[Any]:
        groups = grouped(read_captures(self._file, on_problem=self.job.problem))
        while not self.context.stopping:
            try:
                portion = await asyncio.to_thread(lambda: list(itertools.islice(groups, PORTION)))
            except BadArchiveFile as error:
                self.job.problem(error)
                return
            if not portion:
                return
            pages = [page for group in portion if (page := await self._page(group)) is not None]
            read = await asyncio.gather(*(self._read(page) for page in pages))
            # Stored in the file's order, which is the order of time: versions follow one another.
            for archived in await asyncio.gather(*(store_page(self.context, page) for page in read)):
                self.job.archived(archived)
        return
        yield  # an async generator, as Scrapy wants it

    async def _read(self, page: Page) -> Page:
        return await recall(self.context, await read_page(self.context, page))

    async def _page(self, group: Group) -> Page | None:
        first = group.captures[0]
        try:
            url = urls.fetchable(first.url)
        except BadURL as error:
            self.job.problem(error)
            return None
        errand = self.context.archive.errand_for(url, urls.identity(url), finder=Finder.WARC)
        page = Page(errand=errand, captures=group.captures, run_id=self.job.run.id)
        if not group.beside:
            return page
        if is_answer(group.beside[0].url, page.answer.url):
            return await told(page, group.beside, self.read_story)
        page = await whole(await read_page(self.context, page), at_hand(group.beside), self.read)
        return replace(page, attachments=group.beside)


def _belongs(url: str, page: str) -> bool:
    """Whether `url` was asked for because of the page: its content service, or a further page."""
    return is_answer(url, page) or number_of(url, page) > 1


@dataclass(frozen=True, slots=True)
class Group:
    """Captures that were made for one page: every hop, the answer last, and what was asked beside it."""

    captures: tuple[Capture, ...]
    beside: tuple[Capture, ...] = ()


def grouped(captures: Iterable[Capture]) -> Iterator[Group]:
    """Put neighbouring captures together that were made for one page, as our exports have them."""
    group: Group | None = None
    for capture in captures:
        last = group.captures[-1] if group else None
        if group is not None and last is not None and _belongs(capture.url, last.url):
            group = replace(group, beside=(*group.beside, capture))
        elif (
            group is not None
            and last is not None
            and last.outcome is Outcome.REDIRECT
            and last.location == capture.url
        ):
            group = replace(group, captures=(*group.captures, capture))
        else:
            if group is not None:
                yield group
            group = Group((capture,))
    if group is not None:
        yield group
