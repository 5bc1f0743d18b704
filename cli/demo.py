"""`demo`: the whole program on a newsroom of invented outlets that we ship, on loopback, in seconds."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import click
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from ..alerts import pump
from ..alerts.channels import new_channel
from ..changes import compare, render_text
from ..crawler.context import Note, Options
from ..crawler.deciding import Happened
from ..crawler.run import run_crawl
from ..errors import FixInput
from ..newsroom import LAST_STEP, Newsroom
from ..settings import Settings
from ..storage import Archive, Watch, create_archive, open_archive
from .common import clean
from .crawling import summary
from .ending import told_to_end
from .progress import QUIET, line
from .reading import find
from .receiver import Receiver
from .registering import register
from .rendering import as_markdown, print_markdown
from .serving import HOST, reading_room
from .tables import Output

MARK = ".made-by-palimpsest-demo"
SEED, EDITED = "portail-seed", "courrier-pont-tournant"
"""The stories shown at the end: one as it was read, one as it was edited."""

WATCHED, FEED = "harbour-ledger", "alerts.xml"
"""The source whose edits are alerted, and the Atom feed they go to beside the webhook."""


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
    console = Output(highlight=False)
    with Newsroom(pace=None) as newsroom, Receiver() as receiver:
        create_archive(directory).close()
        (directory / MARK).touch()
        settings = Settings.load(
            directory,
            fetch={"delay": 0.0, "allow": newsroom.allow, "resolve": newsroom.resolve},
            msn={"content": newsroom.content},
            alerts={"window": 0.0},  # the demo's hours are seconds
        )
        with open_archive(directory, settings=settings) as archive:
            console.rule("How the articles of each outlet are found", align="left")
            for outlet in newsroom.outlets:
                # The portal's own name is not MSN's, by which it would be known.
                source = register(
                    archive, outlet.home, name=outlet.name, ways=outlet.ways if outlet.content_host else ()
                )
                ways = ", ".join(dict.fromkeys(way.kind.value for way in source.ways))
                console.print(f"{source.slug:<28} {clean(source.name):<28} {ways}")
            _watch(archive, receiver)
            for step in range(LAST_STEP + 1):
                newsroom.at(step)
                _crawl(archive, console, step)
                _alert(archive, console, receiver)
            _tell(archive, console, receiver, directory)
            _show(archive, console, newsroom, directory)
            _invite(archive, console, directory)


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


def _watch(archive: Archive, receiver: Receiver) -> None:
    channels = tuple(new_channel(address) for address in (receiver.address, f"atom:{FEED}"))
    watch = archive.add_watch(Watch(source=WATCHED, channels=channels), now=datetime.now(UTC))
    receiver.secret = watch.channels[0].secret


def _alert(archive: Archive, console: Console, receiver: Receiver) -> None:
    had = len(receiver.alerts)
    pump(archive, now=datetime.now(UTC))
    for alert in receiver.alerts[had:]:
        words = f" {', '.join(alert['kinds'])} | {clean(alert['title_after'])}"
        text = Text.assemble(("alert    ", "cyan"), words)
        console.print(text, no_wrap=True, overflow="ellipsis")


def _tell(archive: Archive, console: Console, receiver: Receiver, directory: Path) -> None:
    """What the watch heard, against all that was seen of its source."""
    console.rule("What the watch of The Harbour Ledger was told", align="left")
    source = archive.source(WATCHED)
    looks = sum(1 for _ in archive.captures(source_id=source.id))
    ours = {article.id for article in archive.articles(source=WATCHED)}
    changes = sum(change.article_id in ours for change in archive.changes(after=0, limit=1000))
    console.print(
        f"{looks} captures, {changes} changes, {len(receiver.alerts)} alerts on the webhook, all signed."
    )
    console.print("What the pages' furniture did made no version; labels, such as a typo, no alert.")
    console.print(f"The same stand in the Atom feed {directory / FEED}.")


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
    for command in (
        "stats",
        "article list --edited",
        f"history {edited.id}",
        f"diff {edited.id}",
        "search ferry",
        "verify",
        "watch test 1",
        "alerts list",
    ):
        console.print(f"palimpsest -C {directory} {command}")


def _invite(archive: Archive, console: Console, directory: Path) -> None:
    """Open the reading room: on a terminal until Ctrl-C, else long enough to see that it answers."""
    console.rule("The reading room", align="left")
    with reading_room(archive, HOST, 0) as address:
        with urlopen(address.url, timeout=30) as answer:
            edits = answer.read().decode().count('<article class="edit">')
        console.print(f"{edits} of the newsroom's edits stand on its first page: {address.url}")
        if console.is_terminal:
            console.print("Open the address in a browser. Ctrl-C ends the demo.")
            told_to_end().wait()
    console.print(f"It opens again with: palimpsest -C {directory} serve")
