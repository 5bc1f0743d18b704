"""What Prometheus reads of a reading room: the archive in figures, and how requests were answered.

Every application has a registry of its own. The archive's figures are read when they are asked for and kept
for `KEPT` seconds, so that whoever asks often costs no more. Requests are counted by the route's template,
never by the path that was asked: a stranger must not be able to make series. Times are those of the room's
clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Final

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..checkup import verdicts
from ..clock import Clock
from ..model import HealthState
from ..storage import Archive, DeliveryState
from .problems import API, is_api

KEPT: Final = 30.0
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_STATS: Final = (
    ("sources", "sources", "Sources that are crawled."),
    ("articles", "articles", "Articles that were ever found."),
    ("articles_gone", "gone", "Articles that were withdrawn."),
    ("articles_edited", "edited", "Articles with several versions."),
    ("versions", "versions", "Versions of articles."),
    ("captures", "captures", "Captures, failures included."),
    ("leads_pending", "pending", "Leads that wait to be fetched."),
    ("payload_bytes", "payload_bytes", "Bytes of all payloads, as received."),
    ("stored_bytes", "stored_bytes", "Bytes of all payloads, as stored."),
    ("database_bytes", "database_bytes", "Bytes of the database."),
)


def install(app: FastAPI, archive: Archive, clock: Clock) -> CollectorRegistry:
    """Count an application's requests; gives the registry in which they and the archive's figures stand."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_ArchiveFigures(archive, clock))
    app.add_middleware(_Counting, registry=registry, seconds=clock.seconds)
    return registry


class _ArchiveFigures(Collector):
    """The archive in figures, read anew when the last ones are too old."""

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self._archive = archive
        self._clock = clock
        self._lock = Lock()
        self._made: tuple[float, tuple[Metric, ...]] | None = None

    def collect(self) -> Iterable[Metric]:
        """The figures; raises what reading the archive raises."""
        with self._lock:
            now = self._clock.seconds()
            if self._made is None or now - self._made[0] >= KEPT:
                self._made = now, tuple(_figures(self._archive, self._clock))
            return self._made[1]

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not read the archive."""
        return ()


def _figures(archive: Archive, clock: Clock) -> Iterable[Metric]:
    now = clock.now()
    stats = archive.stats()
    for name, field, text in _STATS:
        yield _gauge(name, text, getattr(stats, field))
    if stats.last_capture is not None:
        age = (now - stats.last_capture).total_seconds()
        yield _gauge("last_capture_age_seconds", "Seconds since the latest capture was made.", age)
    fares = [verdict.state for _, verdict in verdicts(archive, now)]
    states = {state.value: fares.count(state) for state in HealthState}
    yield _labelled("sources_by_health", "Sources by how they fare.", "state", states)
    found = archive.count_deliveries()
    shown = {state.value: found[state] for state in (DeliveryState.PENDING, DeliveryState.DEAD)}
    yield _labelled("deliveries", "Alerts on their way to a channel, and given up.", "state", shown)
    yield _gauge("ledger_leaves", "Leaves of the ledger.", archive.ledger_size())
    for head in archive.heads(1):
        age = (now - head.at).total_seconds()
        yield _gauge("ledger_head_leaves", "Leaves under the latest signed head.", head.size)
        yield _gauge("ledger_head_age_seconds", "Seconds since a head was signed last.", age)
    check = archive.last_check()
    if check is not None:
        age = (now - check.at).total_seconds()
        faults = sum(count for _, count in check.found.faults)
        yield _gauge("check_age_seconds", "Seconds since the archive was last checked.", age)
        yield _gauge("check_faults", "Faults that the last check found.", faults)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"palimpsest_{name}", text, value=value)


def _labelled(name: str, text: str, label: str, values: dict[str, int]) -> Metric:
    metric = GaugeMetricFamily(f"palimpsest_{name}", text, labels=[label])
    for key, value in values.items():
        metric.add_metric([key], value)
    return metric


class _Counting:
    """Counts requests and how long they took, whatever becomes of them."""

    def __init__(self, app: ASGIApp, *, registry: CollectorRegistry, seconds: Callable[[], float]) -> None:
        self._app = app
        self._seconds = seconds
        labels = ("method", "route", "status")
        self._requests = Counter("palimpsest_http_requests", "Requests answered.", labels, registry=registry)
        self._took = Histogram(
            "palimpsest_http_request_seconds",
            "Seconds from a request to the end of its answer.",
            labels,
            buckets=_BUCKETS,
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._seconds()
        status = 500  # what the server answers where the application raised

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            labels = method, route_of(scope), str(status)
            self._requests.labels(*labels).inc()
            self._took.labels(*labels).observe(self._seconds() - began)


def route_of(scope: Scope) -> str:
    """The template of the route that a request came to, such as `/version/{public_id}`; "other" for none."""
    path = getattr(scope.get("route"), "path", None)
    if not isinstance(path, str):
        return "other"
    # A route of a router within a router knows only its own part, since FastAPI nests them.
    return API + path if is_api(scope["path"]) and not is_api(path) else path
