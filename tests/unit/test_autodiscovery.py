"""From a home page to the ways of a source: announced, usual, and chosen by what they hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.crawler.discovery.autodiscovery import (
    Candidate,
    choose_ways,
    find_ways,
    usual_paths,
)
from palimpsest.errors import BadURL
from palimpsest.model import Finder, Lead, Way, WayKind

HOME = "https://www.tribune.example/"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

FRONT = b"""<!doctype html><html><head><base href="/x/">
<link rel="alternate" type="application/rss+xml" title="Tribune" href="/feed/">
<link rel="alternate" type="application/rss+xml" title="Tribune &raquo; Comments Feed" href="/comments/feed/">
<link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="atom.xml">
<link rel="alternate" type="application/feed+json" href="https://cdn.tribune.example/feed.json">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/feed/7">
<link rel="alternate" type="application/rss+xml" title="The Tribune Podcast" href="/sound.xml">
<link rel="alternate" type="application/rss+xml" title="Comment &amp; debate" href="/comment/rss">
<link rel="alternate" hreflang="fr" href="/fr/"><link rel="stylesheet" type="text/css" href="x.css">
<link rel="alternate" type="application/rss+xml" href="http://tribune.example/feed?utm_source=x">
<link rel="alternate" type="application/rss+xml" href="javascript:x"></head>"""

ROBOTS = b"""\xef\xbb\xbfUser-agent: *
Disallow: /private
Sitemap: https://host.example/all-customers-news.xml
sitemap : /sitemap.xml   # everything
SITEMAP:https://www.tribune.example/sitemap_news.xml
Sitemap: https://www.tribune.example/rss.xml
Sitemap: ftp://x/
Sitemap:
"""


def leads(*numbers: int, days: int | None = 0) -> tuple[Lead, ...]:
    published = None if days is None else NOON - timedelta(days=days)
    return tuple(
        Lead(url=f"{HOME}{n}", key=f"https://tribune.example/{n}", finder=Finder.FEED, published=published)
        for n in numbers
    )


def way(kind: WayKind, path: str) -> Way:
    return Way(kind=kind, url=HOME + path)


def test_announced_feeds_come_first_then_news_sitemaps_and_last_the_page_itself() -> None:
    assert [(str(found.kind), found.url) for found in find_ways(FRONT, HOME, ROBOTS)] == [
        ("feed", "https://www.tribune.example/feed/"),
        ("feed", "https://www.tribune.example/x/atom.xml"),
        ("feed", "https://cdn.tribune.example/feed.json"),
        ("feed", "https://www.tribune.example/comment/rss"),
        ("sitemap", "https://www.tribune.example/sitemap_news.xml"),
        ("sitemap", "https://www.tribune.example/sitemap.xml"),
        ("feed", "https://www.tribune.example/rss.xml"),
        ("sitemap", "https://host.example/all-customers-news.xml"),
        ("frontpage", "https://www.tribune.example/"),
    ]


@pytest.mark.parametrize("front", [b"", b"\x00", b"<p>nothing", b"{}"])
def test_a_page_that_announces_nothing_is_still_a_way(front: bytes) -> None:
    assert find_ways(front, HOME, None) == (Way(kind=WayKind.FRONTPAGE, url=HOME),)


def test_msn_has_a_way_of_its_own() -> None:
    for url in ("https://www.msn.com/fr-fr/actualite", "https://msn.com/"):
        assert find_ways(FRONT, url, ROBOTS) == (Way(kind=WayKind.MSN, url=url),)
    assert find_ways(b"", "https://notmsn.com/", None)[0].kind is WayKind.FRONTPAGE


def test_the_usual_paths_are_few_and_lie_on_the_home_s_host() -> None:
    found = usual_paths("https://www.tribune.example/fr/?x=1")
    assert found[0].url == "https://www.tribune.example/fr/feed/"
    assert all(each.url.startswith("https://www.tribune.example/") for each in found)
    assert {each.kind for each in found} == {WayKind.FEED, WayKind.SITEMAP}
    assert len(found) <= 12
    assert usual_paths(HOME)[0].url == "https://www.tribune.example/feed/"


def test_feeds_are_chosen_before_news_sitemaps_and_those_before_the_rest() -> None:
    chosen = choose_ways(
        [
            Candidate(way=way(WayKind.FRONTPAGE, ""), leads=leads(*range(90, 99))),
            Candidate(way=way(WayKind.SITEMAP, "all.xml"), leads=leads(*range(50, 80))),
            Candidate(way=way(WayKind.SITEMAP, "google.xml"), leads=leads(*range(20, 40)), news=True),
            Candidate(way=way(WayKind.FEED, "short.xml"), leads=leads(1, 2, 3)),
            Candidate(way=way(WayKind.FEED, "long.xml"), leads=leads(*range(4, 20))),
        ],
        now=NOON,
    )
    assert [each.url.removeprefix(HOME) for each in chosen] == [
        "long.xml",
        "short.xml",
        "google.xml",
        "all.xml",
    ]


def test_a_way_whose_articles_another_has_brought_is_left_out() -> None:
    chosen = choose_ways(
        [
            Candidate(way=way(WayKind.FEED, "rss.xml"), leads=leads(1, 2, 3, 4, 5, 6)),
            Candidate(way=way(WayKind.FEED, "atom.xml"), leads=leads(1, 2, 3, 4, 5, 6)),
            Candidate(way=way(WayKind.FEED, "sport.xml"), leads=leads(5, 6, 7, 8)),
        ]
    )
    assert [each.url.removeprefix(HOME) for each in chosen] == ["rss.xml", "sport.xml"]


def test_the_dead_the_empty_and_the_beside_the_point_are_left_out() -> None:
    chosen = choose_ways(
        [
            Candidate(way=way(WayKind.FEED, "dead.xml"), leads=leads(1, 2, 3, days=900)),
            Candidate(way=way(WayKind.FEED, "empty.xml")),
            Candidate(way=way(WayKind.FEED, "a.xml"), leads=leads(4), title="Comments for the Tribune"),
            Candidate(way=way(WayKind.FEED, "podcast.xml"), leads=leads(5)),
            Candidate(way=way(WayKind.FRONTPAGE, ""), leads=leads(6, 7, days=None)),
        ],
        now=NOON,
    )
    assert [each.url for each in chosen] == [HOME]


def test_a_stale_way_is_better_than_none() -> None:
    stale = Candidate(way=way(WayKind.FEED, "dead.xml"), leads=leads(1, days=900))
    assert choose_ways([stale], now=NOON) == (stale.way,)
    assert choose_ways([], now=NOON) == ()


def test_no_more_ways_are_chosen_than_asked_for() -> None:
    feeds = [Candidate(way=way(WayKind.FEED, f"{n}.xml"), leads=leads(n)) for n in range(9)]
    assert len(choose_ways(feeds, limit=3)) == 3


@given(st.binary(), st.one_of(st.none(), st.binary()), st.text(max_size=20))
def test_whatever_a_host_serves_there_is_a_way(front: bytes, robots: bytes | None, text: str) -> None:
    link = f"<link rel=alternate type=application/rss+xml href='{text}'>".encode("utf-8", "replace")
    lines = b"Sitemap: " + text.encode("utf-8", "replace") + b"\n" + (robots or b"")
    assert find_ways(link + front, HOME, lines)[-1].kind is WayKind.FRONTPAGE


def test_an_address_that_is_none_is_the_callers_fault() -> None:
    with pytest.raises(BadURL):
        find_ways(b"", "nonsense", None)
    with pytest.raises(BadURL):
        usual_paths("nonsense")
