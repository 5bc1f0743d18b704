"""From text to one parsed tree, whatever the text is; it bounds depth and size and reads nothing.

The tree is parsed once and shared: everything that reads it leaves it as it is, except trafilatura,
which comes last and is given what is left.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from .inline import spell_out

MAX_CHARS = 20_000_000  # trafilatura's own limit for a file; the fetch guards stop earlier
MAX_DEPTH = 150  # real news pages reach 60; past 256 libxml2 drops the rest of the page
_EMBED = re.compile(r"<embed\b([^<>]*?)/?>(?:\s*</embed>)?")
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)[^<>]*>")
# Elements without an end tag, or whose end tag may be left out: they say nothing of depth.
_UNCOUNTED = frozenset(
    """
    area base br col embed hr img input link meta param source track wbr html head body p li dt dd
    tr td th thead tbody tfoot option optgroup colgroup rt rp
    """.split()
)
_OF_HEAD = frozenset(["base", "link", "meta", "noscript", "script", "style", "template", "title"])


def parse(text: str) -> HtmlElement | None:
    """Parse a page.

    Args:
        text: The decoded page, free of control characters.

    Returns:
        The root element, comments, processing instructions and what is struck out left out; None
        where there is no element at all.
    """
    text = text[:MAX_CHARS]
    if "<embed" in text:  # void in HTML, but libxml2 would put what follows into it
        text = _EMBED.sub(r"<embed\1></embed>", text)
    root, cut = _parse(text)
    if cut:
        root, _ = _parse(_flatten(text))
    if root is not None:
        _open_body(root)
        spell_out(root)
    return root


def _open_body(root: HtmlElement) -> None:
    """Move what is no head's out of the head: a page may leave out <body>, and libxml2, which knows no
    <article>, then goes on in the head."""
    head = root.find("head")
    stray = next((e for e in head if e.tag not in _OF_HEAD), None) if head is not None else None
    if stray is None:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    moved = [stray, *stray.itersiblings()]
    for element in reversed(moved):
        body.insert(0, element)


def _parse(text: str) -> tuple[HtmlElement | None, bool]:
    parser = HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return None, False
    cut = any("depth" in entry.message for entry in parser.error_log.filter_from_fatals())
    return (root if isinstance(root, HtmlElement) else None), cut


def _flatten(text: str) -> str:
    """Take out the tags that stand deeper than MAX_DEPTH; their text stays."""
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        closing, name = match.group(1), match.group(2).lower()
        if name in _UNCOUNTED or match.group(0).endswith("/>"):
            return match.group(0)
        if closing:
            depth = max(0, depth - 1)
            return match.group(0) if depth < MAX_DEPTH else ""
        depth += 1
        return match.group(0) if depth <= MAX_DEPTH else ""

    return _TAG.sub(keep, text)
