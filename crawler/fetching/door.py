"""The one door to the network: every request for a robots.txt, a feed or a page goes out here.

`Door.fetch` asks for one URL once and answers with a capture, whatever happened. It waits for the
host's turn, connects only to addresses that the guards let pass, verifies certificates always, bounds
time and size, follows no redirect (each hop is a request and a capture of its own), keeps no cookie
and decompresses nothing. Not here: robots.txt (`robots`), trying again (`retry`), Scrapy (`handler`).
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from aiohttp.client_reqrep import ClientResponse
from aiohttp.connector import Connection
from yarl import URL

from ...clock import Clock
from ...errors import NotFetched, Refused, TryLater
from ...model import Capture, Outcome
from ...settings import Fetch
from .capture import Exchange, message_head, outcome_of, redirect_target
from .failures import failure_of
from .guards import Guards, Target
from .politeness import HostGate
from .resolver import GuardedResolver
from .retry import retry_after

ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_HEAD: Final = 64 * 1024  # bytes of one header; security policies of news sites exceed aiohttp's 8190
_READ: Final = 256 * 1024  # bytes that aiohttp buffers; a page then takes a few wake-ups, not dozens


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: always a capture, and an error where there is no whole response.

    The error's class says what can be done: `TryLater` may pass, `Refused` and plain `NotFetched`
    will not.
    """

    capture: Capture
    error: NotFetched | None = None


