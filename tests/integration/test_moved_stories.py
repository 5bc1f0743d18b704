"""A story that gets another address stays one article, whichever address is seen first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from palimpsest.changes import Verdict
from palimpsest.crawler import urls
from palimpsest.crawler.archiving import Archived, Happened, Page, archive_pages
from palimpsest.crawler.identity import ASK_FIRST, MOST_WAITS
from palimpsest.model import ArticleState, Capture, ChangeKind, Errand, Extraction, Finder, Lead, Outcome
from palimpsest.model import Source as Outlet
from palimpsest.newsroom import Edit, Newsroom
from palimpsest.newsroom.faults import status
from palimpsest.storage import Archive, open_archive

from .conftest import Desk, settings_for

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OLD, NEW = "https://herald.example/2026/council-votes", "https://herald.example/2026/bridge-closes"
BODY = "The council voted to close the old bridge over the river Kel before winter sets in."
Making = Callable[..., Capture]
Reading = Callable[..., Extraction]


class Look:
    """Looks at pages of one outlet, as a crawl would bring them home."""

    def __init__(self, archive: Archive, outlet: Outlet, capture: Making, read: Reading) -> None:
        self.archive, self.outlet = archive, outlet
        self._capture, self._read = capture, read

    def announce(self, url: str, at: datetime) -> None:
        lead = Lead(
            url=url, key=urls.identity(url), finder=Finder.FEED, found_at="https://herald.example/feed"
        )
        self.archive.add_leads(self.outlet.id, [lead], now=at)

    def lead(self, url: str, at: datetime, **page: str) -> Archived:
        """Carry out the pending errand of an address."""
        (errand,) = (e for e in self.archive.errands(self.outlet.id, now=at).errands if e.lead.url == url)
        return self._store(errand, url, at, **page)

    def again(self, url: str, at: datetime, *, to: str | None = None, **page: str) -> Archived:
        """Look at the article known at an address again, which redirects `to` another now."""
        errand = self.archive.errand_for(url, urls.identity(url), self.outlet.id, finder=Finder.REVISIT)
        return self._store(errand, to or url, at, **page)

    def _store(
        self, errand: Errand, url: str, at: datetime, title: str = "Bridge", text: str = BODY
    ) -> Archived:
        hops = []
        if url != errand.lead.url:
            outcome = {"outcome": Outcome.REDIRECT, "status": 301, "location": url}
            hops = [self._capture(errand.lead.url, None, at=at, **outcome)]
        page = Page(
            errand=errand,
            captures=(*hops, self._capture(url, f"{title} {text}".encode(), at=at)),
            extraction=self._read(url, title=title, text=text),
        )
        (done,) = archive_pages(self.archive, [page], revisits=12)
        return done


@pytest.fixture
def look(archive: Archive, source: Outlet, make_capture: Making, make_extraction: Reading) -> Look:
    return Look(archive, source, make_capture, make_extraction)


@pytest.fixture
def desk(archive: Archive, newsroom: Newsroom) -> Iterator[Desk]:
    """The newsroom and an archive of it, on both databases."""
    directory = archive.directory
    with open_archive(directory, settings=settings_for(directory, newsroom)) as crawled:
        yield Desk(crawled, newsroom)


def moving(newsroom: Newsroom) -> tuple[Edit, str]:
    """The scripted move of a story, and where it stood before."""
    edit = next(edit for edit in newsroom.script() if edit.kind == "moved")
    newsroom.at(edit.step - 1)
    return edit, next(url for url in newsroom.articles() if newsroom.story(url).name == edit.story)


def test_the_feed_may_announce_the_new_address_before_the_old_one_is_looked_at(desk: Desk) -> None:
    edit, old = moving(desk.newsroom)
    desk.add(edit.outlet)
    desk.crawl()
    known = {article.id for article in desk.archive.articles()}
    desk.newsroom.at(edit.step)
    assert desk.crawl()["waiting"] == 1
    desk.crawl(again=True)
    assert desk.article(edit.url).id == desk.article(old).id
    assert {article.id for article in desk.archive.articles()} == known
    (told,) = (c for c in desk.archive.changes() if ChangeKind.URL in c.kinds)
    assert (told.article_id, told.verdict) == (desk.article(old).id, Verdict.STATE)
    assert told.reasons == (f"moved: {desk.article(old).url} → {edit.url}",)


def test_the_old_address_may_be_looked_at_before_the_new_one_is_announced(desk: Desk) -> None:
    edit, old = moving(desk.newsroom)
    desk.add(edit.outlet)
    desk.crawl()
    known = {article.id for article in desk.archive.articles()}
    desk.newsroom.at(edit.step)
    desk.newsroom.fault(edit.outlet, "/feed.xml", status(503))
    desk.crawl(again=True)
    desk.newsroom.heal()
    assert desk.crawl()["waiting"] == 0
    assert desk.article(edit.url).id == desk.article(old).id
    assert {article.id for article in desk.archive.articles()} == known


def test_a_page_that_waited_is_joined_to_the_article_whose_address_leads_to_it(look: Look) -> None:
    look.announce(OLD, NOW)
    first = look.lead(OLD, NOW)
    later = NOW + timedelta(minutes=30)
    look.announce(NEW, later)
    assert look.lead(NEW, later).happened is Happened.WAITING
    assert look.archive.article(urls.identity(OLD)).next_visit == later
    assert look.again(OLD, later, to=NEW).happened is Happened.UNCHANGED
    joined = look.lead(NEW, later + ASK_FIRST)
    assert (joined.happened, joined.article_id) == (Happened.UNCHANGED, first.article_id)
    assert len(list(look.archive.articles())) == 1
    assert len(list(look.archive.captures())) == 5  # what the waiting page fetched is kept too


def test_one_story_under_two_addresses_that_both_stand_is_two_articles(look: Look) -> None:
    look.announce(OLD, NOW)
    first = look.lead(OLD, NOW)
    later = NOW + timedelta(minutes=30)
    look.announce(NEW, later)
    look.lead(NEW, later)
    look.again(OLD, later)
    second = look.lead(NEW, later + ASK_FIRST)
    assert second.happened is Happened.NEW
    assert second.article_id != first.article_id


def test_an_old_address_that_is_never_looked_at_holds_a_page_up_only_so_often(look: Look) -> None:
    look.announce(OLD, NOW)
    look.lead(OLD, NOW)
    at = NOW + timedelta(hours=2)
    look.announce(NEW, at)
    for _ in range(MOST_WAITS):
        assert look.lead(NEW, at).happened is Happened.WAITING
        at += ASK_FIRST
    assert look.lead(NEW, at).happened is Happened.NEW


def test_another_story_under_the_same_headline_does_not_wait(look: Look) -> None:
    look.announce(OLD, NOW)
    look.lead(OLD, NOW, title="Letters")
    look.announce(NEW, NOW)
    other = "Readers write about trains, of which there are too few, and about the price of bread."
    assert look.lead(NEW, NOW, title="Letters", text=other).happened is Happened.NEW


def test_two_articles_that_turn_out_to_be_one_are_linked_and_keep_what_they_have(look: Look) -> None:
    look.announce(OLD, NOW)
    first = look.lead(OLD, NOW)
    look.announce(NEW, NOW)
    second = look.lead(NEW, NOW, title="Bridge will close")  # another headline: nothing told that it is one
    assert second.happened is Happened.NEW
    later = NOW + timedelta(hours=3)
    done = look.again(OLD, later, to=NEW, title="Bridge will close")
    assert (done.happened, done.article_id) == (Happened.MOVED, first.article_id)
    article = look.archive.article(urls.identity(OLD))
    assert (article.id, article.state, article.next_visit) == (first.article_id, ArticleState.ELSEWHERE, None)
    assert look.archive.article(urls.identity(NEW)).id == second.article_id
    (told,) = look.archive.changes()
    assert (told.article_id, told.kinds, told.verdict) == (
        first.article_id,
        (ChangeKind.URL,),
        Verdict.STATE,
    )
    assert told.reasons == (f"moved: {OLD} → {NEW}, which is article {second.article_id}",)
    assert told.old_id == told.new_id == (first.version.id if first.version else None)
    assert "will close" not in told.title_before + told.title_after
    assert [a.versions for a in look.archive.articles()] == [1, 1]
    # Looked at once more, by hand, it is where it was, and nothing is told twice.
    assert look.again(OLD, later + timedelta(days=1), to=NEW).happened is Happened.MOVED
    assert len(look.archive.changes()) == 1


def test_an_address_that_leads_to_another_story_has_not_moved_there(look: Look) -> None:
    look.announce(OLD, NOW)
    look.lead(OLD, NOW)
    other = "Readers write about trains, of which there are too few, and about the price of bread."
    look.announce(NEW, NOW)
    look.lead(NEW, NOW, title="Letters", text=other)
    look.again(OLD, NOW + timedelta(hours=3), to=NEW, title="Letters", text=other)
    article = look.archive.article(urls.identity(OLD))
    assert article.state is ArticleState.LIVE
    (told,) = look.archive.changes()
    after = look.archive.version_by_id(told.new_id)
    assert after is not None
    assert after.article_id == article.id
    assert not any(reason.startswith("moved:") for reason in told.reasons)


def test_an_address_that_differs_in_parameters_alone_is_not_told_as_a_move(look: Look) -> None:
    look.announce(OLD, NOW)
    look.lead(OLD, NOW)
    for hours in (3, 4):
        look.again(OLD, NOW + timedelta(hours=hours), to=f"{OLD}?edition={hours}")
    assert look.archive.changes() == ()


def test_nothing_is_taken_in_of_a_story_that_was_redacted_at_its_new_address(look: Look) -> None:
    look.announce(OLD, NOW)
    look.lead(OLD, NOW)
    look.announce(NEW, NOW)
    other = look.lead(NEW, NOW, title="Bridge will close")
    assert other.article_id is not None
    look.archive.redact(other.article_id, reason="a court order", now=NOW)
    held = len(list(look.archive.captures()))
    done = look.again(OLD, NOW + timedelta(hours=3), to=NEW, title="Bridge will close")
    assert done.happened is Happened.REFUSED
    assert len(list(look.archive.captures())) == held
    assert look.archive.article(urls.identity(OLD)).next_visit is None


def test_a_story_whose_old_address_stands_again_is_looked_at_again(look: Look) -> None:
    look.announce(OLD, NOW)
    look.lead(OLD, NOW)
    look.announce(NEW, NOW)
    look.lead(NEW, NOW, title="Bridge will close")
    look.again(OLD, NOW + timedelta(hours=3), to=NEW, title="Bridge will close")
    look.again(OLD, NOW + timedelta(hours=4))
    article = look.archive.article(urls.identity(OLD))
    assert article.state is ArticleState.LIVE
    assert article.next_visit is not None
