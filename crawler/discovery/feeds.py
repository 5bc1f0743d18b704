"""Feeds: RSS 0.9x to 2.0, RDF, Atom and JSON Feed, read into leads.

feedparser reads the XML, because it has met every way to write a feed; it is handed text that was
screened before (no DTD, one charset, a bounded number of items), since it opens files that bytes
name and knows no limits. Of an item only its address, title and dates are taken: the text is
fetched from the article itself.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import feedparser

from ...errors import BadFeed, BadURL
from ...model import Finder, Lead
from ..urls import fetchable
from .dates import read_date
from .documents import bare_xml, decode, inflate
from .harvest import Harvest, plain_title
from .jsonfeed import read_items

MAX_ITEMS: Final = 5_000
# A feed is written for readers that poll: one that is larger than this is something else.
MAX_BYTES: Final = 32_000_000

_ROOTS: Final = {"rss": "</channel></rss>", "rdf": "</rdf:RDF>", "feed": "</feed>"}
_ITEM_END: Final = re.compile(r"</(?:[\w\-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_EMPTY_LINK: Final = re.compile(r"<link\s*/>|<link>\s*</link>")
_ROOT_NAME: Final = re.compile(r"<([\w.\-:]+)")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What one feed says: of itself, and of articles.

    `home` is the page it belongs to, `language` a BCP 47 tag as the feed writes it; `problems` are
    lines for the archivist about what was wrong and read all the same.
    """

    title: str | None
    home: str | None
    language: str | None
    leads: tuple[Lead, ...]
    problems: tuple[str, ...] = ()


def read_feed(payload: bytes, url: str, headers: Sequence[tuple[str, str]] = ()) -> Feed:
    """Read a feed of any kind.

    Args:
        payload: The document, content coding removed.
        url: Its address; relative links are resolved against it (or against xml:base).
        headers: The response's headers, for the charset.

    Returns:
        The feed with at most `MAX_ITEMS` leads in its order. An empty but sound feed has none.

    Raises:
        BadFeed: It is empty, no feed (HTML, a sitemap), hostile (entities, too large), or so
            broken that nothing could be read.
    """
    text, problem = decode(inflate(payload, url, BadFeed, MAX_BYTES), headers)
    harvest = Harvest(Finder.FEED, url, MAX_ITEMS)
    harvest.note(problem)
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if not start:
        raise BadFeed("the feed is an empty document", url=url)
    if start == "{":
        about = read_items(text, url, harvest)
        title, home, language = about.get("title"), about.get("home_page_url"), about.get("language")
    else:
        about = _read_xml(text, url, harvest)
        title, home, language = about.get("title"), about.get("link"), about.get("language")
    if not harvest.leads:
        harvest.note("the feed names no article")
    return Feed(
        title=plain_title(title) if isinstance(title, str) else None,
        home=_clean(home, url),
        language=language if isinstance(language, str) and _LANGUAGE.fullmatch(language) else None,
        leads=harvest.leads,
        problems=harvest.problems,
    )


def _read_xml(text: str, url: str, harvest: Harvest) -> Mapping[str, Any]:
    """Read items into `harvest`, and give what the feed says of itself."""
    text, root = bare_xml(text, url, BadFeed)
    if root == "html":
        raise BadFeed("this is an HTML page, not a feed; look for the feed that the page links to", url=url)
    if root in ("urlset", "sitemapindex"):
        raise BadFeed("this is a sitemap, not a feed; register it as a sitemap", url=url)
    if root not in _ROOTS:
        found = f"its root element is <{root[:40]}>" if root else "there is no XML in it"
        raise BadFeed(f"this is not a feed: {found}", url=url)
    # An empty link would keep feedparser from taking a permanent guid for the item's address.
    text = _EMPTY_LINK.sub("", _whole_items(text, root, harvest))
    # Never bytes alone: feedparser would open the file of that name. The header is ours, since the
    # charset is settled. It gets no base, so that a guid like "4711" is not taken for an address.
    ours = {"content-type": "application/xml; charset=utf-8"}
    try:
        parsed = feedparser.parse(
            io.BytesIO(text.encode()), response_headers=ours, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        raise BadFeed("the feed's parser gave up on it", url=url) from error
    if parsed["bozo"] and not parsed["entries"]:
        raise BadFeed(f"the feed is not well-formed XML ({parsed['bozo_exception']})", url=url)
    if parsed["bozo"]:
        harvest.note(f"the feed is not well-formed XML; it was read leniently ({parsed['bozo_exception']})")
    atom = str(parsed.get("version", "")).startswith("atom")
    for entry in parsed["entries"]:
        address = _address(entry)
        if not address:
            harvest.refuse("without a link")
            continue
        updated = _date(entry, "updated")
        # Outside Atom a lone dc:date is when the item was published.
        published = _date(entry, "published") or (None if atom else updated)
        harvest.add(address, title=dict.get(entry, "title"), published=published, updated=updated, base=url)
    about: Mapping[str, Any] = parsed["feed"]
    return about


def _whole_items(text: str, root: str, harvest: Harvest) -> str:
    """Cut a feed that breaks off, or has too many items, after an item's end.

    Half an item would be worse than none: the half of an address is another address.
    """
    name = _ROOT_NAME.match(text)
    closed = name is not None and f"</{name[1]}" in text[-1_000:]
    if closed and text.count("</") < MAX_ITEMS:
        return text
    ends = [found.end() for found in _ITEM_END.finditer(text)]
    if len(ends) > MAX_ITEMS:
        harvest.note(f"the feed has {len(ends):,} items; the first {MAX_ITEMS:,} were read")
    elif closed:
        return text
    elif ends:
        harvest.note("the feed breaks off; the items before that were read")
    else:
        return text
    closing = f"</{name[1]}>" if name and root == "rdf" else _ROOTS[root]
    return text[: ends[:MAX_ITEMS][-1]] + closing


def _address(entry: dict[str, Any]) -> str | None:
    """An item's own address: the one before a counting proxy, else its link, else a permanent guid."""
    # dict.get throughout: feedparser's own answers one key with another's value, and warns.
    names = ("feedburner_origlink", "link", "id")
    original, link, guid = (
        value if isinstance(value := dict.get(entry, name), str) else "" for name in names
    )
    if original.strip():
        return original
    if link.strip():
        # Where there is no link feedparser makes one of the guid, be it "4711".
        return link if link != guid or "://" in link else None
    links: Sequence[Mapping[str, Any]] = dict.get(entry, "links") or ()
    return next((link["href"] for link in links if link.get("rel") == "alternate" and link.get("href")), None)


def _date(entry: dict[str, Any], name: str) -> datetime | None:
    # Not feedparser's reading of dates: it makes 2030 of the year 30000.
    value = dict.get(entry, name)
    return read_date(value) if isinstance(value, str) else None


def _clean(url: Any, base: str) -> str | None:
    try:
        return fetchable(url, base) if isinstance(url, str) and url.strip() else None
    except BadURL:
        return None
