"""`backup` and `restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from ..storage import back_up, restore
from .common import opened


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_context
def backup_command(ctx: click.Context, folder: Path) -> None:
    """Copy the archive as it is now to FOLDER, which must be new or empty; crawls may go on.

    The copy holds the ledger's key too: keep it as safe as the archive. An archive on PostgreSQL is
    backed up with pg_dump.
    """
    with opened(ctx) as archive:
        done = back_up(archive, folder.absolute(), now=datetime.now(UTC))
    click.echo(
        f"{done.path}: {done.size:,} bytes, sha256:{done.sha256.hex()}, {done.leaves:,} leaves sealed."
    )


@click.command("restore")
@click.argument("backup", type=click.Path(file_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def restore_command(backup: Path, folder: Path) -> None:
    """Bring BACKUP back as an archive in FOLDER, which must be new or empty; it is verified first."""
    found = restore(backup.absolute(), folder.absolute())
    checked = ", ".join(f"{count:,} {name}" for name, count in found.checked)
    click.echo(f"An archive lies in {folder}: {checked}; nothing is bad, missing or unexpected.")
