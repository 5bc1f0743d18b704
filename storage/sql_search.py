"""The statements of a search: who is found, in order, how well, and how many; on either database.

A statement is made once for all searches of the same `Shape` and given its values as parameters: to build
one, and to find out that it was built before, takes SQLAlchemy longer than SQLite takes to answer it. What a
query says, and what the index is asked for it, is `search_plan`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    bindparam,
    exists,
    func,
    literal_column,
    select,
)

from . import sql_index
from .ready import Ready
from .search_plan import Plan, Standing
from .search_rows import Found
from .sql_near import nearer
from .sql_versions import stood_at
from .tables import Int, article, is_redacted, version

NEAR: Final = 150
"""Among so many versions before a moment SQLite first looks for what stood then."""
FAR: Final = 3_000
"""Where so many came after the moment; the newest are found the other way as soon."""


class Way(Enum):
    """How PostgreSQL is to go about a search; left alone it collects 100,000 matches for the sake of twenty,
    or unpacks the words of 100,000 versions. Named by the setting that is off meanwhile."""

    OWN = None
    COLLECT = "enable_indexscan"  # all that the index finds, then in order until enough are found to match
    WALK = "enable_bitmapscan"  # through all versions in order, until enough match


@dataclass(frozen=True, slots=True)
class Shape:
    """What the statements of many searches have in common; `wide` ones may be asked anything."""

    sqlite: bool
    indexed: bool
    standing: Standing
    dated: bool
    wide: bool
    way: Way
    near: bool = False


def page(connection: Connection, asked: Plan, newest: bool, most: int, after: int | None) -> list[int]:
    """The ids of the first `most` hits in order, of those that come after the id `after`."""
    if after is not None:
        asked = beyond(asked, newest, after)
    shape = _shape(connection, asked, most)
    if newest and shape.sqlite and shape.indexed and shape.standing is Standing.THEN and not shape.wide:
        near = _near(connection, asked, shape, most)
        if near is not None:
            return near
    with _steered(connection, shape):
        if (part := _part(connection, asked, shape, newest, most)) is not None:
            found = _ids(replace(shape, near=True), newest).rows(connection, _values(part) | {"most": most})
            if len(found) == most:
                return [row[0] for row in found]
        return [row[0] for row in _first(connection, asked, _ids(shape, newest), most)]


def every(connection: Connection, asked: Plan) -> Iterator[int]:
    """The ids of all hits, the oldest first."""
    chosen = _found(_shape(connection, asked, None), False).where(*asked.conditions)
    return iter(connection.scalars(chosen, _values(asked), execution_options={"yield_per": 10_000}))


def newest(
    connection: Connection, asked: Plan, told: Callable[[Select[Any]], Select[Any]], most: int
) -> Sequence[Row[Any]]:
    """The newest `most` hits with more of them than their ids.

    Args:
        connection: To read by.
        asked: The plan.
        told: Adds columns to a selection from `version` and `article`.
        most: How many are enough.
    """
    shape = replace(_shape(connection, asked, most), wide=True)
    chosen = told(_ids(shape, True).statement).where(*asked.conditions)
    with _steered(connection, shape):
        return connection.execute(chosen, _values(asked) | {"most": most}).all()


def scored(connection: Connection, asked: Plan, most: int) -> Sequence[tuple[int, float]]:
    """The newest `most` hits of the index, newest first, and how each fits; less fits better."""
    shape = _shape(connection, asked, most)
    if shape.sqlite:
        return _first(connection, asked, _scored(shape), most)
    window = page(connection, asked, True, most, None)
    rows = connection.execute(_scored_among(), _values(asked) | {"window": window})
    return sorted(((key, fit) for key, fit in rows), reverse=True)


def count(connection: Connection, asked: Plan, most: int | None) -> Found:
    """How many hits there are: counted if no more than `most` (None: in any case), else estimated."""
    if most is None:
        found = _found(_shape(connection, asked, None), None).where(*asked.conditions).subquery()
        whole = connection.scalar(select(func.count()).select_from(found), _values(asked))
        return Found(count=whole or 0, exact=True)
    shape = _shape(connection, asked, most + 1)
    values = _values(asked) | {"most": most + 1}
    with _steered(connection, shape):
        number, part = 0, _part(connection, asked, shape, True, most + 1)
        if part is not None:
            near = _counted(replace(shape, near=True))
            ((number, least),) = near.rows(connection, _values(part) | {"most": most + 1})
        if number <= most and asked.conditions:
            chosen = _count_of(_ids(shape, True).statement.where(*asked.conditions))
            number, least = connection.execute(chosen, values).one()
        elif number <= most:
            ((number, least),) = _counted(shape).rows(connection, values)
    if number <= most:
        return Found(count=number, exact=True)
    # As dense among the older ones as among those that were counted.
    share = (asked.high - asked.low + 1) / (asked.high - least + 1)
    return Found(count=round(number * share), exact=False)


def beyond(asked: Plan, newest: bool, after: int) -> Plan:
    """The plan of what comes after a hit."""
    low, high = (asked.low, min(asked.high, after - 1)) if newest else (max(asked.low, after + 1), asked.high)
    return replace(asked, low=low, high=high)


def _first(connection: Connection, asked: Plan, chosen: Ready, most: int) -> Sequence[Any]:
    values = _values(asked) | {"most": most}
    if asked.conditions:
        return connection.execute(chosen.statement.where(*asked.conditions), values).all()
    return chosen.rows(connection, values)


def _part(connection: Connection, asked: Plan, shape: Shape, newest: bool, most: int) -> Plan | None:
    """The part of what PostgreSQL is to collect in which enough should be found; None: it collects all."""
    return nearer(connection, asked, newest, most) if shape.way is Way.COLLECT else None


def _near(connection: Connection, asked: Plan, shape: Shape, most: int) -> list[int] | None:
    """The newest hits as of a moment, if they lie right before it; None: they are to be sought further on.

    Backwards FTS5 steps through all matches of its newest segments to come to the moment; forwards, from a
    little before it, it passes these over.
    """
    if asked.versions - asked.high < FAR:
        return None
    low = max(asked.low, asked.high - NEAR + 1)
    found = _before(shape).rows(connection, _values(asked) | {"low": low, "most": most})
    return [row[0] for row in found] if len(found) == most or low == asked.low else None


@contextmanager
def _steered(connection: Connection, shape: Shape) -> Iterator[None]:
    """Have PostgreSQL go the shape's way, and look at the values of each search before it chooses its own."""
    if shape.sqlite:
        yield
        return
    setting = shape.way.value
    # To compile a plan and to start helpers for it, as it does for what it believes dear, takes longer than
    # any of these searches.
    settings = ["plan_cache_mode = force_custom_plan", "jit = off", "max_parallel_workers_per_gather = 0"]
    settings += [f"{setting} = off"] if setting else []
    connection.exec_driver_sql("; ".join(f"SET LOCAL {one}" for one in settings))
    yield
    if setting:
        connection.exec_driver_sql(f"SET LOCAL {setting} = on")


