"""Reading an archive: articles, versions, captures, payloads, figures. A part of `Archive`.

What comes as an iterator is read in pages, each on a connection of its own: a consumer may take its
time, or write to the archive meanwhile.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import text

from ..model import Article, Capture, Version
from . import (
    origins,
    sql_captures,
    sql_figures,
    sql_mementos,
    sql_payloads,
    sql_records,
    sql_versions,
    sql_visits,
)
from .engine import Database
from .figure_rows import Figures, SourceFigures
from .rows import Memento, Neighbours, Span, Stats, StoredCapture, VersionRecord, Visits

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

    def timeline(self, article_id: int) -> tuple[Span, ...]:
        """The versions of an article without their texts, in the order of their numbers: quick for many."""
        return self._read(sql_versions.spans, article_id)

    def version(self, public_id: str) -> Version:
        """The version of that lasting name.

        Raises:
            NotFound: There is none.
        """
        return self._read(sql_versions.by_public_id, public_id)

    def version_at(self, article_id: int, when: datetime) -> Version | None:
        """The version last witnessed at or before `when`; None where none was by then."""
        return self._read(sql_versions.as_of, article_id, when)

    def latest_unlike(self, article_id: int, fingerprint: bytes) -> Version | None:
        """The latest version of an article; None where it has none, or one with that fingerprint.

        Raises:
            Damaged: Its content cannot be unpacked.
        """
        return self._read(sql_versions.latest_unlike, article_id, fingerprint)

    def origins(self, version: Version) -> tuple[Capture, ...]:
        """What a version was read from: its page's capture, then those beside it, with their payloads.

        None where a browser's scripts had drawn the page, which no reading of the payload gives again.

        Raises:
            StoreError: A payload is damaged or missing.
        """
        if origins.is_drawn(version.extraction):
            return ()
        return tuple(self._read(origins.origins, version.capture_id, version.extraction))

    def records(self, ids: Sequence[int], *, as_of: datetime | None = None) -> Iterator[VersionRecord]:
        """Versions with all that is said of them, in the order of their ids; read as they are used.

        Args:
            ids: Theirs, in order. One that is no longer held is left out.
            as_of: Show them as they stood at that moment.

        Raises:
            Damaged: The content of one cannot be unpacked.
        """
        for start in range(0, len(ids), PAGE):
            yield from self._read(sql_records.of_ids, list(ids[start : start + PAGE]), as_of)

    def witnesses(
        self, ids: Sequence[int], *, since: datetime | None = None, until: datetime | None = None
    ) -> array[int]:
        """The ids, in order, of the captures that witnessed versions; `captures_of` reads them.

        Args:
            ids: The versions'.
            since: Captures made at or after it.
            until: Captures made at or before it.
        """
        found = array("q")
        for start in range(0, len(ids), PAGE):
            found.extend(self._read(sql_records.witnesses, list(ids[start : start + PAGE]), since, until))
        return array("q", sorted(found))

    def captures_of(self, ids: Sequence[int]) -> Iterator[StoredCapture]:
        """The captures of these ids, given in order; read as they are used."""
        for start in range(0, len(ids), PAGE):
            yield from self._read(sql_captures.by_ids, list(ids[start : start + PAGE]))

    def version_names(self, ids: Collection[int]) -> dict[int, str]:
        """The lasting names of versions, by their ids."""
        return self._read(sql_records.names, ids)

    def article_urls(self, ids: Collection[int]) -> dict[int, str]:
        """The addresses of articles, by their ids."""
        return self._read(sql_records.urls, ids)

    def captures(
        self,
        article_id: int | None = None,
        *,
        source_id: int | None = None,
        run_id: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: int = 0,
        through: int | None = None,
    ) -> Iterator[StoredCapture]:
        """Captures in the order of their ids, which is that of their storing; read as they are used.

        Args:
            article_id, source_id, run_id: Those of one article, source or run.
            since: Those made at or after it.
            until: Those made before it.
            after: The id of the last one had.
            through: The id of the last one wanted.
        """
        while True:
            page = self._page(
                sql_captures.page, article_id=article_id, source_id=source_id, run_id=run_id,
                since=since, until=until, after=after, through=through, limit=PAGE,
            )  # fmt: skip
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].id

    def count_captures(
        self, *, source_id: int | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[int, int]:
        """How many captures `captures` gives by now, and the id of the last one, for its `through`."""
        return self._read(sql_captures.count, source_id, since, until)

    def capture(self, capture_id: int) -> StoredCapture:
        """The capture of that id.

        Raises:
            NotFound: There is none.
        """
        return self._read(sql_captures.one, capture_id)

    def visits(self, limit: int) -> list[Visits]:
        """When so many articles, those found last, were seen, and at which of the times with another text."""
        return self._read(sql_visits.of_newest, limit)

    def mementos_around(self, article_id: int, when: datetime) -> Neighbours | None:
        """The captures that witnessed a version of an article, seen from a second; None: there are none.

        Redacted ones are left out.
        """
        return self._read(sql_mementos.around, article_id, when)

    def mementos(self, article_id: int, *, offset: int = 0, limit: int = 1000) -> tuple[Memento, ...]:
        """Captures that witnessed a version, in the order of time, one a second, redacted ones left out.

        Args:
            article_id: Whose.
            offset: How many to pass over.
            limit: How many at the most.
        """
        return self._read(sql_mementos.page, article_id, offset, limit)

    def count_mementos(self, article_id: int) -> int:
        """How many `mementos` gives in all."""
        return self._read(sql_mementos.count, article_id)

    def is_redacted_at(self, article_id: int, when: datetime) -> bool:
        """Whether what was captured in that second was taken out of the archive."""
        return self._read(sql_mementos.is_redacted_at, article_id, when)

    def bearer(self, capture_id: int) -> StoredCapture:
        """The capture whose answer carried what a capture shows: itself, or of a 304 an earlier one.

        Raises:
            NotFound: There was no body.
        """
        return self._read(lambda db: sql_captures.one(db, sql_mementos.bearer(db, capture_id)))

    def payload(self, sha256: bytes) -> bytes:
        """The bytes of that SHA-256 digest, verified.

        Raises:
            NotFound: They are not held.
            Redacted: They were taken out of the archive.
            Damaged: What is stored has another digest.
        """
        return self._read(sql_payloads.read, sha256)

    def figures(self, source_id: int, *, since: datetime | None, until: datetime) -> Figures:
        """How a source published and edited from `since` (None: ever) to `until`, counted."""
        return self._read(sql_figures.of_source, source_id, since, until)

    def figures_by_source(self, *, since: datetime) -> dict[int, SourceFigures]:
        """Sources in a line, by their ids: what was first seen and what was edited since that moment."""
        return self._read(sql_figures.of_every_source, since)

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
