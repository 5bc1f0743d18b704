"""What is struck out, quoted or raised within a sentence is read as readers see it."""

from __future__ import annotations

import pytest

from palimpsest.changes import Verdict, compare
from palimpsest.crawler.extraction import extract
from palimpsest.model import Extraction

TEXT = [
    "The council decided on Monday that the old bridge will be closed for a whole year.",
    "Engineers had warned for months that the structure would not stand another hard winter.",
    "Residents on both banks of the river asked for a ferry until the new bridge is finished.",
    "A decision on the money is expected in the autumn, when the budget is debated again.",
]


def read(between: str) -> Extraction:
    first, second, *rest = (f"<p>{text}</p>" for text in TEXT)
    return extract(
        "<html lang='en'><head><title>Old bridge to be closed</title></head><body><article>"
        f"<h1>Old bridge to be closed</h1>{first}{second}{between}{''.join(rest)}</article></body></html>",
        "https://paper.example/2024/05/bridge.html",
    )


def added(between: str) -> list[str]:
    """What stands between the paragraphs, which are all there."""
    lines = [block.text for block in read(between).blocks]
    assert [line for line in lines if line in TEXT] == TEXT
    return [line for line in lines if line not in TEXT]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("It costs <del>5</del><ins>6</ins> million.", ["It costs 6 million."]),
        ("It costs <s>5</s> 6 million.", ["It costs 6 million."]),
        ("It opens on <strike>Monday <q>next</q></strike> Tuesday.", ["It opens on Tuesday."]),
        ("<del>The bridge fell on Sunday, say the engineers who were there that night.</del>", []),
    ],
)
def test_what_is_struck_out_is_no_part_of_the_text(markup: str, text: list[str]) -> None:
    assert added(f"<p>{markup}</p>") == text


def test_an_element_that_strikes_out_half_the_page_has_lost_its_end() -> None:
    story = [f"On day {n} the council met about the bridge and decided nothing at all." for n in range(20)]
    paragraphs = "".join(f"<p>{line}</p>" for line in story)
    assert added(f"<s>{paragraphs}</s>") == story


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("He called it <q>a disaster</q> on Monday.", "He called it “a disaster” on Monday."),
        ("He called it “<q>a disaster</q>” on Monday.", "He called it “a disaster” on Monday."),
        ("<q>She said <q>no</q> and <b>left</b></q>, he said.", "“She said ‘no’ and left”, he said."),
    ],
)
def test_a_quotation_has_the_marks_that_a_browser_puts_around_it(markup: str, text: str) -> None:
    assert added(f"<p>{markup}</p>") == [text]


def test_marks_put_around_words_are_seen_as_an_edit() -> None:
    old = read("<p>He called it a disaster on Monday night.</p>")
    new = read("<p>He called it <q>a disaster</q> on Monday night.</p>")
    assert compare(old, new).verdict is Verdict.ALERT


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("It covers 10<sup>2</sup> km or 5 m<sup><b>2</b></sup>.", "It covers 10² km or 5 m²."),
        ("It weighs 10<sup>-6</sup> grams of CO<sub>2</sub>.", "It weighs 10⁻⁶ grams of CO2."),
        ("On the 5<sup>th</sup> and the 1<sup>er</sup> day.", "On the 5th and the 1er day."),
        ("The rents in town rose<sup><a href='#fn1'>1</a></sup>, and again<a href='#fn2'><sup>[2]</sup></a>.",
         "The rents in town rose, and again."),
    ],
)  # fmt: skip
def test_raised_digits_are_no_others_and_markers_of_footnotes_no_text(markup: str, text: str) -> None:
    assert added(f"<p>{markup}</p>") == [text]
