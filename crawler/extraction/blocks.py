"""From chosen pieces to the blocks of the vocabulary: list items to lists, cells to tables.

It decides nothing about what belongs to the article; it only gives the chosen pieces their form.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from urllib.parse import quote, urljoin

from ...model import Block, Entry, Heading, Image, Link, ListBlock, Paragraph, Quote, Table
from .outline import Box, Piece
from .pictures import addresses


def absolute(base: str, address: str) -> str | None:
    """The absolute address, or None for what leads nowhere (scripts, fragments, data, junk)."""
    address = "".join(address.split())
    if not address or address[0] == "#":
        return None
    try:
        url = urljoin(base, address)
    except ValueError:
        return None
    if not url.lower().startswith(("http://", "https://")):
        return None
    # One spelling: pages write the same address now with letters, now percent-encoded.
    return url if url.isascii() else quote(url, safe="%/:?#[]@!$&'()*+,;=~-._")


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def build(
    pieces: Iterable[Piece],
    base: str,
    made: Mapping[int, Block],
    entries: Mapping[int, Entry] = MappingProxyType({}),
) -> tuple[Block, ...]:
    """Give the pieces their form.

    Args:
        pieces: The chosen pieces, in order.
        base: The address that relative links are resolved against.
        made: Blocks that stand ready for a piece, by its `id` (images, videos).
        entries: Heads of a live blog's entries, by the `id` of the piece that each stands before.
    """
    blocks: list[Block] = []
    group: list[Piece] = []

    def end() -> None:
        if group:
            blocks.append(_grouped(group, base))
            group.clear()

    for piece in pieces:
        ready = made.get(id(piece))
        entry = entries.get(id(piece))
        if entry is not None:
            end()
            blocks.append(entry)
            if "".join(entry.text.split()).casefold() == piece.key.casefold():
                continue
        if ready is None and group and _group(group[0]) is not _group(piece):
            end()
        if ready is not None:
            end()
            blocks.append(ready)
        elif _group(piece) is not None:
            group.append(piece)
        elif piece.level:
            blocks.append(Heading(text=nfc(piece.text), level=piece.level))
        else:
            blocks.append(Paragraph(text=nfc(piece.text), links=_links([piece], base)))
    end()
    return tuple(blocks)


def _group(piece: Piece) -> Box | None:
    """The list, table or quotation that a piece is gathered into with its neighbours."""
    if piece.level:
        return None
    if piece.cell is not None and piece.item is None:
        return _above(piece.cell, ("table",))
    if piece.item is not None:
        return _above(piece.item, ("ul", "ol", "dl", "menu"))
    return piece.quote


def _above(box: Box, tags: tuple[str, ...]) -> Box:
    here: Box | None = box
    outermost = box
    while here is not None:
        if here.tag in tags:
            outermost = here
            if here.tag != "table":
                break
        here = here.parent
    return outermost


def _grouped(group: list[Piece], base: str) -> Block:
    first = group[0]
    if first.cell is not None and first.item is None:
        return Table(rows=_rows(group))
    if first.item is not None:
        items: dict[int, list[str]] = {}
        for piece in group:
            items.setdefault(id(piece.item), []).append(nfc(piece.text))
        holder = _above(first.item, ("ul", "ol", "dl", "menu"))
        return ListBlock(
            items=tuple(" ".join(texts) for texts in items.values()),
            ordered=holder.tag == "ol",
            links=_links(group, base),
        )
    return Quote(text="\n".join(nfc(piece.text) for piece in group), links=_links(group, base))


def _rows(group: list[Piece]) -> tuple[tuple[str, ...], ...]:
    rows: dict[int, dict[int, list[str]]] = {}
    for piece in group:
        assert piece.cell is not None
        row = piece.cell.parent
        rows.setdefault(id(row), {}).setdefault(id(piece.cell), []).append(nfc(piece.text))
    return tuple(tuple(" ".join(texts) for texts in cells.values()) for cells in rows.values())


def _links(pieces: Iterable[Piece], base: str) -> tuple[Link, ...]:
    found = []
    for piece in pieces:
        for text, address in piece.links:
            url = absolute(base, address)
            if url is not None:
                found.append(Link(text=nfc(text), url=url))
    return tuple(found)


def image(piece: Piece, base: str, caption: str) -> Image | None:
    """The image that a piece stands for, or None where it is a placeholder or a counter's pixel."""
    element = piece.element
    assert element is not None
    for address in addresses(element):
        url = absolute(base, address)
        if url is not None:
            return Image(url=url, alt=nfc(" ".join((element.get("alt") or "").split())), caption=caption)
    return None
