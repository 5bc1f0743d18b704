"""Ways to a source's articles, found from its home page: feeds, news sitemaps, the page itself.

In three steps, none of which fetches: `find_ways` reads what the home page and robots.txt announce,
`usual_paths` lists the few addresses worth a polite try beside them, and `choose_ways`, given what
each candidate turned out to hold, keeps the best. Candidates are guesses; only `choose_ways` gives
ways to register.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ...errors import BadURL
from ...model import Lead, Way, WayKind
from ..urls import fetchable, host, identity, same_site
from .documents import decode
from .pages import read_page

_FEED_TYPES: Final = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
)
_MAX_LINKED: Final = 30  # some pages announce a feed for each of their tags
_MAX_SITEMAPS: Final = 50
_ROBOTS_BYTES: Final = 500 * 1024  # as much as RFC 9309 (2.5) asks to read
_COMMENTS: Final = re.compile(
    # The plural: Comment and Commentary are sections of opinion.
    r"\b(?:comments|commentaires|coment[aá]rios|commenti|reacties|yorumlar)\b|kommentare?(?:-feed| zu )",
    re.IGNORECASE,
)
_SOUND: Final = re.compile(r"podcast|/audio/|itunes|spreaker|/video", re.IGNORECASE)
_NEWS: Final = re.compile(r"news|google|actu|noticia|nachricht|latest", re.IGNORECASE)
_FEED_PATH: Final = re.compile(
    r"(?:\.rss|\.rdf|\.atom|/rss|/feed|/atom|rss\.xml|feed\.xml|atom\.xml)/?\Z", re.IGNORECASE
)

# The usual places, the likeliest first; each costs the outlet one request, once.
_USUAL: Final = (
    (WayKind.FEED, "/feed/"),  # WordPress and many others
    (WayKind.FEED, "/rss"),
    (WayKind.FEED, "/rss.xml"),
    (WayKind.FEED, "/feed.xml"),
    (WayKind.FEED, "/atom.xml"),
    (WayKind.FEED, "/index.xml"),
    (WayKind.SITEMAP, "/news-sitemap.xml"),
    (WayKind.SITEMAP, "/sitemap-news.xml"),
    (WayKind.SITEMAP, "/sitemap_news.xml"),
    (WayKind.SITEMAP, "/sitemap.xml"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A possible way and what a look at it gave.

    `leads` are those of the feed, the sitemap (or of the latest child of its index) or the page;
    `title` the feed's own; `news` says that a sitemap has the news namespace.
    """

    way: Way
    leads: tuple[Lead, ...] = ()
    title: str | None = None
    news: bool = False


def find_ways(front: bytes, url: str, robots: bytes | None) -> tuple[Way, ...]:
    """Read what a home page and its robots.txt announce.

    Args:
        front: The home page, content coding removed.
        url: Its address.
        robots: robots.txt of its host, or None where there is none.

    Returns:
        Candidates, best first: announced feeds (none of comments or podcasts), the sitemaps of
        robots.txt with those for news first, and last the page itself. For MSN, whose pages are
        empty shells, the one way of its own.

    Raises:
        BadURL: `url` is none.
    """
    home = fetchable(url)
    if host(home) == "msn.com" or host(home).endswith(".msn.com"):
        return (Way(kind=WayKind.MSN, url=home),)
    ways = [*_announced_feeds(front, home), *_announced_sitemaps(robots, home)]
    return _each_once([*ways, Way(kind=WayKind.FRONTPAGE, url=home)])


def usual_paths(home: str) -> tuple[Way, ...]:
    """List the addresses where feeds and news sitemaps usually lie, likeliest first.

    A caller tries them in turn, only where nothing better was announced, and stops at the first
    of each kind that holds articles. Under a home in a folder (`/fr/`) the folder's feed is first.

    Raises:
        BadURL: `home` is none.
    """
    root = fetchable(home)
    folder = root.partition("?")[0].rstrip("/") + "/"
    ways = [Way(kind=kind, url=fetchable(path, root)) for kind, path in _USUAL]
    if folder != fetchable("/", root):
        ways.insert(0, Way(kind=WayKind.FEED, url=fetchable("feed/", folder)))
    return _each_once(ways)


