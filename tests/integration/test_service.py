"""The keeper of the schedules, with a clock and a crawler that a test holds in its hand."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from palimpsest import schedule as when
from palimpsest.checkup import note_health, verdicts
from palimpsest.crawler.run import Report
from palimpsest.errors import Busy, CannotWrite, StoreError
from palimpsest.keeper import Keeper
from palimpsest.model import HealthState, RunState, Schedule, Source
from palimpsest.service import keep_house
from palimpsest.storage import Archive

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Hand:
    """Takes crawls and ends them when it is told to."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, str]] = []
        self.open: dict[str, Future[Report]] = {}

    def crawl(self, source: Source | None, why: str, *, announced: bool = True) -> Future[Report]:
        slug = source.slug if source else ""
        assert announced is (why != "revisit")
        assert slug not in self.open, "the same source twice at once"
        self.begun.append((slug, why))
        self.open[slug] = Future()
        return self.open[slug]

    def end(self, slug: str, state: RunState = RunState.DONE, **counts: int) -> None:
        report = Report(source=slug, state=state, counts=tuple(counts.items()))
        self.open.pop(slug).set_result(report)

    def fail(self, slug: str, error: Exception) -> None:
        self.open.pop(slug).set_exception(error)


class Days:
    """A keeper whose time passes when a test says so."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.now = NOW
        self.hand = Hand()
        self.told: list[str] = []
        self.keeper = self.new_keeper()

    def new_keeper(self) -> Keeper:
        return Keeper(self.archive, self.hand, clock=lambda: self.now, tell=self.told.append)

    def pass_(self, span: timedelta) -> None:
        """Let time pass with a look every half minute."""
        end = self.now + span
        while self.now < end:
            self.now = min(self.now + MINUTE / 2, end)
            self.keeper.tick()

    def sleep(self, span: timedelta) -> None:
        """Let time pass with nobody looking."""
        self.now += span
        self.keeper.tick()

    def schedule(self, source: Source, **fields: Any) -> Schedule:
        made = when.new_schedule(source.id, now=self.now, **fields)
        self.archive.save_schedule(made)
        return made

    def kept(self, source: Source) -> Schedule:
        return next(one for one in self.archive.schedules() if one.source_id == source.id)


@pytest.fixture
def days(archive: Archive) -> Days:
    return Days(archive)


def add(archive: Archive, slug: str) -> Source:
    return archive.add_source(Source(slug=slug, name=slug, home=f"https://{slug}.example/"))


def test_a_schedule_is_kept_as_it_was_set(days: Days, source: Source) -> None:
    by_cron = days.schedule(source, cron="*/10 6-23 * * *", zone="Europe/Paris", jitter=3 * MINUTE)
    assert days.archive.schedules() == (by_cron,)
    by_span = days.schedule(source, every=15 * MINUTE)
    assert days.archive.schedules() == (by_span,)


def test_a_source_is_crawled_in_step(days: Days, source: Source) -> None:
    days.schedule(source, every=15 * MINUTE)
    for _ in range(4):
        days.keeper.tick()
        days.hand.end("herald", new=1)
        days.pass_(15 * MINUTE)
    assert days.hand.begun == [("herald", "scheduled")] * 5
    assert days.archive.health_events() == ()


def test_a_source_is_never_crawled_twice_at_once(days: Days, source: Source) -> None:
    days.schedule(source, every=15 * MINUTE)
    days.pass_(50 * MINUTE)
    assert days.hand.begun == [("herald", "scheduled")]
    days.hand.end("herald", new=1)
    days.pass_(11 * MINUTE)
    assert days.hand.begun == [("herald", "scheduled")] * 2


def test_no_more_crawls_are_in_hand_than_the_setting_says(days: Days) -> None:
    limit = days.archive.settings.crawl.sources
    for number in range(limit + 2):
        days.schedule(add(days.archive, f"s{number}"), every=HOUR)
    days.keeper.tick()
    assert len(days.hand.open) == limit
    days.hand.end("s0", new=1)
    days.keeper.tick()
    assert len(days.hand.begun) == limit + 1


def test_a_machine_asleep_for_a_week_makes_one_run_and_tells(days: Days, source: Source) -> None:
    days.schedule(source, every=15 * MINUTE)
    days.keeper.tick()
    days.hand.end("herald", new=1)
    days.pass_(MINUTE)
    days.sleep(7 * DAY)
    days.hand.end("herald", new=1)
    days.pass_(5 * MINUTE)
    assert days.hand.begun == [("herald", "scheduled")] * 2
    (event,) = days.archive.health_events()
    assert (event.kind, event.state, event.since) == ("missed", HealthState.LATE, NOW + 15 * MINUTE)
    assert "671 runs were missed" in event.reason
    assert days.archive.health_events(after=event.id) == ()


def test_schedules_survive_a_restart_and_a_run_cut_off_is_owed(days: Days, source: Source) -> None:
    days.schedule(source, every=DAY)
    days.keeper.tick()
    days.hand.open.clear()  # killed
    days.now += HOUR
    days.keeper = days.new_keeper()
    days.keeper.tick()
    assert days.hand.begun == [("herald", "scheduled")] * 2
    assert [event.kind for event in days.archive.health_events()] == ["missed"]


def test_a_failing_source_is_tried_again_less_and_less_often(days: Days, source: Source) -> None:
    days.schedule(source, every=DAY)
    days.keeper.tick()
    for minutes in (5, 10, 20):
        days.hand.end("herald", problems=1)
        days.keeper.tick()
        begun = len(days.hand.begun)
        days.pass_((minutes - 1) * MINUTE)
        assert len(days.hand.begun) == begun
        days.pass_(MINUTE)
        assert len(days.hand.begun) == begun + 1
    days.hand.fail("herald", ValueError("a fault of ours"))
    days.keeper.tick()
    assert days.kept(source).failures == 4
    assert any("a fault of ours" in line for line in days.told)


@pytest.mark.parametrize("error", [Busy("being crawled already"), CannotWrite("the disk is full")])
def test_a_source_is_not_at_fault_for_a_busy_or_full_archive(
    days: Days, source: Source, error: StoreError
) -> None:
    days.schedule(source, every=DAY)
    days.keeper.tick()
    days.hand.fail("herald", error)
    days.pass_(2 * MINUTE)
    assert days.kept(source).failures == 0
    assert days.hand.begun == [("herald", "scheduled")] * 2
    assert any(error.message in line for line in days.told)


def test_what_is_asked_for_by_hand_is_crawled_once_though_paused(days: Days, source: Source) -> None:
    days.schedule(source, every=HOUR)
    days.archive.change_schedule(source.id, when.paused)
    days.pass_(2 * MINUTE)
    assert days.hand.begun == []
    days.archive.change_schedule(source.id, lambda old: when.asked(old, now=days.now))
    days.keeper.tick()
    days.hand.end("herald", new=1)
    days.pass_(2 * HOUR)
    assert days.hand.begun == [("herald", "by hand")]


def test_a_paused_source_is_not_owed_the_runs_of_its_pause(days: Days, source: Source) -> None:
    days.schedule(source, every=HOUR)
    days.archive.update_source("herald", paused=True)
    days.pass_(3 * HOUR + MINUTE)
    days.archive.update_source("herald", paused=False)
    days.keeper.tick()
    assert days.hand.begun == []
    days.pass_(HOUR)
    assert days.hand.begun == [("herald", "scheduled")]
    assert days.archive.health_events() == ()


def test_a_clock_set_back_stops_no_schedule(days: Days, source: Source) -> None:
    days.schedule(source, every=15 * MINUTE)
    days.keeper.tick()
    days.hand.end("herald", new=1)
    days.pass_(MINUTE)
    days.sleep(-30 * DAY)
    days.pass_(16 * MINUTE)
    assert days.hand.begun == [("herald", "scheduled")] * 2


def test_articles_are_looked_at_again_between_the_crawls(days: Days, source: Source) -> None:
    days.schedule(source, every=DAY)
    days.keeper.tick()
    days.hand.end("herald", new=1)
    with days.archive.transaction() as tx:
        for source_id, key in ((source.id, "herald.example/a"), (None, "lone.example/b")):
            row = tx.add_article(source_id, f"https://{key}", key, now=NOW)
            tx.set_article(row.id, next_visit=NOW + HOUR)
    days.pass_(2 * HOUR)
    assert set(days.hand.begun[1:]) == {("herald", "revisit"), ("", "revisit")}
    assert len(days.hand.begun) == 3
    days.archive.update_source("herald", paused=True)
    days.hand.end("herald", unchanged=1)
    days.hand.end("", unchanged=1)
    days.pass_(4 * MINUTE)
    assert len(days.hand.begun) == 3
    days.pass_(2 * MINUTE)
    assert days.hand.begun[3:] == [("", "revisit")]


def test_a_schedule_goes_with_its_source(days: Days, source: Source) -> None:
    days.schedule(source, every=HOUR)
    days.keeper.tick()
    days.archive.remove_source("herald")
    days.hand.end("herald", new=1)
    days.pass_(2 * HOUR)
    assert days.archive.schedules() == ()
    assert len(days.hand.begun) == 1


def fares(archive: Archive, now: datetime) -> HealthState:
    """The state of the only source."""
    ((_, verdict),) = verdicts(archive, now)
    return verdict.state


def test_many_revisits_do_not_hide_the_crawls_between_them(archive: Archive, source: Source) -> None:
    for hour in range(3):
        for minute, why, counts in [
            (0, "scheduled", {"problems": 1, "ways-failed": 1}),
            *((minute, "revisit", {"unchanged": 5}) for minute in range(4, 60, 4)),
        ]:
            at = NOW + hour * HOUR + minute * MINUTE
            run = archive.start_run(source.id, why, now=at)
            archive.finish_run(run.id, RunState.DONE, counts, now=at + MINUTE)
    assert fares(archive, NOW + 3 * HOUR) is HealthState.FAILING


def test_a_turn_for_the_worse_is_one_event_and_the_recovery_another(archive: Archive, source: Source) -> None:
    def crawl(at: datetime, **counts: int) -> None:
        run = archive.start_run(source.id, "scheduled", now=at)
        archive.finish_run(run.id, RunState.DONE, counts, ["the feed answered 500"], now=at + MINUTE)

    for hour in range(4):
        crawl(NOW + hour * HOUR, problems=1, **{"ways-failed": 1})
        note_health(archive, NOW + hour * HOUR + 2 * MINUTE)
    crawl(NOW + 5 * HOUR, new=3, **{"ways-read": 1, "found": 3})
    note_health(archive, NOW + 6 * HOUR)
    note_health(archive, NOW + 7 * HOUR)
    worse, better = archive.health_events()
    assert (worse.state, worse.since) == (HealthState.FAILING, NOW)
    assert "the feed answered 500" in worse.reason
    assert better.state is HealthState.OK


def test_a_schedule_that_nobody_keeps_is_late(archive: Archive, source: Source) -> None:
    archive.save_schedule(when.new_schedule(source.id, now=NOW, every=HOUR))
    assert fares(archive, NOW + 30 * MINUTE) is HealthState.OK
    assert fares(archive, NOW + 3 * HOUR) is HealthState.LATE


def test_a_fall_in_new_articles_is_seen_in_the_archive_itself(archive: Archive, source: Source) -> None:
    with archive.transaction() as tx:
        for number in range(140):
            key = f"herald.example/{number}"
            tx.add_article(source.id, f"https://{key}", key, now=NOW - 3 * DAY - number * 2 * HOUR)
    assert fares(archive, NOW) is HealthState.EMPTY


def test_housekeeping_marks_runs_that_died_and_leaves_those_at_work(archive: Archive, source: Source) -> None:
    dead = archive.start_run(source.id, "scheduled", now=NOW)
    alive = archive.start_run(0, "by hand", now=NOW)
    with archive.lock_source(0):
        keep_house(archive, NOW + HOUR)
    states = {run.id: run.state for run in archive.runs()}
    assert states == {dead.id: RunState.KILLED, alive.id: RunState.RUNNING}


def test_there_is_one_keeper_of_an_archive(archive: Archive) -> None:
    with archive.lock_keeping(), pytest.raises(Busy, match="palimpsest run"), archive.lock_keeping():
        pass
    with archive.lock_keeping():
        pass
