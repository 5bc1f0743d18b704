"""Quiet hours and digests over nights on which clocks change, and back-off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from palimpsest.alerts.timing import Period, back_off, next_digest, quiet_until

PARIS = "Europe/Paris"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "hours", "end"),
    [
        ("2026-07-01T20:30", "22:00-07:00", "2026-07-02T05:00"),  # 22:30 in Paris
        ("2026-07-01T19:59", "22:00-07:00", None),
        ("2026-07-02T04:59", "22:00-07:00", "2026-07-02T05:00"),
        ("2026-07-02T05:00", "22:00-07:00", None),
        ("2026-03-28T22:00", "22:00-07:00", "2026-03-29T05:00"),  # the night is an hour shorter
        ("2026-10-24T21:00", "22:00-07:00", "2026-10-25T06:00"),  # and an hour longer
        ("2026-03-29T00:45", "02:30-02:45", None),  # the quarter that was skipped: 03:30 to 03:45
        ("2026-03-29T01:35", "02:30-02:45", "2026-03-29T01:45"),
        ("2026-07-01T10:00", "09:00-17:00", "2026-07-01T15:00"),
        ("2026-07-01T10:00", "", None),
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall(now: str, hours: str, end: str | None) -> None:
    assert quiet_until(at(now), hours, PARIS) == (at(end) if end else None)


@pytest.mark.parametrize(
    ("now", "period", "due"),
    [
        ("2026-07-01T10:00", Period.HOURLY, "2026-07-01T11:00"),
        ("2026-07-01T10:59:59", Period.HOURLY, "2026-07-01T11:00"),
        ("2026-07-01T04:59", Period.DAILY, "2026-07-01T05:00"),
        ("2026-07-01T05:00", Period.DAILY, "2026-07-02T05:00"),
        ("2026-10-24T12:00", Period.DAILY, "2026-10-25T06:00"),  # 07:00 in Paris, now an hour later in UTC
        ("2026-07-01T10:00", Period.WEEKLY, "2026-07-06T05:00"),  # a Wednesday; the next Monday
        ("2026-07-06T04:00", Period.WEEKLY, "2026-07-06T05:00"),
    ],
)
def test_a_digest_is_due_by_the_clock_on_the_wall(now: str, period: Period, due: str) -> None:
    assert next_digest(at(now), period, 7, PARIS) == at(due)


def test_waits_double_to_an_hour_and_are_spread_over_their_whole_length() -> None:
    ceilings = [back_off(failures, jitter=1.0) for failures in (1, 2, 3, 7, 500)]
    assert ceilings == [timedelta(minutes=m) for m in (1, 2, 4, 60, 60)]
    assert back_off(5, jitter=0.0) == timedelta()
    assert len({back_off(7) for _ in range(20)}) > 1


def test_the_wait_that_a_receiver_asks_for_is_kept_up_to_a_day() -> None:
    assert back_off(1, after=600, jitter=0.5) == timedelta(minutes=10)
    assert back_off(1, after=1e12, jitter=0.5) == timedelta(days=1)
