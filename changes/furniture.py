"""Which blocks of an article are furniture, and what of a live blog's head is: see `noise` for texts.

Beside texts that are furniture by their words there are teasers: paragraphs and lists that are nothing but
links to other stories of the same outlet. They rotate, and what they say is the other story's matter. A link
to a document, or to elsewhere, is a source, and so is any link inside a sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from ..model import Block, Entry, Link, ListBlock, Paragraph
from .noise import is_noise, without_age
from .normalise import REMEMBERED, plain

_DOCUMENT = re.compile(r"(?i)\.(?:pdf|csv|tsv|xlsx?|ods|docx?|odt|json|xml|zip|gz|txt|parquet|geojson|kml)$")
_LINKING = (Paragraph, ListBlock)
_SENTENCE = re.compile(r"[.!?。！？…][\"')\]]*$")


def read(block: Block, page: str) -> tuple[str, bool]:
    """What a block says in normal form, and whether it is furniture: of every block both are asked.

    Args:
        block: The block.
        page: The address of the article that it stands in.

    Returns:
        The text by which two versions are compared, and whether the block is furniture, in words or in links.
        Of a live blog's entry the age is left out ("5 min ago"), which grows at every fetch. A picture or a
        video never is furniture.
    """
    text = block.text
    words, noise = _read(text) if len(text) <= REMEMBERED else (plain(text), False)
    if isinstance(block, _LINKING):
        return words, noise or (bool(block.links) and _is_teaser(block, page))
    if isinstance(block, Entry):
        words = plain(without_age(text))
    return words, noise and block.kind not in ("image", "video")


def is_furniture(block: Block, page: str) -> bool:
    """Whether a block of a page is furniture (see `read`)."""
    return read(block, page)[1]


def words_of(block: Block) -> str:
    """What a block says in normal form (see `read`)."""
    return read(block, "")[0]


# Versions share most of their blocks, and several rules ask for each.
@lru_cache(maxsize=2048)
def _read(text: str) -> tuple[str, bool]:
    return plain(text), is_noise(text)


def _is_teaser(block: Paragraph | ListBlock, page: str) -> bool:
    """Whether a block is nothing but links to other stories of its outlet."""
    if len(block.text) > 400 * len(block.links):
        return False
    pieces = [block.text] if isinstance(block, Paragraph) else [item for item in block.items if item.strip()]
    teasers = {plain(link.text) for link in block.links if _to_story(link, page)}
    texts = [plain(piece) for piece in pieces]
    return bool(texts) and all(text in teasers and not _SENTENCE.search(text) for text in texts)


def _to_story(link: Link, page: str) -> bool:
    """Whether a link leads to another page of the same outlet."""
    try:
        here, there = urlsplit(page), urlsplit(link.url)
        ours, theirs = here.hostname or "", there.hostname or ""
    except ValueError:
        return False
    if _DOCUMENT.search(there.path):
        return False
    same = theirs.removeprefix("www.") == ours.removeprefix("www.") != ""
    return same and there.path.rstrip("/") != here.path.rstrip("/")
