"""`watch` and `alerts` on the command line: what they print, and what they say of input that cannot be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result

from palimpsest.cli import app
from palimpsest.errors import PalimpsestError
from palimpsest.storage import Archive

from ..conftest import NOW
from .test_change_log import URL, look


def run(archive: Archive, *words: str) -> Result:
    result = CliRunner().invoke(app, ["-C", str(archive.directory), *words], catch_exceptions=True)
    if isinstance(result.exception, PalimpsestError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def told(archive: Archive, *words: str) -> str:
    return run(archive, *words).output


def test_a_watch_is_added_tested_muted_and_removed(sqlite_archive: Archive) -> None:
    archive = sqlite_archive
    look(archive, 0, "Council votes")
    look(archive, 1, "Mayor resigns")
    assert "watch 1: https://herald.example/2026/council-votes, kinds headline" in told(
        archive, "watch", "add", URL + "?utm_source=x", "--kinds", "headline", "--to", "atom:a.xml"
    )
    assert "1 of 1 changes would have alerted" in told(archive, "watch", "test", "1", "--last", "50")
    (judged,) = json.loads(told(archive, "watch", "test", "1", "--json"))
    assert judged["why"] == "the article is the one watched; of the kinds watched: headline"
    told(archive, "watch", "mute", "1", "--for", "2d")
    assert "(muted)" in told(archive, "watch", "list")
    told(archive, "watch", "unmute", "1")
    assert "(muted)" not in told(archive, "watch", "list")
    told(archive, "watch", "remove", "1")
    assert "Nothing is watched" in told(archive, "watch", "list")


def test_alerts_are_sent_listed_shown_and_requeued(sqlite_archive: Archive) -> None:
    archive = sqlite_archive
    told(archive, "watch", "add", URL, "--to", "atom:a.xml", "--to", "webhook:http://127.0.0.1:1/")
    later = (datetime.now(UTC) - NOW) / timedelta(hours=1)
    look(archive, later + 1, "Council votes")
    look(archive, later + 2, "Mayor resigns\x1b[2J")
    assert told(archive, "alerts", "send") == "1 changes, 1 alerts, 1 messages sent, 1 failed, 0 given up\n"
    listed = told(archive, "alerts", "list")
    assert "cannot be reached" in listed
    assert "\x1b" not in listed
    assert "to webhook:http://127.0.0.1:1, tries 1" in told(archive, "alerts", "list", "--state", "pending")
    shown = told(archive, "alerts", "show", "1")
    (dead_end,) = json.loads(told(archive, "alerts", "list", "--state", "pending", "--json"))
    assert (dead_end["address"], dead_end["attempts"]) == ("webhook:http://127.0.0.1:1", 1)
    assert dead_end in json.loads(told(archive, "alerts", "show", "1", "--json"))["deliveries"]
    (watch,) = json.loads(told(archive, "watch", "list", "--json"))
    assert [one["failures"] for one in watch["channels"]] == [0, 1]
    assert "to webhook:http://127.0.0.1:1  (failures in a row: 1)\n" in told(archive, "watch", "list")
    assert "before  Council votes" in shown
    assert "worth an alert: headline" in shown
    assert told(archive, "alerts", "requeue") == "0 deliveries are pending again\n"
    assert (archive.directory / "a.xml").exists()


def test_keys_and_addresses_are_shown_when_asked_for(sqlite_archive: Archive) -> None:
    address = "webhook:https://example.org/hook?key=hunter2"
    added = told(sqlite_archive, "watch", "add", URL, "--to", address)
    key = next(word for word in added.split() if word.startswith("whsec_"))
    listed = told(sqlite_archive, "watch", "list") + told(sqlite_archive, "watch", "list", "--json")
    assert "hunter2" not in listed + added
    assert key not in listed
    assert {address, key} <= set(told(sqlite_archive, "watch", "list", "--secrets").split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "say what to watch"),
        (("--query", "climate AND (tax"), "never closed, at character 13"),
        (("--query", "tax NOT tax"), "no text can match"),
        (("--section", "a", "--kinds", "headlin"), "did you mean headline"),
        (("--section", "a", "--kinds", "xyz"), "there are headline, standfirst"),
        (("--source", "nobody"), "no source 'nobody'"),
        (("javascript:alert(1)",), "javascript"),
        (("--section", "a", "--to", "foo://x"), "Apprise cannot read the address foo:"),
    ],
)
def test_a_watch_that_cannot_be_is_refused_in_words(
    sqlite_archive: Archive, words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(PalimpsestError, match=said):
        run(sqlite_archive, "watch", "add", *words, "--to", "atom:a.xml")
    assert sqlite_archive.watches() == ()


@pytest.mark.parametrize(
    "words",
    [("watch", "test", "9"), ("watch", "mute", "9"), ("watch", "remove", "9"), ("alerts", "show", "9"),
     ("alerts", "requeue", "9"), ("watch", "mute", "1", "--for", "soon")],
)  # fmt: skip
def test_what_is_not_there_is_named(sqlite_archive: Archive, words: tuple[str, ...]) -> None:
    with pytest.raises(PalimpsestError, match=r"9|soon"):
        run(sqlite_archive, *words)


def test_a_channel_is_shown_alike_whether_a_watchs_or_the_operators(sqlite_archive: Archive) -> None:
    archive = sqlite_archive
    address = "webhook:https://user:password@desk.example.org/hook"
    (archive.directory / "palimpsest.toml").write_text(f'[alerts]\noperator = ["{address}"]\n')
    told(archive, "watch", "add", "--query", "harbour", "--to", address)
    for secrets in ((), ("--secrets",)):
        (watch,) = json.loads(told(archive, "watch", "list", *secrets, "--json"))
        (theirs,) = watch["channels"]
        (ours,) = json.loads(told(archive, "alerts", "operator", *secrets, "--json"))
        assert list(ours) == list(theirs) == ["address", "failures", *(["secret"] if secrets else [])]
        assert ours["address"] == theirs["address"]
        assert ("password" in ours["address"]) == bool(secrets)
        for shown, row in (("watch list", theirs), ("alerts operator", ours)):
            words = told(archive, *shown.split(), *secrets)
            assert f"to {row['address']}\n" in words
            assert ("signed with" in words) == bool(secrets)
