"""Sitemaps (https://www.sitemaps.org/protocol.html) and Google News sitemaps, read into leads.

The XML runs through expat as a stream of events: no tree is built, so that 50,000 entries cost the
memory of the leads that are kept. Elements are known by their local names and parents, since
outlets get the namespaces wrong in every way there is. Not here: fetching a sitemap's children;
`walk.SitemapWalk` says which are worth it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.parsers import expat

from ...errors import BadSitemap, BadURL
from ...model import Finder, Lead
from ..urls import fetchable
from .dates import read_date
from .documents import bare_xml, decode, inflate
from .harvest import Harvest

MAX_ENTRIES: Final = 50_000  # the protocol's own limit for one file
_MAX_DEPTH: Final = 50

# (parent, element) of what is read. `image:loc` and `video:title` have other parents.
_READ: Final = frozenset(
    {
        ("url", "loc"),
        ("url", "lastmod"),
        ("sitemap", "loc"),
        ("sitemap", "lastmod"),
        ("news", "publication_date"),
        ("news", "title"),
        ("publication", "language"),
    }
)
_STRAY: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A sitemap named by an index, with the time of its last change where the index gives it."""

    url: str
    lastmod: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What one sitemap says.

    An index has `children`, a set of URLs has `leads`. `news` says that entries carry the news
    namespace, `language` is the one most of those name; `problems` are lines for the archivist.
    """

    leads: tuple[Lead, ...] = ()
    children: tuple[Child, ...] = ()
    news: bool = False
    language: str | None = None
    problems: tuple[str, ...] = ()


def read_sitemap(
    payload: bytes, url: str, headers: Sequence[tuple[str, str]] = (), *, since: datetime | None = None
) -> Sitemap:
    """Read a sitemap, an index of sitemaps or a plain list of URLs; gzipped or not.

    Args:
        payload: The document, HTTP's content coding removed.
        url: Its address; an index that names itself is not its own child.
        headers: The response's headers, for the charset.
        since: Entries and children known to be older are left out; those without a date stay.

    Returns:
        The sitemap, with at most `MAX_ENTRIES` leads and as many children.

    Raises:
        BadSitemap: Empty, HTML, a feed, hostile (entities, too large once unpacked), or so broken
            that nothing could be read.
    """
    text, problem = decode(inflate(payload, url, BadSitemap), headers)
    if not text.strip("\ufeff \t\r\n"):
        raise BadSitemap("the sitemap is an empty document", url=url)
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        reader = _read_xml(text, url, since)
    else:
        reader = _read_lines(text, url, since)
    harvest = reader.harvest
    harvest.note(problem)
    if reader.older:
        harvest.note(f"{reader.older:,} entries are older than asked for")
    elif not harvest.leads and not reader.children:
        harvest.note("the sitemap names nothing")
    languages = reader.languages.most_common(1)
    return Sitemap(
        leads=harvest.leads,
        children=tuple(reader.children.values()),
        news=reader.news,
        language=languages[0][0] if languages else None,
        problems=harvest.problems,
    )


class _Reader:
    """Takes expat's events (or lines) and keeps what they say."""

    def __init__(self, url: str, since: datetime | None) -> None:
        self.harvest = Harvest(Finder.SITEMAP, url, MAX_ENTRIES)
        self.url = fetchable(url)
        self.since = since
        self.children: dict[str, Child] = {}
        self.languages: Counter[str] = Counter()
        self.news = False
        self.older = 0
        self._names: list[str] = [""]
        self._entry: dict[str, str] = {}
        self._text: list[str] | None = None

    def parse(self, text: str) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.Parse(text, True)

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        parent = self._names[-1]
        self._names.append(local)
        if len(self._names) > _MAX_DEPTH:
            raise BadSitemap(f"elements are nested more than {_MAX_DEPTH} deep", url=self.url)
        if (parent, local) in _READ:
            self._text = []
        elif local in ("url", "sitemap"):
            self._entry = {}

    def _data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, _name: str) -> None:
        local = self._names.pop()
        if self._text is not None:
            if (self._names[-1], local) in _READ:
                self._entry.setdefault(local, "".join(self._text).strip())
                self._text = None
        elif local == "url":
            self._url()
        elif local == "sitemap":
            self._child()

    def _url(self) -> None:
        entry = self._entry
        published = read_date(entry.get("publication_date"))
        updated = read_date(entry.get("lastmod"))
        self.news = self.news or "publication_date" in entry
        if entry.get("language"):
            self.languages[entry["language"][:35]] += 1
        if "loc" not in entry:
            self.harvest.refuse("without an address")
        elif not self.is_older(updated, published):
            self.harvest.add(
                entry["loc"], title=entry.get("title"), published=published, updated=updated, base=self.url
            )

    def _child(self) -> None:
        lastmod = read_date(self._entry.get("lastmod"))
        try:
            address = fetchable(self._entry.get("loc", ""), self.url)
        except BadURL:
            self.harvest.refuse("without an address that can be fetched")
            return
        if address == self.url:
            self.harvest.refuse("naming the sitemap itself")
        elif len(self.children) >= MAX_ENTRIES:
            self.harvest.refuse(f"beyond the limit of {MAX_ENTRIES:,}")
        elif not self.is_older(lastmod):
            self.children.setdefault(address, Child(url=address, lastmod=lastmod))

    def is_older(self, *dates: datetime | None) -> bool:
        known = [date for date in dates if date]
        older = self.since is not None and bool(known) and max(known) < self.since
        self.older += older
        return older


def _read_xml(text: str, url: str, since: datetime | None) -> _Reader:
    text, root = bare_xml(text, url, BadSitemap)
    if root == "html":
        raise BadSitemap("this is an HTML page, not a sitemap", url=url)
    if root in ("rss", "rdf", "feed"):
        raise BadSitemap("this is a feed, not a sitemap; register it as a feed", url=url)
    if root not in ("urlset", "sitemapindex"):
        found = f"its root element is <{root[:40]}>" if root else "there is no XML in it"
        raise BadSitemap(f"this is not a sitemap: {found}", url=url)
    reader = _Reader(url, since)
    try:
        reader.parse(text)
    except expat.ExpatError as error:
        # The usual slip is a bare `&` in an address; once those are mended the rest can be read.
        mended = _STRAY.sub("&amp;", text)
        if mended != text:
            reader = _Reader(url, since)
        try:
            if mended != text:
                reader.parse(mended)
            else:
                raise error
        except expat.ExpatError as last:
            if not reader.harvest.leads and not reader.children:
                raise BadSitemap("the sitemap is not well-formed XML", url=url) from last
            reader.harvest.note(f"the sitemap breaks off or is not well-formed XML ({last})")
    return reader


def _read_lines(text: str, url: str, since: datetime | None) -> _Reader:
    """A plain list: one address a line and nothing else (protocol, "Text file")."""
    reader = _Reader(url, since)
    for line in text.splitlines():
        if line.strip("\ufeff \t"):
            reader.harvest.add(line)
    if not reader.harvest.leads:
        raise BadSitemap("this is neither XML nor a list of addresses", url=url)
    return reader
