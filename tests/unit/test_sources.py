"""Sources as archivists hand them in: TOML, OPML, lists of URLs; each bad row with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.crawler.sources import (
    Row,
    read_addresses,
    read_list,
    read_opml,
    read_toml,
    slug_for,
)
from palimpsest.errors import BadSource
from palimpsest.model import Way, WayKind

TOML = """# Outlets of the valley
[[source]]
name = "Le Jour de la Vallée"
home = "https://www.lejour.example/"
feeds = ["https://www.lejour.example/rss.xml"]
sitemaps = ["https://www.lejour.example/news.xml"]
pages = ["https://www.lejour.example/sport/"]
tags = ["daily", "regional", "daily"]
language = "fr_CH"
delay = 5

[[source]]
home = "bote.example"
"""


def problem(rows: tuple[Row, ...]) -> str:
    (row,) = rows
    assert row.source is None
    assert row.problem is not None
    return row.problem


def test_toml_gives_sources_with_all_that_it_says() -> None:
    first, second = read_toml(TOML)
    assert (first.line, second.line) == (2, 12)
    source = first.source
    assert source is not None
    assert (source.slug, source.name, source.home) == (
        "lejour",
        "Le Jour de la Vallée",
        "https://www.lejour.example/",
    )
    assert source.ways == (
        Way(kind=WayKind.FEED, url="https://www.lejour.example/rss.xml"),
        Way(kind=WayKind.SITEMAP, url="https://www.lejour.example/news.xml"),
        Way(kind=WayKind.FRONTPAGE, url="https://www.lejour.example/sport/"),
    )
    assert (source.tags, source.language, source.delay) == (("daily", "regional"), "fr-CH", 5.0)
    assert second.source is not None
    assert (second.source.slug, second.source.name, second.source.home) == (
        "bote",
        "bote.example",
        "https://bote.example/",
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('name = "x"', 'line 1: home is missing; write home = "https://…"'),
        ("home = 5", "home is missing"),
        ('home = "ftp://x.example/"', "not an http"),
        ('home = "https://x.example/\\u0008y"', "control character"),
        ('home = "x.example"\nfeed = ["y"]', "did you mean feeds?"),
        ('home = "x.example"\nzzz = 1', "known are name, home"),
        (
            'home = "x.example"\nfeeds = "https://x.example/rss"',
            'feeds must be a list of texts; write feeds = ["…"',
        ),
        ('home = "x.example"\nfeeds = ["nonsense"]', "line 1: feeds 'nonsense': not an http"),
        ('home = "x.example"\ntags = [1]', "tags must be a list"),
        ('home = "x.example"\nlanguage = "French, mostly"', "write a code such as fr"),
        ('home = "x.example"\ndelay = "5s"', "delay must be a number of seconds"),
        ('home = "x.example"\ndelay = -1', "delay must be"),
        ('home = "x.example"\ndelay = true', "delay must be"),
        ('home = "x.example"\ndelay = inf', "delay must be"),
        ('home = "x.example"\nname = ["a"]', "name must be a text"),
        ('home = "x.example"\nslug = "a b"', "choose another"),
        ('home = "x.example"\nslug = "taken"', "choose another"),
    ],
)
def test_a_row_that_does_not_hold_says_what_to_do(body: str, words: str) -> None:
    assert words in problem(read_toml(f"[[source]]\n{body}", taken=["taken"]))


def test_one_bad_row_does_not_keep_the_others_out() -> None:
    rows = read_toml('[[source]]\nhome = "a.example"\n[[source]]\n[[source]]\nhome = "b.example"')
    assert [(row.line, row.source.slug if row.source else None) for row in rows] == [
        (1, "a"),
        (3, None),
        (4, "b"),
    ]


@pytest.mark.parametrize(
    "text", ["", "[source]\nhome = 1", "source = []", "[[source]\n", "a = 1\na = 2", "x" + "[" * 9_999]
)
def test_what_is_not_toml_of_sources_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(BadSource, match=r"line 1|line 2|TOML"):
        read_toml(text)


OPML = """<?xml version="1.0" encoding="UTF-8"?>
<!-- exported -->
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="France">
  <outline text="Le Jour &amp; Cie" type="rss" xmlUrl="https://lejour.example/rss?a=1&amp;b=2"
    htmlUrl="https://lejour.example/" category="/daily,regional" language="fr"/>
  <outline title="Bote" xmlurl="https://news.bote.example/feed"/>
