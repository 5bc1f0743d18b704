"""Who may read and write in the reading room: keys, cookies, forms, and the link that mutes a watch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from palimpsest.alerts import match_changes
from palimpsest.alerts.channels import new_channel
from palimpsest.clock import Clock
from palimpsest.model import Source
from palimpsest.settings import Settings
from palimpsest.storage import Archive, Scope, Watch, open_archive
from palimpsest.web import create_app
from palimpsest.web.access import WRONG_KEYS
from palimpsest.web.forms import local_path

from ..conftest import NOW
from .reading_room import BODY, look, room, words

LOCAL = "key-of-whoever-started-it"
HOOK = "webhook:https://desk.example/hook?token=s3cret"


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    with room(archive, local_key=LOCAL) as client:
        yield client


@pytest.fixture
def watch(archive: Archive, source: Source) -> Watch:
    return archive.add_watch(Watch(source="herald", channels=(new_channel(HOOK),)), now=NOW)


def sign_in(client: TestClient, key: str = LOCAL) -> None:
    assert client.post("/sign-in", data={"key": key, "next": "/watches"}).status_code == 303


def token_of(page: str, action: str) -> str:
    form = page[page.index(f'action="{action}"') :]
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', form)
    assert found
    return found[1]


# ------------------------------------------------------------------ signing in


def test_people_without_a_key_are_led_to_where_one_signs_in_and_back(
    client: TestClient, watch: Watch
) -> None:
    asked = client.get(f"/watches/{watch.id}")
    assert (asked.status_code, asked.headers["location"]) == (303, f"/sign-in?next=/watches/{watch.id}")
    form = client.get(asked.headers["location"]).text
    assert f'name="next" value="/watches/{watch.id}"' in form
    done = client.post("/sign-in", data={"key": LOCAL, "next": f"/watches/{watch.id}"})
    assert (done.status_code, done.headers["location"]) == (303, f"/watches/{watch.id}")
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "source herald" in words(client.get(f"/watches/{watch.id}").text)


def test_a_watch_is_told_in_the_readers_language_and_each_of_its_alerts_can_be_opened(
    client: TestClient, archive: Archive, source: Source, watch: Watch
) -> None:
    look(archive, "bare", 1, "", source_id=source.id)
    look(archive, "bare", 2, "", BODY + "Seven people died.", source_id=source.id)
    match_changes(archive, now=NOW + timedelta(hours=3))
    sign_in(client)
    for path in ("/watches", f"/watches/{watch.id}", f"/watches/{watch.id}/mute?token={watch.token}"):
        assert "média herald" in words(client.get(path, headers={"Accept-Language": "fr"}).text)
    alert = client.get(f"/watches/{watch.id}").text.split("<h3", 1)[1]
    assert ">(no headline)</a>" in alert
    data = {"form_token": token_of(client.get("/watches").text, "/watches"), "query": '"open', "to": HOOK}
    answer = client.post("/watches", data=data, headers={"Accept-Language": "fr"})
    assert "le guillemet n’est jamais fermé" in answer.text


def test_behind_a_server_that_speaks_tls_a_key_is_never_sent_without_it(archive: Archive) -> None:
    web = archive.settings.web.model_copy(update={"base_url": "https://news.example"})
    archive.settings = archive.settings.model_copy(update={"web": web})
    for host, is_secure in (("news.example", True), ("localhost:8000", False)):
        with room(archive, local_key=LOCAL) as client:
            done = client.post("/sign-in", data={"key": LOCAL}, headers={"Host": host})
        assert done.status_code == 303
        assert ("Secure" in done.headers["set-cookie"]) is is_secure, host


def test_the_address_on_the_terminal_signs_in_and_leaves_no_key_in_the_address(client: TestClient) -> None:
    done = client.get(f"/sign-in?key={LOCAL}")
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert client.get("/watches").status_code == 200
    assert "signed in as local" in words(client.get("/sign-in").text)


def test_a_key_that_does_not_hold_signs_nobody_in(client: TestClient, archive: Archive) -> None:
    _, secret = archive.add_key("desk", [Scope.WATCHES], now=NOW, expires_at=NOW + timedelta(days=1))
    for key in ("", "wrong", LOCAL + "x", secret):
        answer = client.post("/sign-in", data={"key": key})
        assert answer.status_code == 403  # the last has expired: the room's clock is the machine's
        assert "set-cookie" not in answer.headers


def test_a_refused_key_in_an_address_stays_nowhere(client: TestClient) -> None:
    answer = client.get("/sign-in?key=mistyped-key&next=/watches")
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert "not known" in page.text
    assert "mistyped-key" not in answer.headers["location"] + page.text
    assert page.headers["cache-control"] == "no-store"


def test_a_revoked_key_is_out_at_once_and_its_cookie_is_taken_away(
    client: TestClient, archive: Archive
) -> None:
    _, secret = archive.add_key("desk", [Scope.WATCHES], now=NOW)
    sign_in(client, secret)
    assert client.get("/watches").status_code == 200
    archive.revoke_key("desk", now=NOW)
    refused = client.get("/watches")
    assert refused.status_code == 401
    assert "Max-Age=0" in refused.headers["set-cookie"]
    assert client.get("/").status_code == 200


def test_signing_out_needs_the_form_and_forgets_the_key(client: TestClient) -> None:
    sign_in(client)
    assert client.post("/sign-out").status_code == 403
    token = token_of(client.get("/sign-in").text, "/sign-out")
    assert client.post("/sign-out", data={"form_token": token}).status_code == 303
    assert client.get("/watches").status_code == 303


@pytest.mark.parametrize(
    "then", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil", "javascript:x", ""]
)
def test_nobody_is_led_out_of_the_reading_room(client: TestClient, then: str) -> None:
    assert local_path(then) == "/"
    done = client.post("/sign-in", data={"key": LOCAL, "next": then})
    assert done.headers["location"] == "/"


def test_a_secret_stands_nowhere_in_the_database(archive: Archive) -> None:
    _, secret = archive.add_key("desk", [Scope.READ], now=NOW)
    with archive._database.reading() as connection:
        row = connection.execute(text("SELECT * FROM access_key")).one()
    assert secret not in str(tuple(row))
    assert secret.removeprefix("pal_").encode() not in bytes(row.digest)


# ----------------------------------------------------------------- wrong keys


class Standing(Clock):
    """A clock that moves when it is told to."""

    at = 1000.0

    def seconds(self) -> float:
        return self.at


def test_keys_that_do_not_hold_are_counted_by_address_and_refused_when_too_many(archive: Archive) -> None:
    clock = Standing()
    _, secret = archive.add_key("desk", [Scope.READ], now=datetime.now(UTC))
    app = create_app(archive, clock=clock)
    here, there = (
        TestClient(app, base_url="http://localhost", follow_redirects=False, client=(address, 50000))
        for address in ("192.0.2.1", "192.0.2.2")
    )

    def by_program(client: TestClient, key: str) -> int:
        return client.get("/v1/sources", headers={"Authorization": f"Bearer {key}"}).status_code

    def by_form(key: str) -> int:
        return here.post("/sign-in", data={"key": key}).status_code

    half = WRONG_KEYS // 2
    assert [by_program(here, f"guess {k}") for k in range(half)] == [401] * half
    assert [by_form(f"guess {k}") for k in range(WRONG_KEYS - half)] == [403] * half
    refused = here.get("/v1/sources", headers={"Authorization": "Bearer another"})
    assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert by_form("another") == 429
    assert here.get("/sign-in?key=another").status_code == 429
    assert by_program(there, "a guess from elsewhere") == 401
    # Whoever has a key, or asks for none, is not held up by the guesses of others at the address.
    assert by_program(here, secret) == 200
    assert by_form(secret) == 303
    assert here.get("/", headers={"Cookie": ""}).status_code == 200
    clock.at += 60
    assert by_program(here, "another") == 401


# --------------------------------------------------------------------- private


def test_a_private_room_shows_nothing_without_a_key_but_where_one_signs_in(sqlite_archive: Archive) -> None:
    settings = Settings.load(sqlite_archive.directory, web={"private": True})
    with open_archive(sqlite_archive.directory, settings=settings) as archive:
        look(archive, "vote", 0, "Council votes")
        _, reader = archive.add_key("reader", [Scope.READ], now=NOW)
        name = archive.timeline(1)[0].public_id
        with room(archive) as client:
            paths = [
                "/",
                "/search",
                "/articles/1",
                f"/version/{name}",
                "/outlets",
                "/runs",
                "/health",
                "/watches",
            ]
            for path in paths:
                assert client.get(path).headers["location"].startswith("/sign-in?next="), path
            assert client.get("/static/style.css").status_code == 200
            sign_in(client, reader)
            for path in paths[:-1]:
                assert client.get(path).status_code == 200, path
            assert client.get("/watches").status_code == 403  # that takes another scope


# -------------------------------------------------------------------- writing


def test_a_watch_is_added_by_the_form_and_its_password_is_shown_nowhere(
    client: TestClient, archive: Archive, source: Source
) -> None:
    sign_in(client)
    token = token_of(client.get("/watches").text, "/watches")
    data: dict[str, Any] = {"form_token": token, "source": "herald", "kind": ["number", "name"], "to": HOOK}
    done = client.post("/watches", data=data)
    assert done.status_code == 303
    (kept,) = archive.watches()
    assert [kind.value for kind in kept.kinds] == ["number", "name"]
    for path in ("/watches", done.headers["location"]):
        page = client.get(path).text
        assert "desk.example" in page
        assert "s3cret" not in page
        assert kept.channels[0].secret not in page


def test_a_watch_that_cannot_be_is_told_above_the_form_which_keeps_what_was_typed(
    client: TestClient, archive: Archive, source: Source
) -> None:
    sign_in(client)
    token = token_of(client.get("/watches").text, "/watches")
    for wrong in ({"query": "title:("}, {"to": "nonsense"}, {"to": "atom:x.xml"}, {"kind": "nokind"}):
        data = {"form_token": token, "query": "harbour", "to": HOOK} | wrong
        answer = client.post("/watches", data=data)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
        assert "s3cret" not in answer.text
        assert 'value="harbour"' in answer.text or 'value="title:("' in answer.text
    assert archive.watches() == ()


def test_no_form_of_another_site_is_obeyed(client: TestClient, archive: Archive, watch: Watch) -> None:
    sign_in(client)
    page = client.get(f"/watches/{watch.id}").text
    action = f"/watches/{watch.id}/remove"
    token = token_of(page, action)
    mute = f"/watches/{watch.id}/mute"
    for path, data, headers in (
        (action, {}, {}),
        (action, {"form_token": "0" * 64}, {}),
        (action, {"form_token": token_of(page, mute)}, {}),  # of another form
        (action, {"form_token": token}, {"Origin": "https://evil.example"}),
        (action, {"form_token": token}, {"Sec-Fetch-Site": "cross-site"}),
        (action, {"form_token": token}, {"Sec-Fetch-Site": "same-site"}),
        (mute, {"days": "7"}, {}),
        ("/v1/watches", {}, {}),
    ):
        assert client.post(path, data=data, headers=headers).status_code == 403, (path, data, headers)
    assert archive.watch(watch.id).muted_until is None
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post(action, data={"form_token": token}, headers=own).status_code == 303
    assert archive.watches() == ()


def test_a_watch_is_muted_and_speaks_again_by_its_page(
    client: TestClient, archive: Archive, watch: Watch
) -> None:
    sign_in(client)
    path = f"/watches/{watch.id}/mute"
    token = token_of(client.get(f"/watches/{watch.id}").text, path)
    assert client.post(path, data={"form_token": token, "days": "7"}).status_code == 303
    assert archive.watch(watch.id).muted_until is not None
    assert "Muted until" in client.get(f"/watches/{watch.id}").text
    client.post(path, data={"form_token": token, "days": "0"})
    assert archive.watch(watch.id).muted_until is None


def test_the_link_of_an_alert_asks_before_it_mutes_and_needs_no_key(
    client: TestClient, archive: Archive, watch: Watch
) -> None:
    path = f"/watches/{watch.id}/mute"
    shown = client.get(path, params={"token": watch.token})
    assert shown.status_code == 200
    assert archive.watch(watch.id).muted_until is None  # a mail program that opens links mutes nothing
    done = client.post(path, data={"token": watch.token, "days": "1"})
    assert "Muted until" in done.text
    assert archive.watch(watch.id).muted_until is not None
    for wrong in ("", "x", watch.token[:-1]):
        assert client.get(path, params={"token": wrong}).status_code == 403
        assert client.post(path, data={"token": wrong, "days": "0"}).status_code == 403
    assert archive.watch(watch.id).muted_until is not None


def test_the_link_of_an_alert_neither_shortens_nor_ends_a_mute(
    client: TestClient, archive: Archive, watch: Watch
) -> None:
    path = f"/watches/{watch.id}/mute"
    client.post(path, data={"token": watch.token, "days": "7"})
    until = archive.watch(watch.id).muted_until
    assert until is not None
    assert client.post(path, data={"token": watch.token, "days": "1"}).status_code == 200
    assert client.post(path, data={"token": watch.token, "days": "0"}).status_code == 403
    assert archive.watch(watch.id).muted_until == until
    assert 'value="0"' not in client.get(path, params={"token": watch.token}).text
    client.post(path, data={"token": watch.token, "days": "3650"})
    longer = archive.watch(watch.id).muted_until
    assert longer is not None
    assert longer > until


@pytest.mark.parametrize("days", ["-1", "99999", "x", ""])
def test_a_span_that_cannot_be_mutes_nothing(
    client: TestClient, archive: Archive, watch: Watch, days: str
) -> None:
    answer = client.post(f"/watches/{watch.id}/mute", data={"token": watch.token, "days": days})
    assert answer.status_code == 422
    assert archive.watch(watch.id).muted_until is None
