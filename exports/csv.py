"""Versions as CSV for spreadsheets: RFC 4180, UTF-8 with a byte order mark, so that Excel reads the accents.

Archived text is hostile, and a spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula,
which can send what stands beside it to a stranger (OWASP, "CSV Injection"). Such a cell gets an apostrophe
before it. The rule can be undone without loss (`unguarded`): it holds for every text that begins with
apostrophes, or none, and then such a character. Numbers and times are left as they are. Names and tags are
joined by `; `, blocks and videos are JSON: whoever computes takes JSON Lines or Parquet.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import jsonl
from .rows import FIELDS, Kind, Row

NOTES = ("A text cell that begins with = + - @ has an apostrophe before it: no spreadsheet runs it",)
# With the full-width signs, which East Asian spreadsheets read alike; some pass over line breaks and tabs.
_RISKY = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def write(rows: Iterable[Row], path: Path) -> None:
    """Write rows, one at a time, under a line of their names."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(FIELDS)
        for row in rows:
            writer.writerow([_cell(kind, row[name]) for name, kind in FIELDS.items()])


def _cell(kind: Kind, value: Any) -> str | int | float:
    if value is None:
        return ""
    match kind:
        case Kind.TIME:
            return jsonl.plain(value)
        case Kind.INTEGER | Kind.REAL:
            number: int | float = value
            return number
        case Kind.TEXTS:
            return guarded("; ".join(value))
        case Kind.JSON:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))  # begins with [ or {
        case Kind.TEXT:
            return guarded(value)


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _RISKY.match(text) else text


def unguarded(text: str) -> str:
    """What a cell said before it was guarded."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text


def count(path: Path) -> int:
    """How many rows a file holds below the line of names; every one is read."""
    # A text may be longer than what Python's reader takes for a field that was never closed.
    before = csv.field_size_limit(sys.maxsize)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return sum(len(cells) == len(FIELDS) for cells in csv.reader(file)) - 1
    finally:
        csv.field_size_limit(before)
