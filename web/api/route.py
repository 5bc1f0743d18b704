"""What all answers of the API have in common: validators for caches, and how errors are described."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from ...settings import VERSION
from ..caching import has, tag_of

_PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": text, "content": _PROBLEM}
    for status, text in (
        (400, "Something that was asked for cannot be; the detail says what to mend."),
        (401, "This asks for a key, or the key does not hold."),
        (403, "The key lacks the scope."),
        (404, "It is not in the archive."),
        (410, "It was taken out of the archive on purpose."),
        (413, "What was sent is too large."),
        (415, "What was sent is no JSON, by its Content-Type."),
        (421, "The reading room does not go by that name."),
        (422, "A parameter or the body cannot be read; `faults` says which."),
        (429, "Too many requests; `Retry-After` says how long to wait."),
        (503, "The archive is busy; try again after `Retry-After` seconds."),
    )
}
_SCHEMA: Final = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "faults": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
                "required": ["where", "what"],
            },
        },
    },
}


class Tagged(APIRoute):
    """A route whose answers carry an ETag and are not sent again to whoever has them (RFC 9110, 13.1.2)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            response = await handler(request)
            if request.method != "GET" or response.status_code != 200:
                return response
            tag = tag_of(bytes(response.body))
            # Asked for again each time: what was redacted must not live on in a cache.
            response.headers.update(
                {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
            )
            if has(request.headers, tag):
                del response.headers["content-length"], response.headers["content-type"]
                return Response(status_code=304, headers=dict(response.headers))
            return response

        return tagged


def json_alone(request: Request) -> None:
    """A dependency that refuses with 415 a body that is not said to be JSON, where one is asked for.

    It stands behind the guard: who may not write at all is told that first.
    """
    if getattr(request.scope["route"], "body_field", None) is None:
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise HTTPException(415, "Send JSON, and say so: Content-Type: application/json")


def describe(app: FastAPI, *, private: bool) -> Callable[[], dict[str, Any]]:
    """What makes the description of the API: as FastAPI does, with keys and problem documents beside it.

    Args:
        private: Reading asks for a key too.
    """

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title="Palimpsest",
                version=VERSION,
                summary="Every version of every story.",
                description="The archive of news that this reading room shows. Times are UTC.",
                routes=app.routes,
                license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
            )
            made["components"]["schemas"]["Problem"] = _SCHEMA
            made["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
            made["security"] = [{"key": []}] if private else [{}, {"key": []}]
            for name in ("HTTPValidationError", "ValidationError"):
                made["components"]["schemas"].pop(name, None)
            app.openapi_schema = made
        return app.openapi_schema

    return openapi
