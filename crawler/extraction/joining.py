"""One article out of the pages it was published in: their blocks in order, each once.

Every page repeats the article's head (headline, lead, hero picture) and its own furniture. What a
later page shows again of an earlier one is left out, and so is what several later pages show that the
first has not; fields come from the first page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ...model import Block, Extraction, Image, Video, VideoBlock

_COUNTER = re.compile(
    r"[^\d\n]{0,16}\d{1,2}\s?(?:/|of|von|sur|de|di|van|av|z|из|の)\s?\d{1,2}\W*", re.IGNORECASE
)


def join(pages: Sequence[Extraction]) -> Extraction:
    """Join the pages of one article.

    Args:
        pages: In their order, the first one first; at least one.

    Returns:
        The first page's extraction with the blocks and videos of all.
    """
    first, *rest = pages
    if not rest:
        return first
    blocks: list[Block] = list(first.blocks)
    videos: dict[str, Video] = {video.url: video for video in first.videos}
    seen = {_key(block) for block in blocks} | {_squeezed(first.title), _squeezed(first.standfirst)}
    shown = Counter(key for page in rest for key in {_key(block) for block in page.blocks})
    for page in rest:
        for block in page.blocks:
            key = _key(block)
            if key not in seen and shown[key] == 1 and not _COUNTER.fullmatch(key):
                blocks.append(block)
        for video in page.videos:
            videos.setdefault(video.url, video)
    return replace(
        first,
        blocks=tuple(blocks),
        videos=tuple(videos.values()),
        confidence=min(page.confidence for page in pages),
        provenance=tuple(sorted((*first.provenance, ("pages", str(len(pages)))))),
    )


def _key(block: Block) -> str:
    if isinstance(block, Image):
        return block.url
    if isinstance(block, VideoBlock):
        return block.video.url
    return _squeezed(block.text)


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()
