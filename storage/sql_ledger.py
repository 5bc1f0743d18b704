"""The ledger in the database: leaves entered, heads sealed, proofs read.

Leaves are entered at the end of the transaction that writes their rows (`Entries`), so that no row is
ever without one. What a leaf holds is `ledger`'s, how hashes make a tree `merkle`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Select, and_, bindparam, func, insert, select, update

from ..errors import Damaged, NotFound
from . import merkle
from .ledger import Head, Kind, capture_leaf, change_leaf, columns_digest, digest, head_text, public_key
from .payloads import unpack
from .sql_sources import next_id
from .tables import (
    article,
    capture,
    change,
    ledger_head,
    ledger_leaf,
    ledger_node,
    payload,
    redacted,
    version,
)
from .values import micros, moment

AT_ONCE: Final = 500  # rows entered with one statement, where many are
REMEMBERED: Final = 2_000  # unpacked bases of heads and contents, some 10,000 bytes each
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


# -------------------------------------------------------------------------- heads


def seal(connection: Connection, key: Ed25519PrivateKey, now: datetime) -> Head | None:
    """Sign a head over all leaves; the last one where nothing was added since; None over no leaves."""
    many = size(connection)
    last = latest(connection)
    if many == 0 or (last is not None and last.size == many):
        return last
    root = tree(connection).root(many)
    public = public_key(key)
    signature = key.sign(head_text(public, many, root, now).encode())
    made = Head(
        id=next_id(connection, ledger_head), size=many, root=root, at=now, key=public, signature=signature
    )
    connection.execute(
        insert(ledger_head).values(
            id=made.id, size=many, root=root, at=micros(now), key=public, signature=signature
        )
    )
    return made


def latest(connection: Connection) -> Head | None:
    """The last head, or None."""
    row = connection.execute(select(ledger_head).order_by(ledger_head.c.id.desc()).limit(1)).first()
    return None if row is None else head_of(row)


def head(connection: Connection, many: int) -> Head:
    """The head over that many leaves.

    Raises:
        NotFound: No head was sealed there.
    """
    row = connection.execute(select(ledger_head).where(ledger_head.c.size == many)).first()
    if row is None:
        raise NotFound(f"no head over {many} leaves; `palimpsest ledger list` shows those that were sealed")
    return head_of(row)


def heads(connection: Connection, limit: int) -> tuple[Head, ...]:
    """The latest heads, the newest first."""
    query = select(ledger_head).order_by(ledger_head.c.id.desc()).limit(limit)
    return tuple(map(head_of, connection.execute(query)))


def head_of(row: Any) -> Head:
    """A head out of its row."""
    return Head(
        id=row.id,
        size=row.size,
        root=row.root,
        at=moment(row.at),
        key=row.key,
        signature=row.signature,
        timestamp=row.timestamp,
    )


def stamp(connection: Connection, head_id: int, answer: bytes) -> None:
    """Keep a time stamping authority's answer beside the head that it is about."""
    connection.execute(update(ledger_head).where(ledger_head.c.id == head_id).values(timestamp=answer))


# ----------------------------------------------------------------- rows to leaves

_head_base, _base = capture.alias("head_base"), version.alias("base")
_ROWS: Select[Any] = (
    # Columns by name: a revision of the schema enters by this what was there before it.
    select(
        *(capture.c[name] for name in
          ("id", "record_id", "article_id", "version_id", "payload_id", "source_id", "lead_id", "run_id",
           "at", "outcome", "status", "url", "reason", "location", "ip", "took", "request_size",
           "head_base_id", "heads")),
        article.c.url.label("article_url"),
        payload.c.sha256,
        _head_base.c.heads.label("base_heads"),
        version.c.id.label("made_id"),
        version.c.number,
        version.c.fingerprint,
        version.c.content,
        version.c.base_id,
        version.c.article_id.label("made_article_id"),
        *(func.coalesce(version.c[name], _base.c[name]).label(name)
          for name in ("page_class", "title", "published", "language")),
        _base.c.content.label("base_content"),
    )
    .outerjoin(article, article.c.id == capture.c.article_id)
    .outerjoin(payload, payload.c.id == capture.c.payload_id)
    .outerjoin(_head_base, _head_base.c.id == capture.c.head_base_id)
    .outerjoin(version, and_(version.c.id == capture.c.version_id, version.c.capture_id == capture.c.id))
    .outerjoin(_base, _base.c.id == version.c.base_id)
)  # fmt: skip
BETWEEN = _ROWS.where(capture.c.id >= bindparam("low"), capture.c.id <= bindparam("high")).order_by(
    capture.c.id
)
CHANGES: Select[Any] = select(
    *(change.c[name] for name in
      ("id", "article_id", "old_id", "new_id", "at", "kinds", "weight", "verdict", "reasons",
       "title_before", "title_after"))
).where(change.c.id >= bindparam("low"), change.c.id <= bindparam("high")).order_by(change.c.id)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The bytes that a capture's leaf speaks of."""

    heads: bytes | None
    content: bytes | None


