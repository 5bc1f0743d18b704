"""What the readers bring home: leads gathered from one document, clean and each once.

A harvest refuses what is no address, what leads to a front page, and what it already has; it counts
what it refused, so that a reader's problems are a few lines and never as long as its document.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from datetime import datetime
from typing import Final

from ...errors import BadURL
from ...model import Finder, Lead
from ..urls import both, is_front_key

_MAX_TITLE: Final = 500
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2028\u2029\ud800-\udfff\ufeff]")


class Harvest:
    """Leads of one document, in its order.

    Args:
        finder: Where they come from.
        found_at: The document's address.
        limit: Most leads that are taken; further ones are counted.
    """

    def __init__(self, finder: Finder, found_at: str, limit: int) -> None:
        self.finder = finder
        self.found_at = found_at
        self.limit = limit
        self._leads: dict[str, Lead] = {}
        self._refused: Counter[str] = Counter()
        self._notes: list[str] = []

    def add(
        self,
        url: str,
        *,
        title: str | None = None,
        published: datetime | None = None,
        updated: datetime | None = None,
        base: str | None = None,
    ) -> None:
        """Take a lead, or count why it is none. Of two with one identity the first stays."""
        try:
            address, key = both(url, base)
        except BadURL:
            self.refuse("without an address that can be fetched")
            return
        if is_front_key(key):
            self.refuse("leading to a front page")
        elif key in self._leads:
            self.refuse("named twice")
        elif len(self._leads) >= self.limit:
            self.refuse(f"beyond the limit of {self.limit:,}")
        else:
            self._leads[key] = Lead(
                url=address,
                key=key,
                finder=self.finder,
                found_at=self.found_at,
                title=plain_title(title),
                published=published,
                updated=updated,
            )

    def refuse(self, why: str) -> None:
        """Count an entry that gives no lead."""
        self._refused[why] += 1

    def note(self, problem: str | None) -> None:
        """Keep a problem of the whole document."""
        if problem:
            self._notes.append(problem)

    @property
    def leads(self) -> tuple[Lead, ...]:
        return tuple(self._leads.values())

    @property
    def problems(self) -> tuple[str, ...]:
        return (*self._notes, *(f"{count:,} × entry {why}" for why, count in self._refused.items()))


def plain_title(text: str | None) -> str | None:
    """A title as one line of plain text (NFC), without markup, at most 500 characters; None if empty.

    Titles come as text, as HTML and as HTML escaped once too often, and seldom say which.
    """
    if not text:
        return None
    plain = text[: 8 * _MAX_TITLE]
    if "&" in plain or "<" in plain:
        plain = html.unescape(_TAG.sub("", html.unescape(plain)))
    line = " ".join(_CONTROL.sub("", plain).split())
    return unicodedata.normalize("NFC", line)[:_MAX_TITLE].strip() or None
