"""One crawl in this process: sources side by side, each with its spiders in turn, until done or stopped.

The event loop is asyncio's own; Scrapy runs on it without a Twisted reactor, so that any number of
crawls can follow one another in one process. SIGINT and SIGTERM end a crawl softly: what is in
hand is finished and stored, what is not yet fetched stays in the archive for the next run; a second
signal ends it at once. Which source is due when is not decided here.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings as ScrapySettings
from scrapy.utils.misc import load_object, walk_modules_iter

from .. import settings as settings_module
from ..clock import Clock
from ..errors import Busy
from ..health import came_to_nothing
from ..model import RunState, Source, WayKind
from ..storage import Archive
from .context import KEY, Context, Listener, Note, Options
from .fetching.addon import HANDLERS, SETTINGS
from .fetching.network import SETTING
from .job import Job

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one run over one source came to."""

    source: str
    state: RunState
    counts: tuple[tuple[str, int], ...] = ()
    errors: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether it came to nothing."""
        return came_to_nothing(self.state, Counter(dict(self.counts)))


def run_crawl(
    archive: Archive,
    sources: Sequence[Source],
    *,
    options: Options | None = None,
    listener: Listener | None = None,
    why: str = "by hand",
) -> tuple[Report, ...]:
    """Crawl `sources` and what is due of them.

    Args:
        archive: An open archive; its settings hold.
        sources: What to crawl; paused ones too, if they are named here.
        options: Limits that the user asked for.
        listener: Told of each page and problem, in the event loop's thread.
        why: Kept with the runs.

    Returns:
        A report for each source, in their order.

    Raises:
        Busy: Another process is crawling the only source that was named.
        StoreError: The archive could not be written; what was committed before stays.
    """

    async def work(context: Context) -> tuple[Report, ...]:
        side_by_side = asyncio.Semaphore(archive.settings.crawl.sources)

        async def one(source: Source) -> Report:
            async with side_by_side:
                try:
                    return await crawl_source(context, source, why)
                except Busy as error:
                    context.listener(Note(source=source.slug, problem=error))
                    return Report(source=source.slug, state=RunState.FAILED, errors=(str(error),))

        return tuple(await asyncio.gather(*(one(source) for source in sources)))

    return _in_context(archive, work, options, listener)


def archive_urls(
    archive: Archive, by_spider: Mapping[str, Sequence[str]], *, listener: Listener | None = None
) -> Report:
    """Archive single pages, due or not.

    Args:
        archive: As for `run_crawl`.
        by_spider: Addresses under the name of the spider that can read them.
        listener: As for `run_crawl`.

    Raises:
        StoreError: As for `run_crawl`.
    """
    spiders = [(name, {"urls": " ".join(urls)}) for name, urls in by_spider.items()]

    async def work(context: Context) -> Report:
        return await _run_job(context, None, "archive", spiders)

    return _in_context(archive, work, None, listener)


def read_warcs(archive: Archive, paths: Sequence[Path], *, listener: Listener | None = None) -> Report:
    """Take the captures of WARC files into the archive.

    Raises:
        StoreError: As for `run_crawl`.
    """

    async def work(context: Context) -> Report:
        spiders = [("warc", {"file": str(path)}) for path in paths]
        return await _run_job(context, None, "import warc", spiders)

    return _in_context(archive, work, None, listener)


def run_spider(archive: Archive, name: str, **arguments: Any) -> Any:
    """Run one spider that stores nothing (a probe) and return it, for what it found."""

    async def work(context: Context) -> Any:
        assert context.runner is not None
        crawler = context.runner.create_crawler(name)
        await context.runner.crawl(crawler, **arguments)
        return crawler.spider

    return _in_context(archive, work, None, None)


async def crawl_source(context: Context, source: Source, why: str, *, announced: bool = True) -> Report:
    """Crawl one source beside others of the same context.

    Args:
        context: Of this event loop, with its runner.
        source: What to crawl.
        why: Kept with the run.
        announced: Look at what announces articles; otherwise only known ones are looked at, as due.

    Raises:
        Busy: Another process is crawling it.
    """
    # Each kind of way has its spider of the same name; revisits come last, when news is in.
    kinds = dict.fromkeys(way.kind.value for way in source.ways)
    spiders: list[tuple[str, dict[str, Any]]] = [(kind, {}) for kind in kinds] if announced else []
    if not context.options.dry_run:
        spiders.append(("msn-revisit" if WayKind.MSN.value in kinds else "revisit", {}))
    if source.slug in context.settings.browser.sources:
        context.browser.check()
    network = context.network
    network.gate.set_delay(network.guards.check_url(source.home).key, source.delay)
    return await _run_job(context, source, why, spiders)


async def revisit_unowned(context: Context, why: str) -> Report:
    """Look again at articles without a source, as they are due; MSN's are known by their addresses.

    Raises:
        Busy: Another process is at it.
    """
    return await _run_job(context, None, why, [("msn-revisit", {})])


async def _run_job(
    context: Context, source: Source | None, why: str, spiders: Sequence[tuple[str, dict[str, Any]]]
) -> Report:
    clock = asyncio.get_running_loop().time
    started = clock()
    job = Job.begin(context, source, why=why)
    state = RunState.FAILED
    try:
        for name, arguments in spiders:
            if not context.stopping:
                assert context.runner is not None
                await context.runner.crawl(name, job=job, **arguments)
        if context.failure is None:
            state = RunState.STOPPED if context.stopping else RunState.DONE
    finally:
        job.end(state)
    return Report(
        source=job.slug,
        state=state,
        counts=tuple(sorted(job.counts.items())),
        errors=tuple(job.errors),
        seconds=clock() - started,
    )


def _project_settings(context: Context) -> ScrapySettings:
    """Scrapy's settings for this project with the shared parts in them."""
    values = ScrapySettings()
    values.setmodule(settings_module, priority="project")
    values.set(KEY, context, priority="cmdline")
    values.set(SETTING, context.network, priority="cmdline")
    return values


