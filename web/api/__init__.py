"""The JSON API under `/v1`, described by itself in OpenAPI 3.1 at `/v1/openapi.json`.

What the archive knows, under the names that exports use; lists by keyset cursors; errors as problem documents
(RFC 9457). Asking is open as the pages are; writing takes a key with the scope that is named.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from ..limits import limited
from . import changing, edits, operating, stories
from .route import PROBLEMS, json_alone

router = APIRouter(prefix="/v1", dependencies=[Depends(limited), Depends(json_alone)], responses=PROBLEMS)
for part in (stories, edits, operating, changing):
    router.include_router(part.router)


@router.get("/openapi.json", include_in_schema=False)
def description(request: Request) -> JSONResponse:
    """What the API is, in OpenAPI 3.1."""
    app: FastAPI = request.app
    return JSONResponse(app.openapi())
