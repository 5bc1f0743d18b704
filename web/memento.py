"""Memento (RFC 7089): time gates, time maps and mementos of every article, for clients that travel in time.

Every capture that witnessed a version is a memento, a 304 that vouched for an earlier body too. An original
is found under any spelling of its address. Its address stands in ours as it is, query included, as clients
put it there. What the protocol's words are is `memento_links`'s, what a body is shown as `pages.stored`'s.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from ..crawler import urls
from ..crawler.lookup import article_under
from ..errors import FixInput, NotFound, Redacted
from ..model import Article, ArticleState
from ..storage import Archive, Neighbours
from .memento_links import (
    LINK_FORMAT,
    Addresses,
    header,
    http_date,
    nearest,
    read_accept_datetime,
    read_stamp,
    stamp,
)
from .pages.stored import as_bytes, as_page, received
from .room import Now, OfArchive, base_url
from .timemaps import TimeMap

router = APIRouter()
PAGE: Final = 1000
"""Mementos of one page of a time map."""
_SLASHES: Final = re.compile("(https?):/+", re.IGNORECASE)  # proxies fold the second slash away
_SCHEME: Final = re.compile("https?:/", re.IGNORECASE)
_ESCAPED: Final = re.compile("https?%3a", re.IGNORECASE)
_NUMBERED: Final = re.compile("([1-9][0-9]{0,6})/(.+)", re.DOTALL)
_STAMPED: Final = re.compile("([0-9]{4,14})(id_)?/(.+)", re.DOTALL)


@router.get("/timegate/{url:path}")
def timegate(request: Request, archive: OfArchive, now: Now) -> RedirectResponse:
    """To the memento closest to `Accept-Datetime`, or to the latest (RFC 7089, 4.1.1)."""
    asked = request.headers.get("accept-datetime")
    # An unreadable datetime is refused before anything is looked up (4.5.3).
    when = read_accept_datetime(asked) if asked is not None else now
    addresses, article = _original(request, archive, _after(request, "timegate"))
    around = _around(archive, article, when)
    chosen = around.last if asked is None else nearest(around, when)
    around = _around(archive, article, chosen.at)
    headers = {"Vary": "accept-datetime", "Link": header(addresses, around, gate=True)}
    return RedirectResponse(addresses.memento(chosen.at), 302, headers)


@router.get("/timemap/link/{url:path}")
def timemap_as_links(request: Request, archive: OfArchive, now: Now) -> PlainTextResponse:
    """The mementos of an original in link format; `/timemap/link/2/…` is the second page."""
    found = _timemap(request, archive, now, _after(request, "timemap/link"))
    return PlainTextResponse(found.as_links(), headers={"content-type": LINK_FORMAT})


@router.get("/timemap/json/{url:path}")
def timemap_as_json(request: Request, archive: OfArchive, now: Now) -> JSONResponse:
    """The mementos of an original in JSON."""
    return JSONResponse(_timemap(request, archive, now, _after(request, "timemap/json")).as_json())


@router.get("/memento/{rest:path}")
def memento(request: Request, archive: OfArchive) -> Response:
    """A memento: `/memento/20261015060012/URL` the page made harmless, `…id_/URL` the bytes as received."""
    asked = _STAMPED.fullmatch(_after(request, "memento"))
    if asked is None:
        raise FixInput("write /memento/20261015060012/ and the address, or 20261015060012id_ for its bytes")
    when, flavour = read_stamp(asked[1]), asked[2] or ""
    addresses, article = _original(request, archive, asked[3])
    if len(asked[1]) == len(stamp(when)) and archive.is_redacted_at(article.id, when):
        raise Redacted("what was captured then was taken out of the archive", url=addresses.url)
    around = _around(archive, article, when)
    chosen = nearest(around, when)
    if stamp(chosen.at) != asked[1]:
        links = header(addresses, _around(archive, article, chosen.at))
        return RedirectResponse(addresses.memento(chosen.at, flavour), 302, {"Link": links})
    found = received(archive, chosen.capture_id)
    headers = {"Link": header(addresses, around)}
    return as_bytes(found, headers) if flavour else as_page(request, archive, found, headers)


def memento_headers(request: Request, archive: Archive, article: Article, at: datetime) -> dict[str, str]:
    """The headers that make an answer a memento of an article (RFC 7089, 2.1.1 and 2.2).

    Args:
        request: What is answered.
        archive: Where the article is.
        article: Whose state is shown.
        at: When the capture was made that witnessed it.

    Returns:
        `Memento-Datetime` and `Link`; nothing where no capture witnessed a version.
    """
    around = archive.mementos_around(article.id, at)
    if around is None:
        return {}
    addresses = Addresses(base=base_url(request), url=article.url)
    return {"Memento-Datetime": http_date(at), "Link": header(addresses, around)}


def _timemap(request: Request, archive: Archive, now: datetime, rest: str) -> TimeMap:
    numbered = _NUMBERED.fullmatch(rest)
    page, rest = (int(numbered[1]), numbered[2]) if numbered else (1, rest)
    addresses, article = _original(request, archive, rest)
    around = _around(archive, article, now)
    pages = -(-archive.count_mementos(article.id) // PAGE)
    mementos = archive.mementos(article.id, offset=(page - 1) * PAGE, limit=PAGE)
    if not mementos:
        raise NotFound(f"the time map has {pages} pages, no page {page}")
    return TimeMap(
        addresses=addresses,
        mementos=mementos,
        first=around.first,
        last=around.last,
        page=page,
        pages=pages,
    )


def _after(request: Request, place: str) -> str:
    """What stands in the address after a place, as it was sent: a path that was decoded is another one."""
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    query = request.scope["query_string"]
    text: str = (raw + (b"?" + query if query else b"")).decode("latin-1")
    return text.partition(f"/{place}/")[2]


def _original(request: Request, archive: Archive, text: str) -> tuple[Addresses, Article]:
    if _ESCAPED.match(text):
        text = unquote(text)
    text = _SLASHES.sub(r"\1://", text, count=1) if _SCHEME.match(text) else f"http://{text}"
    url = urls.fetchable(text)
    return Addresses(base=base_url(request), url=url), article_under(archive, url)


def _around(archive: Archive, article: Article, when: datetime) -> Neighbours:
    around = archive.mementos_around(article.id, when)
    if around is not None:
        return around
    if article.state is ArticleState.REDACTED:
        raise Redacted("this article was taken out of the archive", url=article.url)
    raise NotFound("nothing of this article was archived that could be shown", url=article.url)
