"""Quiet hours, time zone and rate of one watch, beside those of the archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from palimpsest.alerts import describe, new_watch, pump
from palimpsest.errors import BadWatch
from palimpsest.settings import readable_hours
from palimpsest.storage import Archive, open_archive

from ..conftest import HOUR, NOW
from .old_archives import make_old
from .receivers import MailServer, Webhook, serving_mail
from .test_alerts import MINUTE, configured, edit, watch
from .test_alerts_cli import run, told
from .test_change_log import URL, look

PARIS = "Europe/Paris"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with serving_mail() as mail:
        yield mail


def test_a_watch_has_its_own_quiet_hours_in_its_own_zone(archive: Archive, mail: MailServer) -> None:
    configured(archive, quiet="01:00-02:00", zone="Asia/Tokyo")
    watch(archive, mail.address, quiet="22:00-07:00", zone="America/New_York")
    edit(archive, 1)
    now = edit(archive, 15, "Mayor resigns")  # 03:00 UTC, 22:00 in New York
    pump(archive, now=now)
    pump(archive, now=datetime(2026, 3, 2, 11, 59, tzinfo=UTC))
    assert mail.got == []
    pump(archive, now=datetime(2026, 3, 2, 12, 0, tzinfo=UTC))  # 07:00 in New York
    assert len(mail.got) == 1


def test_quiet_hours_end_at_their_hour_on_the_night_when_the_clocks_go_forward(
    archive: Archive, mail: MailServer
) -> None:
    watch(archive, mail.address, quiet="22:00-07:00", zone=PARIS)
    edit(archive, 1)
    saturday = (
        datetime(2026, 3, 28, 22, tzinfo=UTC) - NOW
    ) / HOUR  # 23:00 in Paris, then eight hours, not nine
    pump(archive, now=edit(archive, saturday, "Mayor resigns"))
    pump(archive, now=datetime(2026, 3, 29, 4, 59, tzinfo=UTC))
    assert mail.got == []
    pump(archive, now=datetime(2026, 3, 29, 5, 0, tzinfo=UTC))
    assert len(mail.got) == 1


def test_a_watch_may_have_no_quiet_hours_where_the_archive_has(archive: Archive, mail: MailServer) -> None:
    configured(archive, quiet="22:00-07:00", zone=PARIS)
    made = new_watch(archive, url=URL, quiet="none", addresses=[mail.address])
    archive.add_watch(made, now=NOW)
    edit(archive, 1)
    pump(archive, now=edit(archive, 12, "Mayor resigns"))  # 01:00 in Paris
    assert len(mail.got) == 1


def test_a_watch_has_its_own_rate_and_others_keep_theirs(archive: Archive) -> None:
    configured(archive, rate=4, window=0)
    slow, usual = Webhook(), Webhook()
    try:
        watch(archive, slow.address, rate=1)
        watch(archive, usual.address)
        edit(archive, 0.5)
        for minute in range(10):
            pump(archive, now=edit(archive, 1 + minute / 60, f"Storm, report {minute}"))
        assert (len(slow.got), len(usual.got)) == (1, 4)
        pump(archive, now=NOW + HOUR + 61 * MINUTE)
        assert len(slow.alerts) == 10
    finally:
        slow.close()
        usual.close()


def test_a_daily_digest_is_sent_in_the_morning_of_its_watch(archive: Archive, mail: MailServer) -> None:
    watch(archive, f"digest:daily:{mail.address}", zone="America/New_York")
    edit(archive, 1)
    pump(archive, now=edit(archive, 2, "Mayor resigns"))
    pump(archive, now=datetime(2026, 3, 2, 11, 59, tzinfo=UTC))
    assert mail.got == []
    pump(archive, now=datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    assert len(mail.got) == 1


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"quiet": "10 to 7"}, "22:00-07:00"),
        ({"quiet": "25:00-07:00"}, "22:00-07:00"),
        ({"quiet": "07:00-07:00"}, "never end"),
        ({"zone": "Europe/Atlantis"}, "Europe/Paris"),
        ({"zone": "../etc/passwd"}, "Europe/Paris"),
        ({"rate": 0}, "at least 1"),
    ],
)
def test_hours_zones_and_rates_that_cannot_be_are_refused(
    archive: Archive, asked: dict[str, Any], word: str
) -> None:
    with pytest.raises(BadWatch, match=word):
        new_watch(archive, url=URL, addresses=["webhook:https://hook.example/"], **asked)


def test_the_archives_own_quiet_hours_cannot_be_endless_either() -> None:
    with pytest.raises(ValueError, match="never end"):
        readable_hours("07:00-07:00")


def test_the_command_line_takes_and_lists_them(sqlite_archive: Archive) -> None:
    look(sqlite_archive, 0, "Council votes")
    hours = ("--quiet", "22:00-07:00", "--zone", PARIS, "--rate", "10")
    said = "quiet 22:00-07:00, time zone Europe/Paris, at most 10 messages an hour"
    assert said in told(sqlite_archive, "watch", "add", URL, *hours, "--to", "atom:a.xml")
    assert said in told(sqlite_archive, "watch", "list")
    assert '"rate": 10' in told(sqlite_archive, "watch", "list", "--json")
    with pytest.raises(BadWatch, match="write one like Europe/Paris"):
        run(sqlite_archive, "watch", "add", URL, "--zone", "Mars", "--to", "atom:a.xml")


def test_a_watch_of_an_older_archive_keeps_the_archives_hours(archive: Archive) -> None:
    made = watch(archive, "webhook:https://hook.example/", quiet="22:00-07:00", rate=3)
    make_old(archive, "0010")
    archive.close()
    with open_archive(archive.directory) as later:
        (kept,) = later.watches()
        assert (kept.id, kept.url, kept.token) == (made.id, made.url, made.token)
        assert (kept.quiet, kept.zone, kept.rate) == (None, None, None)
        again = later.add_watch(kept, now=NOW)
        assert describe(again) == describe(kept)


# ------------------------------------------------------------------- the mute link


def test_a_mute_is_only_ever_made_longer_by_who_may_no_more(archive: Archive) -> None:
    made = watch(archive, "webhook:https://hook.example/")
    week = NOW + timedelta(days=7)
    assert archive.lengthen_mute(made.id, week).muted_until == week
    assert archive.lengthen_mute(made.id, NOW + timedelta(days=1)).muted_until == week
    assert archive.lengthen_mute(made.id, NOW + timedelta(days=8)).muted_until == NOW + timedelta(days=8)
