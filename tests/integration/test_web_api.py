"""The JSON API: what each question is answered, how lists go on, how caches ask again, and who may write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from palimpsest.model import Source
from palimpsest.settings import Settings
from palimpsest.storage import Archive, Scope, open_archive
from palimpsest.web import create_app
from palimpsest.web.bodies import MOST as MOST_BYTES

from ..conftest import HOUR, NOW
from .reading_room import BODY, look, room, words

WEBHOOK = "webhook:https://desk.example/hook"


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    with room(archive) as client:
        yield client


@pytest.fixture
def story(archive: Archive, source: Source) -> int:
    """An article of three versions; its id."""
    look(archive, "vote", 0, "Council votes 12 to 4", source_id=source.id)
    look(archive, "vote", 1, "Council votes 21 to 4", source_id=source.id)
    look(archive, "vote", 2, "Council votes 21 to 4", BODY + "The mayor was absent.", source_id=source.id)
    return archive.article("https://herald.example/vote").id


def bearer(archive: Archive, *scopes: Scope) -> dict[str, str]:
    """The header of a new key with these scopes."""
    _, secret = archive.add_key(f"key for {' '.join(scopes)}", scopes, now=NOW)
    return {"Authorization": f"Bearer {secret}"}


def get(client: TestClient, path: str, **params: Any) -> Any:
    answer = client.get(f"/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def every(client: TestClient, path: str, **params: Any) -> list[Any]:
    """The items of all pages of a list."""
    page = get(client, path, **params)
    items = page["items"]
    while page["next"]:
        page = client.get(page["next"]).json()
        items += page["items"]
    return items


# ------------------------------------------------------------------ reading


def test_an_article_is_found_by_its_address_and_by_its_id(client: TestClient, story: int) -> None:
    (found,) = get(client, "articles", url="https://herald.example/vote?utm_source=x")["items"]
    assert found == get(client, f"articles/{story}")
    assert (found["source"], found["versions"], found["state"]) == ("herald", 3, "live")
    assert found["first_seen"] == "2026-03-01T12:00:00Z"
    assert get(client, "articles", url="https://herald.example/none")["items"] == []


def test_a_version_says_what_an_export_says(client: TestClient, archive: Archive, story: int) -> None:
    spans = every(client, f"articles/{story}/versions", limit=2)
    assert [one["number"] for one in spans] == [1, 2, 3]
    version = get(client, f"versions/{spans[1]['public_id']}")
    assert version["title"] == "Council votes 21 to 4"
    assert version["change_kinds"] == ["headline", "number"]
    assert version["blocks"][0]["text"] == BODY.strip() or version["text"].startswith("The council met")
    assert len(version["payload_sha256"]) == 64
    at = (NOW + HOUR).isoformat()
    assert get(client, f"articles/{story}/at", when=at)["public_id"] == spans[1]["public_id"]
    cited = get(client, f"versions/{spans[1]['public_id']}/citation", form="ris")
    assert cited["citation"].startswith("TY  - ")


def test_changes_are_narrowed_and_a_difference_spells_both_versions(
    client: TestClient, archive: Archive, story: int
) -> None:
    (change,) = get(client, "changes", kind="headline", source="herald", article=story)["items"]
    assert change == get(client, f"changes/{change['id']}")
    assert (change["title_before"], change["old_number"], change["new_number"]) == (
        "Council votes 12 to 4",
        1,
        2,
    )
    assert get(client, "changes", verdict="label")["items"] == []
    assert get(client, "changes", since=(NOW + 2 * HOUR).isoformat())["items"][0]["kinds"] == ["added"]
    found = get(client, "diff", old=change["old"], new=change["new"])
    title = found["edits"][0]["runs"]
    assert "".join(run["old"] for run in title) == "Council votes 12 to 4"
    assert "".join(run["new"] for run in title) == "Council votes 21 to 4"


def test_a_search_answers_as_the_archive_does(client: TestClient, archive: Archive, story: int) -> None:
    found = get(client, "search", q="mayor OR council", versions="all")
    assert [hit["public_id"] for hit in found["items"]] == [
        hit.public_id for hit in archive.search("mayor OR council", versions="all").hits
    ]
    assert (found["count"], found["exact"]) == (3, True)
    assert any(words["marked"] for words in found["items"][0]["snippet"])
    counted = get(client, "search/survey", q="council")
    assert counted["sources"] == [{"value": "herald", "count": 1}]
    refused = client.get("/v1/search", params={"q": "title:("})
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    assert "title:(" in refused.json()["detail"]


def test_captures_and_runs_are_listed_with_what_they_belong_to(
    client: TestClient, archive: Archive, source: Source, story: int
) -> None:
    run = archive.start_run(source.id, "by hand", now=NOW)
    captures = every(client, "captures", article=story, limit=1)
    assert len(captures) == 3
    assert captures[0] == get(client, f"captures/{captures[0]['id']}")
    assert (captures[0]["source"], captures[0]["outcome"], captures[0]["status"]) == ("herald", "ok", 200)
    assert get(client, "captures", until=NOW.isoformat())["items"] == []
    (listed,) = get(client, "runs", source="herald")["items"]
    assert listed == get(client, f"runs/{run.id}")
    assert get(client, "health")[0]["source"] == "herald"
    archive.seal(now=NOW)
    assert get(client, "ledger/head")["size"] >= 3


# -------------------------------------------------------------------- lists


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_pages_of_a_growing_list_neither_repeat_nor_miss(
    client: TestClient, archive: Archive, order: str
) -> None:
    for k in range(7):
        look(archive, f"story-{k}", k, f"Story {k}")
    page = get(client, "articles", limit=3, order=order)
    look(archive, "late", 9, "A late story")
    rest = client.get(page["next"]).json()
    last = client.get(rest["next"]).json()
    titles = [one["title"] for one in (*page["items"], *rest["items"], *last["items"])]
    known = [f"Story {k}" for k in range(7)]
    assert titles == (known[::-1] if order == "newest" else [*known, "A late story"])


def test_pages_of_a_search_go_on_where_the_last_one_ended(client: TestClient, archive: Archive) -> None:
    for k in range(5):
        look(archive, f"story-{k}", k, f"Story {k} of the harbour")
    for order in ("newest", "oldest", "relevance"):
        hits = every(client, "search", q="harbour", order=order, limit=2)
        assert len({hit["public_id"] for hit in hits}) == 5


@pytest.mark.parametrize("after", ["x", "runs-5", "changes-", "changes-9.9", f"changes-{2**80}", "changes-٣"])
def test_a_cursor_of_another_list_is_refused(client: TestClient, after: str) -> None:
    answer = client.get("/v1/changes", params={"after": after})
    assert answer.status_code == 400
    assert "begin without it" in answer.json()["detail"]


# ------------------------------------------------------------------- errors


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "how", "status"),
    [
        ("GET", "nowhere", {}, 404),
        ("GET", "versions/0123456789abcdef0123", {}, 404),
        ("GET", "changes?source=hearld", {}, 404),  # mistyped: not an outlet without edits
        ("GET", "articles?source=hearld", {}, 404),
        ("GET", "captures?source=hearld", {}, 404),
        ("DELETE", "articles", {}, 405),
        ("POST", "watches", {"content": b"{}", "headers": {"Content-Type": "text/plain"}}, 415),
        ("POST", "watches", {"content": b"query=harbour"}, 415),
        ("POST", "watches", {"content": b"x" * (MOST_BYTES + 1), "headers": JSON}, 413),
        ("POST", "watches", {"content": b"{", "headers": JSON}, 422),
        ("POST", "watches", {"content": b"\xff", "headers": JSON}, 400),
        ("POST", "watches", {"content": b"[" * 100_000, "headers": JSON}, 400),
        ("GET", "articles?limit=0", {}, 422),
        ("GET", "articles?limit=201", {}, 422),
        ("GET", "articles?limit=99999999999999999999", {}, 422),
        ("GET", "articles?limit=ten", {}, 422),
        ("GET", "articles?since=soon", {}, 400),
        ("GET", "articles?after=articles-oldest-5", {}, 400),
        ("GET", "search?after=search-9999999999999999999999.5", {}, 400),
        ("GET", "search?q=title:(", {}, 400),
        ("GET", "diff?old=a", {}, 422),
        ("GET", "articles", {"headers": {"Host": "evil.example"}}, 421),
        ("GET", "articles", {"headers": {"Authorization": "Bearer wrong"}}, 401),
    ],
)
def test_every_refusal_is_a_problem_document_that_says_what_to_mend(
    archive: Archive, method: str, path: str, how: dict[str, Any], status: int
) -> None:
    how = {**how, "headers": {"Authorization": "Bearer of-the-room"} | how.get("headers", {})}
    with room(archive, local_key="of-the-room") as client:
        answer = client.request(method, f"/v1/{path}", **how)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = answer.json()
    assert told["status"] == status
    assert told["title"]
    assert len(told["detail"]) > 5
    if status == 405:
        assert answer.headers["allow"] == "GET"
    if status == 422:
        assert told["faults"]


def test_a_fault_of_ours_tells_nothing_of_the_inside_and_is_kept_nowhere(archive: Archive) -> None:
    app = create_app(archive)

    @app.get("/v1/fault")
    def fault() -> None:
        raise RuntimeError("a path of this machine")

    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        answer = client.get("/v1/fault")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "path of this machine" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_people_read_on_a_page_what_programs_can_ask_for(client: TestClient) -> None:
    page = client.get("/api").text
    described = client.get("/v1/openapi.json").json()
    assert {} in described["security"]  # a key may be left out
    for path, operations in described["paths"].items():
        for method in operations:
            assert f"<code>{method.upper()} {path}</code>" in page
    said = words(page)
    assert "relevance" in said  # what `order` may be
    assert "Where alerts go" in said  # a member of a body
    assert "integer 1 to 200" in said


# ------------------------------------------------------------------- caches


def test_what_a_cache_has_is_not_sent_again_until_it_changes(
    client: TestClient, archive: Archive, story: int
) -> None:
    first = client.get("/v1/articles")
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = client.get("/v1/articles", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    look(archive, "vote", 3, "Council votes again")
    changed = client.get("/v1/articles", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


def test_a_redacted_version_is_gone_for_caches_too(client: TestClient, archive: Archive, story: int) -> None:
    name = archive.timeline(story)[1].public_id
    tag = client.get(f"/v1/versions/{name}").headers["etag"]
    archive.redact(story, archive.version(name).id, reason="a court order", now=NOW + timedelta(days=1))
    answer = client.get(f"/v1/versions/{name}", headers={"If-None-Match": tag})
    assert answer.status_code == 410
    assert answer.json()["title"] == "Gone"


# ------------------------------------------------------------------ writing


def test_nothing_is_written_without_a_key_of_the_right_scope(
    client: TestClient, archive: Archive, source: Source
) -> None:
    asked: list[tuple[str, str, Scope, Any]] = [
        ("POST", "/v1/watches", Scope.WATCHES, {"source": "herald", "channels": [WEBHOOK]}),
        ("POST", "/v1/sources", Scope.SOURCES, {"home": "https://ledger.example/"}),
        ("PATCH", "/v1/sources/herald", Scope.SOURCES, {"paused": True}),
        ("PUT", "/v1/sources/herald/schedule", Scope.SOURCES, {"every": "15m"}),
        ("POST", "/v1/sources/herald/run-now", Scope.RUNS, None),
        ("DELETE", "/v1/sources/herald/schedule", Scope.SOURCES, None),
        ("DELETE", "/v1/sources/herald", Scope.SOURCES, None),
    ]
    before = archive.sources(), archive.watches()
    for method, path, scope, body in asked:
        unknown = client.request(method, path, json=body)
        assert (unknown.status_code, unknown.headers["www-authenticate"]) == (401, "Bearer")
        for other in set(Scope) - {scope}:
            refused = client.request(method, path, json=body, headers=bearer(archive, other))
            assert refused.status_code == 403
            assert scope in refused.json()["detail"]
            archive.revoke_key(f"key for {other}", now=NOW)
    assert (archive.sources(), archive.watches()) == before
    allowed = bearer(archive, *Scope)
    for method, path, _, body in asked:
        assert client.request(method, path, json=body, headers=allowed).is_success, path


def test_a_key_that_does_not_hold_is_refused_even_where_reading_is_open(
    client: TestClient, archive: Archive
) -> None:
    known = bearer(archive, Scope.READ)
    assert client.get("/v1/sources", headers=known).status_code == 200
    archive.revoke_key("key for read", now=NOW)
    assert client.get("/v1/sources", headers=known).status_code == 401
    assert client.get("/v1/sources", headers={"Authorization": "Bearer made-up"}).status_code == 401


def test_a_watch_is_added_muted_and_removed_and_shows_no_secret(
    client: TestClient, archive: Archive, source: Source
) -> None:
    key = bearer(archive, Scope.WATCHES)
    body = {"source": "herald", "kinds": ["number"], "channels": ["mailto://user:hunter2@mail.example"]}
    made = client.post("/v1/watches", json=body, headers=key)
    assert made.status_code == 201
    assert made.headers["location"] == f"/v1/watches/{made.json()['id']}"
    (kept,) = archive.watches()
    for secret in ("hunter2", kept.token, kept.channels[0].secret):
        assert not secret or secret not in made.text
    path = made.headers["location"]
    until = "2027-01-01T00:00:00Z"
    assert client.post(f"{path}/mute", json={"until": until}, headers=key).json()["muted_until"] == until
    assert client.post(f"{path}/unmute", headers=key).json()["muted_until"] is None
    assert client.delete(path, headers=key).status_code == 204
    assert client.get(path, headers=key).status_code == 404


def test_a_watch_has_its_own_hours_and_rate(client: TestClient, archive: Archive, source: Source) -> None:
    key = bearer(archive, Scope.WATCHES)
    hours = {"quiet": "22:00-07:00", "zone": "Europe/Paris", "rate": 10}
    made = client.post("/v1/watches", json={"source": "herald", "channels": [WEBHOOK], **hours}, headers=key)
    assert {name: made.json()[name] for name in hours} == hours
    shown = client.get(made.headers["location"], headers=key).json()
    assert {name: shown[name] for name in hours} == hours


@pytest.mark.parametrize(
    "body",
    [
        {"channels": [WEBHOOK]},
        {"source": "herald", "channels": [WEBHOOK], "quiet": "10 to 7"},
        {"source": "herald", "channels": [WEBHOOK], "zone": "Mars"},
        {"source": "herald", "channels": [WEBHOOK], "rate": 0},
        {"source": "nobody", "channels": [WEBHOOK]},
        {"source": "herald", "channels": ["nonsense"]},
        {"source": "herald", "channels": ["atom:../x.xml"]},
        {"source": "herald", "channels": []},
        {"query": "title:(", "channels": [WEBHOOK]},
        {"source": "herald", "channels": [WEBHOOK], "unknown": 1},
        {"source": "her\x00ald", "channels": [WEBHOOK]},
    ],
)
def test_a_watch_that_cannot_be_is_refused_with_what_to_mend(
    client: TestClient, archive: Archive, source: Source, body: dict[str, Any]
) -> None:
    answer = client.post("/v1/watches", json=body, headers=bearer(archive, Scope.WATCHES))
    assert answer.status_code in (400, 404, 422)
    assert answer.json()["detail"]
    assert archive.watches() == ()


def test_a_source_is_registered_changed_scheduled_and_run(client: TestClient, archive: Archive) -> None:
    key = bearer(archive, Scope.SOURCES, Scope.RUNS)
    body = {"home": "ledger.example", "feeds": ["https://ledger.example/rss"], "tags": ["en"]}
    made = client.post("/v1/sources", json=body, headers=key)
    assert made.status_code == 201
    assert made.json()["ways"] == [{"kind": "feed", "url": "https://ledger.example/rss"}]
    path = made.headers["location"]
    assert client.patch(path, json={"paused": True, "delay": 9}, headers=key).json()["paused"] is True
    assert archive.source("ledger").delay == 9.0
    assert client.post(f"{path}/run-now", headers=key).status_code == 404  # it has no schedule
    kept = client.put(
        f"{path}/schedule", json={"cron": "*/10 6-23 * * *", "zone": "Europe/Paris"}, headers=key
    )
    assert (kept.status_code, kept.json()["zone"]) == (200, "Europe/Paris")
    assert client.post(f"{path}/run-now", headers=key).status_code == 202
    assert archive.schedules()[0].asked_at is not None
    for bad in ({"every": "soon"}, {"cron": "0 0 31 2 *"}, {"every": "15m", "zone": "Mars/Olympus"}, {}):
        assert client.put(f"{path}/schedule", json=bad, headers=key).status_code == 400
    assert client.post("/v1/sources", json=body, headers=key).json()["slug"] != "ledger"


def test_who_asks_too_much_is_told_how_long_to_wait(sqlite_archive: Archive) -> None:
    settings = Settings.load(sqlite_archive.directory, web={"rate": 3})
    with open_archive(sqlite_archive.directory, settings=settings) as archive, room(archive) as client:
        answers = [client.get("/v1/sources") for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
        assert client.get("/v1/sources", headers=bearer(archive, Scope.READ)).status_code == 200
        assert client.get("/").status_code == 200


def test_a_private_room_answers_only_to_keys(sqlite_archive: Archive) -> None:
    settings = Settings.load(sqlite_archive.directory, web={"private": True})
    with open_archive(sqlite_archive.directory, settings=settings) as archive, room(archive) as client:
        for path in ("/v1/sources", "/v1/openapi.json"):
            assert client.get(path).status_code == 401
            assert client.get(path, headers=bearer(archive, Scope.WATCHES)).status_code == 403
            archive.revoke_key("key for watches", now=NOW)
        reader = bearer(archive, Scope.READ)
        assert client.get("/v1/sources", headers=reader).status_code == 200
        assert client.get("/v1/openapi.json", headers=reader).json()["security"] == [{"key": []}]
        page = client.get("/search?q=x")
        assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/search%3Fq%3Dx")
