"""The gate under a clock that only moves when somebody sleeps."""

from __future__ import annotations

import asyncio

import pytest

from palimpsest.crawler.fetching import politeness
from palimpsest.crawler.fetching.politeness import HostGate
from palimpsest.errors import TryLater


class Time:
    """Stands still; a sleep moves it on, in the order of waking."""

    def __init__(self):
        self.now = 1000.0
        self.naps = []

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.naps.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def gate(time):
    return HostGate(2.0, max_wait=60, max_backoff=300, clock=time, sleep=time.sleep)


async def visit(gate, time, host="a", lasts=0.0):
    async with gate.turn(host):
        start = time.now
        time.now += lasts
        return start


async def test_the_first_turn_does_not_wait(gate, time):
    assert await visit(gate, time) == 1000
    assert time.naps == []


async def test_the_pause_counts_from_the_end_of_a_request_to_the_start_of_the_next(gate, time):
    starts = [await visit(gate, time, lasts=5.0) for _ in range(3)]
    assert starts == [1000, 1007, 1014]


async def test_turns_at_one_host_never_overlap_and_keep_their_order(gate, time):
    inside, order = 0, []

    async def one(number):
        nonlocal inside
        async with gate.turn("a"):
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            order.append(number)
            inside -= 1

    await asyncio.gather(*(one(number) for number in range(5)))
    assert order == [0, 1, 2, 3, 4]
    assert time.naps == [2.0] * 4


async def test_hosts_do_not_wait_for_each_other(gate, time):
    async with gate.turn("a"), gate.turn("b"):
        pass
    assert time.naps == []


async def test_a_source_has_a_delay_of_its_own_and_the_longer_crawl_delay_wins(gate):
    assert gate.delay("a") == 2
    gate.set_delay("a", 0.5)
    assert gate.delay("a") == 0.5
    gate.set_crawl_delay("a", 7)
    assert gate.delay("a") == 7
    gate.set_delay("a", 10)
    assert gate.delay("a") == 10
    gate.set_delay("a", None)
    gate.set_crawl_delay("a", None)
    assert gate.delay("a") == 2


@pytest.mark.parametrize(("asked", "kept"), [(86_400, 60), (-5, 2), (0, 2), (3.5, 3.5)])
async def test_a_crawl_delay_is_capped(gate, asked, kept):
    gate.set_crawl_delay("a", asked)
    assert gate.delay("a") == kept


async def test_the_ordinary_pause_is_sat_out_however_long(time):
    gate = HostGate(0, max_wait=10, clock=time, sleep=time.sleep)
    gate.set_crawl_delay("a", 30)
    await visit(gate, time)
    assert await visit(gate, time) == 1030


async def test_a_short_hold_is_sat_out(gate, time):
    gate.hold("a", 45)
    gate.hold("a", 5)  # the longer stays
    assert gate.held("a") == 45
    assert await visit(gate, time) == 1045


async def test_a_long_hold_is_refused_at_once_and_says_for_how_long(gate, time):
    gate.hold("a", 61)
    with pytest.raises(TryLater) as refusal:
        await visit(gate, time)
    assert refusal.value.after == 61
    assert time.naps == []
    time.now += 61
    assert await visit(gate, time) == 1061


async def test_those_who_wait_are_refused_when_the_host_is_held_meanwhile(gate, time):
    async def first():
        async with gate.turn("a"):
            await asyncio.sleep(0)
            gate.failed("a", after=3600)

    results = await asyncio.gather(first(), visit(gate, time), visit(gate, time), return_exceptions=True)
    assert results[0] is None
    assert [type(result) for result in results[1:]] == [TryLater, TryLater]


async def test_back_off_doubles_up_to_its_cap_and_ends_with_a_success(gate):
    held = []
    for _ in range(9):
        gate.failed("a")
        held.append(gate.held("a"))
    assert held == [2, 4, 8, 16, 32, 64, 128, 256, 300]
    gate.succeeded("a")
    gate.failed("b")
    assert gate.held("b") == 2


async def test_success_forgets_the_failures(gate, time):
    for _ in range(3):
        gate.failed("a")
    gate.succeeded("a")
    time.now += 100
    gate.failed("a")
    assert gate.held("a") == 2


async def test_retry_after_is_kept_beyond_the_cap_of_the_back_off(gate):
    gate.failed("a", after=3600)
    assert gate.held("a") == 3600


async def test_a_host_that_fails_for_ever_does_not_overflow(gate):
    for _ in range(5000):
        gate.failed("a")
    assert gate.held("a") == 300


async def test_without_a_delay_a_failing_host_is_still_left_alone_for_a_while(time):
    gate = HostGate(0, clock=time, sleep=time.sleep)
    gate.failed("a")
    assert gate.held("a") == politeness.MIN_BACKOFF


@pytest.mark.parametrize("where", ["queue", "nap", "inside"])
async def test_a_cancelled_turn_leaves_the_gate_usable(time, where):
    async def forever(_):
        await asyncio.Event().wait()

    gate = HostGate(2.0, clock=time, sleep=forever if where == "nap" else time.sleep)
    release = asyncio.Event()

    async def hold():
        async with gate.turn("a"):
            await release.wait()

    if where == "nap":
        gate.hold("a", 10)
    holder = asyncio.create_task(hold()) if where != "nap" else None
    await asyncio.sleep(0)
    victim = holder if where == "inside" else asyncio.create_task(visit(gate, time))
    await asyncio.sleep(0)
    victim.cancel()
    with pytest.raises(asyncio.CancelledError):
        await victim
    release.set()
    if where == "queue":
        await holder
    time.now += 100
    await asyncio.wait_for(visit(gate, time), 1)


async def test_an_error_inside_a_turn_ends_it(gate, time):
    with pytest.raises(ValueError, match="x"):
        async with gate.turn("a"):
            raise ValueError("x")
    assert await visit(gate, time) == 1002


async def test_closing_wakes_those_who_nap_and_refuses_those_who_come(time):
    async def forever(_):
        await asyncio.Event().wait()

    gate = HostGate(2.0, clock=time, sleep=forever)
    gate.hold("a", 10)
    waiting = [asyncio.create_task(visit(gate, time)) for _ in range(3)]
    await asyncio.sleep(0)
    gate.close()
    for result in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(result, TryLater)
    with pytest.raises(TryLater, match="the crawl is ending"):
        await visit(gate, time, host="b")


async def test_idle_hosts_are_forgotten(gate, time, monkeypatch):
    monkeypatch.setattr(politeness, "MAX_HOSTS", 10)
    gate.hold("held", 1e6)
    for number in range(100):
        await visit(gate, time, host=f"host{number}")
        time.now += 10
    assert len(gate._lanes) <= 10
    assert gate.held("held") > 0
