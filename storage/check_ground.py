"""What every check of the archive stands on: the rows as they were when it began, and how they are read.

Whatever was written after the start is left for the next time, so that a writer may work meanwhile. Where
rows cannot be read, each one that cannot is named and the others are read all the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, Self

from sqlalchemy import Select, Table, bindparam, select

from ..errors import StoreError
from .engine import Database
from .ledger import Kind
from .sql_sources import next_id
from .tables import capture, change, ledger_leaf, payload, redacted, redaction, version
from .verification import Fault, Gathering

CHUNK: Final = 250  # rows read at a time
PART: Final = 10_000  # ids, or leaves
_TABLES: Final = (capture, change, payload, version, redaction, ledger_leaf)


class Ground:
    """The archive that is checked, as far as it had come.

    Attributes:
        database: The archive's.
        found: Where findings go.
        ends: The last id of each table.
        gone: What lost its text to a redaction, by kind and id: its leaf, if it had one.
    """

    def __init__(
        self, database: Database, found: Gathering, ends: dict[Table, int], gone: dict[tuple[str, int], Any]
    ) -> None:
        self.database = database
        self.found = found
        self.ends = ends
        self.gone = gone

    @classmethod
    def of(cls, database: Database, found: Gathering) -> Self:
        """The archive as it is now."""
        with database.reading() as connection:
            ends = {table: next_id(connection, table) - 1 for table in _TABLES}
            gone = {(row.kind, row.row_id): row.leaf for row in connection.execute(select(redacted))}
        return cls(database, found, ends, gone)

    def all(self, query: Select[Any], **values: Any) -> Sequence[Any]:
        """Every row of a query."""
        with self.database.reading() as connection:
            return connection.execute(query, values).all()

    def rows(self, what: str, query: Select[Any], low: int, high: int) -> list[Any]:
        """Rows of ids from `low` to `high`; where they cannot be read, each one that cannot is named."""
        try:
            return list(self.all(query, low=low, high=high))
        except StoreError as error:
            if low == high:
                self.found.note(Fault.BAD, f"{what} {low}", str(error))
                return []
        middle = (low + high) // 2
        return self.rows(what, query, low, middle) + self.rows(what, query, middle + 1, high)

    def leaves(self, kind: Kind, low: int, high: int) -> dict[int, bytes]:
        """The hashes of the leaves of rows from `low` to `high`, by the rows' ids."""
        rows = self.rows("ledger leaves of", _LEAVES_OF[kind], low, high)
        return {row.row_id: row.hash for row in rows}

    def had(self, kind: str, row_id: int) -> dict[str, Any]:
        """The leaf of a row that lost its text; empty for one that did not."""
        leaf = self.gone.get((kind, row_id))
        if leaf is None:
            return {}
        try:
            said = json.loads(leaf)
        except (TypeError, ValueError):
            return {}  # its hash will not be the leaf's
        return said if isinstance(said, dict) else {}


def parts(end: int, size: int) -> Iterator[tuple[int, int]]:
    """The ids from 1 to `end` in spans of `size`: the first and the last of each."""
    return ((low, min(low + size - 1, end)) for low in range(1, end + 1, size))


def chunks(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """`ids` in portions of `size`."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


_LEAVES_OF = {
    kind: select(ledger_leaf.c.row_id, ledger_leaf.c.hash).where(
        ledger_leaf.c.kind == int(kind),
        ledger_leaf.c.row_id >= bindparam("low"),
        ledger_leaf.c.row_id <= bindparam("high"),
    )
    for kind in Kind
}
