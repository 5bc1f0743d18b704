"""Receivers of alerts on loopback: a webhook that behaves as told, a mail server that keeps what it gets."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Webhook:
    """A webhook's receiver.

    Attributes:
        status: What it answers; `headers` go with it.
        hang: Take the request and say nothing, until `let_go` or `close`.
        got: What it was sent, whatever it answered: (headers, body).
        before_answering: Called when a message has come.
    """

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.hang = False
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.before_answering: Callable[[], None] = lambda: None
        self._closing = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                owner.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                owner.before_answering()
                if owner.hang:
                    owner._closing.wait()
                    return
                self.send_response(owner.status)
                for name, value in owner.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def address(self) -> str:
        return f"webhook:http://127.0.0.1:{self._server.server_address[1]}/hook"

    @property
    def alerts(self) -> list[dict[str, Any]]:
        """Every alert that it was sent, in order, repeats included."""
        return [alert for _, body in self.got for alert in json.loads(body)["alerts"]]

    def let_go(self) -> None:
        """Hang up on those that wait for an answer."""
        self._closing.set()

    def close(self) -> None:
        self.let_go()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Mail(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs to leave a message."""

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            match line.split()[0].upper() if line.split() else b"":
                case b"EHLO" | b"HELO":
                    self._say("250 here")
                case b"DATA":
                    self._say("354 go on")
                    lines = []
                    while (text := self.rfile.readline()) != b".\r\n":
                        lines.append(text.removeprefix(b".") if text.startswith(b"..") else text)
                    self.server.got.append(b"".join(lines))  # type: ignore[attr-defined]
                    self._say("250 kept")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 fine")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server; `got` are the messages as they came."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Mail)
        self.got: list[bytes] = []

    @property
    def address(self) -> str:
        port = self.server_address[1]
        return f"mailto://127.0.0.1:{port}?from=palimpsest@example.org&to=reader@example.org"


@contextmanager
def serving_mail() -> Iterator[MailServer]:
    """A mail server for a block."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
