"""Front pages: which links are articles. The pages here are invented, in shapes that outlets have."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.crawler.discovery.links import find_articles
from palimpsest.crawler.discovery.shapes import article_shape
from palimpsest.errors import BadURL
from palimpsest.model import Finder

HOME = "https://www.tribune.example/"


def paths(payload: str | bytes, url: str = HOME, **options: int) -> list[str]:
    page = payload.encode() if isinstance(payload, str) else payload
    return [
        lead.url.removeprefix("https://www.tribune.example") for lead in find_articles(page, url, **options)
    ]


ENGLISH = """<!doctype html><html lang="en"><head><title>Tribune</title></head><body>
<header><a href="/"><img src="logo.png" alt="The Tribune of the Whole Country"></a>
 <nav><ul><li><a href="/politics/">Politics</a><li><a href="/world/">World news from all continents today</a>
 <li><a href="/videos/">Videos</a><li><a href="/login?return=/">Sign in</a></ul></nav></header>
<main>
 <article><h2><a href="/2026/11/23/council-votes-to-close-the-harbour-bridge/">Council votes to close
   the harbour
   bridge for two years</a></h2><a class="byline" href="/author/jane-van-der-doe-smith">Jane van der
   Doe Smith</a>
   <a href="/2026/11/23/council-votes-to-close-the-harbour-bridge/#comments">12 comments</a></article>
 <article><a href="/2026/11/22/flood-waters-recede-in-the-north/?utm_source=home"><img alt="A flooded street"
   src="x.jpg"></a><h3><a href="/2026/11/22/flood-waters-recede-in-the-north/">Flood waters
   recede</a></h3></article>
 <article><a href="/sport/rowing-club-wins-first-title-in-forty-years-123456"><h3>Rowing club wins
   first title</h3>
   <p>It took them forty years and a new boat, but they have done it</p></a></article>
 <div class="tags"><a href="/tag/harbour-bridge-and-its-long-history">Harbour bridge and its long
   history</a></div>
 <a href="https://twitter.example/share?url=https://www.tribune.example/2026/11/22/a-b-c-d">Share this
   on Twitter now</a>
 <a href="mailto:tips@tribune.example">Send us your tips by mail</a><a href="javascript:void(0)">Load
   more stories</a>
 <a href="/files/2026/11/annual-report-of-the-year-2026.pdf">Read the annual report of 2026 here</a>
 <a href="/page/2">Older stories from the archive of the Tribune</a>
</main>
<aside><h4>Most read</h4><ol><li><a href="/2026/11/20/what-the-mayor-said-about-the-budget/">What the
   mayor said about
 the budget</a></ol></aside>
