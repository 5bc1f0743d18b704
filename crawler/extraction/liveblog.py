"""Live blogs: the entries that `LiveBlogPosting` names, found among the page's pieces.

An entry's head (its headline, time and id) becomes an `Entry` before the first piece of its text;
entries that the HTML does not show are taken from the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...model import Block, Entry, Paragraph
from .blocks import nfc
from .dates import iso
from .outline import Outline
from .structured import Node, clean, kinds, text

MAX_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class Update:
    head: str
    body: str
    at: str | None
    ref: str | None


def updates(nodes: Sequence[Node]) -> list[Update]:
    """The entries that the page's data names, in its order."""
    found: list[Update] = []
    for node in nodes:
        if "LiveBlogPosting" not in kinds(node):
            continue
        listed = node.get("liveBlogUpdate")
        for item in listed if isinstance(listed, list) else [listed]:
            if isinstance(item, dict) and len(found) < MAX_ENTRIES:
                body = item.get("articleBody")
                found.append(
                    Update(
                        nfc(text(item.get("headline")) or ""),
                        clean(body) if isinstance(body, str) else "",
                        iso(item.get("datePublished")) or iso(item.get("dateModified")),
                        text(item.get("@id")) or text(item.get("url")),
                    )
                )
    return found


def place(page: Outline, found: Sequence[Update]) -> dict[int, Entry]:
    """The entries by the index of the piece that each stands before: its headline, or its first text."""
    heads: dict[str, int] = {}
    for number, piece in enumerate(page.pieces):
        if piece.kind == "text":
            heads.setdefault(piece.key.casefold(), number)
    placed: dict[int, Entry] = {}
    for update in found:
        head = "".join(update.head.split()).casefold()
        index = heads.get(head) if head else None
        if index is None and update.body:
            start = "".join(update.body.split()).casefold()
            index = next((i for key, i in heads.items() if len(key) > 30 and start.startswith(key)), None)
        if index is not None and index not in placed:
            placed[index] = Entry(text=update.head, at=update.at, ref=update.ref)
    return placed


def blocks_of(found: Sequence[Update]) -> tuple[Block, ...]:
    """The live blog out of the data alone."""
    out: list[Block] = []
    for update in found:
        out.append(Entry(text=update.head, at=update.at, ref=update.ref))
        if update.body:
            out.append(Paragraph(text=nfc(update.body)))
    return tuple(out)
