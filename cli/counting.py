"""How far a long piece of work is, on stderr: a line that moves on a terminal, one now and then in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

import click

EVERY: Final = 0.5  # seconds between two lines on a terminal
SELDOM: Final = 30.0  # the same where lines stay, as in a log


class Tell(Protocol):
    """Told how many of what are done, of how many (0: nobody knows)."""

    def __call__(self, what: str, done: int, total: int = 0) -> None: ...


@contextmanager
def counting() -> Iterator[Tell]:
    """Show how far it is for the length of the block; what moves is wiped away at the end."""
    moving = sys.stderr.isatty()
    last = time.monotonic()
    shown = False

    def tell(what: str, done: int, total: int = 0) -> None:
        nonlocal last, shown
        now = time.monotonic()
        if now - last < (EVERY if moving else SELDOM):
            return
        last, shown = now, True
        said = f"{done:,} of {total:,} {what} ({done / total:.0%})" if total else f"{done:,} {what}"
        click.echo(f"\r\x1b[K{said}" if moving else said, nl=not moving, err=True)

    try:
        yield tell
    finally:
        if shown and moving:
            click.echo("\r\x1b[K", nl=False, err=True)
