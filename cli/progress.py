"""What a crawl shows while it runs: a live table on a terminal, plain lines elsewhere; on stderr."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from ..crawler.context import Listener, Note
from ..crawler.deciding import Archived, Happened
from ..model import Source
from .common import clean

QUIET = {Happened.UNCHANGED, Happened.STILL_GONE, Happened.HELD}
"""What is counted but not told line by line."""

STYLES = {
    Happened.NEW: "green",
    Happened.CHANGED: "yellow",
    Happened.RESTORED: "yellow",
    Happened.MISSING: "magenta",
    Happened.GONE: "magenta",
    Happened.FAILED: "red",
    Happened.FORBIDDEN: "red",
    Happened.REFUSED: "red",
}


@contextmanager
def progress(sources: Sequence[Source], *, print_links: bool) -> Iterator[Listener]:
    """Show a crawl.

    Args:
        sources: What is crawled, for the table's rows.
        print_links: Print found links on stdout (a dry run's result).

    Yields:
        The listener to give to the crawl.
    """
    console = Console(stderr=True)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for source in sources:
        counts[source.slug].update({"found": 0})

    def table() -> Table:
        view = Table(box=None, pad_edge=False)
        for name in ("source", "leads", "new", "changed", "unchanged", "gone", "failed"):
            view.add_column(name, justify="left" if name == "source" else "right")
        for slug, seen in counts.items():
            bad = seen["failed"] + seen["refused"] + seen["forbidden"] + seen["problems"]
            lost = seen["gone"] + seen["missing"]
            cells = (
                seen["found"],
                seen["new"],
                seen["changed"] + seen["restored"],
                seen["unchanged"],
                lost,
                bad,
            )
            view.add_row(slug or "-", *(str(cell or "") for cell in cells))
        return view

    def listen(note: Note) -> None:
        seen = counts[note.source]
        seen["found"] += note.found
        if note.text and print_links:
            click.echo(clean(note.text))
        if note.problem is not None:
            seen["problems"] += 1
            console.print(
                f"[red]problem[/]  {escape(clean(str(note.problem)))}", highlight=False, soft_wrap=True
            )
        if note.archived is not None:
            seen[note.archived.happened.value] += 1
            if note.archived.happened not in QUIET:
                console.print(line(note.archived), highlight=False, soft_wrap=True)
        if live is not None:
            live.update(table())

    live = (
        Live(table(), console=console, refresh_per_second=8, transient=True) if console.is_terminal else None
    )
    if live is None:
        yield listen
    else:
        with live:
            yield listen


def line(done: Archived) -> str:
    """One archived page as a line: what happened, its headline, and why or in what."""
    style = STYLES.get(done.happened, "dim")
    title = done.version.extraction.title if done.version else ""
    kinds = ", ".join(kind.value for kind in done.comparison.kinds) if done.comparison else ""
    detail = " | ".join(part for part in (title or done.url, kinds, done.reason) if part)
    return f"[{style}]{done.happened.value:<9}[/] {escape(clean(detail))}"