def _values(asked: Plan) -> dict[str, Any]:
    values: dict[str, Any] = {"low": asked.low, "high": asked.high}
    if asked.spelled is not None:
        values["looked"] = asked.spelled
    if asked.loose is not None:
        values["loose"] = asked.loose
    if asked.seen is not None:
        values["since"], values["until"] = asked.seen
    if asked.standing is Standing.THEN:
        values["at"] = asked.at
    if asked.near:
        values["chunks"] = sql_index.chunks(asked.low, asked.high)
    return values


def _shape(connection: Connection, asked: Plan, wanted: int | None) -> Shape:
    """The shape of a search for the first `wanted` hits, or for all."""
    crowding = None if wanted is None else asked.crowding(wanted)
    way = Way.OWN
    if crowding is not None:
        way = Way.COLLECT if crowding < 1 else Way.WALK
    return Shape(
        sqlite=connection.dialect.name == "sqlite",
        indexed=asked.spelled is not None,
        standing=asked.standing,
        dated=asked.seen is not None,
        wide=bool(asked.conditions),
        way=way,
    )


# ------------------------------------------------------------------- statements


@cache
def _ids(shape: Shape, newest: bool) -> Ready:
    return Ready(_found(shape, newest).limit(bindparam("most", type_=Integer)))


