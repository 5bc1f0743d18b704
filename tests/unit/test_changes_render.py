"""The renderings: everything shown, nothing of the page obeyed."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from palimpsest.changes import compare, render_html, render_markdown, render_text, render_unified
from palimpsest.model import Extraction, Heading, Image, Paragraph

OLD = Extraction(
    url="https://n.example/a",
    title="Twelve homes lost",
    blocks=(
        Paragraph(text="At least 12 homes were lost."),
        Paragraph(text="Nothing else is known."),
        Heading(text="What next", level=3),
        Paragraph(text="The mayor will not resign."),
        Paragraph(text="A public meeting is planned for Thursday evening in the market hall."),
        Image(url="https://n.example/p.jpg"),
    ),
)
NEW = Extraction(
    url="https://n.example/a",
    title="Twenty-one homes lost",
    blocks=(
        Paragraph(text="A public meeting is planned for Thursday evening in the market hall."),
        Paragraph(text="At least 21 homes were lost."),
        Paragraph(text="Nothing else is known."),
        Heading(text="What next", level=3),
        Paragraph(text="The mayor will resign."),
    ),
)
FOUND = compare(OLD, NEW)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


def test_plain_text_marks_words_and_moves() -> None:
    shown = render_text(FOUND)
    assert "[-12-] {+21+} homes" in shown
    assert "will [-not-] resign" in shown
    assert "moved here from block 5" in shown
    assert "moved from here to block 1" in shown
    assert "[image]" in shown
    assert "\x1b" not in shown


def test_colours_are_only_there_when_asked_for() -> None:
    assert "\x1b[" in render_text(FOUND, colour=True)


def test_context_leaves_unchanged_blocks_out() -> None:
    assert "Nothing else" in render_text(FOUND, context=1)
    assert "Nothing else" not in render_text(FOUND, context=0)


def test_the_unified_diff_counts_its_lines_right() -> None:
    lines = render_unified(FOUND, before="v1", after="v2").splitlines()
    assert lines[:2] == ["--- v1", "+++ v2"]
    old = new = want_old = want_new = 0
    for line in lines[2:]:
        if found := re.fullmatch(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@", line):
            assert (old, new) == (want_old, want_new)
            old = new = 0
            want_old, want_new = int(found[2]), int(found[4])
        else:
            old += line[0] in " -"
            new += line[0] in " +"
    assert (old, new) == (want_old, want_new)


def test_nothing_to_show_is_shown_as_nothing() -> None:
    same = compare(OLD, OLD)
    assert render_unified(same) == ""
    assert render_markdown(same) == ""
    assert render_text(same) == "nothing: nothing (weight 0.00)\n"
    assert "<ins" not in render_html(same)


def test_html_speaks_its_marks_and_keeps_headings() -> None:
    shown = render_html(FOUND)
    assert re.search(r"<del[^>]*>.*12.*</del> <ins[^>]*>.*21.*</ins> homes", shown)
    assert "[removed: " in shown
    assert "<h3 " in shown
    assert '<a href="#moved-4">' in shown
    assert 'id="moved-4"' in shown


def test_markdown_strikes_out_and_emboldens() -> None:
    shown = render_markdown(FOUND)
    assert "~~12~~ **21** homes" in shown
    assert "**Title:**" in shown


HOSTILE = "<script>alert(1)</script> [x](javascript:y) **b** `c` \x1b[31m \u202e\u0007 <img src=x onerror=y>"


def test_hostile_text_stays_text() -> None:
    old = Extraction(url="https://n.example/a", title=HOSTILE, blocks=(Paragraph(text=HOSTILE + " one"),))
    new = Extraction(
        url="https://n.example/a", title=HOSTILE + "!", blocks=(Paragraph(text=HOSTILE + " two"),)
    )
    found = compare(old, new)
    assert "<script" not in render_html(found)
    assert "<img" not in render_html(found)
    for shown in (render_text(found), render_unified(found), render_markdown(found), render_html(found)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", shown)
    assert "](" not in render_markdown(found).replace("\\]\\(", "")
    assert "<script" not in render_markdown(found).replace("\\<", "")


class _Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXT, max_size=4), st.lists(TEXT, max_size=4), TEXT, TEXT)
def test_any_text_can_be_rendered(old: list[str], new: list[str], before: str, after: str) -> None:
    found = compare(
        Extraction(url="https://n.example/a", title=before, blocks=tuple(Paragraph(text=t) for t in old)),
        Extraction(url="https://n.example/a", title=after, blocks=tuple(Paragraph(text=t) for t in new)),
    )
    for shown in (render_text(found), render_unified(found), render_markdown(found)):
        assert isinstance(shown, str)
    parser = _Balance()
    parser.feed(render_html(found))
    assert parser.open == []
