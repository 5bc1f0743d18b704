"""`export`: taking a selection out of the archive, in one of several formats."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal

import click

from ..exports.captures import CAPTURE_FORMATS, Span, take_captures
from ..exports.files import Manifest
from ..exports.selection import Selection
from ..exports.taking import FORMATS, take_versions
from .common import When, counted, json_option, opened, print_json
from .counting import counting


@click.group("export")
def export_command() -> None:
    """Take what was found out of the archive: as data, as WARC, or as WACZ."""


_CHOICE = (
    click.argument("query", required=False, default=""),
    click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        required=True,
        help="The file to write.",
    ),
    click.option(
        "--as-of", type=When(end_of_day=True), help="What was archived then, as it stood: 2026-10-15, 2d."
    ),
    click.option(
        "--versions",
        type=click.Choice(["latest", "all"]),
        default="latest",
        show_default=True,
        help="The latest version of each article, or all.",
    ),
    click.option("--source", help="Only this source."),
    click.option("--force", is_flag=True, help="Write over the file if it exists."),
)


_WHICH = """Every capture goes out, also of failures. With QUERY, --as-of or --versions: those that witnessed
the versions meant, with what was fetched beside them (an article's next pages)."""


def _choice_options(command: click.decorators.FC) -> click.decorators.FC:
    for option in reversed(_CHOICE):
        command = option(command)
    return command


def _output_options(command: click.decorators.FC) -> click.decorators.FC:
    versions = click.option(
        "--versions",
        type=click.Choice(["latest", "all"]),
        help="Only what witnessed the latest version of each article, or all.",
    )
    for option in reversed((*_CHOICE[:3], versions, *_CHOICE[4:])):
        command = option(command)
    return command


def _add(name: str, said: str) -> None:
    @export_command.command(name, help=f"{said}\n\nWithout QUERY everything goes out.", short_help=said)
    @_choice_options
    @json_option
    @click.pass_context
    def export(
        ctx: click.Context,
        query: str,
        output: Path,
        as_of: datetime | None,
        versions: Literal["latest", "all"],
        source: str | None,
        force: bool,
        as_json: bool,
    ) -> None:
        selection = Selection(query=query, as_of=as_of, versions=versions, source=source)
        with opened(ctx) as archive, counting() as tell:
            told = partial(tell, "versions")
            made = take_versions(archive, selection, name, output, force=force, progress=told)
        _tell(made, output, as_json)


for _name, _said in FORMATS.items():
    _add(_name, _said)


def _add_captures(name: str, said: str) -> None:
    @export_command.command(name, help=f"{said}\n\n{_WHICH}", short_help=said)
    @_output_options
    @click.option("--since", type=When(), help="Only captures made since: 2026-10-15, 2d.")
    @click.option("--until", type=When(end_of_day=True), help="Only captures made until then.")
    @json_option
    @click.pass_context
    def export(
        ctx: click.Context,
        query: str,
        output: Path,
        as_of: datetime | None,
        versions: Literal["latest", "all"] | None,
        source: str | None,
        force: bool,
        since: datetime | None,
        until: datetime | None,
        as_json: bool,
    ) -> None:
        wanted = None
        if query.strip() or as_of is not None or versions is not None:
            wanted = Selection(query=query, as_of=as_of, versions=versions or "latest", source=source)
        span = Span(since=since, until=until, source=source)
        with opened(ctx) as archive, counting() as tell:
            told = partial(tell, "captures")
            made = take_captures(archive, name, output, span, wanted, force=force, progress=told)
        _tell(made, output, as_json)


for _name, _said in CAPTURE_FORMATS.items():
    _add_captures(_name, _said)


def _tell(made: Manifest, output: Path, as_json: bool) -> None:
    """Say what was made."""
    if as_json:
        captures = {"captures": made.counts["captures"]} if "captures" in made.counts else {}
        print_json(asdict(made) | {"file": output} | captures)
        return
    counts = ", ".join(counted(number, name) for name, number in made.counts.items())
    click.echo(f"{output}: {counts}, {counted(made.bytes, 'bytes')}")
