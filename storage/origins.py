"""What a version was read from: the captures, with their payloads, that reading it again takes.

How they are read is the crawler's; which captures stand beside a page's, `sql_beside`'s.
"""

from __future__ import annotations

import dataclasses
from typing import Final

from sqlalchemy import Connection

from ..model import Capture, Extraction
from . import sql_beside, sql_captures, sql_payloads

_DRAWN: Final = "drawn by "
_SEVERAL: Final = "page", "pages"
"""Where an extraction says that it was read from more than its page's answer; or "msn", anywhere."""


def is_drawn(extraction: Extraction) -> bool:
    """Whether a browser's scripts drew what was read: they draw anew each time, so none reads it again."""
    return any(way.startswith(_DRAWN) for _, way in extraction.provenance)


def origins(connection: Connection, capture_id: int, extraction: Extraction) -> list[Capture]:
    """A page's capture, and those beside it that an extraction was read from, with their payloads.

    Args:
        connection: The database.
        capture_id: The capture that the version came from.
        extraction: What was read out of it.

    Raises:
        StoreError: A payload is damaged or missing.
    """
    several = any(name in _SEVERAL or way == "msn" for name, way in extraction.provenance)
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
