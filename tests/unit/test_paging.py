"""Where an article goes on is read off the form of its addresses; pages are joined without their heads."""

from __future__ import annotations

import pytest

from palimpsest.crawler.extraction.joining import join
from palimpsest.crawler.paging import look_ahead, number_of
from palimpsest.model import Extraction, Heading, Image, Paragraph, Video, VideoBlock

STORY = "https://paper.example/local/the-old-bridge-48213.html"
BARE = "https://paper.example/local/the-old-bridge/"


@pytest.mark.parametrize(
    ("first", "url", "number"),
    [
        (STORY, STORY, 1),
        (STORY, STORY + "?utm_source=feed", 1),
        (STORY, STORY + "?page=2", 2),
        (STORY, STORY + "?seite=3", 3),
        (STORY + "?id=7", STORY + "?id=7&pagina=2", 2),
        (STORY, "https://paper.example/local/the-old-bridge-48213-2.html", 2),
        (STORY, "https://paper.example/local/the-old-bridge-48213,2.html", 2),
        (STORY, "https://paper.example/local/the-old-bridge-48213-seite-4.html", 4),
        (STORY, STORY + "/page/2", 2),
        (BARE, BARE + "2/", 2),
        (BARE, BARE + "page/12", 12),
        (BARE, "https://www.paper.example/local/the-old-bridge/seite-2", 2),
        (BARE, BARE.rstrip("/") + "-2/", 2),
        (STORY, STORY + "?id=2", 0),
        (STORY, STORY + "?page=two", 0),
        (STORY, STORY + "?page=2&sort=old", 0),
        (STORY, "https://paper.example/local/the-old-bridge-482132.html", 0),
        (STORY, "https://paper.example/local/another-story-2.html", 0),
        (STORY, "https://other.example/local/the-old-bridge-48213.html?page=2", 0),
        (BARE, BARE + "2024/", 0),
        (BARE, "javascript:void(0)", 0),
    ],
)
def test_the_number_of_a_page_is_told_by_its_address(first: str, url: str, number: int) -> None:
    assert number_of(url, first) == number


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ('<link rel="next" href="/local/the-old-bridge/2/">', BARE + "2/"),
        ("<a href='?page=2'>2</a>", BARE + "?page=2"),
        ('<a class="x" href="/local/the-old-bridge/page/2/"><span>Weiter</span></a>', BARE + "page/2/"),
        ('<a href="/local/the-old-bridge-2/">2</a>', BARE.rstrip("/") + "-2/"),
        ('<a href="/local/the-old-bridge-2/">Nächste Seite</a>', BARE.rstrip("/") + "-2/"),
        ('<a href="?page=3">3</a> <a href="?page=2&amp;utm_source=pager">2</a>', BARE + "?page=2"),
        # the next story, another story of the same name, the comments, another site, the page itself
        ('<link rel="next" href="/local/another-story/">', None),
        ('<a href="/local/the-old-bridge-2/">The old bridge, once more</a>', None),
        ('<a href="?page=2#comments">2</a>', None),
        ('<a href="https://other.example/local/the-old-bridge/2/">2</a>', None),
        ('<a href="/local/the-old-bridge/">1</a>', None),
        ('<a href="http://[">2</a><a href=>2</a>', None),
    ],
)
def test_the_next_page_is_found_among_the_links(markup: str, found: str | None) -> None:
    assert look_ahead(f"<html><body>{markup}</body></html>", BARE).next_page == found


def test_on_a_further_page_the_one_after_it_is_found_and_none_before() -> None:
    markup = '<a href="?page=1">1</a> <b>2</b> <a href="?page=3">3</a> <a href="?page=4">4</a>'
    assert look_ahead(markup, BARE + "?page=2", first=BARE).next_page == BARE + "?page=3"
    assert look_ahead(markup, BARE + "?page=4", first=BARE).next_page is None


def test_amp_and_print_forms_are_found_amp_first() -> None:
    markup = (
        '<link rel="alternate" media="print" href="?view=print">'
        '<link rel=amphtml href="/amp/local/the-old-bridge/">'
        '<a href="/print/another-story-of-the-day">Print</a><a href="https://x.example/amp/the-old-bridge">AMP</a>'
    )
    found = look_ahead(markup, BARE).alternates
    assert found == ("https://paper.example/amp/local/the-old-bridge/", BARE + "?view=print")
    assert look_ahead('<a href="/local/the-old-bridge/print/">Print</a>', BARE).alternates == (
        BARE + "print/",
    )


def a_page(*blocks: Heading | Paragraph | Image | VideoBlock, **fields: object) -> Extraction:
    videos = tuple(block.video for block in blocks if isinstance(block, VideoBlock))
    return Extraction(url=STORY, blocks=blocks, videos=videos, **fields)  # type: ignore[arg-type]


def test_joined_pages_have_every_block_once_and_no_head_again() -> None:
    picture, video = (
        Image(url="https://paper.example/a.jpg"),
        VideoBlock(video=Video(url="https://v.example/1")),
    )
    pages = [
        a_page(picture, Paragraph(text="One."), title="The old bridge", standfirst="A lead.", confidence=0.9),
        a_page(
            picture,
            Paragraph(text="The  old bridge"),
            Paragraph(text="A lead."),
            Paragraph(text="Two."),
            video,
        ),
        a_page(
            Heading(text="Page 3 of 3"),
            Paragraph(text="Read our app."),
            Paragraph(text="Three."),
            confidence=0.7,
        ),
        a_page(Paragraph(text="Read our app."), Paragraph(text="Four.")),
    ]
    found = join(pages)
    assert [block.text for block in found.blocks] == ["", "One.", "Two.", "", "Three.", "Four."]
    assert found.videos == (video.video,)
    assert (found.title, found.confidence, dict(found.provenance)["pages"]) == ("The old bridge", 0.7, "4")


def test_one_page_alone_stays_as_it_is() -> None:
    page = a_page(Paragraph(text="One."), Paragraph(text="One."))
    assert join([page]) is page
