"""The vocabulary's own behaviour: heads read, extractions to JSON and back."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from palimpsest.model import (
    Block,
    Entry,
    Extraction,
    Heading,
    Image,
    Link,
    ListBlock,
    PageClass,
    Paragraph,
    Quote,
    Rights,
    Table,
    Video,
    VideoBlock,
    parse_headers,
)

VIDEO = Video(
    url="https://v.example/1", title="Titre", duration=12.5, place="related", label="Vidéo associée"
)
BLOCKS: tuple[Block, ...] = (
    Heading(text="Un titre", level=3),
    Paragraph(text="Du texte.", links=(Link(text="texte", url="https://a.example/"),)),
    Quote(text="Dit-il."),
    ListBlock(items=("un", "deux"), ordered=True),
    Table(rows=(("a", "b"), ("1", "2"))),
    Image(url="https://a.example/i.jpg", caption="Une légende"),
    Entry(text="Minute", at="2026-10-15T06:00:00+02:00"),
    VideoBlock(video=VIDEO),
)


def test_headers_keep_order_case_and_repeats() -> None:
    head = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX-Odd:\xe9\r\nset-cookie: b=2\r\nno colon here\r\n\r\n"
    assert parse_headers(head) == (("Set-Cookie", "a=1"), ("X-Odd", "é"), ("set-cookie", "b=2"))


def test_an_extraction_of_every_block_survives_json() -> None:
    page = Extraction(
        url="https://a.example/1",
        page_class=PageClass.LIVEBLOG,
        title="Titre",
        authors=("A", "B"),
        blocks=BLOCKS,
        videos=(VIDEO,),
        rights=Rights(free=False, robots=("noarchive",), tdm_reservation=True),
        provenance=(("title", "json-ld"),),
        confidence=0.5,
    )
    assert Extraction.from_json(page.to_json()) == page


def test_json_of_a_later_version_with_unknown_keys_is_still_read() -> None:
    data = json.loads(Extraction(url="u", title="t").to_json())
    data["mood"] = "gay"
    assert Extraction.from_json(json.dumps(data)) == Extraction(url="u", title="t")


def test_the_text_leaves_images_and_videos_out() -> None:
    page = Extraction(url="u", blocks=BLOCKS)
    assert "Une légende" not in page.text
    assert page.text.startswith("Un titre\n\nDu texte.\n\nDit-il.\n\nun\ndeux\n\na | b\n1 | 2")


@given(st.lists(st.builds(Paragraph, text=st.text())), st.text(), st.none() | st.text())
def test_any_text_survives_json(blocks: list[Paragraph], title: str, section: str | None) -> None:
    page = Extraction(url="u", title=title, section=section, blocks=tuple(blocks))
    assert Extraction.from_json(page.to_json()) == page
