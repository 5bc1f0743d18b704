"""When a server says to come back, and whether this run does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from palimpsest.crawler.fetching.retry import again, retry_after

NOW = datetime(2025, 7, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("0", 0),
        ("1.5", 1.5),
        ("Tue, 01 Jul 2025 10:02:00 GMT", 120),
        ("Tue, 01 Jul 2025 12:02:00 +0200", 120),
        ("Tue, 01 Jul 2025 09:00:00 GMT", 0),
        ("99999999999", 7 * 86_400),
        ("Fri, 01 Jan 2999 00:00:00 GMT", 7 * 86_400),
        (None, None),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("1e999", None),
        ("nan", None),
        ("12abc", None),
        ("٣", None),
        ("9" * 100, None),
        ("Fri, 01 Jan 30000 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_or_passed_over(value, seconds):
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("tries", "held", "result"),
    [(1, 0, True), (2, 60, True), (3, 0, False), (1, 61, False)],
)
def test_a_page_is_tried_again_while_tries_are_left_and_the_wait_is_bearable(tries, held, result):
    assert again(tries=tries, retries=2, held=held, max_wait=60) is result
