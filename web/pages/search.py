"""Search: a query with its hits, what they are counted by, and how they lie in time."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from ...errors import BadQuery, FixInput
from ...moments import read_moment
from ...storage import Order, SearchPage, Survey, Versions
from .. import plots
from ..languages import language_of, translate
from ..rendering import page
from ..room import Now, OfArchive

router = APIRouter()
SHOWN: Final = 20
FACETS: Final = 288  # pixels of the column of facets


@router.get("/search")
def search_page(
    request: Request,
    archive: OfArchive,
    now: Now,
    q: str = "",
    as_of: str = "",
    versions: Annotated[Versions, Query()] = Versions.LATEST,
    order: Annotated[Order, Query()] = Order.NEWEST,
    after: str | None = None,
) -> HTMLResponse:
    """What a query finds; one that cannot be read is shown again, with where and how to mend it."""
    found: SearchPage | None = None
    survey: Survey | None = None
    fault = ""
    try:
        moment = read_moment(as_of, now=now, end_of_day=True) if as_of.strip() else None
        found = archive.search(
            q, as_of=moment, versions=versions, order=order, limit=SHOWN, after=after or None
        )
        survey = archive.survey(q, as_of=moment, versions=versions) if found.hits else None
    except (BadQuery, FixInput) as error:
        fault = error.message
    counts = _dated(survey)
    histogram = plots.over_days(
        translate(language_of(request), "Hits over time"),
        [plots.Series(name="", counts=counts)],
        width=FACETS,
    )
    return page(
        request,
        "search.html",
        status=400 if fault else 200,
        q=q,
        as_of=as_of,
        versions=versions,
        every_versions=list(Versions),
        order=order,
        orders=list(Order),
        found=found,
        survey=survey,
        histogram=Markup(histogram),  # by `plots`, which escapes whatever it is given
        fault=fault,
        first=not after,
        names={source.slug: source.name for source in archive.sources()},
    )


def _dated(survey: Survey | None) -> tuple[tuple[date, int], ...]:
    """The days of a survey that are days; a page may say that it was published on 31 February."""
    found = []
    for day, count in survey.days if survey else ():
        with suppress(ValueError):
            found.append((date.fromisoformat(day), count))
    return tuple(found)
