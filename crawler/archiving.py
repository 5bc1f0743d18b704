"""The use case of Palimpsest: what one fetched page does to the archive, in one transaction.

`decide` is pure: from what is known of an article and what a fetch brought it says what happens
(a new article, a new version, a further witness of the one we have, a disappearance, nothing).
`archive_pages` carries that out for a batch. Fetching and extracting happened before; alerts come
after. No Scrapy and no SQL here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from ..changes import (
    Comparison,
    Flip,
    Seen,
    Verdict,
    compare,
    fingerprint,
    headline_flip,
    rest_fingerprint,
    why_degraded,
)
from ..errors import BadURL
from ..model import (
    ArticleState,
    Capture,
    ChangeKind,
    Errand,
    Extraction,
    Finder,
    Outcome,
    PageClass,
    Version,
)
from ..storage import Archive, ArticleRow, Transaction
from . import urls
from .paging import NOWHERE, Ahead
from .planning import Planner
from .revisit import CONFIRM_AFTER, back_off, next_look_for_return, next_try

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
}
"""A disappearance is believed at the second look."""

BACK = {
    ArticleState.LIVE: Happened.UNCHANGED,
    ArticleState.MISSING: Happened.UNCHANGED,
    ArticleState.GONE: Happened.RESTORED,
}
"""What it means that an article is where it was."""

VARIANT = "a headline shown before is back over the same text: the outlet tries out variants"

REDACTED = "it was taken out of the archive, and is not taken in again"

SHOWN = (Happened.NEW, Happened.CHANGED, Happened.RESTORED, Happened.UNCHANGED)
"""What shows that an address leads to the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """What became of one page: for progress, counts and, later, alerts.

    `version_id` is the version that the page witnesses; `version` that one, if the page made it.
    `cause` is one word for what stood in the article's place, where something did (`hindrance`).
    """

    happened: Happened
    url: str
    reason: str = ""
    cause: str = ""
    article_id: int | None = None
    version_id: int | None = None
    version: Version | None = None
    comparison: Comparison | None = None


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
    """

    state: ArticleState
    version_id: int
    last: Extraction | None = None
    history: tuple[tuple[int, Seen], ...] = ()


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


def archive_pages(
    archive: Archive,
    pages: Sequence[Page],
    *,
    revisits: float,
) -> tuple[Archived, ...]:
    """Carry out what `pages` mean, in one transaction.

    Args:
        archive: The store.
        pages: A small batch; each page's captures are already final.
        revisits: Visits that an article may cost on average, after the first.

    Returns:
        One `Archived` for each page, in their order; when this returns, all of it is durable.

    Raises:
        StoreError: Nothing of the batch was stored.
    """
    with archive.transaction() as tx:
        planner = Planner(tx, revisits)
        done = tuple(_archive_page(tx, page, planner) for page in pages)
        planner.keep()
        return done


def _archive_page(tx: Transaction, page: Page, planner: Planner) -> Archived:
    errand, answer = page.errand, page.answer
    if errand.lead.finder is Finder.WARC and tx.has_record(answer.record_id):
        return Archived(happened=Happened.HELD, url=answer.url)
    article = _find_article(tx, page)
    if article is not None and article.state is ArticleState.REDACTED:
        tx.drop_lead(errand.lead_id, REDACTED)
        return Archived(
            happened=Happened.REFUSED, url=errand.lead.url, reason=REDACTED, article_id=article.id
        )
    mark = fingerprint(page.extraction) if page.extraction else None
    known = None
    if article is not None and article.version_id is not None:
        differs = mark is not None and mark != article.fingerprint
        last = tx.last_version(article.id) if differs else None
        known = Known(
            state=article.state,
            version_id=article.version_id,
            last=last.extraction if last else None,
            history=_history(tx, last, page.extraction),
        )
    done = decide(known, page)

    if article is None and done.happened is Happened.NEW:
        article = tx.add_article(errand.source_id, answer.url, urls.identity(answer.url), now=answer.at)
    article_id = article.id if article else None

    def keep(
        capture: Capture,
        *,
        version_id: int | None = None,
        beside: bool = False,
        beside_id: int | None = None,
        vouches: bool = True,
    ) -> int:
        return tx.add_capture(
            capture,
            article_id=article_id,
            source_id=errand.source_id,
            lead_id=errand.lead_id or None,
            run_id=page.run_id,
            version_id=version_id,
            beside=beside,
            beside_id=beside_id,
            vouches=vouches,
        )

    for hop in page.captures[:-1]:
        keep(hop)
    # A consent wall or a front page in the article's place is kept, but says nothing of the article:
    # its validators and its digest must not vouch for the next answer.
    # So must those of a headline's variant not, which is no later state than the last version.
    misleading = answer.outcome is Outcome.OK and (done.happened not in SHOWN or done.reason == VARIANT)
    capture_id = keep(answer, version_id=done.version_id, beside=misleading, vouches=page.vouched)
    for attachment in page.attachments:
        keep(attachment, beside=True, beside_id=capture_id)

    if article_id is not None:
        # A known page that came as it was, by no redirect, has no address that is not known.
        familiar = errand.article_id is not None and page.extraction is None and len(page.captures) == 1
        if done.happened in SHOWN and not familiar:
            for key, url in _addresses(page).items():
                tx.add_alias(article_id, key, url)
        if done.version_id is not None:
            tx.witness(done.version_id, capture_id, answer.at)
        elif done.happened in SHOWN and page.extraction and mark:
            version = tx.add_version(article_id, capture_id, page.extraction, mark, at=answer.at)
            done = replace(done, version_id=version.id, version=version)
    if article is not None:
        _note_change(tx, article, done, at=answer.at)
    _settle(tx, article, page, done, planner)
    return replace(done, article_id=article_id)


def _history(tx: Transaction, last: Version | None, new: Extraction | None) -> tuple[tuple[int, Seen], ...]:
    """The article's versions, where only the headline differs: read then only, for they may be many."""
    if last is None or new is None or rest_fingerprint(last.extraction) != rest_fingerprint(new):
        return ()
    return tuple((v.id, Seen.of(v.extraction)) for v in tx.versions(last.article_id))


