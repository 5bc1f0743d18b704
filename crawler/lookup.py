"""The article under an address, as people and programs write addresses; it asks the archive, not the web."""

from __future__ import annotations

from ..model import Article
from ..storage import Archive
from . import urls


def article_under(archive: Archive, url: str) -> Article:
    """The article of an address, or of another spelling of it.

    Args:
        archive: Where it is kept.
        url: In full, from http:// or https:// on.

    Raises:
        NotFound: There is none.
        BadURL: It is no address.
    """
    return archive.article(urls.identity(urls.fetchable(url)))
