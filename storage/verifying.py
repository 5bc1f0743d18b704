"""`verify`: everything stored held against its digest, its leaf in the ledger, and the signed heads.

Here is what is looked at, and in which order; how is in `check_ledger`, `check_rows`, `check_payloads`
and `check_reading`. It decides nothing and mends nothing. Not seen here: what only helps to find and to
fetch (the search index, article rows but for their address, leads, sources, schedules).
"""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select, text

from ..errors import StoreError
from .check_ground import Ground
from .check_ledger import check_ids, check_redactions, check_tree
from .check_payloads import check_payloads, check_strays
from .check_reading import Derive, Rereading
from .check_rows import check_captures, check_changes, check_versions
from .engine import Database
from .ledger import Kind
from .tables import capture, change, metadata, redaction
from .values import micros
from .verification import Fault, Gathering, OnChecked, Verification, silent


def verify(
    database: Database,
    key: bytes | None,
    *,
    since: datetime | None = None,
    share: float = 1.0,
    derive: Derive | None = None,
    software: str = "",
    progress: OnChecked = silent,
) -> Verification:
    """Check an archive.

    Args:
        database: The archive's.
        key: The public key by which its heads are signed, if it was ever made.
        since: Only captures made at or after it have their bytes looked at.
        share: What part of them, from 0 to 1, picked at random.
        derive: Reads versions again; None: none is.
        software: What `derive` calls itself.
        progress: Told what is looked at, and how many were.
    """
    whole = since is None and share >= 1
    found = Gathering(progress)
    ground = Ground.of(database, found)
    if whole:
        found.guarded("the database", partial(_check_database, ground))
    found.guarded("the ledger", partial(check_tree, ground, key))
    for kind, table in ((Kind.CAPTURE, capture), (Kind.CHANGE, change), (Kind.REDACTION, redaction)):
        found.guarded(f"the ids of {table.name}s", partial(check_ids, ground, kind, table))
    found.guarded("redactions", partial(check_redactions, ground))
    found.guarded("changes", partial(check_changes, ground))
    found.guarded("versions", partial(check_versions, ground))
    if whole:
        found.guarded("payloads", partial(check_strays, ground))
    chosen = _chosen(ground, since, share)
    check_captures(ground, chosen, None if derive is None else Rereading(ground, derive, software))
    check_payloads(ground, None if whole else chosen)
    return found.result()


def _check_database(ground: Ground) -> None:
    """SQLite's own look at its pages and indexes, and whether each table still has the columns that it was
    made with, whose names are bytes of the file too; PostgreSQL has `pg_amcheck` for it."""
    if not ground.database.is_sqlite:
        return
    for table in metadata.sorted_tables:
        try:
            with ground.database.reading() as connection:
                connection.execute(select(table).limit(0))
        except StoreError as error:
            ground.found.note(Fault.BAD, f"table {table.name}", f"it lacks a column, or itself: {error}")
    with ground.database.reading() as connection:
        for said in connection.execute(text("PRAGMA integrity_check(100)")).scalars():
            if said != "ok":
                ground.found.note(Fault.BAD, "database file", " ".join(str(said).split()))


def _chosen(ground: Ground, since: datetime | None, share: float) -> Sequence[int]:
    """The ids of the captures whose bytes are to be looked at."""
    end = ground.ends[capture]
    ids: Sequence[int] = range(1, end + 1)
    if since is not None:
        query = select(capture.c.id).where(capture.c.at >= micros(since), capture.c.id <= end)
        ids = array("q", sorted(row.id for row in ground.all(query)))
    count = len(ids) if share >= 1 else min(len(ids), max(1, round(len(ids) * share)))
    return ids if count == len(ids) else sorted(random.sample(ids, count))