def _note_change(tx: Transaction, before: ArticleRow, done: Archived, *, at: datetime) -> None:
    """Write what happened into the log of changes, if anything did.

    A state older than the latest one (out of an old WARC file) makes a version but no change: its
    neighbours are not the versions last seen.
    """
    if before.version_id is None or at < before.last_seen:
        return
    comparison, version = done.comparison, done.version
    kinds = comparison.kinds if comparison else ()
    weight = comparison.weight if comparison else 0.0
    reasons = comparison.reasons if comparison else ()
    verdict = comparison.verdict if comparison else Verdict.STATE
    if done.happened is Happened.GONE:
        kinds, weight, reasons = (ChangeKind.WITHDRAWN,), 1.0, (f"withdrawn: {done.reason}",)
    elif done.happened is Happened.RESTORED:
        kinds = (*kinds, ChangeKind.RESTORED)
        weight, reasons = max(weight, 0.5), ("restored after it had been withdrawn", *reasons)
        verdict = Verdict.STATE if comparison is None else Verdict.ALERT
    elif version is None:
        return
    tx.add_change(
        before.id,
        before.version_id,
        None if done.happened is Happened.GONE else done.version_id,
        at=at,
        kinds=kinds,
        weight=weight,
        verdict=verdict,
        reasons=reasons,
        titles=(before.title, version.extraction.title if version else before.title),
    )


def _settle(
    tx: Transaction, article: ArticleRow | None, page: Page, done: Archived, planner: Planner
) -> None:
    """Close the errand: when to come again, and what the lead and the article are now."""
    errand, at = page.errand, page.answer.at
    later = back_off(errand.attempts, at, after=page.retry_after)
    if article is not None:
        if done.happened not in SHOWN and done.happened is not Happened.FORBIDDEN:
            planner.spend()
        match done.happened:
            case Happened.MISSING:
                tx.set_article(article.id, state=ArticleState.MISSING, next_visit=at + CONFIRM_AFTER)
            case Happened.GONE | Happened.STILL_GONE:
                visit = next_look_for_return(article.last_seen, at)
                tx.set_article(article.id, state=ArticleState.GONE, next_visit=visit)
            case Happened.FAILED | Happened.DEGRADED | Happened.FORBIDDEN | Happened.REFUSED:
                # A wall in its place is an answer like any to HTTP, and may stand for months.
                visit = next_try(article.last_seen, article.attempts, at, after=page.retry_after)
                tx.set_article(article.id, next_visit=visit, attempts=article.attempts + 1)
            case _:
                tx.set_article(article.id, state=ArticleState.LIVE, last_seen=at)
                planner.plan(article, at, changed=done.version is not None)
    # A robots.txt that could not be had closes a site only until it answers again.
    passing = done.happened is Happened.FAILED or (done.happened is Happened.FORBIDDEN and page.retry_after)
    if passing:
        tx.defer_lead(errand.lead_id, later, done.reason)
    elif done.happened in (Happened.FORBIDDEN, Happened.REFUSED, Happened.NO_ARTICLE):
        tx.drop_lead(errand.lead_id, done.reason, at=at)
    else:
        tx.finish_lead(errand.lead_id, at=at)


# ---------------------------------------------------------------- identity


def _addresses(page: Page) -> dict[str, str]:
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


def _find_article(tx: Transaction, page: Page) -> ArticleRow | None:
    """The article this page belongs to: by its addresses, or by a canonical link that holds good.

    Pages are known that claim one canonical address for all stories. So a claim of another name than
    the page's own joins nothing by itself: the headline has to be the same too.
    """
    if page.errand.article_id is not None:
        return tx.article(page.errand.article_id)
    found = tx.article_by_keys(tuple(_addresses(page)))
    if found is not None or (claimed := _canonical(page)) is None or page.extraction is None:
        return found
    candidate = tx.article_by_keys((urls.identity(claimed),))
    if candidate is None or _same_page(claimed, page.answer.url):
        return candidate
    last = tx.last_version(candidate.id)
    same = last is not None and last.extraction.title.casefold() == page.extraction.title.casefold()
    return candidate if same else None
