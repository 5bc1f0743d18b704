"""The light markup in which the stories are written, read into the blocks of `model`.

Blocks are parted by blank lines. `## ` and `### ` begin headings, `> ` a quotation, `- ` and `1. `
list items, `| ` a row of a table, `![alt | caption](path)` an image, `!video PROVIDER ID | title |
seconds | label` a video, `@@ STEP-MINUTES | heading` an entry of a live blog; anything else is a
paragraph. `[text](address)` is a link. This is no Markdown: there is nothing else in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from ..model import Block, Entry, Heading, Image, Link, ListBlock, Paragraph, Quote, Table, Video, VideoBlock

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_IMAGE = re.compile(r"!\[([^|\]]*)(?:\|([^\]]*))?\]\(([^)\s]+)\)")
_ORDERED = re.compile(r"\d+\. ")

WATCH_PAGES = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "dailymotion": "https://www.dailymotion.com/video/{}",
    "vimeo": "https://vimeo.com/{}",
    "jwplayer": "https://cdn.jwplayer.com/previews/{}",
}


def read_blocks(
    raw: Sequence[str], base: str, instant: Callable[[int], datetime], place: str = "body"
) -> tuple[Block, ...]:
    """Read raw blocks.

    Args:
        raw: The blocks of a copy.
        base: Scheme and host that stand before addresses beginning with a slash.
        instant: The time of a step, for the entries of live blogs.
        place: Where videos among the blocks stand.
    """
    return tuple(_read(block, base, instant, place) for block in raw)


def _read(block: str, base: str, instant: Callable[[int], datetime], place: str) -> Block:
    lines = block.split("\n")
    first = lines[0]
    if first.startswith("#"):
        marks, _, text = first.partition(" ")
        return Heading(text=text, level=len(marks))
    if first.startswith("!video "):
        return VideoBlock(video=read_video(first, base, place))
    if image := _IMAGE.fullmatch(first):
        alt, caption, path = image.groups()
        return Image(url=absolute(path, base), alt=alt.strip(), caption=(caption or "").strip())
    if first.startswith("@@ "):
        when, text, *ref = (part.strip() for part in first[3:].split("|"))
        step, _, minutes = when.partition("-")
        at = instant(int(step)) - timedelta(minutes=int(minutes or 0))
        return Entry(text=text, at=at.isoformat(), ref=ref[0] if ref else None)
    if first.startswith("| "):
        return Table(
            rows=tuple(tuple(cell.strip() for cell in line.strip("| ").split("|")) for line in lines)
        )
    ordered = bool(_ORDERED.match(first))
    if ordered or first.startswith("- "):
        items = [_ORDERED.sub("", line, count=1) if ordered else line[2:] for line in lines]
        return ListBlock(
            items=tuple(_text(item) for item in items),
            ordered=ordered,
            links=tuple(link for item in items for link in _links(item, base)),
        )
    if first.startswith("> "):
        text = " ".join(line.removeprefix("> ") for line in lines)
        return Quote(text=_text(text), links=_links(text, base))
    text = " ".join(lines)
    return Paragraph(text=_text(text), links=_links(text, base))


def read_video(line: str, base: str, place: str) -> Video:
    """Read a `!video` line; provider `file` and `link` take an address in place of an ID."""
    head, *rest = (part.strip() for part in line.split("|"))
    _, provider, ident = head.split()
    title, seconds, label = [*rest, "", "", ""][:3]
    url = WATCH_PAGES[provider].format(ident) if provider in WATCH_PAGES else absolute(ident, base)
    host = urlsplit(url).netloc
    return Video(
        url=url,
        title=title or None,
        provider=next((name for name, page in WATCH_PAGES.items() if urlsplit(page).netloc == host), None),
        duration=float(seconds) if seconds else None,
        place="related" if label else place,
        label=label or None,
    )


def absolute(address: str, base: str) -> str:
    """`address` under `base` if it begins with a slash, else as it is."""
    return base + address if address.startswith("/") else address


def _text(text: str) -> str:
    return _LINK.sub(r"\1", text)


def _links(text: str, base: str) -> tuple[Link, ...]:
    return tuple(Link(text=m[1], url=absolute(m[2], base)) for m in _LINK.finditer(text))
