"""`init` and `stats`: making an archive, and what lies in it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from rich.table import Table

from ..storage import create_archive
from .common import json_option, opened, print_json, short
from .tables import Output


@click.command("init")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option("--database", help="SQLAlchemy URL of a database to use in place of archive.db.")
@click.pass_context
def init_command(ctx: click.Context, directory: Path | None, database: str | None) -> None:
    """Make an archive: a folder with palimpsest.toml and archive.db."""
    where = directory or ctx.find_root().obj
    with create_archive(where, database=database) as archive:
        click.echo(f"An archive lies in {archive.directory}.")
        click.echo("Next: put an address where webmasters reach you into palimpsest.toml, then")
        click.echo(f"  palimpsest -C {where} source add https://www.example.org/")


@click.command("stats")
@json_option
@click.pass_context
def stats_command(ctx: click.Context, as_json: bool) -> None:
    """Count what the archive holds."""
    with opened(ctx) as archive:
        values = asdict(archive.stats())
    if as_json:
        print_json(values)
        return
    table = Table(box=None, show_header=False)
    for name, value in values.items():
        table.add_row(name.replace("_", " "), _told(value))
    Output().print(table)


def _told(value: object) -> str:
    match value:
        case None:
            return "-"
        case int():
            return f"{value:,}"
        case datetime():
            return f"{short(value)} UTC"
        case _:
            return str(value)
