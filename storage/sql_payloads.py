"""Payloads in the database: finding by digest, reading with the digest verified.

What the bytes look like is `payloads`'s; when a delta is made is `batch`'s.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from ..errors import Damaged, NotFound
from ..model import sha256
from . import redacting
from .payloads import unpack
from .tables import payload

_base = payload.alias("base")
_COLUMNS = (payload.c.sha256, payload.c.size, payload.c.data,
            _base.c.sha256.label("base_sha256"), _base.c.size.label("base_size"),
            _base.c.data.label("base_data"))  # fmt: skip
_JOINED: Select[Any] = select(*_COLUMNS).outerjoin(_base, _base.c.id == payload.c.base_id)
_BY_DIGEST = _JOINED.where(payload.c.sha256 == bindparam("digest"))
_KEYFRAME = select(payload.c.sha256, payload.c.size, payload.c.data).where(payload.c.id == bindparam("id"))
_FIND = select(payload.c.id).where(payload.c.sha256 == bindparam("digest"))


def find(connection: Connection, digest: bytes) -> int | None:
    """The id of the payload with that digest, if we hold it."""
    found: int | None = connection.scalar(_FIND, {"digest": digest})
    return found


def read(connection: Connection, digest: bytes) -> bytes:
    """The payload with that digest, verified.

    Raises:
        NotFound: We do not hold it.
        Redacted: They were taken out of the archive.
        Damaged: What is stored does not have its digest; the message names it.
    """
    row = connection.execute(_BY_DIGEST, {"digest": digest}).first()
    if row is None:
        raise NotFound(f"no payload sha256:{digest.hex()}")
    try:
        return _restore(row)
    except Damaged:
        if error := redacting.of_payload(connection, digest):
            raise error from None
        raise


def read_keyframe(connection: Connection, payload_id: int) -> tuple[bytes, int]:
    """A keyframe by its row, verified, and how many bytes it takes as stored.

    Raises:
        Damaged: It cannot be unpacked, or is not what its digest says.
    """
    row = connection.execute(_KEYFRAME, {"id": payload_id}).one()
    return checked(row.data, None, row.size, row.sha256), len(row.data)


def _restore(row: Row[Any]) -> bytes:
    base = None
    if row.base_data is not None:
        base = checked(row.base_data, None, row.base_size, row.base_sha256)
    return checked(row.data, base, row.size, row.sha256)


def checked(frame: bytes, base: bytes | None, size: int, digest: bytes) -> bytes:
    """Unpack and verify.

    Raises:
        Damaged: Naming the digest that the bytes should have.
    """
    try:
        data = unpack(frame, base, size=size)
    except Damaged as error:
        raise Damaged(f"payload sha256:{digest.hex()} is damaged: {error.message}") from error.__cause__
    if sha256(data) != digest:
        raise Damaged(f"payload sha256:{digest.hex()} is damaged: its bytes have another digest")
    return data
