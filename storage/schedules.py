"""Schedules, health events, and the one who keeps them. A part of `Archive`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from ..model import HealthEvent, HealthState, Schedule
from . import sql_health, sql_operator, sql_schedules
from .alert_rows import Channel
from .engine import Database
from .locks import Lock, lock
from .reading import Reader
from .sql_operator import OperatorChannel

T = TypeVar("T")


class Schedules(Reader):
    """What an archive knows of when its sources are crawled, and how they fare."""

    def __init__(self, database: Database, directory: Path) -> None:
        super().__init__(database)
        self.directory = directory

    def save_schedule(self, schedule: Schedule) -> None:
        """Give a source this schedule, in place of any other."""
        self._write(sql_schedules.save, schedule)

    def change_schedule(self, source_id: int, alter: Callable[[Schedule], Schedule]) -> Schedule:
        """Replace a source's schedule by what `alter` makes of it, in one transaction.

        Raises:
            NotFound: The source has none.
        """
        return self._write(sql_schedules.change, source_id, alter)

    def remove_schedule(self, source_id: int) -> bool:
        """Take a source's schedule away; whether there was one."""
        return self._write(sql_schedules.remove, source_id)

    def schedules(self) -> tuple[Schedule, ...]:
        """Every schedule of a registered source, the next due first."""
        return self._read(sql_schedules.every)

    def due_schedules(self, *, now: datetime) -> tuple[Schedule, ...]:
        """Those whose time has come or that were asked for by hand; the longest due first."""
        return self._read(sql_schedules.due, now)

    def lock_keeping(self) -> Lock:
        """Be the one process that keeps this archive's schedules, for a block.

        Raises:
            Busy: There is one already.
        """
        taken = "a `palimpsest run` is at work on this archive already; stop that one first"
        return lock(self._database, self.directory, "run", taken)

    def add_health_event(
        self,
        source_id: int | None,
        kind: str,
        state: HealthState,
        *,
        since: datetime,
        reason: str,
        now: datetime,
    ) -> HealthEvent:
        """Keep something that operators should hear of; see `HealthEvent`."""
        return self._write(sql_health.add_event, source_id, kind, state, since, reason, now)

    def health_events(self, *, after: int = 0, limit: int = 100) -> tuple[HealthEvent, ...]:
        """Events in the order of their ids, from behind the id `after`: a cursor for whoever delivers."""
        return self._read(sql_health.events, after, limit)

    def health_states(self, *, upto: int | None = None) -> dict[int | None, HealthEvent]:
        """By source id: its latest event of kind "state"; a source that never turned has none.

        Under None stands that of the archive itself.

        Args:
            upto: As it was when the event of this id was the last.
        """
        return self._read(sql_health.states, upto)

    def operator_channels(self, wanted: Sequence[Channel]) -> tuple[OperatorChannel, ...]:
        """The operator's channels of these addresses, kept from now on if they were not."""
        return self._write(sql_operator.keep, wanted)

    def note_operator(self, channel_id: int, *, told: int, failures: int, not_before: datetime) -> None:
        """Keep how far a channel of the operator was told, and how it fares."""
        self._write(sql_operator.note, channel_id, told, failures, not_before)

    def new_articles(
        self, *, since: datetime, middle: datetime, until: datetime
    ) -> dict[int, tuple[int, int]]:
        """By source id: articles first seen from `since` to `middle`, and from there to `until`."""
        return self._read(sql_health.new_articles, since, middle, until)

    def _write(self, write: Callable[..., T], *args: Any) -> T:
        with self._database.writing() as connection:
            return write(connection, *args)
