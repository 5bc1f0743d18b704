"""What an article said last, as the program reads it that reads its pages now; nothing kept is touched.

A program that reads better must make no edit out of that: two states of an article are compared as one
program reads them. What they come to is `deciding`'s matter.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ..changes import fingerprint
from ..errors import Damaged, NotFound, Refused, Unfit
from ..model import Extraction, Version
from ..storage import Archive
from .context import Context
from .deciding import Page
from .rereading import read_again


async def recall(context: Context, page: Page) -> Page:
    """`page`, with the version that it seems to differ from read anew where another program had read that.

    As it is where there is nothing to compare, and where the version cannot be read again: drawn by scripts,
    or of a payload that is damaged or lost, which `verify` tells. Then the two are compared as they were
    read, and the comparison says so.
    """
    new, article_id = page.extraction, page.errand.article_id
    if new is None or article_id is None:
        return page
    try:
        last = await asyncio.to_thread(_read_by_another, context.archive, article_id, new)
        captures = await asyncio.to_thread(context.archive.origins, last) if last else ()
        if last is None or not captures:
            return page
        limit = context.settings.fetch.max_decoded_bytes
        anew = await context.pool.run(read_again, captures[0], captures[1:], limit)
    except (Unfit, Refused, Damaged, NotFound):
        return page
    return replace(page, earlier=(last.id, anew))


def _read_by_another(archive: Archive, article_id: int, new: Extraction) -> Version | None:
    last = archive.latest_unlike(article_id, fingerprint(new))
    return last if last and last.extraction.software not in ("", new.software) else None
