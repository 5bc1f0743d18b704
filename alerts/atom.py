"""A feed as Atom (RFC 4287), out of values; pure. Every feed that leaves an archive is made here.

Where a feed goes (a file, a reader who asks) and what stands in it are its callers' matters. Texts are an
outlet's: what XML cannot hold is replaced, the rest escaped.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
MEDIA_TYPE: Final = "application/atom+xml"
_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed.

    Attributes:
        id: Lasting and its own, a URI (`lasting_id`).
        title: Plain text.
        updated: When it happened; entries do not change afterwards.
        html: What is told, as an HTML fragment.
        links: Relation and address, in order; empty addresses are left out.
        categories: Terms.
        author: The outlet; "": the feed's author.
    """

    id: str
    title: str
    updated: datetime
    html: str
    links: tuple[tuple[str, str], ...] = ()
    categories: tuple[str, ...] = ()
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed: what is said of the whole, and its entries, the newest first.

    `updated` is what is said of a feed without entries; `self_link` and `page` are where it and the page
    that shows the same are to be had.
    """

    id: str
    title: str
    updated: datetime
    entries: tuple[Entry, ...]
    self_link: str = ""
    page: str = ""


def render(feed: Feed) -> bytes:
    """The feed as XML, in UTF-8."""
    root = ET.Element("feed", xmlns=NAMESPACE)
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", _iso(max((entry.updated for entry in feed.entries), default=feed.updated)))
    _text(ET.SubElement(root, "author"), "name", "Palimpsest")
    _text(root, "generator", "Palimpsest")
    if feed.self_link:
        ET.SubElement(root, "link", rel="self", type=MEDIA_TYPE, href=_fit(feed.self_link))
    _links(root, (("alternate", feed.page),))
    for entry in feed.entries:
        _entry(ET.SubElement(root, "entry"), entry)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def lasting_id(*names: object) -> str:
    """A URI that is the same whenever it is made of the same names, and of no others (RFC 4287, 4.2.6)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, ":".join(("palimpsest", *map(str, names)))).urn


def _entry(element: ET.Element, entry: Entry) -> None:
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "updated", _iso(entry.updated))
    if entry.author:
        _text(ET.SubElement(element, "author"), "name", entry.author)
    _links(element, entry.links)
    for term in entry.categories:
        ET.SubElement(element, "category", term=term)
    ET.SubElement(element, "content", type="html").text = _fit(entry.html)


def _links(parent: ET.Element, links: Iterable[tuple[str, str]]) -> None:
    for rel, href in links:
        if href:
            ET.SubElement(parent, "link", rel=rel, href=_fit(href))


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = _fit(text)


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
