"""`cite`: how to name a version in a text."""

from __future__ import annotations

import click

from ..exports import cite
from ..storage import Archive
from .common import When, clean, opened
from .reading import choose, find


@click.command("cite")
@click.argument("version", metavar="VERSION|ARTICLE@WHEN")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(cite.FORMATS)),
    default="text",
    show_default=True,
    help="Prose, or for BibTeX, CSL-JSON (Zotero, Pandoc) or RIS (reference managers).",
)
@click.pass_context
def cite_command(ctx: click.Context, version: str, form: str) -> None:
    """Cite a version: its lasting name, as `history --json` lists them, or an article as it stood.

    \b
    palimpsest cite 56afc4f685a54df9b38d --format bibtex
    palimpsest cite 'https://www.example.org/story@2026-10-15T12:00'
    """
    with opened(ctx) as archive:
        (record,) = archive.records([_version_id(archive, version)])
        source = next((one for one in archive.sources() if one.slug == record.source), None)
        made = cite.citation(
            record, outlet=source.name if source else "", base_url=archive.settings.web.base_url
        )
    click.echo("\n".join(clean(line) for line in cite.FORMATS[form](made).splitlines()))


def _version_id(archive: Archive, named: str) -> int:
    """The version of that name, or the one of an article that stood at a moment.

    Raises:
        NotFound: There is none, or nothing of the article was archived by then.
    """
    article, at, when = named.rpartition("@")
    if not at:
        return archive.version(named).id
    moment = When(end_of_day=True).convert(when, None, None)
    return choose(archive, find(archive, article), None, moment).id
