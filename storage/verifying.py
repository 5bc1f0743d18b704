"""`verify`: everything stored held against its digest, its leaf in the ledger, and the signed heads.

A leaf speaks of a row's columns and of the bytes that belong to it, so one comparison of hashes finds a
change of any of them; what is found is named by the row. Whatever was written after the start is left
for the next time, so that a writer may work meanwhile. It decides nothing and mends nothing. Not seen
here: what only helps to find and to fetch (the search index, article rows but for their address, leads,
sources, schedules).
"""

from __future__ import annotations

import dataclasses
import json
import random
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Final

from sqlalchemy import Select, Table, bindparam, select, text

from ..errors import Damaged, PalimpsestError, StoreError
from ..model import Capture, Extraction, sha256
from . import merkle, sql_captures, sql_ledger, sql_payloads
from .engine import Database
from .ledger import Kind, change_leaf, redaction_leaf
from .payloads import unpack
from .sql_ledger import BETWEEN, CHANGES
from .sql_sources import next_id
from .tables import (
    capture,
    change,
    ledger_head,
    ledger_leaf,
    ledger_node,
    payload,
    redacted,
    redaction,
    version,
)
from .values import micros

CHUNK: Final = 250  # rows read at a time
PART: Final = 10_000  # ids, or leaves
MOST_NAMED: Final = 1000  # findings of one kind that are listed; all are counted
"""Of an archive that lost a table nobody reads a million lines."""

Derive = Callable[[Capture], Extraction]
"""Reads a capture with its payload as a crawl would."""


