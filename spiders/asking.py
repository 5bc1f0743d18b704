"""Asking for one document from inside a running spider: every hop a capture, every failure too.

Used for what is no article (feeds, sitemaps, front pages, a content service). Robots.txt, politeness
and the guards apply as to any request, because it goes through Scrapy's downloader to our handler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from ..crawler.fetching.capture import failed_capture
from ..errors import Refused
from ..model import Capture, Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from ..clock import Clock
    from ..settings import Fetch


async def ask(
    crawler: Crawler, url: str, limits: Fetch, clock: Clock, headers: dict[str, str] | None = None
) -> tuple[Capture, ...]:
    """Fetch `url`, following redirects; the middlewares try again what may pass.

    Args:
        crawler: The running crawler; its downloader is used.
        url: A fetchable address.
        limits: How many redirects.
        clock: Dates what was not fetched.
        headers: Further request headers (conditional ones).

    Returns:
        Every hop in order; the last one is the answer, whatever its outcome. Nothing is raised for
        a failed fetch: the capture says what happened.
    """
    hops: tuple[Capture, ...] = ()
    while True:
        request = Request(url, headers=headers, callback=NO_CALLBACK, dont_filter=True)
        answer = await _once(crawler, request, clock)
        hops += (answer,)
        if answer.outcome is not Outcome.REDIRECT or answer.location is None:
            return hops
        if (end := end_of_chain(hops, limits.max_redirects, clock)) is not None:
            return (*hops, end)
        url = answer.location


async def _once(crawler: Crawler, request: Request, clock: Clock) -> Capture:
    assert crawler.engine is not None
    try:
        response = await crawler.engine.download_async(request)
    except Exception as error:  # noqa: BLE001 - whatever it was becomes a capture with its reason
        return failed_capture(request, error, clock.now())
    capture: Capture = response.meta["capture"]
    return capture


def end_of_chain(hops: tuple[Capture, ...], limit: int, clock: Clock) -> Capture | None:
    """A refusal when redirects go in a circle, or on for too long; else None."""
    target = hops[-1].location or hops[-1].url
    if target in {hop.url for hop in hops}:
        reason = "redirects go in a circle"
    elif len(hops) > limit:
        reason = f"more than {limit} redirects (setting fetch.max_redirects)"
    else:
        return None
    return failed_capture(Request(target), Refused(reason, url=target), clock.now())
