"""The rows that a transaction has in hand: read once, changed in memory, written together.

A statement for each row would cost more than the work itself (SQLAlchemy takes 50 to 100 µs a
statement); so rows are collected and each table gets one statement for many of them. Ids are given
here, which the archive's write lock makes sound. `flush` writes what is pending, in the order that
references need, and may be called at any time inside the transaction; the commit is not its matter.
What the rows mean is `transaction`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, bindparam, case, delete, insert, select, update

from ..errors import Damaged
from ..model import sha256
from . import indexing
from .search_words import Entry
from .sql_sources import next_id
from .tables import alias, article, capture, change, edit_curve, lead, payload, tally, version

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Base:
    """An unpacked base: its bytes, how many it takes as stored, and its row's plain columns."""

    data: bytes
    stored: int
    columns: Values

    def price(self, data: bytes) -> int:
        """About how many bytes `data` would take alone, going by this base."""
        return self.stored * len(data) // max(len(self.data), 1)


_FIXED = ("id", "source_id", "url", "key")  # of an article, for good
_UPDATE_ARTICLE = (
    update(article)
    .where(article.c.id == bindparam("b_id"))
    .values({c.name: bindparam(c.name) for c in article.c if c.name not in _FIXED})
)
_WITNESS = (
    update(version)
    .where(version.c.id == bindparam("b_id"))
    .values(
        captures=version.c.captures + bindparam("more"),
        first_seen=case(
            (version.c.first_seen > bindparam("first"), bindparam("first")), else_=version.c.first_seen
        ),
        last_seen=case(
            (version.c.last_seen < bindparam("last"), bindparam("last")), else_=version.c.last_seen
        ),
    )
)
_SEEN = select(version.c.id, version.c.first_seen).where(version.c.id.in_(bindparam("ids", expanding=True)))
_POINT = update(capture).where(capture.c.id == bindparam("b_id")).values(version_id=bindparam("to"))
_CLOSE_LEAD = (
    update(lead)
    .where(lead.c.id == bindparam("b_id"))
    .values(
        state=bindparam("state"),
        attempts=case((bindparam("failed") == 1, lead.c.attempts + 1), else_=0),
        not_before=bindparam("not_before"),
        reason=bindparam("reason"),
        closed_at=bindparam("closed_at"),
    )
)
_REPACK = (
    update(payload)
    .where(payload.c.id == bindparam("b_id"), payload.c.sha256 == bindparam("digest"))
    .values(data=bindparam("frame"))
)
_TALLY = (
    update(tally)
    .where(tally.c.id == 1)
    .values(
        payload_bytes=tally.c.payload_bytes + bindparam("unpacked"),
        stored_bytes=tally.c.stored_bytes + bindparam("packed"),
    )
)
ROOM = 16_000_000  # bytes of packed payloads held back at the most before they are written


