"""News for the operator: sources that turn bad and recover, whatever the receiver does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from palimpsest import fixity
from palimpsest.alerts import operator_channels, tell_operator
from palimpsest.checkup import note_health
from palimpsest.errors import BadWatch
from palimpsest.model import HealthState, Source
from palimpsest.storage import Archive

from ..conftest import HOUR, NOW
from .receivers import Webhook, serving_mail
from .test_alerts import configured

DAY = timedelta(days=1)


@pytest.fixture
def receiver() -> Iterator[Webhook]:
    receiver = Webhook()
    yield receiver
    receiver.close()


def turn(archive: Archive, source: Source, state: HealthState, at: datetime, reason: str = "why") -> None:
    archive.add_health_event(source.id, "state", state, since=at - HOUR, reason=reason, now=at)


def news(receiver: Webhook) -> list[list[tuple[str, str]]]:
    """What arrived: the sources and states of each message."""
    bodies = [json.loads(body) for _, body in receiver.got]
    return [[(one["source"], one["state"]) for one in body["sources"]] for body in bodies]


def test_a_turn_for_the_worse_is_told_once_and_the_recovery_too(
    archive: Archive, source: Source, receiver: Webhook
) -> None:
    configured(archive, operator=(receiver.address,))
    tell_operator(archive, NOW)
    turn(archive, source, HealthState.FAILING, NOW, "3 runs in a row came to nothing")
    for minutes in (0, 1, 600):
        tell_operator(archive, NOW + timedelta(minutes=minutes))
    turn(archive, source, HealthState.BLOCKED, NOW + DAY)
    tell_operator(archive, NOW + DAY)
    turn(archive, source, HealthState.OK, NOW + 2 * DAY, "")
    tell_operator(archive, NOW + 2 * DAY)
    assert news(receiver) == [[("herald", "failing")], [("herald", "blocked")], [("herald", "ok")]]
    assert "3 runs in a row" in receiver.got[0][1].decode()
    assert "webhook-signature" in receiver.got[0][0]


def test_turns_are_gathered_and_what_turned_back_is_not_told(
    archive: Archive, source: Source, receiver: Webhook
) -> None:
    configured(archive, operator=(receiver.address,), window=30)
    others = [
        archive.add_source(Source(slug=f"s{n}", name="S", home=f"https://s{n}.example/")) for n in range(20)
    ]
    turn(archive, source, HealthState.LATE, NOW)
    tell_operator(archive, NOW)
    for minute, other in enumerate(others):
        turn(archive, other, HealthState.FAILING, NOW + timedelta(minutes=minute))
        tell_operator(archive, NOW + timedelta(minutes=minute))
    turn(archive, others[0], HealthState.OK, NOW + timedelta(minutes=25))
    turn(archive, others[1], HealthState.PAUSED, NOW + timedelta(minutes=25))
    tell_operator(archive, NOW + timedelta(minutes=30))
    first, second = news(receiver)
    assert first == [("herald", "late")]
    assert sorted(second) == sorted((f"s{n}", "failing") for n in range(2, 20))


def test_a_receiver_that_fails_is_tried_again_less_and_less_often_and_loses_nothing(
    archive: Archive, source: Source, receiver: Webhook
) -> None:
    configured(archive, operator=(receiver.address,))
    receiver.status = 500
    turn(archive, source, HealthState.FAILING, NOW)
    for minute in range(24 * 60):
        tell_operator(archive, NOW + timedelta(minutes=minute))
    assert 24 <= len(receiver.got) < 150
    ids = {headers["webhook-id"] for headers, _ in receiver.got}
    assert len(ids) == 1
    receiver.status = 204
    receiver.got.clear()
    tell_operator(archive, NOW + 2 * DAY)
    tell_operator(archive, NOW + 3 * DAY)
    assert news(receiver) == [[("herald", "failing")]]


def test_mail_waits_for_the_end_of_the_quiet_hours(archive: Archive, source: Source) -> None:
    with serving_mail() as mail:
        configured(archive, operator=(mail.address,), quiet="11:00-13:00")
        turn(archive, source, HealthState.FAILING, NOW, "<b>robots</b>\r\nX-Evil: 1")
        tell_operator(archive, NOW)
        assert mail.got == []
        tell_operator(archive, NOW + HOUR)
    (message,) = mail.got
    assert b"Subject: Palimpsest: herald is failing" in message
    assert b"&lt;b&gt;robots" in message  # the HTML part
    assert b"X-Evil" not in message.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize("address", ["atom:feed.xml", "digest:daily:mailto://a:b@example.org", "what://"])
def test_an_address_that_is_none_is_refused_at_once(archive: Archive, address: str) -> None:
    configured(archive, operator=(address,))
    with pytest.raises(BadWatch):
        operator_channels(archive)


def test_damage_that_a_check_found_is_told_and_that_it_was_mended_too(
    archive: Archive, visit: Callable[..., int], receiver: Webhook
) -> None:
    configured(archive, operator=(receiver.address,))
    visit(b"text")
    for day, spoilt in enumerate((False, True, True, False)):
        now = NOW + day * DAY
        with archive._database.writing() as connection:
            connection.execute(
                text("UPDATE capture SET status = :status"), {"status": 500 if spoilt else 200}
            )
        fixity.check(archive, now=now)
        note_health(archive, now)
        tell_operator(archive, now)
    told = [json.loads(body)["sources"] for _, body in receiver.got]
    assert [[(one["source"], one["state"]) for one in each] for each in told] == [
        [(None, "failing")],
        [(None, "ok")],
    ]
    assert "palimpsest verify --last" in told[0][0]["reason"]


def test_the_key_of_a_webhook_stays(archive: Archive, receiver: Webhook) -> None:
    configured(archive, operator=(receiver.address,))
    (first,) = operator_channels(archive)
    (second,) = operator_channels(archive)
    assert first.channel.secret.startswith("whsec_")
    assert first == second
    values: dict[str, Any] = {"operator": ()}
    assert operator_channels(configured(archive, **values)) == ()
