"""Payloads checked: the bytes of each against its digest, and that some capture brought it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, text

from ..errors import Damaged, StoreError
from ..model import sha256
from .check_ground import CHUNK, PART, Ground, chunks, parts
from .payloads import Unpacker, unpack
from .tables import capture, payload
from .verification import Fault


def check_strays(ground: Ground) -> None:
    """Payloads that no capture brought."""
    with ground.database.reading() as connection:
        for row in connection.execute(_STRAYS):
            ground.found.note(Fault.UNEXPECTED, f"payload {row.id}", "no capture brought it")


def check_payloads(ground: Ground, captures: Sequence[int] | None) -> None:
    """Every payload's digest, deltas after their keyframe; or those of some captures."""
    last: _Base | None = None  # what leans on one base follows one another
    for ids in chunks(_grouped(ground, captures), CHUNK // 2):
        try:
            rows = {row.id: row for row in ground.all(_PAYLOADS, ids=ids)}
        except StoreError:
            rows = {row.id: row for i in ids for row in ground.rows("payload", _PAYLOAD, i, i)}
        for i in ids:
            if i in rows and ("payload", i) not in ground.gone:
                last = _check_payload(ground, rows[i], last)
        ground.found.count("payloads", len(rows))


_Base = tuple[int, Unpacker | None]
"""A base by its id; None: it is missing."""


def _check_payload(ground: Ground, row: Any, last: _Base | None) -> _Base | None:
    """Hold one payload against its digest; the base that the next one is likely to lean on.

    Args:
        ground: What is checked.
        row: The payload's.
        last: The base of the one before.
    """
    name = f"payload {row.id} sha256:{_hex(row.sha256)}"
    try:
        if row.base_id is None:
            data = unpack(row.data, size=row.size)
        else:
            if last is None or last[0] != row.base_id:
                last = (row.base_id, _base(ground, row.base_id))
            if last[1] is None:
                raise Damaged(f"its base, payload {row.base_id}, is missing")
            data = last[1].unpack(row.data, size=row.size)
    except Damaged as error:
        ground.found.note(Fault.BAD, name, error.message)
        return last
    if sha256(data) != row.sha256:
        ground.found.note(Fault.BAD, name, "its bytes have another digest")
        return last
    return (row.id, Unpacker(data)) if row.base_id is None else last


def _base(ground: Ground, base_id: int) -> Unpacker | None:
    """What payloads are deltas against; None where there is no such payload.

    Raises:
        Damaged: It cannot be unpacked.
    """
    found = ground.all(_PAYLOADS, ids=[base_id])
    return Unpacker(unpack(found[0].data, size=found[0].size)) if found else None


def _grouped(ground: Ground, captures: Sequence[int] | None) -> list[int]:
    """Ids of payloads, each keyframe's deltas together."""
    keys: dict[int, int] = {}
    if captures is None:
        for low, high in parts(ground.ends[payload], PART):
            for row in ground.rows("payload", _PAYLOAD_IDS, low, high):
                keys[row.id] = row.base_id or row.id
    else:
        for ids in chunks(captures, CHUNK):
            for row in ground.all(_PAYLOADS_OF, ids=list(ids)):
                keys[row.id] = row.base_id or row.id
    return sorted(keys, key=lambda i: (keys[i], i))


def _hex(digest: object) -> str:
    return digest.hex() if isinstance(digest, bytes) else repr(digest)


_PAYLOADS = select(payload).where(payload.c.id.in_(bindparam("ids", expanding=True)))
_PAYLOAD = select(payload).where(payload.c.id >= bindparam("low"), payload.c.id <= bindparam("high"))
_PAYLOAD_IDS = select(payload.c.id, payload.c.base_id).where(
    payload.c.id >= bindparam("low"), payload.c.id <= bindparam("high")
)
_PAYLOADS_OF = (
    select(payload.c.id, payload.c.base_id)
    .join(capture, capture.c.payload_id == payload.c.id)
    .where(capture.c.id.in_(bindparam("ids", expanding=True)))
)
_STRAYS = text("SELECT id FROM payload EXCEPT SELECT payload_id FROM capture ORDER BY 1")
