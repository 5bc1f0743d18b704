"""Taking a page in: read it in the worker pool if it is new, then store it with its batch.

Used by Scrapy's pipeline for pages that were fetched and by the WARC spider for pages from a file. What
a page means for the archive is decided in `deciding`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import NoArticle, Refused, StoreError, Unfit
from ..model import Capture, Extraction, Outcome
from .deciding import Archived, Page
from .fetching.decoding import decode_body
from .paging import Ahead, look_ahead, number_of

if TYPE_CHECKING:  # it brings the whole crawler, which who only reads pages needs not
    from .context import Context


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read out of a capture, and what its links say of further pages."""

    extraction: Extraction
    ahead: Ahead


async def read_page(context: Context, page: Page) -> Page:
    """`page` with its extraction; as it is where there is nothing new to read.

    A payload with the digest of the one that was read last time is not read again.
    """
    answer = page.answer
    if page.extraction or page.unread or answer.outcome is not Outcome.OK or not answer.payload:
        return page
    if answer.sha256 == page.errand.payload_sha256:
        return page
    limit = context.settings.fetch.max_decoded_bytes
    try:
        found = await context.pool.run(read, answer, limit)
        claimed = found.extraction.canonical_url
        if claimed and number_of(answer.url, claimed) > 1:
            return replace(page, unread=f"a further page of {claimed}")
        return replace(page, extraction=found.extraction, ahead=found.ahead)
    except (NoArticle, Refused) as error:
        return replace(page, unread=error.message)
    except Unfit as error:
        # Too long, too much memory, a crash: the page may be read another time, and is not given up.
        return replace(page, unread=error.message, broken=True)


async def store_page(context: Context, page: Page) -> Archived:
    """Store `page` with its batch; durable when this returns.

    Raises:
        StoreError: The archive cannot be written; every crawl of the process is told to stop.
    """
    try:
        return await context.batcher.store(page)
    except StoreError as error:
        context.fail(error)
        raise


def read_markup(html: str, url: str) -> Extraction:
    """Extract a page that a browser drew; runs in a worker process. Raises `Unfit` as `read`."""
    from .extraction import extract

    return extract(html, url)


def read(capture: Capture, max_decoded_bytes: int, first: str = "") -> Reading:
    """Decode and extract one capture; runs in a worker process.

    Args:
        capture: One with a payload.
        max_decoded_bytes: The most that decompression may yield.
        first: The address of the article's first page, where this is a further one.

    Raises:
        Refused: The body decompresses to more than that.
        Unfit: Nothing can be read out of it.
    """
    # Heavy, and only for the workers: the crawler never reads a page.
    from .extraction import extract
    from .extraction.decode import decode

    body = decode_body(capture.payload or b"", capture.headers, limit=max_decoded_bytes)
    extraction = extract(body, capture.url, capture.headers)
    return Reading(extraction, look_ahead(decode(body, capture.headers)[0], capture.url, first=first))
