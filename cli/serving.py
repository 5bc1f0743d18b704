"""`serve`: the reading room, on this machine alone unless told otherwise."""

from __future__ import annotations

import click

from .common import opened


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0: any.")
@click.pass_context
def serve_command(ctx: click.Context, host: str, port: int) -> None:
    """Show the archive in a browser, and answer its API."""
    import uvicorn

    from ..web import create_app

    with opened(ctx) as archive:
        uvicorn.run(create_app(archive), host=host, port=port, log_level="warning", server_header=False)
