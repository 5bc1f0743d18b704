"""Versions read again: what the payloads they came from say, beside what was kept of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..errors import PalimpsestError
from ..model import Capture, Extraction
from .check_ground import Ground
from .origins import is_drawn, origins
from .verification import Fault

Derive = Callable[[Capture, Sequence[Capture]], Extraction]
"""Reads a capture with its payload, and with those that were fetched beside it, as a crawl would."""


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
        if is_drawn(kept):
            found.leave("drawn by a browser's scripts, which draw anew each time")
            return
        try:
            with self._ground.database.reading() as connection:
                page, *beside = origins(connection, row.id, kept)
            again = self._derive(page, beside)
        except PalimpsestError as error:
            found.note(Fault.BAD, f"version {row.made_id}", f"it cannot be read again: {error.message}")
            return
        if again.to_json().encode("utf-8", "surrogatepass") == content:
            found.count("derived", 1)
        else:
            found.note(Fault.BAD, f"version {row.made_id}", "what it was read from reads otherwise")
