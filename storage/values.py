"""How the vocabulary's values stand in columns: times, texts, small lists; and back.

Times are whole microseconds since 1970 in UTC, one 64-bit integer on both databases: exact, small,
sortable, and turned into ISO 8601 by the views. Texts lose what no database may hold (NUL, lone
surrogates): columns are for people and queries, the exact bytes are in payloads and heads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import overload

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


@overload
def micros(at: datetime) -> int: ...
@overload
def micros(at: None) -> None: ...
def micros(at: datetime | None) -> int | None:
    """Turn an aware time into microseconds since 1970, exactly.

    Raises:
        TypeError: `at` is naive; a time without zone is a mistake of the caller.
    """
    return None if at is None else (at - EPOCH) // _MICROSECOND


@overload
def moment(value: int) -> datetime: ...
@overload
def moment(value: None) -> None: ...
def moment(value: int | None) -> datetime | None:
    """Turn microseconds since 1970 into an aware time in UTC."""
    return None if value is None else EPOCH + timedelta(microseconds=value)


@overload
def clean(text: str) -> str: ...
@overload
def clean(text: None) -> None: ...
def clean(text: str | None) -> str | None:
    """Replace what PostgreSQL or UTF-8 cannot hold by U+FFFD; pages and feeds are hostile."""
    if text is None or (text.isascii() and "\x00" not in text):
        return text
    return _UNKEEPABLE.sub("�", text)


def encode_list(values: Iterable[object]) -> str:
    """Write a small sequence as JSON, readable in the column as it stands."""
    return clean(json.dumps(list(values), ensure_ascii=False, separators=(",", ":")))


def decode_list(text: str) -> tuple[str, ...]:
    """Read a sequence of texts back."""
    return tuple(json.loads(text))


def public_id(record: bytes) -> str:
    """Name a version for good: the beginning of the WARC record ID of its first witness.

    The record ID is fixed at the fetch, so the name survives an export and a later import.

    Returns:
        20 hexadecimal digits, 80 bits. Should two versions ever share them, more of the 32 digits of
        the record ID tell them apart (`record_range`).
    """
    return record.hex()[:20]


def record_range(name: str) -> tuple[bytes, bytes] | None:
    """The least and the greatest record ID that begin with the hexadecimal digits `name`.

    Returns:
        Two times 16 bytes; None where `name` is no such beginning.
    """
    digits = name.lower().replace("-", "")
    if not re.fullmatch("[0-9a-f]{1,32}", digits):
        return None
    return bytes.fromhex(digits.ljust(32, "0")), bytes.fromhex(digits.ljust(32, "f"))
