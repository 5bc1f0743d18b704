"""Feeds of every kind, sound, broken and hostile, read into leads."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.crawler.discovery import feeds
from palimpsest.crawler.discovery.feeds import Feed, read_feed
from palimpsest.errors import BadFeed
from palimpsest.model import Finder

URL = "https://tribune.example/feeds/all.xml"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def rss(items: str, channel: str = "", attributes: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {attributes}>'
        f"<channel><title>Tribune</title><link>https://tribune.example/</link><language>fr-FR</language>{channel}{items}</channel></rss>"
    ).encode()


def item(number: int = 1, more: str = "") -> str:
    return f"<item><title>Story {number}</title><link>https://tribune.example/{number}</link>{more}</item>"


def urls(feed: Feed) -> list[str]:
    return [lead.url for lead in feed.leads]


def test_rss_gives_leads_with_title_date_and_where_they_were_found() -> None:
    feed = read_feed(rss(item(more="<pubDate>Mon, 23 Nov 2026 13:00:00 +0100</pubDate>")), URL)
    (lead,) = feed.leads
    assert (feed.title, feed.home, feed.language) == ("Tribune", "https://tribune.example/", "fr-FR")
    assert (lead.url, lead.key) == ("https://tribune.example/1", "https://tribune.example/1")
    assert (lead.title, lead.published, lead.updated) == ("Story 1", NOON, None)
    assert (lead.finder, lead.found_at) == (Finder.FEED, URL)
    assert feed.problems == ()


def test_atom_gives_the_time_of_the_last_update_apart_from_that_of_publication() -> None:
    feed = read_feed(
        b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">
        <title>Bote</title><link rel="self" href="/atom.xml"/><link rel="alternate" href="/"/>
        <entry xml:base="https://bote.example/politik/">
        <title type="html">Eins &amp;amp; zwei &lt;b&gt;x&lt;/b&gt;</title>
        <id>tag:bote.example,2026:1</id><link rel="self" href="1.atom"/><link rel="replies" href="1#c"/>
        <link rel="alternate" href="eins"/><published>2026-11-23T10:00:00Z</published>
        <updated>2026-11-23T13:00:00+01:00</updated></entry></feed>""",
        "https://bote.example/atom.xml",
    )
    (lead,) = feed.leads
    assert lead.url == "https://bote.example/politik/eins"
    assert lead.title == "Eins & zwei x"
    assert lead.published == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert lead.updated == NOON
    assert (feed.home, feed.language) == ("https://bote.example/", "de")


def test_rdf_is_read_and_its_date_is_that_of_publication() -> None:
    feed = read_feed(
        b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Old</title><link>https://old.example/</link></channel>
        <item rdf:about="https://old.example/1"><title>One</title><link>https://old.example/1</link>
        <dc:date>2026-11-23T12:00Z</dc:date></item></rdf:RDF>""",
        URL,
    )
    assert [(lead.url, lead.published) for lead in feed.leads] == [("https://old.example/1", NOON)]


def test_old_rss_with_a_reference_to_its_dtd_is_read() -> None:
    feed = read_feed(
        b"""<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
        "http://my.netscape.com/publish/formats/rss-0.91.dtd"><!-- by hand -->
        <rss version="0.91"><channel><title>x</title><item><link>https://x.example/1</link></item></channel></rss>""",
        URL,
    )
    assert urls(feed) == ["https://x.example/1"]


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"])
def test_json_feed_is_read(version: str) -> None:
    payload = {
        "version": version,
        "title": "Gazette",
        "home_page_url": "https://gazette.example/",
        "language": "en",
        "items": [
            {"id": "7", "url": "/seven", "title": "Seven", "date_published": "2026-11-23T12:00:00Z",
             "date_modified": "2026-11-23T13:00:00+01:00"},
            {"id": "https://gazette.example/eight"},
            {"id": "9"},
            {"id": 10, "url": ["x"]},
            "no item",
        ],
    }  # fmt: skip
    feed = read_feed(json.dumps(payload).encode(), "https://gazette.example/feed.json")
    assert urls(feed) == ["https://gazette.example/seven", "https://gazette.example/eight"]
    assert (feed.leads[0].published, feed.leads[0].updated) == (NOON, NOON)
    assert (feed.title, feed.home, feed.language) == ("Gazette", "https://gazette.example/", "en")
    assert feed.problems == ("2 × entry without a link", "1 × entry that are no items")


