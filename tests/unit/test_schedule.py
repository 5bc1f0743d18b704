"""When a source is due: cron lines, spans, nights with a changed clock, misfires, back-off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palimpsest import schedule as when
from palimpsest.errors import BadSchedule
from palimpsest.model import Schedule

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)  # a Sunday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
GRACE = 24 * HOUR


def made(now: datetime = NOW, **fields: Any) -> Schedule:
    return when.new_schedule(1, now=now, **fields)


def slots(schedule: Schedule, after: datetime, count: int) -> list[str]:
    """The next slots on the wall clock of the schedule's zone."""
    found = []
    for _ in range(count):
        after = when.next_slot(schedule, after)
        found.append(after.astimezone(ZoneInfo(schedule.zone)).strftime("%d %H:%M%z"))
    return found


# ------------------------------------------------------------------ reading


@pytest.mark.parametrize(
    ("text", "span"),
    [("15m", 15 * MINUTE), ("1h30m", 90 * MINUTE), ("90s", timedelta(seconds=90)), ("1W", 7 * DAY)],
)
def test_a_span_is_read(text: str, span: timedelta) -> None:
    assert when.parse_span(text) == span
    assert when.parse_span(when.told(span)) == span


@pytest.mark.parametrize("text", ["", "15", "m", "-5m", "1m1h", "1.5h", "99999999999999w"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(BadSchedule, match=r"span|longer"):
        when.parse_span(text)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cron": "0 6 * * *", "zone": "Europe/Pariss"}, "did you mean Europe/Paris"),
        ({"cron": "0 6 * * *", "zone": "../etc/passwd"}, "no time zone"),
        ({"cron": "0 6 * * *", "zone": "Europe"}, "no time zone"),
        ({"cron": "0 6 * * *", "zone": ""}, "no time zone"),
        ({"cron": "0 0 30 2 *"}, "never fires"),
        ({"cron": "0 0 31 4,6,9,11 *"}, "never fires"),
        ({"cron": "61 * * * *"}, "maximum value"),
        ({"cron": "* * *"}, "3 fields, not 5"),
        ({"cron": ""}, "0 fields, not 5"),
        ({"cron": "0 6 * * 8"}, "no weekday '8'"),
        ({"cron": "0 6 * * mon#2"}, "no weekday"),
        ({"cron": "0 6 * * */0"}, "no weekday"),
        ({"cron": "a b c d e"}, "weekday 'e'"),
        ({"cron": "x * * * *"}, "cannot be read"),
        ({"every": timedelta(seconds=59)}, "between 1m and 366d"),
        ({"every": timedelta(0)}, "between 1m and 366d"),
        ({"every": 367 * DAY}, "between 1m and 366d"),
        ({"every": HOUR, "jitter": HOUR}, "must be shorter"),
        ({"cron": "*/10 * * * *", "jitter": 11 * MINUTE}, "must be shorter"),
        ({"every": HOUR, "cron": "0 6 * * *"}, "one of"),
        ({}, "one of"),
    ],
)
def test_a_schedule_that_cannot_hold_is_refused_in_words(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadSchedule, match=said):
        made(**fields)


# ------------------------------------------------------------- firing times


def test_a_span_runs_soon_and_then_in_step() -> None:
    schedule = made(every=15 * MINUTE)
    assert schedule.next_at == NOW
    assert when.next_run(schedule, NOW) == NOW + 15 * MINUTE
    assert when.next_run(schedule, NOW + 47 * MINUTE) == NOW + HOUR


def test_weekdays_count_as_cron_counts_them() -> None:
    for sunday in ("0", "7", "sun"):
        assert slots(made(cron=f"0 6 * * {sunday}"), NOW, 2) == ["08 06:00+0000", "15 06:00+0000"]
    assert slots(made(cron="0 6 * * 1-5"), NOW, 6)[:1] == ["02 06:00+0000"]
    assert slots(made(cron="0 6 * * 1-5"), NOW, 6)[-1] == "09 06:00+0000"
    assert slots(made(cron="0 6 * * fri-mon"), NOW, 4) == [
        f"{day} 06:00+0000" for day in ("02", "06", "07", "08")
    ]
    assert slots(made(cron="0 6 * * 1/3"), NOW, 2) == ["02 06:00+0000", "05 06:00+0000"]


