"""A reading room over an archive in this process, and stories to read in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from typing import Any

from fastapi.testclient import TestClient

from palimpsest.crawler import urls
from palimpsest.crawler.archiving import archive_pages
from palimpsest.crawler.deciding import Archived, Page
from palimpsest.model import Extraction, Outcome, Paragraph
from palimpsest.storage import Archive
from palimpsest.web import create_app

from ..conftest import NOW, a_capture

BODY = "The council met on Monday and voted on the harbour. " * 12


@contextmanager
def room(archive: Archive, **how: Any) -> Iterator[TestClient]:
    """A client of the reading room, as a browser on this machine is; it follows no redirects."""
    app = create_app(archive, **how)
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as client:
        yield client


def look(
    archive: Archive,
    name: str,
    hours: float,
    title: str,
    body: str = BODY,
    *,
    source_id: int | None = None,
    gone: bool = False,
    **said: Any,
) -> Archived:
    """One look at `https://herald.example/NAME`, as a crawl takes it, so many hours after `NOW`."""
    url = f"https://herald.example/{name}"
    at = NOW + timedelta(hours=hours)
    if gone:
        capture = a_capture(url, None, at=at, outcome=Outcome.GONE, status=410)
    else:
        payload = f"<title>{title}</title><p>{body}</p>{said or ''}".encode("utf-8", "replace")
        capture = a_capture(url, payload, at=at)
    blocks = said.pop("blocks", (Paragraph(text=body),))
    read = Extraction(url=url, **{"title": title, "blocks": blocks, "language": "en", **said})
    errand = archive.errand_for(url, urls.identity(url), source_id)
    page = Page(errand=errand, captures=(capture,), extraction=None if gone else read)
    return archive_pages(archive, [page], revisits=12)[0]


def words(html: str) -> str:
    """What of a page stands in its main part, without markup."""
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())