def test_hints_of_an_update_are_read_from_foreign_namespaces() -> None:
    spaces = 'xmlns:a="http://www.w3.org/2005/Atom" xmlns:dcterms="http://purl.org/dc/terms/"'
    dated = "<pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate>"
    feed = read_feed(
        rss(
            item(1, dated + "<a:updated>2026-11-23T12:00:00Z</a:updated>")
            + item(2, dated + "<dcterms:modified>2026-11-23T12:00:00Z</dcterms:modified>"),
            attributes=spaces,
        ),
        URL,
    )
    assert [lead.updated for lead in feed.leads] == [NOON, NOON]
    assert [lead.published for lead in feed.leads] == [datetime(2026, 11, 23, 8, tzinfo=UTC)] * 2


def test_the_address_behind_a_counting_proxy_is_taken() -> None:
    feed = read_feed(
        rss(
            "<item><link>https://feedproxy.example/~r/x</link>"
            "<fb:origLink>https://tribune.example/real?a=1&amp;b=2</fb:origLink></item>",
            attributes='xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0"',
        ),
        URL,
    )
    assert urls(feed) == ["https://tribune.example/real?a=1&b=2"]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<guid>https://tribune.example/g</guid>", ["https://tribune.example/g"]),
        ('<link/><guid isPermaLink="true">https://tribune.example/g</guid>', ["https://tribune.example/g"]),
        ('<guid isPermaLink="false">https://tribune.example/g</guid>', []),
        ("<guid>4711</guid>", []),
        (
            "<link>https://tribune.example/l</link><guid>https://tribune.example/g</guid>",
            ["https://tribune.example/l"],
        ),
        ("<link>  /relative?utm_source=rss  </link>", ["https://tribune.example/relative"]),
        ("<link>https://tribune.example/</link>", []),
        ("<link>javascript:alert(1)</link>", []),
        ("<title>nothing</title>", []),
    ],
)
def test_an_item_is_known_by_its_link_or_else_by_a_guid_that_is_one(inner: str, expected: list[str]) -> None:
    feed = read_feed(rss(f"<item>{inner}</item>"), URL)
    assert urls(feed) == expected
    assert bool(feed.problems) is not bool(expected)


def test_media_sources_and_enclosures_do_not_stand_in_for_the_item() -> None:
    feed = read_feed(
        rss(
            "<item><title>Real</title><link>https://tribune.example/1</link>"
            '<source url="https://agency.example/feed">Agency</source>'
            '<media:group><media:content url="https://cdn.example/v.mp4"><media:title>Clip</media:title>'
            '</media:content></media:group><enclosure url="https://cdn.example/a.mp3" type="audio/mpeg"/>'
            "</item>",
            attributes='xmlns:media="http://search.yahoo.com/mrss/"',
        ),
        URL,
    )
    assert [(lead.url, lead.title) for lead in feed.leads] == [("https://tribune.example/1", "Real")]


def test_an_empty_feed_is_sound_and_says_so() -> None:
    feed = read_feed(rss(""), URL)
    assert feed.leads == ()
    assert feed.problems == ("the feed names no article",)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!DOCTYPE html><html><head><title>404</title></head></html>", "HTML"),
        (b'<?xml version="1.0"?><!-- x --><html xmlns="http://www.w3.org/1999/xhtml"/>', "HTML"),
        (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "sitemap"),
        (b"<opml/>", "<opml>"),
        (b"Not found", "there is no XML"),
        (b"\x00\x01\x02", "there is no XML"),
        (b"<!-- never closed <rss>", "there is no XML"),
        (b"{", "cannot be read"),
        (b'{"items": []}', "not a JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": 5}', "not a JSON Feed"),
        (b'{"a":' * 100_000, "cannot be read"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "cannot be read"),
        (b"<rss", "well-formed"),
        (b"<rss><channel><title", "well-formed"),
    ],
)
def test_what_is_no_feed_is_refused_saying_what_it_is(payload: bytes, words: str) -> None:
    with pytest.raises(BadFeed, match=words) as refusal:
        read_feed(payload, URL)
    assert refusal.value.url == URL


