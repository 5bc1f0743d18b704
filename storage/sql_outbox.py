"""The outbox: alerts made of the log of changes, and their deliveries, claimed, sent, retried, given up.

A delivery is one alert on its way to one channel. A sender claims what goes out as one message by a
lease; if it is killed, the lease runs out and another takes the same deliveries up: at least once. An
alert is unique by change and watch, and is made in the transaction that moves the cursor: never twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, or_, select, update

from ..errors import NotFound
from . import sql_changes
from .alert_rows import Alert, AlertState, Channel, Delivery, DeliveryState, NewAlert, Parcel
from .sql_sources import next_id
from .sql_watches import channel_of
from .tables import UNSENT, WAITING, alert, change, channel, delivery, follower, watch
from .values import clean, micros, moment

NAME = "alerts"
LARGEST = 200  # deliveries in one message at the most
_ALERT = select(
    change,
    alert.c.id.label("alert_id"),
    alert.c.watch_id,
    alert.c.state.label("alert_state"),
    alert.c.at.label("alert_at"),
    alert.c.why,
).join(alert, alert.c.change_id == change.c.id)


def cursor(connection: Connection) -> int:
    """The id of the last change that was matched."""
    return int(connection.execute(select(follower.c.change_id).where(follower.c.name == NAME)).scalar_one())


def record(
    connection: Connection,
    before: int,
    upto: int,
    made: Iterable[NewAlert],
    now: datetime,
    window: timedelta,
) -> bool:
    """Keep the alerts of some changes and move the cursor over them.

    Args:
        before: Where the cursor stood when the changes were read.
        upto: The id of the last of them.
        made: The alerts.
        now: The time.
        window: How long after a message on an article the next one to the same channel waits.

    Returns:
        False where somebody else moved the cursor meanwhile: nothing was kept.
    """
    moved = update(follower).where(follower.c.name == NAME, follower.c.change_id == before)
    if not connection.execute(moved.values(change_id=upto)).rowcount:
        return False
    for each in made:
        new = next_id(connection, alert)
        connection.execute(
            insert(alert).values(
                id=new,
                change_id=each.change_id,
                watch_id=each.watch_id,
                state=each.state.value,
                at=micros(now),
                why=clean(each.why),
            )
        )
        _post(connection, new, each.article_id, each.state, each.due, now, window)
    return True


def waiting(connection: Connection) -> tuple[Alert, ...]:
    """The alerts whose change has yet to persist."""
    return tuple(_alert(row) for row in connection.execute(_ALERT.where(WAITING).order_by(alert.c.id)))


def settle(
    connection: Connection,
    one: Alert,
    state: AlertState,
    due: Sequence[tuple[int, datetime]],
    now: datetime,
    window: timedelta,
) -> bool:
    """Say what became of a waiting alert; False where somebody else did."""
    changed = update(alert).where(WAITING, alert.c.id == one.id).values(state=state.value)
    if not connection.execute(changed).rowcount:
        return False
    _post(connection, one.id, one.change.article_id, state, due, now, window)
    return True


def ready(connection: Connection, now: datetime) -> tuple[Channel, ...]:
    """The channels that may be written to and have something due, those that failed least first."""
    due = select(delivery.c.id).where(_due(now), delivery.c.channel_id == channel.c.id).exists()
    query = select(channel).where(channel.c.not_before <= micros(now), due)
    return tuple(map(channel_of, connection.execute(query.order_by(channel.c.failures, channel.c.id))))


def messages_since(connection: Connection, channel_id: int, since: datetime) -> tuple[datetime, ...]:
    """When messages were sent to a channel after `since`, the oldest first."""
    query = (
        select(func.max(delivery.c.sent_at).label("sent"))
        .where(delivery.c.channel_id == channel_id, delivery.c.sent_at > micros(since))
        .group_by(delivery.c.message)
    )
    return tuple(moment(sent) for sent in sorted(connection.scalars(query)))


def wait(connection: Connection, channel_id: int, until: datetime) -> None:
    """Write nothing to a channel before `until`."""
    connection.execute(update(channel).where(channel.c.id == channel_id).values(not_before=micros(until)))


def claim(
    connection: Connection, channel_id: int, *, whole: bool, now: datetime, lease: timedelta
) -> Parcel | None:
    """Lease what goes out next as one message: the due delivery that failed least, with all others that
    wait for the same channel and article (`whole`: and channel). None where nothing is due."""
    head = connection.execute(
        select(delivery.c.id, delivery.c.article_id)
        .where(_due(now), delivery.c.channel_id == channel_id)
        .order_by(delivery.c.attempts, delivery.c.not_before, delivery.c.id)
        .limit(1)
    ).first()
    if head is None:
        return None
    mates = [UNSENT, _free(now), delivery.c.channel_id == channel_id]
    if not whole:
        mates.append(delivery.c.article_id == head.article_id)
    ids = connection.scalars(select(delivery.c.id).where(*mates).order_by(delivery.c.id).limit(LARGEST)).all()
    ids = sorted({*ids, head.id})
    taken = update(delivery).where(delivery.c.id.in_(ids))
    connection.execute(taken.values(leased_until=micros(now + lease), message=ids[0]))
    deliveries = _deliveries(connection, delivery.c.id.in_(ids))
    return Parcel(id=ids[0], channel=deliveries[0].channel, deliveries=deliveries)


def sent(connection: Connection, parcel: Parcel, now: datetime) -> None:
    """A parcel arrived."""
    ids = [each.id for each in parcel.deliveries]
    connection.execute(
        update(delivery)
        .where(delivery.c.id.in_(ids))
        .values(
            state=DeliveryState.SENT.value,
            attempts=delivery.c.attempts + 1,
            sent_at=micros(now),
            leased_until=None,
            error=None,
        )
    )
    own = update(channel).where(channel.c.id == parcel.channel.id)
    connection.execute(own.values(failures=0, not_before=0))


def failed(
    connection: Connection,
    parcel: Parcel,
    error: str,
    *,
    again: datetime,
    channel_again: datetime,
    dead_if_before: datetime,
) -> int:
    """A parcel did not arrive.

    Args:
        parcel: What was to be sent.
        error: Why it did not arrive.
        again: When its deliveries may be tried again.
        channel_again: When the channel may be tried again.
        dead_if_before: Deliveries made at or before it are given up.

    Returns:
        How many were given up.
    """
    for each in parcel.deliveries:
        dead = each.made_at <= dead_if_before
        state = DeliveryState.DEAD if dead else DeliveryState.PENDING
        connection.execute(
            update(delivery)
            .where(delivery.c.id == each.id, UNSENT)
            .values(
                state=state.value,
                attempts=each.attempts + 1,
                not_before=micros(again),
                leased_until=None,
                error=clean(error),
            )
        )
    own = update(channel).where(channel.c.id == parcel.channel.id)
    connection.execute(own.values(failures=channel.c.failures + 1, not_before=micros(channel_again)))
    return sum(each.made_at <= dead_if_before for each in parcel.deliveries)


def listed(
    connection: Connection, state: DeliveryState | None, watch_id: int | None, limit: int
) -> tuple[Delivery, ...]:
    """Deliveries, the newest first; those in one state or of one watch."""
    conditions = []
    if state is not None:
        conditions.append(delivery.c.state == state.value)
    if watch_id is not None:
        conditions.append(alert.c.watch_id == watch_id)
    return _deliveries(connection, *conditions, newest=limit)


def counted(connection: Connection) -> dict[DeliveryState, int]:
    """How many deliveries there are in each state."""
    query = select(delivery.c.state, func.count().label("number")).group_by(delivery.c.state)
    found = {row.state: row.number for row in connection.execute(query)}
    return {state: found.get(state.value, 0) for state in DeliveryState}


def of_alert(connection: Connection, alert_id: int) -> tuple[Alert, tuple[Delivery, ...]]:
    """An alert and its deliveries.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(_ALERT.where(alert.c.id == alert_id)).first()
    if row is None:
        raise NotFound(f"no alert {alert_id}; `palimpsest alerts list` names them")
    return _alert(row), _deliveries(connection, delivery.c.alert_id == alert_id)


