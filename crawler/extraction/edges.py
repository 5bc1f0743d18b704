"""What is taken off once the article's pieces are chosen: lists of links, titles of boxes that were
left out, passages said twice, and the lines before the text and after it that are not of it.
"""

from __future__ import annotations

from collections import Counter

from .ground import Ground
from .looks import plain, size_of
from .outline import Box, Piece
from .phrases import asking, credit, signed

STANDFIRST = 80  # characters without spaces, from which on a first heading is a standfirst


def trimmed(ground: Ground, chosen: list[int]) -> tuple[list[int], str]:
    """Take off what is left over.

    Args:
        ground: The page; a long heading before the text is made a paragraph in it.
        chosen: The indexes of the article's pieces, in order.

    Returns:
        What stays of them, and the name that the text began with, or "".
    """
    return _trim(ground, _titles(ground, _lists(ground, chosen)))


def _lists(ground: Ground, chosen: list[int]) -> list[int]:
    """Take out lists that are made of links."""
    held: dict[int, list[int]] = {}
    for index in chosen:
        item = ground.pieces[index].item
        if item is not None and item.parent is not None:
            held.setdefault(id(item.parent), []).append(index)
    gone: set[int] = set()
    for indexes in held.values():
        pieces = [ground.pieces[i] for i in indexes]
        linked = sum(p.link_chars > 0.5 * len(p.key) for p in pieces)
        if linked > 0.6 * len(pieces):
            gone.update(indexes)
    return [index for index in chosen if index not in gone]


def _titles(ground: Ground, chosen: list[int]) -> list[int]:
    """Take out the titles of boxes whose text is left out."""
    kept = set(chosen)

    def idle(index: int) -> bool:
        home = ground.homes[index]
        if not ground.pieces[index].level or home is ground.core or ground.is_main(home):
            return False
        others = [i for i in range(home.start, home.end) if i != index and ground.pieces[i].kind == "text"]
        return bool(others) and kept.isdisjoint(others)

    return [index for index in chosen if not idle(index)]


def _trim(ground: Ground, chosen: list[int]) -> tuple[list[int], str]:
    """Take off what is left over: repeated quotes, headings of nothing, lines before and after."""
    pieces = ground.pieces
    times = Counter(pieces[index].key for index in chosen)
    seen: set[str] = set()
    out: list[int] = []
    for index in chosen:
        key = pieces[index].key
        if len(key) > 100 and key in seen and times[key] == 2:  # more often, it is a refrain
            continue
        seen.add(key)
        out.append(index)
    longer = [pieces[i].key for i in out if len(pieces[i].key) > 60]
    out = [i for i in out if not _pulled(ground, pieces[i], longer)]
    name = _signed_at(ground, out)
    if name is not None:
        out.remove(name)
    while len(out) > 1 and (asking(pieces[out[0]].text) or signed(pieces[out[0]].text)):
        out.pop(0)
    _demote([pieces[i] for i in out])
    while out and (
        pieces[out[-1]].level or credit(pieces[out[-1]].text) or (len(out) > 2 and _appendix(pieces[out[-1]]))
    ):
        out.pop()
    return out, pieces[name].text if name is not None else ""


def _signed_at(ground: Ground, chosen: list[int]) -> int | None:
    """The index of the name that a text begins with, or that stands under its standfirst."""
    for index in chosen[:-1]:
        if _signature(ground.pieces[index]):
            return index
        if ground.prose[index]:
            return None
    return None


def _demote(chosen: list[Piece]) -> None:
    """Make a paragraph of a heading before the first one that is as long as a sentence: a standfirst."""
    for piece in chosen:
        if not piece.level:
            return
        if size_of(piece.key) >= STANDFIRST:
            piece.level = 0


def _pulled(ground: Ground, piece: Piece, longer: list[str]) -> bool:
    """Whether a piece only repeats a passage of the text, as pull quotes do."""
    if (
        piece.level
        or piece.item
        or not 20 <= len(piece.key) <= 300
        or (piece.paragraph and not _set_apart(ground, piece))
    ):
        return False
    bare = piece.key.strip("\"'“”„«»‘’‹›‚—–-….")
    return len(bare) >= 20 and any(bare in text and piece.key != text for text in longer)


def _set_apart(ground: Ground, piece: Piece) -> bool:
    box: Box | None = piece.box
    for _ in range(3):
        if box is None or box is ground.core:
            return False
        if box.tag in ("blockquote", "aside", "figure", "q") or "quote" in box.names.lower():
            return True
        box = box.parent
    return False


def _signature(piece: Piece) -> bool:
    """Whether a first line is nothing but a name: all in bold or capitals, before the text."""
    words = piece.text.replace("/", " ").split()
    loud = (piece.bold_chars >= len(piece.key)) != piece.text.isupper()
    return (
        loud
        and 2 <= len(words) <= 5
        and all(w[0].isupper() for w in words)
        and not piece.item
        and plain(words)
    )


def _appendix(piece: Piece) -> bool:
    """Whether a last piece asks for something, or is an entry of a list of links."""
    return asking(piece.text) or (piece.item is not None and piece.link_chars > 0.3 * len(piece.key))
