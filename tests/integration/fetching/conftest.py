"""A raw-socket web server that can misbehave in every way, and crawls that fetch from it.

`site` is not an HTTP library: what a test says is what goes over the wire, byte for byte.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from palimpsest.crawler.fetching.network import Network
from palimpsest.settings import Settings

Act = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """Answers each path with the bytes (or the behaviour) set for it; keeps what it was asked."""

    answers: dict[str, bytes | Act | list[bytes | Act]] = field(default_factory=dict)
    heads: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    connections: int = 0
    port: int = 0
    scheme: str = "http"

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                self.heads.append(head)
                self.paths.append(path)
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
                try:
                    answer = self.answers.get(path, NOT_FOUND)
                    if isinstance(answer, list):
                        answer = answer.pop(0) if len(answer) > 1 else answer[0]
                    if isinstance(answer, bytes):
                        writer.write(answer)
                        await writer.drain()
                    else:
                        await answer(writer)
                        return
                finally:
                    self.at_once -= 1
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()


def ok(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A whole response with its length."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


NOT_FOUND = ok(b"no such page", "Content-Type: text/plain", status="404 Not Found")


@contextlib.asynccontextmanager
async def serving(context: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    site = Site(scheme="https" if context else "http")
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(site.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as running:
        yield running


@pytest.fixture
def serve() -> Callable[..., contextlib.AbstractAsyncContextManager[Site]]:
    return serving


@pytest.fixture
def reply() -> Callable[..., bytes]:
    return ok


@pytest.fixture
async def open_network() -> AsyncIterator[Callable[..., Network]]:
    """Makes networks that may fetch from loopback, without delay; closes them."""
    made: list[Network] = []

    def make(**fetch: object) -> Network:
        values = {"delay": 0.0, "timeout": 5.0, "retries": 0, "allow": ("127.0.0.1",), **fetch}
        made.append(Network(Settings(fetch=values)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for network in made:
        await network.close()
