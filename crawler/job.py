"""One run over one source: its lock, its row in the archive, its counts and its errors.

A job holds the source's lock from `begin` to `end`, so that no source is crawled twice at once, and
whatever an earlier run left half done is nobody else's. Spiders report to it; it fetches nothing.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field

from ..errors import PalimpsestError
from ..model import Run, RunState, Source
from .context import Context, Note
from .deciding import Archived

MAX_ERRORS = 50
"""Error lines kept with a run; a dead host would otherwise fill the row."""


@dataclass(kw_only=True)
class Job:
    """What the spiders of one source share during one run.

    `source` is None for a list of URLs that belong to no source; `closed_hosts` are those that asked
    to be left in peace, or do not answer, for longer than a run waits.
    """

    context: Context
    source: Source | None
    run: Run
    counts: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    taken: int = 0
    closed_hosts: set[str] = field(default_factory=set)
    _held: ExitStack = field(default_factory=ExitStack)

    @classmethod
    def begin(cls, context: Context, source: Source | None, *, why: str) -> Job:
        """Lock the source and open a run.

        Raises:
            Busy: Another process is crawling this source.
        """
        held = ExitStack()
        source_id = source.id if source else None
        try:
            held.enter_context(context.archive.lock_source(source_id or 0))
            run = context.archive.start_run(source_id or 0, why, now=context.clock.now())
        except BaseException:
            held.close()
            raise
        return cls(context=context, source=source, run=run, _held=held)

    @property
    def slug(self) -> str:
        return self.source.slug if self.source else ""

    @property
    def full(self) -> bool:
        """Whether the user's limit of articles is reached."""
        limit = self.context.options.limit
        return limit is not None and self.taken >= limit

    def tell(self, **what: object) -> None:
        """Pass a note about this source to whoever listens."""
        self.context.listener(Note(source=self.slug, **what))  # type: ignore[arg-type]

    def archived(self, done: Archived) -> None:
        self.counts[done.happened.value] += 1
        if done.cause and done.cause != done.happened.value:
            self.counts[done.cause] += 1
        if done.happened.value in ("failed", "refused", "forbidden"):
            self._remember(f"{done.url}: {done.reason}")
        self.tell(archived=done)

    def problem(self, error: PalimpsestError) -> None:
        self.counts["problems"] += 1
        self._remember(str(error))
        self.tell(problem=error)

    def end(self, state: RunState) -> None:
        """Close the run and free the source, also where the run cannot be closed: its next one buries it."""
        with self._held:
            self.context.archive.finish_run(
                self.run.id, state, self.counts, tuple(self.errors), now=self.context.clock.now()
            )

    def _remember(self, line: str) -> None:
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(line)