class Batch:
    """Pending rows of one transaction.

    Attributes:
        articles: Working copies of `article` rows by id, each with what a read joined to it.
        keys: Article ids by key, as far as they were looked up or added.
        payloads, captures, versions: Rows to be inserted, by digest or id.
        witnesses: What versions that stand in the database already gained: id -> [more, first, last].
        pointers: Version ids to set on captures that stand in the database already.
        changes: Rows of the change log, in order.
        leads: Closings, in order.
        curves: Counts of edit curves by source; those in `learned` are to be written.
        entries: What of the new versions is to be found by a search.
        early: Versions that were seen before their first sight so far, and when (microseconds).
        spoken: Languages and words that the vocabulary remembers once all is committed.
        bases: Unpacked bases read or made here, by table and id.
    """

    def __init__(self, connection: Connection, vocabulary: indexing.Vocabulary) -> None:
        self.connection = connection
        self.vocabulary = vocabulary
        self.articles: dict[int, Values] = {}
        self.changed: set[int] = set()
        self.added: set[int] = set()
        self.keys: dict[str, int] = {}
        self.aliases: list[Values] = []
        self.payloads: dict[bytes, Values] = {}
        self.captures: dict[int, Values] = {}
        self.versions: dict[int, Values] = {}
        self.witnesses: dict[int, list[int]] = {}
        self.pointers: dict[int, int] = {}
        self.changes: list[Values] = []
        self.leads: list[Values] = []
        self.curves: dict[int, str] = {}
        self.learned: set[int] = set()
        self.entries: list[Entry] = []
        self.early: list[tuple[int, int]] = []
        self.spoken: set[tuple[str, str]] = set()
        self.bases: dict[tuple[Table, int], Base] = {}
        self._packed = self._unpacked = self._remembered = 0
        self._next: dict[Table, int] = {}

    def new_id(self, table: Table) -> int:
        """The next id of a table; dense, for nobody else can write now."""
        new = self._next.get(table) or next_id(self.connection, table)
        self._next[table] = new + 1
        return new

    def last_id(self, table: Table) -> int:
        """The last id of a table, and so how many rows it ever had."""
        return (self._next.get(table) or next_id(self.connection, table)) - 1

    def hold_payload(self, values: Values) -> None:
        """Take a payload row in hand; writes everything pending when much is held already."""
        self._packed += len(values["data"])
        self._unpacked += values["size"]
        self.payloads[values["sha256"]] = values
        if self._packed > ROOM:
            self.flush()

    def repack(self, payload_id: int, base: Base, data: bytes) -> None:
        """Have a stored payload take fewer bytes.

        Raises:
            Damaged: The bytes at hand are not those of its digest; nothing is overwritten.
        """
        digest = sha256(base.data)
        pending = self.payloads.get(digest)
        if pending is not None and pending["id"] == payload_id:
            pending["data"] = data
        else:
            values = {"b_id": payload_id, "digest": digest, "frame": data}
            if self.connection.execute(_REPACK, values).rowcount != 1:
                raise Damaged(f"payload {payload_id} is damaged: its bytes have another digest")
        self._packed += len(data) - base.stored
        self.remember(payload, payload_id, base.data, len(data), base.columns)

    def remember(self, table: Table, row_id: int, data: bytes, stored: int, columns: Values) -> Base:
        """Keep an unpacked base at hand; all are let go when they grow beyond the room for them."""
        self._remembered += len(data)
        if self._remembered > ROOM:
            self.bases.clear()
            self._remembered = len(data)
        base = self.bases[table, row_id] = Base(data, stored, columns)
        return base

    def flush(self) -> None:
        """Write all that is pending.

        What refers to a row that comes later is left out at first and set at the end: while one deferred
        reference is open, SQLite reads whole tables for every row that it might point to.
        """
        self._insert(article, [self._article(key) | _OPEN for key in sorted(self.added)])
        self._insert(alias, self.aliases)
        self._insert(payload, list(self.payloads.values()))
        self.pointers |= {
            key: row["version_id"] for key, row in self.captures.items() if row["version_id"] in self.versions
        }
        self._insert(
            capture,
            [
                row | {"version_id": None} if row["id"] in self.pointers else row
                for row in self.captures.values()
            ],
        )
        self._insert(version, list(self.versions.values()))
        self._insert(change, self.changes)
        self.spoken |= indexing.add(self.connection, self.entries, self.vocabulary)
        if self.witnesses:
            spans = [
                {"b_id": key, "more": more, "first": first, "last": last}
                for key, (more, first, last) in self.witnesses.items()
            ]
            for row in self.connection.execute(_SEEN, {"ids": list(self.witnesses)}):
                if self.witnesses[row.id][1] < row.first_seen:
                    self.early.append((row.id, self.witnesses[row.id][1]))
            self.connection.execute(_WITNESS, spans)
        if self.early:
            times = [(indexing.hour_of(at), version_id) for version_id, at in self.early]
            indexing.reach(self.connection, [span for time in times for span in indexing.times(*time)])
        if self.pointers:
            self.connection.execute(_POINT, [{"b_id": key, "to": to} for key, to in self.pointers.items()])
        changed = [self._article(key) for key in sorted(self.changed | self.added)]
        if changed:
            self.connection.execute(_UPDATE_ARTICLE, [{"b_id": values["id"], **values} for values in changed])
        if self.leads:
            self.connection.execute(_CLOSE_LEAD, self.leads)
        if self.learned:
            rows = [{"source_id": key, "counts": self.curves[key]} for key in sorted(self.learned)]
            self.connection.execute(delete(edit_curve).where(edit_curve.c.source_id.in_(self.learned)))
            self.connection.execute(insert(edit_curve), rows)
        if self._packed or self._unpacked:
            self.connection.execute(_TALLY, {"packed": self._packed, "unpacked": self._unpacked})
        self._forget()

    def _forget(self) -> None:
        self._packed = self._unpacked = 0
        for held in (self.changed, self.added, self.aliases, self.payloads, self.captures, self.versions,
                     self.changes, self.entries, self.early, self.witnesses, self.pointers, self.leads,
                     self.learned):  # fmt: skip
            held.clear()

    def _insert(self, table: Table, rows: list[Values]) -> None:
        if rows:
            self.connection.execute(insert(table), rows)

    def _article(self, article_id: int) -> Values:
        values = self.articles[article_id]
        return {name: values[name] for name in _ARTICLE_COLUMNS}


_ARTICLE_COLUMNS = tuple(c.name for c in article.c)
_OPEN = {c.name: None for c in article.c for key in c.foreign_keys if key.deferrable}
