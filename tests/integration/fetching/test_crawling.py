"""Real Scrapy crawls through the handler and the middlewares."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
import scrapy
from scrapy.crawler import AsyncCrawlerRunner

from palimpsest import settings as project
from palimpsest.crawler.fetching import addon
from palimpsest.crawler.fetching import network as network_module
from palimpsest.crawler.fetching.capture import ForbiddenByRobots, failed_capture
from palimpsest.crawler.fetching.middlewares import earlier_captures
from palimpsest.crawler.fetching.network import Network
from palimpsest.errors import Refused, TryLater
from palimpsest.model import Outcome

BASE = {name: getattr(project, name) for name in dir(project) if name.isupper()}
BASE["ITEM_PIPELINES"] = {}  # no archive here: the network alone
BASE["ADDONS"] = {"palimpsest.crawler.fetching.addon.Addon": 100}
STOCK_ROBOTS = "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware"
OUR_ROBOTS = "palimpsest.crawler.fetching.middlewares.RobotsMiddleware"


@dataclass
class Seen:
    captures: list = field(default_factory=list)
    responses: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    stats: dict = field(default_factory=dict)

    @property
    def outcomes(self):
        return [(capture.url.rpartition("/")[2], capture.outcome) for capture in self.captures]


class Spider(scrapy.Spider):
    """Asks for its URLs and follows redirects hop by hop, as ours will."""

    name = "test"

    def __init__(self, urls, seen, meta=None, **kwargs):
        super().__init__(**kwargs)
        self.urls, self.seen, self.meta = urls, seen, meta or {}

    async def start(self):
        for url in self.urls:
            yield self.request(url)

    def request(self, url, hops=0):
        return scrapy.Request(
            url, self.parse, errback=self.failed, dont_filter=True, meta={**self.meta, "hops": hops}
        )

    def parse(self, response):
        capture = response.meta["capture"]
        self.seen.captures += [*earlier_captures(response.request), capture]
        self.seen.responses.append(response)
        if capture.outcome is Outcome.REDIRECT and response.meta["hops"] < 5:
            yield self.request(capture.location, response.meta["hops"] + 1)

    def failed(self, failure):
        capture = failed_capture(failure.request, failure.value, datetime.now(UTC))
        self.seen.captures += [*earlier_captures(failure.request), capture]
        self.seen.errors.append(failure.value)


async def crawl(network, *urls, meta=None, settings=None):
    seen = Seen()
    runner = AsyncCrawlerRunner({**BASE, "PALIMPSEST_NETWORK": network, **(settings or {})})
    crawler = runner.create_crawler(Spider)
    await runner.crawl(crawler, urls=urls, seen=seen, meta=meta)
    seen.stats = crawler.stats.get_stats()
    return seen


async def test_a_crawl_hands_the_capture_to_the_spider(site, open_network, reply):
    site.answers["/page"] = reply(b"<title>Story</title>", "Content-Type: text/html; charset=utf-8")
    seen = await crawl(open_network(), site.url("/page"))
    (capture,), (response,) = seen.captures, seen.responses
    assert capture.payload == b"<title>Story</title>"
    assert response.css("title::text").get() == "Story"
    assert seen.stats["palimpsest/outcome/ok"] == 1
    assert site.paths == ["/robots.txt", "/page"]
    assert all(b"User-Agent: Palimpsest/" in head for head in site.heads)


async def test_each_hop_of_a_redirect_loop_is_a_capture(site, open_network, reply):
    site.answers["/a"] = reply(b"", "Location: /b", status="302 Found")
    site.answers["/b"] = reply(b"", "Location: /a", status="302 Found")
    seen = await crawl(open_network(), site.url("/a"))
    assert seen.outcomes == [(path, Outcome.REDIRECT) for path in "ababab"]


async def test_a_redirect_to_a_private_address_is_refused_and_recorded(site, open_network, reply):
    site.answers["/a"] = reply(b"", "Location: http://169.254.169.254/latest/meta-data/", status="302 Found")
    seen = await crawl(open_network(), site.url("/a"))
    assert [outcome for _, outcome in seen.outcomes] == [Outcome.REDIRECT, Outcome.REFUSED]
    assert "a cloud metadata service" in seen.captures[1].reason
    assert isinstance(seen.errors[0], Refused)


async def test_a_redirect_to_a_name_that_leads_to_loopback_is_refused(site, open_network, reply):
    inner = site.url("/inner", host="inner.example")
    site.answers["/a"] = reply(b"", f"Location: {inner}", status="302 Found")
    network = open_network(
        allow=("outlet.example",), resolve=dict.fromkeys(("outlet.example", "inner.example"), "127.0.0.1")
    )
    seen = await crawl(network, site.url("/a", host="outlet.example"))
    assert [outcome for _, outcome in seen.outcomes] == [Outcome.REDIRECT, Outcome.REFUSED]
    assert "inner.example leads to 127.0.0.1, which is loopback" in seen.captures[1].reason
    assert "/inner" not in site.paths


async def test_other_schemes_never_leave_the_process(site, open_network):
    seen = await crawl(open_network(), "file:///etc/hostname", "data:,x", "ftp://127.0.0.1/x")
    assert [capture.outcome for capture in seen.captures] == [Outcome.REFUSED] * 3


async def test_twelve_first_requests_at_once_fetch_no_forbidden_page(site, open_network, reply):
    site.answers["/robots.txt"] = reply(b"User-agent: *\nDisallow: /\n")
    seen = await crawl(open_network(), *(site.url(f"/{n}") for n in range(12)))
    assert site.paths == ["/robots.txt"]
    assert [capture.outcome for capture in seen.captures] == [Outcome.FORBIDDEN] * 12
    assert seen.captures[0].reason == "robots.txt forbids this page to us"
    assert {error.after for error in seen.errors} == {None}
    assert seen.stats["palimpsest/outcome/forbidden"] == 12


async def test_the_stock_middleware_lets_forbidden_pages_through(site, open_network, reply):
    """Why we have our own: the fault is in Scrapy 2.14 to 2.19. Gone from Scrapy, this test fails."""
    site.answers["/robots.txt"] = reply(b"User-agent: *\nDisallow: /\n")
    settings = addon.SETTINGS["DOWNLOADER_MIDDLEWARES"] | {OUR_ROBOTS: None, STOCK_ROBOTS: 100}
    await crawl(
        open_network(),
        *(site.url(f"/{n}") for n in range(12)),
        settings={"DOWNLOADER_MIDDLEWARES": settings},
    )
    assert len(site.paths) > 1


async def test_two_crawls_of_one_process_share_the_host_and_its_robots(site, open_network, reply):
    site.answers["/robots.txt"] = reply(b"User-agent: *\nDisallow: /no\n")
    site.answers["/yes"] = reply(b"yes")
    network = open_network()
    await asyncio.gather(*(crawl(network, *[site.url("/yes"), site.url("/no")] * 3) for _ in range(3)))
    assert site.paths.count("/robots.txt") == 1
    assert site.paths.count("/yes") == 9
    assert "/no" not in site.paths
    assert site.most_at_once == 1


@pytest.mark.parametrize("status", ["500 Oops", "503 Later", "429 Slow down"])
async def test_a_robots_txt_that_fails_forbids_everything_for_now(site, open_network, reply, status):
    site.answers["/robots.txt"] = reply(b"", status=status)
    seen = await crawl(open_network(), site.url("/page"))
    (capture,), (error,) = seen.captures, seen.errors
    assert capture.outcome is Outcome.FORBIDDEN
    assert f"robots.txt answered {status[:3]}" in capture.reason
    assert isinstance(error, ForbiddenByRobots)
    assert 0 < error.after <= 600
    assert "/page" not in site.paths


async def test_a_dead_host_is_a_failure_and_not_a_prohibition(site, open_network):
    async def hang_up(writer):
        pass

    site.answers["/robots.txt"] = hang_up
    seen = await crawl(open_network(), site.url("/page"))
    assert seen.captures[0].outcome is Outcome.FAILED
    assert "robots.txt could not be had" in seen.captures[0].reason
    assert isinstance(seen.errors[0], TryLater)


async def test_a_missing_robots_txt_forbids_nothing(site, open_network, reply):
    site.answers["/page"] = reply(b"story")
    seen = await crawl(open_network(), site.url("/page"))
    assert seen.outcomes == [("page", Outcome.OK)]


async def test_robots_txt_need_not_be_obeyed_on_hosts_of_ones_own(site, open_network, reply):
    site.answers["/page"] = reply(b"story")
    await crawl(open_network(obey_robots=False), site.url("/page"))
    assert site.paths == ["/page"]


async def test_crawl_delay_reaches_the_gate(site, open_network, reply):
    site.answers["/robots.txt"] = reply(b"User-agent: Palimpsest\nCrawl-delay: 7\n")
    site.answers["/page"] = reply(b"story")
    network = open_network()
    await crawl(network, site.url("/page"))
    assert network.gate.delay(f"127.0.0.1:{site.port}") == 7


async def test_a_server_error_is_tried_again_and_both_tries_are_kept(site, open_network, reply):
    site.answers["/page"] = [reply(b"", status="503 Later"), reply(b"story")]
    seen = await crawl(open_network(retries=2, max_backoff=0.01), site.url("/page"))
    assert seen.outcomes == [("page", Outcome.SERVER_ERROR), ("page", Outcome.OK)]
    assert seen.stats["palimpsest/retries"] == 1


async def test_a_page_that_keeps_failing_is_given_up_after_the_retries(site, open_network):
    async def hang_up(writer):
        pass

    site.answers["/page"] = hang_up
    seen = await crawl(open_network(retries=2, max_backoff=0.01), site.url("/page"))
    assert seen.outcomes == [("page", Outcome.FAILED)] * 3
    assert isinstance(seen.errors[0], TryLater)


async def test_a_long_retry_after_is_left_for_a_later_run(site, open_network, reply):
    site.answers["/page"] = reply(b"", "Retry-After: 3600", status="429 Too Many Requests")
    seen = await crawl(open_network(retries=2), site.url("/page"), site.url("/other"))
    assert site.paths.count("/page") == 1
    assert "/other" not in site.paths
    assert seen.outcomes[0] == ("page", Outcome.SERVER_ERROR)
    assert 3500 < seen.errors[0].after <= 3600


async def test_the_spider_sees_304_with_the_digest_it_vouches_for(site, open_network):
    site.answers["/page"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    seen = await crawl(open_network(), site.url("/page"), meta={"known_sha256": b"\1" * 32})
    assert seen.captures[0].outcome is Outcome.NOT_MODIFIED
    assert seen.captures[0].sha256 == b"\1" * 32


async def test_a_compressed_body_is_handed_on_as_it_came(site, open_network, reply):
    site.answers["/page"] = reply(b"\x1f\x8b...", "Content-Encoding: gzip", "Content-Type: text/html")
    seen = await crawl(open_network(), site.url("/page"))
    assert seen.responses[0].body == b"\x1f\x8b..."
    assert not isinstance(seen.responses[0], scrapy.http.TextResponse)


async def test_without_a_network_in_the_settings_the_process_gets_its_own(site, reply, tmp_path, monkeypatch):
    (tmp_path / "palimpsest.toml").write_text('[fetch]\ndelay = 0\nallow = ["127.0.0.1"]\n')
    monkeypatch.chdir(tmp_path)
    site.answers["/page"] = reply(b"story")
    seen = await crawl(None, site.url("/page"))
    assert seen.outcomes == [("page", Outcome.OK)]
    assert network_module._process == []


async def test_closing_the_gate_ends_a_crawl_that_waits(site, open_network, reply):
    site.answers["/robots.txt"] = reply(b"User-agent: *\nCrawl-delay: 50\n")
    site.answers["/1"] = site.answers["/2"] = reply(b"story")
    network: Network = open_network()
    running = asyncio.ensure_future(crawl(network, site.url("/1"), site.url("/2")))
    while "/robots.txt" not in site.paths:
        await asyncio.sleep(0)
    network.gate.close()
    seen = await asyncio.wait_for(running, 5)
    assert len(seen.captures) == 2
    assert all(capture.outcome in (Outcome.FAILED, Outcome.OK) for capture in seen.captures)
