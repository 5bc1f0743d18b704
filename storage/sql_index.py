"""The full-text index as SQL sees it, on either database: who matches, and how well.

What is looked for is spelled as the database wants it (`spelled`) and given as the parameter `looked`;
`loose` is what PostgreSQL finds that and more by (`search_syntax.loose_tsquery`), and `chunks` are those of
ids to which its index may be kept.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    TableClause,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from .search_syntax import Looked, fts5, tsquery

WEIGHTS = "10.0, 3.0, 2.0, 0.0, 1.0"  # of title, author, section, marks, text in BM25
_FTS5 = table("search_index", column("rowid"))
_TSVECTOR = table("search_index", column("id"), column("words"))
CHUNK_BITS: Final = 13
CHUNK: Final = f"ARRAY[id >> {CHUNK_BITS}]"
"""In which chunk of 8,192 ids an entry lies, as PostgreSQL's index has it."""
LOOKED: Final = bindparam("looked", type_=Text)
LOOSE: Final = bindparam("loose", type_=Text)
_CHUNKS: Final = bindparam("chunks", type_=ARRAY(BigInteger))


def index(sqlite: bool) -> tuple[TableClause, ColumnElement[int]]:
    """The index and its column of version ids."""
    return (_FTS5, _FTS5.c.rowid) if sqlite else (_TSVECTOR, _TSVECTOR.c.id)


def spelled(connection: Connection, looked: Looked) -> str:
    """What is looked for, in the syntax of the database."""
    return fts5(looked) if connection.dialect.name == "sqlite" else tsquery(looked)


def matches(sqlite: bool, looked: ColumnElement[Any] = LOOKED) -> ColumnElement[bool]:
    """That an entry of the index is what is looked for."""
    if sqlite:
        return literal_column("search_index").op("MATCH", is_comparison=True)(looked)
    return _TSVECTOR.c.words.op("@@", is_comparison=True)(cast(looked, TSQUERY))


def in_chunks() -> ColumnElement[bool]:
    """That an entry of PostgreSQL's index lies in one of the `chunks`."""
    overlap: ColumnElement[bool] = literal_column(CHUNK, type_=ARRAY(BigInteger)).overlap(_CHUNKS)
    return overlap


def chunks(low: int, high: int) -> list[int]:
    """The chunks of all ids from `low` to `high`."""
    return list(range(low >> CHUNK_BITS, (high >> CHUNK_BITS) + 1))


def matching(connection: Connection, looked: Looked) -> Select[int]:
    """The ids of the versions that are looked for, as a part of another statement."""
    sqlite = connection.dialect.name == "sqlite"
    whole, ids = index(sqlite)
    return select(ids).select_from(whole).where(matches(sqlite, bindparam(None, spelled(connection, looked))))


def score(sqlite: bool) -> ColumnElement[float]:
    """How well an entry fits; less is better.

    BM25 with weights for fields on SQLite, cover density (Clarke et al.) with such weights on PostgreSQL.
    """
    if sqlite:
        return literal_column(f"bm25(search_index, {WEIGHTS})")
    weights: ColumnElement[Any] = literal_column("'{0.1, 0.2, 0.3, 1.0}'::real[]")
    return -func.ts_rank_cd(weights, _TSVECTOR.c.words, cast(LOOKED, TSQUERY), 1)


def estimate(connection: Connection, loose: str) -> int:
    """How many versions PostgreSQL's planner believes to match a tsquery."""
    query = select(_TSVECTOR.c.id).where(matches(False, literal(loose)))
    text = str(query.compile(connection, compile_kwargs={"literal_binds": True})).replace("%", "%%")
    plans: Any = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {text}").scalar()
    return int(plans[0]["Plan"]["Plan Rows"])
