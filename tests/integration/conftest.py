"""The newsroom on loopback, an archive beside it, and a way to crawl the one into the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from palimpsest.crawler import urls
from palimpsest.crawler.context import Note, Options
from palimpsest.crawler.run import run_crawl
from palimpsest.model import Capture, Outcome, Source
from palimpsest.newsroom import Newsroom
from palimpsest.settings import Settings
from palimpsest.storage import Archive, create_archive, open_archive


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(pace=None) as room:
        yield room


class Desk:
    """An archive that crawls the newsroom."""

    def __init__(self, archive: Archive, newsroom: Newsroom) -> None:
        self.archive = archive
        self.newsroom = newsroom
        self.notes: list[Note] = []

    def add(self, outlet_slug: str, **changes: Any) -> Source:
        """Register an outlet with the ways it has, or those in `changes`."""
        outlet = self.newsroom.outlet(outlet_slug)
        values: dict[str, Any] = {
            "slug": outlet_slug,
            "name": outlet.name,
            "home": outlet.home,
            "ways": outlet.ways,
        }
        return self.archive.add_source(Source(**{**values, **changes}))

    def crawl(self, *slugs: str, **options: Any) -> Counter[str]:
        """Crawl the named sources (all, if none is named); the counts of all together."""
        sources = [self.archive.source(slug) for slug in slugs] or list(self.archive.sources())
        reports = run_crawl(self.archive, sources, options=Options(**options), listener=self.notes.append)
        totals: Counter[str] = Counter()
        for report in reports:
            totals.update(dict(report.counts))
        return totals

    def article(self, url: str) -> Any:
        return self.archive.article(urls.identity(url))

    def titles(self, url: str) -> list[str]:
        """The headlines of an article's versions."""
        return [v.extraction.title for v in self.archive.versions(self.article(url).id)]

    def captures(self, url: str) -> list[Capture]:
        """What was captured at an address, in order."""
        return [stored.capture for stored in self.archive.captures() if stored.capture.url == url]

    def outcomes(self) -> Counter[Outcome]:
        return Counter(stored.capture.outcome for stored in self.archive.captures())


def spoil(archive: Archive, table: str, which: str) -> None:
    """Flip a bit in what some rows of a table hold packed.

    Args:
        archive: The archive.
        table: "payload", "version" or "capture".
        which: The rows, as SQL.
    """
    column = {"payload": "data", "version": "content", "capture": "heads"}[table]
    with archive._database.writing() as connection:
        for key, packed in connection.execute(text(f"SELECT id, {column} FROM {table} WHERE {which}")).all():
            spoilt = bytearray(packed)
            spoilt[len(spoilt) // 2] ^= 1
            change = text(f"UPDATE {table} SET {column} = :packed WHERE id = :id")
            connection.execute(change, {"packed": bytes(spoilt), "id": key})


def settings_for(directory: Path, newsroom: Newsroom, **overrides: Any) -> Settings:
    """Settings under which the newsroom may be crawled, and at once."""
    fetch = {"delay": 0.0, "timeout": 5.0, "allow": newsroom.allow, "resolve": newsroom.resolve}
    sections: dict[str, Any] = {
        "fetch": fetch,
        "crawl": {"batch_wait": 0.02, "workers": 1},
        "msn": {"content": newsroom.content},
    }
    for name, values in overrides.items():
        sections[name] = {**sections.get(name, {}), **values}
    return Settings.load(directory, **sections)


@pytest.fixture
def desk(tmp_path: Path, newsroom: Newsroom) -> Iterator[Desk]:
    create_archive(tmp_path / "news").close()
    settings = settings_for(tmp_path / "news", newsroom)
    with open_archive(tmp_path / "news", settings=settings) as archive:
        yield Desk(archive, newsroom)
