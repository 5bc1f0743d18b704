"""Outlets: how each of them publishes and edits, with plots and the numbers behind them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from ...checkup import verdicts
from ...storage import BOUNDS
from .. import plots
from ..languages import language_of, translate
from ..rendering import page
from ..room import Now, OfArchive

router = APIRouter()
Days = Literal["30", "90", "365", "all"]
RECENT: Final = timedelta(days=30)
SPANS: Final = ("10 min", "1 h", "6 h", "1 d", "2 d", "7 d")
assert len(SPANS) == len(BOUNDS)


@router.get("/outlets")
def outlets(request: Request, archive: OfArchive, now: Now) -> HTMLResponse:
    """Every outlet in a line."""
    found = archive.figures_by_source(since=now - RECENT)
    rows = [(source, verdict, found.get(source.id)) for source, verdict in verdicts(archive, now)]
    return page(request, "outlets.html", rows=rows)


@router.get("/outlets/{slug}")
def outlet(
    request: Request, archive: OfArchive, now: Now, slug: str, days: Annotated[Days, Query()] = "90"
) -> HTMLResponse:
    """One outlet: articles and edits over time, how many are edited, how soon, with a notice or without."""
    source = archive.source(slug)
    since: datetime | None = None if days == "all" else now - timedelta(days=int(days))
    found = archive.figures(source.id, since=since, until=now)
    language = language_of(request)
    names = [translate(language, name) for name in ("articles", "edits")]
    over_time = plots.over_days(
        translate(language, "Articles and edits by day"),
        [
            plots.Series(name=names[0], counts=found.articles_by_day),
            plots.Series(name=names[1], counts=found.edits_by_day),
        ],
        first=since.date() if since else None,
        last=now.date(),
    )
    spread = [
        *(
            (f"≤ {translate(language, name)}", count)
            for name, count in zip(SPANS, found.first_edits, strict=False)
        ),
        (translate(language, "later"), found.first_edits[-1]),
    ]
    by_day = {day: [count, 0] for day, count in found.articles_by_day}
    for day, count in found.edits_by_day:
        by_day.setdefault(day, [0, 0])[1] = count
    return page(
        request,
        "outlet.html",
        source=source,
        found=found,
        days=days,
        choices={"30": "30 days", "90": "90 days", "365": "a year", "all": "ever"},
        # Made by `plots`, which escapes whatever it is given.
        over_time=Markup(over_time),
        how_soon=Markup(plots.by_name(translate(language, "Time to the first edit"), spread)),
        by_day=sorted(by_day.items(), reverse=True),
        spread=spread,
    )
