"""Alerts from the log of changes to their receivers: each once, none lost, whatever the receiver does."""

from __future__ import annotations

import email
import email.policy
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import text

from palimpsest.alerts import Counts, pump, replay
from palimpsest.alerts.channels import new_channel, redacted, rewrite_feeds
from palimpsest.alerts.channels.webhook import signature
from palimpsest.alerts.outbox import PATIENCE
from palimpsest.crawler import urls
from palimpsest.errors import BadWatch
from palimpsest.model import ChangeKind
from palimpsest.settings import Settings
from palimpsest.storage import AlertState, Archive, Channel, DeliveryState, Watch, open_archive

from ..conftest import HOUR, NOW
from .receivers import Webhook, serving_mail
from .test_change_log import BODY, URL, look

MINUTE = timedelta(minutes=1)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def receiver() -> Iterator[Webhook]:
    receiver = Webhook()
    yield receiver
    receiver.close()


def watch(archive: Archive, *addresses: str, **fields: Any) -> Watch:
    """Watch the one article of these tests, from before its first change on."""
    channels = tuple(new_channel(address) for address in addresses)
    return archive.add_watch(Watch(**{"url": urls.identity(URL), **fields}, channels=channels), now=NOW)


def configured(archive: Archive, **alerts: Any) -> Archive:
    """The same archive under other settings of alerts."""
    settings = archive.settings
    section = type(settings.alerts).model_validate({**settings.alerts.model_dump(), **alerts})
    archive.settings = settings.model_copy(update={"alerts": section})
    return archive


def edit(archive: Archive, hours: float, title: str = "Council votes", body: str = BODY) -> datetime:
    look(archive, hours, title, body)
    return NOW + hours * HOUR


# ------------------------------------------------------------------- once each


def test_an_edit_is_alerted_once_and_noise_never(archive: Archive, receiver: Webhook) -> None:
    watch(archive, receiver.address)
    edit(archive, 1)
    assert pump(archive, now=NOW + HOUR) == Counts()
    edit(archive, 2, body=BODY.replace(" and ", "  and\xa0"))
    now = edit(archive, 3, "Council votes 12 to 4")
    assert pump(archive, now=now) == Counts(changes=1, alerts=1, sent=1)
    assert pump(archive, now=now + 10 * HOUR) == Counts()
    (alert,) = receiver.alerts
    assert (alert["title_before"], alert["title_after"]) == ("Council votes", "Council votes 12 to 4")
    assert alert["kinds"] == ["headline", "number"]
    assert alert["url"] == "https://herald.example/2026/council-votes"
    assert alert["after"] == "palimpsest show 1 --version 2"
    assert alert["mute"] == "palimpsest watch mute 1"
    assert "{+ 12 to 4+}" in alert["diff"] or "{+12 to 4+}" in alert["diff"]


def test_links_lead_to_the_web_application_where_there_is_one(archive: Archive, receiver: Webhook) -> None:
    web = archive.settings.web.model_copy(update={"base_url": "https://news.example.org/"})
    archive.settings = archive.settings.model_copy(update={"web": web})
    made = watch(archive, receiver.address)
    edit(archive, 1)
    pump(archive, now=edit(archive, 2, "Mayor resigns"))
    name = archive.versions(1)[1].public_id
    assert receiver.alerts[0]["after"] == f"https://news.example.org/version/{name}"
    assert receiver.alerts[0]["mute"] == f"https://news.example.org/watches/1/mute?token={made.token}"


def test_a_withdrawn_story_and_its_return_are_alerted(archive: Archive, receiver: Webhook) -> None:
    watch(archive, receiver.address, kinds=(ChangeKind.WITHDRAWN, ChangeKind.RESTORED))
    edit(archive, 1)
    for hours in (2, 3):
        look(archive, hours, "", gone=True)
        pump(archive, now=NOW + hours * HOUR)
    pump(archive, now=edit(archive, 4))
    assert [alert["kinds"] for alert in receiver.alerts] == [["withdrawn"], ["restored"]]
    assert "withdrawn" in receiver.alerts[0]["diff"]


def test_a_change_that_two_rounds_look_at_is_one_alert(archive: Archive, receiver: Webhook) -> None:
    watch(archive, receiver.address)
    edit(archive, 1)
    now = edit(archive, 2, "Mayor resigns")
    before, changes = archive.unmatched(10)
    pump(archive, now=now)
    assert not archive.record_alerts(before, changes[-1].id, [], now=now, window=MINUTE)
    assert len(receiver.alerts) == 1


