"""Sitemaps of every kind, sound, broken and hostile, and the walk through their indexes."""

from __future__ import annotations

import gzip
import sys
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.crawler.discovery import documents, sitemaps
from palimpsest.crawler.discovery.sitemaps import Child, Sitemap, read_sitemap
from palimpsest.crawler.discovery.walk import SitemapWalk, period_end
from palimpsest.errors import BadSitemap
from palimpsest.model import Finder

URL = "https://tribune.example/sitemap.xml"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
    'xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
)


def urlset(entries: str, spaces: str = SPACES) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {spaces}>{entries}</urlset>'.encode()


def index(entries: str) -> bytes:
    return f"<sitemapindex {SPACES}>{entries}</sitemapindex>".encode()


def entry(number: int = 1, more: str = "") -> str:
    return f"<url><loc>https://tribune.example/{number}</loc>{more}</url>"


def urls(sitemap: Sitemap) -> list[str]:
    return [lead.url for lead in sitemap.leads]


NEWS = (
    "<news:news><news:publication><news:name>Tribune</news:name><news:language>fr</news:language>"
    "</news:publication><news:publication_date>2026-11-23T13:00+01:00</news:publication_date>"
    "<news:title>Élection &amp; suites</news:title></news:news>"
)


def test_a_news_sitemap_gives_leads_with_title_and_dates() -> None:
    extra = (
        "<image:image><image:loc>https://cdn.example/x.jpg</image:loc><image:title>A picture</image:title>"
    )
    video = "<video:video><video:title>A clip</video:title></video:video>"
    sitemap = read_sitemap(
        urlset(entry(1, f"{video}{extra}</image:image><lastmod>2026-11-23T14:00:00Z</lastmod>{NEWS}")), URL
    )
    (lead,) = sitemap.leads
    assert (lead.url, lead.key) == ("https://tribune.example/1", "https://tribune.example/1")
    assert (lead.title, lead.published) == ("Élection & suites", NOON)
    assert lead.updated == datetime(2026, 11, 23, 14, tzinfo=UTC)
    assert (lead.finder, lead.found_at) == (Finder.SITEMAP, URL)
    assert (sitemap.news, sitemap.language, sitemap.problems) == (True, "fr", ())


@pytest.mark.parametrize(
    "document",
    [
        urlset(entry(1, NEWS), spaces=""),
        urlset(entry(1, NEWS), spaces='xmlns="https://sitemaps.example/wrong" xmlns:news="urn:x"'),
        urlset(entry(1, NEWS.replace("news:", "n:"))),
        f"<s:urlset><s:url><s:loc> https://tribune.example/1 </s:loc>{NEWS}</s:url></s:urlset>".encode(),
        urlset(entry(1, NEWS).replace("loc>", "LOC>").replace("url>", "URL>")),
        urlset(entry(1, NEWS).replace("<loc>", "<loc><![CDATA[").replace("</loc>", "]]></loc>")),
    ],
)
def test_namespaces_wrong_or_missing_do_no_harm(document: bytes) -> None:
    sitemap = read_sitemap(document, URL)
    assert [(lead.url, lead.published) for lead in sitemap.leads] == [("https://tribune.example/1", NOON)]


def test_an_index_gives_its_children_and_is_not_its_own_child() -> None:
    sitemap = read_sitemap(
        index(
            f"<sitemap><loc>{URL}#top</loc></sitemap>"
            "<sitemap><loc>/news.xml</loc><lastmod>2026-11-23</lastmod></sitemap>"
            "<sitemap><loc>https://tribune.example/news.xml</loc></sitemap><sitemap><loc>ftp://x/</loc></sitemap>"
        ),
        URL,
    )
    assert sitemap.children == (
        Child(url="https://tribune.example/news.xml", lastmod=datetime(2026, 11, 23, tzinfo=UTC)),
    )
    assert sitemap.problems == (
        "1 × entry naming the sitemap itself",
        "1 × entry without an address that can be fetched",
    )


