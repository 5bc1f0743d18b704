"""Keys of the reading room: giving out, finding by their secret, taking back.

Only a plain SHA-256 of a secret is kept. A slow, salted hash (scrypt, Argon2) is for passwords, which
people choose and others guess; these secrets are 32 random bytes, which nobody can try through.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, or_, select, update

from ..errors import BadKey, NotFound
from .key_rows import AccessKey, Scope
from .sql_sources import next_id
from .tables import access_key
from .values import clean, encode_list, micros, moment

PREFIX: Final = "pal_"  # by which people, and scanners for lost secrets, know one
USE: Final = timedelta(hours=1)  # a use is noted once in it: a request is not worth a write
_LONGEST: Final = 64


def add(
    connection: Connection, name: str, scopes: Collection[Scope], expires_at: datetime | None, now: datetime
) -> tuple[AccessKey, str]:
    """Make a key; gives its secret, which is had here and never again.

    Raises:
        BadKey: A name that cannot be or that is taken, no scopes, or an end that has passed.
    """
    name = clean(name.strip())
    # By the first letter a name is told from an id.
    if not (name[:1].isalpha() and name.isprintable() and len(name) <= _LONGEST):
        raise BadKey(f"{name!r} names no key; begin with a letter, and take {_LONGEST} characters at most")
    if any(one.name == name and one.holds(now) for one in every(connection)):
        raise BadKey(f"a key is called {name!r} already; choose another name or revoke that one first")
    if not scopes:
        raise BadKey(f"say what the key is for: {', '.join(Scope)}")
    if expires_at is not None and expires_at <= now:
        raise BadKey("the key would have expired already; choose a later day")
    secret = PREFIX + secrets.token_urlsafe(32)
    key_id = next_id(connection, access_key)
    connection.execute(
        insert(access_key).values(
            id=key_id,
            name=name,
            digest=_digest(secret),
            scopes=encode_list(scope.value for scope in Scope if scope in scopes),
            added_at=micros(now),
            expires_at=micros(expires_at),
        )
    )
    row = connection.execute(select(access_key).where(access_key.c.id == key_id)).one()
    return _key(row), secret


def every(connection: Connection) -> tuple[AccessKey, ...]:
    """All keys, those that no longer hold included, in the order in which they were made."""
    return tuple(_key(row) for row in connection.execute(select(access_key).order_by(access_key.c.id)))


def of(connection: Connection, secret: str) -> AccessKey | None:
    """The key with that secret, whether it holds or not; None where there is none."""
    row = connection.execute(select(access_key).where(access_key.c.digest == _digest(secret))).one_or_none()
    return None if row is None else _key(row)


def note_use(connection: Connection, key_id: int, now: datetime) -> None:
    """Keep when a key was used, unless another did within the hour."""
    stale = or_(access_key.c.used_at.is_(None), access_key.c.used_at <= micros(now - USE))
    connection.execute(update(access_key).where(access_key.c.id == key_id, stale).values(used_at=micros(now)))


def revoke(connection: Connection, named: str, now: datetime) -> AccessKey:
    """Take a key back for good.

    Raises:
        NotFound: None that holds has that name or id.
    """
    for one in every(connection):
        if one.holds(now) and named in (one.name, str(one.id)):
            connection.execute(
                update(access_key).where(access_key.c.id == one.id).values(revoked_at=micros(now))
            )
            row = connection.execute(select(access_key).where(access_key.c.id == one.id)).one()
            return _key(row)
    raise NotFound(f"no key {named!r} that holds; `palimpsest keys list` names them")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _key(row: Row[Any]) -> AccessKey:
    return AccessKey(
        id=row.id,
        name=row.name,
        # A scope that a later program knows is none here: it opens nothing.
        scopes=frozenset(Scope(name) for name in json.loads(row.scopes) if name in tuple(Scope)),
        added_at=moment(row.added_at),
        expires_at=moment(row.expires_at),
        used_at=moment(row.used_at),
        revoked_at=moment(row.revoked_at),
    )
