"""Title, authors, dates, language and rights, from what pages state and from how they look."""

from __future__ import annotations

import json

import pytest

from palimpsest.crawler.extraction import extract
from palimpsest.crawler.extraction.byline import people
from palimpsest.crawler.extraction.dates import iso
from palimpsest.crawler.extraction.metadata import bare_title
from palimpsest.crawler.extraction.names import Zone, named
from palimpsest.model import Extraction, Heading

URL = "https://paper.example/2024/05/bridge.html"
SITE = '<meta property="og:site_name" content="The Paper">'
BODY = "".join(
    f"<p>On day {n} the council met again about the bridge and decided nothing at all.</p>" for n in range(9)
)


def read(
    head: str = "", body: str = "<h1>Old bridge closed</h1>", headers: tuple[tuple[str, str], ...] = ()
) -> Extraction:
    return extract(
        f"<html lang='en-GB'><head>{head}</head><body><article>{body}{BODY}</article></body></html>",
        URL,
        headers,
    )


def data(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Old bridge closed | The Paper</title>", "", "Old bridge closed | The Paper"),
        (SITE + "<title>Old bridge closed | The Paper</title>", "", "Old bridge closed"),
        (SITE + '<meta property="og:title" content="Bridge closed - The Paper">', "", "Bridge closed"),
        ("<title>Paper</title>", "<h1>Old bridge closed</h1>", "Old bridge closed"),
        (data(headline="The bridge is closed"), "<h1>Something for robots</h1>", "The bridge is closed"),
        (data(headline="The old bridge is closed now"),
         "<h1>All to know</h1><h2>The old bridge is closed now</h2>",
         "The old bridge is closed now"),
        (data(headline="Old &amp;amp; <b>tired</b>"), "", "Old & tired"),
    ],
)  # fmt: skip
def test_the_title_is_the_headline_without_the_name_of_the_site(head: str, body: str, title: str) -> None:
    assert read(head, body).title == title


SHARED = (
    '<title>Mayor and the fraud case</title><meta property="og:title" content="Mayor and the fraud case">'
)


@pytest.mark.parametrize("head", [SHARED, SHARED + SITE])
def test_what_readers_see_is_the_title_where_links_to_the_page_are_titled_otherwise(head: str) -> None:
    found = read(head, "<h1>Mayor accused of fraud</h1>")
    assert (found.title, found.headings) == ("Mayor accused of fraud", ())


@pytest.mark.parametrize("line", ["The Daily Paper", "Politics"])
def test_the_name_of_the_site_or_a_section_is_no_headline(line: str) -> None:
    head = SHARED.replace("</title>", " | The Daily Paper</title>")
    assert read(head, f"<h1>{line}</h1>").title == "Mayor and the fraud case"


def test_a_headline_that_the_pages_data_words_otherwise_stands_above_the_text() -> None:
    found = read(data(headline="Mayor and the fraud case") + SHARED, "<h1>Mayor accused of fraud</h1>")
    assert found.title == "Mayor and the fraud case"
    assert found.blocks[0] == Heading(text="Mayor accused of fraud", level=1)


@pytest.mark.parametrize("line", ["Mayor and the fraud case: what we know", "Mayor and the fraud case"])
def test_a_longer_form_of_the_title_is_no_other_headline(line: str) -> None:
    found = read(data(headline="Mayor and the fraud case"), f"<h1>{line}</h1>")
    assert (found.title, found.headings) == ("Mayor and the fraud case", ())


