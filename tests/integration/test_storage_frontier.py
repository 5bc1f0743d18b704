"""Leads and errands: what is new, what is due, and that none is seen twice or lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from palimpsest.model import Capture, Errand, Finder, Lead, Outcome, Source
from palimpsest.storage import Archive, LeadCounts

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def lead(name: str, **fields: object) -> Lead:
    values: dict[str, object] = {
        "url": f"https://herald.example/{name}",
        "key": f"herald.example/{name}",
        "finder": Finder.FEED,
    }
    return Lead(**(values | fields))  # type: ignore[arg-type]


def walk(archive: Archive, source_id: int, limit: int = 3) -> list[Errand]:
    """Every errand, page by page."""
    found: list[Errand] = []
    after = None
    while True:
        page = archive.errands(source_id, now=NOW, limit=limit, after=after)
        found += page.errands
        after = page.after
        if after is None:
            return found


def test_a_lead_comes_back_with_all_that_its_finder_knew(archive: Archive, source: Source) -> None:
    found = lead(
        "a", found_at="https://herald.example/feed", title="A\x00", published=NOW, updated=NOW + HOUR
    )
    assert archive.add_leads(source.id, [found], now=NOW) == LeadCounts(new=1)
    (errand,) = archive.errands(source.id, now=NOW).errands
    assert errand.lead == lead(
        "a", found_at="https://herald.example/feed", title="A�", published=NOW, updated=NOW + HOUR
    )
    assert (errand.source_id, errand.article_id, errand.attempts) == (source.id, None, 0)


def test_a_lead_is_taken_in_once(archive: Archive, source: Source) -> None:
    assert archive.add_leads(source.id, [lead("a"), lead("a"), lead("b")], now=NOW) == LeadCounts(
        new=2, known=1
    )
    assert archive.add_leads(source.id, [lead("a")], now=NOW) == LeadCounts(known=1)
    assert archive.pending(source.id) == 2


def test_the_walk_sees_each_errand_once_by_priority_and_age(archive: Archive, source: Source) -> None:
    leads = [lead(f"stock{i}", finder=Finder.SITEMAP) for i in range(4)] + [
        lead(f"news{i}") for i in range(4)
    ]
    archive.add_leads(source.id, leads, now=NOW)
    names = [errand.lead.key.removeprefix("herald.example/") for errand in walk(archive, source.id)]
    assert names == [f"news{i}" for i in range(4)] + [f"stock{i}" for i in range(4)]


def test_lists_of_urls_have_a_frontier_of_their_own(archive: Archive, source: Source) -> None:
    archive.add_leads(0, [lead("a", finder=Finder.LIST)], now=NOW)
    assert archive.pending(0) == 1
    assert archive.pending(source.id) == 0
    assert archive.errands(0, now=NOW).errands[0].source_id is None


def test_fifty_thousand_leads_from_a_stream_are_one_transaction(archive: Archive, source: Source) -> None:
    counts = archive.add_leads(source.id, (lead(str(i)) for i in range(50_000)), now=NOW)
    assert counts == LeadCounts(new=50_000)
    with pytest.raises(RuntimeError):
        archive.add_leads(source.id, _broken(), now=NOW)
    assert archive.pending(source.id) == 50_000


def _broken():  # type: ignore[no-untyped-def]
    yield from (lead(f"x{i}") for i in range(2000))
    raise RuntimeError("the feed ended in the middle")


def test_a_finished_lead_is_gone_and_a_deferred_one_waits(archive: Archive, source: Source) -> None:
    archive.add_leads(source.id, [lead("a"), lead("b"), lead("c")], now=NOW)
    first, second, third = archive.errands(source.id, now=NOW).errands
    with archive.transaction() as tx:
        tx.finish_lead(first.lead_id)
        tx.defer_lead(second.lead_id, NOW + HOUR, "503")
        tx.drop_lead(third.lead_id, "not an article")
    assert archive.errands(source.id, now=NOW).errands == ()
    assert archive.pending(source.id) == 1
    (later,) = archive.errands(source.id, now=NOW + HOUR).errands
    assert (later.lead_id, later.attempts) == (second.lead_id, 1)
    assert archive.add_leads(source.id, [lead("a"), lead("b"), lead("c")], now=NOW) == LeadCounts(known=3)
    assert archive.add_leads(source.id, [lead("b")], now=NOW + HOUR) == LeadCounts(due=1)


def test_what_a_rolled_back_transaction_closed_is_still_to_do(archive: Archive, source: Source) -> None:
    archive.add_leads(source.id, [lead("a")], now=NOW)
    with suppress(RuntimeError), archive.transaction() as tx:
        tx.finish_lead(1)
        raise RuntimeError("in the middle of it")
    assert archive.pending(source.id) == 1


def test_a_known_article_is_due_when_its_lead_says_it_was_updated(
    archive: Archive, source: Source, visit: Callable[..., int]
) -> None:
    visit(b"text", url="https://herald.example/a", at=NOW)
    assert archive.add_leads(source.id, [lead("a")], now=NOW) == LeadCounts(known=1)
    assert archive.add_leads(source.id, [lead("a", updated=NOW - HOUR)], now=NOW) == LeadCounts(known=1)
    assert archive.add_leads(source.id, [lead("a", updated=NOW + HOUR)], now=NOW) == LeadCounts(due=1)
    (errand,) = archive.errands(source.id, now=NOW).errands
    assert errand.article_id == 1
    with archive.transaction() as tx:
        tx.finish_lead(errand.lead_id)
    # The same time again, though in the future, was believed once.
    assert archive.add_leads(source.id, [lead("a", updated=NOW + HOUR)], now=NOW) == LeadCounts(known=1)
    assert archive.add_leads(source.id, [lead("a", updated=NOW + 2 * HOUR)], now=NOW) == LeadCounts(due=1)


def test_an_errand_carries_the_validators_of_the_last_good_capture(
    archive: Archive, source: Source, visit: Callable[..., int], make_capture: Callable[..., Capture]
) -> None:
    head = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nLast-Modified: Sun, 01 Mar 2026 11:00:00 GMT\r\n\r\n'
    visit(b"text", url="https://herald.example/a", response_head=head)
    with archive.transaction() as tx:
        failed = make_capture("https://herald.example/a", b"oops", outcome=Outcome.SERVER_ERROR, status=503)
        tx.add_capture(failed, article_id=1)
    errand = archive.errand_for("https://herald.example/a", "herald.example/a")
    assert errand.etag == '"1"'
    assert errand.last_modified == "Sun, 01 Mar 2026 11:00:00 GMT"
    assert errand.payload_sha256 == make_capture(payload=b"text").sha256
    assert (errand.article_id, errand.attempts, errand.lead_id) == (1, 1, 0)


def test_validators_are_not_used_at_another_address_of_the_article(
    archive: Archive, source: Source, visit: Callable[..., int]
) -> None:
    visit(b"text", url="https://herald.example/a", response_head=b'HTTP/1.1 200 OK\r\nETag: "1"\r\n\r\n')
    with archive.transaction() as tx:
        tx.add_alias(1, "herald.example/old", "https://herald.example/old")
    errand = archive.errand_for("https://herald.example/old", "herald.example/old")
    assert errand.article_id == 1
    assert errand.etag is None
    assert errand.payload_sha256 is not None


def test_an_unknown_page_is_an_errand_without_history(archive: Archive) -> None:
    errand = archive.errand_for("https://a.example/x", "a.example/x")
    assert (errand.article_id, errand.source_id, errand.lead.finder) == (None, None, Finder.LIST)


def test_articles_are_due_when_their_next_visit_has_come(
    archive: Archive, source: Source, visit: Callable[..., int]
) -> None:
    for i in range(5):
        visit(b"text %d" % i, url=f"https://herald.example/{i}", source_id=source.id)
    with archive.transaction() as tx:
        for i in range(4):
            tx.set_article(i + 1, next_visit=NOW + (4 - i) * HOUR)
        tx.set_article(5, next_visit=None)
    first = archive.due_articles(source.id, now=NOW + 3 * HOUR, limit=2)
    assert [e.article_id for e in first.errands] == [4, 3]
    assert first.errands[0].lead.finder is Finder.REVISIT
    rest = archive.due_articles(None, now=NOW + 3 * HOUR, limit=2, after=first.after)
    assert [e.article_id for e in rest.errands] == [2]
    assert archive.due_articles(0, now=NOW + 9 * HOUR).errands == ()
