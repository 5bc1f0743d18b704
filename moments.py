"""Moments as people write them: a day, a time of day, a span back from now; pure.

Used by the command line, the reading room and notebooks alike. Dates in pages and feeds are hostile and
read elsewhere (`crawler.discovery.dates`).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from .errors import FixInput

_UNITS: Final = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}


def read_moment(text: str, *, now: datetime, end_of_day: bool = False) -> datetime:
    """Read `2026-10-15`, `2026-10-15T12:00`, or a span back such as `2d`, `6h`, `30m`, `1w`.

    Args:
        text: What was written; a time without a zone is UTC, as everything in the archive is.
        now: What spans are counted back from.
        end_of_day: Take a bare day at its last instant, for "until" and "as of".

    Raises:
        FixInput: It is no moment.
    """
    text = text.strip()
    try:
        if span := re.fullmatch(r"([0-9]{1,9})([wdhm])", text):
            return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
        moment = datetime.fromisoformat(text)
        if end_of_day and _is_day(text):
            moment += timedelta(days=1, microseconds=-1)
        # Of the first and last day a zone's hour may fall outside of what can be counted.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FixInput(f"{text!r} is no date; write 2026-10-15, 2026-10-15T12:00, 2d or 6h") from None


def _is_day(text: str) -> bool:
    """Whether it names a day in one of the ways of ISO 8601, and no time of it."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