Bases = dict[tuple[str, int], bytes]
"""Unpacked bases at hand, by table and id."""


def unpacked(row: Any, bases: Bases | None = None) -> Unpacked:
    """Unpack the heads of a row of `BETWEEN`, and the content of the version that it made.

    Args:
        row: The row.
        bases: Remembers unpacked bases from one call to the next.

    Raises:
        Damaged: Naming what cannot be unpacked.
    """
    bases = {} if bases is None else bases
    if len(bases) > REMEMBERED:
        bases.clear()
    try:
        heads = _unpacked(row.heads, ("capture", row.head_base_id), row.base_heads, bases)
    except Damaged as error:
        raise Damaged(f"its heads: {error.message}") from error
    try:
        content = _unpacked(row.content, ("version", row.base_id), row.base_content, bases)
    except Damaged as error:
        raise Damaged(f"the content of its version: {error.message}") from error
    return Unpacked(heads, content)


def _unpacked(
    frame: bytes | None, key: tuple[str, int | None], base: bytes | None, bases: Bases
) -> bytes | None:
    if frame is None:
        return None
    table, base_id = key
    if base_id is None:
        return unpack(frame)
    if base is None:
        raise Damaged(f"its base {base_id} is missing")
    if (table, base_id) not in bases:
        bases[table, base_id] = unpack(base)
    return unpack(frame, bases[table, base_id])


def leaf_of(row: Any, found: Unpacked) -> bytes:
    """The leaf of a row of `BETWEEN`, as the archive's rows and bytes are now."""
    made = None
    if row.made_id is not None:
        columns = columns_digest(row.page_class, row.title, row.published, row.language)
        made = _made(row, columns)
    return capture_leaf(
        row._mapping,
        url=row.url if row.url is not None else row.article_url,
        heads=digest(found.heads) if found.heads else None,
        payload=row.sha256,
        made=made,
        content=None if found.content is None else digest(found.content),
    )


def _made(row: Any, columns: str | None) -> Values:
    return {"id": row.made_id, "number": row.number, "fingerprint": row.fingerprint, "columns": columns}


def leaf_of_capture(connection: Connection, capture_id: int) -> str:
    """The data of a capture's leaf, as it was entered.

    Raises:
        Damaged: What is stored now gives another leaf.
    """
    row = connection.execute(BETWEEN, {"low": capture_id, "high": capture_id}).one()
    had = connection.scalar(_HAD, {"id": capture_id})
    leaf = leaf_of(row, unpacked(row)) if had is None else str(had).encode("utf-8", "surrogatepass")
    place = {"kind": int(Kind.CAPTURE), "id": capture_id}
    if connection.scalar(_HASH, place) != merkle.leaf_hash(leaf):
        raise Damaged(f"capture {capture_id} is not what was entered in the ledger; see `palimpsest verify`")
    return leaf.decode("utf-8", "surrogatepass")


_HASH = select(ledger_leaf.c.hash).where(
    ledger_leaf.c.kind == bindparam("kind"), ledger_leaf.c.row_id == bindparam("id")
)
_HAD = select(redacted.c.leaf).where(redacted.c.kind == "capture", redacted.c.row_id == bindparam("id"))


def leaf_without_text(row: Any, had: Values) -> bytes:
    """The leaf of a redacted row of `BETWEEN`: digests of what is gone are those of the leaf that it had."""
    said = had.get("version") or {}
    made = None if row.made_id is None else _made(row, said.get("columns"))
    return capture_leaf(
        row._mapping,
        url=row.url if row.url is not None else row.article_url,
        heads=had.get("heads"),
        payload=row.sha256,
        made=made,
        content=said.get("content"),
        details=had.get("details"),
    )


def enter_everything(connection: Connection) -> None:
    """Enter every capture and change that is stored; for a revision of the schema, the ledger being empty."""
    for rows in _pages(connection, BETWEEN):
        append(connection, [(Kind.CAPTURE, row.id, leaf_as_found(row)) for row in rows])
    for rows in _pages(connection, CHANGES):
        append(connection, [(Kind.CHANGE, row.id, change_leaf(row._mapping)) for row in rows])


def leaf_as_found(row: Any) -> bytes:
    """The leaf of a row of `BETWEEN`, what cannot be unpacked left out."""
    try:
        return leaf_of(row, unpacked(row))
    except Damaged:
        return leaf_of(row, Unpacked(None, None))  # `verify` names it; the archive is to open all the same


def _pages(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    table = capture if query is BETWEEN else change
    for low in range(1, next_id(connection, table), AT_ONCE):
        rows = connection.execute(query, {"low": low, "high": low + AT_ONCE - 1}).all()
        if rows:
            yield rows
