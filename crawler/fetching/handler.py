"""Scrapy's download handler: translates between Scrapy's requests and responses and the door.

The capture goes into `request.meta["capture"]`, also of a failure. The response's body is the payload
as received: what is compressed stays so, and is unpacked by whoever reads it (`decoding.decode_body`),
off the event loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, HtmlResponse, Request, Response, TextResponse

from ...errors import Refused
from ...model import Capture
from .decoding import content_codings
from .network import Network

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class DownloadHandler(BaseDownloadHandler):
    """Handles http and https; see `Door` for what that comprises.

    Reads from `request.meta`: `known_sha256`, the digest of the payload that a 304 would vouch for.
    Writes into it: `capture`.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._network = Network.of(crawler)

    async def download_request(self, request: Request) -> Response:
        """Fetch.

        Raises:
            NotFetched, Refused, TryLater: No whole response was had (`Answer`).
        """
        meta = request.meta
        meta.pop("capture", None)
        if request.method != "GET" or request.body:
            raise Refused(f"an archive only reads; {request.method} is not sent", url=request.url)
        answer = await self._network.door.fetch(
            request.url,
            headers=_plain(request.headers) if request.headers else None,
            known_sha256=meta.get("known_sha256"),
        )
        meta["capture"] = answer.capture
        self.crawler.stats.inc_value(f"palimpsest/outcome/{answer.capture.outcome}")
        if answer.error is not None:
            raise answer.error
        return scrapy_response(answer.capture)


def _plain(headers: Headers) -> dict[str, str]:
    return {name.decode("latin-1"): b",".join(headers.getlist(name)).decode("latin-1") for name in headers}


def scrapy_response(capture: Capture) -> Response:
    """The capture as Scrapy knows responses, with selectors where it is text that can be read as it is."""
    pairs = capture.headers
    headers = Headers()
    for name, value in pairs:
        headers.appendlist(name, value.encode("latin-1"))
    kind = (capture.header("content-type") or "").lower()
    maker: type[Response] = Response
    if not content_codings(pairs):
        if "html" in kind:
            maker = HtmlResponse
        elif "text/" in kind or "xml" in kind or "json" in kind:
            maker = TextResponse
    return maker(capture.url, status=capture.status or 0, headers=headers, body=capture.payload or b"")
