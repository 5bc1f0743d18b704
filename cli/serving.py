"""`serve`: the reading room, where the archive is searched, read and compared in a browser."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ..storage import Archive
from .common import opened
from .ending import told_to_end

if TYPE_CHECKING:
    from ..web import Address

HOST, PORT = "127.0.0.1", 8000
host_option = click.option(
    "--host", default=HOST, show_default=True, help="Address of this machine to listen on; 0.0.0.0: all."
)
port_option = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Port to listen on; 0: any that is free.",
)


@click.command("serve")
@host_option
@port_option
@click.pass_context
def serve_command(ctx: click.Context, host: str, port: int) -> None:
    """Open the reading room: pages, JSON API, Memento and feeds, until Ctrl-C or SIGTERM.

    Only this machine can reach it unless --host says otherwise. Whoever starts it on loopback gets an
    address that signs in; others need a key (`palimpsest keys add`).
    """
    stop = told_to_end()
    with opened(ctx) as archive, reading_room(archive, host, port):
        stop.wait()


@contextmanager
def reading_room(archive: Archive, host: str, port: int) -> Iterator[Address]:
    """Serve an archive while the block runs, and say where; see `serving`.

    Raises:
        Busy, BadSetting: Nothing can listen there.
    """
    # Imported here, for other commands take their options from this module.
    from ..web import Address, create_app, serving

    key = secrets.token_urlsafe(24) if Address(host=host, port=port).is_loopback else None
    with serving(create_app(archive, local_key=key), host=host, port=port) as address:
        click.echo(f"The reading room is open at {address.url}", err=True)
        if key:
            click.echo(f"To add watches and change things: {address.url}sign-in?key={key}", err=True)
        elif not archive.settings.web.private:
            click.echo(
                "Others can reach it and read everything. To ask them for a key set web.private = true in"
                " palimpsest.toml; `palimpsest keys add NAME` makes keys.",
                err=True,
            )
        yield address