def test_a_dash_in_a_headline_is_no_name_of_a_site() -> None:
    assert bare_title("Bridge closed - what now", "The Paper") == "Bridge closed - what now"


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("Ann Author", ["Ann Author"]),
        ("By Ann Author and Bob Builder", ["Ann Author", "Bob Builder"]),
        (["Ann Author", {"name": "Bob Builder"}], ["Ann Author", "Bob Builder"]),
        ({"@type": "Person", "name": "Ann Author (aa)"}, ["Ann Author"]),
        ("https://paper.example/ann", []),
        ("Von Änne Schreiber, Tom O'Neil", ["Änne Schreiber", "Tom O'Neil"]),
        ("Par Anne Auteur et Luc Écrivain", ["Anne Auteur", "Luc Écrivain"]),
        ("By Ann Author and Bob Builder in New York", ["Ann Author", "Bob Builder"]),
        ("بقلم: سامي حداد", ["سامي حداد"]),
        ("Текст: Иван Петров", ["Иван Петров"]),
        ("取材・文：山田 太郎", ["山田 太郎"]),
        ("Lee In Young", ["Lee In Young"]),
        ("admin", []),
        ("新聞太郎", ["新聞太郎"]),
        (None, []),
        ([[[]], {}, 3], []),
    ],
)
def test_names_are_read_out_of_what_is_stated(stated: object, names: list[str]) -> None:
    assert list(people(stated)) == names


def test_an_author_by_reference_is_looked_up() -> None:
    graph = {
        "@graph": [
            {"@type": "NewsArticle", "headline": "x", "author": {"@id": "#a"}},
            {"@id": "#a", "name": "Ann Author"},
        ]
    }
    assert read(f'<script type="application/ld+json">{json.dumps(graph)}</script>').authors == ("Ann Author",)


def test_the_byline_is_read_where_only_the_paper_is_named() -> None:
    head = (
        data(headline="Old bridge closed", author={"name": "The Paper"})
        + '<meta property="og:site_name" content="The Paper">'
    )
    found = read(head, "<h1>Old bridge closed</h1><div class='byline'>By Ann Author</div>")
    assert found.authors == ("Ann Author",)
    assert dict(found.provenance)["authors"] == "byline"


def test_a_name_written_without_spaces_is_read_after_its_label() -> None:
    assert read("", "<h1>Old bridge closed</h1><p class='byline'>記者 山田太郎</p>").authors == ("山田太郎",)


@pytest.mark.parametrize(
    "line",
    [
        "Tuesday 5th May 2026, 6.10am",
        "May 5th, 2026",
        "Posted on May 5th, 2026 at 6:10 am",
        "2026年5月5日 6時10分",
        "2026年5月5日（火）6時10分",
    ],
)
def test_a_line_that_is_a_date_is_no_paragraph(line: str) -> None:
    found = read("", f"<h1>Old bridge closed</h1><p class='date published'>{line}</p>")
    assert len(found.blocks) == 9


@pytest.mark.parametrize(
    "line",
    ["5 de mayo de 2026", "5 maggio 2026", "5 мая 2026", "2026年5月5日 6時10分", "Publié le 5 mai 2026"],
)
def test_the_day_is_read_under_the_headline_where_the_pages_data_has_none(line: str) -> None:
    assert read("", f"<h1>Old bridge closed</h1><p class='date'>{line}</p>").published == "2026-05-05"


def test_japanese_mail_coding_is_read_where_it_is_declared() -> None:
    line = "市は月曜日、港の橋の橋脚にひび割れが見つかったとして、橋を通行止めにした。" * 3
    page = f"<html lang='ja'><head><meta charset='iso-2022-jp'></head><body><article><p>{line}</p></article>"
    assert extract(page.encode("iso2022_jp"), URL).blocks[0].text == line


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2024-05-01", "2024-05-01"),
        ("2024-05-01T10:20:30Z", "2024-05-01T10:20:30+00:00"),
        ("2024-05-01T10:20:30.123+0200", "2024-05-01T10:20:30+02:00"),
        ("2024-05-01 10:20", "2024-05-01T10:20:00"),
        ("2024/5/1 10:20 PM", "2024-05-01T22:20:00"),
        ("20240501", "2024-05-01"),
        ("1.5.2024 - 10:20", "2024-05-01T10:20:00"),
        ("Wed, 01 May 2024 10:20:30 +0200", "2024-05-01T10:20:30+02:00"),
        (1714558830, "2024-05-01T10:20:30+00:00"),
        (1714558830123, "2024-05-01T10:20:30+00:00"),
        ("2024-05-01T10:20:30+99:00", "2024-05-01T10:20:30"),
        ("30000-05-01", None),
        ("2024-02-30", None),
        ("", None),
        (None, None),
        (True, None),
        (1e300, None),
    ],
)
def test_a_date_has_what_the_page_gives_and_no_more(stated: object, expected: str | None) -> None:
    assert iso(stated) == expected


