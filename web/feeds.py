"""Atom feeds of edits (all, an outlet's, an article's), of a search, of a watch; 304 where nothing is new.

Edits stand in the order in which they were seen, as on the pages that show the same: an imported past is no
news. A feed's id is made of the archive's own identity and of what was asked for, never of the name under
which the reading room was reached: it stays when that changes (RFC 4287, 4.2.6). What stands in an entry is
`feed_entries`'s, how a feed is written `alerts.atom`'s. A watch's feed asks for its token, as its mute link
does.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from ..alerts.asking import read_kinds
from ..alerts.atom import MEDIA_TYPE, Entry, Feed, lasting_id, render
from ..alerts.channels import atom as watch_feed
from ..alerts.compose import compose_item, one_line
from ..changes import Verdict
from ..errors import NotFound
from ..storage import Archive, ChangeRecord
from .caching import has, tag_of
from .feed_entries import of_edit, of_hit
from .memento_links import http_date
from .rendering import host
from .room import Now, OfArchive, base_url

router = APIRouter(prefix="/feeds")
ENTRIES: Final = 30
Id = Annotated[int, Path(ge=1, lt=2**63)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """What is said of a whole feed: its title, and the path of the page that shows the same."""

    title: str
    page: str


@router.get("/edits.atom")
def edits_feed(
    request: Request,
    archive: OfArchive,
    now: Now,
    source: str = "",
    kind: Annotated[list[str] | None, Query()] = None,
    all_edits: Annotated[bool, Query(alias="all")] = False,
) -> Response:
    """The latest edits that are worth a reader's time; all, of an outlet, of some kinds, where asked."""
    wanted = read_kinds(kind or ())
    verdict = None if all_edits or wanted else Verdict.ALERT
    outlet = archive.source(source) if source else None
    found = archive.edits(source=source or None, kinds=wanted, verdict=verdict, limit=ENTRIES)
    title = f"Palimpsest: {outlet.name if outlet else 'edits'}"
    title += f" ({', '.join(wanted)})" if wanted else ""
    query = f"?{request.url.query}" if request.url.query else ""
    return _of_edits(request, archive, now, found, _About(title=title, page=f"/{query}"))


@router.get("/source/{slug}.atom")
def source_feed(
    request: Request,
    archive: OfArchive,
    now: Now,
    slug: str,
    all_edits: Annotated[bool, Query(alias="all")] = False,
) -> Response:
    """The latest edits of one outlet that are worth a reader's time, or all of them."""
    source = archive.source(slug)
    verdict = None if all_edits else Verdict.ALERT
    found = archive.edits(source=source.slug, verdict=verdict, limit=ENTRIES)
    about = _About(title=f"Palimpsest: {source.name}", page=f"/outlets/{source.slug}")
    return _of_edits(request, archive, now, found, about)


@router.get("/article/{article_id}.atom")
def article_feed(request: Request, archive: OfArchive, now: Now, article_id: Id) -> Response:
    """The latest edits of one article."""
    article = archive.article(article_id)
    found = archive.edits(article_id=article.id, limit=ENTRIES)
    title = f"Palimpsest: {one_line(article.title or article.url)}"
    about = _About(title=title, page=f"/articles/{article.id}")
    return _of_edits(request, archive, now, found, about)


@router.get("/search.atom")
def search_feed(request: Request, archive: OfArchive, now: Now, q: str) -> Response:
    """What a query finds, archived last first: a search that is kept."""
    hits = archive.search(q, limit=ENTRIES, count=False).hits
    outlets = {source.slug: source.name for source in archive.sources()}
    about = _About(title=f"Palimpsest: {one_line(q)}", page=f"/search?{request.url.query}")
    newest = max((hit.first_seen for hit in hits), default=None)

    def entries() -> Iterable[Entry]:
        for hit in hits:
            yield of_hit(hit, outlets.get(hit.source or "") or host(hit.url), base_url(request))

    return _answer(request, archive, now, about, [hit.public_id for hit in hits], newest, entries)


@router.get("/watch/{watch_id}.atom")
def watch_feed_page(
    request: Request, archive: OfArchive, now: Now, watch_id: Id, token: str = ""
) -> Response:
    """The latest alerts of a watch, for whoever has its token; nobody else learns that there is one."""
    watch = next((one for one in archive.watches() if one.id == watch_id), None)
    if watch is None or not hmac.compare_digest(watch.token.encode(), token.encode("utf-8", "replace")):
        raise NotFound("there is no such feed, or its address lacks the watch's token")
    alerts = archive.alerts_of(watch.id, watch_feed.ENTRIES)
    base = base_url(request)
    newest = max((alert.change.at for alert in alerts), default=watch.added_at)

    def made() -> Feed:
        items = [compose_item(archive, alert, watch, base=base) for alert in alerts]
        return watch_feed.feed(watch, items, now=now, self_link=_own(request), page=f"{base}/watches")

    return _unless_had(request, [alert.id for alert in alerts], newest, made)


def _of_edits(
    request: Request, archive: Archive, now: datetime, found: Iterable[ChangeRecord], about: _About
) -> Response:
    found = list(found)
    newest = max((one.change.at for one in found), default=None)

    def entries() -> Iterable[Entry]:
        return (of_edit(archive, one, base_url(request)) for one in found)

    return _answer(request, archive, now, about, [one.change.id for one in found], newest, entries)


def _answer(
    request: Request,
    archive: Archive,
    now: datetime,
    about: _About,
    had: Iterable[object],
    newest: datetime | None,
    entries: Callable[[], Iterable[Entry]],
) -> Response:
    """A feed of the reading room; its entries are composed only for those who have not had them."""

    def made() -> Feed:
        own = _own(request)
        identity = archive.identity() or "nothing archived yet"
        return Feed(
            id=lasting_id("feed", identity, request.url.path, request.url.query),
            title=about.title,
            updated=newest or now,
            entries=tuple(entries()),
            self_link=own,
            page=base_url(request) + about.page,
        )

    return _unless_had(request, had, newest, made)


def _unless_had(
    request: Request, had: Iterable[object], newest: datetime | None, made: Callable[[], Feed]
) -> Response:
    """A feed, or 304 for who has it already (RFC 9110, 13.2.2).

    Args:
        request: What was asked.
        had: What names the entries; the same names make the same feed.
        newest: When the last of them happened.
        made: Makes the feed.
    """
    named = repr([_own(request), *map(str, had)]).encode()
    tag = f"W/{tag_of(named)}"
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    if newest is not None:
        headers["Last-Modified"] = http_date(newest)
    if _is_had(request, tag, newest):
        return Response(status_code=304, headers=headers)
    return Response(render(made()), headers=headers, media_type=f"{MEDIA_TYPE}; charset=utf-8")


def _is_had(request: Request, tag: str, newest: datetime | None) -> bool:
    if "if-none-match" in request.headers:
        return has(request.headers, tag)
    since = request.headers.get("if-modified-since")
    if since is None or newest is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False  # as if it were not there (RFC 9110, 13.1.3)
    return newest.replace(microsecond=0) <= moment.replace(tzinfo=moment.tzinfo or UTC)


def _own(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{base_url(request)}{request.url.path}{query}"
