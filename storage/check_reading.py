"""Versions read again: what the payloads they came from say, beside what was kept of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from ..errors import PalimpsestError
from ..model import Capture, Extraction
from . import sql_beside, sql_captures, sql_payloads
from .check_ground import Ground
from .verification import Fault

Derive = Callable[[Capture, Sequence[Capture]], Extraction]
"""Reads a capture with its payload, and with those that were fetched beside it, as a crawl would."""

_DRAWN: Final = "drawn by "
_SEVERAL: Final = "page", "pages"
"""Where an extraction says that it was read from more than its page's answer; or "msn", anywhere."""


class Rereading:
    """Reads the versions again that one software made.

    Args:
        ground: What is checked.
        derive: Reads.
        software: What `derive` calls itself.
    """

    def __init__(self, ground: Ground, derive: Derive, software: str) -> None:
        self._ground = ground
        self._derive = derive
        self._software = software

    def __call__(self, row: Any, content: bytes) -> None:
        """Read the version again that a capture's row made, and hold it against its content."""
        found = self._ground.found
        try:
            kept = Extraction.from_json(content)
        except (ValueError, TypeError, KeyError, AttributeError, AssertionError):
            found.note(Fault.BAD, f"version {row.made_id}", "its content is no extraction")
            return
        if kept.software != self._software:
            found.leave(f"made by {kept.software or 'software that gave no name'}")
            return
        if any(way.startswith(_DRAWN) for _, way in kept.provenance):
            found.leave("drawn by a browser's scripts, which draw anew each time")
            return
        several = any(name in _SEVERAL or way == "msn" for name, way in kept.provenance)
        try:
            with self._ground.database.reading() as connection:
                page, *beside = _captures(connection, row.id, several=several)
            again = self._derive(page, beside)
        except PalimpsestError as error:
            found.note(Fault.BAD, f"version {row.made_id}", f"it cannot be read again: {error.message}")
            return
        if again.to_json().encode("utf-8", "surrogatepass") == content:
            found.count("derived", 1)
        else:
            found.note(Fault.BAD, f"version {row.made_id}", "what it was read from reads otherwise")


def _captures(connection: Connection, capture_id: int, *, several: bool) -> list[Capture]:
    """A page's capture and those beside it, with their payloads.

    Raises:
        StoreError: A payload is damaged or missing.
    """
    beside = sql_beside.fetched_beside(connection, capture_id)
    if several and not beside:
        beside = sql_beside.likely_beside(connection, capture_id)
    found = []
    for one in sql_captures.by_ids(connection, [capture_id, *beside]):
        body = None
        if one.has_payload and one.capture.sha256 is not None:
            body = sql_payloads.read(connection, one.capture.sha256)
        found.append(dataclasses.replace(one.capture, payload=body))
    return found
