"""Which article a page belongs to: its addresses, its canonical link, the place it has moved to.

Addresses decide, as keys (`urls.identity`); a page's own words never join it to another article by
themselves, because outlets print one story under several addresses and claim one canonical address for
many. Where words say that a story may have moved, the old address is asked: a redirect decides
(`docs/adr/0017-a-moved-story-is-asked-for-at-its-old-address.md`). What a page means is `deciding`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from ..changes.align import Piece, dice
from ..errors import BadURL, Damaged
from ..model import ArticleState, Extraction, Finder, Outcome
from ..storage import ArticleRow, Transaction
from . import urls
from .deciding import READABLE, Page

RECENT: Final = 300
"""Among so many of its source's youngest articles a new page's double is looked for: days of an outlet."""

ALIKE: Final = 0.5
"""Share of words in common (Dice) from which two texts are one story; two stories share 0.1 to 0.3."""

ASK_FIRST: Final = timedelta(minutes=5)
"""How long a page waits for a look at the old address of what it may be."""

MOST_WAITS: Final = 4
"""How often it waits: an old address that cannot be asked holds nothing up for ever."""


def addresses(page: Page) -> dict[str, str]:
    """Every address that is this page's, under its key: those met, and its own canonical one.

    A front page is nobody's address, and neither is what no honest page could have (`file:`…).
    """
    met = [page.errand.lead.url, *(capture.url for capture in page.captures)]
    if (claimed := _canonical(page)) and _same_page(claimed, page.answer.url):
        met.append(claimed)
    found: dict[str, str] = {}
    for url in met:
        try:
            key = urls.identity(url)
        except BadURL:
            continue
        if not urls.is_front_key(key):
            found.setdefault(key, url)
    return found


def _canonical(page: Page) -> str | None:
    """The address the page claims, if it can be believed: at the same site, and not its front page."""
    claimed = page.extraction.canonical_url if page.extraction else None
    try:
        if claimed and urls.same_site(claimed, page.answer.url) and not urls.is_front_page(claimed):
            return claimed
    except BadURL:
        pass  # a canonical link to nowhere says nothing
    return None


def _same_page(a: str, b: str) -> bool:
    """Whether two addresses end in the same name, so that one is plainly the other's variant."""
    ends = [urlsplit(url).path.rstrip("/").rpartition("/")[2].partition(".")[0] for url in (a, b)]
    return ends[0] == ends[1] != ""


def find_article(tx: Transaction, page: Page) -> ArticleRow | None:
    """The article this page belongs to: by its addresses, or by a canonical link that holds good.

    Pages are known that claim one canonical address for all stories. So a claim of another name than
    the page's own joins nothing by itself: the headline has to be the same too.
    """
    if page.errand.article_id is not None:
        return tx.article(page.errand.article_id)
    found = tx.article_by_keys(tuple(addresses(page)))
    if found is not None or (claimed := _canonical(page)) is None or page.extraction is None:
        return found
    candidate = tx.article_by_keys((urls.identity(claimed),))
    if candidate is None or _same_page(claimed, page.answer.url):
        return candidate
    last = _last_text(tx, candidate)
    same = last is not None and last.title.casefold() == page.extraction.title.casefold()
    return candidate if same else None


def _last_text(tx: Transaction, article: ArticleRow) -> Extraction | None:
    """What an article said last; None where it has no version, or one that is damaged and joins nothing."""
    try:
        last = tx.last_version(article.id)
    except Damaged:
        return None
    return last.extraction if last else None


def same_story(a: Extraction, b: Extraction) -> bool:
    """Whether two texts are one story: most of their words, or a good part of them under one headline."""
    alike = dice(Piece(f"{a.title} {a.text}"), Piece(f"{b.title} {b.text}"))
    return alike >= ALIKE or (alike >= ALIKE / 2 and a.title.casefold() == b.title.casefold() != "")


def double(tx: Transaction, page: Page) -> ArticleRow | None:
    """The article that a page at an unknown address may be, because its old address was not asked yet.

    Args:
        tx: The archive.
        page: One that would make a new article.

    Returns:
        A young article of the same source that tells the same story under the same headline, if the page
        can wait for a look at it; None once it was looked at, or where the page is in no hurry to come
        back (a page out of a file, or one that a person names).
    """
    errand, found = page.errand, page.extraction
    if not errand.lead_id or errand.lead.finder is Finder.WARC or found is None or not found.title:
        return None
    for candidate in tx.articles_titled(errand.source_id, found.title, among=RECENT):
        asked = candidate.next_visit is not None and candidate.next_visit <= page.answer.at
        if errand.attempts and not (asked and errand.attempts < MOST_WAITS):
            continue
        last = _last_text(tx, candidate) if candidate.state is ArticleState.LIVE else None
        if last is not None and same_story(last, found):
            return candidate
    return None


def moved_to(tx: Transaction, article: ArticleRow, page: Page) -> tuple[str, ArticleRow | None]:
    """Where the story of a known article has moved, if this page shows it for the first time.

    Args:
        tx: The archive.
        article: The one that was looked at.
        page: What its address gave.

    Returns:
        The address that a redirect led to, and the other article that is known there, if any; ("", None)
        where there was no redirect, where it led to a known address of this article or one with other
        parameters, to a front page, or to another story.
    """
    answer, found = page.answer, page.extraction
    if (
        article.version_id is None
        or len(page.captures) < 2
        or answer.outcome is not Outcome.OK
        or page.unread
    ):
        return "", None
    key = urls.identity(answer.url)
    other = tx.article_by_keys((key,))
    if other is None:
        # Parameters alone may be of one visit only (a session, an edition).
        known = (urls.identity(url).partition("?")[0] for url in (article.url, page.errand.lead.url))
        stays = key.partition("?")[0] in known
    else:
        stays = other.id == article.id or other.version_id is None
    if stays or urls.is_front_key(key):
        return "", None
    if found is not None:
        last = _last_text(tx, article) if found.page_class in READABLE else None
        if last is None or not same_story(last, found):
            return "", None
    return answer.url, other
