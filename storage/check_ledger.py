"""The ledger checked against itself: leaves and hashes against signed heads, rows and leaves one for one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Table, bindparam, select

from . import merkle, sql_heads
from .check_ground import PART, Ground, parts
from .ledger import Kind, redaction_leaf
from .tables import ledger_head, ledger_leaf, ledger_node, redacted, redaction
from .verification import Fault


def check_tree(ground: Ground, key: bytes | None) -> None:
    """Leaves against heads and kept hashes: all of them are recomputed from the leaves.

    Args:
        ground: What is checked.
        key: The public key by which the archive's heads are signed; None: it has none.
    """
    note, end = ground.found.note, ground.ends[ledger_leaf]
    heads = {row.size: row for row in ground.all(select(ledger_head))}
    kept = {(row.row, row.place): row.hash for row in ground.all(select(ledger_node))}
    made = merkle.Range()
    for low, high in parts(end, PART):
        found = {row.id: row.hash for row in ground.rows("ledger leaf", _ALL_LEAVES, low, high)}
        for i in range(low, high + 1):
            if i not in found:
                note(Fault.MISSING, f"ledger leaf {i}", "nothing after it can be held to a head")
            leaf = found.get(i)
            made.add(leaf if isinstance(leaf, bytes) else b"")
            if made.size in heads:
                _check_head(ground, key, heads.pop(made.size), made.root)
        ground.found.count("leaves", len(found))
    last = max((row.id for row in ground.all(_LAST_LEAF)), default=0)  # a head may have come meanwhile
    for head in heads.values():
        if head.size > last:
            what = f"ledger leaves {end + 1} to {head.size}"
            note(Fault.MISSING, what, f"head {head.id} vouches for them")
    for row, place, hashed in made.kept:
        there = kept.pop((row, place), None)
        if there != hashed:
            fault = Fault.MISSING if there is None else Fault.BAD
            note(fault, f"ledger node {row}/{place}", "not the hash over the leaves below it")


def _check_head(ground: Ground, key: bytes | None, row: Any, root: bytes) -> None:
    what, note = f"head {row.id}", ground.found.note
    try:
        head = sql_heads.head_of(row)
        signed = head.is_signed
    except (TypeError, ValueError, OverflowError):  # what stands in the row can be no head
        signed = False
    if not signed:
        note(Fault.BAD, what, "its signature does not hold")
    elif key is not None and head.key != key:
        note(Fault.UNEXPECTED, what, "signed by another key than this archive's")
    if row.root != root:
        note(Fault.BAD, what, f"the first {row.size} leaves are not those that were signed")
    ground.found.count("heads", 1)


def check_ids(ground: Ground, kind: Kind, table: Table) -> None:
    """Rows and leaves of a kind, one for each id and nothing else."""
    name, end, note = kind.name.lower(), ground.ends[table], ground.found.note
    for low, high in parts(end, PART):
        ids = select(table.c.id).where(table.c.id >= bindparam("low"), table.c.id <= bindparam("high"))
        rows = {row.id for row in ground.all(ids, low=low, high=high)}
        leaves = {row.row_id for row in ground.all(_IDS_OF[kind], low=low, high=high)}
        for i in sorted(leaves - rows):
            note(Fault.MISSING, f"{name} {i}", "the ledger has it, the archive no longer")
        for i in sorted(rows - leaves):
            note(Fault.UNEXPECTED, f"{name} {i}", "the ledger knows nothing of it")
    beyond = ground.all(_IDS_OF[kind], low=end + 1, high=2**62)
    there = {row.id for row in ground.all(select(table.c.id).where(table.c.id > end))}
    for row in beyond:
        if row.row_id not in there:
            note(Fault.MISSING, f"{name} {row.row_id}", "the ledger has it, the archive no longer")


def check_redactions(ground: Ground) -> None:
    """Redactions against their leaves, and what lost its text against its redaction."""
    note, leaves = ground.found.note, ground.leaves(Kind.REDACTION, 1, ground.ends[redaction])
    gone: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for row in ground.all(select(redacted)):
        gone[row.redaction_id].append((row.kind, row.row_id))
    for row in ground.all(select(redaction)):
        made = redaction_leaf(row._mapping, gone.pop(row.id, []))
        if row.id in leaves and merkle.leaf_hash(made) != leaves[row.id]:
            note(Fault.BAD, f"redaction {row.id}", "it does not say what it said, or of what")
    for rows in gone.values():
        for kind, row_id in rows:
            note(Fault.UNEXPECTED, f"redacted {kind} {row_id}", "no redaction took it out")
    ground.found.count("redactions", len(leaves))


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
