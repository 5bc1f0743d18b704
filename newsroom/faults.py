"""Ways in which a server can misbehave, each a function that is given the exchange and the socket.

`status(503)` and its like *make* a fault; `Newsroom.fault(host, path, fault)` puts it in the way of
an address. Faults of the connection are here; hostile documents are in `hostile`.
"""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Callable
from typing import TypeAlias

from .wire import Answer, Exchange

Fault: TypeAlias = Callable[[Exchange], None]

_BLOCK = b"\0" * 65_536


def serve(
    body: bytes | str,
    content_type: str = "text/html; charset=utf-8",
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
) -> Fault:
    """Answer with this body, whatever was asked for."""
    data = body.encode("utf-8") if isinstance(body, str) else body
    answer = Answer(status=status, headers=(("Content-Type", content_type), *headers), body=data)
    return lambda exchange: exchange.send_answer(answer)


def status(code: int, *, retry_after: str | int | None = None) -> Fault:
    """Answer with a status code and a short page, and `Retry-After` (seconds or a date) if given."""
    headers = () if retry_after is None else (("Retry-After", str(retry_after)),)
    return serve(f"<!doctype html><title>{code}</title><h1>{code}</h1>", status=code, headers=headers)


def redirect(to: str, code: int = 302) -> Fault:
    """Redirect to `to`, which may be anything: another host, a private address, nonsense."""
    return serve(b"", status=code, headers=(("Location", to),))


def redirect_loop(code: int = 302) -> Fault:
    """Redirect each address to itself and back: `/a` to `/a?again=1` to `/a`."""

    def run(exchange: Exchange) -> None:
        path, query, _ = exchange.visit.path.partition("?")
        to = exchange.base + (path if query else path + "?again=1")
        exchange.send_answer(Answer(status=code, headers=(("Location", to),)))

    return run


def redirect_chain(code: int = 302) -> Fault:
    """Redirect for ever, never to the same address twice."""

    def run(exchange: Exchange) -> None:
        path, _, hop = exchange.visit.path.partition("?hop=")
        to = f"{exchange.base}{path}?hop={int(hop or 0) + 1}"
        exchange.send_answer(Answer(status=code, headers=(("Location", to),)))

    return run


def delay(seconds: float) -> Fault:
    """Answer as usual, but later."""

    def run(exchange: Exchange) -> None:
        exchange.pause(seconds)
        exchange.send_answer()

    return run


def slow_drip(seconds: float = 0.05, size: int = 1) -> Fault:
    """Send the usual answer `size` bytes at a time with a pause of `seconds` between."""

    def run(exchange: Exchange) -> None:
        data = exchange.answer.head() + exchange.answer.body
        for at in range(0, len(data), size):
            exchange.send(data[at : at + size])
            exchange.pause(seconds)

    return run


def endless() -> Fault:
    """A body without a length that never ends."""

    def run(exchange: Exchange) -> None:
        exchange.keep = False
        exchange.send(exchange.answer.head(length=-1) + exchange.answer.body)
        while True:
            exchange.send(_BLOCK)

    return run


