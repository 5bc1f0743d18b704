"""From a query to what the index is asked and what the tables are: one plan, for both databases.

What each part comes to is `search_parts`'s. Spans of time (`seen:`, the moment of a search as of then) also
become ranges of ids, for ids grow with time and the index is in their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from sqlalchemy import ColumnElement, Connection

from ..query import And, Days, Edit, Not, Query, leaves
from .search_parts import Parts, rows_of, span_of
from .search_rows import Versions
from .search_syntax import PLAIN, AllOf, Looked, Row, loose_tsquery
from .sql_index import CHUNK_BITS, estimate, spelled
from .values import micros

SEVERAL: Final = 3
"""Of so many versions of an article, one is the latest: a guess."""
SPARE: Final = 4
"""How many times as many matches PostgreSQL looks at as should be enough."""
UNPACKED: Final = 12.0
"""How much dearer it is on PostgreSQL to go by a version and its words than to collect one of the matches."""
_EVER: Final = 2**63 - 1  # the greatest id, and the latest microsecond, that a database can hold


class Standing(Enum):
    """Which versions of an article may be found."""

    ANY = "any"
    LATEST = "latest"
    THEN = "then"  # the one that stood at a moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to ask.

    Attributes:
        spelled: What the index is asked; None: nothing.
        loose: What PostgreSQL's index is asked that finds all of that and more; None on SQLite.
        share: The share of all versions that PostgreSQL believes to match that; None on SQLite.
        versions: How many there are, if the index is asked.
        dated: The index is asked for dates of publication: matches lie together, who knows where.
        standing: Which versions.
        at: The moment of `Standing.THEN`, in microseconds.
        seen: Between which microseconds they were first seen, both included; None: whenever.
        conditions: Others, on `version` and `article`.
        low, high: Between which ids of versions, both included.
        near: These are few of all, and PostgreSQL's index is to be kept to them.
        shown: The words to be marked in snippets.
    """

    spelled: str | None
    loose: str | None
    share: float | None
    versions: int
    dated: bool
    standing: Standing
    at: int
    seen: tuple[int, int] | None
    conditions: tuple[ColumnElement[bool], ...]
    low: int
    high: int
    shown: tuple[Row, ...]
    near: bool = False

    def crowding(self, wanted: int) -> float | None:
        """How much dearer it is to collect all matches than to go through the versions until enough match.

        Args:
            wanted: How many are enough.

        Returns:
            Below 1 the matches had better be collected; None: the database is not to be told.
        """
        if self.share is None:
            return None
        if self.dated:
            return 0.0
        among, needed = max(self.high - self.low + 1, 1), self.reach(wanted)
        collected = self._share * min(SPARE * needed + 2**CHUNK_BITS, among)
        return collected / (UNPACKED * min(needed, among))

    def reach(self, wanted: int) -> float:
        """Among how many versions so many hits should lie, where matches lie anywhere; on PostgreSQL."""
        return wanted * (1 if self.standing is Standing.ANY else SEVERAL) / self._share

    @property
    def _share(self) -> float:
        return max(self.share or 0.0, 1 / self.versions)


def plan(connection: Connection, query: Query, *, as_of: datetime | None, versions: Versions) -> Plan:
    """Make the plan of a search.

    Raises:
        BadQuery: It names a source, a language or a kind of change that there is none of.
    """
    maker = Parts(connection, query)
    parts = query.parts if isinstance(query, And) else (query,)
    looked: list[Looked] = []
    but: list[Looked] = []
    conditions: list[ColumnElement[bool]] = []
    spans: list[tuple[int, int]] = []
    low, high = 1, _EVER
    for part in parts:
        negative = isinstance(part, Not)
        inner = part.part if isinstance(part, Not) else part
        if (found := maker.looked(inner)) is not None:
            (but if negative else looked).append(found)
        elif isinstance(part, Days):
            first, last = maker.ids(part.first, part.last)
            low, high = max(low, first), min(high, last)
            spans.append(span_of(part.first, part.last))
        else:
            conditions.append(maker.condition(part))
    at = 0
    if as_of is not None:
        at = micros(as_of)
        high = min(high, maker.until(as_of))
    if versions is Versions.ALL or any(isinstance(leaf, Edit) for leaf in leaves(query)):
        standing = Standing.ANY  # an edit is found at the version that it made, the latest or not
    else:
        standing = Standing.LATEST if as_of is None else Standing.THEN
    if as_of is not None and standing is Standing.ANY:
        spans.append((-_EVER, at))  # what stood then was there in any case
    if high == _EVER:
        high = maker.last
    whole: Looked | None = None
    if looked or but:
        whole = looked[0] if len(looked) == 1 and not but else AllOf(tuple(looked), tuple(but))
    loose, share = None, None
    there = 1 if whole is None else max(maker.last, 1)
    if whole is not None and not maker.sqlite:
        loose = loose_tsquery(whole)
        share = estimate(connection, loose) / there
    return Plan(
        spelled=None if whole is None else spelled(connection, maker.begun(whole)),
        loose=loose,
        share=share,
        versions=there,
        dated=any(isinstance(part, Days) and part.field == "published" for part in parts),
        standing=standing,
        at=at,
        seen=(max(begin for begin, _ in spans), min(end for _, end in spans)) if spans else None,
        conditions=tuple(conditions),
        low=low,
        high=high,
        shown=tuple(row for one in looked for row in rows_of(one) if row.field in (PLAIN, "title")),
    )
