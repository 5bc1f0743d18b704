"""How a source fares: a pure verdict from its latest runs, its schedule and its own past.

The worst that holds is said, with the reason and since when. A run that only revisited articles says
nothing of feeds; it counts for how pages answer and how they read. Thresholds are shares with a least
number of pages, so that one bad page is never a bad source. Nothing is read or fetched here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from .model import HealthEvent, HealthState, Run, RunState

RECENT: Final = timedelta(days=2)
PAST: Final = timedelta(days=14)
"""New articles of the last two days are held against those of the fourteen days before."""
FALL: Final = 0.2
EXPECTED: Final = 10.0
"""A fall is a fifth or less of at least ten that were to be expected (by chance: 3 in 1,000, Poisson)."""
SHARE: Final = 0.5
ALL: Final = 0.9
PAGES: Final = 5
"""At least so many pages make a share; from 0.9 of them on, no past excuses it."""
FAILURES: Final = 3
"""Runs in a row that come to nothing before a source counts as failing; one is a bad minute."""

SOON: Final = timedelta(minutes=10)
LONG: Final = timedelta(hours=6)
"""A run is late when it is overdue by its interval, but not before ten minutes nor only after six hours."""

REVISIT: Final = "revisit"
READ: Final = ("new", "changed", "unchanged", "restored", "moved", "waiting")
UNREADABLE: Final = ("no-article", "degraded")
WALLS: Final = ("consent", "bot-check", "http-401", "http-403", "http-429", "http-451")
ANSWERING_WAYS: Final = ("ways-read", "ways-same")
BARRED_WAYS: Final = ("ways-forbidden", *(f"ways-{name}" for name in WALLS))
TRIED: Final = (*READ, *UNREADABLE, "missing", "gone", "still-gone", "forbidden", "refused", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a source when it is judged.

    Attributes:
        added_at: When it was registered.
        paused: That it is, or its schedule.
        runs: The latest, the newest first.
        overdue: By how much its next run is late; None without a schedule or where nobody keeps it.
        interval: The span between two scheduled runs, if it has a schedule.
        new_past, new_recent: Articles first seen in `PAST` before `RECENT`, and in `RECENT`.
        was: The last turn of its state that was kept.
    """

    added_at: datetime
    paused: bool = False
    runs: tuple[Run, ...] = ()
    overdue: timedelta | None = None
    interval: timedelta | None = None
    new_past: int = 0
    new_recent: int = 0
    was: HealthEvent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A state, why, and since when."""

    state: HealthState
    reason: str
    since: datetime


def judge(facts: Facts, now: datetime) -> Verdict:
    """Say how a source fares at `now`; what lasts keeps the beginning it had."""
    verdict = _judge(facts, now)
    if facts.was is not None and facts.was.state is verdict.state and facts.was.since < verdict.since:
        return replace(verdict, since=facts.was.since)
    return verdict


def _judge(facts: Facts, now: datetime) -> Verdict:
    runs = [run for run in facts.runs if run.state not in (RunState.RUNNING, RunState.STOPPED)]
    latest = runs[0].started_at if runs else facts.added_at
    if facts.paused:
        return Verdict(state=HealthState.PAUSED, reason="paused by hand", since=latest)
    was = facts.was.state if facts.was else None
    return (
        _blocked(runs)
        or _failing(runs)
        or _unreadable(runs, was)
        or _silent(runs)
        or _late(facts, runs, now)
        or _fallen(facts, now)
        or Verdict(state=HealthState.OK, reason="" if runs else "not crawled yet", since=latest)
    )


def came_to_nothing(state: RunState, counts: Counter[str]) -> bool:
    """Whether a run failed: by its state, or because nothing but problems came of it."""
    if state in (RunState.FAILED, RunState.KILLED):
        return True
    return counts["problems"] > 0 and not any(counts[name] for name in (*TRIED, *ANSWERING_WAYS, "put-off"))


# --------------------------------------------------------------- the looks


def _blocked(runs: Sequence[Run]) -> Verdict | None:
    recent, used = _latest(runs, TRIED)
    looked = next((_counts(run) for run in runs if _looked(_counts(run))), Counter[str]())
    if _barred(looked):
        counts, shut = looked, _barred
        robots = counts["ways-forbidden"] > 0
    elif _total(recent, TRIED) >= PAGES and _walled(recent):
        counts, shut = recent, _walled
        robots = counts["forbidden"] > _total(counts, WALLS)
    else:
        return None
    worst = max(WALLS, key=lambda name: counts[name] + counts[f"ways-{name}"])
    reason = "robots.txt forbids it" if robots else f"a wall in place of pages: {worst}"
    tells = _looked if shut is _barred else _has_tried
    streak = _streak(runs, lambda counts, _: shut(counts), tells) or used
    return Verdict(state=HealthState.BLOCKED, reason=reason + _error(streak), since=streak[-1].started_at)


def _barred(counts: Counter[str]) -> bool:
    """Whether no way to find articles may be read."""
    return _total(counts, BARRED_WAYS) > 0 and not _total(counts, ANSWERING_WAYS)


def _walled(counts: Counter[str]) -> bool:
    tried = _total(counts, TRIED)
    return tried > 0 and counts["forbidden"] + _total(counts, WALLS) >= SHARE * tried


def _failing(runs: Sequence[Run]) -> Verdict | None:
    crawls = [run for run in runs if run.why != REVISIT]
    streak = _streak(crawls, _is_failing, lambda _: True)
    if len(streak) < FAILURES:
        return None
    times = f"{len(streak)} runs in a row came to nothing"
    return Verdict(state=HealthState.FAILING, reason=times + _error(streak), since=streak[-1].started_at)


def _is_failing(counts: Counter[str], run: Run) -> bool:
    if came_to_nothing(run.state, counts):
        return True
    # A feed that died while known articles still answer; or pages that do not.
    dead = counts["ways-failed"] > 0 and not _total(counts, ANSWERING_WAYS)
    tried = _total(counts, TRIED)
    return dead or (tried >= PAGES and counts["failed"] >= SHARE * tried)


def _unreadable(runs: Sequence[Run], was: HealthState | None) -> Verdict | None:
    """A redesign: pages come, and hold no article any more, or only a stump of it."""
    recent, used = _latest(runs, READ + UNREADABLE)
    past = sum((_counts(run) for run in runs if run not in used), Counter[str]())
    bad, of = _total(recent, UNREADABLE), _total(recent, READ + UNREADABLE)
    if of < PAGES or bad < SHARE * of:
        return None
    if was is not HealthState.EMPTY and bad < ALL * of and _unread_share(past) >= SHARE / 2:
        return None  # pages that never were articles (galleries, sections) are nothing new
    streak = _streak(runs, lambda counts, _: _unread_share(counts) >= SHARE, _has_read) or used
    reason = f"{bad} of {of} pages held no article that can be read: a redesign?"
    return Verdict(state=HealthState.EMPTY, reason=reason, since=streak[-1].started_at)


def _silent(runs: Sequence[Run]) -> Verdict | None:
    """Feeds that are read and announce nothing, where they announced something before."""
    looks = [run for run in runs if _counts(run)["ways-read"]]
    streak = _streak(looks, lambda counts, _: not counts["found"], lambda _: True)
    if len(streak) < FAILURES or len(streak) == len(looks):
        return None
    reason = "what announces its articles is there and names none"
    return Verdict(state=HealthState.EMPTY, reason=reason, since=streak[-1].started_at)


def _late(facts: Facts, runs: Sequence[Run], now: datetime) -> Verdict | None:
    if facts.interval is None:
        return None
    if facts.runs and facts.runs[0].state is RunState.RUNNING:
        began = facts.runs[0].started_at
        if now - began <= max(facts.interval, LONG):
            return None
        reason = f"a run has been at work for {(now - began) / timedelta(hours=1):.1f} h"
        return Verdict(state=HealthState.LATE, reason=reason, since=began)
    if facts.overdue is not None and facts.overdue > min(max(facts.interval, SOON), LONG):
        hours = facts.overdue / timedelta(hours=1)
        return Verdict(
            state=HealthState.LATE,
            reason=f"its run is {hours:.1f} h overdue; is `palimpsest run` at work?",
            since=now - facts.overdue,
        )
    crawls = [run for run in runs if run.why != REVISIT and run.ended_at is not None][:FAILURES]
    took = [run.ended_at - run.started_at for run in crawls if run.ended_at is not None]
    if len(took) == FAILURES and min(took) > facts.interval:
        reason = f"its runs take {min(took)} and are due every {facts.interval}; choose a longer span"
        return Verdict(state=HealthState.LATE, reason=reason, since=crawls[-1].started_at)
    return None


def _fallen(facts: Facts, now: datetime) -> Verdict | None:
    expected = facts.new_past * (RECENT / PAST)
    if expected < EXPECTED or facts.new_recent > FALL * expected:
        return None
    reason = f"{facts.new_recent} new articles in two days, where its past promises {expected:.0f}"
    return Verdict(state=HealthState.EMPTY, reason=reason, since=now - RECENT)


# ------------------------------------------------------------------ inside


def _streak(
    runs: Sequence[Run], bad: Callable[[Counter[str], Run], bool], tells: Callable[[Counter[str]], bool]
) -> list[Run]:
    """The newest runs that are bad, up to the first that is not; those that tell nothing are passed over."""
    found = []
    for run in runs:
        counts = _counts(run)
        if bad(counts, run):
            found.append(run)
        elif tells(counts):
            break
    return found


def _latest(runs: Sequence[Run], names: Sequence[str]) -> tuple[Counter[str], list[Run]]:
    """The newest runs that together have enough pages of these kinds, and what they count."""
    counts: Counter[str] = Counter()
    used: list[Run] = []
    for run in runs:
        if _total(counts, names) >= PAGES:
            break
        if _total(_counts(run), names):
            counts += _counts(run)
            used.append(run)
    return counts, used


def _counts(run: Run) -> Counter[str]:
    return Counter(dict(run.counts))


def _total(counts: Counter[str], names: Sequence[str]) -> int:
    return sum(counts[name] for name in names)


def _looked(counts: Counter[str]) -> bool:
    return _total(counts, ANSWERING_WAYS + BARRED_WAYS) > 0


def _has_tried(counts: Counter[str]) -> bool:
    return _total(counts, TRIED) > 0


def _has_read(counts: Counter[str]) -> bool:
    return _total(counts, READ + UNREADABLE) > 0


def _unread_share(counts: Counter[str]) -> float:
    return _total(counts, UNREADABLE) / max(_total(counts, READ + UNREADABLE), 1)


def _error(streak: Sequence[Run]) -> str:
    lines = next((run.errors for run in streak if run.errors), ())
    return f" ({lines[0]})" if lines else ""
