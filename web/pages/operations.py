"""How the archive is run: the state of its sources, and its runs."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse

from ...checkup import verdicts
from ...fixity import summary
from ..rendering import page
from ..room import Now, OfArchive

router = APIRouter()
SHOWN: Final = 50


@router.get("/health")
def health(request: Request, archive: OfArchive, now: Now) -> HTMLResponse:
    """How each source fares, and what the last check of the whole archive found."""
    check = archive.last_check()
    return page(
        request,
        "health.html",
        rows=verdicts(archive, now),
        check=check,
        faults=summary(check.found) if check else "",
    )


@router.get("/runs")
def runs(
    request: Request,
    archive: OfArchive,
    source: str = "",
    before: Annotated[int | None, Query(ge=1, lt=2**62)] = None,
) -> HTMLResponse:
    """The latest runs."""
    sources = archive.sources()
    chosen = archive.source(source).id if source else None
    found = archive.runs(SHOWN + 1, source_id=chosen, before=before)
    return page(
        request,
        "runs.html",
        runs=found[:SHOWN],
        more=found[SHOWN - 1].id if len(found) > SHOWN else None,
        sources=sources,
        source=source,
        before=before,
        names={one.id: one for one in sources},
    )


@router.get("/runs/{run_id}")
def run(request: Request, archive: OfArchive, run_id: Annotated[int, Path(ge=1, lt=2**62)]) -> HTMLResponse:
    """One run, with its errors and its captures."""
    found = archive.run(run_id)
    captures = list(islice(archive.captures(run_id=run_id), SHOWN + 1))
    return page(
        request,
        "run.html",
        run=found,
        source=next((one for one in archive.sources() if one.id == found.source_id), None),
        captures=captures[:SHOWN],
        more=len(captures) > SHOWN,
    )