def huge_content_length(size: int = 2_000_000_000) -> Fault:
    """Announce `size` bytes and send them, so far as anyone takes them."""

    def run(exchange: Exchange) -> None:
        exchange.keep = False
        exchange.send(exchange.answer.head(length=size))
        for _ in range(size // len(_BLOCK)):
            exchange.send(_BLOCK)

    return run


def truncated(share: float = 0.5) -> Fault:
    """Announce the whole body, send a part of it and close."""

    def run(exchange: Exchange) -> None:
        exchange.keep = False
        body = exchange.answer.body
        exchange.send(exchange.answer.head() + body[: int(len(body) * share)])

    return run


def gzip_bomb(size: int = 200_000_000) -> Fault:
    """A small gzip body that unpacks to `size` bytes of spaces after the usual page."""
    packer = zlib.compressobj(6, wbits=31)  # made here, so that the page itself is served at once
    block = b" " * 1_000_000
    bomb = b"".join([*(packer.compress(block) for _ in range(size // len(block))), packer.flush()])

    def run(exchange: Exchange) -> None:
        _send_gzip(exchange, gzip.compress(exchange.answer.body, mtime=0) + bomb)

    return run


def corrupt_gzip() -> Fault:
    """A gzip body with its middle overwritten."""

    def run(exchange: Exchange) -> None:
        data = gzip.compress(exchange.answer.body, mtime=0)
        half = len(data) // 2
        _send_gzip(exchange, data[:half] + b"\xff" * 64 + data[half + 64 :])

    return run


def _send_gzip(exchange: Exchange, body: bytes) -> None:
    headers = (*exchange.answer.headers, ("Content-Encoding", "gzip"))
    exchange.send_answer(Answer(status=exchange.answer.status, headers=headers, body=body))


def reset(after: int = 0) -> Fault:
    """Reset the connection, after the first `after` bytes of the usual answer."""

    def run(exchange: Exchange) -> None:
        if after:
            exchange.send((exchange.answer.head() + exchange.answer.body)[:after])
        exchange.reset()

    return run


def hang_up() -> Fault:
    """Close the connection without a word."""

    def run(exchange: Exchange) -> None:
        exchange.keep = False

    return run


def silence(seconds: float = 3600.0) -> Fault:
    """Take the request and say nothing."""
    return lambda exchange: exchange.pause(seconds)


def raw(data: bytes) -> Fault:
    """Send these bytes, be they HTTP or not, and close."""

    def run(exchange: Exchange) -> None:
        exchange.keep = False
        exchange.send(data)

    return run


def chunked(size: int = 1000, *, broken: bool = False) -> Fault:
    """The usual answer in chunks; `broken` ends in the middle of one."""

    def run(exchange: Exchange) -> None:
        answer = exchange.answer
        headers = (*answer.headers, ("Transfer-Encoding", "chunked"))
        exchange.send(Answer(status=answer.status, headers=headers).head(length=-1))
        for at in range(0, len(answer.body), size):
            part = answer.body[at : at + size]
            if broken and at:
                exchange.keep = False
                exchange.send(b"%x\r\n" % (len(part) + 5000) + part)
                return
            exchange.send(b"%x\r\n%b\r\n" % (len(part), part))
        exchange.send(b"0\r\n\r\n")

    return run


def recoded(encoding: str, declared: str | None) -> Fault:
    """The usual page encoded as `encoding` and declared in HTTP as `declared` (None: not at all).

    `recoded("cp1252", "utf-8")` lies; `recoded("utf-8", "utf-9")` declares what does not exist. What
    the page's own `<meta charset>` says is left as it is.
    """

    def run(exchange: Exchange) -> None:
        headers = dict(exchange.answer.headers)
        kind, _, charset = headers.pop("Content-Type", "text/html; charset=utf-8").partition("; charset=")
        text = exchange.answer.body.decode(charset or "utf-8")
        headers["Content-Type"] = kind + (f"; charset={declared}" if declared else "")
        body = text.encode(encoding, "xmlcharrefreplace")
        exchange.send_answer(Answer(status=exchange.answer.status, headers=tuple(headers.items()), body=body))

    return run


def with_headers(*headers: tuple[str, str]) -> Fault:
    """The usual answer with more headers, repeats and odd ones included."""

    def run(exchange: Exchange) -> None:
        answer = exchange.answer
        exchange.send_answer(
            Answer(status=answer.status, headers=(*answer.headers, *headers), body=answer.body)
        )

    return run


def first(times: int, fault: Fault) -> Fault:
    """`fault` for the first `times` requests, the usual answer afterwards."""
    left, lock = [times], threading.Lock()

    def run(exchange: Exchange) -> None:
        with lock:
            left[0] -= 1
            hit = left[0] >= 0
        if hit:
            fault(exchange)
        else:
            exchange.send_answer()

    return run
