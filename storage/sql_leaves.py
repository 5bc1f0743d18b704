"""From rows that are stored back to the leaves that were entered of them in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from sqlalchemy import Column, Connection, Select, and_, bindparam, func, null, select

from ..errors import Damaged
from . import merkle
from .ledger import Kind, capture_leaf, change_leaf, columns_digest, digest
from .payloads import unpack
from .sql_ledger import append
from .sql_sources import next_id
from .tables import article, capture, change, ledger_leaf, payload, redacted, version

AT_ONCE: Final = 500  # rows entered with one statement, where many are
REMEMBERED: Final = 2_000  # unpacked bases of heads and contents, some 10,000 bytes each
Values = Mapping[str, Any]

_base = version.alias("base")
_OLDER: Select[Any] = (
    # Columns by name: a revision of the schema enters by this what was there before it.
    select(
        *(capture.c[name] for name in
          ("id", "record_id", "article_id", "version_id", "payload_id", "source_id", "lead_id", "run_id",
           "at", "outcome", "status", "url", "reason", "location", "ip", "took", "request_size",
           "head_base_id", "heads")),
        article.c.url.label("article_url"),
        payload.c.sha256,
        version.c.id.label("made_id"),
        version.c.number,
        version.c.fingerprint,
        version.c.content,
        version.c.base_id,
        version.c.article_id.label("made_article_id"),
        *(func.coalesce(version.c[name], _base.c[name]).label(name)
          for name in ("page_class", "title", "published", "language")),
    )
    .outerjoin(article, article.c.id == capture.c.article_id)
    .outerjoin(payload, payload.c.id == capture.c.payload_id)
    .outerjoin(version, and_(version.c.id == capture.c.version_id, version.c.capture_id == capture.c.id))
    .outerjoin(_base, _base.c.id == version.c.base_id)
)  # fmt: skip
_WITHIN = and_(capture.c.id >= bindparam("low"), capture.c.id <= bindparam("high"))
_ALONE = _OLDER.add_columns(null().label("beside_id")).where(_WITHIN).order_by(capture.c.id)
BETWEEN = _OLDER.add_columns(capture.c.beside_id).where(_WITHIN).order_by(capture.c.id)
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


class Bases:
    """What heads and contents are packed against, some 10,000 bytes each; the latest ones are remembered.

    Args:
        read: Gives the rows of a query.
    """

    def __init__(self, read: Callable[[Select[Any]], Iterable[Any]]) -> None:
        self._read = read
        self._packed: dict[tuple[str, int], bytes] = {}
        self._unpacked: dict[tuple[str, int], bytes] = {}

    def fetch(self, rows: Sequence[Any]) -> Self:
        """Read together what rows of `BETWEEN` need: two queries in place of two for each article."""
        if len(self._unpacked) > REMEMBERED:
            self._unpacked.clear()
        self._packed.clear()
        for column, name in ((capture.c.heads, "head_base_id"), (version.c.content, "base_id")):
            table = column.table.name
            wanted = {getattr(row, name) for row in rows} - {None}
            missing = [i for i in wanted if (table, i) not in self._unpacked]
            if missing:
                query = select(column.table.c.id, column).where(column.table.c.id.in_(missing))
                self._packed.update({(table, row[0]): row[1] for row in self._read(query)})
        return self

    def of(self, column: Column[Any], row_id: int) -> bytes:
        """What that row's column holds, unpacked; it was fetched before.

        Raises:
            Damaged: There is no such row, or it cannot be unpacked.
        """
        key = (column.table.name, row_id)
        if key not in self._unpacked:
            if self._packed.get(key) is None:
                raise Damaged(f"its base {row_id} is missing")
            self._unpacked[key] = unpack(self._packed[key])
        return self._unpacked[key]


def unpacked(row: Any, bases: Bases) -> Unpacked:
    """Unpack the heads of a row of `BETWEEN`, and the content of the version that it made.

    Args:
        row: The row.
        bases: With what the row needs fetched.

    Raises:
        Damaged: Naming what cannot be unpacked.
    """
    try:
        heads = _unpacked(row.heads, bases, capture.c.heads, row.head_base_id)
    except Damaged as error:
        raise Damaged(f"its heads: {error.message}") from error
    try:
        content = _unpacked(row.content, bases, version.c.content, row.base_id)
    except Damaged as error:
        raise Damaged(f"the content of its version: {error.message}") from error
    return Unpacked(heads, content)


def _unpacked(frame: bytes | None, bases: Bases, column: Column[Any], base_id: int | None) -> bytes | None:
    if frame is None:
        return None
    return unpack(frame) if base_id is None else unpack(frame, bases.of(column, base_id))


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
    leaf = (
        leaf_of(row, unpacked(row, Bases(connection.execute).fetch([row])))
        if had is None
        else str(had).encode("utf-8", "surrogatepass")
    )
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
    """Enter every capture and change of an archive that had no ledger, nor knew what was fetched beside what.

    For a revision of the schema, which finds the ledger empty.
    """
    bases = Bases(connection.execute)
    for rows in _pages(connection, _ALONE):
        bases.fetch(rows)
        append(connection, [(Kind.CAPTURE, row.id, leaf_as_found(row, bases)) for row in rows])
    for rows in _pages(connection, CHANGES):
        append(connection, [(Kind.CHANGE, row.id, change_leaf(row._mapping)) for row in rows])


def leaf_as_found(row: Any, bases: Bases) -> bytes:
    """The leaf of a row of `BETWEEN`, what cannot be unpacked left out."""
    try:
        return leaf_of(row, unpacked(row, bases))
    except Damaged:
        return leaf_of(row, Unpacked(None, None))  # `verify` names it; the archive is to open all the same


def _pages(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    table = capture if query is _ALONE else change
    for low in range(1, next_id(connection, table), AT_ONCE):
        rows = connection.execute(query, {"low": low, "high": low + AT_ONCE - 1}).all()
        if rows:
            yield rows
