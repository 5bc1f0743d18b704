"""A version read again from the captures that it was read from: a crawl's own code, and no network."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..errors import NoArticle
from ..model import Capture, Errand, Extraction, Finder, Lead
from .deciding import Page
from .intake import Reading, read
from .msn import is_answer, read_story, told
from .wholeness import at_hand, whole


def read_again(page: Capture, beside: Sequence[Capture], max_decoded_bytes: int) -> Extraction:
    """Read a page, and what was fetched beside it, as when they came.

    Args:
        page: The capture of the page, with its payload.
        beside: Those of its next pages or other forms, or a content service's answers, in order.
        max_decoded_bytes: The most that decompression may yield.

    Raises:
        Refused: A body decompresses to more than that.
        Unfit: Nothing can be read out of them.
    """
    return asyncio.run(_Reader(max_decoded_bytes).again(page, beside))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads in this process what a crawl reads in its worker processes."""

    limit: int

    async def again(self, page: Capture, beside: Sequence[Capture]) -> Extraction:
        lead = Lead(url=page.url, key=page.url, finder=Finder.WARC)
        found = Page(errand=Errand(lead=lead, source_id=None), captures=(page,))
        if beside and is_answer(beside[0].url, page.url):
            found = await told(found, beside, self.read_story)
        else:
            first = await self.read(page, "")
            found = replace(found, extraction=first.extraction, ahead=first.ahead)
            found = await whole(found, at_hand(beside), self.read)
        if found.extraction is None:
            raise NoArticle(found.unread or found.answer.reason, url=page.url)
        return found.extraction

    async def read(self, capture: Capture, first: str) -> Reading:
        return read(capture, self.limit, first)

    async def read_story(self, detail: Capture, parts: Sequence[Capture], url: str) -> Extraction:
        return read_story(detail, parts, url, self.limit)
