"""An HTML page as a tree to look for links in: forgiving, bounded, and never fetching anything."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ...errors import BadURL
from ..urls import fetchable
from .documents import MAX_BYTES, decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`root` is lxml's <html> element, `base` the address that relative links are resolved against."""

    root: Any
    base: str


def read_page(payload: bytes, url: str, headers: Sequence[tuple[str, str]] = ()) -> Page | None:
    """Parse an HTML page as far as it goes.

    Args:
        payload: The page, content coding removed.
        url: Its address.
        headers: The response's headers, for the charset.

    Returns:
        The page, or None where there is no element in it or it is larger than 64 MB.

    Raises:
        BadURL: `url` itself is none.
    """
    base = fetchable(url)
    if len(payload) > MAX_BYTES:
        return None
    text, _ = decode(payload, headers)
    # NUL would end the text for libxml2; the tree's depth is bounded by the parser (no huge_tree).
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.replace("\x00", "").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    if root is None:
        return None
    href = root.xpath("string((//base/@href)[1])")
    if href:
        with contextlib.suppress(BadURL):
            base = fetchable(href, base)
    return Page(root=root, base=base)
