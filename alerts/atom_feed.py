"""An Atom feed as XML (RFC 4287), whatever its entries are of; pure.

Ids are URNs that follow from what an entry is of, so a feed made anew repeats nothing for its readers.
Texts are archived and hostile: what XML cannot hold is replaced, markup is escaped as content of type "html".
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: its lasting id, a title in one line, when it came, and what it shows.

    `link` is where it is to be read, "" for nowhere; `categories` are terms; `html` is a fragment.
    """

    id: str
    title: str
    updated: datetime
    link: str = ""
    categories: tuple[str, ...] = ()
    html: str = ""


def atom(
    *,
    id: str,  # noqa: A002 - as RFC 4287 calls it
    title: str,
    updated: datetime,
    entries: Sequence[Entry],
    own: str = "",
    page: str = "",
) -> bytes:
    """A feed.

    Args:
        id: Lasting; see `urn`.
        title: Of the feed.
        updated: When something of it changed last.
        entries: The newest first.
        own, page: Where the feed and the page that shows the same are; "": nowhere.
    """
    root = ET.Element("feed", xmlns=NAMESPACE)
    _text(root, "id", id)
    _text(root, "title", title)
    _text(root, "updated", _iso(updated))
    for rel, link in (("self", own), ("alternate", page)):
        if link:
            ET.SubElement(root, "link", rel=rel, href=_fit(link))
    _text(ET.SubElement(root, "author"), "name", "Palimpsest")
    ET.SubElement(root, "generator").text = "Palimpsest"
    for one in entries:
        entry = ET.SubElement(root, "entry")
        _text(entry, "id", one.id)
        _text(entry, "title", one.title)
        _text(entry, "updated", _iso(one.updated))
        if one.link:
            ET.SubElement(entry, "link", rel="alternate", href=_fit(one.link))
        for term in one.categories:
            ET.SubElement(entry, "category", term=_fit(term))
        ET.SubElement(entry, "content", type="html").text = _fit(one.html)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def urn(*parts: str) -> str:
    """The lasting id of what these names name."""
    return uuid.uuid5(uuid.NAMESPACE_URL, ":".join(("palimpsest", *parts))).urn


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = _fit(text)


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
