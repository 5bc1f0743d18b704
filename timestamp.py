"""Time stamps of a third party (RFC 3161): the question, the answer, and what it must say.

An authority signs that it saw a digest at a moment. What is kept is its whole answer, which `openssl ts
-verify` checks against the authority's certificate; here is only seen that it grants a stamp, and for
the digest and the nonce that were sent. The answer is DER (X.690) and is read no further than that.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Iterator
from typing import Final

import aiohttp

from .errors import Damaged, NotDelivered
from .settings import VERSION

TIMEOUT: Final = 20.0  # seconds
MOST: Final = 100_000  # bytes of an answer; usual ones have 2,000 to 7,000
_SHA256: Final = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier, DER
_SEQUENCE, _INTEGER, _OCTETS, _TRUE = 0x30, 0x02, 0x04, b"\x01\x01\xff"
_TST_INFO: Final = bytes.fromhex("060b2a864886f70d0109100104")  # id-ct-TSTInfo


def question(data: bytes, nonce: int) -> bytes:
    """A TimeStampReq for the SHA-256 of `data`, with the authority's certificate asked for."""
    imprint = _der(_SEQUENCE, _SHA256 + _der(_OCTETS, hashlib.sha256(data).digest()))
    return _der(_SEQUENCE, _number(1) + imprint + _number(nonce) + _TRUE)


def is_about(answer: bytes, data: bytes, nonce: int | None = None) -> bool:
    """Whether a TimeStampResp grants a stamp for `data`, and repeats the nonce where one is given.

    Raises:
        Damaged: It is no such answer.
    """
    try:
        (_, response), *_ = _parts(answer)
        (_, status), *token = _parts(response)
        (_, granted), *_ = _parts(status)
        if int.from_bytes(granted, "big") > 1 or not token:
            return False
        start = token[0][1].index(_TST_INFO) + len(_TST_INFO)
        (_, explicit), *_ = _parts(token[0][1][start:])
        (_, octets), *_ = _parts(explicit)
        (_, info), *_ = _parts(octets)
        fields = list(_parts(info))
        algorithm_and_digest = list(_parts(fields[2][1]))
        integers = [int.from_bytes(value, "big", signed=True) for tag, value in fields[4:] if tag == _INTEGER]
    except (ValueError, IndexError) as error:
        raise Damaged("the time stamping authority's answer is no time stamp") from error
    sound = algorithm_and_digest[-1][1] == hashlib.sha256(data).digest()
    return sound and (nonce is None or nonce in integers)


def request_stamp(url: str, data: bytes) -> bytes:
    """Ask an authority to stamp `data`.

    Returns:
        Its answer, DER.

    Raises:
        NotDelivered: No answer, one that refuses, or one about something else.
    """
    nonce = secrets.randbits(63)
    try:
        status, answer = asyncio.run(_post(url, question(data, nonce)))
    except TimeoutError as error:
        raise NotDelivered(f"no answer of the authority within {TIMEOUT:g} s", url=url) from error
    except aiohttp.ClientError as error:
        raise NotDelivered("the time stamping authority cannot be reached", url=url) from error
    if status != 200:
        raise NotDelivered(f"the time stamping authority answered {status}", url=url)
    try:
        if is_about(answer, data, nonce):
            return answer
    except Damaged as error:
        raise NotDelivered(error.message, url=url) from error
    raise NotDelivered("the time stamping authority refused, or stamped something else", url=url)


async def _post(url: str, body: bytes) -> tuple[int, bytes]:
    headers = {"content-type": "application/timestamp-query", "user-agent": f"Palimpsest/{VERSION}"}
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session,
        session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
    ):
        body = b""
        while len(body) < MOST and (piece := await answer.content.read(MOST - len(body))):
            body += piece  # as it comes: an answer is seldom one packet
        return answer.status, body


def _der(tag: int, value: bytes) -> bytes:
    size = len(value)
    if size < 0x80:
        return bytes([tag, size]) + value
    count = (size.bit_length() + 7) // 8
    return bytes([tag, 0x80 | count]) + size.to_bytes(count, "big") + value


def _number(value: int) -> bytes:
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The values that stand one after the other, with their tags; raises ValueError where one is cut off."""
    at = 0
    while at < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(data[at : at + count], "big"), at + count
        if at + size > len(data):
            raise ValueError("a value is cut off")
        yield tag, data[at : at + size]
        at += size
