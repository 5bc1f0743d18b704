"""What machines ask a reading room: whether it lives, whether it can read, its figures, robots.txt."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from ..errors import StoreError
from .room import OfArchive

router = APIRouter()


@router.get("/livez")
def livez() -> PlainTextResponse:
    """That the process answers; the archive is not looked at."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


@router.get("/readyz")
def readyz(archive: OfArchive) -> PlainTextResponse:
    """Whether the archive can be read; 503 and what hinders it otherwise."""
    headers = {"Cache-Control": "no-store"}
    try:
        archive.heads(1)
    except StoreError as error:
        # The class says what to do; the message may hold paths and addresses of this machine.
        return PlainTextResponse(f"the archive cannot be read: {type(error).__name__}\n", 503, headers)
    return PlainTextResponse("ok\n", headers=headers)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Figures for Prometheus, in the form that it asks for."""
    registry: CollectorRegistry = request.app.state.metrics
    encoder, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encoder(registry), headers={"content-type": content_type, "Cache-Control": "no-store"})


@router.get("/robots.txt")
def robots() -> PlainTextResponse:
    """Nothing for search engines: the texts are the outlets' (RFC 9309)."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")
