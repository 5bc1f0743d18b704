"""`import`: taking WARC files, ours or others', into the archive."""

from __future__ import annotations

from pathlib import Path

import click

from ..crawler.run import read_warcs
from .common import json_option, opened
from .crawling import finish
from .progress import progress


@click.group("import")
def import_command() -> None:
    """Take captures of others into the archive."""


@import_command.command("warc")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@json_option
@click.pass_context
def import_warc(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Read the captures of WARC FILES, ours or others' (CC-NEWS); what is an article becomes one."""
    with opened(ctx) as archive, progress([], print_links=False) as listener:
        report = read_warcs(archive, files, listener=listener)
    finish((report,), as_json)