def of_watch(connection: Connection, watch_id: int, limit: int) -> tuple[Alert, ...]:
    """The latest alerts of a watch that were made, the newest first."""
    made = (alert.c.watch_id == watch_id, alert.c.state == AlertState.MADE.value)
    query = _ALERT.where(*made).order_by(alert.c.id.desc()).limit(limit)
    return tuple(map(_alert, connection.execute(query)))


def requeue(connection: Connection, alert_ids: Sequence[int], now: datetime) -> int:
    """Try again what was given up or muted: that of the alerts named, or all that is dead.

    Deliveries of a watch that was removed stay as they are.

    Returns:
        How many deliveries are pending again.
    """
    kept = select(channel.c.id).join(watch, watch.c.id == channel.c.watch_id)
    query = update(delivery).where(delivery.c.channel_id.in_(kept.where(watch.c.removed_at.is_(None))))
    if alert_ids:
        query = query.where(
            delivery.c.alert_id.in_(alert_ids),
            delivery.c.state.in_([DeliveryState.DEAD.value, DeliveryState.MUTED.value]),
        )
    else:
        query = query.where(delivery.c.state == DeliveryState.DEAD.value)
    done = connection.execute(
        query.values(
            state=DeliveryState.PENDING.value,
            attempts=0,
            made_at=micros(now),
            not_before=micros(now),
            error=None,
        )
    )
    muted = alert.c.id.in_(alert_ids) & (alert.c.state == AlertState.MUTED.value)
    connection.execute(update(alert).where(muted).values(state=AlertState.MADE.value))
    connection.execute(update(channel).values(not_before=0))
    return done.rowcount


