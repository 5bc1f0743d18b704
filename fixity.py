"""Keeping the archive's fixity in the long run: seal, have it stamped, read versions again, check on time.

What is checked and how is `storage.verifying`'s, what a time stamp is `timestamp`'s; here is when.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from .crawler.extraction import software
from .crawler.rereading import read_again
from .errors import CannotWrite, Damaged
from .model import Capture, Extraction
from .storage import Archive, Head, OnChecked, Verification, silent
from .timestamp import request_stamp


def seal(archive: Archive, *, now: datetime) -> Head | None:
    """Sign a head over all that is in the ledger, and have it time-stamped where an authority is set.

    Returns:
        The head; None for an archive without captures.

    Raises:
        NotDelivered: The authority gave no stamp; the head is sealed, and the next call asks again.
    """
    head = archive.seal(now=now)
    url = archive.settings.ledger.timestamp_url
    if head is None or not url or head.timestamp is not None:
        return head
    archive.stamp(head, request_stamp(url, head.note.encode()))
    return archive.head(head.size)


def check(
    archive: Archive,
    *,
    now: datetime,
    since: datetime | None = None,
    share: float = 1.0,
    derive: bool = True,
    progress: OnChecked = silent,
    unkept: Callable[[CannotWrite], None] | None = None,
) -> Verification:
    """Verify the archive, its versions read again, and keep what was found.

    Args:
        archive: An open archive.
        now: The time that the check is kept under.
        since, share, progress: As of `Archive.verify`.
        derive: Read versions again; what takes the most time by far.
        unkept: Told that what was found cannot be kept, on a disk that is full or read-only.

    Raises:
        CannotWrite: It cannot be kept, and nobody is told.
    """
    limit = archive.settings.fetch.max_decoded_bytes

    def reread(page: Capture, beside: Sequence[Capture]) -> Extraction:
        return read_again(page, beside, limit)

    begun = time.monotonic()
    found = archive.verify(
        since=since, share=share, derive=reread if derive else None, software=software(), progress=progress
    )
    try:
        archive.note_check(found, at=now, took=timedelta(seconds=time.monotonic() - begun))
    except CannotWrite as error:
        if unkept is None:
            raise
        unkept(error)
    return found


class _Stopped(Exception):
    """A check was broken off."""


def check_if_due(archive: Archive, now: datetime, stopping: Callable[[], bool] = lambda: False) -> None:
    """Verify the archive when the last check is `ledger.verify_every` days old.

    Args:
        archive: An open archive.
        now: The time.
        stopping: Asked again and again: once it says yes, the check is broken off, and due as before.

    Raises:
        Damaged: It found something; `palimpsest verify --last` shows what.
    """
    every = archive.settings.ledger.verify_every
    last = archive.last_check()
    if not every or (last is not None and now - last.at < timedelta(days=every)):
        return

    def go_on(_what: str, _count: int) -> None:
        if stopping():
            raise _Stopped

    share = archive.settings.ledger.verify_share
    try:
        found = check(archive, now=now, share=share, derive=False, progress=go_on)
    except _Stopped:
        return
    if not found.is_sound:
        raise Damaged(f"the archive is damaged: {summary(found)}; `palimpsest verify --last` names it")


def summary(found: Verification) -> str:
    """How many things are wrong, in words: `2 bad, 1 missing`; "" for a sound archive."""
    return ", ".join(f"{count} {name}" for name, count in found.faults if count)
