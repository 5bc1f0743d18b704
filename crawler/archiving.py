"""What one fetched page does to the archive, in one transaction.

`archive_pages` carries out for a batch what `deciding` says that each page means, for the article that
`identity` says it belongs to. Fetching and extracting happened before; alerts come after. No Scrapy and no
SQL here.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial

from ..changes import Seen, Verdict, fingerprint, rest_fingerprint
from ..errors import Damaged
from ..model import ArticleState, Capture, ChangeKind, Extraction, Finder, Outcome
from ..storage import Archive, ArticleRow, Transaction
from . import urls
from .deciding import (
    REDACTED,
    SHOWN,
    VARIANT,
    Archived,
    Happened,
    Known,
    Page,
    decide,
)
from .identity import ASK_FIRST, addresses, double, find_article, moved_to
from .planning import Foresight, Planner
from .revisit import CONFIRM_AFTER, back_off, next_look_for_return, next_try

MOVED_WEIGHT = 0.1
"""What a new address weighs, as among the findings of a comparison."""


def archive_pages(
    archive: Archive,
    pages: Sequence[Page],
    *,
    revisits: float,
    foresight: Foresight | None = None,
) -> tuple[Archived, ...]:
    """Carry out what `pages` mean, in one transaction.

    Args:
        archive: The store.
        pages: A small batch; each page's captures are already final.
        revisits: Visits that an article may cost on average, after the first.
        foresight: What was worked out for earlier batches, and is still good for this one.

    Returns:
        One `Archived` for each page, in their order; when this returns, all of it is durable.

    Raises:
        StoreError: Nothing of the batch was stored.
    """
    with archive.transaction() as tx:
        planner = Planner(tx, revisits, foresight or Foresight())
        done = tuple(_archive_page(tx, page, planner) for page in pages)
        planner.keep()
        return done


def _archive_page(tx: Transaction, page: Page, planner: Planner) -> Archived:
    errand, answer = page.errand, page.answer
    if errand.lead.finder is Finder.WARC and tx.has_record(answer.record_id):
        return Archived(happened=Happened.HELD, url=answer.url)
    article = find_article(tx, page)
    if article is not None and article.state is ArticleState.REDACTED:
        return _refuse(tx, article, page)
    moved, other = moved_to(tx, article, page) if article else ("", None)
    if article is not None and other is not None:
        if other.state is ArticleState.REDACTED:
            tx.set_article(article.id, state=ArticleState.ELSEWHERE, next_visit=None)
            return _refuse(tx, other, page)
        planner.spend()
        return _close_moved(tx, article, other, page)
    mark = fingerprint(page.extraction) if page.extraction else None
    known = None
    if article is not None and article.version_id is not None:
        known = Known(state=article.state, version_id=article.version_id)
        if page.extraction is not None and mark != article.fingerprint:
            known = _with_texts(tx, article, known, page, page.extraction)
    done = decide(known, page)
    if moved and other is None and done.happened in SHOWN:
        done = replace(done, moved=moved)

    if article is None and done.happened is Happened.NEW:
        if maybe := double(tx, page):
            return _wait_for(tx, maybe, page)
        article = tx.add_article(errand.source_id, answer.url, urls.identity(answer.url), now=answer.at)
    article_id = article.id if article else None
    keep = partial(_keep, tx, page, article_id)
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
            for key, url in addresses(page).items():
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


def _refuse(tx: Transaction, redacted: ArticleRow, page: Page) -> Archived:
    """Take nothing in of what was taken out."""
    tx.drop_lead(page.errand.lead_id, REDACTED)
    return Archived(
        happened=Happened.REFUSED, url=page.errand.lead.url, reason=REDACTED, article_id=redacted.id
    )


def _keep(
    tx: Transaction,
    page: Page,
    article_id: int | None,
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
        source_id=page.errand.source_id,
        lead_id=page.errand.lead_id or None,
        run_id=page.run_id,
        version_id=version_id,
        beside=beside,
        beside_id=beside_id,
        vouches=vouches,
    )


def _wait_for(tx: Transaction, maybe: ArticleRow, page: Page) -> Archived:
    """Keep what was fetched, and come back once the old address of what it may be was looked at."""
    for capture in (*page.captures, *page.attachments):
        _keep(tx, page, None, capture)
    at = page.answer.at
    if maybe.next_visit is None or maybe.next_visit > at:
        tx.set_article(maybe.id, next_visit=at)
    reason = f"it tells the story of article {maybe.id}, whose address is asked first"
    tx.defer_lead(page.errand.lead_id, at + ASK_FIRST, reason)
    return Archived(happened=Happened.WAITING, url=page.errand.lead.url, reason=reason)


def _close_moved(tx: Transaction, article: ArticleRow, other: ArticleRow, page: Page) -> Archived:
    """Say that an article's story goes on in another one, which is known already, and look no more.

    Nothing that is kept is rewritten: both keep their captures and versions, and the log of the first says
    which article goes on. No text of that one stands in the first's log, where a redaction would not find it.
    """
    errand, at = page.errand, page.answer.at
    for capture in (*page.captures, *page.attachments):
        _keep(tx, page, article.id, capture, beside=True)
    reason = f"moved: {article.url} → {page.answer.url}, which is article {other.id}"
    if article.state is not ArticleState.ELSEWHERE and at >= article.last_seen:
        tx.add_change(
            article.id,
            article.version_id,
            article.version_id,
            at=at,
            kinds=(ChangeKind.URL,),
            weight=MOVED_WEIGHT,
            verdict=Verdict.STATE,
            reasons=(reason,),
            titles=(article.title, article.title),
        )
    tx.set_article(article.id, state=ArticleState.ELSEWHERE, next_visit=None)
    tx.finish_lead(errand.lead_id, at=at)
    return Archived(happened=Happened.MOVED, url=errand.lead.url, reason=reason, article_id=article.id)


def _with_texts(tx: Transaction, article: ArticleRow, known: Known, page: Page, new: Extraction) -> Known:
    """What we know, with what the article's versions say, for a page that seems to differ from the last.

    All of them are read only where nothing but the headline differs, for they may be many.
    """
    try:
        last = tx.last_version(article.id)
    except Damaged:
        return replace(known, damaged=True)
    assert last is not None  # the caller has seen its id
    said = page.earlier[1] if page.earlier and page.earlier[0] == last.id else last.extraction
    history: tuple[tuple[int, Seen], ...] = ()
    if rest_fingerprint(said) == rest_fingerprint(new):
        with suppress(Damaged):  # of an earlier one: then no headline is known to have come back
            every = ((v.id, said if v.id == last.id else v.extraction) for v in tx.versions(article.id))
            history = tuple((key, Seen.of(extraction)) for key, extraction in every)
    return replace(known, last=said, history=history)


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
    elif version is not None and comparison is None:
        weight, reasons, verdict = 0.5, (done.reason,), Verdict.ALERT
    elif version is None and not done.moved:
        return
    if done.moved:
        kinds = tuple(kind for kind in ChangeKind if kind in {*kinds, ChangeKind.URL})
        weight, reasons = max(weight, MOVED_WEIGHT), (*reasons, f"moved: {before.url} → {done.moved}")
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
            case Happened.STILL_GONE if article.state is ArticleState.ELSEWHERE:
                pass  # its story goes on elsewhere: that the old address answers no more is no news
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
