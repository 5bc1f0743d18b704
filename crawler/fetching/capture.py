"""One exchange with a server, written down as a `Capture`; a failure is one too.

The heads are put together from what aiohttp read off the wire: header names and values as the bytes
that came, in their order, repeats kept (the white space around a value is not kept: RFC 9110, 5.5
gives it no meaning). Not here: the exchange itself (`door`), and whether to try again (`retry`).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin

from scrapy.exceptions import IgnoreRequest, NotSupported
from scrapy.http import Request
from w3lib.url import safe_url_string

from ...errors import NotFetched, Refused
from ...model import Capture, Outcome


class ForbiddenByRobots(Refused, IgnoreRequest):
    """robots.txt says no, or could not be had and so means no (RFC 9309, 2.3.1.4).

    Args:
        after: Seconds after which robots.txt is asked for again, where it could not be had; None
            where its rules forbid the page, so that there is no use in coming back.
    """

    def __init__(
        self, message: str, *, url: str | None = None, source: str | None = None, after: float | None = None
    ) -> None:
        super().__init__(message, url=url, source=source)
        self.after = after


def outcome_of(status: int) -> Outcome:
    """What a status code means for an archive (RFC 9110, 15)."""
    if 200 <= status < 300:
        # 206 is asked for by nobody here: it would be a part taken for the whole.
        return Outcome.FAILED if status == 206 else Outcome.OK
    if status == 304:
        return Outcome.NOT_MODIFIED
    if 300 <= status < 400:
        return Outcome.REDIRECT
    if status in (404, 410):
        return Outcome.GONE
    if status == 429 or status >= 500:
        return Outcome.SERVER_ERROR
    if 400 <= status < 500:
        return Outcome.CLIENT_ERROR
    return Outcome.FAILED


def message_head(start: str, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Start line, headers and the blank line, as WARC keeps them (RFC 9112, 2.1)."""
    lines = [start.encode("utf-8", "surrogateescape")]
    lines.extend(name + b": " + value for name, value in headers)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def redirect_target(url: str, location: str) -> str | None:
    """The absolute target of a redirect, escaped so that it can be asked for; None if it is no URL.

    Args:
        url: Of the request.
        location: The header's value, decoded as Latin-1; servers send UTF-8 there all the same.
    """
    try:
        text = location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        text = location
    try:
        return safe_url_string(urljoin(url, text.strip())).partition("#")[0]
    except ValueError:
        return None


@dataclass(slots=True)
class Exchange:
    """What is known of an exchange while it goes on; `ended` makes the capture of it, once."""

    url: str
    at: datetime
    began: float = field(default_factory=time.monotonic)
    request_head: bytes = b""
    response_head: bytes = b""
    status: int | None = None
    ip: str | None = None
    location: str | None = None

    def ended(
        self,
        outcome: Outcome,
        reason: str = "",
        *,
        payload: bytes | None = None,
        sha256: bytes | None = None,
    ) -> Capture:
        """The capture of this exchange, `seconds` counted up to now."""
        return Capture(
            record_id=uuid.uuid4(),
            url=self.url,
            at=self.at,
            outcome=outcome,
            reason=reason,
            request_head=self.request_head,
            response_head=self.response_head,
            payload=payload,
            sha256=sha256,
            status=self.status,
            ip=self.ip,
            seconds=time.monotonic() - self.began,
            location=self.location,
        )


def failed_capture(request: Request, error: BaseException, at: datetime) -> Capture:
    """The record of a request that brought no response: for a spider's errback.

    Args:
        request: `failure.request`.
        error: `failure.value`: what the door, a middleware or Scrapy itself raised.
        at: The time, for a capture that is made here.

    Returns:
        What the door wrote down if the request came so far, else a capture made here: FORBIDDEN,
        REFUSED or FAILED with the reason in words.
    """
    kept = request.meta.get("capture")
    # A spider that copies meta into the next hop's request brings the last hop's capture along.
    if isinstance(kept, Capture) and kept.url == request.url:
        return kept
    if isinstance(error, ForbiddenByRobots):
        outcome = Outcome.FORBIDDEN
    elif isinstance(error, Refused | NotSupported | IgnoreRequest):
        outcome = Outcome.REFUSED
    else:
        outcome = Outcome.FAILED
    reason = error.message if isinstance(error, NotFetched) else str(error) or type(error).__name__
    return Exchange(request.url, at).ended(outcome, reason)