def test_what_happened_before_the_watch_was_set_alerts_nobody(archive: Archive, receiver: Webhook) -> None:
    edit(archive, -5)
    edit(archive, -4, "Mayor resigns")
    made = watch(archive, receiver.address)
    assert pump(archive, now=NOW) == Counts(changes=1)
    assert [judgement.met for _, judgement in replay(archive, made, 50)] == [True]


def test_the_signature_is_made_as_the_documentation_checks_it(archive: Archive, receiver: Webhook) -> None:
    made = watch(archive, receiver.address)
    edit(archive, 1)
    now = edit(archive, 2, "Mayor resigns")
    pump(archive, now=now)
    headers, body = receiver.got[0]
    page = (Path(__file__).resolve().parents[2] / "docs" / "alerts.md").read_text("utf-8")
    code = page.partition("```python\n")[2].partition("```")[0]
    assert code.count("\n") <= 12
    names: dict[str, Any] = {}
    exec(code, names)
    secret, check = made.channels[0].secret, names["is_ours"]
    assert check(secret, headers, body, now=now.timestamp())
    assert not check(secret, headers, body + b" ", now=now.timestamp())
    assert not check(secret, headers, body, now=now.timestamp() + 3600)
    assert not check("whsec_" + "A" * 43 + "=", headers, body, now=now.timestamp())