@cache
def _before(shape: Shape) -> Ready:
    """The newest hits within some ids, of which SQLite first collects what FTS5 finds, forwards."""
    whole, key = sql_index.index(True)
    within = key.between(bindparam("low", type_=Int), bindparam("high", type_=Int))
    matching = select(key).select_from(whole).where(sql_index.matches(True), within)
    chosen = _found(replace(shape, indexed=False), True).where(version.c.id.in_(matching))
    return Ready(chosen.limit(bindparam("most", type_=Integer)))


@cache
def _counted(shape: Shape) -> Ready:
    return Ready(_count_of(_ids(shape, True).statement))


def _count_of(chosen: Select[Any]) -> Select[Any]:
    ids = chosen.subquery()
    counted: Select[Any] = select(func.count()).select_from(ids)
    return counted.add_columns(func.min(ids.c.id))


@cache
def _scored(shape: Shape) -> Ready:
    fit: ColumnElement[Any] = sql_index.score(shape.sqlite).label("fit")
    return Ready(_ids(shape, True).statement.add_columns(fit))


@cache
def _scored_among() -> Select[Any]:
    """What PostgreSQL is asked of ids that were found before."""
    whole, ids = sql_index.index(False)
    window = ids.in_(bindparam("window", expanding=True))
    fit: ColumnElement[Any] = sql_index.score(False).label("fit")
    chosen: Select[Any] = select(ids.label("id")).add_columns(fit).select_from(whole)
    return chosen.where(window)


def _found(shape: Shape, newest: bool | None) -> Select[Any]:
    """The ids of all hits in order; in none, if `newest` is None."""
    chosen: Select[Any]
    latest = shape.standing is Standing.LATEST
    within = (bindparam("low", type_=Int), bindparam("high", type_=Int))
    if not shape.indexed:
        key: ColumnElement[int] = version.c.id
        chosen = select(key).where(key.between(*within))
        chosen = chosen.where(~is_redacted("version", key))  # the index has forgotten them
    else:
        whole, key = sql_index.index(shape.sqlite)
        chosen = select(key.label("id")).select_from(whole)
        if shape.way is Way.COLLECT:
            # The offset keeps it from looking at the words of all of them at once.
            few = chosen.where(sql_index.matches(False, sql_index.LOOSE))
            # The plus keeps it from going through all of the ids, and unpacking their words.
            few = (
                few.where((key + literal_column("0")).between(*within), sql_index.in_chunks())
                if shape.near
                else few.where(key.between(*within))
            )
            few = few.order_by(key.desc() if newest else key).offset(literal_column("0"))
            found = few.subquery("few")
            fits = (
                select(sql_index.matches(False)).select_from(whole).where(key == found.c.id).correlate(found)
            )
            key = found.c.id
            chosen = select(key).where(fits.scalar_subquery())
        else:
            chosen = chosen.where(sql_index.matches(shape.sqlite), key.between(*within))
        if shape.wide or shape.dated or shape.standing is Standing.THEN:
            # The plus keeps SQLite from looking up each version in the index instead of the other way round.
            same = literal_column("+search_index.rowid") if shape.sqlite else key
            chosen = chosen.join(version, version.c.id == same)
            if not shape.sqlite:
                chosen = chosen.where(version.c.id.between(*within))  # where to begin, should it begin there
    if shape.wide:
        chosen = chosen.join(article, article.c.id == version.c.article_id)
    if shape.dated:
        chosen = chosen.where(
            version.c.first_seen.between(bindparam("since", type_=Int), bindparam("until", type_=Int))
        )
    if shape.standing is Standing.THEN:
        chosen = chosen.where(version.c.id == stood_at(version.c.article_id, bindparam("at", type_=Int)))
    elif latest:
        chosen = chosen.where(_is_latest(shape.sqlite, key))
    return chosen if newest is None else chosen.order_by(key.desc() if newest else key)


def _is_latest(sqlite: bool, key: ColumnElement[int]) -> ColumnElement[bool]:
    """That a version is the one that its article stands at."""
    own = article.alias("own")
    if sqlite:
        return exists().where(own.c.version_id == key)
    # PostgreSQL would make a join of that, believe that hardly a row meets it, and sort all articles to find
    # twenty. As a value that is asked of each version it leaves the order alone.
    latest = select(own.c.version_id).where(own.c.version_id == key).limit(literal_column("1"))
    return latest.scalar_subquery() == key
