"""Bytes kept small: zstd frames, most of them deltas against an earlier text of the same article.

The format, which needs none of this code to be read. Three columns hold packed bytes:
`payload.data` (bodies), `capture.heads` (request head and response head, one after the other) and
`version.content` (the extraction as JSON). Each value is exactly one zstd frame (RFC 8878). Where
`base_id` (for heads: `head_base_id`) is null, the frame stands alone. Where it names another row of
the same table, *that row's unpacked bytes* are the frame's dictionary, as raw content. A base stands
always alone: no chain is longer than one. With the zstd tool, after writing two blobs to files::

    zstd -d base.zst -o base && zstd -d --long=31 --patch-from=base delta.zst -o body

and in Python, whole::

    import sqlite3, zstandard
    db = sqlite3.connect("archive.db")
    def payload(id):
        data, base = db.execute("SELECT data, base_id FROM payload WHERE id = ?", (id,)).fetchone()
        if base is None:
            return zstandard.ZstdDecompressor().decompress(data)
        raw = zstandard.ZstdCompressionDict(payload(base), dict_type=zstandard.DICT_TYPE_RAWCONTENT)
        return zstandard.ZstdDecompressor(dict_data=raw).decompress(data)

`payload.sha256` is the digest of the unpacked bytes and is verified on every read; every frame also
carries zstd's own checksum. This module is not about SQL: it packs and unpacks.

Deltas are made at level 6 with search tables sized by the base, measured on news pages with small
edits: on pages of 137 KB a plain level 3 gives 1,516 bytes in .42 ms, this 1,437 in .39 ms; on pages
of 742 KB 13,067 in 1.7 ms, this 1,771 in 2.3 ms, for the plain level's tables have no room for the far
parts of such a base. A delta that does not pay is tried again at level 12 before a new base is begun:
quick levels lose their way in text that repeats itself. What stands alone is made at level 3; a page
that turns out to be a base, because a second one came, is packed anew at level 9 (`pack_well`): 10 %
smaller, for 1.4 ms more, where it is looked at again and not while a site is first crawled.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import zstandard

from ..errors import Damaged

DELTA_LEVEL = 6
THOROUGH_LEVEL = 12  # for a delta that does not pay
QUICK_LEVEL = 3  # for what stands alone
BASE_LEVEL = 9
HUGE = 4_000_000  # bytes; above, nothing is tried that takes long: news pages never are
MOST = 1 << 30  # bytes; a damaged frame may claim any size, and memory is taken before it is read
_SMALLEST_BASE = 64  # bytes; a shorter base costs more than it gives
_local = threading.local()


@dataclass(frozen=True, slots=True)
class Packed:
    """One packed value: the frame, and whether it needs the base it was offered."""

    data: bytes
    is_delta: bool


def pack(data: bytes, base: bytes | None = None, *, expected: int | None = None) -> Packed:
    """Pack bytes, as a delta against `base` where that pays.

    Args:
        data: What is to be kept.
        base: An earlier text of the same kind and article, or None.
        expected: About how many bytes `data` would take alone, where the caller can tell (from the
            base's own ratio); None: it is tried when the delta is not obviously good.

    Returns:
        The delta if it takes less than half of what the data takes alone; else the data alone.
    """
    if base is None or len(base) < _SMALLEST_BASE:
        return Packed(_alone(data), False)
    delta = _delta(data, base, DELTA_LEVEL)
    if 2 * len(delta) < (expected if expected is not None else len(data) // 6):
        return Packed(delta, True)
    if len(data) + len(base) < HUGE:
        delta = min(delta, _delta(data, base, THOROUGH_LEVEL), key=len)
    alone = _alone(data)
    return Packed(delta, True) if 2 * len(delta) < len(alone) else Packed(alone, False)


def pack_well(data: bytes) -> bytes:
    """Pack bytes that stay the base of others: alone, and with more effort than `pack` makes."""
    return _compressor(BASE_LEVEL if len(data) <= HUGE else QUICK_LEVEL).compress(data)


class Unpacker:
    """Gives back what was packed against one base, or alone; for one thread.

    Args:
        base: The unpacked base; None for frames that stand alone.
    """

    def __init__(self, base: bytes | None) -> None:
        if base is None:
            self._decompressor = _decompressor()
        else:
            raw = zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
            self._decompressor = zstandard.ZstdDecompressor(dict_data=raw)

    def unpack(self, frame: bytes, *, size: int | None = None) -> bytes:
        """As `unpack`."""
        if not isinstance(frame, bytes):  # the damage may have hit the column's type
            raise Damaged("stored bytes are none")
        try:
            told = zstandard.frame_content_size(frame)
            if size is not None and told != size:
                raise Damaged("stored bytes are of another size than recorded")
            if told > MOST:
                raise Damaged("stored bytes claim a size that nothing stored has")
            return self._decompressor.decompress(frame)
        except zstandard.ZstdError as error:
            raise Damaged("stored bytes cannot be unpacked") from error


def unpack(frame: bytes, base: bytes | None = None, *, size: int | None = None) -> bytes:
    """Give back what `pack` was given.

    Args:
        frame: The stored bytes.
        base: The unpacked base, where the frame is a delta.
        size: How many bytes must come out, where known; checked before any memory is taken.

    Raises:
        Damaged: The frame cannot be read, or is of another size.
    """
    return Unpacker(base).unpack(frame, size=size)


def _delta(data: bytes, base: bytes, level: int) -> bytes:
    # The window must reach over base and data together, and the hash tables must have room for every
    # place of the base, or its far part is not seen: that is what makes the plain levels a trap.
    room = min(max(len(base).bit_length() - 1, 10), 22)
    parameters = zstandard.ZstdCompressionParameters.from_level(
        level,
        source_size=len(data),
        dict_size=len(base),
        window_log=min(max((len(data) + len(base)).bit_length(), 10), zstandard.WINDOWLOG_MAX),
        hash_log=room,
        chain_log=room,
        write_checksum=True,
    )
    raw = zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    return zstandard.ZstdCompressor(compression_params=parameters, dict_data=raw).compress(data)


def _alone(data: bytes) -> bytes:
    return _compressor(QUICK_LEVEL).compress(data)


def _compressor(level: int) -> zstandard.ZstdCompressor:
    # A context is costly to make and must not be shared by threads.
    made: dict[int, zstandard.ZstdCompressor] = _local.__dict__.setdefault("compressors", {})
    if level not in made:
        made[level] = zstandard.ZstdCompressor(level=level, write_checksum=True)
    return made[level]


def _decompressor() -> zstandard.ZstdDecompressor:
    made: zstandard.ZstdDecompressor | None = getattr(_local, "decompressor", None)
    if made is None:
        made = _local.decompressor = zstandard.ZstdDecompressor()
    return made
