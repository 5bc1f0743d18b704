"""The ledger in the database: leaves entered, and the tree over them read.

Leaves are entered at the end of the transaction that writes their rows (`Entries`), so that no row is
ever without one. What a leaf holds is `ledger`'s, how stored rows give it `sql_leaves`', how hashes make
a tree `merkle`'s, heads `sql_heads`'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from ..errors import Damaged
from . import merkle
from .ledger import Kind, capture_leaf, change_leaf, digest
from .sql_sources import next_id
from .tables import ledger_leaf, ledger_node

Values = Mapping[str, Any]


@dataclass(slots=True)
class _Draft:
    """A capture whose leaf is made when all is known of it."""

    row: dict[str, Any]
    url: str | None
    heads: str | None
    payload: bytes | None
    made: Values | None = None
    content: str | None = None


class Entries:
    """What a transaction enters into the ledger when it ends."""

    def __init__(self) -> None:
        self._captures: dict[int, _Draft] = {}
        self._changes: list[Values] = []

    def add_capture(self, row: dict[str, Any], *, url: str, heads: bytes, payload: bytes | None) -> None:
        """A capture was written; `heads` are unpacked."""
        said = digest(heads) if heads else None
        self._captures[row["id"]] = _Draft(dict(row, heads=None), url, said, payload)

    def add_version(self, row: Values, content: bytes, columns: str) -> None:
        """A version was written, first shown by a capture of this transaction; `content` is unpacked."""
        draft = self._captures[row["capture_id"]]
        names = ("id", "number", "fingerprint")
        draft.made = {name: row[name] for name in names} | {"columns": columns}
        draft.content = digest(content)

    def point(self, capture_id: int, version_id: int) -> None:
        """A capture of this transaction was found to show a version."""
        self._captures[capture_id].row["version_id"] = version_id

    def add_change(self, row: Values) -> None:
        """An entry in the log of changes was written."""
        self._changes.append(row)

    def enter(self, connection: Connection) -> None:
        """Write the leaves."""
        leaves = [(Kind.CAPTURE, key, _leaf(draft)) for key, draft in sorted(self._captures.items())]
        leaves += [(Kind.CHANGE, row["id"], change_leaf(row)) for row in self._changes]
        append(connection, leaves)
        self._captures.clear()
        self._changes.clear()


def _leaf(draft: _Draft) -> bytes:
    return capture_leaf(
        draft.row,
        url=draft.url,
        heads=draft.heads,
        payload=draft.payload,
        made=draft.made,
        content=draft.content,
    )


def append(connection: Connection, leaves: Sequence[tuple[Kind, int, bytes]]) -> None:
    """Add leaves, and the hashes over what they make whole.

    Args:
        connection: In a write.
        leaves: What each is about: its kind, its row's id, its data.
    """
    if not leaves:
        return
    first = next_id(connection, ledger_leaf)
    hashes = [merkle.leaf_hash(data) for _, _, data in leaves]
    rows = [
        {"id": first + i, "kind": int(kind), "row_id": row_id, "hash": hashes[i]}
        for i, (kind, row_id, _) in enumerate(leaves)
    ]
    nodes = list(tree(connection).grown(first - 1, hashes))
    connection.execute(insert(ledger_leaf), rows)
    if nodes:
        names = ("row", "place", "hash")
        connection.execute(insert(ledger_node), [dict(zip(names, node, strict=True)) for node in nodes])


_LEAVES = (
    select(ledger_leaf.c.hash)
    .where(ledger_leaf.c.id > bindparam("first"), ledger_leaf.c.id <= bindparam("last"))
    .order_by(ledger_leaf.c.id)
)
_NODES = (
    select(ledger_node.c.hash)
    .where(ledger_node.c.row == bindparam("row"))
    .where(ledger_node.c.place >= bindparam("first"), ledger_node.c.place < bindparam("last"))
    .order_by(ledger_node.c.place)
)


def tree(connection: Connection) -> merkle.Tree:
    """The tree over all leaves, whose hashes are read as they are wanted."""

    def read(row: int, first: int, count: int) -> Sequence[bytes]:
        span = {"first": first, "last": first + count}
        query, values = (_NODES, span | {"row": row}) if row else (_LEAVES, span)
        return connection.scalars(query, values).all()

    return merkle.Tree(read)


def size(connection: Connection) -> int:
    """How many leaves there are."""
    return next_id(connection, ledger_leaf) - 1


def first_leaf(connection: Connection) -> str | None:
    """The hash of the first leaf, hexadecimal; None: there is none yet."""
    found = connection.scalar(select(ledger_leaf.c.hash).where(ledger_leaf.c.id == 1))
    return None if found is None else found.hex()


def index_of(connection: Connection, kind: Kind, row_id: int) -> int:
    """The index of a row's leaf.

    Raises:
        Damaged: It has none.
    """
    query = select(ledger_leaf.c.id).where(ledger_leaf.c.kind == int(kind), ledger_leaf.c.row_id == row_id)
    found = connection.scalar(query)
    if found is None:
        raise Damaged(f"{kind.name.lower()} {row_id} has no leaf in the ledger")
    return int(found) - 1
