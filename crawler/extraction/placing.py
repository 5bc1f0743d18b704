"""Which videos are the article's, where they stand, and one `Video` for each.

Three kinds of witness are brought together: players in the markup, links that the text labels as a
related video, and what the page's data says (JSON-LD `VideoObject`, `og:video`, `twitter:player`).
A player in a rail, a promo box or an ad is nobody's; a video that two witnesses know is one video.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from ...model import Block, Video, VideoBlock
from .blocks import absolute, nfc
from .body import Selection
from .labels import label_of, looks_like_video
from .looks import common
from .names import NOISE, Zone
from .outline import Box, Outline
from .phrases import furniture
from .players import by_words, known, shown, video_file
from .structured import Node, clean, kinds, texts
from .videos import Found, host, seconds

_RAIL = Zone.NAV | Zone.FOOT | Zone.RELATED | Zone.AD | Zone.COMMENT | Zone.NEWSLETTER | Zone.TAGS
REACH = 3  # text pieces after the last paragraph among which a video still belongs to the text


@dataclass(slots=True)
class Placed:
    """The videos in the page's order, with their blocks by the index of the piece they stand for."""

    videos: tuple[Video, ...] = ()
    blocks: dict[int, Block] = field(default_factory=dict)
    swallowed: set[int] = field(default_factory=set)  # pieces that a label has used up


def place(
    page: Outline,
    chosen: Selection,
    players: Mapping[HtmlElement, Found],
    nodes: Sequence[Node],
    main: Node | None,
    metas: dict[str, list[str]],
    url: str,
) -> Placed:
    """Bring the witnesses together.

    Args:
        page: The outline, in which each player is a piece.
        chosen: What of it is the article.
        players: The players by element.
        nodes: JSON-LD objects.
        main: The one that speaks of the article.
        metas: Meta elements.
        url: The page's address.
    """
    result = Placed()
    found: dict[str, tuple[int | None, Video]] = {}
    for index, this, label in _in_markup(page, chosen, players, url, result.swallowed):
        if this.key in found:
            continue
        spot = "related" if label else ("body" if index >= chosen.start and chosen.kept else "hero")
        found[this.key] = index, replace(this.video, place=spot, label=label)
    for this, text in _in_data(nodes, main, url):
        _join(found, this, text)
    if not found:
        for name in ("og:video:secure_url", "og:video:url", "og:video", "twitter:player"):
            for value in metas.get(name, ()):
                address = absolute(url, value)
                if address and not found and (known(address) or video_file(address) or by_words(address)):
                    here = shown(address)
                    video = Video(url=here.url, provider=here.provider or host(here.url), place="meta")
                    found[here.key] = None, video
    result.videos = tuple(video for _, video in found.values())
    result.blocks = {index: VideoBlock(video=video) for index, video in found.values() if index is not None}
    return result


def _in_markup(
    page: Outline,
    chosen: Selection,
    players: Mapping[HtmlElement, Found],
    url: str,
    swallowed: set[int],
) -> Iterator[tuple[int, Found, str | None]]:
    """Players and labelled links that stand in the article, in order: (index, video, label)."""
    core = chosen.core
    if core is None:
        return
    title = next(
        (i for i in range(min(chosen.start + 1, len(page.pieces)) - 1, -1, -1) if page.pieces[i].level == 1),
        None,
    )
    frame = common(page.pieces[title].box, core) if title is not None else core
    last = _reach(page, chosen, core)
    for index in range(frame.start, min(frame.end, last)):
        piece = page.pieces[index]
        if index in swallowed:
            continue
        if piece.kind == "player":
            assert piece.element is not None
            if _zones(piece.box, frame, core) & _RAIL:
                continue
            if index < chosen.start and title is None and not _inside(piece.box, core):
                continue
            if index < chosen.start and _zones(piece.box, frame, core) & Zone.ASIDE:
                continue
            yield index, players[piece.element], None
        elif piece.kind == "text" and (chosen.start <= index or _inside(piece.box, core)):
            labelled = _labelled(page, core, players, index, last, url, swallowed)
            if labelled is not None:
                yield labelled


def _reach(page: Outline, chosen: Selection, core: Box) -> int:
    """One past the last piece at which a video may still belong to the text."""
    passed = 0
    outer = core.parent or core
    for index in range(chosen.end, outer.end):
        piece = page.pieces[index]
        if piece.kind != "text" or piece.caption or _zones(piece.box, outer, core) & NOISE:
            continue
        if piece.link_chars > 0.85 * len(piece.key) or furniture(piece.text):
            continue
        passed += 1
        if passed > REACH or piece.level:
            return index if passed > 1 or not _inside(piece.box, core) else index + 1
    return outer.end