<footer><a href="/about-us/">About us</a><a href="/privacy-policy">How we handle your data and your
   privacy</a>
 <a href="/info/our-principles-and-code-of-conduct">Our principles and code of
   conduct</a></footer></body></html>"""


def test_articles_are_told_from_everything_else_on_a_front_page() -> None:
    assert paths(ENGLISH) == [
        "/2026/11/23/council-votes-to-close-the-harbour-bridge/",
        "/2026/11/22/flood-waters-recede-in-the-north/",
        "/sport/rowing-club-wins-first-title-in-forty-years-123456",
        "/2026/11/20/what-the-mayor-said-about-the-budget/",
    ]


def test_leads_carry_the_headline_and_where_they_were_found() -> None:
    leads = find_articles(ENGLISH.encode(), HOME)
    assert [lead.title for lead in leads[:3]] == [
        "Council votes to close the harbour bridge for two years",
        "Flood waters recede",
        "Rowing club wins first title",
    ]
    assert {(lead.finder, lead.found_at) for lead in leads} == {(Finder.FRONTPAGE, HOME)}


def test_a_german_page_with_codes_and_commas_in_its_addresses() -> None:
    page = """<body><div id="menu"><a href="/wirtschaft">Wirtschaft</a><a
   href="/abo/jetzt-vier-wochen-gratis-testen-12345">
    Jetzt vier Wochen gratis testen</a></div><section>
    <a href="/wirtschaft/bahn-stellt-neuen-fahrplan-vor,fahrplan-100.html"><h3>Bahn stellt neuen
   Fahrplan vor</h3></a>
    <a href="/politik/landtag-beschliesst-haushalt-li.343191">Landtag beschließt nach langer Debatte
   den Haushalt</a>
    <a href="/panorama/article410390514/sturm-fegt-ueber-die-kueste.html">Sturm fegt über die Küste</a>
    <a href="/thema/landtag-und-landesregierung">Alles zum Thema Landtag und Landesregierung</a></section>
    <div class="footer-links"><a href="/impressum">Impressum</a><a
   href="/datenschutz">Datenschutz</a></div>"""
    assert paths(page) == [
        "/wirtschaft/bahn-stellt-neuen-fahrplan-vor,fahrplan-100.html",
        "/politik/landtag-beschliesst-haushalt-li.343191",
        "/panorama/article410390514/sturm-fegt-ueber-die-kueste.html",
    ]


def test_a_japanese_page_whose_addresses_are_numbers() -> None:
    page = """<meta charset="shift_jis"><body><ul class="navi"><li><a href="/politics/">政治</a><li>
    <a href="/economy/">経済</a></ul><ul>
    <li><a href="/articles/20261123-OYT1T50218/">首相、予算案の年内成立に向け与野党協議を呼びかけ</a></li>
    <li>
    <a href="/articles/20261123-OYT1T50219/">台風の影響で新幹線に大幅な遅れ、八万人に影響</a></li></ul>"""
    assert paths(page.encode("shift_jis")) == [
        "/articles/20261123-OYT1T50218/",
        "/articles/20261123-OYT1T50219/",
    ]


def test_an_old_korean_page_that_keeps_the_article_in_its_query() -> None:
    titles = (
        "국회 예산안 처리 시한 앞두고 막판 협상",
        "수도권 첫눈 출근길 교통 혼잡 예상",
        "프로야구 개막전 매진 행렬 이어져 화제",
    )
    links = "".join(
        f'<td><a href="news_view.html?idx={8570 + n}&page=1">{t}</a>' for n, t in enumerate(titles)
    )
    page = f'<table><tr><td><a href="list.html?page=2">다음</a>{links}</table>'
    assert paths(page, HOME + "news/") == [f"/news/news_view.html?idx={8570 + n}&page=1" for n in range(3)]


def test_siblings_of_one_pattern_vouch_for_addresses_that_say_little() -> None:
    headlines = (
        "Council rejects the plan for a bridge",
        "Harbour opens again after the storm",
        "What we know so far",
    )
    links = "".join(
        f'<h2><a href="/doc/{n}">{line} today</a></h2>' for n, line in enumerate(headlines * 2, 100)
    )
    assert len(paths(f"<main>{links}</main>")) == 6


def test_a_list_of_names_is_not_a_list_of_articles() -> None:
    links = "".join(f'<li><a href="/clubs/football-club-of-town-{n}">FC Town {n}</a>' for n in range(20))
    assert paths(f"<main><ul>{links}</ul></main>") == []


def test_links_resolve_against_the_base_and_stay_on_the_site() -> None:
    link = (
        '<h2><a href="{}/2026/11/23/a-story-of-some-length">A story of some length for all readers</a></h2>'
    )
    page = "<base href='https://sport.tribune.example/x/'>" + "".join(
        link.format(start)
        for start in ("", "https://elsewhere.example", "https://shop.tribune.example", "http://[bad")
    )
    leads = find_articles(page.encode(), HOME)
    assert [lead.url for lead in leads] == ["https://sport.tribune.example/2026/11/23/a-story-of-some-length"]


def test_two_links_to_one_article_are_one_lead_under_the_plainer_address() -> None:
    link = '<h3><a href="/2026/11/23/a-story-of-some-length{}">A story of some length for all</a></h3>'
    assert paths(link.format("?ref=rail3") + link.format("")) == ["/2026/11/23/a-story-of-some-length"]


def test_the_page_itself_is_none_of_its_articles() -> None:
    page = '<h1><a href="/2026/11/23/a-story-of-some-length?utm_id=x">A story of some length for all</a></h1>'
    assert paths(page, HOME + "2026/11/23/a-story-of-some-length") == []


def test_of_too_many_links_the_likeliest_are_taken_in_the_order_of_the_page() -> None:
    weak = [f'<a href="/story-number-{n}-of-today">Story number {n} of today is here</a>' for n in range(30)]
    strong = [
        f'<h2><a href="/2026/11/{n:02}/a-long-story-of-day">A long story of day {n}</a></h2>' for n in (9, 3)
    ]
    page = "<main>" + "".join(weak[:15] + strong[:1] + weak[15:] + strong[1:]) + "</main>"
    assert paths(page, limit=2) == ["/2026/11/09/a-long-story-of-day", "/2026/11/03/a-long-story-of-day"]
    assert len(paths(page, limit=7)) == 7


@pytest.mark.parametrize(
    "payload", [b"", b" ", b"\x00", b"\xff\xfe", b"%PDF-1.7", b"{}", b"<", b"<!-- x", b"<p>no link"]
)
def test_what_is_no_page_has_no_articles(payload: bytes) -> None:
    assert find_articles(payload, HOME) == ()


def test_a_page_of_a_hundred_thousand_nested_tags_is_borne() -> None:
    link = b'<h2><a href="/2026/11/23/a-story-of-some-length">A story of some length for all</a></h2>'
    assert len(find_articles(link + b"<div>" * 100_000, HOME)) == 1
    assert isinstance(find_articles(b"<a href=/x><b>" * 50_000 + link, HOME), tuple)


def test_work_grows_with_the_number_of_links_and_not_faster() -> None:
    """Counted in calls of functions, since a busy machine upsets a timer."""

    def calls(links: int) -> int:
        count = 0

        def profile(frame: object, event: str, argument: object) -> None:
            nonlocal count
            count += "call" in event

        page = "".join(
            f'<li><a href="/2026/11/23/a-story-of-day-{n}">A story of day {n}</a>' for n in range(links)
        )
        sys.setprofile(profile)
        try:
            find_articles(page.encode(), HOME)
        finally:
            sys.setprofile(None)
        return count

    assert calls(2_000) < 22 * calls(100)


def test_an_address_that_is_none_is_the_callers_fault() -> None:
    with pytest.raises(BadURL):
        find_articles(b"<p>", "nonsense")


@pytest.mark.parametrize(
    "path",
    [
        "2026/11/23/politics/some-slug-of-words/index.html",
        "politique/article/2026/08/30/un-titre-assez-long-pour-un-article_6187099_823448.html",
        "esteri/26_gennaio_05/un-titolo-di-giornale-3c53a5b8-27fc-4886-a0bf-a10908331xlk.shtml",
        "news/article/A2026012914320005196",
        "doc/7715044",
        "news/world-europe-50473792",
        "city/articleshow/130278578.cms",
        "clanek/nejaky-titulek-o-vlade-290947",
        "a-plain-slug-of-six-words-only",
    ],
)
def test_addresses_of_articles_have_the_shape_of_articles(path: str) -> None:
    assert article_shape(HOME + path) >= 2


@pytest.mark.parametrize(
    "path",
    ["", "politics/", "world/europe", "local-news", "videos/", "tag/a-long-tag-of-many-words-2026",
     "author/jane-doe-12345", "search?q=harbour", "2026/11/23/picture-of-the-day.jpg",
     "account/orders/123456", "impressum", "page/3"],
)  # fmt: skip
def test_addresses_of_other_pages_have_not(path: str) -> None:
    assert article_shape(HOME + path) <= 0


TAGS = (
    "<a href=/2026/11/23/x-y-z-w>|</a>|<h2>|</h2>|<nav>|<base href=http://[>|<base href=/x/>|<a href='|'>"
    "|\x00|é|&#0;|<"
)
tags = st.sampled_from(TAGS.split("|"))


@given(st.one_of(st.binary(), st.lists(st.one_of(tags, st.text(max_size=4)), max_size=15).map("".join)))
def test_whatever_comes_nothing_is_raised(page: bytes | str) -> None:
    payload = page.encode("utf-8", "replace") if isinstance(page, str) else page
    for lead in find_articles(payload, HOME):
        assert lead.url.startswith("https://")


@given(st.text(alphabet="abc/-_.?=&%0129é!,", max_size=40))
def test_every_address_has_a_shape(path: str) -> None:
    assert isinstance(article_shape(HOME + path), float)
