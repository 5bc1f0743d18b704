"""Changes, what differs between two versions, and search."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from ...changes import Verdict, compare
from ...errors import FixInput
from ...model import ChangeKind
from ...moments import read_moment
from ...storage import Order, Versions
from ..room import Now, OfArchive
from .edit_shapes import ChangeShape, CountShape, DiffShape, HitShape, HitsShape, SurveyShape
from .paging import After, Limit, Listed, cursor, cut, following, row_cursor
from .route import Tagged
from .shapes import Id
from .stories import Moment

router = APIRouter(route_class=Tagged)
Asked = Annotated[str, Query(max_length=2_000, description="In the query language; empty: everything.")]
VersionName = Annotated[str, Query(min_length=1, max_length=40, description="The lasting name of a version.")]


@router.get("/changes", tags=["changes"])
def list_changes(
    request: Request,
    archive: OfArchive,
    now: Now,
    source: Annotated[str | None, Query(max_length=100)] = None,
    article: Annotated[int | None, Query(ge=1, lt=2**62)] = None,
    kind: Annotated[list[ChangeKind] | None, Query(description="One of these kinds.")] = None,
    verdict: Verdict | None = None,
    since: Moment = None,
    limit: Limit = 50,
    after: After = None,
) -> Listed[ChangeShape]:
    """Changes, those archived last first: edits, withdrawals, returns.

    An imported past stands first when it is imported, so that whoever reads the list again misses nothing of
    it; `at` says when a change was seen.
    """
    if source is not None:
        archive.source(source)  # a name that is mistyped is no outlet without edits
    found = archive.edits(
        source=source,
        article_id=article,
        kinds=kind or (),
        verdict=verdict,
        since=read_moment(since, now=now) if since else None,
        before=row_cursor("changes", after),
        limit=limit + 1,
        as_archived=True,
    )
    rows, last = cut(found, limit)
    return Listed(
        items=[ChangeShape.of(one) for one in rows],
        next=following(request, "changes", last.change.id if last else None),
    )


@router.get("/changes/{change_id}", tags=["changes"])
def get_change(archive: OfArchive, change_id: Id) -> ChangeShape:
    """One change."""
    return ChangeShape.of(archive.edit(change_id))


@router.get("/diff", tags=["changes"])
def diff(archive: OfArchive, old: VersionName, new: VersionName) -> DiffShape:
    """What differs between two versions of one article."""
    first, second = archive.version(old), archive.version(new)
    if first.article_id != second.article_id:
        raise FixInput("these are versions of two articles; choose two of one")
    found = compare(first.extraction, second.extraction)
    return DiffShape.of(first.public_id, second.public_id, found)


@router.get("/search", tags=["search"])
def search(
    request: Request,
    archive: OfArchive,
    now: Now,
    q: Asked = "",
    as_of: Moment = None,
    versions: Versions = Versions.LATEST,
    order: Order = Order.NEWEST,
    limit: Limit = 20,
    after: After = None,
) -> HitsShape:
    """Versions that a query finds, with the words that were looked for marked in a piece of their text."""
    found = archive.search(
        q,
        as_of=read_moment(as_of, now=now, end_of_day=True) if as_of else None,
        versions=versions,
        order=order,
        limit=limit,
        after=cursor("search", after),
        count=after is None,
    )
    return HitsShape(
        items=[HitShape.of(hit) for hit in found.hits],
        next=following(request, "search", found.after),
        count=found.found.count if found.found else None,
        exact=found.found.exact if found.found else None,
        ranked_within=found.ranked_within,
    )


@router.get("/search/survey", tags=["search"])
def survey(
    archive: OfArchive,
    now: Now,
    q: Asked = "",
    as_of: Moment = None,
    versions: Versions = Versions.LATEST,
) -> SurveyShape:
    """What a query finds, counted by source, language and day."""
    moment = read_moment(as_of, now=now, end_of_day=True) if as_of else None
    found = archive.survey(q, as_of=moment, versions=versions)
    counts = {
        name: [CountShape(value=value, count=count) for value, count in getattr(found, name)]
        for name in ("sources", "languages", "days")
    }
    return SurveyShape(**counts, counted=found.counted, exact=found.exact)