def choose_ways(
    candidates: Iterable[Candidate], *, now: datetime | None = None, limit: int = 5
) -> tuple[Way, ...]:
    """Choose the ways to register from what the candidates turned out to hold.

    A way must hold articles. Feeds come before news sitemaps (they are smaller, and say more),
    those before other sitemaps and the front page; the fresh before the stale and the long before
    the short. One whose articles others have nearly all brought is left out, and so are feeds of
    comments and of sound. The front page and the stale are taken only where nothing is fresh.

    Args:
        candidates: Ways with their leads.
        now: The time, for what is fresh (any lead of the last week); None: nothing is stale.
        limit: Most ways.

    Returns:
        Ways, best first; empty where nothing holds an article.
    """
    fit = [
        candidate
        for candidate in candidates
        if candidate.way.kind is WayKind.MSN
        or (candidate.leads and not _is_aside(f"{candidate.way.url} {candidate.title or ''}"))
    ]
    chosen: list[Candidate] = []
    known: set[str] = set()
    for candidate in sorted(fit, key=lambda each: _rank(each, now)):
        keys = {lead.key for lead in candidate.leads}
        is_last_resort = candidate.way.kind is WayKind.FRONTPAGE
        if chosen and len(keys - known) * 5 < len(keys):
            continue
        if chosen and _is_fresh(chosen[0], now) and (is_last_resort or not _is_fresh(candidate, now)):
            continue
        chosen.append(candidate)
        known |= keys
    return tuple(candidate.way for candidate in chosen[:limit])


def _announced_feeds(front: bytes, home: str) -> list[Way]:
    page = read_page(front, home)
    if page is None:
        return []
    feeds = []
    for link in page.root.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").lower().partition(";")[0].strip()
        href = link.get("href") or ""
        is_feed = kind in _FEED_TYPES or (kind == "application/json" and "feed" in href.lower())
        if "alternate" not in rel or not is_feed or "wp-json" in href:
            continue
        if _is_aside(f"{href} {link.get('title') or ''}"):
            continue
        try:
            feeds.append(Way(kind=WayKind.FEED, url=fetchable(href, page.base)))
        except BadURL:
            continue
        if len(feeds) >= _MAX_LINKED:
            break
    return feeds


def _announced_sitemaps(robots: bytes | None, home: str) -> list[Way]:
    """The `Sitemap:` lines of robots.txt (RFC 9309, 2.2.4), for news first."""
    ways = []
    for line in decode((robots or b"")[:_ROBOTS_BYTES])[0].splitlines():
        field, _, value = line.partition(":")
        value = value.partition("#")[0].strip()
        if not value or field.strip("\ufeff \t").lower() != "sitemap":
            continue
        try:
            address = fetchable(value, home)
        except BadURL:
            continue
        kind = WayKind.FEED if _FEED_PATH.search(address) else WayKind.SITEMAP
        ways.append(Way(kind=kind, url=address))
    # Those of the home's own site first: hosting services list all their customers' sitemaps.
    ways.sort(key=lambda way: (not same_site(way.url, home), _NEWS.search(_tail(way.url)) is None))
    return ways[:_MAX_SITEMAPS]


def _tail(url: str) -> str:
    return url.partition("://")[2].partition("/")[2]


def _is_aside(text: str) -> bool:
    return bool(_COMMENTS.search(text) or _SOUND.search(text))


def _rank(candidate: Candidate, now: datetime | None) -> tuple[bool, int, int]:
    kinds = (WayKind.MSN, WayKind.FEED, WayKind.SITEMAP, WayKind.LIST, WayKind.FRONTPAGE)
    place = 2 * kinds.index(candidate.way.kind) - candidate.news
    # A sitemap of everything is no longer the better for its length.
    return not _is_fresh(candidate, now), place, -min(len(candidate.leads), 100)


def _is_fresh(candidate: Candidate, now: datetime | None) -> bool:
    dates = [date for lead in candidate.leads for date in (lead.published, lead.updated) if date]
    return now is None or not dates or max(dates) > now - timedelta(days=7)


def _each_once(ways: Sequence[Way]) -> tuple[Way, ...]:
    seen: dict[tuple[WayKind, str], Way] = {}
    for way in ways:
        seen.setdefault((way.kind, identity(way.url)), way)
    return tuple(seen.values())
