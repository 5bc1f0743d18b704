"""What a fetch brought: a capture, as it is archived, and the digest that names its bytes.

What a capture says is an extraction; which state of an article it witnessed, a version.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What came of one fetch. Each is kept: a refusal is a record too."""

    OK = "ok"
    NOT_MODIFIED = "not-modified"
    REDIRECT = "redirect"
    GONE = "gone"  # 404, 410
    CLIENT_ERROR = "client-error"  # other 4xx
    SERVER_ERROR = "server-error"  # 5xx and 429
    FORBIDDEN = "forbidden"  # by robots.txt
    REFUSED = "refused"  # by our guards
    FAILED = "failed"  # DNS, connection, TLS, time-out, truncation


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One fetch of one URL at one instant; immutable from the moment of the fetch.

    Attributes:
        record_id: The WARC record's UUID, given here so that every export names the same record.
        url: The URL as requested.
        at: When the request was sent (UTC).
        outcome: What came of it, with `reason` in words where it is not OK.
        request_head: Request line and headers as sent, with the blank line, or b"".
        response_head: Status line and headers exactly as received (order, case and repeats kept),
            with the blank line, or b"" where no response was had.
        payload: The body as received, the transfer coding removed and any content coding left on;
            None where there was none to keep (304, failures).
        sha256: Digest of `payload` (or of the payload that a 304 vouches for), 32 bytes.
        status: The HTTP status code, or None.
        ip: The address that answered, or None.
        seconds: From sending the request to the last byte of the answer.
        location: The absolute target of a redirect, or None.
    """

    record_id: uuid.UUID
    url: str
    at: datetime
    outcome: Outcome
    reason: str = ""
    request_head: bytes = b""
    response_head: bytes = b""
    payload: bytes | None = None
    sha256: bytes | None = None
    status: int | None = None
    ip: str | None = None
    seconds: float = 0.0
    location: str | None = None

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The response's headers in order, repeats included, decoded as Latin-1 (RFC 9110, 5.5)."""
        return parse_headers(self.response_head)

    def header(self, name: str) -> str | None:
        """The first value of header `name` (any case), or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


def parse_headers(head: bytes) -> tuple[tuple[str, str], ...]:
    """Read the header lines of a message head (RFC 9112, 5), the first line passed over.

    Args:
        head: Start line and headers, lines ended by CRLF.

    Returns:
        (name, value) pairs in their order, repeats included. A line without a colon is skipped:
        the bytes of `head` stay the record, this is a reading of it.
    """
    pairs = []
    for line in head.split(b"\r\n")[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            pairs.append((name.decode("latin-1").strip(), value.decode("latin-1").strip()))
    return tuple(pairs)


def sha256(data: bytes) -> bytes:
    """The SHA-256 digest of `data`, 32 bytes: the name under which bytes are kept."""
    return hashlib.sha256(data).digest()
