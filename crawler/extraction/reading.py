"""`extract`: one payload in, one `Extraction` out; the order of the steps and nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from ...errors import NoArticle
from ...model import Block, Entry, Extraction, Heading, Image, Video
from . import (
    blocks,
    body,
    classify,
    figures,
    finder,
    liveblog,
    metadata,
    placing,
    rights,
    state,
    structured,
    videos,
)
from .decode import binary, decode
from .language import language_of
from .names import Zone
from .outline import Box, Outline, outline
from .structured import Node
from .tree import parse
from .version import software

POOR = 350  # characters of running text, below which the page's data is looked into


@dataclass(slots=True)
class Text:
    """The article's text, as one way of reading gave it."""

    page: Outline
    chosen: body.Selection
    blocks: tuple[Block, ...] = ()
    videos: tuple[Video, ...] = ()
    entries: int = 0

    @property
    def running(self) -> str:
        return " ".join(self.page.pieces[i].text for i in self.chosen.kept)


@dataclass(frozen=True, slots=True)
class Work:
    """An extraction, the reading that its text is from, and why the page has the class it has."""

    extraction: Extraction
    read: Text
    why: str


def extract(payload: bytes | str, url: str, headers: Sequence[tuple[str, str]] = ()) -> Extraction:
    """Read an article out of a payload.

    Args:
        payload: The page's bytes without content coding, or its text.
        url: The address it was had from; relative addresses are resolved against it.
        headers: The response's headers: charset, robots and mining signals.

    Returns:
        What was read. `page_class` says whether it is an article at all.

    Raises:
        NoArticle: Nothing can be read: not one element in the payload.
    """
    return analyse(payload, url, headers).extraction


def analyse(payload: bytes | str, url: str, headers: Sequence[tuple[str, str]]) -> Work:
    """What `extract` does, with what its steps noted on the way."""
    text, charset = decode(payload, headers)
    root = None if binary(payload, text) else parse(text)
    if root is None:
        raise NoArticle("nothing to read in the payload", url=url)
    scripts = list(root.iter("script"))  # trafilatura takes them out
    nodes = structured.json_ld(root)
    metas = structured.metas(root)
    players = videos.find_players(root, text, url)
    page = outline(root, players)
    h1 = [piece.text for piece in page.pieces if piece.level == 1]
    facts = metadata.read(root, nodes, metas, url, page.pieces)
    signals = rights.read(root, nodes, metas, headers, url)
    read = _read(root, page, players, nodes, metas, facts, h1, url)
    way = "rescue" if read.chosen.rescued else "trafilatura"
    metadata.sign(facts, read.chosen.signature)
    running = read.running
    if len(running) < POOR and (found := state.article_markup(scripts, nodes)) is not None:
        other = _read_markup(found[0], facts, h1, url, read.videos)
        if other is not None and len(other.running) > 2 * len(running):
            read, way, running = other, found[1], other.running
    if read.blocks:
        facts.ways["body"] = way
    facts.ways["charset"] = charset
    language, facts.ways["language"] = language_of(
        running or facts.title, _declared(root, read), metas, nodes
    )
    look = _look(page, read, facts, running, text)
    page_class, confidence, why = classify.classify(look, url, nodes, metas, signals)
    extraction = Extraction(
        url=url,
        page_class=page_class,
        canonical_url=facts.canonical,
        title=blocks.nfc(facts.title),
        standfirst=blocks.nfc(facts.standfirst),
        authors=facts.authors,
        published=facts.published,
        modified=facts.modified,
        language=language,
        section=facts.section,
        tags=facts.tags,
        image=facts.image,
        blocks=_headed(read.blocks, facts.headline),
        videos=read.videos,
        rights=signals,
        provenance=tuple(sorted((k, v) for k, v in facts.ways.items() if v)),
        confidence=confidence,
        software=software(),
    )
    return Work(extraction, read, why)


