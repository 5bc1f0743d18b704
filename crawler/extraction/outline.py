"""The page as a reader sees it: pieces of running text in their order, and the boxes they stand in.

One walk over the tree makes both. A piece is a stretch of text between two block boundaries, an
image or a player; a box is a block-level element. Nothing is judged here: what is article and what
is furniture is decided in `body`.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from .names import NOISE, Zone, named, tagged
from .pictures import pictured, unscripted

BLOCK = frozenset(
    """
    address article aside blockquote body center dd details dialog dir div dl dt fieldset
    figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main
    menu nav ol optgroup p pre section summary table tbody td tfoot th thead tr ul caption
    """.split()
)
SKIPPED = frozenset(
    """
    script style template svg math select option datalist button textarea input canvas head title
    noembed noframes map track audio meter progress label
    """.split()
)
# What links say to screen readers, and cards that open over a name in the text.
_NEW_TAB = re.compile(r"[\s,(]*(?:link )?opens? (?:in )?(?:a )?new (?:tab|window)[\s,)]*", re.IGNORECASE)
_HIDING = re.compile(r"display\s*:\s*none|clip\s*:\s*rect\(\s*0", re.IGNORECASE)
_POPUP = re.compile(r"rollover|hover-?card|pop-?over|pop-?up|tooltip", re.IGNORECASE)
MAX_PIECES, MAX_BOXES = 40_000, 120_000  # ten times a large news page
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element with what was summed up of its content."""

    element: HtmlElement
    tag: str
    parent: Box | None
    zone: int
    names: str
    depth: int
    start: int  # index of its first piece
    end: int = 0  # one past its last piece
    chars: int = 0
    link_chars: int = 0
    won: int = 0  # characters that trafilatura kept; filled by `body`


@dataclass(slots=True, eq=False)
class Piece:
    """A stretch of text, or an image ("image") or player ("player") between them.

    `level` is that of the heading it stands in, or 0. `key` is its text without white space, by
    which it is recognised in another's output. `links` are (text, address as written).
    """

    kind: str  # text, image, player
    box: Box
    text: str = ""
    key: str = ""
    level: int = 0
    links: list[tuple[str, str]] = field(default_factory=list)
    link_chars: int = 0
    bold_chars: int = 0
    item: Box | None = None
    quote: Box | None = None
    cell: Box | None = None
    caption: Box | None = None
    element: HtmlElement | None = None
    paragraph: bool = False  # stands in a <p>


@dataclass(slots=True)
class Outline:
    pieces: list[Piece]
    boxes: list[Box]
    unseen: list[HtmlElement]  # inline elements whose text nobody sees


def outline(root: HtmlElement, players: Container[HtmlElement]) -> Outline:
    """Walk the tree once.

    Args:
        root: The parsed page; it is not changed.
        players: Elements that show a video; each becomes a piece of its own, and is not entered.

    Returns:
        Pieces and boxes in document order.
    """
    walker = _Walker()
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if event == "start":
            if walker.open(element, element in players):
                events.skip_subtree()
        else:
            walker.close(element)
            if len(walker.pieces) > MAX_PIECES or len(walker.boxes) > MAX_BOXES:
                break
    walker.finish()
    return Outline(walker.pieces, walker.boxes, walker.unseen)


