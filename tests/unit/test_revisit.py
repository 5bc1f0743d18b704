"""When to look again: what holds for every article, and what an outlet's past changes about it."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from heapq import heapify, heappop, heappush
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palimpsest.crawler.belief import History, Watched, seen_at
from palimpsest.crawler.edit_curve import Counts, EditCurve, archive_counts, outlet_counts
from palimpsest.crawler.planning import Foresight
from palimpsest.crawler.prospect import FLOOR, Prospects
from palimpsest.crawler.revisit import (
    MOST,
    allowance,
    current_price,
    next_look_for_return,
    next_try,
    next_visit,
    price,
    scarcity,
)
from palimpsest.crawler.stages import HORIZON, HOUR

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def unlearned() -> EditCurve:
    return EditCurve(archive_counts(), outlet_counts())


@cache
def prospects(budget: float) -> Prospects:
    """Of an outlet of which nothing was learned yet."""
    return Prospects(unlearned(), price(budget))


def watch(
    curve: EditCurve,
    edits: list[float],
    foresight: Foresight,
    *,
    budget: float = 12.0,
    noise: float = 0.0,
    seed: int = 5,
) -> int:
    """Visit one article by the policy, learning as an archive does; the number of visits."""
    chance, known, visits = random.Random(seed), Watched(), 0
    while visits < MOST * budget:
        age = foresight.of(id(curve), curve, price(budget)).next_age(known)
        if age is None:
            break
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
    age = prospects(budget).next_age(Watched((History(changes, changed_at),), looked_at))
    assert age is None or looked_at + FLOOR <= age < HORIZON


def test_waits_grow_with_the_age_of_an_article_that_does_not_change() -> None:
    ages = [0.0]
    while (age := prospects(12).next_age(Watched(looked_at=ages[-1]))) is not None:
        ages.append(age)
    waits = [later - earlier for earlier, later in pairwise(ages)]
    assert waits[2:] == sorted(waits[2:])
    assert waits[0] < HOUR < 24 * HOUR < waits[-1]


def test_an_outlet_that_edits_again_and_again_is_looked_at_soon_after_an_edit() -> None:
    """A version there is soon overwritten; where no edit follows another, it can be met later."""
    swarms, single = unlearned(), unlearned()
    for curve, edits in ((swarms, [HOUR, 1.5 * HOUR, 2 * HOUR, 2.5 * HOUR]), (single, [HOUR])):
        for _ in range(60):
            known = Watched()
            for quarter in range(1, 100):
                age = quarter * HOUR / 4
                changed = any(known.looked_at < edit <= age for edit in edits)
                known = seen_at(known, age, curve, changed=changed, learn=True)
    edited = Watched((History(1, 1.1 * HOUR),), 1.25 * HOUR)
    ages = [Prospects(curve, price(12)).next_age(edited) or HORIZON for curve in (swarms, single)]
    assert ages[0] < 2 * HOUR
    assert ages[1] > 4 * HOUR


def test_no_visit_is_made_where_none_is_worth_its_price() -> None:
    assert Prospects(unlearned(), 5.0).next_age(Watched()) is None
    assert Prospects(unlearned(), 0.05).next_age(Watched()) is not None


def test_outlets_of_which_nothing_is_known_yet_share_what_was_worked_out_for_one() -> None:
    known = unlearned()
    known.outlet.seen[0] += 5.0
    first = Foresight().of(1, unlearned(), 0.2)
    assert Foresight().of(2, unlearned(), 0.2) is first
    assert Foresight().of(3, known, 0.2) is not first
    assert Foresight().of(4, unlearned(), 0.4) is not first


def test_prospects_are_kept_until_what_they_rest_on_has_grown() -> None:
    foresight, curve = Foresight(), unlearned()
    first = foresight.of(1, curve, 0.05)
    assert foresight.of(1, curve, 0.0501) is first
    assert foresight.of(1, curve, 0.08) is not first
    curve.archive.seen[0] += 5.0
    curve.archive.visits += 25
    assert foresight.of(1, curve, 0.05) is first
    curve.archive.visits += 1
    assert foresight.of(1, curve, 0.05) is not first


def test_an_edit_brings_the_next_visit_nearer() -> None:
    quiet = Watched(looked_at=20 * HOUR)
    edited = Watched((History(1, 20 * HOUR),), looked_at=20 * HOUR)
    visits = [prospects(12).next_age(known) or HORIZON for known in (quiet, edited)]
    assert visits[1] < visits[0]


@pytest.mark.parametrize("budget", [4.0, 12.0, 32.0])
def test_more_budget_means_more_visits_and_about_as_many_as_it_says(budget: float) -> None:
    assert price(budget) > price(budget * 1.5)
    assert 0.4 * budget < watch(unlearned(), [], Foresight(), budget=budget) < 1.2 * budget


def test_an_outlet_that_edits_more_is_visited_more() -> None:
    common, foresight = archive_counts(), Foresight()
    busy, calm = EditCurve(common, outlet_counts()), EditCurve(common, outlet_counts())
    for _ in range(60):
        watch(busy, [HOUR, 4 * HOUR], foresight)
        watch(calm, [], foresight)
    assert busy.rate(0, 3) > 2 * calm.rate(0, 3)
    assert watch(busy, [], foresight) > watch(calm, [], foresight)


def test_false_changes_are_suspected_where_many_visits_show_them_and_do_not_run_away() -> None:
    quiet, noisy, foresight = unlearned(), unlearned(), Foresight()
    blinks = random.Random(7)
    for curve, noise in ((quiet, 0.0), (noisy, 0.05)):
        for number in range(60):
            known = Watched()
            for hour in range(1, 100):
                changed = blinks.random() < noise or (number % 4 == 0 and hour == 2)
                known = seen_at(known, hour * HOUR, curve, changed=changed, learn=True)
    assert quiet.false_share < 0.001
    assert 0.04 < noisy.false_share < 0.06
    visits = sum(watch(noisy, [], foresight, noise=0.05, seed=seed) for seed in range(1000, 1020))
    assert visits < 2 * 20 * 12


def test_a_calm_outlet_with_false_changes_is_learned_to_be_calm() -> None:
    """Each false change might be an edit; all of them together can not be."""
    common, blinks = archive_counts(), random.Random(3)
    lively, calm = EditCurve(common, outlet_counts()), EditCurve(common, outlet_counts())
    for number in range(120):
        for curve, edited in ((lively, number % 2 == 0), (calm, False)):
            known = Watched()
            for quarter in range(1, 60):
                changed = blinks.random() < 0.05 or (edited and quarter == 8)
                known = seen_at(known, quarter * HOUR / 4, curve, changed=changed, learn=True)
    mass = [curve.mass(0, 0.0, 12 * HOUR) for curve in (lively, calm)]
    assert mass[1] < 0.5 * mass[0]


def test_no_article_costs_more_than_a_few_budgets() -> None:
    known = Watched((History(40, HOUR),), looked_at=HOUR)
    assert next_visit(NOW, known, 47, prospects(12), 12) is not None
    assert next_visit(NOW, known, 48, prospects(12), 12) is None


def test_a_change_is_shared_over_the_steps_between_two_visits() -> None:
    curve = unlearned()
    known = seen_at(Watched(), 10 * HOUR, curve, changed=True, learn=True)
    assert known.edits == 1
    assert sum(one.weight for one in known.histories if one.edits == 1) > 0.9
    moments = [one.edited_at for one in known.histories if one.edits == 1]
    assert len(moments) == 3
    assert 0 < min(moments) < 3 * HOUR < max(moments) < 10 * HOUR
    seen = [count for count in curve.archive.seen if count]
    assert len(seen) > 5
    assert sum(seen) == pytest.approx(1, abs=0.1)
    assert seen[0] > seen[-1] / 10


def test_counts_come_back_from_their_column() -> None:
    curve = unlearned()
    watch(curve, [HOUR], Foresight())
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


def test_a_false_change_does_not_keep_an_article_hot() -> None:
    def waits(curve: EditCurve) -> list[float]:
        """After a change at a day and a half, an hour apart, five visits that show nothing."""
        known, found, ahead = Watched(looked_at=30 * HOUR), [], Prospects(curve, price(12))
        for hour, changed in ((36, True), *((36 + silent, False) for silent in range(1, 6))):
            known = seen_at(known, hour * HOUR, curve, changed=changed, learn=False)
            found.append((ahead.next_age(known) or HORIZON) - known.looked_at)
        return found

    clean, noisy = unlearned(), unlearned()
    noisy.archive.told, noisy.archive.false = 10_000, 500
    assert sum(waits(noisy)) > sum(waits(clean))
    never = seen_at(Watched(looked_at=40 * HOUR), 41 * HOUR, noisy, changed=False, learn=False)
    quiet = (Prospects(noisy, price(12)).next_age(never) or HORIZON) - never.looked_at
    assert waits(noisy)[-1] > max(0.25 * quiet, 5 * waits(clean)[-1])


def test_silent_visits_take_belief_from_a_change_and_a_second_change_gives_it_back() -> None:
    curve = unlearned()
    curve.archive.told, curve.archive.false = 10_000, 500

    def edited(known: Watched) -> float:
        return sum(one.weight for one in known.histories if one.edits)

    first = seen_at(Watched(looked_at=2 * HOUR), 2.25 * HOUR, curve, changed=True, learn=False)
    silent = seen_at(first, 6 * HOUR, curve, changed=False, learn=False)
    second = seen_at(first, 2.5 * HOUR, curve, changed=True, learn=False)
    assert 0.1 < edited(first) < 0.9
    assert edited(silent) < edited(first) < edited(second)


def test_what_is_believed_of_an_article_stays_small_and_whole() -> None:
    chance, known, curve = random.Random(3), Watched(), unlearned()
    curve.archive.told, curve.archive.false = 10_000, 1_000
    for visit in range(1, 200):
        known = seen_at(known, visit * HOUR, curve, changed=chance.random() < 0.3, learn=True)
        assert 1 <= len(known.histories) <= 9
        assert sum(one.weight for one in known.histories) == pytest.approx(1)
        assert all(0 <= one.edited_at <= known.looked_at for one in known.histories)
        weights = [one.weight for one in known.histories]
        assert weights == sorted(weights, reverse=True)


def edits_of(chance: random.Random) -> list[float]:
    """An outlet where a third of the articles is edited, by two edits within hours."""
    if chance.random() > 0.33:
        return []
    first = chance.expovariate(1 / (2 * HOUR))
    return [first, first + chance.expovariate(1 / (2 * HOUR))]


def captured(noise: float) -> float:
    """Share of the versions of 600 articles met with up to 8 visits each, after as many to learn from."""
    chance, blinks, curve, foresight = random.Random(11), random.Random(12), unlearned(), Foresight()
    curve.archive.told, curve.archive.false = 10_000, 10_000 * noise
    dear, met, made, visits = 1.0, 0, 0, 0
    for number in range(1200):
        edits, known = edits_of(chance), Watched()
        if number == 600:
            met = made = 0
        made += len(edits)
        while (age := foresight.of(0, curve, dear * price(8)).next_age(known)) is not None:
            new = sum(known.looked_at < edit <= age for edit in edits)
            met += new > 0
            known = seen_at(known, age, curve, changed=new > 0 or blinks.random() < noise, learn=True)
            visits += 1
        dear = scarcity(visits / 8, number + 1, 1200)
    assert 7 < visits / 1200 <= 8
    return met / made


def test_an_outlet_with_false_changes_loses_little_once_they_are_known() -> None:
    assert captured(0.05) > captured(0.0) - 0.06


def test_visits_get_dearer_as_more_is_spent_than_allowed_and_cheaper_as_less_is() -> None:
    assert scarcity(0, 0, 100) == 1.0
    assert scarcity(48, 50, 100) == pytest.approx(1.0, abs=0.1)
    assert 1.0 < scarcity(55, 50, 100) < scarcity(60, 50, 100)
    assert 0.1 <= scarcity(10, 50, 100) < scarcity(45, 50, 100) < 1.0
    assert scarcity(100, 100, 100) > 100  # nothing is left


def test_feeds_that_ask_for_much_do_not_end_the_looks_at_articles_that_were_edited() -> None:
    dear = scarcity(300, 3, 1000)
    edited = Watched((History(1, 0.5 * HOUR),), HOUR)
    again = Prospects(unlearned(), price(12) * dear).next_age(edited)
    assert again is not None
    assert again < 24 * HOUR
    known = Watched(looked_at=HOUR)
    plenty, scarce = unlearned(), unlearned()
    plenty.archive.visits, plenty.archive.allowed = 600, 600
    scarce.archive.visits, scarce.archive.allowed = 1200, 600
    visits = [
        next_visit(NOW, known, 1, Prospects(curve, current_price(curve.archive, 12, 1000)), 12)
        for curve in (plenty, scarce)
    ]
    assert visits[0] is not None
    assert visits[1] is None or visits[1] > visits[0]


@pytest.mark.parametrize(("edited", "edits"), [(0.1, 1), (0.3, 2), (0.9, 5)])
@pytest.mark.parametrize("span", [HOUR, 480 * HOUR])
def test_an_archive_spends_most_of_its_budget_and_no_more_whether_its_outlets_are_calm_or_busy(
    edited: float, edits: int, span: float
) -> None:
    """100 articles found over a span are watched to their end; the last ones weigh most."""
    chance, curve, budget, articles, visits = random.Random(2), unlearned(), 9.0, 0, 0
    foresight = Foresight()
    watched: dict[int, tuple[float, list[float], Watched, int]] = {}
    due: list[tuple[float, int]] = [(chance.uniform(0, span), number) for number in range(100)]
    heapify(due)
    while due:
        at, number = heappop(due)
        if number not in watched:
            articles += 1
            waits = (
                [chance.expovariate(1 / (2 * HOUR)) for _ in range(edits)] if chance.random() < edited else []
            )
            began, when, known, made = at, list(accumulate(waits)), Watched(), 0
        else:
            began, when, known, made = watched[number]
            age = at - began
            curve.archive.allowed += allowance(age, budget) - allowance(known.looked_at, budget)
            changed = any(known.looked_at < edit <= age for edit in when)
            known, made, visits = (
                seen_at(known, age, curve, changed=changed, learn=True),
                made + 1,
                visits + 1,
            )
        ahead = foresight.of(0, curve, current_price(curve.archive, budget, articles))
        visit = next_visit(NOW, known, made, ahead, budget)
        if visit is None:
            curve.archive.allowed += budget - allowance(known.looked_at, budget)
        else:
            heappush(due, (began + (visit - NOW).total_seconds(), number))
        watched[number] = began, when, known, made
    assert curve.archive.allowed == pytest.approx(100 * budget)
    assert 0.65 * budget < visits / 100 <= budget


def test_the_allowance_of_an_article_grows_with_its_age_to_the_whole_budget() -> None:
    ages = [0.0, HOUR, 6 * HOUR, 48 * HOUR, 240 * HOUR, HORIZON, 2 * HORIZON]
    allowed = [allowance(age, 12) for age in ages]
    assert allowed[0] == 0
    assert allowed == sorted(allowed)
    assert allowed[2] > 3
    assert allowed[-2:] == [12, 12]


def test_planning_one_article_takes_well_under_a_millisecond() -> None:
    chance, curve, known = random.Random(1), unlearned(), Watched()
    curve.archive.told, curve.archive.false = 10_000, 1_000
    for visit in range(1, 40):
        known = seen_at(known, visit * HOUR, curve, changed=visit % 5 == 0, learn=True)
    assert len(known.histories) > 3
    ahead, least = Prospects(curve, price(12)), 1.0
    for visit in range(40, 60):
        began = time.process_time()
        after = seen_at(known, visit * HOUR, curve, changed=chance.random() < 0.1, learn=True)
        ahead.next_age(after)
        least = min(least, time.process_time() - began)
    assert least < 0.001