class Fault(StrEnum):
    """What is wrong with something."""

    BAD = "bad"  # not what it was
    MISSING = "missing"
    UNEXPECTED = "unexpected"  # nothing vouches for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be: what is wrong, with what, and why in words."""

    fault: Fault
    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check found: how many of what were looked at, and each fault.

    `not_derived` counts the versions that were not read again, by reason. `faults` counts all findings;
    `findings` may leave out some where there are very many of one kind.
    """

    checked: tuple[tuple[str, int], ...]
    faults: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...]
    not_derived: tuple[tuple[str, int], ...] = ()

    @property
    def is_sound(self) -> bool:
        return not any(count for _, count in self.faults)


def silent(_what: str, _count: int) -> None:
    """Tell nobody how far a check has come."""


@dataclass(slots=True, kw_only=True)
class Verifier:
    """One check.

    Args:
        database: The archive's.
        key: The public key by which its heads are signed, if it was ever made.
        since: Only captures made at or after it have their bytes looked at.
        share: What part of them, from 0 to 1, picked at random.
        derive: Reads versions again; None: none is.
        software: What `derive` calls itself.
        progress: Told what is looked at, and how many were.
    """

    database: Database
    key: bytes | None
    since: datetime | None = None
    share: float = 1.0
    derive: Derive | None = None
    software: str = ""
    progress: Callable[[str, int], None] = silent
    checked: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    _unread: Counter[str] = field(default_factory=Counter)
    _gone: dict[tuple[str, int], str | None] = field(default_factory=dict)
    _ends: dict[Table, int] = field(default_factory=dict)
    _bases: sql_ledger.Bases = field(default_factory=dict)

    def run(self) -> Verification:
        """Check it all."""
        whole = self.since is None and self.share >= 1
        with self.database.reading() as connection:
            for table in (capture, change, payload, version, redaction, ledger_leaf):
                self._ends[table] = next_id(connection, table) - 1
            for row in connection.execute(select(redacted)):
                self._gone[row.kind, row.row_id] = row.leaf
        if whole:
            self._guarded("the database", self._database)
        self._guarded("the ledger", self._tree)
        for kind, table in ((Kind.CAPTURE, capture), (Kind.CHANGE, change), (Kind.REDACTION, redaction)):
            self._guarded(f"the ids of {table.name}s", partial(self._complete, kind, table))
        self._guarded("redactions", self._redactions)
        self._guarded("changes", self._changes)
        self._guarded("versions", self._strays)
        if whole:
            self._guarded("payloads", self._stray_payloads)
        chosen = self._chosen(whole)
        self._captures(chosen)
        self._payloads(chosen if not whole else None)
        names = [fault.value for fault in Fault]
        return Verification(
            checked=tuple(self.checked.items()),
            faults=tuple((name, self.faults[name]) for name in names),
            findings=tuple(self.findings),
            not_derived=tuple(self._unread.most_common()),
        )

    # ------------------------------------------------------------------- tools

    def _note(self, fault: Fault, what: str, why: str) -> None:
        self.faults[fault.value] += 1
        self.faults[f"{fault.value} {what.partition(' ')[0]}"] += 1
        if self.faults[f"{fault.value} {what.partition(' ')[0]}"] <= MOST_NAMED:
            self.findings.append(Finding(fault=fault, what=what, why=why))

    def _count(self, what: str, count: int) -> None:
        self.checked[what] += count
        self.progress(what, self.checked[what])

    def _guarded(self, what: str, check: Callable[[], None]) -> None:
        """Do a check; a table that cannot be read is a finding, and the others are looked at all the same."""
        try:
            check()
        except StoreError as error:
            self._note(Fault.BAD, what, str(error))

    def _all(self, query: Select[Any], **values: Any) -> Sequence[Any]:
        with self.database.reading() as connection:
            return connection.execute(query, values).all()

    def _rows(self, what: str, query: Select[Any], low: int, high: int) -> list[Any]:
        """Rows of ids from `low` to `high`; where they cannot be read, each one that cannot is named."""
        try:
            return list(self._all(query, low=low, high=high))
        except StoreError as error:
            if low == high:
                self._note(Fault.BAD, f"{what} {low}", str(error))
                return []
        middle = (low + high) // 2
        return self._rows(what, query, low, middle) + self._rows(what, query, middle + 1, high)

    def _leaves(self, kind: Kind, low: int, high: int) -> dict[int, bytes]:
        rows = self._rows("ledger leaves of", _LEAVES_OF[kind], low, high)
        return {row.row_id: row.hash for row in rows}

    def _had(self, kind: str, row_id: int) -> dict[str, Any]:
        """The leaf of a row that lost its text; empty for one that did not."""
        try:
            said = json.loads(self._gone.get((kind, row_id)) or "{}")
        except ValueError:
            return {}  # its hash will not be the leaf's
        return said if isinstance(said, dict) else {}

    # ------------------------------------------------------------------ ledger

    def _database(self) -> None:
        """SQLite's own look at its pages and indexes; PostgreSQL has `pg_amcheck` for it."""
        if not self.database.is_sqlite:
            return
        with self.database.reading() as connection:
            for said in connection.execute(text("PRAGMA integrity_check(100)")).scalars():
                if said != "ok":
                    self._note(Fault.BAD, "database file", " ".join(str(said).split()))

    def _tree(self) -> None:
        """Leaves against heads and kept hashes: all of them are recomputed from the leaves."""
        heads = {row.size: row for row in self._all(select(ledger_head))}
        kept = {(row.row, row.place): row.hash for row in self._all(select(ledger_node))}
        made = merkle.Range()
        end = self._ends[ledger_leaf]
        for low in range(1, end + 1, PART):
            high = min(low + PART - 1, end)
            rows = self._rows("ledger leaf", _ALL_LEAVES, low, high)
            found = {row.id: row.hash for row in rows}
            for i in range(low, high + 1):
                if i not in found:
                    self._note(Fault.MISSING, f"ledger leaf {i}", "nothing after it can be held to a head")
                leaf = found.get(i)
                made.add(leaf if isinstance(leaf, bytes) else b"")
                if made.size in heads:
                    self._head(heads.pop(made.size), made.root)
            self._count("leaves", len(rows))
        for head in heads.values():
            if head.size > _last(self._all(_LAST_LEAF)):
                self._note(
                    Fault.MISSING,
                    f"ledger leaves {end + 1} to {head.size}",
                    f"head {head.id} vouches for them",
                )
        for row, place, hashed in made.kept:
            there = kept.pop((row, place), None)
            if there != hashed:
                fault = Fault.MISSING if there is None else Fault.BAD
                self._note(fault, f"ledger node {row}/{place}", "not the hash over the leaves below it")

    def _head(self, row: Any, root: bytes) -> None:
        what = f"head {row.id}"
        try:
            head = sql_ledger.head_of(row)
            signed = head.is_signed
        except (TypeError, ValueError, OverflowError):  # what stands in the row can be no head
            signed = False
        if not signed:
            self._note(Fault.BAD, what, "its signature does not hold")
        elif self.key is not None and head.key != self.key:
            self._note(Fault.UNEXPECTED, what, "signed by another key than this archive's")
        if row.root != root:
            self._note(Fault.BAD, what, f"the first {row.size} leaves are not those that were signed")
        self._count("heads", 1)

    def _complete(self, kind: Kind, table: Table) -> None:
        """Rows and leaves of a kind, one for each id and nothing else."""
        name = kind.name.lower()
        for low in range(1, self._ends[table] + 1, PART):
            high = min(low + PART - 1, self._ends[table])
            ids = select(table.c.id).where(table.c.id >= bindparam("low"), table.c.id <= bindparam("high"))
            rows = {row.id for row in self._all(ids, low=low, high=high)}
            leaves = {row.row_id for row in self._all(_IDS_OF[kind], low=low, high=high)}
            for i in sorted(leaves - rows):
                self._note(Fault.MISSING, f"{name} {i}", "the ledger has it, the archive no longer")
            for i in sorted(rows - leaves):
                self._note(Fault.UNEXPECTED, f"{name} {i}", "the ledger knows nothing of it")
        beyond = self._all(_IDS_OF[kind], low=self._ends[table] + 1, high=2**62)
        with self.database.reading() as connection:
            there = set(connection.scalars(select(table.c.id).where(table.c.id > self._ends[table])))
        for row in beyond:
            if row.row_id not in there:
                self._note(Fault.MISSING, f"{name} {row.row_id}", "the ledger has it, the archive no longer")

    def _redactions(self) -> None:
        leaves = self._leaves(Kind.REDACTION, 1, self._ends[redaction])
        gone: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for row in self._all(select(redacted)):
            gone[row.redaction_id].append((row.kind, row.row_id))
        for row in self._all(select(redaction)):
            made = redaction_leaf(row._mapping, gone.pop(row.id, []))
            if row.id in leaves and merkle.leaf_hash(made) != leaves[row.id]:
                self._note(Fault.BAD, f"redaction {row.id}", "it does not say what it said, or of what")
        for rows in gone.values():
            for kind, row_id in rows:
                self._note(Fault.UNEXPECTED, f"redacted {kind} {row_id}", "no redaction took it out")
        self._count("redactions", len(leaves))

    # -------------------------------------------------------------------- rows

    def _changes(self) -> None:
        end = self._ends[change]
        for low in range(1, end + 1, CHUNK):
            high = min(low + CHUNK - 1, end)
            leaves = self._leaves(Kind.CHANGE, low, high)
            rows = self._rows("change", CHANGES, low, high)
            for row in rows:
                made = change_leaf(row._mapping, text=self._had("change", row.id).get("text"))
                if row.id in leaves and merkle.leaf_hash(made) != leaves[row.id]:
                    self._note(Fault.BAD, f"change {row.id}", "its row is not what was entered in the ledger")
            self._count("changes", len(rows))

    def _strays(self) -> None:
        """Versions that no capture showed first, and spans that no captures bear out."""
        with self.database.reading() as connection:
            for row in connection.execute(_STRAY_VERSIONS):
                self._note(Fault.UNEXPECTED, f"version {row.id}", "no capture is its first witness")
            for row in connection.execute(_WRONG_SPANS):
                self._note(Fault.BAD, f"version {row.id}", "its captures are not those that it counts")

    def _stray_payloads(self) -> None:
        with self.database.reading() as connection:
            for row in connection.execute(_STRAY_PAYLOADS):
                self._note(Fault.UNEXPECTED, f"payload {row.id}", "no capture brought it")

    def _chosen(self, whole: bool) -> Sequence[int]:
        """The ids of the captures whose bytes are to be looked at."""
        end = self._ends[capture]
        if whole:
            return range(1, end + 1)
        ids: Sequence[int] = range(1, end + 1)
        if self.since is not None:
            query = select(capture.c.id).where(capture.c.at >= micros(self.since), capture.c.id <= end)
            ids = array("q", sorted(row.id for row in self._all(query)))
        count = len(ids) if self.share >= 1 else min(len(ids), max(1, round(len(ids) * self.share)))
        return ids if count == len(ids) else sorted(random.sample(ids, count))

    def _captures(self, chosen: Sequence[int]) -> None:
        for ids in _runs(chosen):
            leaves = self._leaves(Kind.CAPTURE, ids[0], ids[-1])
            wanted = set(ids)
            rows = [row for row in self._rows("capture", BETWEEN, ids[0], ids[-1]) if row.id in wanted]
            for row in rows:
                try:
                    self._capture(row, leaves.get(row.id))
                except Damaged as error:
                    self._note(Fault.BAD, f"capture {row.id}", error.message)
            self._count("captures", len(rows))

    def _capture(self, row: Any, leaf: bytes | None) -> None:
        found = sql_ledger.unpacked(row, self._bases)
        had = self._had("capture", row.id)
        made = sql_ledger.leaf_without_text(row, had) if had else sql_ledger.leaf_of(row, found)
        if leaf is not None and merkle.leaf_hash(made) != leaf:
            told = "it or what belongs to it is not what was entered in the ledger"
            if row.payload_id is not None and row.sha256 is None:
                told = f"its payload {row.payload_id} is missing"
            raise Damaged(told)
        if row.made_id is None:
            return
        self._count("versions", 1)
        if ("version", row.made_id) in self._gone or found.content is None:
            return
        if row.made_article_id != row.article_id:
            self._note(Fault.BAD, f"version {row.made_id}", "it is of another article than its capture")
        if self.derive is not None:
            self._derive(row, found.content)

    def _derive(self, row: Any, content: bytes) -> None:
        assert self.derive is not None
        kept = Extraction.from_json(content)
        if kept.software != self.software:
            self._unread[f"made by {kept.software or 'software that gave no name'}"] += 1
            return
        if any(name in ("page", "pages") or way == "msn" for name, way in kept.provenance):
            self._unread["read from several captures"] += 1
            return
        try:
            with self.database.reading() as connection:
                one = sql_captures.one(connection, row.id).capture
                body = sql_payloads.read(connection, one.sha256 or b"")
            again = self.derive(dataclasses.replace(one, payload=body))
        except PalimpsestError as error:
            self._note(Fault.BAD, f"version {row.made_id}", f"it cannot be read again: {error.message}")
            return
        if again.to_json().encode("utf-8", "surrogatepass") != content:
            self._note(Fault.BAD, f"version {row.made_id}", "its payload reads otherwise")
        else:
            self._count("derived", 1)

    # ---------------------------------------------------------------- payloads

    def _payloads(self, captures: Sequence[int] | None) -> None:
        """Every payload's digest, deltas after their keyframe; or those of some captures."""
        bases: dict[int, bytes | None] = {}
        for ids in _chunks(self._grouped(captures), CHUNK // 2):
            try:
                rows = {row.id: row for row in self._all(_PAYLOADS, ids=ids)}
            except StoreError:
                rows = {row.id: row for i in ids for row in self._rows("payload", _PAYLOAD, i, i)}
            for i in ids:
                if i in rows:
                    self._payload(rows[i], bases)
            self._count("payloads", len(rows))

    def _payload(self, row: Any, bases: dict[int, bytes | None]) -> None:
        if ("payload", row.id) in self._gone:
            return
        name = f"payload {row.id} sha256:{_hex(row.sha256)}"
        try:
            base = None
            if row.base_id is not None:
                if row.base_id not in bases:
                    bases.clear()
                    found = self._all(_PAYLOADS, ids=[row.base_id])
                    bases[row.base_id] = unpack(found[0].data, size=found[0].size) if found else None
                base = bases[row.base_id]
                if base is None:
                    raise Damaged(f"its base, payload {row.base_id}, is missing")
            data = unpack(row.data, base, size=row.size)
        except Damaged as error:
            self._note(Fault.BAD, name, error.message)
            return
        if sha256(data) != row.sha256:
            self._note(Fault.BAD, name, "its bytes have another digest")
        elif row.base_id is None:
            bases.clear()
            bases[row.id] = data

    def _grouped(self, captures: Sequence[int] | None) -> list[int]:
        """Ids of payloads, each keyframe's deltas together."""
        keys: dict[int, int] = {}
        if captures is None:
            for low in range(1, self._ends[payload] + 1, PART):
                for row in self._rows("payload", _PAYLOAD_IDS, low, min(low + PART - 1, self._ends[payload])):
                    keys[row.id] = row.base_id or row.id
        else:
            for ids in _chunks(captures, CHUNK):
                for row in self._all(_PAYLOADS_OF, ids=list(ids)):
                    keys[row.id] = row.base_id or row.id
        return sorted(keys, key=lambda i: (keys[i], i))


def _last(rows: Sequence[Any]) -> int:
    """The id in the only row, or 0."""
    return int(rows[0].id) if rows else 0


def _hex(digest: object) -> str:
    return digest.hex() if isinstance(digest, bytes) else repr(digest)


def _chunks(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _runs(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    """Portions whose first and last are not far apart, so that what lies between is read for little."""
    portion: list[int] = []
    for i in ids:
        if portion and i - portion[0] >= CHUNK:
            yield portion
            portion = []
        portion.append(i)
    if portion:
        yield portion


_LEAVES_OF = {
    kind: select(ledger_leaf.c.row_id, ledger_leaf.c.hash).where(
        ledger_leaf.c.kind == int(kind),
        ledger_leaf.c.row_id >= bindparam("low"),
        ledger_leaf.c.row_id <= bindparam("high"),
    )
    for kind in Kind
}
_IDS_OF = {
    kind: select(ledger_leaf.c.row_id).where(
        ledger_leaf.c.kind == int(kind),
        ledger_leaf.c.row_id >= bindparam("low"),
        ledger_leaf.c.row_id <= bindparam("high"),
    )
    for kind in Kind
}
_ALL_LEAVES = select(ledger_leaf.c.id, ledger_leaf.c.hash).where(
    ledger_leaf.c.id >= bindparam("low"), ledger_leaf.c.id <= bindparam("high")
)
_LAST_LEAF = select(ledger_leaf.c.id).order_by(ledger_leaf.c.id.desc()).limit(1)
_PAYLOADS = select(payload).where(payload.c.id.in_(bindparam("ids", expanding=True)))
_PAYLOAD = select(payload).where(payload.c.id >= bindparam("low"), payload.c.id <= bindparam("high"))
_PAYLOAD_IDS = select(payload.c.id, payload.c.base_id).where(
    payload.c.id >= bindparam("low"), payload.c.id <= bindparam("high")
)
_PAYLOADS_OF = (
    select(payload.c.id, payload.c.base_id)
    .join(capture, capture.c.payload_id == payload.c.id)
    .where(capture.c.id.in_(bindparam("ids", expanding=True)))
)
_STRAY_VERSIONS = text(
    "SELECT v.id FROM version v LEFT JOIN capture c ON c.id = v.capture_id AND c.version_id = v.id"
    " WHERE c.id IS NULL ORDER BY v.id"
)
_WRONG_SPANS = text(
    "SELECT v.id FROM version v JOIN (SELECT version_id, count(*) AS met, min(at) AS first, max(at) AS last"
    " FROM capture WHERE version_id IS NOT NULL GROUP BY version_id) w ON w.version_id = v.id"
    " WHERE (w.met <> v.captures OR w.first <> v.first_seen OR w.last <> v.last_seen) ORDER BY v.id"
)
_STRAY_PAYLOADS = text("SELECT id FROM payload EXCEPT SELECT payload_id FROM capture ORDER BY 1")
