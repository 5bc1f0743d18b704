"""What scripts on pages of other sites may read here, as a browser decides it (CORS)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi.testclient import TestClient

from palimpsest.model import Source
from palimpsest.storage import Archive, Scope

from ..conftest import NOW
from .reading_room import look, room

URL = "https://herald.example/vote"
ELSEWHERE = {"Origin": "https://timetravel.example", "Host": "news.example.org"}
PUBLIC = (
    f"/timegate/{URL}",
    f"/timemap/link/{URL}",
    f"/timemap/json/{URL}",
    f"/memento/{NOW:%Y%m%d%H%M%S}/{URL}",
    f"/memento/{NOW:%Y%m%d%H%M%S}id_/{URL}",
    "/v1/articles",
)
PRIVATE = ("/", "/search?q=council", "/watches", "/sign-in", "/metrics", "/feeds/edits.atom")


@contextmanager
def published(archive: Archive, **web: Any) -> Iterator[TestClient]:
    """A reading room under a public name."""
    given = {"base_url": "https://news.example.org", **web}
    own = archive.settings.web.model_copy(update=given)
    archive.settings = archive.settings.model_copy(update={"web": own})
    with room(archive) as client:
        yield client


@pytest.fixture(autouse=True)
def story(archive: Archive, source: Source) -> str:
    """An article of two versions; the name of the first."""
    look(archive, "vote", 0, "Council votes 12 to 4", source_id=source.id)
    look(archive, "vote", 1, "Council votes 21 to 4", source_id=source.id)
    return archive.timeline(1)[0].public_id


def may_read(headers: Any) -> bool:
    return bool(headers.get("access-control-allow-origin") == "*")


def asked_beforehand(client: TestClient, path: str, method: str = "GET", **headers: str) -> Any:
    said = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "accept-datetime"}
    return client.options(path, headers=ELSEWHERE | said | headers)


def test_a_memento_client_in_a_browser_comes_from_the_time_gate_to_what_a_page_said(archive: Archive) -> None:
    with published(archive) as client:
        asked = {"Accept-Datetime": "Sun, 01 Mar 2026 12:00:00 GMT"}
        path = f"/timegate/{URL}"
        for _ in range(2):
            allowed = asked_beforehand(client, path).headers  # of each address that it is led to
            assert may_read(allowed)
            assert "accept-datetime" in allowed["access-control-allow-headers"].lower()
            assert "GET" in allowed["access-control-allow-methods"]
            answer = client.get(path, headers=ELSEWHERE | asked)
            assert may_read(answer.headers)
            exposed = answer.headers["access-control-expose-headers"].lower().split(", ")
            assert {"link", "memento-datetime", "location"} <= set(exposed)
            path = answer.headers.get("location", path).removeprefix("https://news.example.org")
        assert answer.headers["memento-datetime"] == "Sun, 01 Mar 2026 12:00:00 GMT"


def test_what_everybody_may_read_scripts_may_read_and_nothing_else(archive: Archive, story: str) -> None:
    with published(archive) as client:
        for path in (*PUBLIC, f"/version/{story}", f"/v1/versions/{story}"):
            answer = client.get(path, headers=ELSEWHERE)
            assert (may_read(answer.headers), answer.status_code < 400) == (True, True), path
        for path in PRIVATE:
            assert "access-control-allow-origin" not in client.get(path, headers=ELSEWHERE).headers, path


def test_a_script_may_ask_whether_there_is_something_new_and_learns_how_long_to_wait(
    archive: Archive,
) -> None:
    with published(archive) as client:
        allowed = asked_beforehand(client, "/v1/articles").headers["access-control-allow-headers"]
        assert "if-none-match" in allowed.lower()
        answer = client.get("/v1/articles", headers=ELSEWHERE)
        exposed = answer.headers["access-control-expose-headers"].lower().split(", ")
        assert {"etag", "vary", "repr-digest", "retry-after"} <= set(exposed)
        again = client.get("/v1/articles", headers=ELSEWHERE | {"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, may_read(again.headers)) == (304, True)


def test_errors_can_be_read_by_scripts_too(archive: Archive) -> None:
    with published(archive) as client:
        answer = client.get("/timegate/https://nobody.example/", headers=ELSEWHERE)
        assert (answer.status_code, may_read(answer.headers)) == (404, True)


def test_nothing_behind_a_key_is_let_across(archive: Archive) -> None:
    _, secret = archive.add_key("reader", [Scope.READ], now=NOW)
    keys = ({}, {"Authorization": f"Bearer {secret}"}, {"Cookie": f"palimpsest-key={secret}"})
    with published(archive, private=True) as client:
        for path in PUBLIC:
            for key in keys:
                answer = client.get(path, headers=ELSEWHERE | key)
                assert "access-control-allow-origin" not in answer.headers, path
            assert "access-control-allow-origin" not in asked_beforehand(client, path).headers


def test_of_a_public_archive_nothing_is_let_across_that_was_asked_for_with_a_key(archive: Archive) -> None:
    _, secret = archive.add_key("reader", list(Scope), now=NOW)
    with published(archive) as client:
        for key in ({"Authorization": f"Bearer {secret}"}, {"Cookie": f"palimpsest-key={secret}"}):
            for path in (*PUBLIC, "/v1/watches"):
                assert "access-control-allow-origin" not in client.get(path, headers=ELSEWHERE | key).headers
        allowed = asked_beforehand(client, "/v1/watches").headers
        assert "authorization" not in allowed["access-control-allow-headers"].lower()
        assert "access-control-allow-credentials" not in allowed


def test_scripts_may_read_and_not_write(archive: Archive) -> None:
    with published(archive) as client:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = asked_beforehand(client, "/v1/watches", method)
            assert "access-control-allow-origin" not in answer.headers, method
        answer = client.post("/v1/watches", json={}, headers=ELSEWHERE)
        assert "access-control-allow-origin" not in answer.headers


def test_a_page_elsewhere_cannot_look_into_a_reading_room_on_the_readers_machine(archive: Archive) -> None:
    for web in ({"base_url": ""}, {"base_url": "http://localhost:8000"}, {}):
        with published(archive, **web) as client:
            for path in PUBLIC:
                for host in ("localhost", "localhost:8000", "127.0.0.1:8000"):
                    headers = ELSEWHERE | {"Host": host}
                    assert "access-control-allow-origin" not in client.get(path, headers=headers).headers
                    assert (
                        "access-control-allow-origin" not in asked_beforehand(client, path, Host=host).headers
                    )
