"""The facts that `health` judges by, out of the archive; and an event where a verdict turned."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from . import health, schedule
from .fixity import summary
from .model import HealthState, Run, Source
from .storage import Archive

RUNS: Final = 30
"""Runs of a source that are read, and as many again that are no revisits: these come more often."""


def verdicts(archive: Archive, now: datetime) -> tuple[tuple[Source, health.Verdict], ...]:
    """How every source fares, in the order of their slugs."""
    middle = now - health.RECENT
    counted = archive.new_articles(since=middle - health.PAST, middle=middle, until=now)
    schedules = {one.source_id: one for one in archive.schedules()}
    turns = archive.health_states()
    found = []
    for source in archive.sources():
        one = schedules.get(source.id)
        past, recent = counted.get(source.id, (0, 0))
        facts = health.Facts(
            added_at=source.added_at or now,
            paused=source.paused or (one is not None and one.paused),
            runs=_runs(archive, source),
            overdue=now - one.next_at if one is not None else None,
            interval=schedule.interval(one, now) if one is not None else None,
            new_past=past,
            new_recent=recent,
            was=turns.get(source.id),
        )
        found.append((source, health.judge(facts, now)))
    return tuple(found)


def note_health(archive: Archive, now: datetime) -> None:
    """Keep an event for each source whose state turned, and for the archive itself, for alerts to pick up."""
    turns = archive.health_states()
    if (check := archive.last_check()) is not None:
        bad = summary(check.found)
        state = HealthState.FAILING if bad else HealthState.OK
        if state is not (turns[None].state if None in turns else HealthState.OK):
            reason = f"its check found damage: {bad}; `palimpsest verify --last` names it" if bad else ""
            archive.add_health_event(None, "state", state, since=check.at, reason=reason, now=now)
    for source, verdict in verdicts(archive, now):
        before = turns[source.id].state if source.id in turns else HealthState.OK
        if verdict.state is not before:
            archive.add_health_event(
                source.id, "state", verdict.state, since=verdict.since, reason=verdict.reason, now=now
            )


def _runs(archive: Archive, source: Source) -> tuple[Run, ...]:
    all_kinds = archive.runs(limit=RUNS, source_id=source.id)
    crawls = archive.runs(limit=RUNS, source_id=source.id, without=health.REVISIT)
    by_id = {run.id: run for run in (*all_kinds, *crawls)}
    return tuple(by_id[key] for key in sorted(by_id, reverse=True))
