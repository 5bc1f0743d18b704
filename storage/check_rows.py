"""Rows checked: captures with the versions they made, and changes, against their leaves; and strays.

A leaf speaks of a row's columns and of the bytes that belong to it, so one comparison of hashes finds a
change of any of them; what is found is named by the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import text

from ..errors import Damaged
from . import merkle, sql_leaves
from .check_ground import CHUNK, Ground, parts
from .ledger import Kind, change_leaf
from .tables import change
from .verification import Fault

Reread = Callable[[Any, bytes], None]
"""Told of each version with the row of the capture that made it, and its content."""


def check_changes(ground: Ground) -> None:
    """Every entry in the log of changes against its leaf."""
    for low, high in parts(ground.ends[change], CHUNK):
        leaves = ground.leaves(Kind.CHANGE, low, high)
        rows = ground.rows("change", sql_leaves.CHANGES, low, high)
        for row in rows:
            made = change_leaf(row._mapping, text=ground.had("change", row.id).get("text"))
            if row.id in leaves and merkle.leaf_hash(made) != leaves[row.id]:
                why = "its row is not what was entered in the ledger"
                ground.found.note(Fault.BAD, f"change {row.id}", why)
        ground.found.count("changes", len(rows))


def check_versions(ground: Ground) -> None:
    """Versions that no capture showed first, and spans that no captures bear out."""
    with ground.database.reading() as connection:
        for row in connection.execute(_STRAY_VERSIONS):
            ground.found.note(Fault.UNEXPECTED, f"version {row.id}", "no capture is its first witness")
        for row in connection.execute(_WRONG_SPANS):
            ground.found.note(Fault.BAD, f"version {row.id}", "its captures are not those that it counts")


def check_captures(ground: Ground, chosen: Sequence[int], reread: Reread | None) -> None:
    """Captures, with the versions that they made, against their leaves.

    Args:
        ground: What is checked.
        chosen: The ids of those that are looked at, in order.
        reread: Reads versions again; None: nobody does.
    """
    bases = sql_leaves.Bases(ground.all)
    for ids in _runs(chosen):
        leaves = ground.leaves(Kind.CAPTURE, ids[0], ids[-1])
        wanted = set(ids)
        rows = ground.rows("capture", sql_leaves.BETWEEN, ids[0], ids[-1])
        rows = [row for row in rows if row.id in wanted]
        bases.fetch(rows)
        for row in rows:
            try:
                content = _check_capture(ground, row, leaves.get(row.id), bases)
            except Damaged as error:
                ground.found.note(Fault.BAD, f"capture {row.id}", error.message)
                continue
            if content is not None and reread is not None:
                reread(row, content)
        ground.found.count("captures", len(rows))


def _check_capture(ground: Ground, row: Any, leaf: bytes | None, bases: sql_leaves.Bases) -> bytes | None:
    """Hold a row against its leaf; the content of the version that it made, unless that was redacted.

    Raises:
        Damaged: It does not fit; why, in words.
    """
    found = sql_leaves.unpacked(row, bases)
    had = ground.had("capture", row.id)
    made = sql_leaves.leaf_without_text(row, had) if had else sql_leaves.leaf_of(row, found)
    if leaf is not None and merkle.leaf_hash(made) != leaf:
        if row.payload_id is not None and row.sha256 is None:
            raise Damaged(f"its payload {row.payload_id} is missing")
        raise Damaged("it or what belongs to it is not what was entered in the ledger")
    if row.made_id is None:
        return None
    ground.found.count("versions", 1)
    if ("version", row.made_id) in ground.gone:
        return None
    if row.made_article_id != row.article_id:
        ground.found.note(Fault.BAD, f"version {row.made_id}", "it is of another article than its capture")
    return found.content


def _runs(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Portions whose first and last are not far apart, so that what lies between is read for little."""
    portion: list[int] = []
    for i in ids:
        if portion and i - portion[0] >= CHUNK:
            yield portion
            portion = []
        portion.append(i)
    if portion:
        yield portion


_STRAY_VERSIONS = text(
    "SELECT v.id FROM version v LEFT JOIN capture c ON c.id = v.capture_id AND c.version_id = v.id"
    " WHERE c.id IS NULL ORDER BY v.id"
)
_WRONG_SPANS = text(
    "SELECT v.id FROM version v JOIN (SELECT version_id, count(*) AS met, min(at) AS first, max(at) AS last"
    " FROM capture WHERE version_id IS NOT NULL GROUP BY version_id) w ON w.version_id = v.id"
    " WHERE (w.met <> v.captures OR w.first <> v.first_seen OR w.last <> v.last_seen) ORDER BY v.id"
)
