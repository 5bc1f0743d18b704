"""Listening: the reading room behind uvicorn, in a thread of its own, until told to stop."""

from __future__ import annotations

import gc
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

import uvicorn
from fastapi import FastAPI

from ..errors import BadSetting, Busy

GRACE = 5  # seconds that answers in hand have at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the reading room listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """What is typed into a browser on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}/" if ":" in host else f"http://{host}:{self.port}/"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


@contextmanager
def serving(app: FastAPI, *, host: str, port: int) -> Iterator[Address]:
    """Answer requests while the block runs.

    Args:
        app: From `create_app`.
        host: An address of this machine.
        port: 0: any that is free.

    Yields:
        Where it listens; requests are answered from then on.

    Raises:
        Busy: Something listens there already.
        BadSetting: The host is no address of this machine, or the port is not to be had.
    """
    listener = _listen(host, port)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=GRACE
    )
    server = uvicorn.Server(config)
    settle()
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="reading room")
    thread.start()
    try:
        # The socket listens already: whoever connects before the loop runs is served when it does.
        yield Address(host=host, port=listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def settle() -> None:
    """Spare readers the looks for garbage among all that was loaded: each held one of them up for .1 s."""
    gc.collect()  # what is garbage now would stay with it
    gc.freeze()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise BadSetting(f"{host!r} is no address of this machine; try 127.0.0.1") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno in (98, 48):  # EADDRINUSE on Linux, on macOS
            raise Busy(f"something listens on {host}:{port} already; choose another --port") from error
        raise BadSetting(f"nothing can listen on {host}:{port}; choose another address or port") from error
    return listener