def test_a_known_signature() -> None:
    """The example of https://github.com/standard-webhooks/standard-webhooks (spec)."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


# ------------------------------------------------------------ bad receivers


def test_a_receiver_that_answers_500_for_a_day_costs_no_alert(archive: Archive, receiver: Webhook) -> None:
    watch(archive, receiver.address)
    edit(archive, 0.1)
    receiver.status = 500
    now = edit(archive, 1, "Mayor resigns")
    edit(archive, 2, "Mayor resigns after vote")
    for _ in range(24 * 6):
        pump(archive, now=now)
        now += 10 * MINUTE
    assert 24 <= len(receiver.got) < 24 * 6
    assert {d.state for d in archive.deliveries()} == {DeliveryState.PENDING}
    assert archive.deliveries()[0].error == "the webhook answered 500"
    receiver.status = 200
    receiver.got.clear()
    pump(archive, now=now + HOUR)
    assert [alert["title_after"] for alert in receiver.alerts] == [
        "Mayor resigns",
        "Mayor resigns after vote",
    ]
    assert {d.state for d in archive.deliveries()} == {DeliveryState.SENT}


def test_what_is_given_up_is_listed_and_can_be_requeued(archive: Archive, receiver: Webhook) -> None:
    configured(archive, give_up=1.0)
    watch(archive, receiver.address)
    edit(archive, 0.1)
    receiver.status = 404
    now = edit(archive, 1, "Mayor resigns")
    assert pump(archive, now=now).failed == 1
    assert pump(archive, now=now + 25 * HOUR).dead == 1
    assert pump(archive, now=now + 50 * HOUR) == Counts()
    (dead,) = archive.deliveries(state=DeliveryState.DEAD)
    assert dead.error == "the webhook answered 404"
    receiver.status = 204
    assert archive.requeue([dead.alert.id], now=now + 50 * HOUR) == 1
    assert pump(archive, now=now + 50 * HOUR).sent == 1


def test_a_receiver_that_hangs_costs_one_time_out_a_round_and_no_other_channel(
    archive: Archive, receiver: Webhook
) -> None:
    configured(archive, timeout=0.2)
    watch(archive, receiver.address, f"atom:{archive.directory / 'feed.xml'}")
    receiver.hang = True
    edit(archive, 1)
    began = time.monotonic()
    counts = pump(archive, now=edit(archive, 2, "Mayor resigns"))
    assert time.monotonic() - began < 3
    assert (counts.sent, counts.failed) == (1, 1)
    assert "within 0.2 s" in next(d.error for d in archive.deliveries() if d.error)


def test_a_message_late_in_a_round_of_slow_receivers_is_signed_and_leased_when_it_goes(
    archive: Archive, receiver: Webhook
) -> None:
    made = watch(archive, receiver.address, f"{receiver.address}/second")
    edit(archive, 1)
    now = edit(archive, 2, "Mayor resigns")
    lasted = 0.0

    def take_long() -> None:
        nonlocal lasted
        lasted += 400
        if len(receiver.got) == 2:
            pump(other, now=now + timedelta(seconds=lasted - 200))  # an `alerts send` beside it

    receiver.before_answering = take_long
    with open_archive(archive.directory, settings=archive.settings) as other:
        assert pump(archive, now=now, seconds=lambda: lasted).sent == 2
    assert len(receiver.got) == 2
    headers, body = receiver.got[1]
    timestamp = int(now.timestamp()) + 400
    secret = made.channels[1].secret
    assert headers["webhook-signature"] == signature(secret, headers["webhook-id"], timestamp, body)


@pytest.mark.parametrize("address", [f"webhook:http://{'a' * 64}.example/", f"atom:{'a' * 300}.xml"])
def test_an_address_that_proves_impossible_holds_up_no_other(
    archive: Archive, receiver: Webhook, address: str
) -> None:
    kept = archive.add_watch(
        Watch(url=urls.identity(URL), channels=(Channel(address=address), new_channel(receiver.address))),
        now=NOW,
    )
    edit(archive, 1)
    counts = pump(archive, now=edit(archive, 2, "Mayor resigns"))
    assert (counts.sent, counts.failed) == (1, 1)
    assert kept.channels[0].id < kept.channels[1].id


def test_a_receiver_that_is_down_is_tried_again(archive: Archive, receiver: Webhook) -> None:
    watch(archive, "webhook:http://127.0.0.1:1/")
    edit(archive, 1)
    counts = pump(archive, now=edit(archive, 2, "Mayor resigns"))
    assert counts.failed == 1
    (delivery,) = archive.deliveries()
    assert delivery.state is DeliveryState.PENDING
    assert "cannot be reached" in (delivery.error or "")


@pytest.mark.parametrize("wait", ["7200", "Sun, 01 Mar 2026 16:00:00 GMT"], ids=["seconds", "date"])
def test_a_receiver_that_asks_for_time_is_given_it(archive: Archive, receiver: Webhook, wait: str) -> None:
    watch(archive, receiver.address)
    edit(archive, 1)
    receiver.status, receiver.headers = 429, {"Retry-After": wait}
    now = edit(archive, 2, "Mayor resigns")
    pump(archive, now=now)
    assert pump(archive, now=now + 119 * MINUTE) == Counts()
    receiver.status = 200
    assert pump(archive, now=now + 120 * MINUTE).sent == 1


def test_a_redirect_is_not_followed(archive: Archive, receiver: Webhook) -> None:
    watch(archive, receiver.address)
    edit(archive, 1)
    receiver.status, receiver.headers = 307, {"Location": "http://127.0.0.1:1/elsewhere"}
    assert pump(archive, now=edit(archive, 2, "Mayor resigns")).failed == 1
    assert archive.deliveries()[0].error == "the webhook answered 307"


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from palimpsest import alerts
from palimpsest.storage import Archive, open_archive
Archive.parcel_sent = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
alerts.pump(open_archive(Path(sys.argv[1])), now=datetime.fromisoformat(sys.argv[2]))
"""


def test_a_kill_between_sending_and_its_record_loses_nothing(archive: Archive, receiver: Webhook) -> None:
    watch(archive, receiver.address)
    edit(archive, 1)
    now = edit(archive, 2, "Mayor resigns")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(archive.directory), now.isoformat()], check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert pump(archive, now=now + MINUTE) == Counts()  # the lease still runs
    assert pump(archive, now=now + 6 * MINUTE).sent == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert [alert["alert"] for alert in receiver.alerts] == [1, 1]


# --------------------------------------------------------- bursts and silence


def test_a_live_blog_is_not_fifty_alerts(archive: Archive, receiver: Webhook) -> None:
    watch(archive, receiver.address)
    edit(archive, 0.5)
    for minute in range(50):
        now = edit(archive, 1 + minute / 60, f"Storm, report {minute}")
        pump(archive, now=now)
    pump(archive, now=now + HOUR)
    assert len(receiver.got) == 3  # at once, after half an hour, after the next
    assert [alert["title_after"] for alert in receiver.alerts] == [f"Storm, report {n}" for n in range(50)]


