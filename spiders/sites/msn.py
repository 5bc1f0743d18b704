"""MSN: pages whose text comes from a content service, and not with the page.

An article page is a shell of custom elements with an empty body. The page itself asks the content
service for the article's JSON, and once more for each picture or video the text refers to. This
spider asks for the same, keeps page and JSON as captures, and reads the article out of the JSON.
A withdrawn story answers 410 at the service while its page goes on answering 200 with other
content: so the service's answer is the one that counts.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from ...crawler import urls
from ...crawler.archiving import Page
from ...crawler.extraction.msn import extract_msn, references
from ...errors import NoArticle, Unfit
from ...model import Capture, Finder, Lead, Outcome, WayKind
from ..base import ArticleSpider
from ..revisit import Revisiting
from ..urllist import Listed

_ARTICLE = re.compile(r"/(?P<locale>[a-z]{2}-[a-z]{2})/(?:[^?#]*/)?(?:ar|vi|ss)-(?P<id>[A-Za-z0-9]+)", re.I)
_LINK = re.compile(rb"""["'(](?P<url>[^"'()\s<>]{0,500}?/(?:ar|vi|ss)-[A-Za-z0-9]{4,20})\b""")
_DETAIL = "/content/view/v2/Detail/"
_PARTS = "/breakingnews/v1/"
MAX_REFERENCES = 20
"""References of one body that are resolved; a hostile one may name thousands."""


class MsnPages(ArticleSpider):
    """Completes a page with what the content service says of it."""

    async def complete(self, page: Page) -> Page:
        named = _ARTICLE.search(page.answer.url)
        if page.answer.outcome is not Outcome.OK or named is None:
            return page
        content = self.context.settings.msn.content
        detail_url = f"{content}{_DETAIL}{named['locale'].lower()}/{named['id']}"
        answers = [(await self.ask(detail_url))[-1]]
        with suppress(Unfit):  # `told` meets it again, and says so
            named_parts = references(self.body(answers[0]))[:MAX_REFERENCES]
            answers += [(await self.ask(f"{content}{_PARTS}{part}"))[-1] for part in named_parts]
        return await told(self, page, answers)


async def told(spider: ArticleSpider, page: Page, answers: Sequence[Capture]) -> Page:
    """The page with what the content service says of it.

    Args:
        spider: Unpacks and reads.
        page: The shell, as captured.
        answers: The service's: the article's JSON first, then those to its references.
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
        bodies = {
            part.url.partition(_PARTS)[2]: spider.body(part) for part in parts if part.outcome is Outcome.OK
        }
        extraction = await spider.work(extract_msn, spider.body(detail), bodies, page.answer.url)
    except Unfit as error:
        # Too slow or a crash may pass; what holds no article never will.
        return replace(page, unread=error.message, broken=not isinstance(error, NoArticle))
    return replace(page, extraction=extraction, vouched=False)


def is_answer(url: str, page: str) -> bool:
    """Whether `url` is where the content service was asked about the MSN page at `page`."""
    named = _ARTICLE.search(page)
    path = urlsplit(url).path
    return named is not None and (
        path.startswith(_PARTS) or (path.endswith(f"/{named['id']}") and _DETAIL in path)
    )


class MsnSpider(MsnPages):
    """Finds the stories that an MSN page links to, or the one that it is."""

    name = "msn"
    kind = WayKind.MSN

    async def find(self, answer: Capture) -> AsyncIterator[Sequence[Lead]]:
        found = [answer.url] if _ARTICLE.search(answer.url) else self._links(answer)
        yield [
            Lead(url=url, key=urls.identity(url), finder=Finder.MSN, found_at=answer.url)
            for url in dict.fromkeys(found)
        ]

    def _links(self, answer: Capture) -> list[str]:
        raw = (match["url"].decode("ascii", "ignore") for match in _LINK.finditer(self.body(answer)))
        return [urls.fetchable(url, answer.url) for url in raw if _ARTICLE.search(url)]


class MsnRevisitSpider(Revisiting, MsnPages):
    """Revisits MSN's stories."""

    name = "msn-revisit"


class MsnListSpider(Listed, MsnPages):
    """Archives single MSN stories."""

    name = "msn-list"


def is_msn(url: str) -> bool:
    """Whether the page at `url` has to be read by way of MSN's content service."""
    return urls.same_site(url, "https://www.msn.com/") and _ARTICLE.search(url) is not None