def test_external_entities_are_never_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("https://tribune.example/secret")
    dtd = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    body = "<rss version='2.0'><channel><item><link>&x;</link></item></channel></rss>"
    for text in (
        dtd + body,
        f"<?xml version='1.0'?><!-- <rss> -->\n{dtd}{body}",
        f'<!DOCTYPE r "]>" [{dtd[14:]}{body}',
    ):
        for payload in (text.encode(), text.encode("utf-16"), text.encode("utf-16-be")):
            with pytest.raises(BadFeed, match="entities"):
                read_feed(payload, URL)


def test_bytes_that_name_a_file_are_not_opened(tmp_path: Path) -> None:
    """feedparser opens the file whose name it is given as a document."""
    secret = tmp_path / "feed.xml"
    secret.write_bytes(rss(item()))
    with pytest.raises(BadFeed):
        read_feed(str(secret).encode(), URL)


def test_a_billion_laughs_is_refused() -> None:
    entities = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
    with pytest.raises(BadFeed, match="entities"):
        read_feed(
            f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]><rss><channel>'
            "<title>&l9;</title></channel></rss>".encode(),
            URL,
        )


def test_an_article_about_entities_is_no_attack() -> None:
    text = '<description><![CDATA[Write <!DOCTYPE x [<!ENTITY y SYSTEM "file:///z">]>]]></description>'
    assert urls(read_feed(rss(item(more=text)), URL)) == ["https://tribune.example/1"]


def test_a_feed_that_breaks_off_gives_its_whole_items() -> None:
    whole = rss(
        item(1) + item(2) + "<item><title>Cut</title><link>https://tribune.example/cut-here</link></item>"
    )
    feed = read_feed(whole[: whole.index(b"/cut-here") + 4], URL)
    assert urls(feed) == ["https://tribune.example/1", "https://tribune.example/2"]
    assert feed.problems == ("the feed breaks off; the items before that were read",)


def test_a_feed_with_html_entities_and_stray_ampersands_is_read_leniently() -> None:
    feed = read_feed(rss(item(1).replace("Story", "Caf&eacute; & Bar") + item(2)), URL)
    assert [lead.title for lead in feed.leads] == ["Café & Bar 1", "Story 2"]
    assert "leniently" in feed.problems[0]


def test_characters_that_xml_forbids_do_not_end_the_feed() -> None:
    feed = read_feed(rss(item(1).replace("Story", "St\x0bo\x00ry") + item(2)), URL)
    assert [lead.title for lead in feed.leads] == ["Story 1", "Story 2"]
    assert feed.problems == ()


def test_an_address_with_a_control_character_is_no_lead() -> None:
    feed = read_feed(rss(item(1).replace("/1<", "/a&#x7f;b<") + item(2)), URL)
    assert urls(feed) == ["https://tribune.example/2"]
    assert feed.problems == ("1 × entry without an address that can be fetched",)


@pytest.mark.parametrize("year", ["30000", "9999", "1066", "99999999999999"])
def test_dates_that_no_news_can_have_are_none(year: str) -> None:
    dates = f"<pubDate>Mon, 23 Nov {year} 10:00:00 GMT</pubDate><dc:date>{year}-11-23T10:00:00Z</dc:date>"
    feed = read_feed(rss(item(1, dates), attributes='xmlns:dc="http://purl.org/dc/elements/1.1/"'), URL)
    assert [(lead.published, lead.updated) for lead in feed.leads] == [(None, None)]


