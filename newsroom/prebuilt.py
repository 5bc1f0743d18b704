"""Answers made once and sent many times: what lets one core serve thousands of pages a second.

An answer is its head and its body; copies of a page share the body's bytes. The protocol looks the
path up and writes. Nothing else of HTTP is here: no faults, no furniture, no log.
"""

from __future__ import annotations

import asyncio
import hashlib


class Answers:
    """Prebuilt answers by path: head (with what stands before the body), body, ETag or nothing."""

    def __init__(self) -> None:
        self.by_path: dict[bytes, tuple[bytes, bytes, bytes]] = {}

    def put(
        self, path: str, content_type: str, body: bytes, mark: bytes = b"", *, validated: bool = False
    ) -> None:
        """Have `path` answered with `mark` and `body`, and an ETag if `validated`."""
        etag = f'"{hashlib.sha256(mark + body).hexdigest()[:16]}"' if validated else ""
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(mark) + len(body)}\r\n"
            + (f"ETag: {etag}\r\n" if etag else "")
            + "\r\n"
        )
        self.by_path[path.encode()] = (head.encode() + mark, body, etag.encode())


class PrebuiltProtocol(asyncio.Protocol):
    """Answers GET and HEAD, pipelined or not, by looking the path up."""

    transport: asyncio.Transport

    def __init__(self, answers: Answers, open_ones: set[PrebuiltProtocol]) -> None:
        self._answers, self._open, self._data = answers, open_ones, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._open.discard(self)

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head, self._data = self._data[:end], self._data[end + 4 :]
            method, target, _ = (head.split(b"\r\n", 1)[0] + b" / ").split(b" ", 2)
            self._answer(method, target.partition(b"?")[0], head)

    def _answer(self, method: bytes, path: bytes, head: bytes) -> None:
        found = self._answers.by_path.get(path)
        if found is None:
            self.transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        start, body, etag = found
        if etag and etag in head:
            self.transport.write(b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\n\r\n")
        elif method == b"HEAD":
            self.transport.write(start[: start.index(b"\r\n\r\n") + 4])
        else:
            self.transport.writelines((start, body))
