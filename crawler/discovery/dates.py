"""Dates as feeds and sitemaps write them, read into aware UTC times or into nothing.

A date is a hint of somebody else's clock and software: what cannot be read, or lies where no news
can, is None and never an error. Not here: dates in the text of pages, which extraction reads.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

# Before the first newspaper (1605) or after any of ours: a slip or a lie ("9999-12-31", year 30000).
_FIRST_YEAR: Final = 1600
_LAST_YEAR: Final = 2199

_ISO: Final = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ]\s*(?P<time>\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(?P<zone>[Zz]|[+-]\d\d(?::?\d\d)?)?)?"
)
_MONTH: Final = re.compile(r"(\d{4})(?:-(\d\d))?")
_ZONE_NAME: Final = re.compile(r"\b([A-Z]{3,4})$")
# Zone names that RFC 5322 does not know and outlets write all the same.
_ZONES: Final = {
    "WET": "+0000", "WEST": "+0100", "BST": "+0100", "CET": "+0100", "CEST": "+0200", "EET": "+0200",
    "EEST": "+0300", "MSK": "+0300", "IST": "+0530", "SGT": "+0800", "HKT": "+0800", "JST": "+0900",
    "KST": "+0900", "AEST": "+1000", "AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300",
}  # fmt: skip


@lru_cache(maxsize=1_024)  # the entries of a sitemap share their dates
def read_date(text: str | None) -> datetime | None:
    """Read an ISO 8601 (W3C-DTF, RFC 3339) or RFC 5322 date.

    Args:
        text: The date as written. Without a zone it is taken as UTC; a bare day, month or year as
            its first instant.

    Returns:
        The time in UTC, or None where it cannot be read or be true.
    """
    if not text or len(text) > 100:
        return None
    text = text.strip()
    try:
        if found := _ISO.fullmatch(text):
            zone = (found["zone"] or "+00").upper()
            when = datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00'}{zone}")
        elif found := _MONTH.fullmatch(text):
            when = datetime(int(found[1]), int(found[2] or 1), 1, tzinfo=UTC)
        else:
            when = parsedate_to_datetime(_ZONE_NAME.sub(lambda m: _ZONES.get(m[1], m[1]), text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not _FIRST_YEAR <= when.year <= _LAST_YEAR:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
