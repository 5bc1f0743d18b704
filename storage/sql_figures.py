"""How sources publish and edit, counted in the database: by day, by kind, by the time to the first edit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from ..changes import Verdict
from ..model import ChangeKind
from .figure_rows import BOUNDS, CORRECTABLE, NOTICE, Figures, MostEdited, SourceFigures
from .tables import article, change
from .values import EPOCH, micros

DAY: Final = 86_400_000_000  # microseconds
MOST: Final = 10  # articles that are named
_MICROSECOND: Final = timedelta(microseconds=1)
_IS_EDIT: Final = and_(
    change.c.verdict == Verdict.ALERT.value,
    change.c.old_id.is_not(None),
    change.c.new_id.is_not(None),
    change.c.old_id != change.c.new_id,  # a return brings no new version
)
_EDITS: Final = change.join(article, article.c.id == change.c.article_id)


def of_source(connection: Connection, source_id: int, since: datetime | None, until: datetime) -> Figures:
    """What was seen of a source from `since` (None: from the beginning) to `until`; see `Figures`."""
    begin, end = micros(since) if since else 0, micros(until)
    own = article.c.source_id == source_id
    fresh = and_(own, article.c.first_seen >= begin, article.c.first_seen < end, article.c.versions > 0)
    seen = and_(own, change.c.at >= begin, change.c.at < end)
    counts = _counts(connection, seen)
    firsts, median = _first_edits(connection, fresh)
    by_day = _by_day(connection, article.c.first_seen, select(func.count()).select_from(article).where(fresh))
    return Figures(
        articles=sum(count for _, count in by_day),
        edited=sum(firsts),
        articles_by_day=by_day,
        edits_by_day=_by_day(
            connection, change.c.at, select(func.count()).select_from(_EDITS).where(seen, _IS_EDIT)
        ),
        edits=counts["edits"],
        first_edits=firsts,
        median=median,
        corrections=counts["corrections"],
        announced=counts["announced"],
        announced_later=_announced_later(connection, own, begin, end),
        withdrawn=counts[ChangeKind.WITHDRAWN.value],
        restored=counts[ChangeKind.RESTORED.value],
        kinds=_kinds(counts),
        most_edited=_most_edited(connection, seen),
    )


def of_every_source(connection: Connection, since: datetime) -> dict[int, SourceFigures]:
    """By source id: its articles first seen since a moment, those of them edited, and its edits since."""
    edited = select(change.c.article_id).where(_IS_EDIT, change.c.article_id == article.c.id).exists()
    read = case((article.c.versions > 0, 1), else_=0)
    rows = connection.execute(
        select(
            article.c.source_id,
            func.sum(read).label("articles"),
            func.sum(case((and_(article.c.versions > 1, edited), 1), else_=0)).label("edited"),
        )
        .where(article.c.source_id.is_not(None), article.c.first_seen >= micros(since))
        .group_by(article.c.source_id)
    ).all()
    recent: dict[int, int] = {
        row.source_id: row.number
        for row in connection.execute(
            select(article.c.source_id, func.count().label("number"))
            .select_from(_EDITS)
            .where(article.c.source_id.is_not(None), _IS_EDIT, change.c.at >= micros(since))
            .group_by(article.c.source_id)
        )
    }
    fresh = {row.source_id: (int(row.articles), int(row.edited)) for row in rows}
    return {
        key: SourceFigures(
            articles=fresh.get(key, (0, 0))[0], edited=fresh.get(key, (0, 0))[1], edits=recent.get(key, 0)
        )
        for key in fresh.keys() | recent.keys()
    }


def _is(*kinds: ChangeKind) -> ColumnElement[bool]:
    return or_(*(change.c.kinds.contains(f'"{kind.value}"') for kind in kinds))


def _counts(connection: Connection, seen: ColumnElement[bool]) -> dict[str, int]:
    correction = and_(_IS_EDIT, _is(*CORRECTABLE))
    wanted = {
        "edits": _IS_EDIT,
        "corrections": correction,
        "announced": and_(correction, _is(ChangeKind.CORRECTION)),
        **{kind.value: _is(kind) for kind in ChangeKind},
    }
    columns = [func.sum(case((met, 1), else_=0)).label(name) for name, met in wanted.items()]
    row = connection.execute(select(*columns).select_from(_EDITS).where(seen)).one()
    return {name: int(row._mapping[name] or 0) for name in wanted}


def _announced_later(connection: Connection, own: ColumnElement[bool], begin: int, end: int) -> int:
    """Corrections without a notice whose article is given one by a later edit within `NOTICE`.

    One pass over the edits in question in the order of time, however often an article was edited.
    """
    noticed = _is(ChangeKind.CORRECTION)
    grace = NOTICE // _MICROSECOND
    edits = (
        select(
            change.c.at,
            case((noticed, 0), else_=1).label("silent"),
            func.min(case((noticed, change.c.at)))
            .over(partition_by=change.c.article_id, order_by=change.c.at, rows=(1, None))
            .label("notice"),
        )
        .select_from(_EDITS)
        .where(own, change.c.at >= begin, change.c.at < end + grace)
        .where(or_(noticed, and_(_IS_EDIT, _is(*CORRECTABLE))))
        .subquery()
    )
    late = and_(edits.c.silent == 1, edits.c.at < end, edits.c.notice <= edits.c.at + grace)
    return connection.scalar(select(func.count()).select_from(edits).where(late)) or 0


def _kinds(counts: dict[str, int]) -> tuple[tuple[ChangeKind, int], ...]:
    met = [(kind, counts[kind.value]) for kind in ChangeKind if counts[kind.value]]
    return tuple(sorted(met, key=lambda one: -one[1]))


def _by_day(
    connection: Connection, at: ColumnElement[int], counted: Select[Any]
) -> tuple[tuple[date, int], ...]:
    day = at - at % DAY
    rows = connection.execute(counted.add_columns(day.label("day")).group_by(day).order_by(day))
    return tuple(((EPOCH + timedelta(microseconds=row.day)).date(), row[0]) for row in rows)


def _first_edits(
    connection: Connection, fresh: ColumnElement[bool]
) -> tuple[tuple[int, ...], timedelta | None]:
    """Articles by how soon they were first edited, and the median of that."""
    first: Select[Any] = (
        select((func.min(change.c.at) - article.c.first_seen).label("after"))
        .select_from(_EDITS)
        .where(fresh, _IS_EDIT)
        .group_by(article.c.id, article.c.first_seen)
    )
    inner = first.subquery()
    place = case(
        *((inner.c.after <= bound // _MICROSECOND, k) for k, bound in enumerate(BOUNDS)), else_=len(BOUNDS)
    )
    rows = connection.execute(select(place.label("place"), func.count().label("number")).group_by(place))
    counts: dict[int, int] = {row.place: row.number for row in rows}
    spread = tuple(counts.get(k, 0) for k in range(len(BOUNDS) + 1))
    if not sum(spread):
        return spread, None
    middle = connection.scalar(
        select(inner.c.after).order_by(inner.c.after).offset((sum(spread) - 1) // 2).limit(1)
    )
    return spread, timedelta(microseconds=int(middle or 0))


def _most_edited(connection: Connection, seen: ColumnElement[bool]) -> tuple[MostEdited, ...]:
    number = func.count().label("number")
    rows = connection.execute(
        select(article.c.id, article.c.title, article.c.url, number)
        .select_from(_EDITS)
        .where(seen, _IS_EDIT, ~_is(ChangeKind.LIVE_ENTRY))
        .group_by(article.c.id, article.c.title, article.c.url)
        .order_by(number.desc(), article.c.id.desc())
        .limit(MOST)
    )
    return tuple(
        MostEdited(article_id=row.id, title=row.title, url=row.url, edits=row.number) for row in rows
    )