def test_a_channel_gets_no_more_messages_an_hour_than_it_may(archive: Archive, receiver: Webhook) -> None:
    configured(archive, rate=2, window=0)
    watch(archive, receiver.address)
    edit(archive, 0.5)
    for minute in range(10):
        pump(archive, now=edit(archive, 1 + minute / 60, f"Storm, report {minute}"))
    assert len(receiver.got) == 2
    pump(archive, now=NOW + 2.1 * HOUR)
    assert (len(receiver.got), len(receiver.alerts)) == (3, 10)


def test_a_muted_watch_is_silent_and_what_was_on_its_way_stays(archive: Archive, receiver: Webhook) -> None:
    made = watch(archive, receiver.address)
    edit(archive, 1)
    receiver.status = 500
    now = edit(archive, 2, "Mayor resigns")
    pump(archive, now=now)
    receiver.status = 200
    archive.mute_watch(made.id, now + 24 * HOUR)
    edit(archive, 3, "Mayor stays")
    assert pump(archive, now=now + 2 * HOUR) == Counts(changes=1, alerts=1)
    assert {delivery.state for delivery in archive.deliveries()} == {DeliveryState.MUTED}
    archive.mute_watch(made.id, None)
    receiver.got.clear()
    assert pump(archive, now=now + 2 * HOUR) == Counts()
    assert archive.requeue([1, 2], now=now) == 2
    pump(archive, now=now + 3 * HOUR)
    assert [alert["title_after"] for alert in receiver.alerts] == ["Mayor resigns", "Mayor stays"]


def test_a_damaged_version_is_told_without_its_words(archive: Archive, receiver: Webhook) -> None:
    watch(archive, receiver.address)
    edit(archive, 1)
    now = edit(archive, 2, "Mayor resigns")
    with archive._database.writing() as connection:
        connection.execute(text("UPDATE version SET content = :bytes WHERE number = 2"), {"bytes": b"rot"})
    assert pump(archive, now=now).sent == 1
    assert receiver.alerts[0]["title_after"] == "Mayor resigns"


def test_a_waiting_alert_of_a_removed_watch_ends_with_it(archive: Archive, receiver: Webhook) -> None:
    made = watch(archive, receiver.address, persist=1)
    edit(archive, 1)
    pump(archive, now=edit(archive, 2, "Mayor resigns"))
    archive.remove_watch(made.id, now=NOW + 2 * HOUR)
    pump(archive, now=edit(archive, 3, "Mayor resigns"))
    assert receiver.alerts == []
    assert archive.waiting_alerts() == ()


def test_a_removed_watch_sends_nothing_and_is_not_requeued(archive: Archive, receiver: Webhook) -> None:
    made = watch(archive, receiver.address)
    edit(archive, 1)
    receiver.status = 500
    now = edit(archive, 2, "Mayor resigns")
    pump(archive, now=now)
    archive.remove_watch(made.id, now=now)
    assert archive.watches() == ()
    assert archive.requeue([1], now=now) == 0
    assert pump(archive, now=now + HOUR) == Counts()


def test_a_change_that_must_persist_is_alerted_after_more_looks(archive: Archive, receiver: Webhook) -> None:
    watch(archive, receiver.address, persist=2)
    edit(archive, 1)
    for hours in (2, 3, 4):
        assert receiver.alerts == []
        pump(archive, now=edit(archive, hours, "Mayor resigns"))
    assert len(receiver.alerts) == 1


def test_one_that_is_not_looked_at_again_is_alerted_after_two_days(
    archive: Archive, receiver: Webhook
) -> None:
    watch(archive, receiver.address, persist=5)
    edit(archive, 1)
    now = edit(archive, 2, "Mayor resigns")
    with archive.transaction() as tx:
        tx.set_article(1, next_visit=now + timedelta(days=3))
    for late in (timedelta(), PATIENCE - HOUR):
        assert pump(archive, now=now + late).sent == 0
    with archive.transaction() as tx:
        tx.set_article(1, next_visit=now + PATIENCE)  # nobody was there, and a look is overdue
    assert pump(archive, now=now + PATIENCE).sent == 0
    with archive.transaction() as tx:
        tx.set_article(1, next_visit=None)
    assert pump(archive, now=now + PATIENCE).sent == 1