def _labelled(
    page: Outline,
    core: Box,
    players: Mapping[HtmlElement, Found],
    index: int,
    last: int,
    url: str,
    swallowed: set[int],
) -> tuple[int, Found, str] | None:
    """A line that announces a related video, with the link in it or right after it."""
    piece = page.pieces[index]
    if len(piece.text) > 320:
        return None
    links = [(text, address) for text, raw in piece.links if (address := absolute(url, raw))]
    read = label_of(piece.text, links[-1][1] if links else None)
    if read is None:
        return None
    label, title = read
    used = [index]
    if not links:
        if title:
            return None
        own = _zones(piece.box, core, core)
        beside = (
            i for i in range(index + 1, last) if not _zones(page.pieces[i].box, core, core) & NOISE & ~own
        )
        for after in islice(beside, 9):
            following = page.pieces[after]
            if len(following.key) > 150 or following.level:
                break
            if following.kind == "player" and following.element is not None:
                swallowed.update((index, after))
                return after, players[following.element], nfc(label)
            links = [
                (text, a) for text, raw in following.links if (a := absolute(url, raw)) and _telling(text, a)
            ]
            used.append(after)
            if links:
                break
    if not links:
        return None
    text, address = max(links, key=lambda link: len(link[0]))
    here = shown(address)
    swallowed.update(used)
    video = Video(url=here.url, title=nfc(title or text) or None, provider=here.provider or host(here.url))
    return index, Found(here.key, video), nfc(label)


def _telling(text: str, address: str) -> bool:
    return looks_like_video(address) or len(text) >= 15


def _inside(box: Box, outer: Box) -> bool:
    here: Box | None = box
    while here is not None:
        if here is outer:
            return True
        here = here.parent
    return False


def _zones(box: Box, frame: Box, core: Box) -> int:
    zone = Zone.NONE
    here: Box | None = box
    while here is not None and here is not frame:
        if here.won <= 0.3 * core.won:
            zone |= here.zone
        here = here.parent
    return zone


def _in_data(nodes: Sequence[Node], main: Node | None, url: str) -> Iterator[tuple[Found, str]]:
    """The `VideoObject`s that speak of this article, each with its text for comparison."""
    own = list(_objects(main.get("video"))) if main else []
    listed = {
        id(v)
        for node in nodes
        if set(kinds(node)) & {"ItemList", "CollectionPage", "Playlist"}
        for v in _objects(list(node.values()))
    }
    loose = [node for node in nodes if "VideoObject" in kinds(node) and id(node) not in listed]
    every = own or (loose if len(loose) <= 3 else [])
    for node in every:
        addresses = [
            a
            for name in ("url", "embedUrl", "contentUrl", "@id")
            for v in texts(node.get(name))
            if (a := absolute(url, v))
        ]
        if not addresses:
            continue
        here = next((k for a in addresses if (k := known(a))), None)
        page_free = [a for a in addresses if a.partition("#")[0] != url.partition("#")[0]]
        here = here or shown((page_free or addresses)[0])
        video = Video(
            url=here.url,
            title=next((nfc(t) for t in texts(node.get("name") or node.get("headline"))), None),
            provider=here.provider or host(here.url),
            thumbnail=next((a for v in texts(node.get("thumbnailUrl")) if (a := absolute(url, v))), None),
            duration=seconds(node.get("duration")),
            place="meta",
        )
        yield Found(here.key, video), json.dumps(node, ensure_ascii=False, default=str)


def _objects(value: Any) -> Iterator[Node]:
    stack = [value]
    while stack:
        here = stack.pop()
        if isinstance(here, list):
            stack.extend(reversed(here))
        elif isinstance(here, dict):
            if "VideoObject" in kinds(here):
                yield here
            else:
                stack.extend(v for v in here.values() if isinstance(v, (dict, list)))


def _join(found: dict[str, tuple[int | None, Video]], this: Found, text: str) -> None:
    """Add a video from the page's data, or complete the one that it is."""
    twin = this.key if this.key in found else None
    if twin is None:
        twin = next((key for key in found if len(i := key.rpartition(":")[2]) > 4 and i in text), None)
    if twin is None and this.video.title:
        title = clean(this.video.title).casefold()
        twin = next(
            (key for key, (_, v) in found.items() if v.title and clean(v.title).casefold() == title), None
        )
    if twin is None:
        twin = next((key for key, (_, v) in found.items() if v.place == "hero"), None)
    if twin is None:
        found[this.key] = None, this.video
        return
    index, video = found[twin]
    found[twin] = (
        index,
        replace(
            video,
            title=video.title or this.video.title,
            thumbnail=video.thumbnail or this.video.thumbnail,
            duration=video.duration or this.video.duration,
            url=this.video.url if "#video-" in video.url and this.key != twin else video.url,
        ),
    )
