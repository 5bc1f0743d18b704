"""Which images are the article's, with their captions: those in its text, and the one above it."""

from __future__ import annotations

import re

from ...model import Image
from . import blocks
from .body import Selection
from .looks import captioned, common, plainly, shares, teased
from .names import Zone
from .outline import Box, Outline, Piece

_SMALL = 150  # pixels of width, up to which an image above the text is a portrait or a sign
_SIGN = re.compile(r"avatar|logo|headshot", re.IGNORECASE)


def place(page: Outline, chosen: Selection, url: str) -> dict[int, Image]:
    """The images from the headline to the last kept piece, by the index of the piece they stand for.

    Args:
        page: The outline.
        chosen: What of it is the article.
        url: The page's address.
    """
    found: dict[int, Image] = {}
    seen: set[tuple[str, str]] = set()
    title = next((i for i in range(chosen.start - 1, -1, -1) if page.pieces[i].level == 1), None)
    for index in range(chosen.start if title is None else title, chosen.end):
        piece = page.pieces[index]
        if piece.kind != "image" or not chosen.holds(piece):
            continue
        after = page.pieces[index + 1 : index + 4]
        legend = next((p for p in after if captioned(p) and shares(p, index)), None)
        if legend is not None and teased(piece, legend):
            continue
        if title is not None and index < chosen.start:
            frame = common(page.pieces[title].box, chosen.core or piece.box)
            if not _leads(piece, legend, frame):
                continue
        caption = legend.text if legend is not None else ""
        image = blocks.image(piece, url, caption)
        if image is None and caption and not _others(page, legend, index):
            image = Image(url="", caption=caption)  # what is said of a picture that cannot be had
        if image is not None and (key := (image.url, "" if image.url else caption)) not in seen:
            seen.add(key)
            found[index] = image
    return found


def _leads(piece: Piece, legend: Piece | None, frame: Box) -> bool:
    """Whether an image above the text illustrates it: no advertisement, portrait, sign or teaser."""
    assert piece.element is not None
    holder: Box | None = piece.box
    figure = False
    while holder is not None and holder is not frame:
        if holder.zone & Zone.ASIDE or _SIGN.search(holder.names):
            return False
        figure |= holder.tag == "figure"
        holder = holder.parent
    if not plainly(piece.box, frame) or (legend is None and (not figure or piece.links)):
        return False
    width = piece.element.get("width") or ""
    said = (piece.element.get(name) or "" for name in ("class", "alt", "src"))
    if any(_SIGN.search(text.rpartition("/")[2]) for text in said):
        return False
    return not (width.isdecimal() and int(width) <= _SMALL)


def _others(page: Outline, legend: Piece | None, index: int) -> bool:
    """Whether a legend has another image or a player beside the one with this index."""
    assert legend is not None
    around = range(max(0, index - 3), min(len(page.pieces), index + 4))
    return any(page.pieces[i].kind != "text" and i != index and shares(legend, i) for i in around)