def test_a_change_that_is_undone_before_it_persisted_lapses(archive: Archive, receiver: Webhook) -> None:
    watch(archive, receiver.address, persist=2)
    edit(archive, 1)
    edit(archive, 2, body=BODY + "12 boats sank.")
    pump(archive, now=edit(archive, 3))
    pump(archive, now=edit(archive, 4))
    assert receiver.alerts == []
    assert archive.alert(1)[0].state is AlertState.LAPSED


# ------------------------------------------------------------------ people


def test_mail_waits_for_the_morning_and_a_webhook_does_not(archive: Archive, receiver: Webhook) -> None:
    configured(archive, quiet="22:00-07:00", zone="Europe/Paris")
    with serving_mail() as mail:
        watch(archive, mail.address, receiver.address)
        edit(archive, 1)
        now = edit(archive, 12, "Mayor resigns")  # 01:00 in Paris
        pump(archive, now=now)
        assert (len(mail.got), len(receiver.got)) == (0, 1)
        pump(archive, now=now.replace(hour=5, minute=59))
        assert mail.got == []
        pump(archive, now=now.replace(hour=6))
        assert len(mail.got) == 1


def test_a_daily_digest_gathers_the_changes_of_a_day(archive: Archive) -> None:
    with serving_mail() as mail:
        watch(archive, f"digest:daily:{mail.address}")
        edit(archive, 1)
        for hours, title in ((2, "Mayor resigns"), (8, "Mayor stays"), (14, "Mayor resigns after all")):
            pump(archive, now=edit(archive, hours, title))
        assert mail.got == []
        pump(archive, now=datetime(2026, 3, 2, 7, tzinfo=UTC))
        (message,) = mail.got
        told = body_of(message)
        assert told.index("Mayor resigns") < told.index("Mayor stays") < told.index("Mayor resigns after all")


HOSTILE = 'Fire\r\nBcc: victim@example.org\r\n\r\n<script>alert("x")</script>\x1b[31m\x00 & [l](javascript:a)'


def test_a_hostile_headline_is_harmless_in_mail(archive: Archive) -> None:
    with serving_mail() as mail:
        watch(archive, mail.address)
        edit(archive, 1)
        pump(archive, now=edit(archive, 2, HOSTILE))
        message = email.message_from_bytes(mail.got[0], policy=email.policy.default)
    assert message["bcc"] is None
    assert [part for part in message.walk() if part.get_content_type() == "text/html"]
    assert "victim@example.org" in message["subject"]
    assert "<script" not in body_of(mail.got[0])
    assert "\x1b" not in mail.got[0].decode("latin-1")


def body_of(message: bytes) -> str:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    part = parsed.get_body(preferencelist=("html", "plain"))
    assert part is not None
    told: str = part.get_content()
    return told


def test_a_hostile_headline_is_harmless_in_json_and_in_a_feed(archive: Archive, receiver: Webhook) -> None:
    made = watch(archive, receiver.address, "atom:feed.xml")
    edit(archive, 1)
    now = edit(archive, 2, HOSTILE)
    pump(archive, now=now)
    assert "<script" not in receiver.alerts[0]["diff_html"]
    assert "\x1b" not in receiver.alerts[0]["diff"]
    root = ET.parse(archive.directory / "feed.xml").getroot()
    (entry,) = root.findall(f"{ATOM}entry")
    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert content.attrib["type"] == "html"
    assert "<script" not in (content.text or "")
    assert "&lt;script&gt;" in (content.text or "")
    assert made.token not in (archive.directory / "feed.xml").read_text("utf-8")


def test_a_file_that_is_no_feed_is_not_written_over(archive: Archive) -> None:
    """An older Palimpsest took any name, and the archive's own files have one."""
    kept = archive.directory / "notes.xml"
    kept.write_text("<?xml version='1.0'?><notes>mine</notes>", "utf-8")
    watch(archive, "atom:notes.xml")
    edit(archive, 1)
    done = pump(archive, now=edit(archive, 2, "Mayor resigns"))
    rewrite_feeds(archive)
    assert kept.read_text("utf-8").endswith("<notes>mine</notes>")
    assert (done.sent, done.failed) == (0, 1)


