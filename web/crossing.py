"""What scripts of other sites' pages may read here: what anybody may read who asks for it (CORS).

A published archive is read by Memento clients and notebooks that run in browsers. What they may read is
named here: public reads, of an archive that asks for no key, under the public name that its owner gave it
(`web.base_url`). Never with a key or a cookie, and never of a reading room on the reader's own machine:
there any page that they visit could look into the archive (docs/adr/0024). The protocol is that of the Fetch
Standard (https://fetch.spec.whatwg.org/#http-cors-protocol).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..settings import Web
from .forms import COOKIE
from .problems import API, MEMENTO
from .shield import LOCAL, name_of

PLACES: Final = (*MEMENTO, "/version/", f"{API}/")
ANYBODY: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Link, Memento-Datetime, Location, Vary, ETag, Repr-Digest, Retry-After",
}
ALLOWED: Final = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "Accept-Datetime, If-None-Match",
    "access-control-max-age": "86400",
}


def install(app: FastAPI, web: Web) -> None:
    """Let scripts read what is public; nothing where reading asks for a key or there is no public name."""
    name = urlsplit(web.base_url).hostname
    if not web.private and name and name not in LOCAL:
        app.add_middleware(Crossing, name=name)


class Crossing:
    """Adds what lets scripts read public answers, and answers browsers that ask beforehand."""

    def __init__(self, app: ASGIApp, *, name: str) -> None:
        self._app = app
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._is_public(scope):
            await self._app(scope, receive, send)
            return
        if _asks_beforehand(scope):
            await Response(status_code=204, headers=ALLOWED)(scope, receive, send)
            return

        async def readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(ANYBODY)
            await send(message)

        await self._app(scope, receive, readable if scope["method"] in ("GET", "HEAD") else send)

    def _is_public(self, scope: Scope) -> bool:
        asked = Headers(scope=scope)
        keyless = "authorization" not in asked and f"{COOKIE}=" not in asked.get("cookie", "")
        return keyless and scope["path"].startswith(PLACES) and name_of(asked.get("host", "")) == self._name


def _asks_beforehand(scope: Scope) -> bool:
    """Whether a browser asks if a script may read (the Fetch Standard's preflight)."""
    asked = Headers(scope=scope)
    method = asked.get("access-control-request-method", "")
    return scope["method"] == "OPTIONS" and "origin" in asked and method in ("GET", "HEAD")