def make_context(
    archive: Archive,
    options: Options | None = None,
    listener: Listener | None = None,
    clock: Clock | None = None,
) -> Context:
    """A context with what runs its spiders; to be closed by the caller, in the same event loop."""
    context = Context.make(archive, options=options, listener=listener, clock=clock)
    context.runner = AsyncCrawlerRunner(_project_settings(context))
    return context


def _in_context(
    archive: Archive,
    work: Callable[[Context], Awaitable[_T]],
    options: Options | None,
    listener: Listener | None,
) -> _T:
    async def main() -> _T:
        context = make_context(archive, options, listener)
        _stop_on_signals(context)
        try:
            result = await work(context)
        finally:
            await context.close()
        if context.failure is not None:
            raise context.failure
        return result

    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(main())


@cache
def _load() -> None:
    """Import, once a process, what Scrapy would otherwise import while the loop runs: it takes 150 ms."""
    for name in settings_module.SPIDER_MODULES:
        list(walk_modules_iter(name))
    for name in (*HANDLERS.values(), *SETTINGS["DOWNLOADER_MIDDLEWARES"], *settings_module.ITEM_PIPELINES):
        if name is not None:
            load_object(name)
    # What was loaded stays: a collection that looked through it all held up the loop for 200 ms. What is
    # garbage now would stay with it, so it is collected first.
    gc.collect()
    gc.freeze()


def new_loop() -> asyncio.AbstractEventLoop:
    """An event loop for crawls: libuv's, with which a page costs a third less, where there is one."""
    _load()
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop

    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


def _stop_on_signals(context: Context) -> None:
    """The first signal stops softly; then the system's own handling is back, and a second one kills."""
    loop = asyncio.get_running_loop()
    names = (signal.SIGINT, signal.SIGTERM)

    def stop() -> None:
        for name in names:
            loop.remove_signal_handler(name)
        context.stop()

    for name in names:
        with suppress(NotImplementedError, ValueError, RuntimeError):  # no main thread, or no such signals
            loop.add_signal_handler(name, stop)
