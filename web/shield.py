"""What every answer carries against hostile pages, and which hosts are answered at all.

The policy lets no script run, no frame but our own stand, nothing come from outside (CSP Level 3). A page
that shows stored HTML sets a policy of its own, which stays. Host names are checked because a page
elsewhere may point its own name at this machine (DNS rebinding).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..settings import Web
from .caching import kept

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",  # whom a researcher reads is nobody's business
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-robots-tag": "noindex",  # the outlets' texts, not ours: not for search engines
}
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def install(app: FastAPI, web: Web, refuse: Callable[[Request, int, str], Response]) -> None:
    """Shield an application.

    Args:
        app: What is shielded.
        web: Says which hosts are answered.
        refuse: Makes the answer to a request for another host, of its status and what to do.
    """
    base = urlsplit(web.base_url).hostname
    names = LOCAL | {name.lower() for name in web.hosts} | ({base} if base else set())
    app.add_middleware(Shield, hosts=names, private=web.private, refuse=refuse)


async def without_nul(request: Request) -> None:
    """Refuse an address with NUL in it: no archive holds it, and databases take it for a fault."""
    if "\x00" in request.url.path or b"%00" in request.scope["query_string"]:
        raise HTTPException(400, "There is a NUL character in the address; take it out.")


class Shield:
    """Adds the headers, says what caches may keep, refuses other hosts' names."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        private: bool,
        refuse: Callable[[Request, int, str], Response],
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._private = private
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)

        async def shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                query = scope["query_string"].decode("latin-1")
                headers.setdefault("cache-control", kept(scope["path"], query, asked, private=self._private))
            await send(message)

        if "*" in self._hosts or name_of(asked.get("host", "")) in self._hosts:
            await self._app(scope, receive, shielded)
            return
        detail = "This reading room does not go by that name; add it to web.hosts in palimpsest.toml."
        await self._refuse(Request(scope), 421, detail)(scope, receive, shielded)


def name_of(host: str) -> str | None:
    """The name in a `Host` header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:  # brackets that do not close
        return None
