"""What trafilatura takes for the article: the text it keeps, as a set to look pieces up in.

This is the only module that calls trafilatura's extractor. It is given a tree that nobody needs
afterwards, because it prunes what it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

# Several times a large news page; past that trafilatura, quadratic in places, takes 40 s for 5 MB.
MAX_ELEMENTS = 25_000
_BLOCKS = frozenset(["p", "head", "quote", "item", "cell", "code", "ab"])


@dataclass(frozen=True, slots=True)
class Finding:
    """The text that trafilatura kept, without white space: as a whole, and its lines."""

    whole: str
    lines: frozenset[str]

    def holds(self, key: str) -> bool:
        """Whether a piece of text was kept; a short one counts only as a line of its own."""
        return key in self.lines or (len(key) >= 25 and key in self.whole)


def find(root: HtmlElement) -> Finding:
    """Let trafilatura find the article.

    Args:
        root: The parsed page; it is pruned on the way.

    Returns:
        What it kept: nothing where it found nothing, or where the page is too large for it.
    """
    # What it would throw away first; without it, its copies of the tree are cheap.
    etree.strip_elements(root, "script", "style", "svg", "template", "noscript", "iframe", with_tail=False)
    if sum(1 for _ in islice(root.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        return Finding("", frozenset())
    # Without its comparison with other extractors, which doubles the time: `body` mends what that mends.
    options = Extractor(output_format="xml", fast=True, comments=False, tables=True)
    document = bare_extraction(root, options=options)
    body = document.body if document is not None and not isinstance(document, dict) else None
    if body is None:
        return Finding("", frozenset())
    whole: list[str] = []
    lines: set[str] = set()
    for element in body.iter():
        if element.tag in _BLOCKS:
            lines.add("".join("".join(element.itertext()).split()))
            lines.add("".join((element.text or "").split()))
        elif element.tag == "lb":
            lines.add("".join((element.tail or "").split()))
    whole = "".join(body.itertext()).split()
    lines.discard("")
    return Finding("".join(whole), frozenset(lines))
