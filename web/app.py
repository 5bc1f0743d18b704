"""The web application put together: one archive, and the routers that show it.

Not here: what a page or an answer says; each router holds one kind.
"""

from __future__ import annotations

from fastapi import FastAPI

from ..settings import VERSION
from ..storage import Archive


def create_app(archive: Archive) -> FastAPI:
    """Make the application over an open archive; whoever opened it closes it.

    Routers find the archive as `request.app.state.archive`.
    """
    app = FastAPI(title="Palimpsest", version=VERSION, docs_url=None, redoc_url=None)
    app.state.archive = archive
    return app
