"""The operator's channels: where news of sources' health goes, how far each was told, and how it fares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from .alert_rows import Channel
from .sql_sources import next_id
from .tables import operator_channel
from .values import micros, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorChannel:
    """A channel, and the id of the last health event that was told there."""

    channel: Channel
    told: int


def keep(connection: Connection, wanted: Sequence[Channel]) -> tuple[OperatorChannel, ...]:
    """The operator's channels of these addresses; new ones are kept, and know of nothing yet."""
    rows = {row.address: row for row in connection.execute(select(operator_channel))}
    for one in wanted:
        if one.address not in rows:
            connection.execute(
                insert(operator_channel).values(
                    id=next_id(connection, operator_channel),
                    address=one.address,
                    secret=one.secret,
                    failures=0,
                    not_before=0,
                    told=0,
                )
            )
    rows = {row.address: row for row in connection.execute(select(operator_channel))}
    return tuple(
        OperatorChannel(
            channel=Channel(
                id=row.id,
                address=row.address,
                secret=row.secret,
                failures=row.failures,
                not_before=moment(row.not_before),
            ),
            told=row.told,
        )
        for row in (rows[address] for address in dict.fromkeys(one.address for one in wanted))
    )


def note(connection: Connection, channel_id: int, told: int, failures: int, not_before: datetime) -> None:
    """How far a channel was told, its failures in a row, and when it may be written to again."""
    connection.execute(
        update(operator_channel)
        .where(operator_channel.c.id == channel_id)
        .values(told=told, failures=failures, not_before=micros(not_before))
    )
