"""Validators there and back."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from palimpsest.crawler.fetching.conditional import conditional_headers, sane_date, sane_etag, validators
from palimpsest.model import Capture, Outcome, Way, WayKind

DATE = "Tue, 01 Jul 2025 10:00:00 GMT"


def way(**fields):
    return Way(kind=WayKind.FEED, url="https://news.example/feed", **fields)


def test_what_is_known_makes_the_request_conditional():
    assert conditional_headers(way(etag='W/"a1"', last_modified=DATE)) == {
        "If-None-Match": 'W/"a1"',
        "If-Modified-Since": DATE,
    }
    assert conditional_headers(way()) == {}


@pytest.mark.parametrize("etag", ['"a"', 'W/"a"', '""', "5f3c-1a2b", '"a-gzip"'])
def test_an_entity_tag_goes_back_as_it_came(etag):
    assert sane_etag(f" {etag} ") == etag


@pytest.mark.parametrize(
    "etag",
    [
        '"a',
        'a"b"',
        '"a b"',
        '"a\r\nX: y"',
        '"\x00"',
        '"' + "a" * 600 + '"',
        "",
        '"a", "b"',
        "a,b",
        "*",
        '"\xe9"',
    ],
)
def test_an_insane_entity_tag_is_dropped(etag):
    assert sane_etag(etag) is None


@pytest.mark.parametrize("date", [DATE, "Tue, 01 Jul 2025 10:00:00 +0200", "Tuesday, 01-Jul-25 10:00:00 GMT"])
def test_a_date_goes_back_in_the_server_s_own_words(date):
    assert sane_date(date) == date


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 01 Jan 30000 00:00:00 GMT",
        "Thu, 01 Jan 2999 00:00:00 GMT",
        "Tue, 99 Jul 2025 10:00:00 GMT",
        "1751364000",
        "Tue, 01 Jul é",
        DATE + "\r\nX: y",
    ],
)
def test_an_insane_date_is_dropped(date):
    assert sane_date(date) is None


def test_validators_are_read_from_a_capture():
    def capture(*lines):
        head = "\r\n".join(("HTTP/1.1 200 OK", *lines, "", "")).encode("latin-1")
        return Capture(
            record_id=uuid.uuid4(), url="u", at=datetime.now(UTC), outcome=Outcome.OK, response_head=head
        )

    assert validators(capture('ETag: "v1"', f"last-modified: {DATE}")) == ('"v1"', DATE)
    assert validators(capture("ETag: * *", "Last-Modified: never")) == (None, None)
    assert validators(capture()) == (None, None)
