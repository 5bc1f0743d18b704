"""What happens to an article is in the log of changes: once, in the page's own transaction."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from palimpsest.changes import Verdict
from palimpsest.crawler import urls
from palimpsest.crawler.archiving import archive_pages
from palimpsest.crawler.deciding import Archived, Happened, Page
from palimpsest.model import (
    Capture,
    ChangeKind,
    Errand,
    Extraction,
    Finder,
    Lead,
    Outcome,
    PageClass,
    Paragraph,
    sha256,
)
from palimpsest.storage import Archive, Change, open_archive

from ..conftest import HOUR, NOW, a_capture
from .old_archives import make_old

URL = "https://herald.example/2026/council-votes"
BODY = "The council met on Monday and voted on the harbour. " * 12


def look(archive: Archive, hours: float, title: str, body: str = BODY, *, gone: bool = False) -> Archived:
    """One look at the article, as a crawl takes it."""
    at = NOW + timedelta(hours=hours)
    if gone:
        capture = a_capture(URL, None, at=at, outcome=Outcome.GONE, status=410)
    else:
        capture = a_capture(URL, f"{title}\n{body}".encode(), at=at)
    known = archive.errand_for(URL, urls.identity(URL))
    read = Extraction(url=URL, title=title, blocks=(Paragraph(text=body),), language="en")
    page = Page(errand=known, captures=(capture,), extraction=None if gone else read)
    return archive_pages(archive, [page], revisits=12)[0]


def look_in_vain(archive: Archive, hours: float) -> Archived:
    """One look at the article's address, at which a page says with status 200 that it is not there."""
    at = NOW + timedelta(hours=hours)
    capture = a_capture(URL, f"<h1>Page not found</h1>{hours}".encode(), at=at)
    read = Extraction(url=URL, title="Page not found", page_class=PageClass.MISSING)
    page = Page(errand=archive.errand_for(URL, urls.identity(URL)), captures=(capture,), extraction=read)
    return archive_pages(archive, [page], revisits=12)[0]


def log(archive: Archive) -> list[Change]:
    return list(archive.changes(after=0))


def test_an_edit_is_logged_with_its_versions_kinds_and_headlines(archive: Archive) -> None:
    look(archive, 0, "Council votes 12 to 4")
    look(archive, 1, "Council votes 12 to 4")
    look(archive, 2, "Council votes 21 to 4")
    (change,) = log(archive)
    versions = archive.versions(change.article_id)
    assert (change.id, change.old_id, change.new_id) == (1, versions[0].id, versions[1].id)
    assert change.verdict is Verdict.ALERT
    assert {ChangeKind.HEADLINE, ChangeKind.NUMBER} <= set(change.kinds)
    assert (change.title_before, change.title_after) == ("Council votes 12 to 4", "Council votes 21 to 4")
    assert change.at == NOW + 2 * HOUR
    assert change.weight > 0.4
    assert change.reasons


def test_a_withdrawal_is_logged_when_it_is_believed_and_a_return_when_it_is_seen(archive: Archive) -> None:
    look(archive, 0, "Council votes")
    look(archive, 1, "", gone=True)
    assert log(archive) == []
    look(archive, 2, "", gone=True)
    look(archive, 3, "", gone=True)
    look(archive, 4, "Council votes")
    withdrawn, restored = log(archive)
    assert (withdrawn.kinds, withdrawn.new_id, withdrawn.verdict) == (
        (ChangeKind.WITHDRAWN,),
        None,
        Verdict.STATE,
    )
    assert (restored.kinds, restored.new_id) == ((ChangeKind.RESTORED,), withdrawn.old_id)


def test_a_story_that_comes_back_changed_is_one_change(archive: Archive) -> None:
    look(archive, 0, "Council votes")
    look(archive, 1, "", gone=True)
    look(archive, 2, "", gone=True)
    assert look(archive, 3, "Mayor resigns").happened is Happened.RESTORED
    _, restored = log(archive)
    assert set(restored.kinds) == {ChangeKind.HEADLINE, ChangeKind.RESTORED}
    assert restored.verdict is Verdict.ALERT


def test_headlines_tried_out_against_one_another_are_told_once(archive: Archive) -> None:
    a, b = "Council votes on the harbour", "Harbour: why the vote matters"
    for hours, title in enumerate([a, b, a, b, b, a, b, a]):
        look(archive, hours, title)
    first, variant = log(archive)
    assert (first.verdict, variant.verdict) == (Verdict.ALERT, Verdict.LABEL)
    assert "tries out variants" in variant.reasons[0]
    assert [v.extraction.title for v in archive.versions(1)] == [a, b, a]
    assert sum(v.captures for v in archive.versions(1)) == 8
    assert [v.captures for v in archive.versions(1)] == [1, 4, 3]


