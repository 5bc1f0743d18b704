"""Undoing a content coding (gzip, deflate, br, zstd) within bounds.

Pure. We ask for `identity`; some servers compress all the same, and the capture keeps what they
sent. Whoever reads such a payload comes through here. The limit holds while decoding, so a bomb
costs the limit and not what it unpacks to. Not here: transfer codings (aiohttp removes them), and
characters (`extraction`).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import brotli
import zstandard

from ...errors import Refused, Unfit

MAX_CODINGS: Final = 3  # stacked; one is normal, two is a misconfigured proxy
_STEP: Final = 256 * 1024  # decoded bytes asked for at a time
_FED: Final = 16 * 1024  # compressed bytes given at a time: what a stream leaves over is copied
_MEMBERS: Final = 10_000  # streams in one body; empty ones cost time and never reach the limit
_WINDOW: Final = 8 * 1024 * 1024  # RFC 9659: what a zstd decoder on the web must accept, and no more


def content_codings(headers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The codings of a response in the order they were applied, `identity` and aliases resolved."""
    names = (
        name.strip().lower()
        for key, value in headers
        if key.lower() == "content-encoding"
        for name in value.split(",")
    )
    return tuple(name.removeprefix("x-") for name in names if name not in ("", "identity", "none"))


def decode_body(payload: bytes, headers: Sequence[tuple[str, str]], *, limit: int) -> bytes:
    """The content of a response whose payload may be compressed.

    Args:
        payload: The body as received, the transfer coding already removed.
        headers: Of the response (`Capture.headers`).
        limit: Most bytes that the content (each layer of it) may have.

    Raises:
        Refused: It unpacks to more than `limit`.
        Unfit: An unknown coding, or a stream that is broken or cut short.
    """
    codings = content_codings(headers)
    if len(codings) > MAX_CODINGS:
        raise Unfit(f"the body is compressed {len(codings)} times over; at most {MAX_CODINGS} are undone")
    for coding in reversed(codings):
        if not payload:
            break
        decoder = _DECODERS.get(coding)
        if decoder is None:
            raise Unfit(f"the content coding {coding[:40]!r} is not known")
        payload = _bounded(decoder, payload, coding, limit)
    return payload


def _bounded(decoder: Callable[[bytes], Iterator[bytes]], payload: bytes, coding: str, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        for part in decoder(payload):
            size += len(part)
            if size > limit:
                raise Refused(f"the {coding} body unpacks to more than {limit:,} bytes")
            if part:
                parts.append(part)
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise Unfit(f"the {coding} body is broken after {size:,} bytes") from error
    return b"".join(parts)


def _zlib(payload: bytes, wbits: int) -> Iterator[bytes]:
    """Decode one stream after another; what follows the first and is none is padding (RFC 1952, 2.2)."""
    at = 0
    for member in range(_MEMBERS):
        stream = zlib.decompressobj(wbits)
        try:
            while not stream.eof:
                if at >= len(payload) and not stream.unconsumed_tail:
                    raise zlib.error("cut short")
                piece = stream.unconsumed_tail or payload[at : at + _FED]
                at += 0 if stream.unconsumed_tail else len(piece)
                yield stream.decompress(piece, _STEP)
        except zlib.error:
            if member == 0:
                raise
            return
        at -= len(stream.unused_data)
        if wbits < 31 or at >= len(payload):
            return
    raise zlib.error(f"more than {_MEMBERS:,} streams in one body")


def _gzip(payload: bytes) -> Iterator[bytes]:
    return _zlib(payload, 31)


def _deflate(payload: bytes) -> Iterator[bytes]:
    """zlib as the RFC says, or the raw stream that some servers send under this name."""
    header = int.from_bytes(payload[:2], "big")
    wrapped = payload[0] & 0x0F == 8 and header % 31 == 0
    return _zlib(payload, 15 if wrapped else -15)


def _brotli(payload: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    part = stream.process(payload, output_buffer_limit=_STEP)
    while part:
        yield part
        part = b"" if stream.is_finished() else stream.process(b"", output_buffer_limit=_STEP)
    if not stream.is_finished():
        raise brotli.error("cut short")


def _zstd(payload: bytes) -> Iterator[bytes]:
    at = 0
    for _ in range(_MEMBERS):
        stream = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        # decompressobj gives all that its input unpacks to, so it is fed little at a time:
        # a block of at least four bytes unpacks to at most 128 KiB.
        while not stream.eof:
            if at >= len(payload):
                raise zstandard.ZstdError("cut short")
            yield stream.decompress(payload[at : at + 64])
            at += 64
        at = min(at, len(payload)) - len(stream.unused_data)
        if at >= len(payload):
            return
    raise zstandard.ZstdError(f"more than {_MEMBERS:,} frames in one body")


_DECODERS: Final[dict[str, Callable[[bytes], Iterator[bytes]]]] = {
    "gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
