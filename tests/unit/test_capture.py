"""What an exchange, or its failure, leaves on record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy.exceptions import IgnoreRequest, NotSupported
from scrapy.http import Request

from palimpsest.crawler.fetching.capture import (
    Exchange,
    ForbiddenByRobots,
    failed_capture,
    message_head,
    outcome_of,
    redirect_target,
)
from palimpsest.errors import NotFetched, Refused, TryLater
from palimpsest.model import Outcome

URL = "https://news.example/a"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ((200, 201, 203, 204, 299), Outcome.OK),
        ((304,), Outcome.NOT_MODIFIED),
        ((300, 301, 302, 303, 307, 308), Outcome.REDIRECT),
        ((404, 410), Outcome.GONE),
        ((400, 401, 403, 418, 451), Outcome.CLIENT_ERROR),
        ((429, 500, 502, 503, 504, 520, 999), Outcome.SERVER_ERROR),
        ((101, 206), Outcome.FAILED),
    ],
)
def test_a_status_has_its_outcome(statuses, outcome):
    assert {outcome_of(status) for status in statuses} == {outcome}


def test_a_head_keeps_order_repeats_and_odd_bytes():
    head = message_head("HTTP/1.1 200 OK", [(b"B", b"1"), (b"a", b"\xe9"), (b"b", b"2")])
    assert head == b"HTTP/1.1 200 OK\r\nB: 1\r\na: \xe9\r\nb: 2\r\n\r\n"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b", "https://news.example/b"),
        ("b?c=d", "https://news.example/b?c=d"),
        ("//other.example/x", "https://other.example/x"),
        ("http://other.example/x#part", "http://other.example/x"),
        ("/un deux", "https://news.example/un%20deux"),
        ("/é".encode().decode("latin-1"), "https://news.example/%C3%A9"),
        ("/\xe9", "https://news.example/%C3%A9"),
        ("http://[broken", None),
    ],
)
def test_a_redirect_names_an_absolute_target(location, target):
    assert redirect_target(URL, location) == target


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (ForbiddenByRobots("robots.txt forbids"), Outcome.FORBIDDEN, "robots.txt forbids"),
        (Refused("no"), Outcome.REFUSED, "no"),
        (NotSupported("Unsupported URL scheme 'ftp'"), Outcome.REFUSED, "Unsupported URL scheme 'ftp'"),
        (IgnoreRequest("dropped"), Outcome.REFUSED, "dropped"),
        (TryLater("later", after=5), Outcome.FAILED, "later"),
        (NotFetched("never", url=URL), Outcome.FAILED, "never"),
        (RuntimeError(), Outcome.FAILED, "RuntimeError"),
    ],
)
def test_every_failure_is_a_capture_with_its_reason(error, outcome, reason):
    capture = failed_capture(Request(URL), error, NOW)
    assert (capture.url, capture.outcome, capture.reason) == (URL, outcome, reason)
    assert capture.payload is None


def test_what_the_door_wrote_down_is_kept_unless_it_is_of_another_hop():
    kept = Exchange(URL, NOW).ended(Outcome.FAILED, "the body broke off")
    assert failed_capture(Request(URL, meta={"capture": kept}), TryLater("x"), NOW) is kept
    other = failed_capture(Request(URL + "b", meta={"capture": kept}), TryLater("x"), NOW)
    assert (other.url, other.reason) == (URL + "b", "x")


def test_a_capture_cannot_be_taken_for_another():
    exchange = Exchange(URL, NOW)
    assert exchange.ended(Outcome.OK).record_id != exchange.ended(Outcome.OK).record_id
