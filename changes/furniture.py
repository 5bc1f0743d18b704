"""Which blocks of an article are furniture, and what of a live blog's head is: see `noise` for texts.

Beside texts that are furniture by their words there are teasers: paragraphs and lists that are nothing but
links to other stories of the same outlet. They rotate, and what they say is the other story's matter. A link
to a document, or to elsewhere, is a source, and so is any link inside a sentence.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ..model import Block, Entry, Link, ListBlock, Paragraph
from .noise import is_noise, without_age
from .normalise import plain

_DOCUMENT = re.compile(r"(?i)\.(?:pdf|csv|tsv|xlsx?|ods|docx?|odt|json|xml|zip|gz|txt|parquet|geojson|kml)$")
_LINKING = (Paragraph, ListBlock)
_SENTENCE = re.compile(r"[.!?。！？…][\"')\]]*$")


def is_furniture(block: Block, page: str) -> bool:
    """Whether a block is furniture.

    Args:
        block: The block.
        page: The address of the article that it stands in.

    Returns:
        True for furniture in words or in links. A picture or a video never is.
    """
    if not isinstance(block, _LINKING):
        return block.kind not in ("image", "video") and is_noise(block.text)
    if is_noise(text := block.text):
        return True
    if not block.links or len(text) > 400 * len(block.links):
        return False
    pieces = [block.text] if isinstance(block, Paragraph) else [item for item in block.items if item.strip()]
    teasers = {plain(link.text) for link in block.links if _to_story(link, page)}
    texts = [plain(piece) for piece in pieces]
    return bool(texts) and all(text in teasers and not _SENTENCE.search(text) for text in texts)


def words_of(block: Block) -> str:
    """The text of a block by which two versions are compared, in normal form.

    Of a live blog's entry the age is left out ("5 min ago"), which grows at every fetch.
    """
    return plain(without_age(block.text) if isinstance(block, Entry) else block.text)


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