def test_published_and_modified_are_kept_apart() -> None:
    head = data(datePublished="2024-05-01", dateModified="2024-05-02T08:00:00Z")
    head += '<meta property="article:published_time" content="2024-05-01T10:00:00+02:00">'
    found = read(head)
    assert (found.published, found.modified) == ("2024-05-01T10:00:00+02:00", "2024-05-02T08:00:00+00:00")


def test_tags_section_image_and_canonical_address_are_read() -> None:
    head = data(
        headline="x", keywords="bridge, Bridge ,money", articleSection="Town", image={"url": "/b.jpg"}
    )
    found = read(head + '<link rel="canonical" href="/2024/05/bridge">')
    assert (found.tags, found.section) == (("bridge", "money"), "Town")
    assert (found.image, found.canonical_url) == (
        "https://paper.example/b.jpg",
        "https://paper.example/2024/05/bridge",
    )
    ways = dict(found.provenance)
    assert [ways[name] for name in ("tags", "section", "image", "canonical_url")] == [
        "json-ld", "json-ld", "json-ld", "link",
    ]  # fmt: skip


def test_a_canonical_address_that_is_the_front_page_is_none() -> None:
    assert read('<link rel="canonical" href="https://paper.example/">').canonical_url is None


def test_robots_and_mining_signals_come_from_page_and_headers() -> None:
    headers = (("X-Robots-Tag", "noarchive, NoAI"), ("TDM-Reservation", "1"), ("tdm-policy", "/policy.json"))
    rights = read(
        '<meta name="robots" content="index, noarchive"><link rel="license" href="https://l.example/by">',
        headers=headers,
    ).rights
    assert rights.robots == ("index", "noarchive", "noai")
    assert (rights.tdm_reservation, rights.tdm_policy) == (True, "https://paper.example/policy.json")
    assert rights.license == "https://l.example/by"


@pytest.mark.parametrize(
    ("value", "free"), [(True, True), ("False", False), ("http://schema.org/True", True), ("maybe", None)]
)
def test_free_access_is_read_as_it_is_stated(value: object, free: bool | None) -> None:
    assert read(data(isAccessibleForFree=value)).rights.free is free


def test_a_silent_page_reserves_nothing_and_allows_nothing() -> None:
    rights = read().rights
    assert (rights.free, rights.robots, rights.tdm_reservation) == (None, (), None)


@pytest.mark.parametrize(
    "broken",
    ['{"@type": "NewsArticle", "headline": "Old\nbridge",}',
     '<!-- {"@type": "NewsArticle", "headline": "Old bridge"} -->',
     '{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Old bridge&quot;}',
     '{"@type": "NewsArticle", "headline": "Old bridge"}{"@type": "x"}'],
)  # fmt: skip
def test_broken_structured_data_is_mended(broken: str) -> None:
    assert read(f'<script type="application/ld+json">{broken}</script>', "").title == "Old bridge"


def test_every_field_says_which_way_it_was_found() -> None:
    found = read(data(headline="Old bridge closed", datePublished="2024-05-01", author="Ann Author"))
    ways = dict(found.provenance)
    assert (ways["title"], ways["published"], ways["authors"], ways["body"]) == (
        "h1+json-ld",
        "json-ld",
        "json-ld",
        "trafilatura",
    )
    assert found.software.startswith("palimpsest/")
    assert " trafilatura/2." in found.software


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("relatedArticles", Zone.RELATED),
        ("c-share-bar", Zone.SHARE),
        ("article__newsletter", Zone.NEWSLETTER),
        ("AdSlot", Zone.AD),
        ("no-tts", Zone.NONE),
        ("has-sidebar", Zone.NONE),
        ("md:hidden", Zone.NONE),
        ("broad", Zone.NONE),
        ("is-hidden-mobile", Zone.NONE),
    ],
)
def test_names_in_markup_are_hints_by_whole_words(name: str, zone: int) -> None:
    assert named(name) & (zone or ~0) == zone
