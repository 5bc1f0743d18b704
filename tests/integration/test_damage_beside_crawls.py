"""A bit that flips in what is kept stops no crawl: the article it is of is archived on, like all others."""

from __future__ import annotations

import pytest

from palimpsest import fixity
from palimpsest.changes import Verdict
from palimpsest.crawler.deciding import DAMAGED
from palimpsest.newsroom.faults import serve

from ..conftest import NOW
from .conftest import Desk, spoil

STORY = (
    "The harbour council met on Monday to settle the budget for the coming year.",
    "Its chair said that 12 of the 40 berths would be closed for repairs in spring.",
)


def put(desk: Desk, *paragraphs: str) -> None:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = f"<article><h1>Harbour budget</h1>{body}</article>"
    path = url_of(desk).partition(f":{desk.newsroom.port}")[2]
    desk.newsroom.fault("ledger", path, serve(html.encode()))


def url_of(desk: Desk) -> str:
    return desk.newsroom.edition.url(desk.newsroom.story("ledger-path"))


@pytest.fixture
def kept(desk: Desk) -> Desk:
    desk.add("ledger")
    put(desk, *STORY)
    desk.crawl()
    return desk


def bad_rows(desk: Desk) -> int:
    found = fixity.check(desk.archive, now=NOW, derive=False)
    return sum(1 for one in found.findings if one.fault.value == "bad")


@pytest.mark.parametrize("table", ["payload", "capture", "version"])
def test_a_flipped_bit_in_what_an_article_is_stored_against_stops_nothing(kept: Desk, table: str) -> None:
    article = kept.article(url_of(kept)).id
    captured = f"article_id = {article}"
    spoil(
        kept.archive,
        table,
        f"id IN (SELECT payload_id FROM capture WHERE {captured})" if table == "payload" else captured,
    )
    before = bad_rows(kept)
    assert before > 0
    put(kept, STORY[0], STORY[1].replace("12", "21"))
    counts = kept.crawl(again=True)
    assert counts["changed"] == 1
    assert counts["failed"] == 0
    latest = kept.archive.latest_unlike(article, b"")
    assert latest is not None
    assert latest.number == 2
    assert "21 of the 40" in latest.extraction.text
    capture = kept.archive.capture(latest.capture_id).capture
    assert b"21 of the 40" in kept.archive.payload(capture.sha256 or b"")
    assert b"200" in capture.response_head
    assert bad_rows(kept) == before  # what was kept anew stands on nothing damaged


def test_an_edit_of_a_version_that_is_damaged_is_told_as_what_it_is(kept: Desk) -> None:
    article = kept.article(url_of(kept)).id
    spoil(kept.archive, "version", f"article_id = {article}")
    put(kept, STORY[0], STORY[1].replace("12", "21"))
    kept.crawl(again=True)
    (change,) = [one for one in kept.archive.changes() if one.article_id == article]
    assert change.reasons == (DAMAGED,)
    assert change.verdict is Verdict.ALERT
    put(kept, *STORY)
    kept.crawl(again=True)
    change, _ = [one for one in kept.archive.changes() if one.article_id == article]
    assert [kind.value for kind in change.kinds] == ["number"]


def test_a_page_that_says_the_same_as_a_damaged_version_makes_no_other(kept: Desk) -> None:
    article = kept.article(url_of(kept)).id
    spoil(kept.archive, "version", f"article_id = {article}")
    assert kept.crawl(again=True)["changed"] == 0
    assert kept.archive.article(article).versions == 1
