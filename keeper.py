"""Begins what is due and keeps what came of it, with a clock that is handed to it.

So years pass in a test in milliseconds. It begins crawls and never waits for one; each call of `tick`
looks at the archive anew, so that schedules may be changed beside it. What is due when is computed in
`schedule`; the loop and the threads are `service`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from . import schedule
from .crawler.run import Report
from .errors import NotFound, StoreError
from .health import REVISIT
from .model import HealthState, RunState, Schedule, Source
from .storage import Archive

ASLEEP: Final = timedelta(minutes=1)
"""A gap between two looks from which on the machine slept, or the clock was set."""
REVISIT_LOOK: Final = timedelta(seconds=30)
"""How often articles that are due again are looked for: it reads more than a look at schedules does."""
UNOWNED: Final = 0

Tell = Callable[[str], None]


class CanCrawl(Protocol):
    """What the keeper needs of `crawler.continuous.Crawls`."""

    def crawl(self, source: Source | None, why: str, *, announced: bool = True) -> Future[Report]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crawl:
    """A crawl in hand."""

    name: str
    why: str
    begun: datetime
    report: Future[Report]


class Keeper:
    """Begins what is due, and keeps what came of it.

    Args:
        archive: An open archive.
        crawls: What crawls.
        clock: Gives the time (UTC, aware).
        tell: Told what happens, in lines for people.
    """

    def __init__(
        self, archive: Archive, crawls: CanCrawl, *, clock: Callable[[], datetime], tell: Tell
    ) -> None:
        self._archive = archive
        self._crawls = crawls
        self._clock = clock
        self._tell = tell
        self._in_hand: dict[int, _Crawl] = {}
        self._revisited: dict[int, datetime] = {}
        self._grace = timedelta(hours=archive.settings.run.grace)
        self._gap = timedelta(minutes=archive.settings.run.revisit_gap)
        self._awake_since = self._last_look = clock()
        self._revisits_seen = self._last_look - REVISIT_LOOK
        self._settle(self._last_look)

    def tick(self) -> None:
        """Keep what has ended, then begin what is due as far as there is room."""
        now = self._clock()
        if now < self._last_look - schedule.PATIENCE:
            self._tell("the clock was set back; every schedule is reckoned anew")
            self._settle(now)
            self._revisited.clear()
        if abs(now - self._last_look) > ASLEEP:
            self._awake_since = now
        self._last_look = now
        self.gather()
        if self._room:
            self._begin_scheduled(now)
        if self._room and abs(now - self._revisits_seen) >= REVISIT_LOOK:
            self._revisits_seen = now
            self._begin_revisits(now)

    def gather(self) -> None:
        """Keep what came of the crawls that have ended."""
        for source_id, crawl in list(self._in_hand.items()):
            if crawl.report.done():
                self._keep(source_id, crawl)
                del self._in_hand[source_id]

    # ---------------------------------------------------------------- beginning

    @property
    def _room(self) -> int:
        return self._archive.settings.crawl.sources - len(self._in_hand)

    def _begin_scheduled(self, now: datetime) -> None:
        waiting = [one for one in self._archive.due_schedules(now=now) if one.source_id not in self._in_hand]
        if not waiting:
            return
        sources = {source.id: source for source in self._archive.sources()}
        for one in waiting:
            source = sources.get(one.source_id)
            wanted = schedule.due(one, now, awake_since=self._awake_since, grace=self._grace)
            if source is None or wanted is None or not self._room:
                continue
            if source.paused and one.asked_at is None:
                # It rolls on, so that a run is not owed for the time of the pause.
                self._change(one.source_id, partial(schedule.skipped, now=now))
                continue
            if wanted.missed:
                self._tell_missed(source, one, wanted, now)
            if wanted.skip:
                self._change(one.source_id, partial(schedule.skipped, now=now))
                continue
            self._change(one.source_id, partial(schedule.started, slot=wanted.slot, now=now))
            self._begin(source, wanted.why, now)

    def _begin_revisits(self, now: datetime) -> None:
        free = [
            source_id
            for source_id in self._archive.due_revisits(now=now)
            if source_id not in self._in_hand
            and self._revisited.get(source_id, now - self._gap) <= now - self._gap
        ]
        if not free:
            return
        sources = {source.id: source for source in self._archive.sources() if not source.paused}
        paused = {one.source_id for one in self._archive.schedules() if one.paused}
        for source_id in free:
            if not self._room:
                return
            self._revisited[source_id] = now
            if source_id == UNOWNED:
                self._begin(None, REVISIT, now)
            elif source_id in sources and source_id not in paused:
                self._begin(sources[source_id], REVISIT, now)

    def _begin(self, source: Source | None, why: str, now: datetime) -> None:
        name = source.slug if source else "pages without a source"
        report = self._crawls.crawl(source, why, announced=why != REVISIT)
        self._in_hand[source.id if source else UNOWNED] = _Crawl(name=name, why=why, begun=now, report=report)

    # ------------------------------------------------------------------ keeping

    def _keep(self, source_id: int, crawl: _Crawl) -> None:
        now = self._clock()
        error = crawl.report.exception()
        report = None if error else crawl.report.result()
        said = str(error) if error else _summary(report)
        self._tell(f"{crawl.name}, {crawl.why}: {said}")
        self._revisited[source_id] = now
        if crawl.why == REVISIT:
            return
        if isinstance(error, StoreError) or (report is not None and report.state is RunState.STOPPED):
            # Somebody else is at it, the disk is full, or we are leaving: no fault of the source's.
            self._change(source_id, partial(schedule.owed, now=now))
            return
        failed = error is not None or (report is not None and report.failed)
        done = self._change(source_id, partial(schedule.ended, now=now, begun=crawl.begun, failed=failed))
        if failed and done is not None:
            self._tell(f"{crawl.name} is tried again at {done.next_at:%Y-%m-%d %H:%M} UTC")

    def _tell_missed(self, source: Source, one: Schedule, wanted: schedule.Due, now: datetime) -> None:
        many = "run was" if wanted.missed == 1 else "runs were"
        more = " or more" if wanted.missed >= schedule.MOST_SLOTS else ""
        outcome = "the next one is waited for" if wanted.skip else "one run makes up for it"
        reason = (
            f"{wanted.missed}{more} {many} missed since {wanted.slot:%Y-%m-%d %H:%M} UTC: nobody was there to"
            f" start it; {outcome}"
        )
        self._archive.add_health_event(
            one.source_id, "missed", HealthState.LATE, since=wanted.slot, reason=reason, now=now
        )
        self._tell(f"{source.slug}: {reason}")

    def _change(self, source_id: int, alter: Callable[[Schedule], Schedule]) -> Schedule | None:
        try:
            return self._archive.change_schedule(source_id, alter)
        except NotFound:
            return None  # its schedule was taken away while it was crawled

    def _settle(self, now: datetime) -> None:
        for one in self._archive.schedules():
            self._change(one.source_id, partial(schedule.settled, now=now))


def _summary(report: Report | None) -> str:
    counts = dict(report.counts) if report else {}
    names = ("new", "changed", "restored", "unchanged", "gone", "failed", "problems")
    parts = [f"{counts[name]} {name}" for name in names if counts.get(name)]
    return ", ".join(parts) or "nothing new"