def test_what_is_older_than_asked_for_is_left_out_and_what_has_no_date_stays() -> None:
    old, new = "<lastmod>2026-01-01</lastmod>", "<lastmod>2026-11-23T12:00:00Z</lastmod>"
    found = read_sitemap(
        urlset(entry(1, old) + entry(2, new) + entry(3) + entry(4, old + NEWS)), URL, since=NOON
    )
    assert urls(found) == [f"https://tribune.example/{n}" for n in (2, 3, 4)]
    assert found.problems == ("1 entries are older than asked for",)
    children = read_sitemap(
        index(f"<sitemap><loc>/a</loc>{old}</sitemap><sitemap><loc>/b</loc></sitemap>"), URL, since=NOON
    ).children
    assert [child.url for child in children] == ["https://tribune.example/b"]


def test_a_gzipped_sitemap_is_read_and_so_is_what_is_there_of_one_that_breaks_off() -> None:
    packed = gzip.compress(urlset("".join(entry(n) for n in range(1, 400))))
    assert len(read_sitemap(packed, URL + ".gz").leads) == 399
    part = read_sitemap(packed[: len(packed) // 2], URL + ".gz")
    assert 0 < len(part.leads) < 399
    assert "breaks off" in part.problems[0]


def test_two_gzip_members_are_one_document() -> None:
    document = urlset(entry(1) + entry(2))
    assert len(read_sitemap(gzip.compress(document[:150]) + gzip.compress(document[150:]), URL).leads) == 2


def test_a_million_gzip_members_are_not_all_unpacked() -> None:
    with pytest.raises(BadSitemap, match="empty"):
        read_sitemap(gzip.compress(b"") * 100_000, URL)


def test_a_gzip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * (4 * documents.MAX_BYTES), compresslevel=1)
    tracemalloc.start()
    try:
        with pytest.raises(BadSitemap, match="unpacked"):
            read_sitemap(bomb, URL)
        assert tracemalloc.get_traced_memory()[1] < 2.5 * documents.MAX_BYTES
    finally:
        tracemalloc.stop()


def test_a_plain_list_of_addresses_is_a_sitemap_too() -> None:
    lines = "\ufeffhttps://tribune.example/1\r\n\r\nhttps://tribune.example/2?a=1&b=2\nnonsense\n"
    sitemap = read_sitemap(lines.encode(), URL)
    assert urls(sitemap) == ["https://tribune.example/1", "https://tribune.example/2?a=1&b=2"]
    assert len(sitemap.problems) == 1


def test_stray_ampersands_in_addresses_are_mended() -> None:
    sitemap = read_sitemap(urlset(entry(1).replace("/1", "/s?a=1&b=2&amp;c=3&nbsp;=4") + entry(2)), URL)
    assert urls(sitemap) == ["https://tribune.example/s?a=1&b=2&c=3&nbsp;=4", "https://tribune.example/2"]
    assert sitemap.problems == ()


def test_a_sitemap_that_breaks_off_gives_its_whole_entries() -> None:
    document = urlset(entry(1) + entry(2) + entry(345))
    sitemap = read_sitemap(document[: document.index(b"/345") + 2], URL)
    assert urls(sitemap) == ["https://tribune.example/1", "https://tribune.example/2"]
    assert "breaks off" in sitemap.problems[0]


def test_an_empty_sitemap_is_sound_and_says_so() -> None:
    assert read_sitemap(urlset(""), URL).problems == ("the sitemap names nothing",)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", "empty"),
        (b"<!doctype html><title>404</title>", "HTML"),
        (b"<rss version='2.0'/>", "feed"),
        (b"<opml/>", "<opml>"),
        (b"Not found", "neither XML"),
        (b"\x1f\x8bnot gzip at all", "damaged"),
        (b"<urlset><url>", "well-formed"),
        (b"<urlset>" + b"<a>" * 100_000, "nested"),
        (b"\xff\xfe<\x00", "no XML"),
    ],
)
def test_what_is_no_sitemap_is_refused_saying_what_it_is(payload: bytes, words: str) -> None:
    with pytest.raises(BadSitemap, match=words):
        read_sitemap(payload, URL)


