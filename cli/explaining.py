"""An explanation on the terminal: the class with its reason, the fields with their ways, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from .common import clean
from .tables import Output

if TYPE_CHECKING:
    from ..crawler.extraction.explaining import Explanation

_LONGEST = 120  # characters of a block that are shown


def print_explanation(explanation: Explanation) -> None:
    """Print what was read and why, readable in a pipe as well."""
    console = Output()
    found = explanation.extraction
    console.print(
        f"{found.page_class.value} ({found.confidence:.2f}): {clean(explanation.why)}\n"
        f"read by {found.software}\n",
        markup=False,
        highlight=False,
    )
    fields = Table(box=None, pad_edge=False)
    for name in ("field", "way", "sure", "value"):
        fields.add_column(name, overflow="fold")
    for field in explanation.fields:
        fields.add_row(field.name, field.way, f"{field.confidence:.2f}", Text(_short(field.value)))
    for video in found.videos:
        fields.add_row("video", video.place, "", Text(_short(f"{video.title or ''} {video.url}")))
    console.print(fields)
    for kept, title in ((True, "Kept"), (False, "Left out")):
        pieces = [piece for piece in explanation.pieces if piece.kept is kept]
        console.print(f"\n{title} ({len(pieces)})", markup=False, highlight=False)
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(overflow="fold", max_width=26)
        table.add_column(overflow="fold")
        for piece in pieces:
            table.add_row(piece.reason, Text(_short(piece.text)))
        console.print(table)


def _short(text: str) -> str:
    line = clean(" ".join(text.split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