def test_a_day_of_the_month_and_a_weekday_are_either_or() -> None:
    assert slots(made(cron="0 0 10 * mon"), NOW, 3) == ["02 00:00+0000", "09 00:00+0000", "10 00:00+0000"]


def test_a_named_line_is_what_it_stands_for() -> None:
    assert slots(made(cron="@daily"), NOW, 1) == slots(made(cron="0 0 * * *"), NOW, 1)


def test_a_line_of_the_leap_day_waits_for_it() -> None:
    assert made(cron="0 0 29 2 *").next_at == datetime(2028, 2, 29, tzinfo=UTC)


def test_in_the_night_without_the_hour_a_daily_line_runs_once_and_that_much_later() -> None:
    schedule = made(cron="30 2 * * *", zone="Europe/Paris")
    assert slots(schedule, datetime(2026, 3, 28, 12, tzinfo=UTC), 2) == ["29 03:30+0200", "30 02:30+0200"]


def test_in_the_night_with_the_hour_twice_a_daily_line_runs_once() -> None:
    schedule = made(cron="30 2 * * *", zone="Europe/Paris")
    assert slots(schedule, datetime(2026, 10, 24, 12, tzinfo=UTC), 2) == ["25 02:30+0200", "26 02:30+0100"]


def test_a_line_that_means_every_so_often_goes_on_through_both_nights() -> None:
    schedule = made(cron="*/30 * * * *", zone="Europe/Paris")
    for evening in (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)):
        instants = [evening]
        for _ in range(12):
            instants.append(when.next_slot(schedule, instants[-1]))
        assert {later - earlier for earlier, later in pairwise(instants)} == {30 * MINUTE}


ZONES = (
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(("30 2 * * *", "*/10 6-23 * * *", "0 0 1 * *", "15 1,2 * * sat-sun", "0 0 29 2 *")),
    st.integers(1_290_000_000, 2_050_000_000),
)
def test_the_next_run_lies_ahead_and_nothing_lies_between(zone: str, line: str, second: int) -> None:
    after = datetime.fromtimestamp(second, UTC)
    schedule = Schedule(source_id=1, cron=line, zone=zone, set_at=NOW, next_at=NOW, jitter=3 * MINUTE)
    run = when.next_run(schedule, after)
    assert run > after
    assert when.next_run(schedule, run - timedelta(microseconds=1)) == run


def test_a_day_that_a_zone_skips_is_got_over() -> None:
    schedule = made(cron="30 2 * * *", zone="Pacific/Apia")  # it had no 30 December 2011
    instants = [datetime(2011, 12, 28, tzinfo=UTC)]
    for _ in range(5):
        instants.append(when.next_slot(schedule, instants[-1]))
    assert all(later - earlier <= DAY + HOUR for earlier, later in pairwise(instants))


def test_jitter_puts_the_same_run_off_by_the_same_span_and_sources_apart() -> None:
    runs = set()
    for source_id in range(20):
        schedule = when.new_schedule(source_id, now=NOW, every=15 * MINUTE, jitter=3 * MINUTE)
        run = when.next_run(schedule, NOW + 5 * MINUTE)
        assert run == when.next_run(schedule, NOW + 6 * MINUTE)
        assert NOW + 15 * MINUTE <= run < NOW + 18 * MINUTE
        runs.add(run)
    assert len(runs) > 10


# ------------------------------------------------------------------ deciding


def test_a_run_that_is_punctual_is_not_missed() -> None:
    due = when.due(made(every=15 * MINUTE), NOW, awake_since=NOW - HOUR, grace=GRACE)
    assert due == when.Due(why="scheduled", slot=NOW)


def test_a_run_that_waited_for_room_is_not_missed() -> None:
    due = when.due(made(every=HOUR), NOW + 50 * MINUTE, awake_since=NOW - HOUR, grace=GRACE)
    assert due is not None
    assert due.missed == 0