class Door:
    """See the module. One for each process and event loop; `close` it there.

    Args:
        fetch: The limits.
        user_agent: What we call ourselves.
        guards: Where we may go.
        gate: When.
        clock: Dates the captures.
    """

    def __init__(self, fetch: Fetch, user_agent: str, guards: Guards, gate: HostGate, clock: Clock) -> None:
        self.user_agent = user_agent
        self._fetch = fetch
        self._guards = guards
        self._gate = gate
        self._clock = clock
        self._resolver = GuardedResolver(guards, fetch.resolve)
        self._headers = {
            "User-Agent": user_agent,
            "Accept": ACCEPT,
            "Accept-Encoding": fetch.accept_encoding or "identity",
        }
        self._session: aiohttp.ClientSession | None = None

    async def fetch(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        known_sha256: bytes | None = None,
        cut: int | None = None,
    ) -> Answer:
        """Ask for `url` once.

        Args:
            url: Absolute, already escaped; it is asked for as it stands.
            headers: Further ones (`conditional_headers`), or others in place of ours (`Accept`).
            known_sha256: Digest of the payload that a 304 would vouch for.
            cut: Read no more than this many bytes of the body and call it whole.

        Raises:
            TryLater: The host is held for longer than is waited, or the crawl is ending. Nothing was
                sent, so there is nothing to capture.
        """
        exchange = Exchange(url, self._clock.now())
        try:
            target = self._guards.check_url(url)
        except Refused as error:
            return Answer(exchange.ended(Outcome.REFUSED, error.message), error)
        async with self._gate.turn(target.key):
            exchange.at, exchange.began = self._clock.now(), time.monotonic()
            try:
                async with asyncio.timeout(self._fetch.timeout):
                    capture = await self._exchange(exchange, headers, known_sha256, cut)
            except Refused as error:
                error.url = error.url or url
                return Answer(exchange.ended(Outcome.REFUSED, error.message), error)
            except (aiohttp.ClientError, OSError, ValueError) as cause:  # TimeoutError is an OSError
                failure = failure_of(cause, url, self._fetch.timeout)
                failure.__cause__ = cause
                if isinstance(failure, TryLater):
                    self._gate.failed(target.key)
                return Answer(exchange.ended(Outcome.FAILED, failure.message), failure)
            self._report(target, capture)
        if capture.outcome is Outcome.FAILED:
            return Answer(capture, NotFetched(capture.reason, url=url))
        return Answer(capture)

    async def close(self) -> None:
        """Close the connections; a later `fetch` opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _exchange(
        self,
        exchange: Exchange,
        headers: Mapping[str, str] | None,
        known_sha256: bytes | None,
        cut: int | None,
    ) -> Capture:
        session = self._session or self._open()
        sent = {**self._headers, **headers} if headers else self._headers
        # encoded=True: the URL goes out as it is, not as yarl would spell it.
        async with session.get(
            URL(exchange.url, encoded=True), headers=sent, allow_redirects=False
        ) as response:
            _note(exchange, response)
            outcome = outcome_of(response.status)
            if outcome is Outcome.NOT_MODIFIED:
                return exchange.ended(outcome, "not modified", sha256=known_sha256)
            payload, digest = await self._read(response, cut)
        if outcome is Outcome.FAILED:
            return exchange.ended(outcome, _reason(exchange, outcome))
        return exchange.ended(outcome, _reason(exchange, outcome), payload=payload, sha256=digest)

    async def _read(self, response: ClientResponse, cut: int | None) -> tuple[bytes, bytes]:
        limit = self._fetch.max_bytes
        announced = response.headers.get("Content-Length", "")
        if cut is None and announced.isdecimal() and int(announced[:20]) > limit:
            response.close()
            raise Refused(
                f"the body is {announced[:20]} bytes long; the limit (fetch.max_bytes) is {limit:,}"
            )
        digest = hashlib.sha256()
        parts: list[bytes] = []
        size = 0
        # The digest is taken piece by piece, so that a large body does not hold up the event loop.
        async for part in response.content.iter_any():
            parts.append(part)
            digest.update(part)
            size += len(part)
            if cut is not None and size >= cut:
                response.close()
                body = b"".join(parts)[:cut]
                return body, hashlib.sha256(body).digest()
            if size > limit:
                response.close()
                raise Refused(f"the body is longer than {limit:,} bytes (fetch.max_bytes)")
        return (parts[0] if len(parts) == 1 else b"".join(parts)), digest.digest()

    def _report(self, target: Target, capture: Capture) -> None:
        if capture.outcome is Outcome.SERVER_ERROR:
            self._gate.failed(target.key, retry_after(capture.header("retry-after"), capture.at))
        else:
            self._gate.succeeded(target.key)

    def _open(self) -> aiohttp.ClientSession:
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        connector = aiohttp.TCPConnector(resolver=self._resolver, ssl=context, ttl_dns_cache=60, limit=0)
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=_Response,
            timeout=aiohttp.ClientTimeout(total=None),  # _fetch.timeout is kept around the whole
            read_bufsize=_READ,
            max_line_size=_HEAD,
            max_field_size=_HEAD,
            max_headers=512,
        )
        return self._session


class _Response(ClientResponse):
    """Notes the address that answers: aiohttp lets go of the connection once a short body is read."""

    peer: str | None = None

    async def start(self, connection: Connection) -> ClientResponse:
        transport = connection.transport
        name: Any = transport.get_extra_info("peername") if transport is not None else None
        self.peer = name[0] if name else None
        return await super().start(connection)


def _note(exchange: Exchange, response: ClientResponse) -> None:
    """Write down what is known once the head of the response is there."""
    info, version = response.request_info, response.version
    exchange.request_head = message_head(
        f"{info.method} {info.url.raw_path_qs} HTTP/1.1",
        ((name.encode(), value.encode()) for name, value in info.headers.items()),
    )
    shown = f"HTTP/{version.major}.{version.minor}" if version else "HTTP/1.1"
    exchange.response_head = message_head(
        f"{shown} {response.status} {response.reason or ''}", response.raw_headers
    )
    exchange.status = response.status
    exchange.ip = response.peer if isinstance(response, _Response) else None
    if 300 <= response.status < 400:
        for name, value in response.raw_headers:
            if name.lower() == b"location":
                exchange.location = redirect_target(exchange.url, value.decode("latin-1"))
                break


def _reason(exchange: Exchange, outcome: Outcome) -> str:
    if outcome is Outcome.OK:
        return ""
    if outcome is Outcome.REDIRECT:
        return f"{exchange.status} to {exchange.location or 'nowhere'}"
    if exchange.status == 206:
        return "the server sent a part (206) where the whole was asked for"
    return f"the server answered {exchange.status}"
