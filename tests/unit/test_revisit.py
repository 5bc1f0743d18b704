"""When to look again: what holds for every article, and what an outlet's past changes about it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palimpsest.crawler.edit_curve import HORIZON, HOUR, Counts, EditCurve, archive_counts, outlet_counts
from palimpsest.crawler.revisit import (
    FLOOR,
    MOST,
    Watched,
    next_age,
    next_look_for_return,
    next_try,
    next_visit,
    price,
    scarcity,
    seen_at,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def unlearned() -> EditCurve:
    return EditCurve(archive_counts(), outlet_counts())


def watch(
    curve: EditCurve, edits: list[float], *, budget: float = 12.0, noise: float = 0.0, seed: int = 5
) -> int:
    """Visit one article by the policy, learning as an archive does; the number of visits."""
    chance, known, visits = random.Random(seed), Watched(), 0
    while (age := next_age(known, curve, price(budget))) is not None and visits < MOST * budget:
        changed = any(known.looked_at < edit <= age for edit in edits) or chance.random() < noise
        known = seen_at(known, age, curve, changed=changed, learn=True)
        visits += 1
    return visits


@settings(deadline=None)
@given(
    changes=st.integers(0, 30),
    changed_at=st.floats(1, HORIZON - 1),
    since=st.floats(0, HORIZON),
    budget=st.sampled_from((1.0, 4.0, 12.0, 100.0)),
)
def test_a_visit_is_never_in_the_past_nor_at_once(
    changes: int, changed_at: float, since: float, budget: float
) -> None:
    changed_at = changed_at if changes else 0.0
    looked_at = min(HORIZON, changed_at + since)
    age = next_age(Watched(changes, changed_at, looked_at), unlearned(), price(budget))
    assert age is None or looked_at + FLOOR <= age < HORIZON


def test_waits_grow_with_the_age_of_an_article_that_does_not_change() -> None:
    curve, ages = unlearned(), [0.0]
    while (age := next_age(Watched(looked_at=ages[-1]), curve, price(12))) is not None:
        ages.append(age)
    waits = [later - earlier for earlier, later in pairwise(ages)]
    assert waits[2:] == sorted(waits[2:])
    assert waits[0] < HOUR < 24 * HOUR < waits[-1]


def test_an_edit_brings_the_next_visit_nearer() -> None:
    quiet = Watched(looked_at=20 * HOUR)
    edited = Watched(changes=1, changed_at=20 * HOUR, looked_at=20 * HOUR)
    visits = [next_age(known, unlearned(), price(12)) or HORIZON for known in (quiet, edited)]
    assert visits[1] < visits[0]


@pytest.mark.parametrize("budget", [4.0, 12.0, 32.0])
def test_more_budget_means_more_visits_and_about_as_many_as_it_says(budget: float) -> None:
    assert price(budget) > price(budget * 1.5)
    assert 0.4 * budget < watch(unlearned(), [], budget=budget) < 1.2 * budget


def test_an_outlet_that_edits_more_is_visited_more() -> None:
    common = archive_counts()
    busy, calm = EditCurve(common, outlet_counts()), EditCurve(common, outlet_counts())
    for _ in range(60):
        watch(busy, [HOUR, 4 * HOUR])
        watch(calm, [])
    assert busy.rate(0, 3) > 2 * calm.rate(0, 3)
    assert watch(busy, []) > watch(calm, [])


def test_false_changes_are_suspected_and_do_not_run_away() -> None:
    quiet, noisy = unlearned(), unlearned()
    for seed in range(200):
        watch(quiet, [HOUR] if seed % 4 == 0 else [])
        watch(noisy, [HOUR] if seed % 4 == 0 else [], noise=0.05, seed=seed)
    assert noisy.false_share > 2 * quiet.false_share
    visits = sum(watch(noisy, [], noise=0.05, seed=seed) for seed in range(1000, 1020))
    assert visits < 2 * 20 * 12


def test_no_article_costs_more_than_a_few_budgets() -> None:
    known = Watched(changes=40, changed_at=HOUR, looked_at=HOUR)
    assert next_visit(NOW, known, 47, unlearned(), 12, 6) is not None
    assert next_visit(NOW, known, 48, unlearned(), 12, 6) is None


def test_a_change_is_shared_over_the_steps_between_two_visits() -> None:
    curve = unlearned()
    assert curve.learn(0, 0.0, 10 * HOUR, changed=True) > 0.9
    seen = [count for count in curve.archive.seen if count]
    assert len(seen) > 5
    assert sum(seen) == pytest.approx(1, abs=0.1)
    assert seen[0] > seen[-1] / 10


def test_counts_come_back_from_their_column() -> None:
    curve = unlearned()
    watch(curve, [HOUR])
    again = Counts.from_json(curve.archive.to_json())
    assert again.visits == curve.archive.visits
    assert again.seen == pytest.approx(curve.archive.seen, abs=1e-4)


def test_a_gone_article_is_looked_for_less_and_less_and_at_last_no_more() -> None:
    waits = []
    now = NOW
    while (visit := next_look_for_return(NOW, now)) is not None:
        waits.append(visit - now)
        now = visit
    assert waits[:4] == [DAY, DAY, 2 * DAY, 4 * DAY]
    assert waits[-1] == 30 * DAY
    assert len(waits) < 15


def test_an_article_behind_a_wall_is_tried_less_and_less_and_at_last_no_more() -> None:
    tries, now = 0, NOW
    while (visit := next_try(NOW, tries, now)) is not None:
        assert visit - now >= timedelta(minutes=10)
        now, tries = visit, tries + 1
        if tries == 8:
            assert timedelta(days=1) < now - NOW < timedelta(days=2)
    assert tries < 25
    assert now - NOW < timedelta(days=220)


def test_visits_get_dearer_as_the_budget_is_spent_and_not_before() -> None:
    assert scarcity(0) == scarcity(0.75) == 1.0
    assert 1.0 < scarcity(0.8) < scarcity(0.9) < scarcity(1.0)
    known = Watched(looked_at=HOUR)
    plenty, scarce = (next_visit(NOW, known, 1, unlearned(), 12, spent) for spent in (6, 12))
    assert plenty is not None
    assert scarce is None or scarce > plenty
