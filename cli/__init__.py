"""The command line: thin commands that parse, call one function and print.

Data goes to stdout, progress and problems to stderr; `--json` prints one JSON value, a list for what
lists. Exit codes: 0 done; 1 failed; 2 mend the
input; 3 not in the archive; 4 damaged bytes; 5 the archive cannot be read or written; 130 stopped
by Ctrl-C. Commands live in the modules named below and are imported only when used, so that
`palimpsest --help` is quick.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from ..errors import Damaged, PalimpsestError

COMMANDS = {
    "init": ("archive", "Make an archive: a folder with its settings and its database."),
    "source": ("sources", "Register news outlets and say how their articles are found."),
    "crawl": ("crawling", "Fetch new articles, and look again at those that are due."),
    "archive": ("crawling", "Archive single pages now."),
    "schedule": ("scheduling", "Say when sources are crawled by themselves."),
    "run": ("running", "Keep the schedules, revisit, send alerts, until told to stop."),
    "serve": ("serving", "Open the reading room: search, read and compare in a browser."),
    "runs": ("running", "List the latest runs: when, why, what came of them."),
    "health": ("running", "Say how each source fares, since when, and why."),
    "search": ("searching", "Find articles by their words, as they stand or stood."),
    "article": ("reading", "List and show articles."),
    "history": ("reading", "List the versions of an article."),
    "show": ("reading", "Show one version of an article, by number or by moment."),
    "diff": ("reading", "Show what changed between two versions."),
    "extract": ("reading", "Read one page and show what is in it; store nothing."),
    "watch": ("watching", "Say what you want to hear of, and where to be told."),
    "alerts": ("alerting", "See what was alerted, and what could not be delivered."),
    "keys": ("keys", "Say who may do what in the reading room."),
    "verify": ("verifying", "Check that nothing stored was altered, dropped or slipped in."),
    "ledger": ("ledger", "Seal, show and publish the signed heads of the ledger."),
    "backup": ("backup", "Copy the archive, while it is written, to a folder."),
    "restore": ("backup", "Bring a backup back as an archive, verified."),
    "redact": ("redacting", "Take a page's text out of the archive for good, and say why."),
    "prove": ("ledger", "Write a small file that proves a version to a stranger."),
    "export": ("exporting", "Take what was found out of the archive, in many forms."),
    "cite": ("citing", "Cite a version so that a reader can check it."),
    "import": ("warc", "Take captures of others into the archive."),
    "stats": ("archive", "Count what the archive holds."),
    "demo": ("demo", "Archive a small newsroom that we ship, on this machine alone."),
}
"""Command -> the module of this package that holds it as `<name>_command`, and what `--help` says of it.

The help stands here too, so that listing the commands imports none of them.
"""


class _ReaderGone(Exception):
    """The reader of our output went away (`| head`); that is no error of ours."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ReaderGone from None  # click would end with 1 on the other

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f".{COMMANDS[cmd_name][0]}", __name__)
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="palimpsest", prog_name="palimpsest")
@click.option(
    "-C",
    "--archive",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="PALIMPSEST_ARCHIVE",
    default=Path(),
    show_default="this folder",
    help="The archive's folder.",
)
@click.pass_context
def app(ctx: click.Context, directory: Path) -> None:
    """Palimpsest keeps every version of every news story.

    Start with: palimpsest init news; cd news; palimpsest source add URL; palimpsest crawl
    """
    ctx.obj = directory


def main() -> None:
    """Run the command line; errors become one line on stderr and an exit code."""
    try:
        app(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except PalimpsestError as error:
        from .common import clean

        click.echo(f"palimpsest: {clean(str(error))}", err=True)
        if isinstance(error, Damaged):
            click.echo(
                "Next: palimpsest verify names all that is damaged; restore brings a backup back", err=True
            )
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("palimpsest: stopped", err=True)
        sys.exit(130)
    except _ReaderGone:
        _mute()
        sys.exit(0)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _mute()
        click.echo("palimpsest: the disk is full; what was asked for could not be written whole", err=True)
        sys.exit(5)


def _mute() -> None:
    """Have nothing more written to an output that takes no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
