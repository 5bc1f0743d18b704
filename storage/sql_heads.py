"""Signed heads in the database: sealed, read, time-stamped. What a head is, is `ledger`'s."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert, select, update

from ..errors import NotFound
from .ledger import Head, head_text, public_key
from .sql_ledger import size, tree
from .sql_sources import next_id
from .tables import ledger_head
from .values import micros, moment


def seal(connection: Connection, key: Ed25519PrivateKey, now: datetime) -> Head | None:
    """Sign a head over all leaves; the last one where nothing was added since; None over no leaves."""
    many = size(connection)
    last = latest(connection)
    if many == 0 or (last is not None and last.size == many):
        return last
    root = tree(connection).root(many)
    public = public_key(key)
    signature = key.sign(head_text(public, many, root, now).encode())
    made = Head(
        id=next_id(connection, ledger_head), size=many, root=root, at=now, key=public, signature=signature
    )
    connection.execute(
        insert(ledger_head).values(
            id=made.id, size=many, root=root, at=micros(now), key=public, signature=signature
        )
    )
    return made


def latest(connection: Connection) -> Head | None:
    """The last head, or None."""
    row = connection.execute(select(ledger_head).order_by(ledger_head.c.id.desc()).limit(1)).first()
    return None if row is None else head_of(row)


def head(connection: Connection, many: int) -> Head:
    """The head over that many leaves.

    Raises:
        NotFound: No head was sealed there.
    """
    row = connection.execute(select(ledger_head).where(ledger_head.c.size == many)).first()
    if row is None:
        raise NotFound(f"no head over {many} leaves; `palimpsest ledger list` shows those that were sealed")
    return head_of(row)


def heads(connection: Connection, limit: int) -> tuple[Head, ...]:
    """The latest heads, the newest first."""
    query = select(ledger_head).order_by(ledger_head.c.id.desc()).limit(limit)
    return tuple(map(head_of, connection.execute(query)))


def head_of(row: Any) -> Head:
    """A head out of its row."""
    return Head(
        id=row.id,
        size=row.size,
        root=row.root,
        at=moment(row.at),
        key=row.key,
        signature=row.signature,
        timestamp=row.timestamp,
    )


def stamp(connection: Connection, head_id: int, answer: bytes) -> None:
    """Keep a time stamping authority's answer beside the head that it is about."""
    connection.execute(update(ledger_head).where(ledger_head.c.id == head_id).values(timestamp=answer))
