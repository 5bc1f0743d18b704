"""Plots as SVG, made on the server: bars over days and bars by kind; pure.

They go without scripts and styles of their own (classes of `static/style.css`), fit any width, and do not
rest on colour: a second series is hatched. Whoever cannot see them has the numbers in the table that a page
puts beside each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 160
FOOT: Final = 24  # for the dates below
HEAD: Final = 18  # for the greatest number above
MOST: Final = 92
"""Bars of a plot at the most; more days are gathered into weeks, months or longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One kind of bars: its name, and a count for each day that has one."""

    name: str
    counts: tuple[tuple[date, int], ...]


def over_days(
    title: str,
    series: Sequence[Series],
    *,
    first: date | None = None,
    last: date | None = None,
    width: int = WIDTH,
) -> str:
    """Bars over time, one group for each day, or for as many days as make the bars fit.

    Args:
        title: What is shown, for screen readers.
        series: Two at the most.
        first, last: The days at the ends; None: those of the counts.
        width: Of the drawing; one that is shown in a narrow column has fewer bars and as large a script.

    Returns:
        An `<svg>`; "" where there is nothing to show.
    """
    days = [day for one in series for day, _ in one.counts]
    if not days:
        return ""
    first, last = min(first or min(days), min(days)), max(last or max(days), max(days))
    step = -(-((last - first).days + 1) // min(MOST, width // 6))
    groups = (last - first).days // step + 1
    sums = [[0] * groups for _ in series]
    for k, one in enumerate(series):
        for day, count in one.counts:
            sums[k][(day - first).days // step] += count
    top = max(max(row) for row in sums) or 1
    slot = width / groups
    bar = min(slot * 0.8 / len(series), 40.0)
    parts = []
    for at in range(groups):
        begin = first + timedelta(days=at * step)
        end = min(begin + timedelta(days=step - 1), last)
        span = f"{begin}" if begin == end else f"{begin} – {end}"
        for k, one in enumerate(series):
            if not sums[k][at]:
                continue
            x = at * slot + (slot - bar * len(series)) / 2 + k * bar
            parts.append(_bar(x, bar, sums[k][at] / top, f"s{k}", f"{span}: {sums[k][at]} {one.name}"))
    ends = (
        f'<text x="0" y="{HEIGHT - 4}">{first}</text>'
        f'<text x="{width}" y="{HEIGHT - 4}" text-anchor="end">{last}</text>'
    )
    return _svg(title, "".join(parts) + ends, top, width)


def by_name(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """Bars side by side, one for each name; "" where there is nothing to show."""
    top = max((count for _, count in counts), default=0)
    if not top:
        return ""
    slot = WIDTH / len(counts)
    parts = []
    for at, (name, count) in enumerate(counts):
        if count:
            parts.append(_bar(at * slot + slot * 0.15, slot * 0.7, count / top, "s0", f"{name}: {count}"))
        middle = at * slot + slot / 2
        parts.append(f'<text x="{middle:.1f}" y="{HEIGHT - 4}" text-anchor="middle">{escape(name)}</text>')
    return _svg(title, "".join(parts), top, WIDTH)


def _bar(x: float, width: float, share: float, name: str, told: str) -> str:
    full = HEIGHT - FOOT - HEAD
    height = max(full * share, 1.5)
    y = HEIGHT - FOOT - height
    box = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{name}" {box}><title>{escape(told)}</title></rect>'


def _svg(title: str, inner: str, top: int, width: int) -> str:
    foot = HEIGHT - FOOT
    return (
        f'<svg class="plot" viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect class="hatch" width="2.5" height="5"/></pattern></defs>'
        f'<line x1="0" y1="{foot}" x2="{width}" y2="{foot}"/>'
        f'<text x="0" y="12">{top}</text>{inner}</svg>'
    )
