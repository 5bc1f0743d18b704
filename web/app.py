"""Putting the reading room together: its routes, its errors, what shields it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from ..clock import Clock
from ..settings import VERSION
from ..storage import Archive
from . import api, crossing, feeds, memento, metrics, probes, problems, shield
from .access import WRONG_KEYS, guard
from .api.route import describe
from .bodies import Bodies
from .buckets import Buckets
from .pages import articles, edits, operations, outlets, reference, search, signing, stored, watches
from .room import Room

STATIC: Final = Path(__file__).parent / "static"
PAGES: Final[Sequence[APIRouter]] = (
    edits.router,
    search.router,
    articles.router,
    outlets.router,
    watches.router,
    signing.router,
    operations.router,
    reference.router,
    stored.router,
    memento.router,
    feeds.router,
    probes.router,
)


def create_app(archive: Archive, *, local_key: str | None = None, clock: Clock | None = None) -> FastAPI:
    """The reading room of an open archive, as an ASGI application.

    Args:
        archive: Stays open as long as the application runs; closing it is the caller's.
        local_key: A key that may do everything, for whoever started the server; None: there is none.
        clock: The machine's, but for tests.
    """
    app = FastAPI(
        title="Palimpsest",
        version=VERSION,
        summary="Every version of every story.",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        openapi_url=None,  # served below, behind the guard
        redirect_slashes=False,
        dependencies=[Depends(shield.without_nul), Depends(guard)],
    )
    app.openapi = describe(app, private=archive.settings.web.private)  # type: ignore[method-assign]
    clock = clock or Clock()
    app.state.room = Room(
        archive=archive,
        clock=clock,
        local_key=local_key,
        buckets=Buckets(archive.settings.web.rate),
        wrong_keys=Buckets(WRONG_KEYS),
    )
    app.add_middleware(Bodies)  # the innermost: what was asked for is counted and shielded as it came
    app.state.metrics = metrics.install(app, archive, clock)
    problems.install(app)
    app.include_router(api.router)
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    crossing.install(app, archive.settings.web)
    shield.install(app, archive.settings.web, problems.answer)
    return app
