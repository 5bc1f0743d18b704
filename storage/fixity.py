"""What is asked of an archive about its fixity: heads, proofs, checks; `Archive` is what callers get."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from ..errors import NotFound
from . import redacting, sql_heads, sql_leaves, sql_ledger, sql_versions
from .alerting import Alerting
from .check_reading import Derive
from .engine import sweep
from .ledger import Head, Kind, ensure_key, load_key, public_key
from .redacting import Redaction
from .sql_sources import next_id
from .tables import verification
from .values import micros, moment
from .verification import Fault, Finding, OnChecked, Verification, silent
from .verifying import verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """That a leaf is in the ledger: its data, its place, and the path from it to a signed head."""

    leaf: str
    index: int
    path: tuple[bytes, ...]
    head: Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """That the ledger under one head begins with the ledger under an older one."""

    old: Head
    new: Head
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCheck:
    """A check of the archive that was made, how long it took and what it found."""

    at: datetime
    took: timedelta
    found: Verification


class Fixity(Alerting):
    """The part of `Archive` that shows that nothing was altered."""

    directory: Path

    # ------------------------------------------------------------------ ledger

    def seal(self, *, now: datetime) -> Head | None:
        """Sign a head over all that is in the ledger; the last one where nothing was added since.

        Returns:
            The head; None for an archive without captures.

        Raises:
            BadSetting: The key's file is no key.
        """
        key = ensure_key(self.directory)
        last = self._read(sql_heads.latest)
        if last is not None and last.size == self.ledger_size():
            return last  # an archive that cannot be written has one too
        return self._write(sql_heads.seal, key, now)

    def head(self, size: int | None = None) -> Head:
        """The latest signed head, or the one over that many leaves.

        Raises:
            NotFound: There is none.
        """
        if size is not None:
            return self._read(sql_heads.head, size)
        found = self._read(sql_heads.latest)
        if found is None:
            raise NotFound("no head was sealed yet; `palimpsest ledger seal` does it")
        return found

    def heads(self, limit: int = 20) -> tuple[Head, ...]:
        """The latest signed heads, the newest first."""
        return self._read(sql_heads.heads, limit)

    def ledger_size(self) -> int:
        """How many leaves the ledger has, those not yet under a signed head included."""
        return self._read(sql_ledger.size)

    def identity(self) -> str | None:
        """What no other archive has, and this one keeps as long as it lives: its ledger's first leaf.

        Hexadecimal; a restored backup has the same. None: nothing was ever archived.
        """
        return self._read(sql_ledger.first_leaf)

    def stamp(self, head: Head, answer: bytes) -> None:
        """Keep a time stamping authority's answer beside a head."""
        self._write(sql_heads.stamp, head.id, answer)

    def inclusion(self, public_id: str, *, now: datetime) -> Inclusion:
        """The proof that a version is in the ledger, by the leaf of the capture that first showed it.

        Where no head covers it yet, one is sealed.

        Raises:
            NotFound: There is no such version.
            Damaged: The leaf is not what the archive holds; `verify` says more.
        """
        capture_id = self._read(sql_versions.first_witness, public_id)
        index = self._read(sql_ledger.index_of, Kind.CAPTURE, capture_id)
        head = self._read(sql_heads.latest)
        if head is None or head.size <= index:
            head = self.seal(now=now)
            assert head is not None  # there is a leaf

        def read(connection: Connection) -> Inclusion:
            leaf = sql_leaves.leaf_of_capture(connection, capture_id)
            path = sql_ledger.tree(connection).inclusion(index, head.size)
            return Inclusion(leaf=leaf, index=index, path=tuple(path), head=head)

        return self._read(read)

    def consistency(self, old: int, new: int) -> Consistency:
        """The proof that the ledger grew from one signed head to another by appending alone.

        Args:
            old, new: How many leaves the heads are over.

        Raises:
            NotFound: No head was sealed there.
            ValueError: `old` is greater than `new`.
        """

        def read(connection: Connection) -> Consistency:
            before, after = sql_heads.head(connection, old), sql_heads.head(connection, new)
            path = sql_ledger.tree(connection).consistency(old, new)
            return Consistency(old=before, new=after, path=tuple(path))

        return self._read(read)

    # --------------------------------------------------------------- redaction

    def plan_redaction(self, article_id: int, version_id: int | None = None) -> Redaction:
        """What `redact` would take out."""
        return self._read(redacting.plan, article_id, version_id)

    def redact(
        self, article_id: int, version_id: int | None = None, *, reason: str, now: datetime
    ) -> Redaction:
        """Take an article with all its versions out of the archive, or one version; a tombstone stays.

        An article that is out is not fetched again. Until `sweep` was called its bytes may still lie in
        parts of the file that the database does not use.
        """
        return self._write(redacting.redact, article_id, version_id, reason, now)

    def sweep(self) -> None:
        """Write the database's file anew, so that nothing of what was taken out is left in it.

        Raises:
            Busy: Somebody reads or writes; what was taken out is out all the same. Try again later.
            CannotWrite: No room for a second copy of the file.
        """
        sweep(self._database)

    # ------------------------------------------------------------------ checks

    def verify(
        self,
        *,
        since: datetime | None = None,
        share: float = 1.0,
        derive: Derive | None = None,
        software: str = "",
        progress: OnChecked = silent,
    ) -> Verification:
        """Hold everything stored against its digests and the ledger.

        Args:
            since: Look at the bytes only of captures made at or after it.
            share: Look at the bytes only of that part of them, from 0 to 1, picked at random.
            derive: Reads versions again from their payloads; None: none is.
            software: What `derive` calls itself; versions of other software are not read again.
            progress: Told what is looked at, and how many were.

        Raises:
            BadSetting: The key's file is no key.
        """
        key = load_key(self.directory)
        return verify(
            self._database,
            None if key is None else public_key(key),
            since=since,
            share=share,
            derive=derive,
            software=software,
            progress=progress,
        )

    def note_check(self, found: Verification, *, at: datetime, took: timedelta) -> None:
        """Keep what a check found."""
        report = json.dumps(asdict(found), ensure_ascii=False)

        def write(connection: Connection) -> None:
            row = {"id": next_id(connection, verification), "at": micros(at), "report": report}
            connection.execute(insert(verification).values(took=took // timedelta(microseconds=1), **row))

        self._write(write)

    def last_check(self) -> PastCheck | None:
        """The latest check whose findings were kept; None where there was none."""

        def read(connection: Connection) -> PastCheck | None:
            row = connection.execute(select(verification).order_by(verification.c.id.desc()).limit(1)).first()
            if row is None:
                return None
            took = timedelta(microseconds=row.took)
            return PastCheck(at=moment(row.at), took=took, found=_found(json.loads(row.report)))

        return self._read(read)


def _found(said: dict[str, Any]) -> Verification:
    return Verification(
        checked=tuple((name, count) for name, count in said["checked"]),
        faults=tuple((name, count) for name, count in said["faults"]),
        findings=tuple(
            Finding(fault=Fault(one["fault"]), what=one["what"], why=one["why"]) for one in said["findings"]
        ),
        not_derived=tuple((name, count) for name, count in said["not_derived"]),
    )