def _read(
    root: HtmlElement,
    page: Outline,
    players: Mapping[HtmlElement, videos.Found],
    nodes: Sequence[Node],
    metas: dict[str, list[str]],
    facts: metadata.Facts,
    h1: Sequence[str],
    url: str,
) -> Text:
    """The text out of the page's HTML."""
    chosen = body.select(page, finder.find(root, page), *_known(facts, h1))
    shown = placing.place(page, chosen, players, nodes, metadata.main_node(nodes), metas, url)
    made: dict[int, Block] = {**figures.place(page, chosen, url), **shown.blocks}
    updates = liveblog.updates(nodes)
    entries = liveblog.place(page, updates) if updates and chosen.core else {}
    if chosen.core is not None:
        entries = {i: e for i, e in entries.items() if chosen.core.start <= i < chosen.core.end}
    indexes = sorted(({*chosen.kept} - shown.swallowed) | {*made} | {*entries})
    content = blocks.build(
        [page.pieces[i] for i in indexes],
        url,
        {id(page.pieces[i]): block for i, block in made.items()},
        {id(page.pieces[i]): entry for i, entry in entries.items()},
    )
    if len(entries) < 2 <= len(updates) and sum(len(u.body) for u in updates) > len(
        " ".join(b.text for b in content)
    ):
        content, entries = liveblog.blocks_of(updates), dict.fromkeys(range(len(updates)), Entry(text=""))
    return Text(page, chosen, content, shown.videos, len(entries))


def _headed(content: tuple[Block, ...], headline: str) -> tuple[Block, ...]:
    """The blocks under the headline that readers see, where the title is another: both may be edited."""
    if not headline or not content or any(block.text == headline for block in content):
        return content
    return (Heading(text=blocks.nfc(headline), level=1), *content)


def _read_markup(
    markup: str, facts: metadata.Facts, h1: Sequence[str], url: str, shown: tuple[Video, ...]
) -> Text | None:
    """The text out of markup that the page's data carries."""
    root = parse(f"<html><body><article>{markup}</article></body></html>")
    if root is None:
        return None
    page = outline(root, ())
    whole = "".join(piece.key for piece in page.pieces)
    finding = finder.Finding(whole, frozenset(piece.key for piece in page.pieces))
    chosen = body.select(page, finding, *_known(facts, h1))
    made = figures.place(page, chosen, url)
    indexes = sorted({*chosen.kept, *made})
    content = blocks.build(
        [page.pieces[i] for i in indexes], url, {id(page.pieces[i]): block for i, block in made.items()}
    )
    return Text(page, chosen, content, shown)


def _known(facts: metadata.Facts, h1: Sequence[str]) -> tuple[set[str], set[str], str]:
    """Headlines, names and standfirst in the form in which pieces are compared with them."""
    return (
        {_squeezed(t) for t in (facts.title, *h1) if t},
        {_squeezed(n) for n in facts.authors},
        _squeezed(facts.standfirst),
    )


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def _declared(root: HtmlElement, read: Text) -> str | None:
    """The language that the nearest element around the text declares."""
    element = read.chosen.core.element if read.chosen.core is not None else root
    while element is not None:
        if lang := element.get("lang"):
            return str(lang)
        element = element.getparent()
    lang = root.get("lang")
    return str(lang) if lang else None


def _look(page: Outline, read: Text, facts: metadata.Facts, running: str, markup: str) -> classify.Look:
    texts = [piece for piece in page.pieces if piece.kind == "text"]
    content = () if len(running) < classify.ENOUGH and _boxed(read.chosen.core) else read.blocks
    headlines = [
        index
        for index, p in enumerate(page.pieces)
        if p.link_chars > 0.6 * len(p.key) and classify.mass(p.key) >= 25
    ]
    return classify.Look(
        title=facts.title,
        text="\n".join(b.text for b in content if not isinstance(b, Image)),
        running=sum(classify.mass(b.text) for b in content if not isinstance(b, Image)),
        whole="\n".join(piece.text for piece in texts)[:4000],
        whole_size=sum(classify.mass(piece.text) for piece in texts),
        plain=sum(len(piece.key) - piece.link_chars for piece in texts),
        headlines=len(headlines),
        among=sum(read.chosen.start <= index < read.chosen.end for index in headlines),
        images=sum(piece.kind == "image" and not piece.links for piece in page.pieces),
        videos=len(read.videos),
        published=facts.ways.get("published") in ("json-ld", "meta"),
        entries=read.entries,
        markup=markup,
    )


def _boxed(core: Box | None) -> bool:
    """Whether what was taken for the article stands in a box that asks for something, or at the foot."""
    while core is not None:
        if core.zone & (Zone.NEWSLETTER | Zone.FOOT | Zone.COMMENT):
            return True
        core = core.parent
    return False
