"""Plots as SVG: well-formed, bounded, escaped, and with the numbers where a reader looks for them."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree as ET

from palimpsest.web.plots import MOST, Series, by_name, over_days

DAY = date(2026, 3, 1)


def bars(svg: str, name: str) -> list[tuple[float, str]]:
    """Height and title of the bars of a series."""
    root = ET.fromstring(svg)
    return [
        (float(rect.attrib["height"]), rect[0].text or "")
        for rect in root.iter("rect")
        if rect.attrib.get("class") == name
    ]


def test_each_day_has_a_bar_of_each_series_as_high_as_its_count() -> None:
    svg = over_days(
        "Articles and edits",
        [
            Series(name="articles", counts=((DAY, 4), (DAY + timedelta(days=2), 2))),
            Series(name="edits", counts=((DAY, 1),)),
        ],
    )
    articles, edits = bars(svg, "s0"), bars(svg, "s1")
    assert [title for _, title in articles] == ["2026-03-01: 4 articles", "2026-03-03: 2 articles"]
    assert articles[0][0] == 2 * articles[1][0] == 4 * edits[0][0]
    assert ET.fromstring(svg).attrib["aria-label"] == "Articles and edits"


def test_many_days_are_gathered_and_none_is_lost() -> None:
    counts = tuple((DAY + timedelta(days=k), 1) for k in range(1000))
    drawn = bars(over_days("Long", [Series(name="articles", counts=counts)]), "s0")
    assert len(drawn) <= MOST
    assert sum(int(title.split(": ")[1].split()[0]) for _, title in drawn) == 1000
    assert drawn[0][1].startswith("2026-03-01 – 2026-03-11")


def test_a_narrow_plot_has_fewer_bars_and_loses_no_day() -> None:
    counts = tuple((DAY + timedelta(days=k), 1) for k in range(90))
    svg = over_days("Narrow", [Series(name="hits", counts=counts)], width=120)
    drawn = bars(svg, "s0")
    assert len(drawn) <= 20
    assert sum(int(title.split(": ")[1].split()[0]) for _, title in drawn) == 90
    assert ET.fromstring(svg).attrib["viewBox"].startswith("0 0 120 ")


def test_days_beside_the_span_that_was_asked_for_widen_it() -> None:
    late = DAY + timedelta(days=40)
    svg = over_days("Late", [Series(name="x", counts=((late, 3),))], first=DAY, last=DAY + timedelta(days=9))
    assert "2026-03-01" in svg
    assert f"{late}" in svg


def test_nothing_to_show_is_no_plot() -> None:
    assert over_days("None", []) == over_days("None", [Series(name="x", counts=())]) == ""
    assert by_name("None", []) == by_name("None", [("x", 0)]) == ""


def test_names_are_escaped_and_an_empty_bar_is_not_drawn() -> None:
    svg = by_name('"><script>', [("<b>", 2), ("later", 0)])
    assert "<script>" not in svg
    assert [title for _, title in bars(svg, "s0")] == ["<b>: 2"]
    assert [text.text for text in ET.fromstring(svg).iter("text")][1:] == ["<b>", "later"]
