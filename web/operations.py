"""What whoever runs the reading room asks of it: is it alive, is it ready, its figures for Prometheus."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..checkup import verdicts
from ..errors import NotFound, StoreError
from ..model import HealthState
from .room import OfArchive, Room

router = APIRouter()
FRESH: Final = 30.0
"""Seconds for which the archive's figures are kept: to count a large one takes a while."""


@router.get("/livez")
def livez() -> PlainTextResponse:
    """The process answers."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def readyz(archive: OfArchive) -> PlainTextResponse:
    """The archive can be read."""
    try:
        archive.changes(limit=1)
    except StoreError:
        return PlainTextResponse("the archive cannot be read now\n", 503)
    return PlainTextResponse("ok\n")


@router.get("/robots.txt")
def robots() -> PlainTextResponse:
    """The outlets' texts are not for search engines to find here."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Figures in Prometheus's text format."""
    registry: CollectorRegistry = request.app.state.metrics
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def install(app: FastAPI, room: Room) -> None:
    """Count an application's requests, and give its archive's figures; each application counts for itself."""
    registry = CollectorRegistry()
    registry.register(_OfArchive(room))
    app.state.metrics = registry
    app.add_middleware(_Counted, registry=registry)


class _Counted:
    """Counts requests by route, never by path: whoever asks for paths at random must not fill the memory."""

    def __init__(self, app: ASGIApp, *, registry: CollectorRegistry) -> None:
        self._app = app
        names = ("method", "route", "status")
        self._requests = Counter("palimpsest_requests", "Requests answered.", names, registry=registry)
        self._seconds = Histogram(
            "palimpsest_request_seconds", "Seconds until an answer began.", ("route",), registry=registry
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "other")
                method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST") else "other"
                self._requests.labels(method, route, str(message["status"])).inc()
                self._seconds.labels(route).observe(time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, counted)


class _OfArchive(Collector):
    """The archive's own figures, read when they are asked for and kept for a while."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._read_at = -FRESH
        self._figures: list[Metric] = []

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: to know the names, the archive would have to be counted."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        now = self._room.clock.seconds()
        if now - self._read_at >= FRESH or not self._figures:
            self._figures = list(self._read())
            self._read_at = now
        yield from self._figures

    def _read(self) -> Iterator[Metric]:
        archive, now = self._room.archive, self._room.clock.now()
        stats = archive.stats()
        for name, told in (
            ("sources", "Sources."), ("articles", "Articles."), ("versions", "Versions."),
            ("captures", "Captures."), ("pending", "Leads that wait to be fetched."),
            ("stored_bytes", "Bytes of payloads, as stored."), ("database_bytes", "Bytes of the database."),
        ):  # fmt: skip
            yield _gauge(name, told, getattr(stats, name))
        if stats.last_capture is not None:
            yield _gauge(
                "last_capture_seconds", "When something was captured last.", stats.last_capture.timestamp()
            )
        health = GaugeMetricFamily("palimpsest_source_state", "Sources by how they fare.", labels=["state"])
        states = [one.state for _, one in verdicts(archive, now)]
        for state in HealthState:
            health.add_metric([state.value], states.count(state))
        yield health
        try:
            head = archive.head()
        except NotFound:
            pass  # nothing was sealed yet: a gauge of nothing would be a lie
        else:
            yield _gauge("ledger_leaves", "Leaves under the latest signed head.", head.size)
            yield _gauge("ledger_head_seconds", "When the latest head was signed.", head.at.timestamp())
        check = archive.last_check()
        if check is not None:
            yield _gauge(
                "check_sound", "Whether the last check of the whole found no fault.", check.found.is_sound
            )
            yield _gauge("check_seconds", "When the whole archive was checked last.", check.at.timestamp())


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"palimpsest_{name}", told, value=value)
