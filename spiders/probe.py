"""A look at a site before it is a source: how its articles can be found, and some of them read.

It stores nothing. `source add` keeps the ways it finds; `source test` and `source import` show them.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

import scrapy

from ..crawler.context import Context
from ..crawler.discovery.autodiscovery import Candidate, choose_ways, find_ways, usual_paths
from ..crawler.discovery.feeds import read_feed
from ..crawler.discovery.links import find_articles
from ..crawler.discovery.sitemaps import read_sitemap
from ..crawler.fetching.decoding import decode_body
from ..crawler.intake import read
from ..errors import BadFeed, NotFetched, PalimpsestError, Refused, TryLater, Unfit
from ..model import Capture, Extraction, Lead, Outcome, Way, WayKind
from .asking import ask

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_T = TypeVar("_T")

MAX_CANDIDATES = 12
"""Announcing documents fetched in one probe: politeness towards a site that is not yet a source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What was seen of a site: every candidate way, those worth keeping, and some articles read."""

    url: str
    title: str = ""
    language: str | None = None
    home: str = ""
    found: tuple[Candidate, ...] = ()
    ways: tuple[Way, ...] = ()
    samples: tuple[Extraction, ...] = ()
    problems: tuple[PalimpsestError, ...] = ()

    @property
    def forbidden(self) -> bool:
        """Whether robots.txt or our guards kept us out."""
        return any(isinstance(problem, Refused) for problem in self.problems)


class ProbeSpider(scrapy.Spider):
    """Probes the site at `url`, and reads `samples` of its articles."""

    name = "probe"
    context: Context

    def __init__(self, *args: Any, url: str, samples: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.result = Probe(url=url)
        self._samples = int(samples)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.context = Context.of(crawler.settings)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        try:
            await self._probe()
        except PalimpsestError as error:
            self._note(error)
        return
        yield  # an async generator, as Scrapy wants it, that asks for nothing by itself

    async def _probe(self) -> None:
        front = await self._fetch(self.result.url)
        try:
            feed = await self._work(read_feed, self._body(front), front.url, front.headers)
        except BadFeed:
            await self._probe_site(front)
        else:
            way = Way(kind=WayKind.FEED, url=self.result.url)
            self._found(Candidate(way=way, leads=feed.leads, title=feed.title))
            self.result = replace(self.result, home=feed.home or "", language=feed.language)
        ways = choose_ways(self.result.found, now=self.context.clock.now())
        titles = (
            candidate.title for candidate in self.result.found if candidate.way in ways and candidate.title
        )
        self.result = replace(self.result, ways=ways, title=next(titles, ""))
        await self._read_samples()

    async def _probe_site(self, front: Capture) -> None:
        """Look at all that the front page and robots.txt name, then at the usual places."""
        rules = await self.context.network.robots.rules(front.url)
        named = await self._work(find_ways, self._body(front), front.url, rules.payload)
        for way in named[:MAX_CANDIDATES]:
            await self._look(way, front)
        if not any(c.leads and c.way.kind in (WayKind.FEED, WayKind.SITEMAP) for c in self.result.found):
            tried = {way.url for way in named}
            for way in usual_paths(front.url)[:MAX_CANDIDATES]:
                if way.url not in tried:
                    await self._look(way, front, guessed=True)

    async def _look(self, way: Way, front: Capture, *, guessed: bool = False) -> None:
        try:
            page = front if way.url == front.url else await self._fetch(way.url)
            body = self._body(page)
            leads: tuple[Lead, ...]
            title: str | None = None
            match way.kind:
                case WayKind.FEED:
                    feed = await self._work(read_feed, body, page.url, page.headers)
                    leads, title = feed.leads, feed.title
                case WayKind.SITEMAP:
                    sitemap = await self._work(read_sitemap, body, page.url, page.headers)
                    leads = sitemap.leads
                    if not leads and sitemap.children:
                        child = await self._fetch(sitemap.children[0].url)
                        first = await self._work(read_sitemap, self._body(child), child.url, child.headers)
                        leads = first.leads
                case WayKind.FRONTPAGE:
                    limit = self.context.settings.crawl.front_page_links
                    leads = await self._work(find_articles, body, page.url, page.headers, limit=limit)
                case _:
                    leads = (Lead(url=way.url, key=way.url, finder="list"),)  # type: ignore[arg-type]
        except (NotFetched, Unfit) as error:
            if not guessed:
                self._note(error)
            return
        self._found(Candidate(way=way, leads=leads, title=title))

    async def _read_samples(self) -> None:
        leads = [lead for c in self.result.found if c.way in self.result.ways for lead in c.leads]
        leads.sort(key=lambda lead: (lead.published is not None, lead.published), reverse=True)
        for url in list(dict.fromkeys(lead.url for lead in leads))[: self._samples]:
            try:
                page = await self._fetch(url)
                limit = self.context.settings.fetch.max_decoded_bytes
                extraction = (await self._work(read, page, limit)).extraction
            except (NotFetched, Unfit) as error:
                self._note(error)
            else:
                self.result = replace(self.result, samples=(*self.result.samples, extraction))

    async def _fetch(self, url: str) -> Capture:
        """The answer for `url`, if it is one to read.

        Raises:
            Refused: Robots.txt or our guards said no.
            TryLater: Any other reason.
        """
        answer = (await ask(self.crawler, url, self.context.settings.fetch, self.context.clock))[-1]
        if answer.outcome is Outcome.OK and answer.payload is not None:
            return answer
        kind = Refused if answer.outcome in (Outcome.FORBIDDEN, Outcome.REFUSED) else TryLater
        raise kind(answer.reason or f"status {answer.status}", url=url)

    def _body(self, capture: Capture) -> bytes:
        limit = self.context.settings.fetch.max_decoded_bytes
        return decode_body(capture.payload or b"", capture.headers, limit=limit)

    async def _work(self, function: Callable[..., _T], *args: object, **named: object) -> _T:
        return await self.context.pool.run(functools.partial(function, *args, **named))

    def _found(self, candidate: Candidate) -> None:
        self.result = replace(self.result, found=(*self.result.found, candidate))

    def _note(self, problem: PalimpsestError) -> None:
        self.result = replace(self.result, problems=(*self.result.problems, problem))
