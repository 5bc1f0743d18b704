"""`demo`: the whole program on a newsroom of invented outlets that we ship, on loopback, in seconds."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from ..changes import compare, render_text
from ..crawler.archiving import Happened
from ..crawler.context import Note, Options
from ..crawler.run import run_crawl
from ..errors import FixInput
from ..newsroom import LAST_STEP, Newsroom
from ..settings import Settings
from ..storage import Archive, create_archive, open_archive
from .common import clean
from .crawling import summary
from .progress import QUIET, line
from .reading import find
from .rendering import as_markdown, print_markdown
from .sources import register

MARK = ".made-by-palimpsest-demo"
SEED, EDITED = "portail-seed", "courrier-pont-tournant"
"""The stories shown at the end: one as it was read, one as it was edited."""


@click.command("demo")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), default=Path("demo-archive"))
def demo_command(directory: Path) -> None:
    """Archive a small newsroom that we ship, while its stories are edited, and show what came of it.

    Nothing leaves this machine. The archive stays in DIRECTORY (demo-archive), to look into.
    """
    if directory.exists():
        if not (directory / MARK).exists():
            raise FixInput(f"{directory} is there and was not made by a demo; name another folder")
        shutil.rmtree(directory)
    console = Console(highlight=False)
    with Newsroom(pace=None) as newsroom:
        create_archive(directory).close()
        (directory / MARK).touch()
        settings = Settings.load(
            directory,
            fetch={"delay": 0.0, "allow": newsroom.allow, "resolve": newsroom.resolve},
            msn={"content": newsroom.content},
        )
        with open_archive(directory, settings=settings) as archive:
            console.rule("How the articles of each outlet are found", align="left")
            for outlet in newsroom.outlets:
                # The portal's own name is not MSN's, by which it would be known.
                source = register(
                    archive, outlet.home, name=outlet.name, ways=outlet.ways if outlet.content_host else ()
                )
                ways = ", ".join(dict.fromkeys(way.kind.value for way in source.ways))
                console.print(f"{source.slug:<28} {source.name:<28} {ways}")
            for step in range(LAST_STEP + 1):
                newsroom.at(step)
                _crawl(archive, console, step)
            _show(archive, console, newsroom, directory)


def _crawl(archive: Archive, console: Console, step: int) -> None:
    told: list[str] = []
    quiet = QUIET if step else QUIET | {Happened.NEW}

    def listen(note: Note) -> None:
        if note.problem is not None:
            told.append(f"[red]problem  [/] {escape(clean(str(note.problem)))}")
        elif note.archived is not None and note.archived.happened not in quiet:
            told.append(line(note.archived))

    console.rule("First crawl" if step == 0 else f"Crawl {step + 1}, after the editors' work", align="left")
    reports = run_crawl(archive, archive.sources(), options=Options(again=step > 0), listener=listen)
    for text in told:
        console.print(text, soft_wrap=True)
    totals: Counter[str] = Counter()
    for report in reports:
        totals.update(dict(report.counts))
    console.print(f"[bold]{summary(totals)}[/]")


def _show(archive: Archive, console: Console, newsroom: Newsroom, directory: Path) -> None:
    console.rule("An edited story, from its first version to its last", align="left")
    edited = find(archive, newsroom.edition.url(newsroom.story(EDITED)))
    versions = archive.versions(edited.id)
    click.echo(
        render_text(compare(versions[0].extraction, versions[-1].extraction), colour=console.is_terminal)
    )
    console.rule("The article that Palimpsest was born from, as it was read", align="left")
    seed = find(archive, newsroom.edition.url(newsroom.story(SEED)))
    print_markdown(as_markdown(archive.versions(seed.id)[-1].extraction))
    console.rule("Look into it", align="left")
    for command in ("stats", "article list --edited", f"history {edited.id}", f"diff {edited.id}"):
        console.print(f"palimpsest -C {directory} {command}")
