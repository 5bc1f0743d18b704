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

from .names import Zone
from .outline import Box, Outline, Piece

# Several times a large news page; past that trafilatura, quadratic in places, takes 40 s for 5 MB.
MAX_ELEMENTS = 25_000
# Boxes that are never part of an article where no running text stands in them.
_FURNITURE = (
    Zone.NAV | Zone.FOOT | Zone.ASIDE | Zone.SHARE | Zone.RELATED | Zone.NEWSLETTER | Zone.COMMENT | Zone.AD
)
# Parts of a text, which are judged by what they stand in.
_PARTS = frozenset(
    "html body p h1 h2 h3 h4 h5 h6 li dd dt blockquote pre table thead tbody tr td th caption".split()
)
LINKED = 0.8  # share of a box's characters that are links, from which on it is a list of links
SENTENCE = 90  # characters without spaces, from which on a piece that is no link may be running text
_BLOCKS = frozenset(["p", "head", "quote", "item", "cell", "code", "ab"])


@dataclass(frozen=True, slots=True)
class Finding:
    """The text that trafilatura kept, without white space: as a whole, and its lines."""

    whole: str
    lines: frozenset[str]

    def holds(self, key: str) -> bool:
        """Whether a piece of text was kept; a short one counts only as a line of its own."""
        return key in self.lines or (len(key) >= 25 and key in self.whole)


def find(root: HtmlElement, page: Outline) -> Finding:
    """Let trafilatura find the article.

    Args:
        root: The parsed page; it is pruned on the way.
        page: Its outline.

    Returns:
        What it kept: nothing where it found nothing, or where the page is too large for it.
    """
    prune(page)
    for box in page.boxes:
        if box.tag == "aside" and box.zone & Zone.BOX and not box.zone & Zone.ASIDE:
            box.element.tag = "div"  # trafilatura drops every aside
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


def prune(page: Outline) -> None:
    """Take out of the tree what is no text of an article, each box judged by itself alone.

    Trafilatura weighs containers by all that is in them; what changes from one fetch to the next
    (ads, lists of links, counters) must not be there when it does, or the same story is cut otherwise.
    """
    for element in page.unseen:
        _remove(element)
    last = 0
    for box in page.boxes:
        if box.parent is None or box.start < last or box.tag in _PARTS:
            continue
        if box.start == box.end or _worthless(box, page.pieces):
            last = max(last, box.end)
            _remove(box.element)


def _worthless(box: Box, pieces: list[Piece]) -> bool:
    if box.link_chars < LINKED * box.chars and box.chars and not box.zone & _FURNITURE:
        return False
    return not any(len(p.key) - p.link_chars >= SENTENCE for p in pieces[box.start : box.end])


def _remove(element: HtmlElement) -> None:
    """Take an element out; the text after it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
