"""The adapter by which a page-extraction scorer calls us; not an extractor of its own.

A scorer hands over a page and its address and looks at `body` (paragraphs), `title`, `authors`,
`date`, `headings` and `videos`.
"""

from __future__ import annotations

from typing import Any

from palimpsest.crawler.extraction import extract
from palimpsest.model import Heading, Image, VideoBlock


def extract_page(html: str | bytes, url: str | None = None) -> dict[str, Any]:
    """Read one page in the form that scorers ask for."""
    found = extract(html, url or "http://localhost/")
    blocks = [b for b in found.blocks if not isinstance(b, Image | VideoBlock)]
    if blocks and isinstance(blocks[0], Heading) and blocks[0].level == 1:
        blocks.pop(0)  # the visible headline, where the title is another: to scorers no part of the body
    return {
        "body": [b.text for b in blocks],
        "title": found.title,
        "authors": list(found.authors),
        "date": found.published,
        "headings": [b.text for b in blocks if isinstance(b, Heading)],
        "videos": [v.url for v in found.videos],
    }
