"""Sites that misbehave: each fault ends as a recorded outcome with its reason, and the crawl goes on."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from palimpsest.model import Outcome, Way, WayKind
from palimpsest.newsroom import hostile
from palimpsest.newsroom.faults import (
    Fault,
    chunked,
    corrupt_gzip,
    endless,
    gzip_bomb,
    hang_up,
    huge_content_length,
    recoded,
    redirect,
    redirect_chain,
    redirect_loop,
    reset,
    silence,
    slow_drip,
    status,
    truncated,
)

from .conftest import Desk, settings_for

LIMITS = {"max_bytes": 2_000_000, "max_decoded_bytes": 4_000_000, "timeout": 1.5, "retries": 0}


@pytest.fixture
def strict(desk: Desk) -> Desk:
    """The desk with limits small enough to be met in a test."""
    archive = desk.archive
    archive.settings = settings_for(archive.directory, desk.newsroom, fetch=LIMITS)
    return desk


@pytest.mark.parametrize(
    ("fault", "outcome", "reason"),
    [
        (endless(), Outcome.REFUSED, "max_bytes"),
        (huge_content_length(), Outcome.REFUSED, "max_bytes"),
        (slow_drip(), Outcome.FAILED, "1.5 s"),
        (silence(), Outcome.FAILED, "1.5 s"),
        (truncated(), Outcome.FAILED, ""),
        (chunked(broken=True), Outcome.FAILED, ""),
        (reset(), Outcome.FAILED, ""),
        (hang_up(), Outcome.FAILED, ""),
        (redirect_loop(), Outcome.REFUSED, "circle"),
        (redirect_chain(), Outcome.REFUSED, "max_redirects"),
        (redirect("http://127.0.0.1:22/"), Outcome.REFUSED, ""),
        (redirect("http://169.254.169.254/latest/meta-data/"), Outcome.REFUSED, ""),
        (redirect("file:///etc/passwd"), Outcome.REFUSED, ""),
        (status(503, retry_after=7200), Outcome.SERVER_ERROR, ""),
        (status(429), Outcome.SERVER_ERROR, ""),
        (status(403), Outcome.CLIENT_ERROR, ""),
    ],
    ids=lambda value: getattr(value, "__qualname__", None),
)
def test_a_misbehaving_page_is_a_record_with_its_reason_and_the_others_are_archived(
    strict: Desk, fault: Fault, outcome: Outcome, reason: str
) -> None:
    bad = strict.newsroom.articles("courrier")[0]
    strict.newsroom.fault("courrier", urlsplit(bad).path + "*", fault)
    strict.add("courrier")
    counts = strict.crawl()
    total = len(strict.newsroom.articles("courrier"))
    ends = [s.capture for s in strict.archive.captures() if s.capture.outcome is outcome]
    assert ends
    assert reason in ends[-1].reason
    # A host that asks us to stay away is left in peace, its other pages too: those stay pending.
    assert counts["new"] + strict.archive.pending(strict.archive.source("courrier").id) >= total - 1


@pytest.mark.parametrize(
    ("fault", "happened"),
    [(gzip_bomb, "no-article"), (corrupt_gzip, "failed")],
)
def test_a_body_that_cannot_be_unpacked_is_kept_and_not_read(
    strict: Desk, fault: Callable[[], Fault], happened: str
) -> None:
    """A bomb is given up; what may have been spoilt on the way is asked for again later."""
    bad = strict.newsroom.articles("courrier")[0]
    strict.newsroom.fault("courrier", urlsplit(bad).path, fault())
    strict.add("courrier")
    counts = strict.crawl()
    assert counts[happened] == 1
    assert counts["new"] == len(strict.newsroom.articles("courrier")) - 1


@pytest.mark.parametrize(
    "fault", [recoded("utf-8", "iso-8859-1"), recoded("iso-8859-1", "utf-8"), recoded("utf-16", None)]
)
def test_a_charset_that_lies_costs_no_letter(strict: Desk, fault: Fault) -> None:
    bad = strict.newsroom.articles("courrier")[0]
    strict.newsroom.fault("courrier", urlsplit(bad).path, fault)
    strict.add("courrier")
    strict.crawl()
    assert strict.titles(bad) == [strict.newsroom.copy(bad).title]


def test_a_page_of_100_000_nested_tags_holds_up_nobody(strict: Desk) -> None:
    bad = strict.newsroom.articles("courrier")[0]
    strict.newsroom.fault("courrier", urlsplit(bad).path, hostile.nested_tags())
    strict.add("courrier")
    counts = strict.crawl()
    assert counts["new"] >= len(strict.newsroom.articles("courrier")) - 1


def test_dates_in_the_year_30000_are_no_dates(strict: Desk) -> None:
    bad = strict.newsroom.articles("courrier")[0]
    strict.newsroom.fault("courrier", urlsplit(bad).path, hostile.year_30000_page())
    strict.add("courrier")
    strict.crawl()
    (version,) = strict.archive.versions(strict.article(bad).id)
    assert "30000" not in (version.extraction.published or "")


@pytest.mark.parametrize(
    "fault",
    [
        hostile.html_feed(),
        hostile.xxe_feed(),
        hostile.billion_laughs(),
        status(404),
        status(500),
        hang_up(),
    ],
    ids=["html", "xxe", "laughs", "404", "500", "hang-up"],
)
def test_a_feed_that_cannot_be_read_is_told_and_stops_nothing(strict: Desk, fault: Fault) -> None:
    outlet = strict.newsroom.outlet("courrier")
    strict.newsroom.fault("courrier", urlsplit(outlet.feeds[0]).path, fault)
    strict.add("courrier")
    counts = strict.crawl()
    assert counts["problems"] == 1
    assert counts["new"] > 0  # the other feed's
    run = strict.archive.runs(limit=1)[0]
    assert outlet.feeds[0] in run.errors[0]


def test_odd_addresses_in_a_feed_lead_nowhere_unsafe(strict: Desk) -> None:
    outlet = strict.newsroom.outlet("courrier")
    strict.newsroom.fault("courrier", urlsplit(outlet.feeds[0]).path, hostile.odd_addresses_feed())
    strict.add("courrier", ways=(Way(kind=WayKind.FEED, url=outlet.feeds[0]),))
    strict.crawl()
    hosts = {visit.host for visit in strict.newsroom.requests.visits}
    assert hosts <= set(strict.newsroom.hosts)
    reached = [s.capture for s in strict.archive.captures() if s.capture.outcome is Outcome.OK]
    assert all(capture.url.startswith(outlet.base) for capture in reached)


def test_dates_in_a_feed_that_no_calendar_reaches_cost_no_article(strict: Desk) -> None:
    outlet = strict.newsroom.outlet("courrier")
    strict.newsroom.fault("courrier", urlsplit(outlet.feeds[0]).path, hostile.year_30000_feed())
    strict.add("courrier", ways=(Way(kind=WayKind.FEED, url=outlet.feeds[0]),))
    assert strict.crawl()["leads"] > 0


def test_a_sitemap_that_names_itself_is_read_once(strict: Desk) -> None:
    outlet = strict.newsroom.outlet("faro")
    path = urlsplit(outlet.sitemaps[0]).path
    strict.newsroom.fault("faro", path + "*", hostile.self_naming_index())
    strict.add("faro", ways=(Way(kind=WayKind.SITEMAP, url=outlet.sitemaps[0]),))
    strict.crawl()
    assert len(strict.newsroom.requests(outlet.host, path)) <= 3


def test_a_sitemap_of_50_000_entries_becomes_leads_and_a_limit_fetches_few(strict: Desk) -> None:
    outlet = strict.newsroom.outlet("faro")
    strict.newsroom.fault("faro", urlsplit(outlet.sitemaps[0]).path, hostile.giant_sitemap())
    strict.archive.settings = settings_for(
        strict.archive.directory,
        strict.newsroom,
        fetch={**LIMITS, "max_bytes": 20_000_000, "timeout": 10},
        crawl={"sitemap_days": 36_500},
    )
    source = strict.add("faro", ways=(Way(kind=WayKind.SITEMAP, url=outlet.sitemaps[0]),))
    counts = strict.crawl(limit=1)
    assert counts["leads"] == 50_000
    assert strict.archive.pending(source.id) >= 49_999
