"""The desk: which page answers an address of an edition, with its validators.

`respond` is the newsroom without faults and without a socket: edition, host, path and request
headers in, answer out. The one thing that changes between two equal requests is the furniture.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from . import announcements, pages, portal
from .edits import Standing
from .stories import Edition, Outlet, Story
from .wire import Answer, Visit

_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="960" height="540"><path d="M0 0h960v540H0z"/></svg>'
)
_PLAIN = ("about", "contact", "privacy", "newsletter", "login", "subscribe")


def respond(edition: Edition, visit: Visit, chance: random.Random) -> Answer:
    """The answer to one request."""
    path = visit.path.partition("?")[0]
    for outlet in edition.outlets:
        if visit.host == outlet.host:
            return _outlet(edition, outlet, path, visit, chance)
        if visit.host and visit.host == outlet.content_host:
            if path == "/robots.txt":
                return _text("User-agent: *\nAllow: /\n")
            return portal.content(edition, outlet, path)
    return _text("No such outlet.\n", status=421)


def _outlet(edition: Edition, outlet: Outlet, path: str, visit: Visit, chance: random.Random) -> Answer:
    if path == "/robots.txt":
        return _text(announcements.robots(outlet))
    if path.startswith("/img/"):
        return Answer(headers=(("Content-Type", "image/svg+xml"),), body=_PICTURE.encode())
    feed = next((feed for feed in outlet.feed_list if feed.path == path), None)
    if feed is not None:
        body, content_type = announcements.announce(edition, outlet, feed)
        answer = Answer(headers=(("Content-Type", content_type),), body=body)
        return _validated(answer, outlet, visit, body, _newest(edition, outlet))
    if story := edition.by_path.get((outlet.slug, path)):
        return _story(edition, outlet, story, path, visit, chance)
    section = path.strip("/")
    if path == outlet.front or section in outlet.sections:
        section = "" if path == outlet.front else section
        answer = _html(outlet, pages.front_page(edition, outlet, section, chance))
        key = repr([(s.name, edition.copies[s.name].changed) for s in edition.running(outlet)]).encode()
        return _validated(answer, outlet, visit, key, _newest(edition, outlet))
    if section in _PLAIN:
        return _html(outlet, pages.plain_page(edition, outlet, "about", chance))
    return _html(outlet, pages.plain_page(edition, outlet, "not_found", chance), status=404)


def _story(
    edition: Edition, outlet: Outlet, story: Story, path: str, visit: Visit, chance: random.Random
) -> Answer:
    copy, url = edition.copies[story.name], edition.url(story)
    if outlet.content_host:  # a shell, whatever became of the story; a withdrawn one shows another
        title = outlet.name if copy.standing is Standing.GONE else copy.title
        return _html(outlet, portal.shell(outlet, url, title))
    paths = [edition.path(story, copy.slug, number + 1) for number in range(edition.pages(story))]
    if path not in paths:
        return Answer(status=301, headers=(("Location", url),))
    match copy.standing:
        case Standing.GONE | Standing.MISSING:
            status = 410 if copy.standing is Standing.GONE else 404
            return _html(outlet, pages.plain_page(edition, outlet, "not_found", chance), status=status)
        case Standing.SOFT_404:
            return _html(outlet, pages.plain_page(edition, outlet, "not_found", chance))
        case Standing.CONSENT:
            return _html(outlet, pages.plain_page(edition, outlet, "consent", chance))
        case Standing.FRONT:
            return Answer(status=302, headers=(("Location", outlet.home),))
        case Standing.UNAVAILABLE:
            return _html(outlet, pages.plain_page(edition, outlet, "not_found", chance), status=503)
    number = paths.index(path) + 1
    answer = _html(outlet, pages.article_page(edition, story, chance, number))
    key = repr((copy, number)).encode()
    return _validated(answer, outlet, visit, key, edition.instant(copy.changed))


def _newest(edition: Edition, outlet: Outlet) -> datetime:
    changed = (
        copy.changed
        for s in edition.stories
        if s.outlet == outlet.slug and (copy := edition.copies.get(s.name))
    )
    return edition.instant(max(changed, default=0))


def _validated(answer: Answer, outlet: Outlet, visit: Visit, key: bytes, changed: datetime) -> Answer:
    """`answer` with ETag and Last-Modified, or a 304 (RFC 9110, 13.2.2), where the outlet has validators."""
    if not outlet.validators:
        return answer
    etag = f'W/"{hashlib.sha256(key).hexdigest()[:16]}"'
    validators = (("ETag", etag), ("Last-Modified", format_datetime(changed, usegmt=True)))
    if _unchanged(visit, etag, changed):
        return Answer(status=304, headers=validators)
    return Answer(status=answer.status, headers=(*answer.headers, *validators), body=answer.body)


def _unchanged(visit: Visit, etag: str, changed: datetime) -> bool:
    if (known := visit.header("if-none-match")) is not None:
        return known.strip() == "*" or etag.removeprefix("W/") in _tags(known)
    if (since := visit.header("if-modified-since")) is not None:
        try:
            return changed <= parsedate_to_datetime(since)
        except ValueError:
            return False
    return False


def _tags(header: str) -> Sequence[str]:
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]


def _html(outlet: Outlet, text: str, status: int = 200) -> Answer:
    headers = (
        ("Server", "newsroom"),
        ("Content-Type", f"text/html; charset={outlet.charset}"),
        ("Set-Cookie", "region=0; Path=/"),
        ("Set-Cookie", "seen=1; Path=/; HttpOnly"),
    )
    return Answer(status=status, headers=headers, body=text.encode(outlet.charset, "xmlcharrefreplace"))


def _text(text: str, status: int = 200) -> Answer:
    return Answer(status=status, headers=(("Content-Type", "text/plain; charset=utf-8"),), body=text.encode())
