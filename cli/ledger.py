"""`ledger` and `prove`: signed heads to publish, and proofs for strangers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ..errors import CannotWrite, FixInput, NotFound
from ..exports.files import refuse_own
from ..fixity import seal
from ..storage import Archive, Head
from .common import iso, json_option, opened, print_json, short
from .tables import print_table

out_option = click.option(
    "-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
)


@click.group("ledger")
def ledger_command() -> None:
    """Seal, show and publish the signed heads of the ledger.

    A head vouches for everything that was archived before it. Published where you cannot take it back,
    it shows later that nothing was altered: `palimpsest ledger publish >> heads.txt`.
    """


@ledger_command.command("seal")
@json_option
@click.pass_context
def ledger_seal(ctx: click.Context, as_json: bool) -> None:
    """Sign a head over everything archived so far; `run` does it by itself."""
    with opened(ctx) as archive:
        _print(_sealed(archive), as_json)


@ledger_command.command("head")
@click.option("--size", type=click.IntRange(min=1), help="The head over that many leaves.")
@click.option("--stamp", type=click.Path(dir_okay=False, path_type=Path), help="Write its time stamp there.")
@json_option
@click.pass_context
def ledger_head(ctx: click.Context, size: int | None, stamp: Path | None, as_json: bool) -> None:
    """Show the latest signed head."""
    with opened(ctx) as archive:
        head = archive.head(size)
        if stamp is not None:
            if head.timestamp is None:
                raise NotFound(
                    "no authority stamped this head; set ledger.timestamp_url and seal the next one"
                )
            _write(archive, stamp, head.timestamp)
    _print(head, as_json)


@ledger_command.command("publish")
@out_option
@click.pass_context
def ledger_publish(ctx: click.Context, path: Path | None) -> None:
    """Sign a head over everything archived so far and print its note, to be put where others keep it."""
    with opened(ctx) as archive:
        head = _sealed(archive)
        if path is None:
            click.echo(head.note, nl=False)
        else:
            _write(archive, path, head.note.encode())


@ledger_command.command("list")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many.")
@json_option
@click.pass_context
def ledger_list(ctx: click.Context, limit: int, as_json: bool) -> None:
    """List the latest signed heads."""
    with opened(ctx) as archive:
        heads = archive.heads(limit)
    if as_json:
        print_json([_as_json(head) for head in heads])
        return
    print_table(
        ("leaves", "signed (UTC)", "stamped", "root"),
        (
            (str(head.size), short(head.at), "-" if head.timestamp is None else "yes", head.root.hex())
            for head in heads
        ),
        none="No head is signed yet. Next: palimpsest ledger seal",
        fold="root",
    )


@ledger_command.command("consistency")
@click.argument("old", type=click.IntRange(min=1))
@click.argument("new", type=click.IntRange(min=1), required=False)
@out_option
@click.pass_context
def ledger_consistency(ctx: click.Context, old: int, new: int | None, path: Path | None) -> None:
    """Prove that the ledger of NEW leaves begins with that of OLD: between two heads only appended.

    NEW is the latest head where it is left out. docs/check_consistency.py checks the file without us.
    """
    with opened(ctx) as archive:
        new = new or archive.head().size
        if old > new:
            raise FixInput("the older head has fewer leaves; write the smaller number first")
        shown = archive.consistency(old, new)
        proof = {
            "palimpsest_consistency": 1,
            "old_head": shown.old.note,
            "new_head": shown.new.note,
            "path": [step.hex() for step in shown.path],
            "key": shown.new.key.hex(),
        }
        _put(archive, proof, path)


@click.command("prove")
@click.argument("version", metavar="VERSION")
@out_option
@click.pass_context
def prove_command(ctx: click.Context, version: str, path: Path | None) -> None:
    """Write a small file that proves a version to a stranger.

    VERSION is its lasting name (`palimpsest history URL --json` gives it as `id`). The file holds the
    payload's digest, the leaf, the path to a signed head and the public key; docs/check_proof.py checks
    it without Palimpsest, a database or a network.
    """
    with opened(ctx) as archive:
        found = archive.version(version)
        one = archive.capture(found.capture_id).capture
        shown = archive.inclusion(found.public_id, now=datetime.now(UTC))
        proof = {
            "palimpsest_proof": 1,
            "version": found.public_id,
            "url": one.url,
            "captured": iso(one.at),
            "payload_sha256": one.sha256.hex() if one.sha256 else None,
            "leaf": shown.leaf,
            "index": shown.index,
            "path": [step.hex() for step in shown.path],
            "head": shown.head.note,
            "key": shown.head.key.hex(),
        }
        _put(archive, proof, path)


def _sealed(archive: Archive) -> Head:
    head = seal(archive, now=datetime.now(UTC))
    if head is None:
        raise NotFound("nothing is archived yet, so there is nothing to sign")
    return head


def _put(archive: Archive, proof: dict[str, Any], path: Path | None) -> None:
    if path is None:
        print_json(proof)
    else:
        _write(archive, path, (json.dumps(proof, ensure_ascii=False, indent=1) + "\n").encode())


def _write(archive: Archive, path: Path, data: bytes) -> None:
    refuse_own(archive, path)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise CannotWrite(f"{path} cannot be written") from error


def _print(head: Head, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(head))
    else:
        click.echo(head.note, nl=False)


def _as_json(head: Head) -> dict[str, Any]:
    return {
        "size": head.size,
        "root": head.root,
        "at": head.at,
        "key": head.key,
        "signature": head.signature,
        "stamped": head.timestamp is not None,
        "note": head.note,
    }
