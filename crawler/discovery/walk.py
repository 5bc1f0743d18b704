"""The way through an index of sitemaps: which document next, and when it is enough.

Indexes name themselves, each other, and every month since 1995. A walk sees each document once,
goes a few levels deep, takes the latest first, and leaves out what is known to be too old, by
`lastmod` or by the month in its address. It holds addresses only; the caller fetches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from ..urls import fetchable
from .sitemaps import Child, Sitemap

MAX_DEPTH: Final = 3  # the protocol allows no index in an index; outlets do it all the same
MAX_DOCUMENTS: Final = 200

# A year and month that stand alone in an address: 2019-05, 2019/5, yyyy=2019&mm=05, 201905.
_MONTH: Final = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:[-_/.]|&\w{1,5}=|)(?P<month>0[1-9]|1[0-2]|(?<=\D)[1-9])(?!\d{3})(?=\D|\d\d\b|\Z)"
)
_YEAR: Final = re.compile(r"(?<![\d])(?P<year>(?:19|20)\d\d)(?=\.xml|/?\Z|\.gz)")


class SitemapWalk:
    """The documents of a source's sitemaps that remain to be fetched.

    Args:
        roots: Where to begin, best first.
        since: Children known to be older are left out.
        max_depth: Levels of indexes below the roots.
        max_documents: Most documents handed out, roots included.
    """

    def __init__(
        self,
        roots: Iterable[str],
        *,
        since: datetime | None = None,
        max_depth: int = MAX_DEPTH,
        max_documents: int = MAX_DOCUMENTS,
    ) -> None:
        self.since = since
        self.max_depth = max_depth
        self.max_documents = max_documents
        self.left_out = 0
        self._todo: list[tuple[str, int]] = []
        self._depths: dict[str, int] = {}
        self._given = 0
        for root in roots:
            self._queue([root], depth=0)

    def next(self) -> str | None:
        """The address of the next document to fetch, or None when the walk is over."""
        if not self._todo or self._given >= self.max_documents:
            return None
        self._given += 1
        return self._todo.pop(0)[0]

    def took(self, url: str, sitemap: Sitemap) -> None:
        """Add the children of the document at `url` (as `next` gave it), the latest first.

        Those seen before, too deep or too old are counted in `left_out`.
        """
        depth = self._depths.get(url, 0) + 1
        children = sorted(sitemap.children, key=_lateness, reverse=True)
        fit = [child.url for child in children if depth <= self.max_depth and not self._is_old(child)]
        self.left_out += len(children) - len(fit)
        self._queue(fit, depth)

    def _queue(self, urls: Iterable[str], depth: int) -> None:
        new = []
        for url in urls:
            address = fetchable(url)
            if address in self._depths:
                self.left_out += 1
            else:
                self._depths[address] = depth
                new.append((address, depth))
        # Children before what was waiting: the first root is the best one, with all that it names.
        self._todo = [*new, *self._todo] if depth else [*self._todo, *new]

    def _is_old(self, child: Child) -> bool:
        if self.since is None:
            return False
        if child.lastmod is not None:
            return child.lastmod < self.since
        end = period_end(child.url)
        return end is not None and end <= self.since


def _lateness(child: Child) -> tuple[bool, bool, datetime]:
    never = datetime(1, 1, 1, tzinfo=UTC)
    return "news" in child.url.lower(), child.lastmod is None, child.lastmod or period_end(child.url) or never


def period_end(url: str) -> datetime | None:
    """The instant after the month or year that a sitemap's address names, or None if it names none."""
    if found := _MONTH.search(url):
        year, month = int(found["year"]), int(found["month"])
        return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    if found := _YEAR.search(url):
        return datetime(int(found["year"]) + 1, 1, 1, tzinfo=UTC)
    return None
