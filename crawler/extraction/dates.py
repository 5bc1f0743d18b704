"""Dates as pages write them, to ISO 8601: with time and offset where given, else a bare date.

A date is never completed by a guess: without a time it stays a day, without an offset it stays
local. What no calendar or no newspaper has (the year 30000, the year 1) is no date.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_YEAR, LAST_YEAR = 1800, 2100
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T\s,]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*"
    r"(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?)?",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s,]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([AP]M)?\s*"
    r"(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?:[\s,|–-]+(?:um\s+)?(\d{1,2})[:.](\d\d)(?::(\d\d))?)?"
)

_DAY_MONTH_YEAR = re.compile(
    r"\b(\d{1,2})(?:\.|º|er)?\s+(?:de\s+)?([^\W\d_]{3,12})\.?\s+(?:del?\s+)?(\d{4})\b"
)
_YEAR_MONTH_DAY = re.compile(r"(\d{4})[年년]\s?(\d{1,2})[月월]\s?(\d{1,2})[日일]")
# January to December in Spanish, Portuguese, Italian, French, German, Dutch, Russian and Ukrainian.
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "enero janeiro gennaio janvier januar januari января січня",
            "febrero fevereiro febbraio février februar februari февраля лютого",
            "marzo março mars märz maart марта березня",
            "abril aprile avril april апреля квітня",
            "mayo maio maggio mai mei мая травня",
            "junio junho giugno juin juni июня червня",
            "julio julho luglio juillet juli июля липня",
            "agosto août august augustus августа серпня",
            "septiembre setembro settembre septembre september сентября вересня",
            "octubre outubro ottobre octobre oktober октября жовтня",
            "noviembre novembro novembre november ноября листопада",
            "diciembre dezembro dicembre décembre dezember december декабря грудня",
        ),
        1,
    )
    for name in names.split()
}


def written(text: str) -> str | None:
    """The day in a line that is written for readers ("5 de mayo de 2026", "2026年5月5日")."""
    if match := _YEAR_MONTH_DAY.search(text):
        return _build(*match.groups())
    match = _DAY_MONTH_YEAR.search(text)
    month = _MONTHS.get(match[2].casefold()) if match else None
    return _build(match[3], str(month), match[1]) if match and month else None


def iso(value: object) -> str | None:
    """Read a date.

    Args:
        value: A text or a number as a page's data gives it (seconds or milliseconds since 1970).

    Returns:
        `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SS` with `+HH:MM` where the offset is known; None where
        it is no date.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return _epoch(float(value))
    if not isinstance(value, str):
        return None
    text = " ".join(value.split())[:80]
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return _epoch(float(text))
    for pattern in (_ISO, _LOOSE):
        match = pattern.match(text)
        if match:
            return _build(*_parts(match))
    match = _DAY_FIRST.search(text)
    if match:
        day, month, year, hour, minute, second = match.groups()
        return _build(year, month, day, hour, minute, second, None)
    return _rfc(text)


def _parts(match: re.Match[str]) -> tuple[str | None, ...]:
    groups = match.groups()
    if len(groups) == 8:  # with AM or PM
        *numbers, half, zone = groups
        if half and numbers[3]:
            hour = int(numbers[3]) % 12 + (12 if half.lower() == "pm" else 0)
            numbers[3] = str(hour)
        return (*numbers, zone)
    return groups


def _build(
    year: str | None,
    month: str | None,
    day: str | None,
    hour: str | None = None,
    minute: str | None = None,
    second: str | None = None,
    zone: str | None = None,
) -> str | None:
    try:
        moment = datetime(  # noqa: DTZ001 - the offset is the page's, or unknown
            int(year or 0), int(month or 0), int(day or 0), int(hour or 0), int(minute or 0), int(second or 0)
        )
    except ValueError:
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    if hour is None:
        return moment.date().isoformat()
    return moment.isoformat() + _offset(zone)


def _offset(zone: str | None) -> str:
    if not zone:
        return ""
    if zone.upper() in ("Z", "UTC", "GMT"):
        return "+00:00"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    if int(digits[:2]) > 14 or int(digits[2:]) > 59:
        return ""
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"


def _epoch(value: float) -> str | None:
    if value > 1e11:
        value /= 1000
    try:
        moment = datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return moment.isoformat(timespec="seconds") if 1990 <= moment.year <= LAST_YEAR else None


def _rfc(text: str) -> str | None:
    """RFC 5322 ("Tue, 5 Mar 2024 10:00:00 +0100") and its kin."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment.isoformat(timespec="seconds")
