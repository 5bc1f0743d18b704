"""The normal form: what typesetters do falls away, what editors do stays."""

from __future__ import annotations

import html
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.changes.addresses import image_key, link_key, page_key, video_key
from palimpsest.changes.noise import is_noise
from palimpsest.changes.normalise import joined, plain

# Anything a page may hold; surrogates cannot be in a decoded page.
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It’s “over”", 'It\'s "over"'),
        ("« Bonjour »", "“Bonjour”"),
        ("„Guten Tag“", '"Guten Tag"'),
        ("12 %", "12\u00a0%"),
        ("12\u202f%", "12%"),
        ("war—and peace", "war - and peace"),
        ("Bundes\u00adregierung", "Bundesregierung"),
        ("wait…", "wait..."),
        ("AT&amp;T", "AT&T"),
        ("a&nbsp;b", "a b"),
        ("&amp;mdash; so", "— so"),
        ("caf\u0065\u0301", "café"),
        ("在 2024 年", "在2024年"),
        ("ＡＢＣ１２３", "ABC123"),
        ("ﬁre", "fire"),
        ("\ufeffword\u200b", "word"),
        ("two\n  lines\u2028here", "two lines here"),
        ("\u200eשלום\u200f", "שלום"),
    ],
)
def test_dress_falls_away(before: str, after: str) -> None:
    assert plain(before) == plain(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1.5", "15"),
        ("1,500", "1.500"),
        ("12, 13", "12,13"),
        ("-5", "5"),
        ("10²", "102"),
        ("after all", "afterall"),
        ("Us", "us"),
        ("a 'big' win", "a big win"),
        ("resume", "résumé"),
        ("re-elected", "reelected"),
        ("की बात", "कीबात"),
        ("It is over?", "It is over"),
    ],
)
def test_what_an_editor_decides_stays(before: str, after: str) -> None:
    assert plain(before) != plain(after)


@given(TEXT)
def test_composition_and_spaces_never_show(text: str) -> None:
    assert plain(unicodedata.normalize("NFD", text)) == plain(text)
    assert plain(f"  {text}\u00a0\n") == plain(text)


@given(TEXT)
def test_an_escaped_text_is_the_text(text: str) -> None:
    assert plain(html.escape(plain(text))) == plain(plain(text))


@given(st.lists(TEXT, max_size=6))
def test_where_a_paragraph_ends_is_markup(texts: list[str]) -> None:
    # "' '" is plain as "''", which by itself would be a quotation mark: such a text shows nothing.
    normal = [one for one in map(plain, texts) if plain(one) == one]
    assert joined(normal) == plain(" ".join(normal))


@pytest.mark.parametrize(
    "text",
    [
        "Updated 5 minutes ago",
        "Last updated: 12 March 2024 10:32 GMT",
        "Mis à jour le 3 mai 2024 à 12h30",
        "Publié le 03/05/2024 à 06:00",
        "Aktualisiert am 03.05.2024, 12:30 Uhr",
        "Stand: 3. Mai 2024",
        "Actualizado el 3 de mayo de 2024 a las 12:30",
        "Il y a 5 minutes",
        "hace 2 horas",
        "vor 10 Minuten",
        "3 hours ago",
        "1,204 comments",
        "5 min read",
        "Advertisement",
        "ADVERTISEMENT",
        "Anzeige",
        "Publicité",
        "Read more: Ten ways to sleep better",
        "À lire aussi : La crise en dix dates",
        "Lesen Sie auch: Was bisher geschah",
        "Te puede interesar: Lo que se sabe",
        "Leggi anche: Le ultime notizie",
        "Leia também: O que se sabe",
        "Share this article",
        "Sign up for our daily newsletter and never miss a story",
    ],
)
def test_furniture_is_known_by_the_whole_of_its_text(text: str) -> None:
    assert is_noise(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Update: police now say that 21 people died.",
        "Updated to add a comment from the company.",
        "Correction: the driver is 45.",
        "He read more books than anybody in 2024.",
        "12 people",
        "Share prices fell by 12 per cent.",
        "Published figures show 12 deaths.",
        "Comments by the minister were not welcome.",
        "May 3 was a Friday.",
        "5 hours",
        "Anzeige gegen den Minister wurde erstattet.",
        "Le 3 mai 2024, il a plu.",
    ],
)
def test_a_sentence_of_the_story_is_no_furniture(text: str) -> None:
    assert not is_noise(text)


@given(TEXT)
def test_any_text_is_furniture_or_not(text: str) -> None:
    assert is_noise(text) in (True, False)


def test_furniture_is_told_in_linear_time() -> None:
    """Nested repetition over months and days once took exponential time."""
    assert not is_noise("Updated " + "mo-" * 90 + "x!")
    assert not is_noise("Updated: " + "1 " * 140 + "!?x")


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        (link_key, "https://www.data.example/set?id=3&utm_source=x#top", "http://data.example/set/?id=3"),
        (page_key, "https://m.news.example/story/amp", "https://www.news.example/story?at_medium=rss"),
        (
            image_key,
            "https://cdn1.example/2024/05/fire-1024x683.jpg?w=300&q=80",
            "https://i0.example/2024/05/fire.webp",
        ),
        (
            image_key,
            "https://news.example/_next/image?url=https%3A%2F%2Fcdn.example%2Fp%2Ffire.jpg&w=640",
            "https://cdn.example/p/fire.jpg",
        ),
        (image_key, "https://img.example/w_800,c_fill/p/fire.jpg", "https://img.example/w_300/p/fire.jpg"),
        (
            video_key,
            "https://www.youtube-nocookie.com/embed/abcdefghijk?rel=0",
            "https://youtu.be/abcdefghijk",
        ),
        (video_key, "https://v.example/a.mp4?sig=1", "https://v.example/a.mp4?sig=2"),
    ],
)
def test_an_address_is_the_same_in_another_dress(key, one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        (link_key, "https://data.example/set?id=3", "https://data.example/set?id=4"),
        (image_key, "https://cdn.example/2024/05/fire.jpg", "https://cdn.example/2024/05/flood.jpg"),
        (image_key, "https://cdn.example/image?id=3&w=300", "https://cdn.example/image?id=4&w=300"),
        (video_key, "https://youtu.be/abcdefghijk", "https://youtu.be/abcdefghijl"),
    ],
)
def test_another_thing_has_another_key(key, one: str, other: str) -> None:
    assert key(one) != key(other)


@given(TEXT)
def test_no_address_raises(text: str) -> None:
    for key in (link_key, page_key, image_key, video_key):
        assert isinstance(key(text), str)
        assert isinstance(key(f"https://{text}"), str)
        assert isinstance(key(f"https://news.example/{text}"), str)
