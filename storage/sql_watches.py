"""Watches and their channels: adding, listing, muting, removing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from ..errors import NotFound
from ..model import ChangeKind
from .alert_rows import AlertState, Channel, DeliveryState, Watch
from .sql_sources import next_id
from .tables import UNSENT, WAITING, alert, channel, delivery, watch
from .values import clean, encode_list, micros, moment


def add(connection: Connection, new: Watch, now: datetime) -> Watch:
    """Keep a watch with its channels; gives it back with ids, token and secrets."""
    watch_id = next_id(connection, watch)
    connection.execute(
        insert(watch).values(
            id=watch_id,
            url=clean(new.url),
            source=clean(new.source),
            section=clean(new.section),
            query=clean(new.query),
            kinds=encode_list(kind.value for kind in new.kinds),
            min_weight=new.min_weight,
            only_added=int(new.only_added),
            persist=new.persist,
            quiet=new.quiet,
            zone=new.zone,
            rate=new.rate,
            token=secrets.token_urlsafe(24),
            added_at=micros(now),
        )
    )
    for each in new.channels:
        connection.execute(
            insert(channel).values(
                id=next_id(connection, channel),
                watch_id=watch_id,
                address=clean(each.address),
                secret=each.secret,
                failures=0,
                not_before=0,
            )
        )
    return one(connection, watch_id)


def one(connection: Connection, watch_id: int) -> Watch:
    """The watch of that id.

    Raises:
        NotFound: There is none.
    """
    found = _read(connection, watch.c.id == watch_id)
    if not found:
        raise NotFound(f"no watch {watch_id}; `palimpsest watch list` names them")
    return found[0]


def every(connection: Connection) -> tuple[Watch, ...]:
    """All watches that were not removed, in the order of their ids."""
    return tuple(_read(connection))


def mute(connection: Connection, watch_id: int, until: datetime | None, *, longer: bool = False) -> Watch:
    """Send nothing for a watch before `until`, what is on its way included; None: send again.

    Args:
        connection: The archive.
        watch_id: The watch.
        until: When it speaks again.
        longer: Leave it as it is where it is silent at least so long, or for ever.

    Raises:
        NotFound: There is no such watch.
    """
    was = one(connection, watch_id)
    if longer and was.muted_until is not None and (until is None or was.muted_until >= until):
        return was
    connection.execute(update(watch).where(watch.c.id == watch_id).values(muted_until=micros(until)))
    if until is not None:
        _hold_back(connection, watch_id)
    return one(connection, watch_id)


def remove(connection: Connection, watch_id: int, now: datetime) -> None:
    """Take a watch off; its alerts stay to be looked at, those unsent are not sent.

    Raises:
        NotFound: There is no such watch.
    """
    one(connection, watch_id)
    connection.execute(update(watch).where(watch.c.id == watch_id).values(removed_at=micros(now)))
    _hold_back(connection, watch_id)
    waiting = update(alert).where(WAITING, alert.c.watch_id == watch_id)
    connection.execute(waiting.values(state=AlertState.MUTED.value))


def _hold_back(connection: Connection, watch_id: int) -> None:
    own = select(channel.c.id).where(channel.c.watch_id == watch_id)
    held = update(delivery).where(UNSENT, delivery.c.channel_id.in_(own))
    connection.execute(held.values(state=DeliveryState.MUTED.value))


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[Watch]:
    query = select(watch).where(watch.c.removed_at.is_(None), *conditions).order_by(watch.c.id)
    rows = connection.execute(query).all()
    channels: dict[int, list[Channel]] = {row.id: [] for row in rows}
    for row in connection.execute(select(channel).order_by(channel.c.id)):
        if row.watch_id in channels:
            channels[row.watch_id].append(channel_of(row))
    return [_watch(row, channels[row.id]) for row in rows]


def channel_of(row: Row[Any]) -> Channel:
    """A channel out of its row."""
    return Channel(
        id=row.id,
        watch_id=row.watch_id,
        address=row.address,
        secret=row.secret,
        failures=row.failures,
        not_before=moment(row.not_before),
    )


def _watch(row: Row[Any], channels: Sequence[Channel]) -> Watch:
    return Watch(
        id=row.id,
        url=row.url,
        source=row.source,
        section=row.section,
        query=row.query,
        kinds=tuple(ChangeKind(kind) for kind in json.loads(row.kinds)),
        min_weight=row.min_weight,
        only_added=bool(row.only_added),
        persist=row.persist,
        quiet=row.quiet,
        zone=row.zone,
        rate=row.rate,
        channels=tuple(channels),
        token=row.token,
        added_at=moment(row.added_at),
        muted_until=moment(row.muted_until),
    )
