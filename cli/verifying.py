"""`verify`: is everything stored still what it was?"""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

from ..errors import CannotWrite, NotFound
from ..fixity import check, summary
from ..storage import Verification
from .common import When, iso, json_option, opened, print_json, say
from .counting import counting

SHOWN = 100  # findings; --json has more


class Share(click.ParamType[float]):
    """A part: `1%`, `0.5 %`, or a fraction such as 0.01."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = re.fullmatch(r"([0-9]*\.?[0-9]+)\s*(%?)", str(value).strip())
        share = float(found[1]) / (100 if found[2] else 1) if found else 0.0
        if not 0 < share <= 1:
            self.fail(f"{value!r} is no part; write 1% or 0.01", param, ctx)
        return share


@click.command("verify")
@click.option("--since", type=When(), help="Look at the bytes only of captures since then: 30d, 2026-10-15.")
@click.option("--sample", "share", type=Share(), default="100%", help="Look at the bytes of a part: 1%.")
@click.option("--fast", is_flag=True, help="Do not read versions again from their payloads.")
@click.option("--last", is_flag=True, help="Check nothing; show what the last check found.")
@json_option
@click.pass_context
def verify_command(
    ctx: click.Context, since: datetime | None, share: float, fast: bool, last: bool, as_json: bool
) -> None:
    """Check that nothing stored was altered, dropped or slipped in.

    Every payload is held against its digest, every capture, version and change against its leaf in the
    ledger, the ledger against its signed heads; versions that this software read are read again. Each
    fault is named. The exit code is 4 when there is one.
    """
    now = datetime.now(UTC)
    with opened(ctx) as archive:
        if last:
            past = archive.last_check()
            if past is None:
                raise NotFound("nothing was checked yet; `palimpsest verify` does it")
            at, found = past.at, past.found
        else:
            with counting() as tell:
                found = check(
                    archive,
                    now=now,
                    since=since,
                    share=share,
                    derive=not fast,
                    progress=tell,
                    unkept=_say_unkept,
                )
            at = now
    if as_json:
        print_json({"at": iso(at), "sound": found.is_sound, **_as_json(found)})
    else:
        _print(found, at)
    if not found.is_sound:
        sys.exit(4)


def _say_unkept(error: CannotWrite) -> None:
    say(f"What is found is shown, and not kept for `verify --last`: {error}", err=True)


def _as_json(found: Verification) -> dict[str, Any]:
    values = asdict(found)
    return values | {name: dict(values[name]) for name in ("checked", "faults", "not_derived")}


def _print(found: Verification, at: datetime) -> None:
    for one in found.findings[:SHOWN]:
        say(f"{one.fault.value}: {one.what}: {one.why}")
    if len(found.findings) > SHOWN:
        say(f"… and {len(found.findings) - SHOWN} more, which --json lists")
    names = {"derived": "read again"}
    checked = ", ".join(f"{count:,} {names.get(name, name)}" for name, count in found.checked)
    say(f"Checked {iso(at)}: {checked}.")
    for reason, count in found.not_derived:
        say(f"Not re-derived: {count:,} versions, {reason}.")
    say("Nothing is bad, missing or unexpected." if found.is_sound else f"Found: {summary(found)}.")
