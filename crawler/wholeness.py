"""The rest of a page: the article's further pages, or another form of one that came without its text.

All of it is asked for through the same door as the page itself, and every answer is kept beside it.
Where an article goes on is decided in `paging`, how pages are joined in `extraction.joining`. What was
fetched once is put together again from the captures `at_hand`: out of a WARC file, or for a check.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ..errors import NoArticle, Refused, TryLater, Unfit
from ..model import Capture, Extraction, Outcome, PageClass
from . import urls
from .deciding import READABLE, Page
from .extraction.joining import join
from .intake import Reading, read_markup
from .paging import MAX_PAGES

if TYPE_CHECKING:  # it brings the whole crawler, which who only reads pages needs not
    from .context import Context

SHELLS: Final = (PageClass.EMPTY, PageClass.OTHER)
"""The classes of page whose text may stand elsewhere; a wall is respected."""
PASSING: Final = (Outcome.FAILED, Outcome.SERVER_ERROR)

Ask = Callable[[str], Awaitable[tuple[Capture, ...]]]
"""Gives every hop to an address, the answer last; nothing where the address is not at hand."""
Read = Callable[[Capture, str], Awaitable[Reading]]
"""Reads one capture; the second argument is the address of the article's first page, "" on that itself."""


async def whole(page: Page, ask: Ask, read: Read) -> Page:
    """`page`, which was read, with what else belongs to it; most pages are whole as they come."""
    if page.extraction is None:
        return page
    if page.extraction.page_class is PageClass.ARTICLE:
        # Not a live blog: its pages end where we stop, and what falls off the last would look removed.
        return await further_pages(page, ask, read)
    if page.extraction.page_class in SHELLS:
        return await other_form(page, ask, read)
    return page


def at_hand(captures: Sequence[Capture]) -> Ask:
    """Asks nobody: finds an address, where it was asked for last, and the redirects that follow it there."""

    async def find(url: str) -> tuple[Capture, ...]:
        hops: list[Capture] = []
        start = max((i for i, capture in enumerate(captures) if capture.url == url), default=len(captures))
        for capture in captures[start:]:
            if hops and (hops[-1].outcome is not Outcome.REDIRECT or hops[-1].location != capture.url):
                break
            hops.append(capture)
        return tuple(hops)

    return find


async def further_pages(page: Page, ask: Ask, read: Read) -> Page:
    """`page` with the article's further pages joined to it, each page's captures attached.

    A page that cannot be had for the moment leaves the whole unread: half an article would look like
    an edit. One that is refused or gone ends the article where it is.
    """
    assert page.extraction is not None
    first = page.answer.url
    parts: list[Extraction] = [page.extraction]
    attachments: list[Capture] = []
    met, address = {urls.identity(first)}, page.ahead.next_page
    while address is not None and len(parts) < MAX_PAGES and urls.identity(address) not in met:
        met.add(urls.identity(address))
        hops = await ask(address)
        if not hops:
            break
        attachments += hops
        answer = hops[-1]
        if answer.outcome in PASSING:
            reason = f"page {len(parts) + 1} could not be had: {answer.reason}"
            return replace(page, extraction=None, attachments=tuple(attachments), unread=reason, broken=True)
        if answer.outcome is not Outcome.OK or not answer.payload:
            break
        try:
            found = await read(answer, first)
        except (NoArticle, Refused):
            break  # what is no page of text is no page of the article
        except Unfit as error:
            return _unread(page, attachments, f"page {len(parts) + 1}: {error.message}")
        if found.extraction.page_class not in READABLE or not _adds(found, parts[-1].text):
            break
        parts.append(found.extraction)
        address = found.ahead.next_page
    alone = len(parts) == 1
    return replace(page, extraction=join(parts), attachments=tuple(attachments), vouched=alone)


async def other_form(page: Page, ask: Ask, read: Read) -> Page:
    """`page` with the text of its AMP or print form, if one of them is an article."""
    assert page.extraction is not None
    attachments: list[Capture] = []
    for address in page.ahead.alternates:
        hops = await ask(address)
        attachments += hops
        if not hops or hops[-1].outcome is not Outcome.OK or not hops[-1].payload:
            continue
        try:
            found = (await read(hops[-1], "")).extraction
        except (Unfit, Refused):
            continue  # the shell is what there is
        if found.page_class in READABLE:
            said = tuple(sorted((*found.provenance, ("page", f"alternate {address}"))))
            whole = replace(found, url=page.answer.url, provenance=said)
            return replace(page, extraction=whole, attachments=tuple(attachments), vouched=False)
    return replace(page, attachments=tuple(attachments))


async def drawn(page: Page, context: Context) -> Page:
    """`page` with the text that its scripts draw, if it has none yet; their fetches are attached."""
    if page.extraction is None or page.extraction.page_class not in SHELLS:
        return page
    try:
        rendered = await context.browser.render(page.answer)
        found = await context.pool.run(read_markup, rendered.html, page.answer.url)
    except (NoArticle, Refused):
        return page
    except (TryLater, Unfit) as error:
        return _unread(page, list(page.attachments), error.message)
    said = tuple(sorted((*found.provenance, ("page", f"drawn by {rendered.software}"))))
    return replace(
        page,
        extraction=replace(found, provenance=said),
        attachments=(*page.attachments, *rendered.captures),
        vouched=False,
    )


def _unread(page: Page, attachments: list[Capture], why: str) -> Page:
    return replace(page, extraction=None, attachments=tuple(attachments), unread=why, broken=True)


def _adds(found: Reading, before: str) -> bool:
    """Whether there is text that the page before had not: some servers answer any number alike."""
    return any(block.text and block.text not in before for block in found.extraction.blocks)
