"""What a single piece or box looks like: prose, a legend, a heading's anchor, a part of a text.

Questions that are answered by looking at one piece, and at no verdict on others.
"""

from __future__ import annotations

import re

from .names import NOISE
from .outline import Box, Piece

PROSE = 45  # characters without spaces; shorter pieces need a sentence's end to be prose
ENDED = re.compile(r"[.!?…:;\"”»’')\]。！？؟।”]\s*$")
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{3}")
# Parts of a text, and no boxes that hold one.
INNER = frozenset("p h1 h2 h3 h4 h5 h6 li ul ol dl dt dd blockquote table thead tbody tr td th pre".split())


def is_prose(piece: Piece) -> bool:
    size = len(piece.key)
    if piece.kind != "text" or piece.level or captioned(piece) or piece.link_chars > 0.4 * size:
        return False
    size = size_of(piece.key)
    return size >= 2 * PROSE or (size >= PROSE and bool(ENDED.search(piece.text)))


def size_of(key: str) -> int:
    """The length of a text in letters; in scripts without letters a character says as much as two."""
    return len(key) * 2 if _DENSE.search(key) else len(key)


def plainly(box: Box, outer: Box) -> bool:
    """Whether no box of furniture lies between a box and the one around it."""
    here: Box | None = box
    while here is not None and here is not outer:
        if here.zone & NOISE:
            return False
        here = here.parent
    return True


def plain(words: list[str]) -> bool:
    return all(
        word.replace("-", "").replace(".", "").replace("’", "").replace("'", "").isalpha() for word in words
    )


def shares(caption: Piece, index: int) -> bool:
    """Whether a legend belongs to the image with this index: they stand in one box, or in one figure."""
    box = caption.caption
    for _ in range(3):
        if box is None or box.start <= index < box.end:
            return box is not None
        if box.tag == "figure":
            return False
        box = box.parent
    return False


def teased(image: Piece, legend: Piece) -> bool:
    """Whether an image and its legend are a teaser: both lead to one other page."""
    addresses = {address for _, address in image.links}
    wholly = legend.link_chars > 0.85 * len(legend.key)
    return wholly and bool(addresses) and addresses == {address for _, address in legend.links}


def captioned(piece: Piece) -> bool:
    """Whether a piece is a picture's legend; a "caption" that holds pages of text is none."""
    return piece.caption is not None and piece.caption.chars <= 1000


def home_of(piece: Piece) -> Box:
    """The box that a piece's paragraph, list or quotation stands in."""
    box = piece.box
    while box.tag in INNER and box.parent is not None:
        box = box.parent
    return box


def anchors(piece: Piece) -> bool:
    """Whether its links lead into the page itself: a heading with an anchor, not a teaser."""
    return all(address.startswith("#") or not address for _, address in piece.links)


def encloses(outer: Box, inner: Box) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def common(a: Box, b: Box) -> Box:
    over: set[int] = set()
    here: Box | None = a
    while here is not None:
        over.add(id(here))
        here = here.parent
    here = b
    while id(here) not in over and here.parent is not None:
        here = here.parent
    return here
