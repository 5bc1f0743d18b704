"""What a robots.txt means for us (RFC 9309)."""

from __future__ import annotations

import time

import pytest

from palimpsest.crawler.fetching.rules import ALLOW_ALL, MAX_ROBOTS, Rules, read_rules

HERE = "https://news.example"


@pytest.mark.parametrize(
    ("body", "path", "allowed"),
    [
        (b"", "/", True),
        (b"User-agent: *\nDisallow: /\n", "/a", False),
        (b"User-agent: *\nDisallow: /\n", "/robots.txt", True),
        (b"User-agent: *\nDisallow:\n", "/a", True),
        (b"user-AGENT: *\nDISALLOW: /p\n", "/p/1", False),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", "/a", False),
        (b"User-agent: *\r\nDisallow: /p\r\n", "/p", False),
        (b"User-agent: *\rDisallow: /p\r", "/p", False),
        (b"User-agent: * # all\nDisallow: /p # private\n", "/p", False),
        (b"User-agent: *\nDisallow: /\nAllow: /news/\n", "/news/1", True),  # the longest match
        (b"User-agent: *\nDisallow: /*.php$\n", "/a.php", False),
        (b"User-agent: *\nDisallow: /*.php$\n", "/a.php?x", True),
        (b"User-agent: *\nDisallow: /caf%C3%A9\n", "/caf%c3%a9", False),
        (b"User-agent: Palimpsest\nDisallow: /\n\nUser-agent: *\nDisallow:\n", "/a", False),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: palimpsest\nDisallow: /x\n", "/a", True),
        (b"User-agent: Palimpsest/0.1\nDisallow: /\n", "/a", False),
        (b"User-agent: Other\nUser-agent: Palimpsest\nDisallow: /\n", "/a", False),
        (b"User-agent: Palimpsest\nUser-agent: Other\nDisallow: /\n", "/a", False),
        (b"User-agent: Palimpsest\nAllow: /\nUser-agent: Other\nDisallow: /\n", "/a", True),
        (b"User-agent: Palimpsestic\nDisallow: /\n", "/a", True),
        (b"User-agent: p\nDisallow: /\n", "/a", True),
        (b"User-agent: Other\nDisallow: /\n", "/a", True),
        (
            b"User-agent: Palimpsest\nDisallow: /a\n\nUser-agent: x\n\nUser-agent: Palimpsest\nDisallow: /b",
            "/b",
            False,
        ),
        (b"User-agent: *\nSitemap: https://news.example/s.xml\nDisallow: /p\n", "/p", False),
        (b"Disallow: /\n", "/a", True),  # belongs to no agent
        (b"User agent: *\nDisallow /p\n", "/p", False),
        (b"<!DOCTYPE html><html>\nUser-agent: *\nDisallow: /\n</html>", "/a", True),
        (b"\0\xff\xfe\x80garbage", "/a", True),
    ],
)
def test_the_file_says_what_it_says(body, path, allowed):
    assert (read_rules(body).forbids(HERE + path) == "") is allowed


def test_nothing_may_be_fetched_where_the_file_could_not_be_had():
    assert Rules(closed="robots.txt answered 503").forbids(HERE) == "robots.txt answered 503"
    assert ALLOW_ALL.forbids(HERE) == ""


@pytest.mark.parametrize(
    ("body", "delay"),
    [
        (b"User-agent: *\nCrawl-delay: 3\n", 3),
        (b"User-agent: *\nCrawl-delay: 3\nUser-agent: Palimpsest\nCrawl-delay: 0.5\n", 0.5),
        (b"User-agent: *\nCrawl-delay: soon\n", None),
        (b"User-agent: Other\nCrawl-delay: 3\n", None),
    ],
)
def test_the_crawl_delay_is_ours_or_everybody_s(body, delay):
    assert read_rules(body).crawl_delay == delay


def test_sitemaps_are_listed_once_wherever_they_stand():
    body = b"Sitemap: https://a/1\nUser-agent: x\nDisallow: /\nsitemap: https://a/2\nSITEMAP: https://a/1\n"
    assert read_rules(body).sitemaps == ("https://a/1", "https://a/2")


def test_what_lies_beyond_500_kib_is_passed_over_with_the_line_cut_there():
    filler = b"User-agent: *\n" + b"# x\n" * ((MAX_ROBOTS - 40) // 4)
    body = filler + b"Allow: /private-but-this-line-is-cut\nDisallow: /a\n"
    rules = read_rules(body)
    assert len(body) > MAX_ROBOTS
    assert rules.forbids(f"{HERE}/a") == ""


@pytest.mark.parametrize(
    "body",
    [
        b"".join(b"User-agent: b%d\n" % n for n in range(20_000)) + b"Disallow: /\n" * 10_000,
        b"User-agent: *\n" * 15_000 + b"Disallow: /a\n" * 20_000,
        b"User-agent: *\nDisallow: /" + b"*a" * 200_000,
        b"User-agent" + b" " * 400_000 + b"x",
        b"\r" * 500_000,
    ],
    ids=["agents", "stars", "wildcards", "spaces", "lines"],
)
def test_a_hostile_file_does_not_cost_minutes(body):
    start = time.process_time()
    read_rules(body).forbids(f"{HERE}/x/y/z")
    assert time.process_time() - start < 2