def test_a_feed_has_what_rfc_4287_asks_for_and_ids_that_stay(archive: Archive) -> None:
    watch(archive, "atom:feeds/watch.xml")
    edit(archive, 1)
    pump(archive, now=edit(archive, 2, "Mayor resigns"))
    first = ET.parse(archive.directory / "feeds/watch.xml").getroot()
    pump(archive, now=edit(archive, 4, "Mayor stays"))
    root = ET.parse(archive.directory / "feeds/watch.xml").getroot()
    for tag in ("id", "title", "updated", "author"):
        assert root.find(ATOM + tag) is not None
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}updated") for entry in entries] == [
        "2026-03-01T16:00:00Z",
        "2026-03-01T14:00:00Z",
    ]
    assert root.findtext(f"{ATOM}updated") == "2026-03-01T16:00:00Z"
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == 2
    assert first.findtext(f"{ATOM}entry/{ATOM}id") == ids[1]
    assert first.findtext(f"{ATOM}id") == root.findtext(f"{ATOM}id")
    link = entries[0].find(f"{ATOM}link")
    assert link is not None
    assert link.attrib == {"rel": "alternate", "href": "https://herald.example/2026/council-votes"}
    assert os.listdir(archive.directory / "feeds") == ["watch.xml"]


def test_what_a_killed_writer_left_of_a_feed_goes_with_the_next_writing(archive: Archive) -> None:
    watch(archive, "atom:alerts.xml")
    left = archive.directory / "alerts.xml.4711.new"
    left.write_text("what was redacted since")
    edit(archive, 1)
    assert pump(archive, now=edit(archive, 2, "Mayor resigns")).sent == 1
    assert not left.exists()


def test_a_feed_that_cannot_be_written_is_tried_again(archive: Archive) -> None:
    (archive.directory / "feeds").touch()
    watch(archive, "atom:feeds/watch.xml")
    edit(archive, 1)
    now = edit(archive, 2, "Mayor resigns")
    assert pump(archive, now=now).failed == 1
    (archive.directory / "feeds").unlink()
    assert pump(archive, now=now + HOUR).sent == 1


# --------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "Apprise cannot read"),
        ("foo://bar", "Apprise cannot read the address foo:"),
        ("webhook:ftp://example.org/", "no host or another scheme"),
        ("webhook:https://", "no host or another scheme"),
        ("webhook:https://desk..example.org/", "no host or another scheme"),
        ("digest:yearly:mailto://a:b@example.org", "hourly, daily or weekly"),
        ("digest:daily:webhook:https://example.org", "Apprise address"),
        ("atom:", "a feed is written to a file"),
        ("atom:archive.db", "of its own that ends in .xml or .atom"),
        ("atom:palimpsest.toml", "of its own that ends in .xml or .atom"),
        ("atom:feeds/.xml", "of its own that ends in .xml or .atom"),
        ("", "Apprise cannot read"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_in_words(address: str, said: str) -> None:
    with pytest.raises(BadWatch, match=said):
        new_channel(address)


@pytest.mark.parametrize(
    "address",
    [
        "mailto://user:hunter2secret@example.org",
        "digest:daily:mailto://user:hunter2secret@example.org",
        "webhook:https://user:hunter2secret@example.org/hunter2secret?key=hunter2secret",
        "slack://hunter2se/hunter2se/hunter2secrethunter2secr/#news",
        "broken://hunter2secret",
    ],
)
def test_an_address_is_shown_without_its_secrets(address: str) -> None:
    assert "hunter2" not in redacted(address)


def test_two_archives_opened_at_once_send_each_alert_once(archive: Archive, receiver: Webhook) -> None:
    watch(archive, receiver.address)
    edit(archive, 1)
    now = edit(archive, 2, "Mayor resigns")
    with open_archive(archive.directory, settings=archive.settings) as other:
        parcel = other.claim(1, whole=False, now=now, lease=HOUR)
        assert parcel is None  # nothing was matched yet
        pump(other, now=now)
        pump(archive, now=now)
    digest = {hashlib.sha256(body).hexdigest() for _, body in receiver.got}
    assert len(digest) == len(receiver.got) == 1


def test_settings_of_alerts_that_cannot_be_are_named(tmp_path: Path) -> None:
    for line, said in (
        ('zone = "Mars/Olympus"', "no such time zone"),
        ('quiet = "10 to 7"', "22:00-07:00"),
        ('quiet = "25:00-07:00"', "22:00-07:00"),
    ):
        (tmp_path / "palimpsest.toml").write_text(f"[alerts]\n{line}\n")
        with pytest.raises(Exception, match=said):
            Settings.load(tmp_path)
