"""The cache of robots.txt files, with a door that plays its part and a clock that stands still."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime

import pytest

from palimpsest.crawler.fetching import robots
from palimpsest.crawler.fetching.capture import Exchange, ForbiddenByRobots, message_head, outcome_of
from palimpsest.crawler.fetching.door import Answer
from palimpsest.crawler.fetching.guards import Guards
from palimpsest.crawler.fetching.politeness import HostGate
from palimpsest.crawler.fetching.robots import RobotsCache
from palimpsest.errors import NotFetched, Refused, TryLater
from palimpsest.model import Outcome
from palimpsest.settings import Fetch

HERE = "https://news.example"
FORBID = b"User-agent: *\nDisallow: /\n"


class Door:
    """Answers from a table of url -> (status, body, headers) or error; the first in a list, then the next."""

    def __init__(self, table):
        self.table, self.asked = table, []
        self.open = asyncio.Event()
        self.open.set()

    async def fetch(self, url, *, cut=None):
        self.asked.append(url)
        await self.open.wait()
        answer = self.table.get(url, (404,))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        exchange = Exchange(url, datetime.now(UTC))
        if isinstance(answer, Exception):
            if "gate" in str(answer):
                raise answer
            return Answer(exchange.ended(Outcome.FAILED, answer.message), answer)
        status, body, headers = (*answer, b"", {})[:3] if len(answer) < 3 else answer
        exchange.status = status
        exchange.location = headers.pop("location", None) if headers else None
        exchange.response_head = message_head(f"HTTP/1.1 {status} X", list((headers or {}).items()))
        return Answer(exchange.ended(outcome_of(status), payload=body))


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def cache_of(table, **fetch):
    door, clock, guards = Door(table), Clock(), Guards()
    gate = HostGate(0)
    fetched = Fetch(retries=fetch.pop("retries", 0), **fetch)
    return RobotsCache(door, gate, guards, fetched, clock=clock), door, clock, gate


ROBOTS = f"{HERE}/robots.txt"


async def test_all_who_wait_for_a_file_obey_it_and_it_is_asked_for_once():
    cache, door, _, _ = cache_of({ROBOTS: (200, FORBID)})
    door.open.clear()
    waiting = [asyncio.create_task(cache.check(f"{HERE}/{n}")) for n in range(50)]
    await asyncio.sleep(0)
    door.open.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [ForbiddenByRobots] * 50
    assert door.asked == [ROBOTS]


async def test_the_one_who_came_first_may_be_cancelled_and_the_others_wait_on():
    cache, door, _, _ = cache_of({ROBOTS: (200, FORBID)})
    door.open.clear()
    first, second = (asyncio.create_task(cache.check(f"{HERE}/{n}")) for n in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    door.open.set()
    with pytest.raises(ForbiddenByRobots):
        await second
    assert door.asked == [ROBOTS]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
async def test_a_file_that_does_not_exist_forbids_nothing(status):
    cache, _, _, _ = cache_of({ROBOTS: (status, FORBID)})
    await cache.check(f"{HERE}/a")


@pytest.mark.parametrize("status", [429, 500, 503, 599])
async def test_a_file_that_cannot_be_had_forbids_everything_until_it_is_asked_for_again(status):
    cache, door, clock, _ = cache_of({ROBOTS: [(status, b""), (200, b"")]})
    with pytest.raises(ForbiddenByRobots, match=f"answered {status}") as refusal:
        await cache.check(f"{HERE}/a")
    assert refusal.value.after == robots.RECHECK
    clock.now += robots.RECHECK - 1
    with pytest.raises(ForbiddenByRobots):
        await cache.check(f"{HERE}/a")
    assert len(door.asked) == 1
    clock.now += 1
    await cache.check(f"{HERE}/a")


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (TryLater("no answer"), TryLater),
        (NotFetched("bad certificate"), NotFetched),
        (Refused("private"), Refused),
    ],
)
async def test_a_server_that_cannot_be_asked_keeps_its_reason(error, raised):
    cache, _, _, _ = cache_of({ROBOTS: error})
    with pytest.raises(raised, match=error.message) as refusal:
        await cache.check(f"{HERE}/a")
    assert type(refusal.value) is raised
    assert refusal.value.url == f"{HERE}/a"


async def test_a_host_that_is_held_says_for_how_long():
    cache, _, _, _ = cache_of({ROBOTS: TryLater("the gate is shut", after=900)})
    with pytest.raises(TryLater) as refusal:
        await cache.check(f"{HERE}/a")
    assert refusal.value.after == 900


async def test_a_failure_that_may_pass_is_tried_again():
    cache, door, _, _ = cache_of({ROBOTS: [TryLater("broke off"), (200, b"")]}, retries=1)
    await cache.check(f"{HERE}/a")
    assert len(door.asked) == 2


async def test_a_file_is_kept_for_a_day():
    cache, door, clock, _ = cache_of({ROBOTS: [(200, b""), (200, FORBID)]})
    await cache.check(f"{HERE}/a")
    clock.now += 86_399
    await cache.check(f"{HERE}/a")
    assert len(door.asked) == 1
    clock.now += 1
    with pytest.raises(ForbiddenByRobots):
        await cache.check(f"{HERE}/a")


async def test_a_good_copy_holds_on_for_another_day_while_a_new_one_cannot_be_had():
    rules = b"User-agent: *\nDisallow: /no\n"
    cache, door, clock, _ = cache_of({ROBOTS: [(200, rules), (503,), (503,), (503,)]})
    await cache.check(f"{HERE}/yes")
    clock.now += 86_400
    await cache.check(f"{HERE}/yes")
    with pytest.raises(ForbiddenByRobots, match="forbids this page"):
        await cache.check(f"{HERE}/no")
    assert len(door.asked) == 2
    clock.now += 86_400
    with pytest.raises(ForbiddenByRobots, match="answered 503"):
        await cache.check(f"{HERE}/yes")


async def test_redirects_are_followed_to_other_hosts_and_the_rules_hold_for_the_first():
    cache, _, _, _ = cache_of(
        {
            ROBOTS: (301, b"", {"location": "https://www.news.example/robots.txt"}),
            "https://www.news.example/robots.txt": (302, b"", {"location": "https://cdn.example/r"}),
            "https://cdn.example/r": (200, FORBID),
        }
    )
    with pytest.raises(ForbiddenByRobots):
        await cache.check(f"{HERE}/a")


async def test_more_than_five_redirects_are_a_file_that_does_not_exist():
    cache, door, _, _ = cache_of({ROBOTS: [(302, b"", {"location": ROBOTS}) for _ in range(20)]})
    await cache.check(f"{HERE}/a")
    assert len(door.asked) == 6


async def test_a_redirect_to_where_we_may_not_go_closes_the_origin():
    inner = "http://inner.example/robots.txt"
    cache, _, _, _ = cache_of(
        {ROBOTS: (302, b"", {"location": inner}), inner: Refused("inner.example leads to 10.0.0.1")}
    )
    with pytest.raises(ForbiddenByRobots, match="could not be had: inner"):
        await cache.check(f"{HERE}/a")


async def test_a_compressed_file_is_read():
    cache, _, _, _ = cache_of({ROBOTS: (200, gzip.compress(FORBID), {b"Content-Encoding": b"gzip"})})
    with pytest.raises(ForbiddenByRobots):
        await cache.check(f"{HERE}/a")


async def test_a_file_that_cannot_be_unpacked_closes_the_origin():
    bomb = gzip.compress(b"\0" * 10_000_000)
    table = {ROBOTS: (200, bomb, {b"Content-Encoding": b"gzip"})}
    cache, _, _, _ = cache_of(table, max_decoded_bytes=1_000_000)
    with pytest.raises(ForbiddenByRobots, match="cannot be read: the gzip body unpacks"):
        await cache.check(f"{HERE}/a")


async def test_each_origin_has_its_own_file():
    cache, door, _, _ = cache_of({ROBOTS: (200, FORBID)})
    await cache.check("https://news.example:8443/a")
    await cache.check("http://news.example/a")
    assert door.asked == ["https://news.example:8443/robots.txt", "http://news.example/robots.txt"]


async def test_the_crawl_delay_is_set_at_the_gate():
    cache, _, _, gate = cache_of({ROBOTS: (200, b"User-agent: *\nCrawl-delay: 9\n")})
    await cache.check(f"{HERE}/a")
    assert gate.delay("news.example") == 9


async def test_sitemaps_and_text_are_there_for_those_who_look_for_feeds():
    body = b"Sitemap: https://news.example/news.xml\n"
    cache, door, _, _ = cache_of({ROBOTS: (200, body)})
    rules = await cache.rules(f"{HERE}/")
    assert (rules.sitemaps, rules.payload) == (("https://news.example/news.xml",), body)
    await cache.check(f"{HERE}/a")
    assert door.asked == [ROBOTS]


async def test_a_large_file_is_read_off_the_event_loop_to_the_same_effect():
    cache, _, _, _ = cache_of({ROBOTS: (200, b"# filler\n" * 10_000 + FORBID)})
    with pytest.raises(ForbiddenByRobots):
        await cache.check(f"{HERE}/a")


async def test_the_guards_come_first():
    cache, door, _, _ = cache_of({})
    with pytest.raises(Refused):
        await cache.check("http://127.0.0.1/a")
    assert door.asked == []


async def test_the_number_of_files_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(robots, "MAX_ORIGINS", 5)
    cache, _, _, _ = cache_of({})
    for number in range(20):
        await cache.check(f"https://host{number}.example/")
    assert len(cache._entries) <= 5


async def test_closing_stops_what_is_under_way():
    cache, door, _, _ = cache_of({ROBOTS: (200, FORBID)})
    door.open.clear()
    waiting = asyncio.create_task(cache.check(f"{HERE}/a"))
    await asyncio.sleep(0)
    await cache.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert cache._tasks == {}
