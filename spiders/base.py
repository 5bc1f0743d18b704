"""What every spider does alike: find leads, then run the source's errands to the end.

A spider first looks at the documents that announce articles, which puts leads into the archive's
own tables; then it works through the errands that stand there, its own and those that an earlier,
interrupted run left. Each answer, also a refusal or a failure, becomes a `Page` for the pipeline.
How articles are found is the subclasses' matter.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from urllib.parse import urlsplit

import scrapy
from scrapy import Request, signals

from ..crawler.context import Context
from ..crawler.deciding import Page, hindrance
from ..crawler.fetching.capture import failed_capture
from ..crawler.fetching.conditional import conditional_headers, validators
from ..crawler.fetching.decoding import decode_body
from ..crawler.fetching.middlewares import earlier_captures
from ..crawler.fetching.retry import retry_after
from ..crawler.intake import Reading, read, read_page
from ..crawler.job import Job
from ..crawler.msn import read_story
from ..crawler.wholeness import drawn, whole
from ..errors import NotFetched, TryLater, Unfit
from ..model import Capture, Errand, Extraction, Lead, Outcome, RunState, Way, WayKind
from ..storage import Page as Errands
from .asking import ask, end_of_chain

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

BATCH = 100
"""Errands read from the archive at a time: enough to keep a host busy, few enough to hold in memory."""

_T = TypeVar("_T")


class ArticleSpider(scrapy.Spider):
    """Finds a source's articles by ways of one kind, and fetches what is due."""

    kind: ClassVar[WayKind | None] = None
    job: Job
    context: Context

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider with the job it works for.

        `palimpsest crawl` passes `job`; under `scrapy crawl NAME -a source=SLUG` the spider begins
        one of its own, and ends it when it closes.
        """
        job: Job | None = kwargs.pop("job", None)
        slug = kwargs.pop("source", None)
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.context = Context.of(crawler.settings)
        if job is None:
            source = spider.context.archive.source(slug) if slug else None
            job = Job.begin(spider.context, source, why=f"scrapy crawl {cls.name}")
            crawler.signals.connect(spider._end_own_job, signals.spider_closed)
        spider.job = job
        return spider

    async def _end_own_job(self, reason: str) -> None:
        self.job.end(RunState.DONE if reason == "finished" else RunState.STOPPED)
        await self.context.close()
        self.context.archive.close()

    async def start(self) -> AsyncIterator[Any]:
        """Look at every way of this kind, then yield a request for each errand."""
        for way in self.ways():
            if not self.context.stopping:
                await self._look(way)
        if not self.context.options.dry_run:
            async for request in self.requests():
                yield request

    # ------------------------------------------------------------------ finding

    def ways(self) -> Iterable[Way]:
        """The documents to look at; for most spiders the source's ways of their kind."""
        return [way for way in self.job.source.ways if way.kind is self.kind] if self.job.source else []

    def find(self, answer: Capture) -> AsyncIterator[Sequence[Lead]]:
        """Read leads out of an announcing document, in portions; for the subclasses."""
        raise NotImplementedError

    async def _look(self, way: Way) -> None:
        """Look at one way. Its validators are kept only after its leads are safe."""
        try:
            answer = (await self.ask(way.url, conditional_headers(way)))[-1]
            if answer.outcome is Outcome.NOT_MODIFIED or (
                answer.sha256 is not None and answer.sha256 == way.payload_sha256
            ):
                self.job.counts["ways-same"] += 1
                return
            if answer.outcome is not Outcome.OK or answer.payload is None:
                reason = answer.reason or f"status {answer.status}"
                self.job.counts[f"ways-{hindrance(answer) or 'failed'}"] += 1
                raise TryLater(f"the {way.kind.value} could not be read: {reason}", url=way.url)
            async for leads in self.find(answer):
                await self._add(leads)
            self.job.counts["ways-read"] += 1
        except (Unfit, NotFetched) as error:
            if isinstance(error, Unfit):
                self.job.counts["ways-failed"] += 1
            self.job.problem(error)
            return
        if self.job.source is not None and not self.context.options.dry_run:
            etag, last_modified = validators(answer)
            seen = Way(
                kind=way.kind,
                url=way.url,
                etag=etag,
                last_modified=last_modified,
                payload_sha256=answer.sha256,
                checked_at=answer.at,
            )
            await asyncio.to_thread(self.context.archive.save_way, self.job.source.id, seen)

    async def _add(self, leads: Sequence[Lead]) -> None:
        since, source = self.context.options.since, self.job.source
        wanted = [lead for lead in leads if not (since and lead.published and lead.published < since)]
        self.job.counts["found"] += len(wanted)
        if self.context.options.dry_run or source is None:
            for lead in wanted:
                self.job.tell(text=lead.url)
            return
        now = self.context.clock.now()
        counts = await asyncio.to_thread(self.context.archive.add_leads, source.id, wanted, now=now)
        self.job.counts["leads"] += counts.new + counts.due
        self.job.tell(found=counts.new + counts.due)

    async def ask(self, url: str, headers: dict[str, str] | None = None) -> tuple[Capture, ...]:
        """Fetch a document that is no article; every hop, the answer last."""
        return await ask(self.crawler, url, self.context.settings.fetch, self.context.clock, headers)

    def body(self, capture: Capture) -> bytes:
        """The decoded body of a capture, within the limits."""
        limit = self.context.settings.fetch.max_decoded_bytes
        return decode_body(capture.payload or b"", capture.headers, limit=limit)

    async def work(self, function: Callable[..., _T], *args: object, **named: object) -> _T:
        """Run a pure function in the worker pool, off the event loop."""
        return await self.context.pool.run(functools.partial(function, *args, **named))

    # ----------------------------------------------------------------- fetching

    async def next_errands(self, after: Any) -> Errands:
        """The next batch of what is due; the frontier's leads unless a subclass has other work."""
        assert self.job.source is not None
        return await asyncio.to_thread(
            self.context.archive.errands,
            self.job.source.id,
            now=self.job.run.started_at,
            limit=BATCH,
            after=after,
        )

    async def requests(self) -> AsyncIterator[Request]:
        """Yield a request for each errand, reading on in the archive only as they are used up."""
        after = None
        while True:
            batch = await self.next_errands(after)
            for errand in batch.errands:
                if self.job.full or self.context.stopping:
                    return
                if self._host(errand.lead.url) in self.job.closed_hosts:
                    self.job.counts["put-off"] += 1  # it stays pending, for a later run
                    continue
                self.job.taken += 1
                yield self.request(errand)
            if batch.after is None:
                return
            after = batch.after
            await self.crawler.signals.wait_for(signals.scheduler_empty)

    def _host(self, url: str) -> str:
        return urlsplit(url).netloc

    def request(self, errand: Errand) -> Request:
        return Request(
            errand.lead.url,
            callback=self.arrived,
            errback=self.failed,
            headers=conditional_headers(errand),
            meta={"errand": errand, "hops": (), "known_sha256": errand.payload_sha256},
            dont_filter=True,
        )

    async def arrived(self, response: Response) -> AsyncIterator[Any]:
        """Scrapy's callback: an answer came."""
        assert response.request is not None
        capture: Capture = response.meta["capture"]
        after = retry_after(capture.header("retry-after"), self.context.clock.now())
        async for out in self._go_on(response.request, capture, after):
            yield out

    async def failed(self, failure: Failure) -> AsyncIterator[Any]:
        """Scrapy's errback: no answer came, or none was asked for; that is a capture too."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        assert error is not None
        if isinstance(error, TryLater) and "capture" not in request.meta:
            # Nothing was sent: the run is ending, or the host is to be left in peace. The first page
            # that meets this is the record of it; the others stay pending as they are.
            host = self._host(request.url)
            if self.context.stopping or host in self.job.closed_hosts:
                self.job.counts["put-off"] += 1
                return
            self.job.closed_hosts.add(host)
        capture = failed_capture(request, error, self.context.clock.now())
        async for out in self._go_on(request, capture, getattr(error, "after", None)):
            yield out

    async def _go_on(self, request: Request, capture: Capture, after: float | None) -> AsyncIterator[Any]:
        """Follow a redirect, or hand the page over with every capture that was made for it."""
        hops = (*request.meta["hops"], *earlier_captures(request), capture)
        if capture.outcome is Outcome.REDIRECT and capture.location:
            end = end_of_chain(hops, self.context.settings.fetch.max_redirects, self.context.clock)
            if end is None:
                # What is known of the old address (validators) says nothing of the new one.
                meta = {**request.meta, "hops": hops, "known_sha256": None}
                yield request.replace(url=capture.location, headers={}, meta=meta)
                return
            hops += (end,)
        page = Page(errand=request.meta["errand"], captures=hops, retry_after=after, run_id=self.job.run.id)
        yield await self.complete(page)

    async def complete(self, page: Page) -> Page:
        """Read the page, and fetch what else belongs to it; most pages are whole as they come."""
        page = await whole(await read_page(self.context, page), self.ask, self.read)
        if self.job.slug in self.context.settings.browser.sources:
            page = await drawn(page, self.context)
        return page

    async def read(self, capture: Capture, first: str = "") -> Reading:
        """Read one capture in the worker pool; raises `Unfit` or `Refused` where that cannot be done."""
        return await self.work(read, capture, self.context.settings.fetch.max_decoded_bytes, first)

    async def read_story(self, detail: Capture, parts: Sequence[Capture], url: str) -> Extraction:
        """Read an MSN story in the worker pool; raises as `read`."""
        return await self.work(read_story, detail, parts, url, self.context.settings.fetch.max_decoded_bytes)
