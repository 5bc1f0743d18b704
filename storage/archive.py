"""The one interface of the store.

`Archive` is what every other part calls; `create_archive` and `open_archive` give one (`opening`).
Here are sources, the frontier, runs and the door to writing; what only reads is in `reading`, what
follows the changes in `alerting`, what shows that nothing was altered in `fixity`, schedules and health
in `schedules`, keys in `access`, what is written about pages in `transaction`. All methods are
synchronous and thread-safe: each takes its own connection, and a write is one transaction that either
happened whole or did not (on SQLite `BEGIN IMMEDIATE`). What is *decided* about a page is decided in
`crawler.archiving`.

Errors: the drivers' exceptions never leave this package. A full or read-only disk is `CannotWrite`,
a lock that stays held is `Busy`, bytes that fail their digest are `Damaged`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from ..errors import Busy
from ..model import Errand, Finder, Lead, Run, RunState, Source, Way
from ..settings import CONFIG_NAME, Settings
from . import sql_frontier, sql_runs, sql_sources
from .access import Access
from .engine import Database
from .fixity import Fixity
from .indexing import Vocabulary
from .ledger import KEY_NAME
from .locks import Lock, source_lock
from .rows import Cursor, LeadCounts, Page
from .schedules import Schedules
from .search import Searching
from .transaction import Transaction

BESIDE: Final = (CONFIG_NAME, KEY_NAME)
"""Files of an archive beside its database."""


class Archive(Schedules, Fixity, Searching, Access):
    """An open archive. Close it, or use it as a context manager.

    Attributes:
        directory: Where its palimpsest.toml lies.
        settings: Its settings.
    """

    def __init__(self, directory: Path, settings: Settings, database: Database) -> None:
        super().__init__(database, directory)
        self.settings = settings
        self._vocabulary = Vocabulary()

    @property
    def files(self) -> tuple[Path, ...]:
        """Where its own files lie, whether they are there or not: nothing else may be written over them."""
        beside = tuple(self.directory / name for name in BESIDE)
        if not self._database.is_sqlite:
            return beside
        return (*beside, *(Path(f"{self._database.url.database}{end}") for end in ("", "-wal", "-shm")))

    def close(self) -> None:
        """Let go of every connection."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ----------------------------------------------------------------- sources

    def add_source(self, source: Source) -> Source:
        """Register a source; gives it back with its id.

        Raises:
            BadSource: Its slug is taken.
        """
        return self._write(sql_sources.add, source, datetime.now(UTC))

    def source(self, slug: str) -> Source:
        """The source of that slug.

        Raises:
            NotFound: There is none.
        """
        return self._read(sql_sources.one, slug)

    def sources(self, *, tag: str | None = None) -> tuple[Source, ...]:
        """The sources in the order of their slugs; those with `tag`, where one is named."""
        return self._read(sql_sources.every, tag)

    def update_source(self, slug: str, /, **fields: Any) -> Source:
        """Replace fields of a source (`paused=True`); `ways` are replaced as a whole.

        Raises:
            NotFound: There is no such source.
            BadSource: A field that is none, or a slug that is taken.
        """
        return self._write(sql_sources.change, slug, fields)

    def remove_source(self, slug: str) -> None:
        """Take a source off the list: its articles stay, its waiting leads are dropped.

        Raises:
            NotFound: There is no such source.
        """
        self._write(sql_sources.remove, slug, datetime.now(UTC))

    def save_way(self, source_id: int, way: Way) -> None:
        """Keep what the last look at a way gave."""
        self._write(sql_sources.save_way, source_id, way)

    def lock_source(self, source_id: int) -> Lock:
        """Hold a source for a block; 0 stands for lists of URLs. The system frees it with the process.

        Raises:
            Busy: It is held elsewhere.
        """
        return source_lock(self._database, self.directory, source_id)

    # ---------------------------------------------------------------- frontier

    def add_leads(self, source_id: int, leads: Iterable[Lead], *, now: datetime) -> LeadCounts:
        """Take in what was found, in one transaction; durable when this returns.

        New is a key that is neither a lead nor an article's alias. Due is a known article (or a lead
        dealt with before) whose lead says `updated` later than the last capture, and a lead that
        failed before and may be tried again. Everything else is known, and nothing is done.

        Args:
            source_id: Whose they are; 0 for lists of URLs.
            leads: Read as they come, in chunks, while the archive's write lock is held: they must not
                wait for the network, nor write to the archive.
            now: The time of the finding.
        """
        return self._write(sql_frontier.add_leads, source_id, leads, now)

    def errands(
        self, source_id: int, *, now: datetime, limit: int = 100, after: Cursor | None = None
    ) -> Page:
        """Pending leads whose time has come, those of higher priority first, then the older.

        Args:
            source_id: Whose; 0 for lists of URLs.
            now: Leads deferred beyond it are left out. A run that keeps to one `now` sees each lead
                once, for what it defers itself lies beyond.
            limit: How many at the most.
            after: The `after` of the page before. Leads that arrive meanwhile may sort before it: when
                a page says None, a further look from the start finds them.
        """
        return self._read(sql_frontier.errands, source_id, now, limit, after)

    def due_articles(
        self, source_id: int | None, *, now: datetime, limit: int = 100, after: Cursor | None = None
    ) -> Page:
        """Articles whose `next_visit` has come, the longest due first, as errands to revisit them.

        Args:
            source_id: Whose; None: everybody's; 0: those without a source.
            now, limit, after: As in `errands`.
        """
        return self._read(sql_frontier.due_articles, source_id, now, limit, after)

    def due_revisits(self, *, now: datetime) -> tuple[int, ...]:
        """The ids of the sources that `due_articles` has work for, the longest due first; 0: without one."""
        return self._read(sql_frontier.due_revisits, now)

    def articles_before(
        self, source_id: int | None, *, before: datetime, limit: int = 100, after: Cursor | None = None
    ) -> Page:
        """Articles not captured since `before`, due or not, as errands to look at them again.

        Args:
            source_id: Whose; None: everybody's; 0: those without a source.
            before: Those captured at or after it are left out.
            limit, after: As in `errands`.
        """
        return self._read(sql_frontier.articles_before, source_id, before, limit, after)

    def errand_for(
        self, url: str, key: str, source_id: int | None = None, *, finder: Finder = Finder.LIST
    ) -> Errand:
        """The errand of one page named by a person, with what is known of it; it stands in no table."""
        return self._read(sql_frontier.errand_for, Lead(url=url, key=key, finder=finder), source_id)

    def pending(self, source_id: int) -> int:
        """How many leads of a source wait, their time come or not."""
        return self._read(sql_frontier.pending, source_id)

    # ------------------------------------------------------------------- write

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write about pages: everything in the block, or nothing where it raises.

        Raises:
            Busy: Another writer did not finish within 30 s.
            CannotWrite: Disk full or read-only; nothing of the block was stored.
        """
        with self._database.writing() as connection:
            self._vocabulary.renew(connection)
            transaction = Transaction(connection, self._vocabulary)
            yield transaction
            transaction.flush()
        self._vocabulary.remember(transaction.spoken)

    # -------------------------------------------------------------------- runs

    def start_run(self, source_id: int, why: str, *, now: datetime | None = None) -> Run:
        """Open a run of a source whose lock the caller holds; its dead predecessors become KILLED."""
        return self._write(sql_runs.start, source_id, why, now or datetime.now(UTC))

    def finish_run(
        self,
        run_id: int,
        state: RunState,
        counts: Mapping[str, int],
        errors: Iterable[str] = (),
        *,
        now: datetime | None = None,
    ) -> Run:
        """Close a run with what it did."""
        return self._write(sql_runs.finish, run_id, state, counts, errors, now or datetime.now(UTC))

    def runs(
        self,
        limit: int = 20,
        *,
        source_id: int | None = None,
        without: str | None = None,
        before: int | None = None,
    ) -> tuple[Run, ...]:
        """The latest runs, the newest first.

        Args:
            limit: How many at the most.
            source_id: Those of one source.
            without: Leave out those with this `why`.
            before: The id of the last one had; older ones follow.
        """
        return self._read(sql_runs.latest, limit, source_id, without, before)

    def run(self, run_id: int) -> Run:
        """The run of that id.

        Raises:
            NotFound: There is none.
        """
        return self._read(sql_runs.one, run_id)

    def bury_runs(self, *, now: datetime) -> int:
        """Mark as KILLED the runs whose process died, told by the source's lock being free; how many."""
        count = 0
        for source_id in self._read(sql_runs.running):
            with suppress(Busy), self.lock_source(source_id):
                count += self._write(sql_runs.bury, source_id, now)
        return count