def test_an_edit_after_an_experiment_is_an_edit(archive: Archive) -> None:
    a, b = "Council votes on the harbour", "Harbour: why the vote matters"
    for hours, title in enumerate([a, b, a, b]):
        look(archive, hours, title)
    look(archive, 5, b, BODY + "The mayor resigned on Tuesday.")
    assert log(archive)[-1].verdict is Verdict.ALERT


def test_an_old_state_out_of_a_warc_is_a_version_and_no_change(archive: Archive) -> None:
    look(archive, 10, "Council votes")
    look(archive, 0, "Council to vote")
    assert len(archive.versions(1)) == 2
    assert log(archive) == []


def test_a_batch_that_fails_leaves_no_change(archive: Archive) -> None:
    look(archive, 0, "Council votes")
    broken = Page(
        errand=Errand(lead=Lead(url=URL, key="x", finder=Finder.LIST), source_id=None, article_id=99),
        captures=(a_capture(URL, b"x"),),
    )
    with pytest.raises(Exception, match="no article 99"):
        archive_pages(archive, [_edited(archive), broken], revisits=12)
    assert log(archive) == []
    archive_pages(archive, [_edited(archive)], revisits=12)
    assert [change.id for change in log(archive)] == [1]


def _edited(archive: Archive) -> Page:
    read = Extraction(url=URL, title="Mayor resigns", blocks=(Paragraph(text=BODY),))
    capture = Capture(
        record_id=uuid.uuid4(), url=URL, at=NOW + HOUR, outcome=Outcome.OK, payload=b"y", sha256=sha256(b"y")
    )
    errand = archive.errand_for(URL, urls.identity(URL))
    return Page(errand=errand, captures=(capture,), extraction=read)


def test_an_older_archive_gets_the_changes_of_its_versions(archive: Archive) -> None:
    for hours, title in enumerate(["One vote", "Two votes", "One vote", "Three votes"]):
        look(archive, hours, title)
    told = [(c.old_id, c.new_id, c.at, c.kinds, c.weight, c.verdict) for c in log(archive)]
    make_old(archive, "0002")
    with open_archive(archive.directory) as later:
        again = [(c.old_id, c.new_id, c.at, c.kinds, c.weight, c.verdict) for c in log(later)]
        assert again == told
        assert later.unmatched(10) == (3, ())  # nobody is alerted of them


def test_the_view_of_changes_is_read_with_sql_alone(archive: Archive) -> None:
    look(archive, 0, "Council votes")
    look(archive, 1, "Mayor resigns")
    columns = "article_id, at, verdict, kinds, title_before, title_after, old_number, new_number"
    with archive._database.reading() as connection:
        assert connection.execute(text(f"SELECT {columns} FROM changes")).one() == (
            1, "2026-03-01T13:00:00.000Z", "alert", '["headline"]', "Council votes", "Mayor resigns", 1, 2
        )  # fmt: skip


def test_times_of_the_log_are_those_of_the_captures(archive: Archive) -> None:
    look(archive, 0, "Council votes")
    look(archive, 1.5, "Mayor resigns")
    at: datetime = log(archive)[0].at
    assert at == NOW + 1.5 * HOUR


def test_a_soft_404_is_believed_after_a_second_look_and_makes_no_version(archive: Archive) -> None:
    look(archive, 0, "Council votes")
    assert look_in_vain(archive, 1).happened is Happened.MISSING
    assert log(archive) == []
    gone = look_in_vain(archive, 2)
    assert (gone.happened, gone.reason) == (
        Happened.GONE,
        "the page says that the article is not there (a soft 404)",
    )
    assert look_in_vain(archive, 3).happened is Happened.STILL_GONE
    assert look(archive, 4, "Council votes").happened is Happened.RESTORED
    assert [change.kinds for change in log(archive)] == [(ChangeKind.WITHDRAWN,), (ChangeKind.RESTORED,)]
    assert archive.article(URL).versions == 1


def test_a_soft_404_once_is_forgotten_and_of_an_unknown_page_makes_no_article(archive: Archive) -> None:
    assert look_in_vain(archive, 0).happened is Happened.NO_ARTICLE
    assert list(archive.articles()) == []
    look(archive, 1, "Council votes")
    look_in_vain(archive, 2)
    assert look(archive, 3, "Council votes").happened is Happened.UNCHANGED
    assert log(archive) == []
