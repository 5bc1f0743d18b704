"""A verdict on each source from its runs, its schedule and its past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from palimpsest.health import Facts, judge
from palimpsest.model import HealthEvent, HealthState, Run, RunState

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def runs(
    *counts: dict[str, int] | tuple[RunState, dict[str, int]], why: str = "scheduled"
) -> tuple[Run, ...]:
    """Hourly runs, the newest first, each of ten minutes."""
    found = []
    for age, one in enumerate(counts):
        state, what = one if isinstance(one, tuple) else (RunState.DONE, one)
        at = NOW - (age + 1) * HOUR
        found.append(
            Run(
                id=100 - age,
                source_id=1,
                why=why,
                state=state,
                started_at=at,
                ended_at=at + HOUR / 6,
                counts=tuple(what.items()),
                errors=("first error",) if what.get("problems") else (),
            )
        )
    return tuple(found)


def facts(*counts: Any, **fields: Any) -> Facts:
    return Facts(**{"added_at": NOW - 100 * HOUR, "runs": runs(*counts), "interval": HOUR, **fields})


GOOD = {"ways-read": 1, "found": 20, "new": 3, "unchanged": 10}
QUIET = {"ways-same": 1, "unchanged": 4}
DEAD = {"ways-failed": 1, "problems": 1}
DEAD_BUT_REVISITED = {"ways-failed": 1, "problems": 1, "unchanged": 4}
WALLED = {"ways-read": 1, "found": 20, "no-article": 6, "consent": 6}
CHALLENGED = {"ways-read": 1, "found": 20, "failed": 5, "http-403": 5}
FORBIDDEN = {"ways-read": 1, "found": 20, "forbidden": 5}
WAYS_FORBIDDEN = {"ways-forbidden": 1, "problems": 1}
STUMPS = {"ways-read": 1, "found": 20, "new": 1, "degraded": 6, "no-article": 2}
GALLERIES = {"ways-read": 1, "found": 20, "new": 4, "no-article": 6}
NAMELESS = {"ways-read": 1, "found": 0}


@pytest.mark.parametrize(
    ("case", "state", "reason", "hours"),
    [
        pytest.param(facts(GOOD, GOOD), "ok", "", 1, id="all is well"),
        pytest.param(facts(), "ok", "not crawled yet", 100, id="never crawled"),
        pytest.param(facts(*[QUIET] * 30), "ok", "", 1, id="a quiet feed that answers 304"),
        pytest.param(facts(DEAD, DEAD, paused=True), "paused", "by hand", 1, id="paused, whatever else"),
        pytest.param(facts(DEAD, DEAD, GOOD), "ok", "", 1, id="two bad runs are a bad hour"),
        pytest.param(facts(DEAD, DEAD, DEAD, GOOD), "failing", "first error", 3, id="a feed that died"),
        pytest.param(
            facts(*[DEAD_BUT_REVISITED] * 4, GOOD), "failing", "4 runs", 4, id="a dead feed, articles answer"
        ),
        pytest.param(facts(*[(RunState.FAILED, {})] * 3), "failing", "3 runs", 3, id="runs that break off"),
        pytest.param(facts((RunState.KILLED, {}), GOOD), "ok", "", 1, id="a run killed with its machine"),
        pytest.param(facts((RunState.STOPPED, {}), GOOD), "ok", "", 2, id="a stopped run says nothing"),
        pytest.param(
            facts(*[{"ways-read": 1, "found": 9, "failed": 9}] * 3), "failing", "3 runs", 3, id="dead pages"
        ),
        pytest.param(facts(WALLED, GOOD), "blocked", "consent", 1, id="a consent wall"),
        pytest.param(facts(CHALLENGED, CHALLENGED, GOOD), "blocked", "http-403", 2, id="403 for pages"),
        pytest.param(
            facts({**GOOD, "no-article": 1, "consent": 1}), "ok", "", 1, id="one wall among many pages"
        ),
        pytest.param(
            facts(FORBIDDEN, QUIET, FORBIDDEN, GOOD), "blocked", "robots.txt", 1, id="robots forbids pages"
        ),
        pytest.param(facts({"ways-same": 1, "forbidden": 1}, GOOD), "ok", "", 1, id="one page is forbidden"),
        pytest.param(
            facts(*[{"ways-same": 1, "failed": 1, "http-403": 1}] * 6, GOOD),
            "blocked",
            "http-403",
            6,
            id="403 one by one",
        ),
        pytest.param(facts(WAYS_FORBIDDEN, GOOD), "blocked", "robots.txt", 1, id="robots forbids the feed"),
        pytest.param(
            facts({**GOOD, "ways-forbidden": 1, "problems": 1}),
            "ok",
            "",
            1,
            id="one of two feeds is forbidden",
        ),
        pytest.param(facts(STUMPS, STUMPS, *[GOOD] * 5), "empty", "redesign", 2, id="a redesign"),
        pytest.param(facts(*[GALLERIES] * 8), "ok", "", 1, id="an outlet of galleries is as ever"),
        pytest.param(
            facts(*[{**STUMPS, "new": 0}] * 30), "empty", "redesign", 30, id="a redesign of long ago"
        ),
        pytest.param(facts({"no-article": 3}, GOOD), "ok", "", 1, id="three pages make no share"),
        pytest.param(facts(*[NAMELESS] * 3, GOOD), "empty", "names none", 3, id="a feed emptied"),
        pytest.param(facts(*[NAMELESS] * 3), "ok", "", 1, id="a feed that never named any"),
        pytest.param(
            facts(GOOD, overdue=2 * HOUR), "late", "2.0 h overdue", 2, id="nobody keeps the schedules"
        ),
        pytest.param(facts(GOOD, overdue=HOUR / 2), "ok", "", 1, id="half an interval late"),
        pytest.param(
            facts(GOOD, overdue=8 * HOUR, interval=168 * HOUR), "late", "overdue", 8, id="a weekly run late"
        ),
        pytest.param(
            facts(GOOD, GOOD, GOOD, interval=HOUR / 12),
            "late",
            "longer span",
            3,
            id="runs outlast their span",
        ),
        pytest.param(
            facts(GOOD, new_past=140, new_recent=3), "empty", "promises 20", 48, id="a fall in new articles"
        ),
        pytest.param(facts(GOOD, new_past=140, new_recent=8), "ok", "", 1, id="a slow weekend"),
        pytest.param(facts(GOOD, new_past=35, new_recent=0), "ok", "", 1, id="an outlet of few articles"),
    ],
)
def test_a_source_is_judged(case: Facts, state: str, reason: str, hours: int) -> None:
    verdict = judge(case, NOW)
    assert (verdict.state.value, NOW - verdict.since) == (state, hours * HOUR), verdict
    assert reason in verdict.reason


def test_a_run_that_never_ends_is_late_and_one_at_work_is_not() -> None:
    for age, state in ((5, HealthState.OK), (7, HealthState.LATE)):
        run = Run(id=1, source_id=1, why="scheduled", state=RunState.RUNNING, started_at=NOW - age * HOUR)
        case = Facts(added_at=NOW - DAY, runs=(run,), interval=HOUR, overdue=age * HOUR)
        assert judge(case, NOW).state is state


def test_a_revisit_that_goes_well_does_not_hide_a_dead_feed() -> None:
    revisit = runs(QUIET | {"ways-same": 0}, why="revisit")
    verdict = judge(Facts(added_at=NOW, runs=(*revisit, *runs(DEAD, DEAD, DEAD))), NOW)
    assert verdict.state is HealthState.FAILING


def test_a_state_that_lasts_keeps_its_beginning() -> None:
    was = HealthEvent(
        id=1, source_id=1, kind="state", state=HealthState.FAILING, at=NOW, since=NOW - 90 * HOUR, reason=""
    )
    assert judge(facts(*[DEAD] * 30, was=was), NOW).since == was.since
    assert judge(facts(GOOD, was=was), NOW).since == NOW - HOUR


def test_a_redesign_stays_one_when_the_window_holds_little_else() -> None:
    half = {"ways-read": 1, "found": 9, "new": 2, "degraded": 6}
    was = HealthEvent(
        id=1, source_id=1, kind="state", state=HealthState.EMPTY, at=NOW, since=NOW - 90 * HOUR, reason=""
    )
    assert judge(facts(*[half] * 30, was=was), NOW).state is HealthState.EMPTY
