"""Versions as JSON Lines: one object a line, UTF-8, every line ended by a newline (jsonlines.org)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from .rows import Row


def write(rows: Iterable[Row], path: Path) -> None:
    """Write rows, one at a time."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(line(row) + "\n")


def line(row: Row) -> str:
    """One row as one line, without its end."""
    text = json.dumps(row, ensure_ascii=False, default=plain, separators=(",", ":"))
    # Legal inside JSON, but tools that split text into lines (str.splitlines) would end one here.
    return text.replace("\x85", "\\u0085").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def plain(value: Any) -> str:
    """A time as ISO 8601 in UTC, to the microsecond."""
    assert isinstance(value, datetime)
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def count(path: Path) -> int:
    """How many rows a file holds; every line is read."""
    with path.open("rb") as file:
        return sum(1 for line in file if json.loads(line))
