"""What goes out: a query, a moment, which versions, which source; and the versions that this names.

The versions are settled first and read afterwards, so that a crawl that runs meanwhile changes nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ..errors import StoreError
from ..query import And, Is, parse
from ..storage import Archive, VersionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is asked for.

    Attributes:
        query: As for a search; empty: everything.
        as_of: What was archived by that moment, as it stood then; None: by now.
        versions: The latest of each article, or all.
        source: The slug of a source; None: all of them.
    """

    query: str = ""
    as_of: datetime | None = None
    versions: Literal["latest", "all"] = "latest"
    source: str | None = None


def find(archive: Archive, selection: Selection) -> array[int]:
    """Settle which versions a selection names, as their ids in order.

    Raises:
        BadQuery: The query cannot be read, or there is no such source.
        StoreError: Another number of versions was found than a second count says.
    """
    query = parse(selection.query, fields=True)
    if selection.source is not None:
        parts = query.parts if isinstance(query, And) else (query,)
        query = And((*parts, Is("source", selection.source.casefold())))
    chosen = archive.chosen(query, as_of=selection.as_of, versions=selection.versions)
    if len(chosen.ids) != chosen.count:
        raise StoreError(
            f"{chosen.count} versions are counted and {len(chosen.ids)} found; nothing was written"
        )
    return chosen.ids


def read(archive: Archive, selection: Selection, ids: array[int]) -> Iterator[VersionRecord]:
    """The versions that were found, in the order of their ids, as of the selection's moment."""
    return archive.records(ids, as_of=selection.as_of)
