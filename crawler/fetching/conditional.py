"""Asking only for what changed: the validators of the last capture, as headers of the next request.

Pure (RFC 9110, 8.8 and 13.1). Validators come from servers and go back to them unread, so a value that
could not have stood in an honest header is dropped rather than sent. Not here: what a 304 means for
an article (`deciding`).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

from ...model import Capture

MAX_VALIDATOR: Final = 512  # bytes; longer entity tags were seen only from broken or hostile servers
_ETAG = re.compile(r'(?:W/)?"[!#-~]*"')  # RFC 9110, 8.8.3, in ASCII
# Without quotation marks: not allowed, common, and accepted back. Never a lone "*", which would make
# every answer a 304.
_BARE_ETAG = re.compile(r"(?!\*$)[!#-+\--~]+")


class Validated(Protocol):
    """What carries the validators of an earlier answer: an `Errand` or a `Way`."""

    @property
    def etag(self) -> str | None: ...

    @property
    def last_modified(self) -> str | None: ...


def conditional_headers(known: Validated) -> dict[str, str]:
    """The headers that make a request conditional; {} where nothing (sane) is known.

    Both are sent where both are known: a server that knows entity tags ignores the date (13.1.3).
    """
    headers = {}
    if known.etag and (etag := sane_etag(known.etag)):
        headers["If-None-Match"] = etag
    if known.last_modified and (date := sane_date(known.last_modified)):
        headers["If-Modified-Since"] = date
    return headers


def validators(capture: Capture) -> tuple[str | None, str | None]:
    """The (etag, last_modified) that a capture offers for the next request, insane values as None."""
    etag, date = capture.header("etag"), capture.header("last-modified")
    return (sane_etag(etag) if etag else None, sane_date(date) if date else None)


def sane_etag(value: str) -> str | None:
    """`value` if it can be sent back as an entity tag, weak ones included, else None."""
    value = value.strip()
    if len(value) > MAX_VALIDATOR:
        return None
    return value if _ETAG.fullmatch(value) or _BARE_ETAG.fullmatch(value) else None


def sane_date(value: str) -> str | None:
    """`value`, as the server wrote it, if it is an HTTP date that can be true, else None.

    The wording is kept: servers compare the string. A date before the web, or more than a day in the
    future (13.1.3 lets a server ignore those), says nothing.
    """
    value = value.strip()
    if len(value) > 64 or not value.isascii() or not value.isprintable():
        return None
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    try:
        ahead = (when - datetime.now(UTC)).total_seconds()
    except OverflowError:
        return None
    return value if when.year >= 1990 and ahead < 86_400 else None
