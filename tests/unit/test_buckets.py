"""How often one caller may ask: bursts are served, floods are not, and nobody is remembered for ever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from palimpsest.web.buckets import Buckets


def test_a_minutes_worth_is_served_at_once_and_then_one_by_one() -> None:
    buckets = Buckets(6)
    assert [buckets.take("a", 0.0) for _ in range(6)] == [5, 4, 3, 2, 1, 0]
    assert buckets.take("a", 0.0) == -10.0  # seconds until there is one
    assert buckets.take("a", 9.9) < 0
    assert buckets.take("a", 10.0) == 0
    assert buckets.take("a", 1000.0) == 5


def test_callers_are_counted_apart() -> None:
    buckets = Buckets(1)
    assert buckets.take("a", 0.0) == 0
    assert buckets.take("b", 0.0) == 0
    assert buckets.take("a", 0.0) < 0


def test_those_who_stay_away_are_forgotten_and_memory_is_bounded() -> None:
    buckets = Buckets(60, most=100)
    for k in range(10_000):
        buckets.take(f"address {k}", k / 1000)
    assert len(buckets) <= 100
    for k in range(200):
        buckets.take("one", 1_000_000.0 + k)
    assert len(buckets) == 1


@given(st.lists(st.floats(0, 5), min_size=1, max_size=200))
def test_no_more_is_served_than_a_burst_and_what_time_gives(waits: list[float]) -> None:
    buckets, now, served = Buckets(10), 0.0, 0
    for wait in waits:
        now += wait
        served += buckets.take("a", now) >= 0
    assert served <= 10 + now * 10 / 60 + 1e-6