def test_entities_are_never_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("https://tribune.example/secret")
    laughs = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
    for dtd in (
        f'<!DOCTYPE urlset [<!ENTITY x SYSTEM "{secret.as_uri()}">]>',
        f'<!DOCTYPE urlset [<!ENTITY l0 "ha">{laughs}]>',
        f'<!DOCTYPE urlset [<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p;]>',
    ):
        document = f"{dtd}<urlset><url><loc>&x;&l9;</loc></url></urlset>"
        for payload in (document.encode(), document.encode("utf-16"), gzip.compress(document.encode())):
            with pytest.raises(BadSitemap, match="entities"):
                read_sitemap(payload, URL)


def test_a_reference_to_a_dtd_is_never_followed(tmp_path: Path) -> None:
    (tmp_path / "x.dtd").write_text('<!ENTITY x "https://tribune.example/secret">')
    doctype = f'<!DOCTYPE urlset SYSTEM "{(tmp_path / "x.dtd").as_uri()}">'
    document = f"{doctype}<urlset><url><loc>/&x;</loc></url></urlset>"
    assert "secret" not in repr(read_sitemap(document.encode(), URL))


@pytest.mark.parametrize(
    "date", ["30000-01-01", "9999-12-31", "0000-00-00", "2026-13-45", "tomorrow", "9" * 5_000]
)
def test_dates_that_cannot_be_are_none(date: str) -> None:
    (lead,) = read_sitemap(urlset(entry(1, f"<lastmod>{date}</lastmod>")), URL).leads
    assert lead.updated is None


@pytest.mark.parametrize(
    "date",
    [
        "2026-11-23T12:00:00Z",
        "2026-11-23T12:00:00.123456789Z",
        "2026-11-23T13:00+01:00",
        "2026-11-23T17:30:00+0530",
        "2026-11-23 13:00:00 +0100",
        "2026-11-23T12:00",
        "Mon, 23 Nov 2026 12:00:00 GMT",
        "Mon, 23 Nov 2026 13:00:00 CET",
        "23 Nov 2026 12:00 +0000",
    ],
)
def test_dates_are_read_in_the_ways_they_are_written(date: str) -> None:
    (lead,) = read_sitemap(urlset(entry(1, f"<lastmod> {date} </lastmod>")), URL).leads
    assert lead.updated == NOON


def test_wrong_charsets_do_not_spoil_titles() -> None:
    for charset, declared in (("cp1252", "utf-8"), ("utf-8", "iso-8859-1"), ("utf-16", "utf-8")):
        document = urlset(entry(1, NEWS)).decode().replace("UTF-8", declared).encode(charset)
        assert read_sitemap(document, URL).leads[0].title == "Élection & suites"


