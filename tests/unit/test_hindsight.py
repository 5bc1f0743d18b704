"""Learning from the visits to many articles at once: edits told from false changes by what came after."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from itertools import accumulate

import pytest

from palimpsest.crawler.edit_curve import Counts, EditCurve, archive_counts, outlet_counts
from palimpsest.crawler.hindsight import learned
from palimpsest.crawler.lookback import Log
from palimpsest.crawler.stages import HOUR

LITERATURE = EditCurve(archive_counts(), outlet_counts())


def swarm(chance: random.Random) -> list[float]:
    """The edits of an article: of every second a few, soon after it appeared and soon after each other."""
    if chance.random() < 0.5:
        return []
    gaps = (chance.expovariate(1 / (0.5 * HOUR)) for _ in range(3))
    return list(accumulate(gaps, initial=chance.expovariate(1 / HOUR)))


def dense(edits: list[float], chance: random.Random, noise: float) -> Log:
    """The log of visits every quarter of an hour for a day."""
    visits, before = [], 0.0
    for number in range(1, 96):
        at = number * HOUR / 4
        met = bisect_right(edits, at) > bisect_right(edits, before)
        visits.append((at, met or chance.random() < noise))
        before = at
    return Log.of(visits)


def made(articles: int, noise: float) -> tuple[list[Log], int]:
    """Logs, and in how many quarters of an hour there was an edit."""
    edited, blinks = random.Random(1), random.Random(2)
    logs, met = [], 0
    for _ in range(articles):
        edits = swarm(edited)
        quarters = [number * HOUR / 4 for number in range(96)]
        met += len({bisect_left(quarters, edit) for edit in edits if edit <= quarters[-1]})
        logs.append(dense(edits, blinks, noise))
    return logs, met


def rates(archive: Counts) -> list[float]:
    """Edits to be expected of an article: in its first four hours, its last hours, and soon after an edit."""
    curve = EditCurve(archive, outlet_counts()).settled()
    return [curve.mass(0, 0, 4 * HOUR), curve.mass(0, 12 * HOUR, 24 * HOUR), curve.mass(5, 0, HOUR)]


def test_a_log_tells_how_long_before_each_change_the_text_was_last_seen() -> None:
    log = Log.of([(10.0, False), (30.0, True), (70.0, True), (80.0, False)])
    assert log == Log(visits=4, end=80.0, changes=((10.0, 30.0), (30.0, 70.0)))


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_false_changes_are_told_from_edits_by_the_visits_after_them(noise: float) -> None:
    logs, met = made(80, noise)
    archive, _ = learned({"an outlet": logs})
    assert archive.false / archive.told == pytest.approx(noise, abs=0.004)
    assert sum(archive.seen) == pytest.approx(met, rel=0.2)


def test_what_is_learned_among_false_changes_is_near_what_is_learned_without_them() -> None:
    quiet, noisy = (rates(learned({"an outlet": made(80, noise)[0]})[0]) for noise in (0.0, 0.05))
    first, late, swarming = rates(archive_counts())
    assert noisy[0] == pytest.approx(quiet[0], rel=0.3)
    assert noisy[2] == pytest.approx(quiet[2], rel=0.4)
    assert quiet[0] > 1.5 * first
    assert quiet[1] < late
    assert quiet[2] > 1.5 * swarming


def test_a_calm_outlet_among_lively_ones_is_learned_to_be_calm() -> None:
    blinks = random.Random(4)
    lively, _ = made(60, 0.05)
    calm = [dense([], blinks, 0.05) for _ in range(60)]
    archive, outlets = learned({"lively": lively, "calm": calm})
    masses = [EditCurve(archive, outlets[name]).mass(0, 0, 4 * HOUR) for name in ("lively", "calm")]
    assert masses[1] < 0.4 * masses[0]


def test_articles_that_never_change_make_edits_rarer_than_the_literature_has_them() -> None:
    log = Log.of([(hour * HOUR, False) for hour in range(1, 49)])
    archive, outlets = learned({1: [log] * 40})
    assert outlets[1].visits == archive.told == 40 * 48
    assert sum(archive.seen) == 0
    assert EditCurve(archive, outlets[1]).mass(0, 0, 48 * HOUR) < 0.5 * LITERATURE.mass(0, 0, 48 * HOUR)


def test_a_story_that_changes_at_every_visit_for_days_is_edited_and_no_false_alarm() -> None:
    log = Log.of([(quarter * HOUR / 4, True) for quarter in range(1, 300)])
    archive, _ = learned({1: [log]})
    assert sum(archive.seen) > 250
    assert archive.false < 30


def test_a_single_change_after_days_is_shared_over_the_time_it_may_lie_in() -> None:
    archive, _ = learned({1: [Log.of([(HOUR, False), (72 * HOUR, True)])]})
    counted = [count for count in archive.seen if count > 0.01]
    assert len(counted) > 5
    assert sum(archive.seen) == pytest.approx(1, abs=0.1)


def test_a_small_archive_with_few_visits_takes_its_changes_for_edits() -> None:
    """Seen alone, they might all be false: what a comparison of two texts says is not given up for that."""
    chance, logs = random.Random(5), []
    for _ in range(60):
        edits = swarm(chance)
        visits, before = [], 0.0
        for at in (HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR, 96 * HOUR):
            visits.append((at, bisect_right(edits, at) > bisect_right(edits, before)))
            before = at
        logs.append(Log.of(visits))
    archive, _ = learned({1: logs})
    assert sum(archive.seen) > 0.9 * sum(len(log.changes) for log in logs)