@pytest.mark.parametrize(
    ("charset", "declared", "header"),
    [
        ("cp1252", "iso-8859-1", None),
        ("cp1252", "utf-8", None),
        ("cp1252", None, "application/rss+xml; charset=iso-8859-1"),
        ("utf-8", "iso-8859-1", "text/xml; charset=windows-1252"),
        ("utf-8", None, None),
        ("utf-8-sig", "utf-16", None),
        ("utf-16", "utf-8", None),
        ("utf-16-le", None, None),
        ("utf-8", "hex", "text/xml; charset=idna"),
        ("utf-8", "no-such-charset", None),
    ],
)
def test_wrong_and_lying_charsets_do_not_spoil_titles(
    charset: str, declared: str | None, header: str | None
) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = rss(item(1).replace("Story", "L’été “à” Besançon")).decode().partition("?>")[2]
    headers = [("Content-Type", header)] if header else []
    feed = read_feed((declaration + body).encode(charset), URL, headers)
    assert [lead.title for lead in feed.leads] == ["L’été “à” Besançon 1"]


@pytest.mark.parametrize("charset", ["shift_jis", "euc-jp", "iso-2022-jp", "gb2312"])
def test_asian_charsets_are_read_as_declared(charset: str) -> None:
    body = rss(item(1).replace("Story", "日本")).decode().replace("UTF-8", charset)
    assert read_feed(body.encode(charset), URL).leads[0].title == "日本 1"


def test_a_slip_in_utf8_costs_one_character_and_not_the_feed() -> None:
    feed = read_feed(
        rss(item(1).replace("Story", "Été à Besançon, çà et là")).replace(b"Besan", b"Be\xe9an"), URL
    )
    assert feed.leads[0].title == "Été à Be\ufffdançon, çà et là 1"
    assert feed.problems == ("1 bytes are not UTF-8; they were replaced",)


def test_a_gzipped_feed_is_read_and_a_bomb_is_not() -> None:
    assert len(read_feed(gzip.compress(rss(item())), URL).leads) == 1
    with pytest.raises(BadFeed, match="unpacked"):
        read_feed(gzip.compress(b"<rss>" + b" " * (feeds.MAX_BYTES + 1)), URL)
    with pytest.raises(BadFeed, match="larger"):
        read_feed(b"<rss>" + b" " * feeds.MAX_BYTES, URL)


def test_a_feed_is_read_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MAX_ITEMS", 3)
    feed = read_feed(rss("".join(item(n) for n in range(1, 8))), URL)
    assert len(feed.leads) == 3
    assert feed.problems == ("the feed has 7 items; the first 3 were read",)


def test_an_item_named_twice_is_one_lead() -> None:
    feed = read_feed(rss(item(1) + item(1).replace("https", "http").replace("/1<", "/1/?utm_source=x<")), URL)
    assert len(feed.leads) == 1
    assert feed.problems == ("1 × entry named twice",)


FRAGMENTS = (
    b"<rss version='2.0'>|<channel>|<item>|</item>|<link>|</link>|<guid>|<pubDate>|<entry>|<link href='http://[x'/>"
    b"|<feed xmlns='http://www.w3.org/2005/Atom'>|<![CDATA[|]]>|<!--|-->|&|&#x110000;|<x:y>|xml:base='http://[bad'"
    b"|<entry xml:base='http://[bad'>|http://[::1|<title type='x' mode='base64'>"
    b"|<georss:point>|<!DOCTYPE|<!ENTITY|<?xml|{|\"items\":[|\xff|\x00|Mon, 99 Foo|<media:content url='x'>"
)
fragments = st.sampled_from(FRAGMENTS.split(b"|"))


@given(
    st.one_of(st.binary(), st.lists(st.one_of(fragments, st.binary(max_size=4)), max_size=12).map(b"".join))
)
def test_whatever_comes_only_our_error_comes_out(payload: bytes) -> None:
    for document in (payload, rss(item()).replace(b"Story", payload)):
        try:
            feed = read_feed(document, URL)
        except BadFeed:
            continue
        for lead in feed.leads:
            assert lead.url.startswith(("http://", "https://"))
            assert all(when is None or when.tzinfo is UTC for when in (lead.published, lead.updated))
