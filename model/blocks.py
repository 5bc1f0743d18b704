"""What the body of an article is made of, from headings to the entries of a live blog.

How blocks are read out of a page is the extraction's matter, how two of them compare that of `changes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link inside a block: the text it stands on and its absolute address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A video that the page shows or names.

    `url` is one address per video, the watch page where the provider has one; `place` says where
    it stood: "hero" (head of the article), "body" (among the paragraphs), "related" (a labelled
    link or box), "meta" (only in the page's data). `label` is the page's own word before it
    («Vidéo associée»). `duration` is in seconds.
    """

    url: str
    title: str | None = None
    provider: str | None = None
    thumbnail: str | None = None
    duration: float | None = None
    place: str = "body"
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A sub-heading; `level` as in HTML, 1 to 6."""

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of running text."""

    kind: ClassVar[str] = "paragraph"
    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A block quotation, or an embedded post with its text."""

    kind: ClassVar[str] = "quote"
    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBlock:
    """A list; one entry per item."""

    kind: ClassVar[str] = "list"
    items: tuple[str, ...]
    ordered: bool = False
    links: tuple[Link, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of text; rows of cells."""

    kind: ClassVar[str] = "table"
    rows: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        return "\n".join(" | ".join(row) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image of the article, by reference."""

    kind: ClassVar[str] = "image"
    url: str
    alt: str = ""
    caption: str = ""

    @property
    def text(self) -> str:
        return self.caption


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoBlock:
    """A video at its place among the blocks; the same `Video` stands in `Extraction.videos`."""

    kind: ClassVar[str] = "video"
    video: Video

    @property
    def text(self) -> str:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The head of a live blog's entry: what follows, up to the next one, belongs to it."""

    kind: ClassVar[str] = "entry"
    text: str
    at: str | None = None  # ISO 8601, as `Extraction.published`
    ref: str | None = None  # the page's own id or anchor of the entry


Block = Heading | Paragraph | Quote | ListBlock | Table | Image | VideoBlock | Entry
BLOCKS: Mapping[str, type[Block]] = {
    cls.kind: cls for cls in (Heading, Paragraph, Quote, ListBlock, Table, Image, VideoBlock, Entry)
}
SHOWN = (Image, VideoBlock)  # what is looked at; the others are running text
