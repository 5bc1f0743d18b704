"""Whether a page is tried again within a run, or left for a later one; and when a server says to come back.

Pure. The waiting is done at the gate, which backs off for the whole host and not for the one page; the
carrying out is in `middlewares`.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

MAX_RETRY_AFTER: Final = 7 * 86_400.0  # seconds; a server that says longer is looked at again in a week


def retry_after(value: str | None, now: datetime) -> float | None:
    """Read a Retry-After header (RFC 9110, 10.2.3).

    Args:
        value: Seconds, or an HTTP date.
        now: Aware.

    Returns:
        Seconds from `now`, at most a week; None if there is no (readable) value.
    """
    text = (value or "").strip()
    if not text or len(text) > 64:
        return None
    try:
        seconds = float(text) if text.isascii() and text[0].isdigit() else _until(text, now)
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER) if math.isfinite(seconds) else None


def _until(text: str, now: datetime) -> float:
    when = parsedate_to_datetime(text)
    return ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()


def again(*, tries: int, retries: int, held: float, max_wait: float) -> bool:
    """Whether a page whose try failed in a way that may pass is tried again in this run.

    Args:
        tries: Made in this run so far.
        retries: Further tries that are allowed (`settings.Fetch.retries`).
        held: Seconds for which its host is held.
        max_wait: Longest hold that the run sits out.
    """
    return tries <= retries and held <= max_wait
