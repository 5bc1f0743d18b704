"""MSN: pages whose text comes from a content service, and not with the page.

The spider asks the service for what the page itself asks for, and keeps page and answers as captures;
what the answers mean is `crawler.msn`'s.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from ...crawler import urls
from ...crawler.deciding import Page
from ...crawler.msn import detail_url, is_story, part_urls, told
from ...errors import Refused, Unfit
from ...model import Capture, Finder, Lead, Outcome, WayKind
from ..base import ArticleSpider
from ..revisit import Revisiting
from ..urllist import Listed

_LINK = re.compile(rb"""["'(](?P<url>[^"'()\s<>]{0,500}?/(?:ar|vi|ss)-[A-Za-z0-9]{4,20})\b""")


class MsnPages(ArticleSpider):
    """Completes a page with what the content service says of it."""

    async def complete(self, page: Page) -> Page:
        content = self.context.settings.msn.content
        detail = detail_url(content, page.answer.url)
        if page.answer.outcome is not Outcome.OK or detail is None:
            return page
        answers = [(await self.ask(detail))[-1]]
        with suppress(Unfit, Refused):  # `told` meets it again, and says so
            parts = part_urls(content, self.body(answers[0]))
            answers += [(await self.ask(part))[-1] for part in parts]
        return await told(page, answers, self.read_story)


class MsnSpider(MsnPages):
    """Finds the stories that an MSN page links to, or the one that it is."""

    name = "msn"
    kind = WayKind.MSN

    async def find(self, answer: Capture) -> AsyncIterator[Sequence[Lead]]:
        found = [answer.url] if is_story(answer.url) else self._links(answer)
        yield [
            Lead(url=url, key=urls.identity(url), finder=Finder.MSN, found_at=answer.url)
            for url in dict.fromkeys(found)
        ]

    def _links(self, answer: Capture) -> list[str]:
        raw = (match["url"].decode("ascii", "ignore") for match in _LINK.finditer(self.body(answer)))
        return [urls.fetchable(url, answer.url) for url in raw if is_story(url)]


class MsnRevisitSpider(Revisiting, MsnPages):
    """Revisits MSN's stories."""

    name = "msn-revisit"


class MsnListSpider(Listed, MsnPages):
    """Archives single MSN stories."""

    name = "msn-list"
