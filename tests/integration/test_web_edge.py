"""What stands between the reading room and the net: caches, HEAD, and bodies that are too large."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from palimpsest.model import Source
from palimpsest.settings import Settings
from palimpsest.storage import Archive, Scope, Watch, open_archive
from palimpsest.web import create_app
from palimpsest.web.bodies import MOST
from palimpsest.web.server import serving

from ..conftest import HOUR, NOW
from .reading_room import look, room

KEY = "key-of-whoever-started-it"


@pytest.fixture
def story(archive: Archive, source: Source) -> str:
    """An article of two versions; the name of the first."""
    look(archive, "vote", 0, "Council votes 12 to 4", source_id=source.id)
    look(archive, "vote", 1, "Council votes 21 to 4", source_id=source.id)
    return archive.timeline(1)[0].public_id


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    with room(archive, local_key=KEY) as client:
        yield client


def addresses(name: str) -> list[str]:
    """Everything that a reader or a program can look at."""
    return [
        "/",
        "/search?q=council",
        "/articles/1",
        f"/version/{name}",
        f"/version/{name}/page",
        f"/version/{name}/raw",
        f"/version/{name}/cite",
        "/outlets",
        "/outlets/herald",
        "/health",
        "/runs",
        "/nowhere",
        "/timemap/link/https://herald.example/vote",
        "/timegate/https://herald.example/vote",
        f"/memento/{NOW:%Y%m%d%H%M%S}id_/https://herald.example/vote",
        "/feeds/edits.atom",
        "/v1/articles",
        f"/v1/versions/{name}",
        "/v1/nowhere",
        "/v1/openapi.json",
    ]


# -------------------------------------------------------------------- caches


def directives(control: str) -> set[str]:
    return {one.strip() for one in control.split(",")}


def test_nothing_that_is_behind_a_key_may_be_kept_by_a_shared_cache(sqlite_archive: Archive) -> None:
    settings = Settings.load(sqlite_archive.directory, web={"private": True})
    with open_archive(sqlite_archive.directory, settings=settings) as archive:
        source = archive.add_source(Source(slug="herald", name="The Herald", home="https://herald.example/"))
        look(archive, "vote", 0, "Council votes 12 to 4", source_id=source.id)
        name = archive.timeline(1)[0].public_id
        _, secret = archive.add_key("reader", [Scope.READ], now=NOW)
        with room(archive) as client:
            for headers in (
                {},
                {"Authorization": f"Bearer {secret}"},
                {"Cookie": f"palimpsest-key={secret}"},
            ):
                for path in addresses(name):
                    answer = client.get(path, headers=headers)
                    told = directives(answer.headers["cache-control"])
                    assert told == {"private", "no-store"} or told == {"private", "no-cache"}, path
                    if "no-store" not in told:
                        assert {"Authorization", "Cookie"} <= directives(answer.headers["vary"]), path


def test_what_a_keys_holder_sees_of_an_open_archive_is_kept_nowhere(client: TestClient, story: str) -> None:
    for headers in ({"Authorization": f"Bearer {KEY}"}, {"Cookie": f"palimpsest-key={KEY}"}):
        for path in ("/", "/watches", "/search?q=council", f"/version/{story}"):
            answer = client.get(path, headers=headers)
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "private, no-store", path
            assert "etag" not in answer.headers


def test_a_link_with_a_watchs_token_is_kept_nowhere(client: TestClient, archive: Archive, story: str) -> None:
    watch = archive.add_watch(Watch(source="herald"), now=NOW)
    answer = client.get(f"/watches/{watch.id}/mute?token={watch.token}")
    assert answer.headers["cache-control"] == "private, no-store"


def test_what_everybody_may_read_is_asked_for_again_and_not_sent_twice(
    client: TestClient, archive: Archive, story: str
) -> None:
    for path in ("/", "/search?q=council", "/articles/1", f"/version/{story}", f"/version/{story}/page"):
        first = client.get(path)
        assert first.headers["cache-control"] == "no-cache", path
        had = {"If-None-Match": f'"other", {first.headers["etag"]}'}
        again = client.get(path, headers=had)
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["etag"] == first.headers["etag"]
        other = client.get(path, headers=had | {"Accept-Language": "fr"})
        assert other.status_code == 200, path  # another language is another page
    had = {"If-None-Match": client.get("/articles/1").headers["etag"]}
    look(archive, "vote", 2, "Mayor resigns")
    assert client.get("/articles/1", headers=had).status_code == 200


def test_a_redacted_version_is_not_confirmed_to_a_cache(
    client: TestClient, archive: Archive, story: str
) -> None:
    had = {"If-None-Match": client.get(f"/version/{story}").headers["etag"]}
    archive.redact(1, archive.version(story).id, reason="a court said so", now=NOW + 5 * HOUR)
    for headers in (had, {"If-None-Match": "*"}):
        assert client.get(f"/version/{story}", headers=headers).status_code == 410


# ---------------------------------------------------------------------- HEAD


def test_whatever_can_be_read_answers_head_with_the_same_head_and_no_body(
    client: TestClient, story: str
) -> None:
    for path in [*addresses(story), "/livez", "/readyz", "/metrics", "/robots.txt", "/static/style.css"]:
        whole, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (whole.status_code, b""), path
        if path != "/metrics":  # which has just counted
            counts = {"ratelimit-remaining"}
            assert [one for one in head.headers.items() if one[0] not in counts] == [
                one for one in whole.headers.items() if one[0] not in counts
            ], path


def test_a_head_is_counted_as_what_it_was_and_under_its_route(client: TestClient, story: str) -> None:
    client.head(f"/version/{story}")
    told = client.get("/metrics").text
    line = 'palimpsest_http_requests_total{method="HEAD",route="/version/{public_id}",status="200"} 1.0'
    assert line in told


# -------------------------------------------------------------------- bodies


@pytest.mark.parametrize(
    ("path", "kind"), [("/sign-in", "application/x-www-form-urlencoded"), ("/v1/watches", "application/json")]
)
def test_a_body_that_is_too_large_is_refused_before_it_is_read_whole(
    client: TestClient, path: str, kind: str
) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(64):
            sent += MOST // 8
            yield b"x" * (MOST // 8)

    headers = {"Content-Type": kind, "Authorization": f"Bearer {KEY}"}
    answer = client.post(path, content=endless(), headers=headers)
    assert answer.status_code == 413
    assert client.post(path, content=b"x" * (MOST + 1), headers=headers).status_code == 413
    if path.startswith("/v1"):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 413


# ------------------------------------------------------------------- pauses


def test_no_answer_waits_for_a_look_through_all_that_was_loaded(sqlite_archive: Archive) -> None:
    gc.unfreeze()
    loaded = len(gc.get_objects())
    try:
        with serving(create_app(sqlite_archive), host="127.0.0.1", port=0):
            assert len(gc.get_objects()) < loaded / 10
    finally:
        gc.unfreeze()
