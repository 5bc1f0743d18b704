"""MSN's content service: where it is asked about a story, and what its answers make of the story's page.

An article page at MSN is a shell of custom elements with an empty body. The page itself asks the content
service for the article's JSON, and once more for each picture or video the text refers to. A withdrawn
story answers 410 at the service while its page goes on answering 200 with other content: so the
service's answer is the one that counts. Asking is the spider's (`spiders.sites.msn`).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from ..errors import NoArticle, Refused, Unfit
from ..model import Capture, Extraction, Outcome
from . import urls
from .deciding import Page
from .fetching.decoding import decode_body

_STORY: Final = re.compile(
    r"/(?P<locale>[a-z]{2}-[a-z]{2})/(?:[^?#]*/)?(?:ar|vi|ss)-(?P<id>[A-Za-z0-9]+)", re.I
)
_DETAIL: Final = "/content/view/v2/Detail/"
_PARTS: Final = "/breakingnews/v1/"
MAX_REFERENCES: Final = 20
"""References of one body that are resolved; a hostile one may name thousands."""

ReadStory = Callable[[Capture, Sequence[Capture], str], Awaitable[Extraction]]
"""`read_story` within the limits, in whatever process."""


def is_story(url: str) -> bool:
    """Whether the address has the form of a story's."""
    return _STORY.search(url) is not None


def is_msn(url: str) -> bool:
    """Whether the page at `url` has to be read by way of MSN's content service."""
    return urls.same_site(url, "https://www.msn.com/") and is_story(url)


def detail_url(content: str, url: str) -> str | None:
    """Where the service at `content` tells of the story at `url`; None where that is no story."""
    named = _STORY.search(url)
    return f"{content}{_DETAIL}{named['locale'].lower()}/{named['id']}" if named else None


def part_urls(content: str, body: bytes) -> list[str]:
    """Where the service at `content` tells of what an article's JSON refers to.

    Raises:
        NoArticle: The answer is not the service's JSON.
    """
    from .extraction.msn import references

    return [f"{content}{_PARTS}{part}" for part in references(body)[:MAX_REFERENCES]]


def is_answer(url: str, page: str) -> bool:
    """Whether `url` is where the content service was asked about the MSN page at `page`."""
    named = _STORY.search(page)
    path = urlsplit(url).path
    return named is not None and (
        path.startswith(_PARTS) or (path.endswith(f"/{named['id']}") and _DETAIL in path)
    )


async def told(page: Page, answers: Sequence[Capture], read: ReadStory) -> Page:
    """The page with what the content service says of it.

    Args:
        page: The shell, as captured.
        answers: The service's: the article's JSON first, then those to its references.
        read: `read_story`, where it is to run.
    """
    detail, *parts = answers
    if detail.outcome is Outcome.GONE:
        gone = replace(detail, reason="the content service says the story was withdrawn")
        return replace(page, captures=(*page.captures, gone))
    page = replace(page, attachments=tuple(answers))
    if detail.outcome is not Outcome.OK or detail.payload is None:
        reason = detail.reason or f"status {detail.status}"
        return replace(page, unread=f"the content service did not answer: {reason}")
    try:
        extraction = await read(detail, parts, page.answer.url)
    except (NoArticle, Refused) as error:
        return replace(page, unread=error.message)
    except Unfit as error:
        # Too slow or a crash may pass; what holds no article never will.
        return replace(page, unread=error.message, broken=True)
    return replace(page, extraction=extraction, vouched=False)


def read_story(detail: Capture, parts: Sequence[Capture], url: str, max_decoded_bytes: int) -> Extraction:
    """Decode the service's answers and read the story out of them; runs in a worker process.

    Args:
        detail: The article's JSON.
        parts: The answers to its references, whatever their outcome.
        url: The address of the story's page.
        max_decoded_bytes: The most that decompression of an answer may yield.

    Raises:
        NoArticle: The answer holds none.
        Refused: An answer decompresses to more than that.
    """
    from .extraction.msn import extract_msn

    def body(answer: Capture) -> bytes:
        return decode_body(answer.payload or b"", answer.headers, limit=max_decoded_bytes)

    bodies = {part.url.partition(_PARTS)[2]: body(part) for part in parts if part.outcome is Outcome.OK}
    return extract_msn(body(detail), bodies, url)
