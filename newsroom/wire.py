"""A small HTTP/1.1 server on loopback: one thread a connection, kept alive, every request noted.

It reads request heads and sends the bytes of answers; what is answered is decided by whoever
made it. It is no server for the open internet: it reads GET and HEAD, and nothing with a body.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import socket
import socketserver
import struct
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

_HEAD_LIMIT = 65_536


@dataclass(slots=True, kw_only=True)
class Visit:
    """One request as it came in, and what was made of it; times are `time.monotonic()` seconds.

    `status` is 0 and `done` infinite while the answer is under way, and `status` stays 0 where a
    fault sent no status line.
    """

    method: str
    host: str
    path: str  # with the query
    headers: tuple[tuple[str, str], ...]
    at: float
    done: float = float("inf")
    status: int = 0
    sent: int = 0  # bytes

    def header(self, name: str) -> str | None:
        """The first value of header `name` (any case), or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response before it is bytes; Date and Content-Length are added on the way out."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def head(self, *, length: int | None = None) -> bytes:
        """Status line and headers; `length` declares another Content-Length, -1 none."""
        reason = http.client.responses.get(self.status, "Odd")
        lines = [f"HTTP/1.1 {self.status} {reason}", f"Date: {formatdate(usegmt=True)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if length != -1 and self.status != 304:
            lines.append(f"Content-Length: {len(self.body) if length is None else length}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def gzipped(self) -> Answer:
        """The same with its body under gzip; equal bodies give equal bytes."""
        headers = (*self.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
        return Answer(status=self.status, headers=headers, body=gzip.compress(self.body, 6, mtime=0))


@dataclass(slots=True)
class Exchange:
    """A request in hand: what a fault gets to misbehave with."""

    visit: Visit
    answer: Answer  # what would be sent without the fault
    base: str  # scheme, host and port asked for
    _socket: socket.socket
    _closing: threading.Event
    keep: bool = True  # whether the connection lives on afterwards

    def send(self, data: bytes) -> None:
        """Send raw bytes; raises OSError once the other side has gone."""
        if not self.visit.status and data.startswith(b"HTTP/1.1 "):
            self.visit.status = int(data[9:12])
        self._socket.sendall(data)
        self.visit.sent += len(data)

    def send_answer(self, answer: Answer | None = None) -> None:
        """Send an answer (the one that is due, by default) as HTTP wants it."""
        answer = answer or self.answer
        # Before the bytes leave: who reads the log must not see two requests overlap that did not.
        self.visit.done = time.monotonic()
        self.send(answer.head() + (b"" if self.visit.method == "HEAD" else answer.body))

    def pause(self, seconds: float) -> None:
        """Wait, but no longer than the server lives; raises OSError when it closes."""
        if self._closing.wait(seconds):
            raise ConnectionAbortedError("the newsroom has closed")

    def reset(self) -> None:
        """Drop the connection with a TCP reset."""
        self.keep = False
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()


@dataclass(slots=True)
class Log:
    """The requests so far, oldest first; safe to read while more come in."""

    visits: list[Visit] = field(default_factory=list)

    def __call__(self, host: str = "", path: str = "") -> tuple[Visit, ...]:
        """The visits to `host` and `path` (both: any), the query not counted."""
        return tuple(
            v
            for v in tuple(self.visits)
            if host in ("", v.host) and path in ("", v.path, v.path.split("?")[0])
        )


class Server(socketserver.ThreadingTCPServer):
    """Listens on 127.0.0.1 and hands each request to `serve`.

    Args:
        port: 0 for any free one; `self.port` says which.
        serve: Answers one exchange; an OSError in it means that the client has gone.
        log: Where every request is noted.
    """

    allow_reuse_address = True
    daemon_threads = False  # close() ends every connection and waits for its thread
    request_queue_size = 128

    def __init__(
        self, port: int, serve: Callable[[Visit, socket.socket, threading.Event], bool], log: Log
    ) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.serve = serve
        self.log = log
        self.closing = threading.Event()
        self.errors: list[Exception] = []  # of `serve`: bugs, to be raised where they are seen
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="newsroom")

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop listening, end every connection, wait for all threads."""
        self.closing.set()
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        error = sys.exception()
        assert isinstance(error, Exception)
        self.errors.append(error)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def close_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().close_request(request)


class _Connection(socketserver.BaseRequestHandler):
    server: Server
    request: socket.socket

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        rest = b""
        with contextlib.suppress(OSError):  # the client went away, or we are closing
            while not self.server.closing.is_set():
                head, rest = self._read_head(rest)
                if not head:
                    return
                visit = _read_visit(head)
                self.server.log.visits.append(visit)
                try:
                    keep = self.server.serve(visit, self.request, self.server.closing)
                finally:
                    visit.done = min(visit.done, time.monotonic())
                if not keep or (visit.header("connection") or "").lower() == "close":
                    return

    def _read_head(self, data: bytes) -> tuple[bytes, bytes]:
        while b"\r\n\r\n" not in data:
            more = self.request.recv(_HEAD_LIMIT)
            if not more or len(data) > _HEAD_LIMIT:
                return b"", b""
            data += more
        head, _, rest = data.partition(b"\r\n\r\n")
        return head, rest


def _read_visit(head: bytes) -> Visit:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, *_ = [*first.split(" "), "/"]
    headers = tuple((k.strip(), v.strip()) for k, _, v in (line.partition(":") for line in lines))
    host = next((v for k, v in headers if k.lower() == "host"), "")
    return Visit(
        method=method, host=host.partition(":")[0].lower(), path=target, headers=headers, at=time.monotonic()
    )
