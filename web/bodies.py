"""Bodies at the edge: none where only the head of an answer is asked for, none too large in a request.

Every address that can be read answers HEAD as it answers GET (RFC 9110, 9.3.2), without each route saying so.
A request's body is read whole before anybody knows who sent it, so it must be small: nothing that is sent to
a reading room is larger than a form.
"""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST: Final = 1_000_000  # bytes of a request's body


class Bodies:
    """Answers HEAD by way of GET, and refuses bodies larger than `MOST` with 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received = 0

        async def bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MOST:
                raise HTTPException(413, f"What is sent here has {MOST:,} bytes at the most.")
            return message

        async def bodiless(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        if scope["method"] != "HEAD":
            await self._app(scope, bounded, send)
            return
        asked = {**scope, "method": "GET"}
        try:
            await self._app(asked, bounded, bodiless)
        finally:
            scope["route"] = asked.get("route")  # by which requests are counted
