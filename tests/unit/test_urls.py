"""URLs: what is fetched, what is refused, and under which key an article is recognised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.crawler.urls import (
    MAX_LENGTH,
    fetchable,
    host,
    identity,
    is_front_page,
    same_site,
    site,
)
from palimpsest.errors import BadURL


@pytest.mark.parametrize(
    ("given_url", "clean"),
    [
        ("HTTPS://Www.Example.COM", "https://www.example.com/"),
        ("  https://example.com/a\n", "https://example.com/a"),
        ("https://exam\tple.com/a\r\nb", "https://example.com/ab"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:0080/a", "http://example.com/a"),
        ("http://example.com:8080/a", "http://example.com:8080/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://example.com/a#comments", "https://example.com/a"),
        ("https://example.com/a?", "https://example.com/a"),
        ("https://example.com/a?b=1&&c=2&", "https://example.com/a?b=1&c=2"),
        ("https://example.com/%7euser/%c3%bc", "https://example.com/~user/%C3%BC"),
        ("https://example.com/Über uns", "https://example.com/%C3%9Cber%20uns"),
        ("https://example.com/50%-off", "https://example.com/50%25-off"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://faß.example/a", "https://xn--fa-hia.example/a"),
        ("https://例え.jp/日", "https://xn--r8jz45g.jp/%E6%97%A5"),
        ("https://exa%6Dple.com/", "https://example.com/"),
        ("http:\\\\example.com\\a\\b?c=\\d", "http://example.com/a/b?c=%5Cd"),
        ("http:/example.com/a", "http://example.com/a"),
        ("http://[2001:DB8:0::1]:80/a", "http://[2001:db8::1]/a"),
        ("http://192.0.2.1/a", "http://192.0.2.1/a"),
        ("https://example.com/a?x=1&amp;y=2", "https://example.com/a?x=1&y=2"),
    ],
)
def test_an_address_is_cleaned_as_a_browser_would(given_url: str, clean: str) -> None:
    assert fetchable(given_url) == clean


def test_other_libraries_traps_are_not_ours() -> None:
    """Dot segments left standing, and a blank inside a query swallowed, are what courlan did."""
    assert fetchable("https://example.com/a/../b/./c") == "https://example.com/b/c"
    assert fetchable("https://example.com/a/%2e%2E/b") == "https://example.com/b"
    assert fetchable("https://example.com/s?q=a b") == "https://example.com/s?q=a%20b"
    assert fetchable("https://example.com/s?a=1&b=2") == "https://example.com/s?a=1&b=2"


@pytest.mark.parametrize(
    "parameter",
    [
        "utm_source=x",
        "UTM_Medium=x",
        "fbclid=1",
        "gclid=1",
        "xtor=RSS-1",
        "at_medium=x",
        "ns_source=x",
        "cmpid=x",
        "%75tm_source=x",
        "amp;utm_source=x",
    ],
)
def test_tracking_parameters_are_dropped_and_all_others_stay_in_order(parameter: str) -> None:
    assert fetchable(f"https://example.com/a?z=1&{parameter}&id=5") == "https://example.com/a?z=1&id=5"


def test_parameters_that_could_pick_the_article_stay() -> None:
    url = "https://example.com/story.php?cid=4&id=3&p=77&ref=9&s=1&source=2"
    assert fetchable(url) == url == identity(url)


@pytest.mark.parametrize(
    ("link", "resolved"),
    [
        ("story", "https://example.com/news/story"),
        ("/story", "https://example.com/story"),
        ("../../story", "https://example.com/story"),
        ("//cdn.example.com/story", "https://cdn.example.com/story"),
        ("?page=2", "https://example.com/news/?page=2"),
        ("http://other.example/x", "http://other.example/x"),
    ],
)
def test_a_relative_link_is_resolved_against_its_page(link: str, resolved: str) -> None:
    assert fetchable(link, "https://example.com/news/") == resolved


@pytest.mark.parametrize(
    "url",
    [
        "",
        "story",
        "//example.com/x",
        "ftp://example.com/",
        "javascript:alert(1)",
        "mailto:a@example.com",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "https:///",
        "http://user:secret@example.com/",
        "https://user@example.com/",
        "https://exa mple.com/",
        "https://example..com/",
        "https://-.com/",
        "https://example.com:99999/",
        "https://example.com:x/",
        "https://example.com:0/",
        "https://example.com:٣/",
        "http://[::1/",
        "http://[::1%25eth0]/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://127.1/",
        "http://999.1.1.1/",
        "https://exa%2Fmple.com/",
        "https://example.com%40evil.example/",
        "https://a%ff.com/",
        "https://example.com/\x00b",
        "https://example.com/a\x08b",
        "https://exa\x1bmple.com/",
        "https://example.com/\ud800",
        "https://" + "a" * 64 + ".com/",
        "https://" + "é" * 500 + ".com/",
    ],
)
def test_what_is_no_address_for_an_archive_is_refused(url: str) -> None:
    with pytest.raises(BadURL):
        fetchable(url)


def test_a_link_of_another_scheme_is_refused_with_a_base_too() -> None:
    for link in ("javascript:void(0)", "tel:+331", "http://[bad", "//[bad"):
        with pytest.raises(BadURL):
            fetchable(link, "https://example.com/")


def test_length_is_limited_after_cleaning() -> None:
    longest = "https://example.com/" + "a" * (MAX_LENGTH - len("//example.com/"))
    assert fetchable(longest) == longest
    assert identity(longest.replace("https", "http"))
    for url in (longest + "a", "https://example.com/" + "é" * 500, "https://example.com/" + "/" * 20_000):
        with pytest.raises(BadURL, match="characters"):
            fetchable(url)


@pytest.mark.parametrize(
    "spelling",
    [
        "http://example.com/2026/story",
        "https://www.example.com/2026/story/",
        "http://www.example.com:80/2026/story",
        "https://m.example.com/2026/story",
        "https://amp.example.com/2026/story",
        "https://example.com/amp/2026/story",
        "https://example.com/2026/story/amp",
        "https://example.com/2026/story/amp/",
        "https://example.com/2026/story.amp",
        "https://example.com/2026/story/amp.html",
        "https://example.com/2026/story?amp",
        "https://example.com/2026/story?amp=1",
        "https://example.com/2026/story?outputType=amp",
        "https://example.com/2026/story/index.html",
        "https://example.com/2026//story",
        "https://example.com/2026/story?utm_source=x&fbclid=y#top",
        "https://example.com/2026/story;jsessionid=A1B2",
    ],
)
def test_the_spellings_of_one_story_have_one_identity(spelling: str) -> None:
    assert identity(spelling) == "https://example.com/2026/story"


def test_the_place_of_a_link_is_no_part_of_the_article_where_the_path_has_picked_it() -> None:
    for path in ("/sport/a-long-slug", "/article70531/x.html"):
        assert identity(f"https://example.com{path}?ref=rail3&from=home") == f"https://example.com{path}"
    for url in (
        "/x?ref=rail3",
        "/a-long-slug?ref=12345",
        "/a-long-slug?id=rail3",
        "/a-long-slug?ref=abc123456",
    ):
        assert identity(f"https://example.com{url}") == f"https://example.com{url}"
    assert fetchable("https://example.com/a-long-slug?ref=rail3").endswith("?ref=rail3")


def test_the_order_of_parameters_does_not_matter_but_that_of_their_values_does() -> None:
    assert identity("https://example.com/?b=2&a=1") == identity("https://example.com/?a=1&b=2")
    assert identity("https://example.com/?a=1&a=2") != identity("https://example.com/?a=2&a=1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/story?id=1", "https://example.com/story?id=2"),
        ("https://example.com/story?id=1", "https://example.com/story"),
        ("https://example.com/Story", "https://example.com/story"),
        ("https://example.com/a.html", "https://example.com/a"),
        ("https://example.com/amp", "https://example.com/"),
        ("https://example.com/champ", "https://example.com/ch"),
        ("https://example.com/x?amp=7", "https://example.com/x"),
        ("https://m.sport.example.com/x", "https://sport.example.com/x"),
        ("https://www.co.uk/", "https://co.uk/"),
        ("https://example.com:8080/x", "https://example.com/x"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://news.example.com/x", "https://example.com/x"),
    ],
)
def test_two_articles_are_never_merged(one: str, other: str) -> None:
    assert identity(one) != identity(other)


def test_the_host_is_lowercase_and_without_port_or_brackets() -> None:
    assert host("https://News.Example.COM:8443/x") == "news.example.com"
    assert host("http://[::1]:8000/") == "::1"


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://www.bbc.co.uk/x", "bbc.co.uk"),
        ("https://news.abc.net.au/", "abc.net.au"),
        ("https://amp.tribune.test/", "tribune.test"),
        ("https://someone.github.io/", "someone.github.io"),
        ("http://localhost:8000/", "localhost"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://[::1]/", "[::1]"),
    ],
)
def test_an_outlet_is_its_registrable_domain(url: str, outlet: str) -> None:
    assert site(url) == outlet


def test_two_hosts_of_one_outlet_are_the_same_site_and_two_blogs_of_a_service_are_not() -> None:
    assert same_site("https://www.lemonde.fr/a", "http://sport.lemonde.fr/b")
    assert not same_site("https://a.blogspot.com/", "https://b.blogspot.com/")
    assert not same_site("https://a.co.uk/", "https://b.co.uk/")
    assert not same_site("http://10.0.0.1/", "http://20.0.0.1/")


@pytest.mark.parametrize(
    ("url", "front"),
    [
        ("https://example.com", True),
        ("https://www.example.com/index.html?utm_source=x", True),
        ("https://example.com/fr-FR/", True),
        ("https://example.com/accueil", True),
        ("https://example.com/?p=5", False),
        ("https://example.com/sport", False),
    ],
)
def test_a_front_page_is_known_by_its_shape(url: str, front: bool) -> None:
    assert is_front_page(url) is front


PIECES = (
    "http: https: // / \\ www. m. amp. example.com co.uk :80 :443 @ [::1] .. /. /.. %2e % %25 %41 amp"
    " /amp .amp .html /index.html ? & amp; = amp=1 utm_id=x id=1 ;jsessionid=1 # \x00 é \ud800 + _ | 127.1 \t"
)
pieces = st.sampled_from([*PIECES.split(" "), " "])
anything = st.one_of(
    st.text(),
    st.lists(st.one_of(pieces, st.text(max_size=3)), max_size=14).map("".join),
    st.lists(st.one_of(pieces, st.text(max_size=3)), max_size=14).map(
        lambda parts: "https://www.example.com/" + "".join(parts)
    ),
)


@given(anything, st.one_of(st.none(), anything))
def test_cleaning_twice_changes_nothing_and_only_bad_urls_are_raised(url: str, base: str | None) -> None:
    try:
        clean = fetchable(url, base)
    except BadURL:
        return
    assert fetchable(clean) == clean
    assert clean.isascii()
    assert host(clean)
    assert same_site(clean, clean)


@given(anything)
def test_identity_is_its_own_identity_and_that_of_the_clean_address(url: str) -> None:
    try:
        key = identity(url)
    except BadURL:
        return
    assert identity(key) == key
    assert identity(fetchable(url)) == key
    assert is_front_page(url) in (True, False)