def test_a_machine_asleep_for_a_week_owes_one_run_and_it_is_told() -> None:
    woken = NOW + 7 * DAY
    due = when.due(made(every=15 * MINUTE), woken, awake_since=woken, grace=GRACE)
    assert due == when.Due(why="scheduled", slot=NOW, missed=7 * 96)


def test_a_run_missed_too_long_ago_is_told_and_not_made_up_for() -> None:
    schedule = made(cron="0 6 * * mon")
    monday = schedule.next_at
    woken = monday + 2 * DAY
    due = when.due(schedule, woken, awake_since=woken, grace=GRACE)
    assert due == when.Due(why="scheduled", slot=monday, missed=1, skip=True)
    assert when.skipped(schedule, now=woken).next_at == monday + 7 * DAY
    assert when.due(schedule, monday + HOUR, awake_since=monday + HOUR, grace=GRACE) == when.Due(
        why="scheduled", slot=monday, missed=1
    )


def test_a_paused_schedule_wants_nothing_but_what_is_asked_for_by_hand() -> None:
    paused = when.paused(made(every=HOUR))
    assert when.due(paused, NOW + DAY, awake_since=NOW, grace=GRACE) is None
    asked = when.asked(paused, now=NOW + DAY)
    due = when.due(asked, NOW + DAY, awake_since=NOW, grace=GRACE)
    assert due == when.Due(why="by hand", slot=NOW + DAY)


def test_after_a_pause_nothing_is_owed() -> None:
    later = NOW + 10 * DAY + MINUTE
    resumed = when.resumed(when.paused(made(every=HOUR)), now=later)
    assert when.due(resumed, later, awake_since=NOW, grace=GRACE) is None
    assert resumed.next_at == NOW + 10 * DAY + HOUR


def test_a_run_longer_than_its_interval_is_followed_by_the_next_slot_alone() -> None:
    end = NOW + 40 * MINUTE
    assert when.ended(made(every=15 * MINUTE), now=end, begun=NOW, failed=False).next_at == NOW + 45 * MINUTE


def test_failures_are_tried_again_ever_more_seldom_and_never_given_up() -> None:
    schedule, now, waits = made(cron="0 6 * * mon"), NOW, []
    for _ in range(40):
        schedule = when.ended(schedule, now=now, begun=now, failed=True)
        waits.append(schedule.next_at - now)
        now = schedule.next_at
    assert waits[:4] == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE]
    assert set(waits[8:]) == {6 * HOUR}
    well = when.ended(schedule, now=now, begun=now, failed=False)
    assert (well.failures, well.next_at) == (0, when.next_run(schedule, now))


def test_what_was_asked_for_during_a_run_is_not_forgotten_by_its_end() -> None:
    schedule = when.asked(made(every=HOUR), now=NOW + MINUTE)
    assert when.ended(schedule, now=NOW + 2 * MINUTE, begun=NOW, failed=False).asked_at == NOW + MINUTE
    assert when.ended(schedule, now=NOW + 9 * MINUTE, begun=NOW + 2 * MINUTE, failed=False).asked_at is None


@pytest.mark.parametrize("fields", [{"every": 15 * MINUTE}, {"cron": "*/15 * * * *"}])
def test_a_clock_set_back_makes_no_schedule_wait_for_its_old_time(fields: dict[str, Any]) -> None:
    schedule = when.skipped(made(**fields), now=NOW + 30 * DAY)
    back = NOW + HOUR
    assert when.settled(schedule, now=back).next_at == back + 15 * MINUTE
    failing = when.ended(schedule, now=NOW + 30 * DAY, begun=NOW, failed=True)
    assert when.settled(failing, now=back).next_at <= back + 6 * HOUR


def test_a_clock_that_runs_as_it_should_settles_nothing() -> None:
    schedule = made(cron="0 6 * * mon")
    assert when.settled(schedule, now=NOW + HOUR) == schedule
    overdue = made(every=HOUR)
    assert when.settled(overdue, now=NOW + DAY) == overdue
