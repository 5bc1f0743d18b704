"""Sources, articles, their versions, and the captures that witnessed them."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from ...crawler import urls
from ...errors import NotFound
from ...exports import cite
from ...exports.rows import row
from ...moments import read_moment
from ...storage import Archive
from ..room import Now, OfArchive
from .paging import After, Limit, Listed, cut, following, row_cursor
from .route import Tagged
from .shapes import Id, Name, Slug
from .story_shapes import ArticleShape, CaptureShape, SourceShape, SpanShape, VersionShape

router = APIRouter(route_class=Tagged)
Moment = Annotated[
    str | None, Query(max_length=40, description="A moment: `2026-10-15`, `2026-10-15T12:00`, `2d`, `6h`.")
]


def slugs(archive: Archive) -> dict[int, str]:
    """The short names of the sources, by their ids."""
    return {source.id: source.slug for source in archive.sources()}


@router.get("/sources", tags=["sources"])
def list_sources(archive: OfArchive, tag: str | None = None) -> Listed[SourceShape]:
    """Every source, in the order of their short names."""
    return Listed(items=[SourceShape.of(one) for one in archive.sources(tag=tag)], next=None)


@router.get("/sources/{slug}", tags=["sources"])
def get_source(archive: OfArchive, slug: Slug) -> SourceShape:
    """One source."""
    return SourceShape.of(archive.source(slug))


@router.get("/articles", tags=["articles"])
def list_articles(
    request: Request,
    archive: OfArchive,
    now: Now,
    url: Annotated[str | None, Query(max_length=4_000, description="The one at this address.")] = None,
    source: Annotated[str | None, Query(max_length=100)] = None,
    since: Moment = None,
    until: Moment = None,
    edited: bool | None = None,
    words: Annotated[str | None, Query(max_length=200, description="In headline or address.")] = None,
    order: Literal["newest", "oldest"] = "newest",
    limit: Limit = 50,
    after: After = None,
) -> Listed[ArticleShape]:
    """Articles: last seen `since`, first seen `until`; the latest found first, unless asked otherwise."""
    names = slugs(archive)
    if url is not None:
        try:
            found = [archive.article(urls.identity(url))]
        except NotFound:
            found = []
        return Listed(items=[ArticleShape.of(one, names) for one in found], next=None)
    if source is not None:
        archive.source(source)  # a name that is mistyped is no outlet without articles
    found = list(
        archive.articles(
            source=source,
            since=read_moment(since, now=now) if since else None,
            until=read_moment(until, now=now, end_of_day=True) if until else None,
            edited=edited,
            words=words,
            limit=limit + 1,
            after=row_cursor(f"articles-{order}", after),
            newest=order == "newest",
        )
    )
    rows, last = cut(found, limit)
    items = [ArticleShape.of(one, names) for one in rows]
    return Listed(items=items, next=following(request, f"articles-{order}", last.id if last else None))


@router.get("/articles/{article_id}", tags=["articles"])
def get_article(archive: OfArchive, article_id: Id) -> ArticleShape:
    """One article."""
    return ArticleShape.of(archive.article(article_id), slugs(archive))


@router.get("/articles/{article_id}/versions", tags=["versions"])
def list_versions(
    request: Request, archive: OfArchive, article_id: Id, limit: Limit = 50, after: After = None
) -> Listed[SpanShape]:
    """The versions of an article in the order of their numbers, without their texts."""
    article = archive.article(article_id)
    begin = row_cursor("versions", after) or 0
    rows, last = cut([span for span in archive.timeline(article.id) if span.number > begin], limit)
    return Listed(
        items=[SpanShape.of(one) for one in rows],
        next=following(request, "versions", last.number if last else None),
    )


@router.get("/articles/{article_id}/at", tags=["versions"], response_model=VersionShape)
def get_version_at(
    archive: OfArchive, now: Now, article_id: Id, when: Annotated[str, Query(max_length=40)]
) -> dict[str, Any]:
    """The version that stood at a moment; of a day, at its end."""
    moment = read_moment(when, now=now, end_of_day=True)
    found = archive.version_at(archive.article(article_id).id, moment)
    if found is None:
        raise NotFound(f"nothing of this article was archived by {when}")
    return _version(archive, found.id)


@router.get("/versions/{public_id}", tags=["versions"], response_model=VersionShape)
def get_version(archive: OfArchive, public_id: Name) -> dict[str, Any]:
    """A version with its text, its blocks and videos, its digest and its permanent link."""
    return _version(archive, archive.version(public_id).id)


@router.get("/versions/{public_id}/citation", tags=["versions"])
def get_citation(
    archive: OfArchive, public_id: Name, form: Literal["text", "bibtex", "csl", "ris"] = "text"
) -> dict[str, str]:
    """A citation of a version, in the form asked for."""
    (record,) = archive.records([archive.version(public_id).id])
    outlet = next((one.name for one in archive.sources() if one.slug == record.source), "")
    made = cite.citation(record, outlet=outlet, base_url=archive.settings.web.base_url)
    return {"form": form, "citation": cite.FORMATS[form](made)}


@router.get("/captures", tags=["captures"])
def list_captures(
    request: Request,
    archive: OfArchive,
    now: Now,
    article: Annotated[int | None, Query(ge=1, lt=2**62)] = None,
    source: Annotated[str | None, Query(max_length=100)] = None,
    run: Annotated[int | None, Query(ge=1, lt=2**62)] = None,
    since: Moment = None,
    until: Moment = None,
    limit: Limit = 50,
    after: After = None,
) -> Listed[CaptureShape]:
    """Captures in the order of their storing: whatever came of each."""
    found = list(
        islice(
            archive.captures(
                article,
                source_id=archive.source(source).id if source else None,
                run_id=run,
                since=read_moment(since, now=now) if since else None,
                until=read_moment(until, now=now, end_of_day=True) if until else None,
                after=row_cursor("captures", after) or 0,
            ),
            limit + 1,
        )
    )
    rows, last = cut(found, limit)
    names = archive.version_names({one.version_id for one in rows if one.version_id})
    known = slugs(archive)
    return Listed(
        items=[CaptureShape.of(one, known, names) for one in rows],
        next=following(request, "captures", last.id if last else None),
    )


@router.get("/captures/{capture_id}", tags=["captures"])
def get_capture(archive: OfArchive, capture_id: Id) -> CaptureShape:
    """One capture."""
    stored = archive.capture(capture_id)
    names = archive.version_names({stored.version_id} if stored.version_id else set())
    return CaptureShape.of(stored, slugs(archive), names)


def _version(archive: Archive, version_id: int) -> dict[str, Any]:
    (record,) = archive.records([version_id])
    return row(record, base_url=archive.settings.web.base_url)
