"""Pages in an article's place are told from articles, whoever made them and in whatever language."""

from __future__ import annotations

from collections import defaultdict

import pytest

from palimpsest.benchmarks.made_pages import LANGUAGES, Made, made
from palimpsest.crawler.extraction import extract
from palimpsest.model import PageClass

PAGES = list(made(2))
ARTICLES = (PageClass.ARTICLE, PageClass.LIVEBLOG)


def taken(page: Made) -> PageClass:
    return extract(page.html, page.url).page_class


def test_the_made_pages_are_many_and_of_every_class_and_language() -> None:
    counts: dict[PageClass, int] = defaultdict(int)
    for page in made(6):
        counts[page.page_class] += 1
    assert sum(counts.values()) >= 200
    assert set(counts) == set(PageClass) - {PageClass.OTHER}
    assert {page.language for page in made(6)} == set(LANGUAGES)


@pytest.mark.parametrize("kind", [kind for kind in PageClass if kind is not PageClass.OTHER])
def test_every_made_page_of_a_class_is_called_by_it(kind: PageClass) -> None:
    wrong = [(p.form, p.language, taken(p)) for p in PAGES if p.page_class is kind and taken(p) is not kind]
    assert wrong == []


BRIEF = "<p>The ferry to Skarrow will not sail on Friday, the harbour master said; gales are expected.</p>"
LONG = "".join(
    f"<p>{n} of the speakers told the council at length why the bridge should stay.</p>" for n in range(9)
)


def page(title: str, body: str, head: str = "") -> str:
    article = f"<article><h1>{title}</h1>{body}</article>"
    return f"<html><head><title>{title}</title>{head}</head><body>{article}</body></html>"


STATED = '<meta property="og:type" content="article">'


@pytest.mark.parametrize(
    ("title", "body", "head"),
    [
        ("Body not found in harbour, police say", LONG, ""),
        ("500 people march for the old bridge", LONG, ""),
        ("404 days without a mayor", LONG, ""),
        ("404 days without a mayor", BRIEF, STATED),
        ("Are you a robot? The test that nobody passes", LONG, STATED),
        ("How cookies and consent layers changed the web", LONG, ""),
        ("Ferry", BRIEF, STATED),
        ("Ferry", BRIEF + '<div class="g-recaptcha"></div>', STATED),
        ("Why we ask you to subscribe to continue reading", LONG, STATED),
        ("Unavailable in your country: a column", LONG, STATED),
    ],
)
def test_an_article_that_sounds_like_something_else_is_an_article(title: str, body: str, head: str) -> None:
    assert extract(page(title, body, head), "https://paper.example/2026/story").page_class in ARTICLES
