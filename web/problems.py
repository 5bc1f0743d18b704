"""Errors as answers: which status an error of ours has, as a page or as a problem document (RFC 9457).

Paths below `/v1`, Memento clients, feed readers, Prometheus and whoever asks for JSON get
`application/problem+json`; people get a page that says what to do. What went wrong inside is told on stderr,
never to the reader.
"""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from ..errors import Busy, FixInput, NotFound, PalimpsestError, Redacted, StoreError
from .rendering import page
from .shield import HEADERS

API: Final = "/v1"
_GATE: Final = "/timegate/"
MEMENTO: Final = (_GATE, "/timemap/", "/memento/")
"""How the addresses for Memento clients begin."""
_PROGRAMS: Final = (*MEMENTO, "/feeds/", "/metrics")
"""How the addresses begin that are read by programs, and by people only when they follow a link there."""
_STATUS: Final[tuple[tuple[type[PalimpsestError], int], ...]] = (
    (Redacted, 410),
    (NotFound, 404),
    (FixInput, 400),
    (Busy, 503),
    (StoreError, 500),
)
"""The first that fits holds; any other error of ours is a fault of this server."""
_HEADINGS: Final = {
    400: "That cannot be answered",
    401: "This asks for a key",
    403: "Not allowed",
    404: "Not found",
    405: "Not done here",
    410: "Taken out of the archive",
    413: "Too large",
    421: "Not here",
    422: "That cannot be read",
    429: "Too much at once",
    500: "A fault of ours",
    503: "Not now",
}
"""What stands above an error on a page: the phrases of HTTP are for programs."""


def install(app: FastAPI) -> None:
    """Have every error of the application answered here."""
    app.add_exception_handler(PalimpsestError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(Exception, _fault)


def status_of(error: PalimpsestError) -> int:
    """The HTTP status that says what an error says."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def answer(
    request: Request, status: int, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """An error as the one who asks can read it.

    Args:
        request: What was asked.
        status: The HTTP status.
        detail: What happened and what to do, in a sentence.
        headers: Further headers, such as `Retry-After`.
        more: Further members of a problem document.
    """
    title = HTTPStatus(status).phrase
    path, headers = request.url.path, dict(headers or {})
    vary = [] if is_api(path) else ["Accept"]
    if path.startswith(_GATE):
        vary.append("Accept-Datetime")  # in every answer of a time gate, errors too (RFC 7089, 4.5)
    if wants_json(request):
        document = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
        headers |= {"Vary": ", ".join(vary)} if vary else {}
        return JSONResponse(document, status, headers, "application/problem+json")
    headers["Vary"] = ", ".join([*vary, "Accept-Language", "Cookie"])
    heading = _HEADINGS.get(status, title)
    return page(request, "error.html", status=status, headers=headers, title=heading, detail=detail)


def wants_json(request: Request) -> bool:
    """Whether the one who asks is a program: a browser says that it takes HTML, and names it first."""
    path, accepted = request.url.path, request.headers.get("accept", "")
    if is_api(path):
        return True
    if path.startswith(_PROGRAMS):
        return not accepted.lstrip().startswith("text/html")  # feed readers take HTML too, if need be
    return "text/html" not in accepted and "json" in accepted


def is_api(path: str) -> bool:
    """Whether a path is the API's."""
    return path == API or path.startswith(f"{API}/")


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, PalimpsestError)
    status = status_of(error)
    if status == 500:
        print(f"palimpsest: {request.url.path}: {error}", file=sys.stderr)  # noqa: T201 - progress and problems
    headers = {"Retry-After": "30"} if status == 503 else None
    # What a store says of itself may hold paths and addresses of this machine.
    detail = error.message if status < 500 else "The archive cannot be read or written now."
    return answer(request, status, detail, headers)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers) if error.headers else None
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=headers)  # to where one signs in
    return answer(request, error.status_code, _detail(error), headers)


def _detail(error: HTTPException) -> str:
    plain = HTTPStatus(error.status_code).phrase
    if error.detail != plain:
        return error.detail
    return {404: "There is no such page.", 405: "This cannot be done here."}.get(error.status_code, plain)


def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [
        {"where": ".".join(str(part) for part in fault["loc"]), "what": fault["msg"]}
        for fault in error.errors()
    ]
    first = f"{faults[0]['where']}: {faults[0]['what']}" if faults else "the request cannot be read"
    return answer(request, 422, first, faults=faults)


def _fault(request: Request, _: Exception) -> Response:
    # The server tells the traceback on stderr by itself; and no middleware sees this answer any more.
    return answer(
        request,
        500,
        "This is a fault of ours, not of what you asked.",
        HEADERS | {"Cache-Control": "no-store"},
    )
