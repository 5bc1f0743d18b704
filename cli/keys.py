"""`keys`: giving out, listing and taking back keys of the reading room. Not what they open: `web.access`."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import click

from ..errors import BadKey, FixInput
from ..moments import read_moment
from ..storage import AccessKey, Scope
from .common import clean, iso, json_option, opened, print_json, short


@click.group("keys")
def keys_command() -> None:
    """Say who may do what in the reading room."""


@keys_command.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    default=(Scope.READ.value,),
    show_default=True,
    help="What its holder may do; may be repeated. With `watches` this machine sends where its holder says.",
)
@click.option("--expires", help="When it ends: 2027-01-01, or after 90d; without it, when it is revoked.")
@click.pass_context
def add(ctx: click.Context, name: str, scopes: tuple[str, ...], expires: str | None) -> None:
    """Make a key called NAME; it is printed once."""
    now = datetime.now(UTC)
    until = None if expires is None else _end(expires, now)
    with opened(ctx) as archive:
        key, secret = archive.add_key(name, [Scope(scope) for scope in scopes], now=now, expires_at=until)
    click.echo(secret)
    click.echo(f"key {key.id}: {describe(key, now)}", err=True)
    click.echo("Keep it now: it is not shown again.", err=True)


@keys_command.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the keys, those that no longer hold too; never their secrets."""
    now = datetime.now(UTC)
    with opened(ctx) as archive:
        keys = archive.keys()
    if as_json:
        print_json(
            [
                {"key": key.id, "name": key.name, "scopes": _scopes(key), "holds": key.holds(now),
                 "added_at": key.added_at, "expires_at": iso(key.expires_at), "used_at": iso(key.used_at),
                 "revoked_at": iso(key.revoked_at)}
                for key in keys
            ]
        )  # fmt: skip
        return
    for key in keys:
        click.echo(f"{key.id:>3}  {describe(key, now)}, last used {short(key.used_at)}")
    if not keys:
        click.echo("There is no key yet. Next: palimpsest keys add NAME --scope read", err=True)


@keys_command.command("revoke")
@click.argument("key", metavar="NAME|ID")
@click.pass_context
def revoke(ctx: click.Context, key: str) -> None:
    """Take a key back, at once and for good."""
    with opened(ctx) as archive:
        revoked = archive.revoke_key(key, now=datetime.now(UTC))
    click.echo(f"key {revoked.id} ({clean(revoked.name)}) opens nothing any more")


def describe(key: AccessKey, now: datetime) -> str:
    """Whose a key is, what it opens and until when, in a line."""
    if key.revoked_at is not None:
        end = f", revoked {short(key.revoked_at)}"
    elif key.expires_at is not None:
        end = f", {'until' if key.holds(now) else 'expired'} {short(key.expires_at)}"
    else:
        end = ""
    return f"{clean(key.name)}: {' '.join(_scopes(key))}{end}"


def _scopes(key: AccessKey) -> list[str]:
    return [scope.value for scope in Scope if scope in key.scopes]


def _end(text: str, now: datetime) -> datetime:
    try:
        moment = read_moment(text, now=now)
    except FixInput:
        raise BadKey(f"{text!r} is no day and no span; write 2027-01-01 or 90d") from None
    # Spans are read as back from now; here they go forward.
    return now + (now - moment) if re.fullmatch(r"\s*[0-9]+[wdhm]\s*", text) else moment