def _post(
    connection: Connection,
    alert_id: int,
    article_id: int,
    state: AlertState,
    due: Sequence[tuple[int, datetime]],
    now: datetime,
    window: timedelta,
) -> None:
    for channel_id, at in due:
        last = connection.scalar(
            select(func.max(delivery.c.sent_at)).where(
                delivery.c.channel_id == channel_id, delivery.c.article_id == article_id
            )
        )
        calm = at if last is None else max(at, moment(last) + window)
        connection.execute(
            insert(delivery).values(
                id=next_id(connection, delivery),
                alert_id=alert_id,
                channel_id=channel_id,
                article_id=article_id,
                state=(DeliveryState.MUTED if state is AlertState.MUTED else DeliveryState.PENDING).value,
                attempts=0,
                made_at=micros(now),
                not_before=micros(calm),
            )
        )


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(delivery.c.leased_until.is_(None), delivery.c.leased_until <= micros(now))


def _due(now: datetime) -> ColumnElement[bool]:
    return UNSENT & (delivery.c.not_before <= micros(now)) & _free(now)


def _deliveries(
    connection: Connection, *conditions: ColumnElement[bool], newest: int | None = None
) -> tuple[Delivery, ...]:
    query: Select[Any] = _ALERT.join(delivery, delivery.c.alert_id == alert.c.id).add_columns(
        delivery.c.id.label("delivery_id"),
        delivery.c.channel_id,
        delivery.c.state.label("delivery_state"),
        delivery.c.attempts,
        delivery.c.made_at,
        delivery.c.not_before,
        delivery.c.sent_at,
        delivery.c.error,
    )
    query = query.where(*conditions)
    query = (
        query.order_by(delivery.c.id)
        if newest is None
        else query.order_by(delivery.c.id.desc()).limit(newest)
    )
    rows = connection.execute(query).all()
    wanted = select(channel).where(channel.c.id.in_({row.channel_id for row in rows}))
    channels = {row.id: channel_of(row) for row in connection.execute(wanted)}
    return tuple(
        Delivery(
            id=row.delivery_id,
            alert=_alert(row),
            channel=channels[row.channel_id],
            state=DeliveryState(row.delivery_state),
            attempts=row.attempts,
            made_at=moment(row.made_at),
            not_before=moment(row.not_before),
            sent_at=moment(row.sent_at),
            error=row.error,
        )
        for row in rows
    )


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        id=row.alert_id,
        change=sql_changes.of_row(row),
        watch_id=row.watch_id,
        state=AlertState(row.alert_state),
        at=moment(row.alert_at),
        why=row.why,
    )