def calls(work: Callable[[], object]) -> int:
    """How many functions of Python's `work` calls: a count of work that no busy machine changes."""
    count = 0

    def profile(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_work_grows_with_the_number_of_entries_and_not_faster() -> None:
    small, large = (urlset("".join(entry(n, NEWS) for n in range(size))) for size in (200, 4_000))
    once = calls(lambda: read_sitemap(small, URL))
    assert calls(lambda: read_sitemap(large, URL)) < 21 * once
    assert once < 200 * 100


def test_fifty_thousand_entries_are_read_in_flat_memory() -> None:
    document = urlset(
        "".join(entry(n, "<lastmod>2026-11-22</lastmod>") for n in range(sitemaps.MAX_ENTRIES + 5))
    )
    assert len(read_sitemap(document, URL).leads) == sitemaps.MAX_ENTRIES
    tracemalloc.start()
    try:
        sitemap = read_sitemap(document, URL, since=NOON)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sitemap.leads == ()
    assert sitemap.problems == ("50,005 entries are older than asked for",)
    assert peak < 4 * len(document)


def test_a_walk_sees_each_document_once_however_indexes_name_each_other() -> None:
    walk = SitemapWalk(["https://t.example/a", "https://t.example/a"])
    naming = Sitemap(children=(Child(url="https://t.example/a"), Child(url="https://t.example/b")))
    seen = []
    while url := walk.next():
        seen.append(url)
        walk.took(url, naming)
    assert seen == ["https://t.example/a", "https://t.example/b"]
    assert walk.left_out == 4


def test_a_walk_ends_though_every_index_names_a_new_one() -> None:
    walk = SitemapWalk(["https://t.example/0"], max_depth=5)
    seen = 0
    while url := walk.next():
        seen += 1
        walk.took(url, Sitemap(children=(Child(url=f"https://t.example/{seen}"),)))
    assert seen == 6
    wide = SitemapWalk(["https://t.example/"], max_documents=10)
    while url := wide.next():
        seen += 1
        wide.took(url, Sitemap(children=tuple(Child(url=f"{url}{n}/") for n in range(100))))
    assert seen == 16


def test_a_walk_takes_the_latest_first_and_leaves_out_the_old() -> None:
    day = datetime(2026, 11, 20, tzinfo=UTC)
    walk = SitemapWalk(["https://t.example/index.xml"], since=day)
    assert walk.next() == "https://t.example/index.xml"
    names = ["s-2019-05.xml", "s-2026-10.xml", "s-2026-11.xml", "pages.xml"]
    dated = (Child(url="https://t.example/d1", lastmod=day), Child(url="https://t.example/d2", lastmod=NOON))
    children = (*(Child(url=f"https://t.example/{name}") for name in names), *dated)
    walk.took(
        "https://t.example/index.xml", Sitemap(children=(*children, Child(url="https://t.example/news.xml")))
    )
    order = []
    while url := walk.next():
        order.append(url.rpartition("/")[2])
    assert order == ["news.xml", "s-2026-11.xml", "pages.xml", "d2", "d1"]
    assert walk.left_out == 2


@pytest.mark.parametrize(
    ("path", "end"),
    [
        ("sitemap-2019-05.xml", (2019, 6)),
        ("2019/5/", (2019, 6)),
        ("s?yyyy=2019&mm=12&dd=31", (2020, 1)),
        ("201905.xml", (2019, 6)),
        ("2019-05-12.xml.gz", (2019, 6)),
        ("sitemap-2019.xml.gz", (2020, 1)),
        ("sitemap1.xml", None),
        ("sitemap-12019.xml", None),
        ("article-20191.xml", None),
    ],
)
def test_the_month_in_an_address_is_read_with_care(path: str, end: tuple[int, int] | None) -> None:
    assert period_end(f"https://t.example/{path}") == (datetime(*end, 1, tzinfo=UTC) if end else None)


FRAGMENTS = (
    b"<urlset>|<sitemapindex>|<url>|</url>|<loc>|</loc>|<lastmod>|</lastmod>|<sitemap>|</sitemap>|<news:news>|<![CDATA["
    b"|]]>|<!--|-->|&|&#0;|&#xD800;|http://[|https://t.example/|/|30000-01-01|<?xml|<!DOCTYPE|[|]>|<!ENTITY|\xff|\x00"
)
fragments = st.sampled_from(FRAGMENTS.split(b"|"))


@given(
    st.one_of(st.binary(), st.lists(st.one_of(fragments, st.binary(max_size=4)), max_size=14).map(b"".join))
)
def test_whatever_comes_only_our_error_comes_out(payload: bytes) -> None:
    for document in (
        payload,
        b"<urlset>" + payload,
        gzip.compress(payload),
        urlset(entry()).replace(b"/1", payload),
    ):
        try:
            read_sitemap(document, URL, since=NOON)
        except BadSitemap:
            continue


@given(st.text(alphabet="0123456789-/=&?m.", max_size=20))
def test_no_address_upsets_a_walk(path: str) -> None:
    period_end(f"https://t.example/{path}")
