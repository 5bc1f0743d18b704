"""Which base an article's bytes are packed against, and when it gets a new one.

An article has three bases: a keyframe for payloads, a first head, a first content. Each is the text
that later ones are deltas of. A base is left behind when its delta takes more than half of what the
bytes take alone (`payloads.pack`), and a keyframe also when the deltas' growth beyond the first one
has added up to a keyframe's price: renting has then cost as much as buying (a redesign of the site
shows at once, slow drift shows in the sum).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import bindparam, select

from ..errors import Damaged
from ..model import Capture, Extraction, Outcome, sha256
from . import sql_payloads
from .batch import Base, Batch, Values
from .payloads import pack, pack_well, unpack
from .tables import payload, version
from .values import clean

T = TypeVar("T")
_CONTENT = select(
    version.c.content, version.c.page_class, version.c.title, version.c.published, version.c.language
).where(version.c.id == bindparam("id"))


def keep_payload(batch: Batch, one: Capture, values: Values | None) -> int | None:
    """Find or store a capture's payload.

    Args:
        batch: Takes the new row.
        one: The capture; without a payload, its digest (of a 304) is looked up.
        values: The working copy of its article, or None.

    Returns:
        The payload's id; None where there is nothing, or a digest of bytes that we do not hold.

    Raises:
        ValueError: The payload does not have the digest that the capture gives.
    """
    digest = one.sha256
    if one.payload is not None and digest is None:
        digest = sha256(one.payload)
    if digest is None:
        return None
    if values is not None and values["payload_sha256"] == digest:
        same: int = values["payload_id"]
        return same
    held = find_payload(batch, digest)
    if held is not None or one.payload is None:
        return held
    if one.sha256 is not None and sha256(one.payload) != digest:
        raise ValueError(f"the payload of {one.url} does not have the digest of its capture")
    new = batch.new_id(payload)
    # Only a good answer may become a keyframe: an error page would serve no later version.
    base_id, data = (None, None)
    if values is not None and one.outcome is Outcome.OK:
        base_id, data = _against_keyframe(batch, one.payload, new, values)
    if data is None:
        data = pack(one.payload).data
    batch.hold_payload(
        {"id": new, "sha256": digest, "size": len(one.payload), "base_id": base_id, "data": data}
    )
    return new


def find_payload(batch: Batch, digest: bytes) -> int | None:
    """The id of the payload of that digest, stored or pending, or None."""
    pending = batch.payloads.get(digest)
    return pending["id"] if pending is not None else sql_payloads.find(batch.connection, digest)


def _against_keyframe(batch: Batch, data: bytes, new: int, values: Values) -> tuple[int | None, bytes]:
    keyframe = values["keyframe_id"]
    base = None
    if keyframe is not None:
        base = batch.bases.get((payload, keyframe)) or _intact(_read_keyframe, batch, keyframe)
    if base is not None:
        price = base.price(data)
        packed = pack(data, base.data, expected=price)
        if packed.is_delta:
            first = values["first_delta"]
            if first is None:
                first = values["first_delta"] = len(packed.data)
                _settle_keyframe(batch, keyframe, base)
            drift = values["drift"] + max(0, len(packed.data) - first)
            if drift <= price:
                values["drift"] = drift
                return keyframe, packed.data
    whole = pack(data).data
    values.update(keyframe_id=new, drift=0, first_delta=None)
    batch.remember(payload, new, data, len(whole), {})
    return None, whole


def _settle_keyframe(batch: Batch, keyframe: int, base: Base) -> None:
    """Pack a keyframe well, now that it is the base of another payload; its bytes stay what they are."""
    data = pack_well(base.data)
    if len(data) < base.stored:
        batch.repack(keyframe, base, data)


def _read_keyframe(batch: Batch, keyframe: int) -> Base:
    if any(row["id"] == keyframe for row in batch.payloads.values()):
        batch.flush()  # it was made in this transaction, and let go of since
    data, stored = sql_payloads.read_keyframe(batch.connection, keyframe)
    return batch.remember(payload, keyframe, data, stored, {})


def keep_heads(one: Capture, new: int, values: Values | None) -> tuple[bytes | None, int | None]:
    """Pack a capture's request head and response head.

    Args:
        one: The capture.
        new: Its id, by which later heads of the article may name it as their base.
        values: The working copy of its article, or None.

    Returns:
        The packed bytes (None where there are no heads) and the id of the base, if one is needed.
    """
    heads = one.request_head + one.response_head
    if not heads:
        return None, None
    base = None
    if values is not None and values["head_base"] is not None:
        base = _intact(unpack, values["head_base"])
    if values is not None and base is not None:
        alone = len(values["head_base"]) * len(heads) // max(len(base), 1)
        packed = pack(heads, base, expected=alone)
        if packed.is_delta:
            return packed.data, values["head_base_id"]
    whole = pack(heads).data
    if values is not None:
        values.update(head_base=whole, head_base_id=new)
    return whole, None


def keep_content(
    batch: Batch, extraction: Extraction, new: int, values: Values
) -> tuple[bytes, bytes, int | None, Values]:
    """Pack an extraction's JSON against the article's first.

    Returns:
        The JSON, the packed bytes, the id of the base version if one is needed, and the plain columns:
        None where they are as in the base.
    """
    # A lone surrogate of a hostile page must survive the way back; json.loads reads it so.
    content = extraction.to_json().encode("utf-8", "surrogatepass")
    columns: Values = {
        "page_class": extraction.page_class.value,
        "title": clean(extraction.title),
        "published": clean(extraction.published) or "",
        "language": clean(extraction.language) or "",
    }
    base_id: int | None = values["content_base_id"]
    base = None
    if base_id is not None:
        base = batch.bases.get((version, base_id)) or _intact(_read_content, batch, base_id)
    if base is not None:
        packed = pack(content, base.data, expected=base.price(content))
        if packed.is_delta:
            same = {key for key, value in columns.items() if base.columns[key] == value}
            own = {key: None if key in same else columns[key] for key in columns}
            return content, packed.data, base_id, own
    whole = pack(content).data
    values["content_base_id"] = new
    batch.remember(version, new, content, len(whole), columns)
    return content, whole, None, columns


def _read_content(batch: Batch, base_id: int) -> Base:
    row = batch.versions.get(base_id)
    if row is None:
        row = dict(batch.connection.execute(_CONTENT, {"id": base_id}).one()._mapping)
    frame = row["content"]
    return batch.remember(version, base_id, unpack(frame), len(frame), row)


def _intact(read: Callable[..., T], *args: Any) -> T | None:
    """What is read; None where it is damaged, so that what is kept now stands alone.

    `verify` tells of the damage; one flipped bit must not keep an article from being archived ever again.
    """
    try:
        return read(*args)
    except Damaged:
        return None


def note_capture(values: Values, one: Capture, payload_id: int | None, at: int, *, vouches: bool) -> None:
    """Let an article's row know of a capture: counts, failures, and what makes the next fetch cheap."""
    values["captures"] += 1
    values["captured_at"] = max(values["captured_at"] or at, at)
    if one.outcome in (Outcome.OK, Outcome.NOT_MODIFIED):
        values["attempts"] = 0
    elif one.outcome in (Outcome.SERVER_ERROR, Outcome.CLIENT_ERROR, Outcome.FAILED):
        values["attempts"] += 1
    if one.outcome is not Outcome.OK or one.payload is None or at < values["captured_at"]:
        return
    if not vouches:
        values.update(payload_id=None, payload_sha256=None, etag=None, last_modified=None)
        return
    headers = {name.lower(): value for name, value in reversed(one.headers)}
    values.update(
        payload_id=payload_id,
        payload_sha256=one.sha256 or sha256(one.payload),
        fetched_url=None if clean(one.url) == values["url"] else clean(one.url),
        etag=clean(headers.get("etag")),
        last_modified=clean(headers.get("last-modified")),
    )
