"""What one fetched page means for the article that it belongs to; pure.

`decide` says it from what the archive has of the article and what the fetch brought: a new article, a new
version, a further witness of the one we have, a disappearance, nothing. Which article that is, `identity`
knows; `archiving` carries it out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from ..changes import Comparison, Flip, Seen, Verdict, compare, headline_flip, why_degraded
from ..model import ArticleState, Capture, Errand, Extraction, Outcome, PageClass, Version
from . import urls
from .paging import NOWHERE, Ahead

READABLE = (PageClass.ARTICLE, PageClass.LIVEBLOG)
"""The classes of page that may become a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that one errand brought home.

    Attributes:
        errand: The work order.
        captures: Every hop in order; the last is the answer that counts.
        extraction: What was read out of it; None when there was nothing to read, or when the
            payload is the one that was read last time.
        unread: Why there is no extraction although there is a new payload, in words.
        broken: That it was the reading that failed, so that another try is worth it.
        attachments: Further captures that belong to the page (the article's next pages, a content
            service's JSON).
        ahead: What the page's links say of next pages and other forms.
        vouched: Whether the answer alone is what was read, so that an equal one next time means an
            unchanged article; false where attachments were read too.
        earlier: The id of the article's last version, and what that says as the program reads it that read
            this page; None where it was the same one.
        retry_after: Seconds the server asked us to stay away.
        run_id: The run that fetched it, if any.
    """

    errand: Errand
    captures: tuple[Capture, ...]
    extraction: Extraction | None = None
    unread: str = ""
    broken: bool = False
    attachments: tuple[Capture, ...] = ()
    ahead: Ahead = NOWHERE
    vouched: bool = True
    earlier: tuple[int, Extraction] | None = None
    retry_after: float | None = None
    run_id: int | None = None

    @property
    def answer(self) -> Capture:
        return self.captures[-1]


class Happened(StrEnum):
    """What a page did to the archive."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    RESTORED = "restored"
    MOVED = "moved"  # its address leads to another article now, where the story goes on
    WAITING = "waiting"  # it looks like an article that has moved: that one's address is asked first
    MISSING = "missing"
    GONE = "gone"
    STILL_GONE = "still-gone"
    HELD = "held"  # this very record is in the archive already
    NO_ARTICLE = "no-article"
    DEGRADED = "degraded"
    FORBIDDEN = "forbidden"
    REFUSED = "refused"
    FAILED = "failed"


GOING = {
    ArticleState.LIVE: Happened.MISSING,
    ArticleState.MISSING: Happened.GONE,
    ArticleState.GONE: Happened.STILL_GONE,
    ArticleState.ELSEWHERE: Happened.STILL_GONE,
}
"""A disappearance is believed at the second look."""

BACK = {
    ArticleState.LIVE: Happened.UNCHANGED,
    ArticleState.MISSING: Happened.UNCHANGED,
    ArticleState.GONE: Happened.RESTORED,
    ArticleState.ELSEWHERE: Happened.UNCHANGED,
}
"""What it means that an article is where it was."""

VARIANT = "a headline shown before is back over the same text: the outlet tries out variants"

DAMAGED = "the version before is damaged, so that what changed cannot be told"

REDACTED = "it was taken out of the archive, and is not taken in again"

SHOWN = (Happened.NEW, Happened.CHANGED, Happened.RESTORED, Happened.UNCHANGED)
"""What shows that an address leads to the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """What became of one page: for progress, counts and, later, alerts.

    `version_id` is the version that the page witnesses; `version` that one, if the page made it.
    `cause` is one word for what stood in the article's place, where something did (`hindrance`). `moved` is
    the address to which the story has moved, where that was not known before.
    """

    happened: Happened
    url: str
    reason: str = ""
    cause: str = ""
    article_id: int | None = None
    version_id: int | None = None
    version: Version | None = None
    comparison: Comparison | None = None
    moved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the archive has of the article that a page belongs to.

    Attributes:
        state: The article's.
        version_id: Its latest version.
        last: What that version says; None where the page says the same, or nothing: most pages that
            are looked at again do, and need not have it read.
        history: All its versions, the oldest first, with their ids; only where the page differs from
            the last one in nothing but its headline.
        damaged: That the last version cannot be read any more, and the page differs from it.
    """

    state: ArticleState
    version_id: int
    last: Extraction | None = None
    history: tuple[tuple[int, Seen], ...] = ()
    damaged: bool = False


def decide(known: Known | None, page: Page) -> Archived:
    """What `page` means for an article, given what we have of it. Pure.

    Args:
        known: What we have; None for an article without a version.
        page: What was fetched and read.

    Returns:
        The outcome; `version_id` is the version that `page` witnesses, if it is an old one.
    """
    answer, url = page.answer, page.errand.lead.url

    cause = hindrance(answer)
    if page.extraction is not None and page.extraction.page_class not in READABLE:
        cause = page.extraction.page_class.value

    def said(happened: Happened, reason: str = "", comparison: Comparison | None = None) -> Archived:
        shows_old = happened in (Happened.UNCHANGED, Happened.RESTORED) and comparison is None
        seen = known.version_id if known and shows_old else None
        return Archived(
            happened=happened, url=url, reason=reason, cause=cause, version_id=seen, comparison=comparison
        )

    if gone := _why_gone(page):
        if known is None:
            return said(Happened.NO_ARTICLE, gone)
        return said(GOING[known.state], gone)
    if answer.outcome is Outcome.FORBIDDEN:
        return said(Happened.FORBIDDEN, answer.reason)
    if answer.outcome in (Outcome.REFUSED, Outcome.REDIRECT):
        return said(Happened.REFUSED, answer.reason or "the chain of redirects did not end")
    if answer.outcome not in (Outcome.OK, Outcome.NOT_MODIFIED):
        return said(Happened.FAILED, answer.reason or f"status {answer.status}")
    if page.broken:
        return said(Happened.FAILED, page.unread)

    new = page.extraction
    if new is None or new.page_class not in READABLE:
        reason = page.unread or "nothing to read"
        if new is not None:
            reason = f"the page is {new.page_class.value}, not an article"
        elif known and not page.unread:
            return said(BACK[known.state])
        return said(Happened.DEGRADED if known else Happened.NO_ARTICLE, reason)
    if known is None:
        return said(Happened.NEW)
    if known.damaged:
        return said(Happened.CHANGED, DAMAGED)
    if known.last is None:
        return said(BACK[known.state])
    if why := why_degraded(known.last, new):
        return said(Happened.DEGRADED, why)
    comparison = compare(known.last, new)
    if not comparison.is_version:
        return said(BACK[known.state])
    now = Seen.of(new)
    match headline_flip([seen for _, seen in known.history], now):
        case Flip.REPEATED:
            shown = next(key for key, seen in reversed(known.history) if seen.title == now.title)
            return replace(said(BACK[known.state], VARIANT), version_id=shown)
        case Flip.FIRST:
            reasons = (VARIANT, *comparison.reasons)
            comparison = replace(comparison, verdict=Verdict.LABEL, reasons=reasons)
        case Flip.NONE:
            pass
    changed = Happened.RESTORED if known.state is ArticleState.GONE else Happened.CHANGED
    return said(changed, comparison=comparison)


def hindrance(answer: Capture) -> str:
    """One word for an answer that kept us out: "forbidden" by robots.txt, "http-403" and its like; or ""."""
    if answer.outcome is Outcome.FORBIDDEN:
        return "forbidden"
    return f"http-{answer.status}" if answer.status in (401, 403, 429, 451) else ""


def _why_gone(page: Page) -> str:
    answer = page.answer
    if answer.outcome is Outcome.GONE:
        return answer.reason or f"status {answer.status}"
    redirected = answer.outcome is Outcome.OK and len(page.captures) > 1
    if redirected and urls.is_front_page(answer.url) and not urls.is_front_page(page.errand.lead.url):
        return "redirected to the front page"
    if page.extraction is not None and page.extraction.page_class is PageClass.MISSING:
        return "the page says that the article is not there (a soft 404)"
    return ""
