"""OPML subscription lists (http://opml.org/spec2.opml), read into tables for `sources` to validate.

listparser reads them too, but drops an outline's home page, its language and the line it stands on,
which an import must name.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from ..errors import BadSource, BadURL
from .discovery.documents import bare_xml, decode
from .urls import fetchable


def read_outlines(payload: bytes) -> tuple[tuple[int, dict[str, Any]], ...]:
    """Read the outlines that name a feed or a home page.

    Args:
        payload: The document.

    Returns:
        (line, table) of each, the table with keys as in a `[[source]]` of TOML: name, home (the
        root of the feed's host where the outline names none), feeds, tags (the groups around it,
        then its categories) and language.

    Raises:
        BadSource: Not OPML, no outline with an address, or a DTD with entities.
    """
    text, _ = decode(payload)
    bare, name = bare_xml(text, "", BadSource)
    if name != "opml":
        raise BadSource("this is not OPML (line 1): no <opml> element; export the list as OPML once more")
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(bare.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise BadSource("this is not well-formed OPML; export the list once more") from error
    above = text.count("\n") - bare.count("\n")
    outlines = () if root is None else root.iter("{*}outline")
    rows = [(above + (outline.sourceline or 1), table) for outline in outlines if (table := _table(outline))]
    if not rows:
        raise BadSource("no outline in it has an xmlUrl or htmlUrl (line 1); there is nothing to import")
    return tuple(rows)


def _table(outline: Any) -> dict[str, Any]:
    named = {key.lower(): value.strip() for key, value in outline.attrib.items()}
    feed, home = named.get("xmlurl"), named.get("htmlurl")
    if not feed and not home:
        return {}
    groups = [group.get("text") or group.get("title") for group in outline.iterancestors("{*}outline")]
    categories = [part.strip("/ ") for part in named.get("category", "").split(",")]
    table = {
        "name": named.get("title") or named.get("text"),
        "home": home or _root_of(feed or ""),
        "feeds": [feed] if feed else [],
        "tags": [tag.strip()[:50] for tag in (*reversed(groups), *categories) if tag and tag.strip()],
        "language": named.get("language"),
    }
    return {key: value for key, value in table.items() if value}


def _root_of(url: str) -> str:
    try:
        return fetchable("/", fetchable(url))
    except BadURL:
        return url
