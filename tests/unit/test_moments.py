"""Moments as people write them, and how far a day reaches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from palimpsest.errors import FixInput
from palimpsest.moments import read_moment

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-10-15", "20261015", "2026-W42-4", " 2026-10-15 "])
def test_a_day_reaches_to_its_end_however_it_is_written(text: str) -> None:
    assert read_moment(text, now=NOW, end_of_day=True) == datetime(2026, 10, 15, 23, 59, 59, 999_999, UTC)
    assert read_moment(text, now=NOW) == datetime(2026, 10, 15, tzinfo=UTC)


def test_a_span_is_counted_back_from_now() -> None:
    assert read_moment("2d", now=NOW, end_of_day=True) == NOW - timedelta(days=2)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30", "0001-01-01T00:00+14:00", "9999999999d"])
def test_what_is_no_moment_is_refused_by_name(text: str) -> None:
    with pytest.raises(FixInput, match="is no date"):
        read_moment(text, now=NOW)
