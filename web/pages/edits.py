"""The front page: the latest edits in the order in which they were seen, by outlet and by kind."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from ...alerts.asking import read_kinds
from ...changes import Verdict
from ...model import ChangeKind
from ..rendering import page
from ..room import OfArchive

router = APIRouter()
SHOWN: Final = 30


@router.get("/")
def front_page(
    request: Request,
    archive: OfArchive,
    source: str = "",
    kind: Annotated[list[str] | None, Query()] = None,
    all_edits: Annotated[bool, Query(alias="all")] = False,
    before: Annotated[int | None, Query(ge=1, lt=2**62)] = None,
) -> HTMLResponse:
    """The edits seen last that are worth a reader's time, or all of them."""
    wanted = read_kinds(kind or ())
    found = archive.edits(
        source=source or None,
        kinds=wanted,
        verdict=None if all_edits or wanted else Verdict.ALERT,
        before=before,
        limit=SHOWN + 1,
    )
    sources = archive.sources()
    asked = [("source", one.slug) for one in sources if one.slug == source]
    asked += [("kind", one.value) for one in wanted] + ([("all", "1")] if all_edits else [])
    return page(
        request,
        "edits.html",
        edits=found[:SHOWN],
        more=found[SHOWN - 1].change.id if len(found) > SHOWN else None,
        sources=sources,
        spoken={one.slug: one.language for one in sources},
        source=source,
        kinds=list(ChangeKind),
        wanted=wanted,
        all_edits=all_edits,
        before=before,
        narrowed=bool(source or wanted),
        feed=f"?{urlencode(asked)}" if asked else "",
    )
