"""What the commands share: opening the archive, reading dates, printing values as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ..errors import FixInput
from ..moments import read_moment
from ..storage import Archive, open_archive

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


@contextmanager
def opened(ctx: click.Context) -> Iterator[Archive]:
    """The archive that the command line names, closed at the end."""
    directory: Path = ctx.find_root().obj
    with open_archive(directory) as archive:
        yield archive


class When(click.ParamType[datetime]):
    """A moment: an ISO date or time, or a span back from now such as `2d`, `6h`, `30m`."""

    name = "when"

    def __init__(self, *, end_of_day: bool = False) -> None:
        self._end_of_day = end_of_day

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return read_moment(str(value), now=datetime.now(UTC), end_of_day=self._end_of_day)
        except FixInput as error:
            self.fail(error.message, param, ctx)


# C0 and C1 controls but tab and newline, separators that end a line, and the marks that reorder text
# (CVE-2021-42574). The marks that only lend a direction (LRM, RLM, ALM) stay: Arabic and Hebrew need them.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Without the characters by which a hostile page could drive or deceive the reader's terminal."""
    return _COMMANDS.sub("", text)


def say(text: str, *, err: bool = False) -> None:
    """Print lines in which something of a page, an outlet or an error may stand."""
    click.echo(clean(text), err=err)


def print_json(value: Any) -> None:
    """One JSON value on stdout."""
    text = json.dumps(value, ensure_ascii=False, default=_plain)
    click.echo(_COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def counted(count: int, name: str) -> str:
    """`1 version`, `2,000 versions`; `name` is the plural, which differs by its s alone."""
    return f"{count:,} {name.removesuffix('s') if count == 1 else name}"


def iso(moment: datetime | None) -> str:
    """`2026-10-15T06:00:12Z`; "" for None."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def short(moment: datetime | None) -> str:
    """`2026-10-15 06:00` (UTC), for tables."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if moment else "-"
