"""Which changes a list of edits names: the latest that fit, without a look at all the others.

What is asked for mostly happens often, so it is looked for among the latest changes. What is not found often
enough there is seldom: it is gathered from the whole log by what makes it so, its outlet or its kinds, and
sorted. Left to itself a database takes the one way or the other by a guess: for an outlet without any edit,
PostgreSQL read a log of 300,000 changes backwards to its end (390 ms).

What is shown of each change is `sql_changes`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, or_, select, tuple_

from ..changes import Verdict
from ..model import ChangeKind
from .alert_rows import Change
from .tables import article, change, source
from .values import micros

NEAR: Final = 150
"""Changes that are looked at first for each one that is asked for: some milliseconds for a page."""
SPELLINGS: Final = 200
"""Lists of kinds that are looked up at the most; kinds that stand in more are not seldom."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of edits is to name, as `Archive.edits` says it.

    Attributes:
        source, article_id: Those of one source (its slug), of one article.
        kinds: Those with one of these kinds; none: all.
        verdict: Those that came to this.
        since: Those seen at or after it.
        before: The id of the last one had; those that follow it are named.
        limit: How many at the most.
        as_archived: Those archived last first, whenever they were seen.
    """

    source: str | None
    article_id: int | None
    kinds: Collection[ChangeKind]
    verdict: Verdict | None
    since: datetime | None
    before: int | None
    limit: int
    as_archived: bool


_ITS_SOURCE: Final = select(article.c.source_id).where(article.c.id == change.c.article_id).scalar_subquery()


def found(connection: Connection, asked: Asked, last: Change | None) -> Sequence[int]:
    """The ids of the changes on one page of such a list, in its order; `last` is the one of `before`."""
    place = [change.c.id] if asked.as_archived else [change.c.at, change.c.id]
    latest = [column.desc() for column in place]
    log = select(*place).order_by(*latest)
    query = select(change.c.id).limit(asked.limit)
    if last is not None:
        had = [last.id] if asked.as_archived else [micros(last.at), last.id]
        log, query = log.where(tuple_(*place) < had), query.where(tuple_(*place) < had)
    if asked.article_id is not None:
        query = query.where(change.c.article_id == asked.article_id)
    if asked.verdict is not None:
        query = query.where(change.c.verdict == asked.verdict.value)
    if asked.since is not None:
        query = query.where(change.c.at >= micros(asked.since))
    owners = None
    if asked.source is not None:
        owners = connection.scalars(select(source.c.id).where(source.c.slug == asked.source)).all()
    near = query.where(*_looked_at(asked.kinds, owners)).order_by(*latest)
    if asked.article_id is not None or not (asked.kinds or asked.source):
        return connection.scalars(near).all()

    edge = connection.execute(log.limit(1).offset(NEAR * asked.limit)).first()
    ids = connection.scalars(near if edge is None else near.where(tuple_(*place) > list(edge))).all()
    if edge is None or len(ids) == asked.limit:
        return ids
    gathered = query.where(*_looked_up(connection, asked.kinds, owners))
    # A sum is in no index, so that no plan reads the log in this order until it has found enough.
    return connection.scalars(gathered.order_by(*((column + 0).desc() for column in place))).all()


def _looked_at(kinds: Collection[ChangeKind], owners: Sequence[int] | None) -> list[ColumnElement[bool]]:
    """What is asked of each change in turn: one of the kinds, one of the sources (None: any)."""
    asked = [or_(*(change.c.kinds.contains(f'"{kind.value}"') for kind in kinds))] if kinds else []
    return asked if owners is None else [*asked, _ITS_SOURCE.in_(owners)]


def _looked_up(
    connection: Connection, kinds: Collection[ChangeKind], owners: Sequence[int] | None
) -> list[ColumnElement[bool]]:
    """The same, met by way of an index: that of the kinds where they are seldom, else the outlet's."""
    spelled = _spellings(connection, kinds) if kinds else []
    if kinds and len(spelled) <= SPELLINGS:
        return [change.c.kinds.in_(spelled), *_looked_at((), owners)]
    theirs = select(article.c.id).where(article.c.source_id.in_(owners or ()))
    return _looked_at(kinds, None) + ([] if owners is None else [change.c.article_id.in_(theirs)])


def _spellings(connection: Connection, kinds: Collection[ChangeKind]) -> Sequence[str]:
    """The lists of kinds in the log that hold one of these: a step through their index for each there is."""
    first = select(func.min(change.c.kinds).label("kinds")).cte("spelled", recursive=True)
    following = select(func.min(change.c.kinds)).where(change.c.kinds > first.c.kinds).scalar_subquery()
    spelled = first.union_all(select(following).where(first.c.kinds.is_not(None)))
    held = or_(*(spelled.c.kinds.contains(f'"{kind.value}"') for kind in kinds))
    return connection.scalars(select(spelled.c.kinds).where(held)).all()
