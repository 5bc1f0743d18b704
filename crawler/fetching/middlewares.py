"""Scrapy's downloader middlewares of ours: robots.txt before a request, another try after it.

Each translates and calls; what it calls decides (`robots.RobotsCache`, `retry.again`). They stand in
place of Scrapy's own two, of which the one lets requests through while robots.txt is on its way and
the other tries again after 20 ms whatever `Retry-After` says.
"""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from ...errors import TryLater
from ...model import Capture, Outcome
from .capture import ForbiddenByRobots
from .network import Network
from .retry import again


class RobotsMiddleware:
    """Asks the robots.txt of the origin before every request that Scrapy sends, guards first."""

    def __init__(self, crawler: Crawler) -> None:
        self._robots = Network.of(crawler).robots
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or raise as `RobotsCache.check` does."""
        request.meta.pop("capture", None)  # of an earlier hop, if a spider copied its meta
        try:
            await self._robots.check(request.url)
        except ForbiddenByRobots:
            self._stats.inc_value("palimpsest/outcome/forbidden")
            raise


def earlier_captures(request: Request) -> tuple[Capture, ...]:
    """The captures of the tries of this request that came before the last one, oldest first."""
    kept = request.meta.get("earlier", ())
    # A spider that copies meta into the next hop's request brings the last hop's along.
    return tuple(capture for capture in kept if capture.url == request.url)


class RetryMiddleware:
    """Sends a request again after 429, 5xx or a failure that may pass, as long as the run can wait."""

    def __init__(self, crawler: Crawler) -> None:
        self._network = Network.of(crawler)
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response, or the same request for another try."""
        capture = request.meta.get("capture")
        if isinstance(capture, Capture) and capture.outcome is Outcome.SERVER_ERROR:
            return self._again(request, capture) or response
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """The same request for another try, or None: the spider's errback gets the exception."""
        capture = request.meta.get("capture")
        # Without a capture nothing was sent: the gate had refused the turn, and would again.
        if isinstance(capture, Capture) and isinstance(exception, TryLater):
            return self._again(request, capture)
        return None

    def _again(self, request: Request, capture: Capture) -> Request | None:
        fetch = self._network.fetch
        earlier = (*earlier_captures(request), capture)
        held = self._network.gate.held(self._network.guards.check_url(request.url).key)
        if not again(tries=len(earlier), retries=fetch.retries, held=held, max_wait=fetch.max_wait):
            return None
        self._stats.inc_value("palimpsest/retries")
        next_try = request.replace(dont_filter=True)
        next_try.meta.pop("capture", None)
        next_try.meta["earlier"] = earlier
        return next_try
