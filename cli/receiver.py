"""A webhook's receiver on loopback, for the demo: it believes what is signed with its key, nothing else."""

from __future__ import annotations

import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self

from ..alerts.channels.webhook import signature


class Receiver:
    """Takes signed messages; a context manager.

    Attributes:
        secret: The key of its channel; set it before anything is sent.
        alerts: What was taken, in order.
    """

    def __init__(self) -> None:
        self.secret = ""
        self.alerts: list[dict[str, Any]] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(204 if owner._take(dict(self.headers), body) else 401)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Say nothing: the demo prints what arrived."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def address(self) -> str:
        """What to give to `--to`."""
        return f"webhook:http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _take(self, headers: dict[str, str], body: bytes) -> bool:
        wanted = signature(self.secret, headers["webhook-id"], int(headers["webhook-timestamp"]), body)
        if not hmac.compare_digest(wanted, headers["webhook-signature"]):
            return False
        self.alerts += json.loads(body)["alerts"]
        return True
