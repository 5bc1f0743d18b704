"""The command line: thin commands that parse, call one function and print.

Data goes to stdout, progress and problems to stderr. Exit codes: 0 done; 1 failed; 2 mend the
input; 3 not in the archive; 4 damaged bytes; 5 the archive cannot be read or written; 130 stopped
by Ctrl-C. Commands live in the modules named below and are imported only when used, so that
`palimpsest --help` is quick.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import click

from ..errors import PalimpsestError
from ..settings import VERSION

COMMANDS = {
    "init": "archive",
    "stats": "archive",
    "source": "sources",
    "crawl": "crawling",
    "archive": "crawling",
    "schedule": "scheduling",
    "run": "running",
    "runs": "running",
    "health": "running",
    "article": "reading",
    "history": "reading",
    "show": "reading",
    "diff": "reading",
    "extract": "reading",
    "export": "warc",
    "import": "warc",
    "demo": "demo",
}
"""Command -> the module of this package that holds it, under the command's name and `_command`."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f".{COMMANDS[cmd_name]}", __name__)
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="palimpsest")
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
        click.echo(f"palimpsest: {error}", err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("palimpsest: stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away (`| head`); that is no error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
