"""The fingerprint of an article's state: equal exactly when a difference makes no version.

It covers what a reader is told: headline, standfirst, byline, the words of the body in their order,
captions, pictures, videos, where links lead, and whether the page is closed. It does not cover how that
is dressed (spaces, quotes, markup, where paragraphs break), what the software adds (time stamps, related
links, counters), nor dates, tags, section and addresses. A moved address is an event of the article and
makes no version.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from ..model import SHOWN, Block, Extraction, Image, ListBlock, Paragraph, Quote, VideoBlock
from .addresses import image_key, link_key, video_key
from .align import differing
from .furniture import is_furniture, read
from .normalise import joined, plain

_SEPARATED = re.compile(
    r"^(.*\S)\s+[|\u2013\u2014\u00b7\u00bb-]\s+([^|\u2013\u2014\u00b7]{2,40})$", re.DOTALL
)
_LINKING = (Paragraph, Quote, ListBlock)
_ENOUGH = 8  # texts in which two bodies show that they differ
_BY = re.compile(r"(?i)^(?:by|par|von|por|di|da|door|av|af|text:?)\s+")


def fingerprint(extraction: Extraction) -> bytes:
    """The fingerprint of a state.

    Args:
        extraction: What was read out of one payload.

    Returns:
        32 bytes (SHA-256); equal for two states between which there is no new version.
    """
    return _digest(_covered(extraction))


def same(old: Extraction, new: Extraction) -> bool:
    """Whether two states have one fingerprint, in less time than it takes to make both."""
    texts = ((words for _, words in running(state)) for state in (old, new))
    # Where one text ends and the next begins a space may differ. Letters that differ behind what is the
    # same are a difference whatever follows, and most often no more is read.
    pairs = list(islice(differing(*texts), _ENOUGH))
    left, right = ("".join([pair[side] for pair in pairs]).replace(" ", "") for side in (0, 1))
    told = min(len(left), len(right))
    return left[:told] == right[:told] and _covered(old) == _covered(new)


def _covered(extraction: Extraction) -> list[str]:
    return [
        headline(extraction),
        plain(extraction.standfirst),
        "\n".join(authors(extraction)),
        _body(extraction),
        *_sets(extraction, lead=True),
        "closed" if extraction.rights.free is False else "",
    ]


def rest_fingerprint(extraction: Extraction) -> bytes:
    """The fingerprint without the headline: what stays the same while an outlet tries headlines out.

    Standfirst and lead picture are left out too, since outlets vary them along with the headline.
    """
    return _digest([_body(extraction), *_sets(extraction, lead=False)])


def headline(extraction: Extraction) -> str:
    """The headline in normal form, without the outlet's name that some templates append."""
    if found := _SEPARATED.match(extraction.title.strip()):
        labels = [re.sub(r"\W", "", label) for label in _host(extraction.url).casefold().split(".")]
        outlet = re.sub(r"\W", "", found[2].casefold())
        if outlet in labels or (len(outlet) > 3 and outlet in "".join(labels)):
            return plain(found[1])
    return plain(extraction.title)


def authors(extraction: Extraction) -> tuple[str, ...]:
    """The byline's names in normal form, in no order of their own."""
    names = {_BY.sub("", plain(name)).casefold() for name in extraction.authors}
    return tuple(sorted(name for name in names if name))


def running(extraction: Extraction) -> Iterator[tuple[Block, str]]:
    """The blocks that carry running text of the story, and what they say in normal form."""
    for block in extraction.blocks:
        if not isinstance(block, SHOWN):
            words, furniture = read(block, extraction.url)
            if not furniture:
                yield block, words


def links(block: Block) -> set[str]:
    """Where the links of a block lead."""
    if isinstance(block, _LINKING) and block.links:
        return {link_key(link.url) for link in block.links if link.url.startswith(("http:", "https:"))}
    return set()


def targets(extraction: Extraction) -> set[str]:
    """Where the links of the running text lead."""
    found: set[str] = set()
    for block in extraction.blocks:
        if isinstance(block, _LINKING) and block.links and not is_furniture(block, extraction.url):
            found |= links(block)
    return found


def images(extraction: Extraction) -> set[str]:
    """The pictures of the body."""
    return {image_key(b.url) for b in extraction.blocks if isinstance(b, Image) and b.url}


def captions(extraction: Extraction) -> set[tuple[str, str]]:
    """The pictures of the body that have a caption, with it: two that are exchanged name the wrong people."""
    pictures = (b for b in extraction.blocks if isinstance(b, Image))
    return {(image_key(b.url), words) for b in pictures if (words := plain(b.caption))}


def videos(extraction: Extraction) -> set[str]:
    """The videos that the story itself shows.

    Those of a related box rotate, and those known only from the page's data come and go with it: they
    count only where they stand among the paragraphs.
    """
    shown = {video_key(b.video.url) for b in extraction.blocks if isinstance(b, VideoBlock)}
    return shown | {video_key(v.url) for v in extraction.videos if v.place in ("hero", "body")}


def _body(extraction: Extraction) -> str:
    return joined([words for _, words in running(extraction)])


def _sets(extraction: Extraction, *, lead: bool) -> list[str]:
    pictures = images(extraction)
    if lead and extraction.image:
        pictures.add(image_key(extraction.image))
    below = {f"{picture} {words}" for picture, words in captions(extraction)}
    sets = (below, pictures, videos(extraction), targets(extraction))
    return ["\n".join(sorted(each)) for each in sets]


def _digest(parts: list[str]) -> bytes:
    # Lengths keep a text from running over into the next field; surrogates must not raise.
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        sha.update(b"%d:" % len(data))
        sha.update(data)
    return sha.digest()


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