</outline>
<outline text="Home only" htmlUrl="https://home.example/"/>
<outline text="Bad" xmlUrl="javascript:alert(1)"/>
<outline text="Again" xmlUrl="http://lejour.example/rss?b=2&amp;a=1"/>
</body></opml>
"""


def test_opml_gives_sources_with_home_groups_and_lines() -> None:
    jour, bote, home, bad, again = read_opml(OPML.encode())
    assert jour.source is not None
    assert (jour.source.name, jour.source.home) == ("Le Jour & Cie", "https://lejour.example/")
    assert (jour.source.tags, jour.source.language) == (("France", "daily", "regional"), "fr")
    assert jour.source.ways == (Way(kind=WayKind.FEED, url="https://lejour.example/rss?a=1&b=2"),)
    assert bote.source is not None
    assert (bote.source.slug, bote.source.home) == ("news-bote", "https://news.bote.example/")
    assert home.source is not None
    assert home.source.ways == ()
    assert (bad.line, again.line) == (10, 11)
    assert (bad.problem or "").startswith("line 10: home 'javascript:alert(1)': not an http or https address")
    assert again.problem == f"line 11: the same as on line {jour.line}; keep one"


def test_opml_that_breaks_off_gives_what_is_there() -> None:
    assert len(read_opml(OPML[: OPML.index('<outline text="Bad')].encode())) == 3


@pytest.mark.parametrize(
    "payload", [b"", b"<html>", b"{}", b"<opml>", b"<opml><outline text='x'/></opml>", b"\xff\xfe"]
)
def test_what_is_no_opml_is_refused(payload: bytes) -> None:
    with pytest.raises(BadSource):
        read_opml(payload)


def test_opml_with_entities_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("https://secret.example/")
    for entity in (f'SYSTEM "{(tmp_path / "secret").as_uri()}"', '"ha"'):
        with pytest.raises(BadSource, match="entities"):
            read_opml(f'<!DOCTYPE opml [<!ENTITY x {entity}>]><opml><outline xmlUrl="&x;"/></opml>'.encode())


def test_a_list_of_urls_is_read_line_by_line() -> None:
    rows = read_list(
        "\ufeff# my outlets\nhttps://a.example/\n\n b.example/news  # weekly\nno url\na.example\n"
    )
    assert [(row.line, row.source.home if row.source else row.problem) for row in rows] == [
        (2, "https://a.example/"),
        (4, "https://b.example/news"),
        (5, "line 5: not an http or https address; write it in full, from https:// on: 'no url'"),
        (6, "line 6: the same as on line 2; keep one"),
    ]


def test_addresses_keep_their_fragment_free_form_and_their_line() -> None:
    first, second = read_addresses("https://a.example/x#top\n# https://b.example/\nhttps://a.example/\x01x")
    assert (first.line, first.url) == (1, "https://a.example/x")
    assert (second.line, second.url) == (3, None)
    assert "control character" in (second.problem or "")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("https://www.lemonde.fr/", "lemonde"),
        ("https://news.bbc.co.uk/sport", "news-bbc"),
        ("http://127.0.0.1:8000/", "127-0-0-1"),
        ("http://localhost:8000/", "localhost"),
        ("Süddeutsche Zeitung (München)", "suddeutsche-zeitung-munchen"),
        ("朝日新聞 デジタル", "朝日新聞-デジタル"),
        ("Газета", "газета"),
        ("!!!", "source"),
        ("ftp://what", "ftp-what"),
    ],
)
def test_a_slug_is_short_and_speaking(text: str, slug: str) -> None:
    assert slug_for(text) == slug


def test_a_slug_that_is_taken_gets_a_number() -> None:
    assert slug_for("https://lemonde.fr/", {"lemonde", "lemonde-2"}) == "lemonde-3"
    assert len(slug_for("x" * 99, {"x" * 40})) == 40


@given(st.text(), st.sets(st.sampled_from(["source", "a", "a-2"])))
def test_every_text_has_a_free_slug_that_a_definition_accepts(text: str, taken: set[str]) -> None:
    slug = slug_for(text, taken)
    assert slug not in taken
    (row,) = read_toml(f'[[source]]\nhome = "x.example"\nslug = "{slug}"')
    assert row.problem is None


@given(st.text(), st.binary())
def test_whatever_comes_only_our_error_comes_out(text: str, payload: bytes) -> None:
    for work in (
        lambda: read_toml(text),
        lambda: read_toml(f"[[source]]\n{text}"),
        lambda: read_opml(payload),
        lambda: read_opml(b"<opml><outline xmlUrl='https://x.example/'>" + payload),
    ):
        try:
            work()
        except BadSource:
            continue
    read_list(text)
