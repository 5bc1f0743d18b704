"""Reading an archive: articles, versions, captures, payloads, figures. A part of `Archive`.

What comes as an iterator is read in pages, each on a connection of its own: a consumer may take its
time, or write to the archive meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import text

from ..model import Article, Version
from . import sql_captures, sql_payloads, sql_versions
from .engine import Database
from .rows import Stats, StoredCapture

T = TypeVar("T")
PAGE = 200  # rows read at a time


class Reader:
    """What is asked of an archive; `Archive` is what callers get."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def article(self, wanted: str | int) -> Article:
        """An article by its id, one of its keys, or its URL.

        Raises:
            NotFound: There is none.
        """
        return self._read(sql_versions.find_article, wanted)

    def articles(
        self,
        *,
        source: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        edited: bool | None = None,
        words: str | None = None,
        limit: int | None = None,
        after: int | None = None,
        newest: bool = False,
    ) -> Iterator[Article]:
        """Articles in the order of their ids.

        Args:
            source: The slug of their source.
            since: Those last seen at or after it.
            until: Those first seen before it.
            edited: True: those with several versions; False: those with none or one.
            words: Those with each of these words in title or address, whatever their case.
            limit: How many at the most.
            after: The id of the last one had; the next ones follow.
            newest: Go from the newest id down.
        """
        left = limit
        while left is None or left > 0:
            page = self._page(
                sql_versions.page_of_articles, slug=source, since=since, until=until, edited=edited,
                words=words,
                limit=PAGE if left is None else min(PAGE, left), after=after, newest=newest,
            )  # fmt: skip
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].id
            left = None if left is None else left - len(page)

    def versions(self, article_id: int) -> tuple[Version, ...]:
        """The versions of an article in the order of their numbers."""
        return self._read(lambda connection: tuple(sql_versions.of_article(connection, article_id)))

    def version(self, public_id: str) -> Version:
        """The version of that lasting name.

        Raises:
            NotFound: There is none.
        """
        return self._read(sql_versions.by_public_id, public_id)

    def version_at(self, article_id: int, when: datetime) -> Version | None:
        """The version last witnessed at or before `when`; None where none was by then."""
        return self._read(sql_versions.as_of, article_id, when)

    def captures(
        self,
        article_id: int | None = None,
        *,
        source_id: int | None = None,
        run_id: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: int = 0,
    ) -> Iterator[StoredCapture]:
        """Captures in the order of their ids, which is that of their storing; read as they are used.

        Args:
            article_id, source_id, run_id: Those of one article, source or run.
            since: Those made at or after it.
            until: Those made before it.
            after: The id of the last one had.
        """
        while True:
            page = self._page(
                sql_captures.page, article_id=article_id, source_id=source_id, run_id=run_id,
                since=since, until=until, after=after, limit=PAGE,
            )  # fmt: skip
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].id

    def capture(self, capture_id: int) -> StoredCapture:
        """The capture of that id.

        Raises:
            NotFound: There is none.
        """
        return self._read(sql_captures.one, capture_id)

    def payload(self, sha256: bytes) -> bytes:
        """The bytes of that SHA-256 digest, verified.

        Raises:
            NotFound: They are not held.
            Redacted: They were taken out of the archive.
            Damaged: What is stored has another digest.
        """
        return self._read(sql_payloads.read, sha256)

    def stats(self) -> Stats:
        """The archive in figures."""
        return self._read(sql_captures.stats, self._size())

    def _read(self, read: Callable[..., T], *args: Any) -> T:
        with self._database.reading() as connection:
            return read(connection, *args)

    def _page(self, read: Callable[..., list[T]], **how: Any) -> list[T]:
        with self._database.reading() as connection:
            return read(connection, **how)

    @property
    def is_file(self) -> bool:
        """Whether the archive is a SQLite file, and not in PostgreSQL."""
        return self._database.is_sqlite

    def _size(self) -> int:
        if not self._database.is_sqlite:
            with self._database.reading() as connection:
                return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
        path = Path(self._database.url.database or "")
        return sum(p.stat().st_size for p in (path, path.with_name(path.name + "-wal")) if p.exists())
