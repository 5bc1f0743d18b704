"""`export` and `import`: WARC, the form in which archives exchange captures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from ..crawler.run import read_warcs
from ..errors import CannotWrite, FixInput, NotFound
from ..exports.warc import Record, write_warc
from ..settings import VERSION
from ..storage import Archive
from .common import When, json_option, opened, print_json
from .crawling import finish
from .progress import progress


@click.group("export")
def export_command() -> None:
    """Take captures out of the archive."""


@export_command.command("warc")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The .warc.gz to write.",
)
@click.option("--source", help="Only the captures of this source.")
@click.option("--since", type=When(), help="Only captures made since: 2026-10-15, 2d.")
@click.option("--until", type=When(end_of_day=True), help="Only captures made until then.")
@json_option
@click.pass_context
def export_warc(
    ctx: click.Context,
    output: Path,
    source: str | None,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Write captures as one WARC/1.1 file, exactly as they were received; always the same bytes."""
    if output.suffixes[-2:] != [".warc", ".gz"]:
        raise FixInput(f"{output} has to end in .warc.gz, by which other tools know it")
    draft = output.with_name(output.name + ".part")
    with opened(ctx) as archive:
        source_id = archive.source(source).id if source else None
        first = next(archive.captures(source_id=source_id, since=since, until=until), None)
        if first is None:
            raise NotFound("there is no capture to export")
        info = [
            ("software", f"Palimpsest/{VERSION}"),
            ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ]
        if archive.settings.fetch.contact:
            info.insert(0, ("operator", archive.settings.fetch.contact))
        try:
            with draft.open("wb") as file:
                records = _records(archive, source_id, since, until)
                count = write_warc(records, file, filename=output.name, info=info, created=first.capture.at)
            draft.replace(output)
        except OSError as error:
            raise CannotWrite(f"{output} cannot be written") from error
        finally:
            draft.unlink(missing_ok=True)
    size = output.stat().st_size
    if as_json:
        print_json({"file": output, "captures": count, "bytes": size})
    else:
        click.echo(f"{output}: {count} captures, {size:,} bytes")


def _records(
    archive: Archive, source_id: int | None, since: datetime | None, until: datetime | None
) -> Iterator[Record]:
    """The captures with their payloads, and what the archive made of each."""
    names: dict[int, tuple[str, dict[int, str]]] = {}
    for stored in archive.captures(source_id=source_id, since=since, until=until):
        capture = stored.capture
        if stored.redacted:
            continue
        if stored.has_payload and capture.sha256 is not None:
            capture = replace(capture, payload=archive.payload(capture.sha256))
        article = version = None
        if stored.article_id is not None:
            if stored.article_id not in names:
                names.clear()  # neighbours are of one article; more need not be remembered
                made = {one.id: one.public_id for one in archive.versions(stored.article_id)}
                names[stored.article_id] = (archive.article(stored.article_id).url, made)
            article, made = names[stored.article_id]
            version = made.get(stored.version_id or 0)
        yield Record(capture=capture, article=article, version=version)


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
