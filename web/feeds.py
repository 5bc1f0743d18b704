"""Atom feeds: of all edits, of an outlet's, of an article's, of a watch's alerts, of what a search finds."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.exceptions import HTTPException

from ..alerts.atom_feed import Entry, atom, urn
from ..alerts.channels.atom import ENTRIES
from ..alerts.channels.atom import feed as feed_of_watch
from ..alerts.compose import compose_item, diffs, one_line, readable_version
from ..changes import Verdict
from ..model import ChangeKind
from ..storage import Archive, ChangeRecord
from .room import Now, OfArchive, base_url

router = APIRouter(prefix="/feeds")
TYPE: Final = "application/atom+xml"


@router.get("/edits.atom")
def all_edits(
    request: Request,
    archive: OfArchive,
    now: Now,
    kind: Annotated[list[ChangeKind] | None, Query()] = None,
    everything: Annotated[bool, Query(alias="all")] = False,
) -> Response:
    """The latest edits: those worth an alert, those of some kinds, or all."""
    found = archive.edits(
        kinds=kind or (), verdict=None if everything or kind else Verdict.ALERT, limit=ENTRIES
    )
    names = ("edits", *sorted(one.value for one in kind or ()), *(["all"] if everything else []))
    return _edits(request, archive, found, urn(*names), "Palimpsest: edits", "", now)


@router.get("/source/{slug}.atom")
def of_source(request: Request, archive: OfArchive, now: Now, slug: str) -> Response:
    """The latest edits of an outlet that are worth an alert."""
    source = archive.source(slug)
    found = archive.edits(source=slug, verdict=Verdict.ALERT, limit=ENTRIES)
    title = f"Palimpsest: {one_line(source.name)}"
    return _edits(request, archive, found, urn("source", source.home), title, f"outlets/{slug}", now)


@router.get("/article/{article_id}.atom")
def of_article(
    request: Request, archive: OfArchive, now: Now, article_id: Annotated[int, Path(ge=1, lt=2**62)]
) -> Response:
    """Whatever happened to an article."""
    article = archive.article(article_id)
    found = archive.edits(article_id=article.id, limit=ENTRIES)
    title = f"Palimpsest: {one_line(article.title or article.url)}"
    return _edits(request, archive, found, urn("article", article.url), title, f"articles/{article.id}", now)


@router.get("/search.atom")
def of_search(
    request: Request, archive: OfArchive, now: Now, q: Annotated[str, Query(max_length=2_000)] = ""
) -> Response:
    """What a search finds: the versions archived last."""
    base = base_url(request) + "/"
    hits = archive.search(q, limit=ENTRIES, count=False).hits
    entries = [
        Entry(
            id=urn("version", hit.public_id),
            title=one_line(hit.title or hit.url),
            updated=hit.first_seen,
            link=f"{base}version/{hit.public_id}",
            categories=(hit.source,) if hit.source else (),
            html="<p>" + escape("".join(words for words, _ in hit.snippet)) + "</p>",
        )
        for hit in hits
    ]
    newest = max((hit.first_seen for hit in hits), default=now)
    title = f"Palimpsest: {one_line(q)}" if q else "Palimpsest: new versions"
    xml = atom(id=urn("search", q), title=title, updated=newest, entries=entries, own=_own(request, base))
    return _answer(request, xml)


@router.get("/watch/{watch_id}.atom")
def of_watch(
    request: Request,
    archive: OfArchive,
    watch_id: Annotated[int, Path(ge=1, lt=2**62)],
    token: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The alerts of a watch; its token opens it, for feed readers sign in nowhere."""
    watch = archive.watch(watch_id)
    if not hmac.compare_digest(watch.token.encode(), token.encode()):
        raise HTTPException(404)
    base = base_url(request) + "/"
    items = [compose_item(archive, alert, watch) for alert in archive.alerts_of(watch_id, ENTRIES)]
    return _answer(
        request, feed_of_watch(watch, items, own=_own(request, base), page=f"{base}watches/{watch_id}")
    )


def _edits(
    request: Request,
    archive: Archive,
    found: Sequence[ChangeRecord],
    name: str,
    title: str,
    page: str,
    now: datetime,
) -> Response:
    base = base_url(request) + "/"
    newest = max((one.change.at for one in found), default=now)
    entries = [_entry(archive, one, base) for one in found]
    own = _own(request, base)
    xml = atom(id=name, title=title, updated=newest, entries=entries, own=own, page=f"{base}{page}")
    return _answer(request, xml)


def _entry(archive: Archive, one: ChangeRecord, base: str) -> Entry:
    change = one.change
    old, new = readable_version(archive, change.old_id), readable_version(archive, change.new_id)
    told = [f"<p>{escape(one_line(one.outlet or ''))} · {escape(', '.join(change.kinds))}</p>"]
    if change.title_before != change.title_after and change.title_before and change.title_after:
        told.append(f"<p><del>{escape(one_line(change.title_before))}</del></p>")
    link = f"{base}articles/{change.article_id}"
    if one.old_name and one.new_name and one.old_name != one.new_name:
        link = f"{base}diff?old={one.old_name}&new={one.new_name}&view=changes"
    return Entry(
        id=urn("change", one.old_name or "", one.new_name or "", change.at.isoformat()),
        title=one_line(change.title_after or change.title_before or one.url),
        updated=change.at,
        link=link,
        categories=tuple(kind.value for kind in change.kinds),
        html="\n".join([*told, diffs(change, old, new)[0]]),
    )


def _answer(request: Request, xml: bytes) -> Response:
    tag = f'"{hashlib.sha256(xml).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in (one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    return Response(xml, media_type=TYPE, headers=headers)


def _own(request: Request, base: str) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{base}{request.url.path.lstrip('/')}{query}"
