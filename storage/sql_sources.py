"""Sources and their ways: registering, changing, removing.

A removed source stays as a row with `removed_at`: its articles keep their owner. Registered again
under the same slug and home, it is that source again.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, insert, select, update

from ..errors import BadSource, NotFound
from ..model import Source, Way, WayKind
from .tables import lead, schedule, source, way
from .values import clean, decode_list, encode_list, micros, moment

SOURCE_REMOVED = "source removed"


def next_id(connection: Connection, table: Table) -> int:
    """The id of the next row; sound because only one writer is in the archive at a time."""
    return int(connection.execute(_last_id(table)).scalar_one()) + 1


@functools.cache
def _last_id(table: Table) -> Select[Any]:
    return select(func.coalesce(func.max(table.c.id), 0))


def add(connection: Connection, new: Source, now: datetime) -> Source:
    """Register a source.

    Raises:
        BadSource: Its slug is taken.
    """
    if connection.scalar(select(source.c.id).where(source.c.slug == new.slug, source.c.removed_at.is_(None))):
        raise BadSource(f"there is a source {new.slug!r} already; choose another slug", source=new.slug)
    earlier = connection.scalar(
        select(source.c.id)
        .where(source.c.slug == new.slug, source.c.home == new.home)
        .order_by(source.c.id.desc())
        .limit(1)
    )
    values = _columns(new) | {"added_at": micros(new.added_at or now), "removed_at": None}
    if earlier is None:
        earlier = next_id(connection, source)
        connection.execute(insert(source).values(id=earlier, **values))
    else:
        connection.execute(update(source).where(source.c.id == earlier).values(**values))
    _replace_ways(connection, earlier, new.ways)
    return one(connection, new.slug)


def one(connection: Connection, slug: str) -> Source:
    """The source of that slug.

    Raises:
        NotFound: There is none.
    """
    found = _read(connection, [source.c.slug == slug])
    if not found:
        raise NotFound(f"no source {slug!r}; `palimpsest source list` names them", source=slug)
    return found[0]


def every(connection: Connection, tag: str | None) -> tuple[Source, ...]:
    """All sources in the order of their slugs, or those with `tag`."""
    return tuple(s for s in _read(connection, []) if tag is None or tag in s.tags)


def change(connection: Connection, slug: str, fields: dict[str, Any]) -> Source:
    """Replace fields of a source, `ways` as a whole.

    Raises:
        NotFound: There is no such source.
        BadSource: A field that does not exist or cannot be changed, or a slug that is taken.
    """
    old = one(connection, slug)
    wrong = set(fields) - {f.name for f in dataclasses.fields(Source)} | {"id", "added_at"} & set(fields)
    if wrong:
        raise BadSource(f"a source has no field to change called {', '.join(sorted(wrong))}", source=slug)
    new = dataclasses.replace(old, **fields)
    taken = select(source.c.id).where(source.c.slug == new.slug, source.c.removed_at.is_(None))
    if new.slug != slug and connection.scalar(taken):
        raise BadSource(f"there is a source {new.slug!r} already; choose another slug", source=slug)
    connection.execute(update(source).where(source.c.id == old.id).values(**_columns(new)))
    if "ways" in fields:
        _replace_ways(connection, old.id, new.ways)
    return one(connection, new.slug)


def remove(connection: Connection, slug: str, now: datetime) -> None:
    """Take a source off the list: its articles stay, its schedule goes, its pending leads are dropped.

    Raises:
        NotFound: There is no such source.
    """
    old = one(connection, slug)
    at = micros(now)
    connection.execute(update(source).where(source.c.id == old.id).values(removed_at=at))
    connection.execute(schedule.delete().where(schedule.c.source_id == old.id))
    connection.execute(
        update(lead)
        .where(lead.c.source_id == old.id, lead.c.state == "pending")
        .values(state="dropped", reason=SOURCE_REMOVED, closed_at=at)
    )


def save_way(connection: Connection, source_id: int, new: Way) -> None:
    """Keep what the last look at a way gave; a way not known yet is added."""
    values = _way_columns(new)
    same = (way.c.source_id == source_id) & (way.c.kind == values["kind"]) & (way.c.url == values["url"])
    if not connection.execute(update(way).where(same).values(**values)).rowcount:
        connection.execute(insert(way).values(id=next_id(connection, way), source_id=source_id, **values))


def _replace_ways(connection: Connection, source_id: int, ways: Sequence[Way]) -> None:
    connection.execute(way.delete().where(way.c.source_id == source_id))
    for each in ways:
        save_way(connection, source_id, each)


def _columns(value: Source) -> dict[str, Any]:
    return {
        "slug": value.slug,
        "name": clean(value.name),
        "home": clean(value.home),
        "tags": encode_list(value.tags),
        "language": clean(value.language),
        "delay": value.delay,
        "paused": int(value.paused),
    }


def _way_columns(value: Way) -> dict[str, Any]:
    return {
        "kind": value.kind.value,
        "url": clean(value.url),
        "etag": clean(value.etag),
        "last_modified": clean(value.last_modified),
        "payload_sha256": value.payload_sha256,
        "checked_at": micros(value.checked_at),
    }


def _read(connection: Connection, conditions: Iterable[Any]) -> list[Source]:
    rows = connection.execute(
        select(source).where(source.c.removed_at.is_(None), *conditions).order_by(source.c.slug)
    ).all()
    ways: dict[int, list[Way]] = {row.id: [] for row in rows}
    wanted = way.c.source_id.in_(ways) if len(ways) < 500 else way.c.source_id.is_not(None)
    for row in connection.execute(select(way).where(wanted).order_by(way.c.id)):
        if row.source_id in ways:
            ways[row.source_id].append(_way(row))
    return [_source(row, ways[row.id]) for row in rows]


def _source(row: Row[Any], ways: Iterable[Way]) -> Source:
    return Source(
        id=row.id,
        slug=row.slug,
        name=row.name,
        home=row.home,
        ways=tuple(ways),
        tags=decode_list(row.tags),
        language=row.language,
        delay=row.delay,
        paused=bool(row.paused),
        added_at=moment(row.added_at),
    )


def _way(row: Row[Any]) -> Way:
    return Way(
        kind=WayKind(row.kind),
        url=row.url,
        etag=row.etag,
        last_modified=row.last_modified,
        payload_sha256=row.payload_sha256,
        checked_at=moment(row.checked_at),
    )
