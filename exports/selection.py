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
from ..model import Version
from ..query import Words, matches, parse
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The versions that a selection names, as their ids in order."""

    ids: array[int]


def find(archive: Archive, selection: Selection) -> Found:
    """Settle which versions a selection names.

    Raises:
        BadQuery: The query cannot be read.
        NotFound: There is no such source.
        StoreError: The archive holds another number of versions than it counts.
    """
    if selection.source is not None:
        archive.source(selection.source)
    query = parse(selection.query) if selection.query.strip() else None
    chosen = archive.chosen(as_of=selection.as_of, every=selection.versions == "all", source=selection.source)
    if len(chosen.ids) != chosen.count:
        raise StoreError(
            f"{chosen.count} versions are counted, and {len(chosen.ids)} found; `palimpsest stats`"
        )
    if query is None:
        return Found(ids=chosen.ids)
    records = archive.records(chosen.ids)
    ids = array("q", (one.version.id for one in records if matches(query, Words(_words(one.version)))))
    return Found(ids=ids)


def read(archive: Archive, selection: Selection, found: Found) -> Iterator[VersionRecord]:
    """The versions that were found, in the order of their ids, as of the selection's moment."""
    return archive.records(found.ids, as_of=selection.as_of)


def _words(version: Version) -> str:
    page = version.extraction
    return "\n\n".join((page.title, page.standfirst, ", ".join(page.authors), page.text))
