"""Revisits as the archive plans them: from the article's row and its outlet's curve."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from palimpsest.crawler.archiving import archive_pages
from palimpsest.crawler.deciding import Archived, Happened, Page
from palimpsest.crawler.edit_curve import Counts, archive_counts
from palimpsest.crawler.learning import learn_anew, learn_if_due
from palimpsest.crawler.revisit import CONFIRM_AFTER
from palimpsest.model import Capture, Errand, Extraction, Finder, Lead, Outcome, PageClass, Source
from palimpsest.storage import Archive, open_archive

from .old_archives import make_old

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
URL = "https://herald.example/news/a-story"
Making = Callable[..., Capture]
Reading = Callable[..., Extraction]


def look(archive: Archive, capture: Capture, source: Source, extraction: Extraction | None) -> Archived:
    lead = Lead(url=URL, key=URL, finder=Finder.LIST, found_at=URL)
    page = Page(errand=Errand(lead=lead, source_id=source.id), captures=(capture,), extraction=extraction)
    return archive_pages(archive, [page], revisits=12)[0]


def test_an_article_is_visited_on_a_fake_clock_as_often_as_the_budget_allows(
    archive: Archive, source: Source, make_capture: Making, make_extraction: Reading
) -> None:
    at, visits = NOW, []
    while at is not None:
        title = "Council votes" if len(visits) < 3 else "Council votes again, and the mayor resigns"
        body = title.encode()
        look(archive, make_capture(URL, body, at=at), source, make_extraction(URL, title=title))
        visits.append(at)
        at = archive.article(URL).next_visit
    assert 5 < len(visits) - 1 < 48
    assert visits == sorted(visits)
    assert visits[-1] - NOW < timedelta(days=30)
    article = archive.article(URL)
    assert article.versions == 2
    with archive.transaction() as tx:
        row = tx.article(article.id)
        texts = tx.edit_counts(0), tx.edit_counts(source.id)
    assert (row.edits, row.edited_at) == (1, visits[3])
    for text in texts:
        counts = Counts.from_json(text or "")
        assert counts.visits == len(visits) - 1
        assert 0.5 < sum(counts.seen) <= 1


def test_what_an_older_program_knew_of_an_article_is_taken_up(
    archive: Archive, source: Source, make_capture: Making, make_extraction: Reading
) -> None:
    look(archive, make_capture(URL, b"a", at=NOW), source, make_extraction(URL, title="A"))
    second = NOW + timedelta(hours=1)
    look(archive, make_capture(URL, b"b", at=second), source, make_extraction(URL, title="The mayor resigns"))
    with archive.transaction() as tx:
        old = json.loads(tx.edit_counts(0) or "")[:4]  # before the allowance was kept
        tx.set_edit_counts(0, json.dumps(old))
    make_old(archive, "0010")
    with open_archive(archive.directory) as later:
        with later.transaction() as tx:
            row = tx.article(1)
        assert (row.edits, row.edited_at, row.histories) == (1, second, None)
        third = second + timedelta(hours=1)
        look(
            later, make_capture(URL, b"b", at=third), source, make_extraction(URL, title="The mayor resigns")
        )
        with later.transaction() as tx:
            row, counts = tx.article(1), Counts.from_json(tx.edit_counts(0) or "")
        assert (row.edits, row.edited_at) == (1, second)
        assert json.loads(row.histories or "") == [[1, 3600.0, 1.0]]
        assert counts.visits == 2
        assert counts.seen == pytest.approx(old[2], abs=1e-3)
        assert counts.allowed > old[0]
        assert later.article(URL).next_visit is not None


def test_a_doubtful_change_is_kept_with_both_its_meanings(
    archive: Archive, source: Source, make_capture: Making, make_extraction: Reading
) -> None:
    look(archive, make_capture(URL, b"a", at=NOW), source, make_extraction(URL, title="A"))
    with archive.transaction() as tx:
        noisy = archive_counts()
        noisy.visits = noisy.allowed = noisy.told = 10_000
        noisy.false = 500
        tx.set_edit_counts(0, noisy.to_json())
    later = NOW + timedelta(minutes=15)
    look(archive, make_capture(URL, b"b", at=later), source, make_extraction(URL, title="The mayor resigns"))
    with archive.transaction() as tx:
        histories = json.loads(tx.article(1).histories or "")
    assert {edits for edits, _, _ in histories} == {0, 1}
    assert sum(weight for _, _, weight in histories) == pytest.approx(1, abs=1e-3)
    assert all(0 <= edited_at <= 900 for _, edited_at, _ in histories)


def test_a_disappearance_is_confirmed_and_a_return_is_seen(
    archive: Archive, source: Source, make_capture: Making, make_extraction: Reading
) -> None:
    def gone(at: datetime) -> Archived:
        answer = make_capture(URL, None, at=at, status=410, outcome=Outcome.GONE)
        return look(archive, answer, source, None)

    def due() -> datetime:
        visit = archive.article(URL).next_visit
        assert visit is not None
        return visit

    look(archive, make_capture(URL, at=NOW), source, make_extraction(URL))
    missed = due()
    assert gone(missed).happened is Happened.MISSING
    assert due() == missed + CONFIRM_AFTER
    assert gone(due()).happened is Happened.GONE
    assert due() >= missed + timedelta(days=1)
    back = due()
    assert (
        look(archive, make_capture(URL, at=back), source, make_extraction(URL)).happened is Happened.RESTORED
    )
    assert due() > back


def test_a_wall_that_stays_is_met_less_and_less_often(
    archive: Archive, source: Source, make_capture: Making, make_extraction: Reading
) -> None:
    look(archive, make_capture(URL, at=NOW), source, make_extraction(URL))
    wall = make_extraction(URL, title="Before you continue")
    wall = replace(wall, page_class=PageClass.CONSENT)
    waits, at = [], NOW + timedelta(hours=1)
    while at < NOW + timedelta(days=30):
        shown = make_capture(URL, f"wall {len(waits)}".encode(), at=at)
        assert look(archive, shown, source, wall).happened is Happened.DEGRADED
        visit = archive.article(URL).next_visit
        assert visit is not None
        waits.append(visit - at)
        at = visit
    assert waits[0] == timedelta(minutes=10)
    assert waits == sorted(waits)
    assert len(waits) < 16
    back = look(archive, make_capture(URL, b"again", at=at), source, make_extraction(URL))
    assert back.happened is Happened.UNCHANGED
    with archive.transaction() as tx:
        assert tx.article(1).attempts == 0


def test_what_the_archive_holds_of_visits_is_told_with_the_changes_among_them(
    archive: Archive, source: Source, make_capture: Making, make_extraction: Reading
) -> None:
    def gone(at: datetime) -> None:
        look(archive, make_capture(URL, None, at=at, status=500, outcome=Outcome.SERVER_ERROR), source, None)

    for hours, title in ((0, "A"), (1, "A"), (2, "The mayor resigns"), (4, "The mayor resigns")):
        at = NOW + timedelta(hours=hours)
        look(archive, make_capture(URL, title.encode(), at=at), source, make_extraction(URL, title=title))
    gone(NOW + timedelta(hours=5))
    [visits] = archive.visits(10)
    assert visits.source_id == source.id
    assert visits.looks == ((3600.0, False), (7200.0, True), (14400.0, False))
    assert archive.visits(0) == []


def test_learning_anew_puts_what_all_visits_say_in_place_of_what_each_taught(
    archive: Archive, source: Source, make_capture: Making, make_extraction: Reading
) -> None:
    learn_anew(archive)  # of nothing, nothing
    for hours, title in ((0, "A"), (1, "A"), (2, "The mayor resigns"), (4, "The mayor resigns")):
        at = NOW + timedelta(hours=hours)
        look(archive, make_capture(URL, title.encode(), at=at), source, make_extraction(URL, title=title))
    with archive.transaction() as tx:
        before = Counts.from_json(tx.edit_counts(0) or "")
        wrong = replace(before, false=900.0, told=1000.0, seen=[50.0] * len(before.seen))
        tx.set_edit_counts(0, wrong.to_json())
    learn_anew(archive)
    with archive.transaction() as tx:
        common, outlet = (Counts.from_json(tx.edit_counts(owner) or "") for owner in (0, source.id))
    assert (common.visits, common.allowed) == (before.visits, before.allowed)
    assert common.learned == before.visits
    assert sum(common.seen) == pytest.approx(1, abs=0.1)
    assert sum(outlet.seen) == pytest.approx(1, abs=0.1)
    assert common.false < 0.1
    learn_anew(archive)
    with archive.transaction() as tx:
        again = Counts.from_json(tx.edit_counts(0) or "")
    assert again.seen == pytest.approx(common.seen)


def test_it_is_learned_anew_when_visits_have_grown_by_a_quarter_whoever_made_them(
    archive: Archive, source: Source, make_capture: Making, make_extraction: Reading
) -> None:
    def visited(times: float) -> None:
        with archive.transaction() as tx:
            tx.set_edit_counts(0, replace(Counts.from_json(tx.edit_counts(0) or ""), visits=times).to_json())

    assert not learn_if_due(archive)  # nothing was seen
    for hours in (0, 1):
        at = NOW + timedelta(hours=hours)
        look(archive, make_capture(URL, b"A", at=at), source, make_extraction(URL, title="A"))
    assert not learn_if_due(archive)
    learned = []
    for times in (99, 100, 199, 200, 1000, 1249, 1250, 100_000, 109_999, 110_000):
        visited(times)
        if learn_if_due(archive):
            learned.append(times)
    assert learned == [100, 200, 1000, 1250, 100_000, 110_000]
