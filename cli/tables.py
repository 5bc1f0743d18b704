"""Lists as tables on stdout, and a word on stderr where there is nothing to list; not their JSON forms.

`Output` is what all rich text is printed by.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .common import clean

NO_SOURCE = "There is no source yet. Next: palimpsest source add https://www.example.org/"
"""Said wherever sources would be listed."""


class Output(Console):
    """A console of rich whose reader may go away (`| head`): that is no error of ours."""

    def on_broken_pipe(self) -> None:
        """Leave it to `cli.main`, as for all that is printed."""
        raise BrokenPipeError


def print_table(
    names: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    *,
    none: str = "",
    right: Collection[str] = (),
    fold: str = "",
) -> None:
    """Print rows under the names of their columns; whatever stands in them is cleaned and never markup.

    Args:
        names: Of the columns.
        rows: What stands in them; a `Text` brings its own style.
        none: What to say where there are no rows, with the next step in it.
        right: Columns of numbers.
        fold: The one column that may take several lines; without it any may.
    """
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(
            name,
            justify="right" if name in right else "left",
            overflow="fold",
            no_wrap=bool(fold) and name != fold,
        )
    for row in rows:
        table.add_row(*(Text(clean(cell)) if isinstance(cell, str) else cell for cell in row))
    if table.row_count or not none:
        Output().print(table)
    else:
        click.echo(none, err=True)
