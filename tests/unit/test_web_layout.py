"""Where versions stand on the line of time, and how a comparison is laid out in rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from palimpsest.changes import compare
from palimpsest.model import Entry, Extraction, Heading, Image, Paragraph, Table
from palimpsest.storage import Span
from palimpsest.web.diffs import View, rows
from palimpsest.web.timelines import STEPS, WIDTH, drawn, moment_of, slider

START = datetime(2026, 3, 1, tzinfo=UTC)


def spans(*hours: float, end: float | None = None) -> tuple[Span, ...]:
    """Versions first seen after so many hours; the last one was last seen at `end`."""
    seen = [START + timedelta(hours=one) for one in hours]
    last = [*seen[1:], seen[-1] if end is None else START + timedelta(hours=end)]
    return tuple(
        Span(
            id=k,
            public_id=f"{k:020x}",
            number=k,
            first_seen=a,
            last_seen=b,
            captures=1,
            title="",
            redacted=False,
        )
        for k, (a, b) in enumerate(zip(seen, last, strict=True), 1)
    )


def test_an_article_without_versions_has_no_line_and_no_slider() -> None:
    assert drawn(()) == ()
    assert slider((), None) is None


def test_stretches_follow_one_another_and_a_short_one_is_still_seen() -> None:
    first, brief, last = drawn(spans(0, 9.99, 10, end=20))
    assert first.x == 0
    assert first.width > 400
    assert brief.width >= 4
    assert last.x + last.width <= WIDTH


def test_a_single_capture_is_drawn_without_dividing_by_nothing() -> None:
    (only,) = drawn(spans(0))
    assert only.width > 0
    assert moment_of(spans(0), STEPS) >= START


@given(st.lists(st.floats(0.01, 1000), min_size=1, max_size=8, unique=True).map(sorted))
def test_the_tick_of_a_version_is_the_first_step_at_which_it_stands(hours: list[float]) -> None:
    made = spans(*hours, end=hours[-1] + 1)
    at = slider(made, None)
    assert at is not None
    assert at.value == STEPS
    for (step, _), span in zip(at.ticks, made, strict=True):
        assert moment_of(made, step) >= span.first_seen
        assert step == 0 or moment_of(made, step - 1) < span.first_seen


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8, unique=True).map(sorted))
def test_a_slider_that_is_not_moved_leads_to_the_version_that_is_shown(seconds: list[int]) -> None:
    made = spans(*(one / 3600 for one in seconds), end=seconds[-1] / 3600 + 1)
    for step in range(STEPS + 1):
        at = slider(made, moment_of(made, step))
        assert at is not None
        assert at.value == step


def test_the_slider_of_a_version_stands_where_that_version_stood() -> None:
    made = spans(0, 3.301, 7, end=10)
    for span in made:
        at = slider(made, span.first_seen)
        assert at is not None
        assert [one for one in made if one.first_seen <= moment_of(made, at.value)][-1] == span


def test_steps_outside_of_the_slider_mean_its_ends() -> None:
    made = spans(0, 5, end=10)
    assert moment_of(made, -3) == START
    assert moment_of(made, 10**9) == START + timedelta(hours=10)


# --------------------------------------------------------------------- rows


def page(*paragraphs: str, title: str = "Title") -> Extraction:
    blocks = (Heading(text="Head"), *(Paragraph(text=one) for one in paragraphs))
    return Extraction(url="https://herald.example/a", title=title, blocks=blocks)


LONG = [f"Paragraph {name} says something of its own about the harbour." for name in "abcdefghij"]


def test_the_two_columns_spell_both_versions_and_the_one_column_both_at_once() -> None:
    new = [*LONG[:4], LONG[4].replace("harbour", "bridge"), *LONG[6:], "An end."]
    made = rows(compare(page(*LONG), page(*new)), View.SIDE)
    before = [text for row in made if (text := "".join(piece.text for piece in row.before))]
    after = [text for row in made if (text := "".join(piece.text for piece in row.after))]
    assert before == ["Title", "Head", *LONG]
    assert after == ["Title", "Head", *new]
    (changed,) = (row for row in made if any(piece.text.startswith("bridge") for piece in row.pieces))
    assert {(piece.mark, piece.text.strip(". ")) for piece in changed.pieces if piece.mark != "same"} == {
        ("removed", "harbour"),
        ("added", "bridge"),
    }


def test_changes_alone_leave_out_what_is_far_from_any_change() -> None:
    new = [*LONG[:9], LONG[9].replace("harbour", "bridge")]
    made = rows(compare(page(*LONG), page(*new)), View.CHANGES)
    assert [row.op for row in made] == ["gap", "same", "changed"]


def test_a_moved_passage_is_linked_from_where_it_stood() -> None:
    new = [*LONG[1:], LONG[0]]
    made = rows(compare(page(*LONG), page(*new)), View.INLINE)
    (left,) = (row for row in made if row.op == "left")
    (moved,) = (row for row in made if row.op == "moved")
    assert left.anchor == moved.anchor != ""


def test_two_columns_show_a_moved_passage_where_it_stood_in_each() -> None:
    new = [*LONG[1:], LONG[0].replace("harbour", "bridge")]
    made = rows(compare(page(*LONG), page(*new)), View.SIDE)
    before = [text for row in made if (text := "".join(piece.text for piece in row.before))]
    after = [text for row in made if (text := "".join(piece.text for piece in row.after))]
    assert before == ["Title", "Head", *LONG]
    assert after == ["Title", "Head", *new]
    (left,) = (row for row in made if row.op == "left")
    (moved,) = (row for row in made if row.op == "moved")
    assert (left.after, moved.before) == ((), ())


def test_what_went_stands_before_what_came_and_the_space_after_a_word_is_not_marked() -> None:
    title = "It will not be cheap: town backs the bridge"
    made = rows(compare(page(*LONG, title="Council votes 12 to 4"), page(*LONG, title=title)), View.INLINE)
    marks = [piece.mark for piece in made[0].pieces if piece.mark != "same"]
    assert marks == sorted(marks, key=lambda mark: mark == "added")
    told = LONG[0].replace("says something", "tells nothing")
    pieces = [
        piece
        for row in rows(compare(page(*LONG), page(told, *LONG[1:])), View.INLINE)
        for piece in row.pieces
        if piece.mark != "same"
    ]
    assert pieces
    assert all(piece.text == piece.text.rstrip() for piece in pieces)


def test_what_came_in_place_of_the_last_word_of_a_line_stands_in_that_line() -> None:
    old, new = (
        Extraction(url="https://herald.example/a", blocks=(Table(rows=(("Red", seats), ("Blue", "7"))),))
        for seats in ("12", "14")
    )
    (row,) = rows(compare(old, new), View.INLINE)
    assert "".join(piece.text for piece in row.pieces) == "Red | 12 14\nBlue | 7"
    (row,) = rows(compare(old, new), View.SIDE)
    assert "".join(piece.text for piece in row.before) == "Red | 12\nBlue | 7"


def test_what_begins_an_entry_of_a_live_blog_is_a_heading() -> None:
    old = page(*LONG)
    new = Extraction(url=old.url, title=old.title, blocks=(*old.blocks, Entry(text="Barrier lowered")))
    assert [(row.op, row.tag) for row in rows(compare(old, new), View.CHANGES)][-1] == ("added", "h3")


def test_a_picture_that_came_is_named() -> None:
    old = page(*LONG)
    picture = Image(url="https://p.example/a.jpg", alt="The harbour at dawn")
    new = Extraction(url=old.url, title=old.title, blocks=(*old.blocks, picture))
    made = rows(compare(old, new), View.INLINE)
    assert any(
        piece.mark == "added" and "harbour at dawn" in piece.text for row in made for piece in row.pieces
    )