class _Walker:
    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.boxes: list[Box] = []
        self.unseen: list[HtmlElement] = []
        self.box: Box | None = None
        self.buffer: list[str] = []
        self.skipped: HtmlElement | None = None
        self.href: str | None = None
        self.link_from = 0
        self.links: list[tuple[str, str]] = []
        self.bold = 0
        self.bold_from = 0
        self.bold_chars = 0
        self.breaks = 0
        self.level = 0
        self.inline_text = 0  # depth of open <p> and headings: unknown elements in them are inline
        self.items: list[Box] = []
        self.quotes: list[Box] = []
        self.cells: list[Box] = []
        self.captions: list[Box] = []
        self.paragraphs = 0

    def open(self, element: HtmlElement, player: bool) -> bool:
        """Enter an element; True where its content is to be passed over."""
        tag = element.tag
        if not isinstance(tag, str):
            return True
        if player:
            self.flush()
            if self.box is not None:
                self._note("player", element)
            return True
        if tag in SKIPPED:
            return True
        if pictured(element):
            if self.box is not None:
                self._image(element)
        elif tag in BLOCK or ("-" in tag and not self.inline_text):
            self.flush()
            self._enter(element, tag)
        elif tag == "br":
            self.breaks += 1
            if (self.breaks > 1 or self._bold_line()) and not self.level:
                self.flush()
            self.buffer.append(" ")
            return False
        elif tag == "noscript":
            picture = unscripted(element)
            if picture is not None and self.box is not None:
                self._image(picture)
            return True
        elif tag == "a":
            self._close_link()
            self.href = element.get("href") or ""
            self.link_from = len(self.buffer)
        elif tag in ("b", "strong"):
            if not self.bold:
                self.bold_from = len(self.buffer)
            self.bold += 1
        elif tag == "span" and _unseen(element):
            self.unseen.append(element)
            return True
        self._text(element.text)
        return False

    def _bold_line(self) -> bool:
        """Whether all that was read since the last piece is a short text in bold: a heading by look."""
        if self.bold or not self.bold_chars or self.href is not None:
            return False
        key = "".join("".join(self.buffer).split())
        return 8 <= len(key) <= 100 and self.bold_chars >= len(key)

    def close(self, element: HtmlElement) -> None:
        tag = element.tag
        if isinstance(tag, str):
            box = self.box
            if box is not None and box.element is element:
                self.flush()
                self._leave(box)
            elif tag == "a":
                self._close_link()
            elif tag in ("b", "strong") and self.bold:
                self.bold -= 1
                if not self.bold:
                    self._count_bold()
        self._text(element.tail)

    def finish(self) -> None:
        """Close what is open, where the walk was broken off."""
        self.flush()
        while self.box is not None:
            self._leave(self.box)

    def _text(self, text: str | None) -> None:
        if text:
            self.buffer.append(text)
            if self.breaks and not text.isspace():
                self.breaks = 0

    def _enter(self, element: HtmlElement, tag: str) -> None:
        parent = self.box
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        zone = named(names) if names != " " else Zone.NONE
        zone |= tagged(tag, element.get("role"))
        if zone & Zone.BOX and not zone & NOISE:
            zone &= ~Zone.ASIDE  # a box of facts within the story
        style = element.get("style")
        if element.get("hidden") is not None or (style and _HIDING.search(style)):
            zone |= Zone.HIDDEN
        box = Box(element, tag, parent, zone, names, parent.depth + 1 if parent else 0, len(self.pieces))
        self.box = box
        self.boxes.append(box)
        if tag in _HEADINGS:
            self.level = _HEADINGS[tag]
            self.inline_text += 1
        elif tag == "p":
            self.inline_text += 1
            self.paragraphs += 1
        elif tag in ("li", "dd", "dt"):
            self.items.append(box)
        elif tag == "blockquote":
            self.quotes.append(box)
        elif tag in ("td", "th"):
            self.cells.append(box)
        if zone & Zone.CAPTION or tag == "caption":
            self.captions.append(box)

    def _leave(self, box: Box) -> None:
        tag = box.tag
        box.end = len(self.pieces)
        if tag in _HEADINGS:
            self.level = 0
            self.inline_text -= 1
        elif tag == "p":
            self.inline_text -= 1
            self.paragraphs -= 1
        elif tag in ("li", "dd", "dt"):
            self.items.pop()
        elif tag == "blockquote":
            self.quotes.pop()
        elif tag in ("td", "th"):
            self.cells.pop()
        if box.zone & Zone.CAPTION or tag == "caption":
            self.captions.pop()
        parent = box.parent
        if parent is not None:
            parent.chars += box.chars
            parent.link_chars += box.link_chars
        self.box = parent

    def _close_link(self) -> None:
        if self.href is None:
            return
        text = " ".join("".join(self.buffer[self.link_from :]).split())
        if text:
            self.links.append((text, self.href))
        self.href = None

    def _count_bold(self) -> None:
        self.bold_chars += len("".join("".join(self.buffer[self.bold_from :]).split()))

    def flush(self) -> None:
        """End the piece at hand, if there is text in it."""
        href, bold = self.href, self.bold
        if not self.buffer:
            return
        self._close_link()
        if bold:
            self._count_bold()
        words = "".join(self.buffer).split()
        self.buffer.clear()
        self.breaks = 0
        box = self.box
        if words and box is not None:
            key = "".join(words)
            linked = sum(len("".join(text.split())) for text, _ in self.links)
            box.chars += len(key)
            box.link_chars += linked
            self.pieces.append(
                Piece(
                    "text",
                    box,
                    " ".join(words),
                    key,
                    self.level,
                    self.links,
                    linked,
                    self.bold_chars,
                    self.items[-1] if self.items else None,
                    self.quotes[-1] if self.quotes else None,
                    self.cells[-1] if self.cells else None,
                    self.captions[-1] if self.captions else None,
                    None,
                    self.paragraphs > 0,
                )
            )
        self.links = []
        self.bold_chars = 0
        self.link_from = self.bold_from = 0
        self.href = href

    def _note(self, kind: str, element: HtmlElement) -> None:
        assert self.box is not None
        self.pieces.append(
            Piece(
                kind,
                self.box,
                links=[("", self.href)] if self.href else [],
                caption=self.captions[-1] if self.captions else None,
                element=element,
            )
        )

    def _image(self, element: HtmlElement) -> None:
        # An image inside running text does not end it: it is noted before the text.
        self._note("image", element)


def _unseen(element: HtmlElement) -> bool:
    """Whether a span is there for screen readers or scripts only, or opens over the text."""
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    if style and _HIDING.search(style):
        return True
    if element.text and len(element) == 0 and _NEW_TAB.fullmatch(element.text):
        return True
    names = element.get("class")
    if not names:
        return False
    if _POPUP.search(names) and element.find(".//img") is not None:
        return True
    return bool(named(names) & Zone.HIDDEN)
