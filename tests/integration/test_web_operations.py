"""What machines ask the reading room: probes, and figures that prometheus-client's own parser reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from palimpsest.alerts import pump
from palimpsest.alerts.channels import new_channel
from palimpsest.clock import Clock
from palimpsest.errors import Damaged
from palimpsest.model import Source
from palimpsest.storage import Archive, Head, Watch
from palimpsest.web import create_app

from ..conftest import HOUR, NOW
from .reading_room import look, room


class StillClock(Clock):
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = NOW + 10 * HOUR

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return (self.at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def client(archive: Archive, clock: StillClock) -> Iterator[TestClient]:
    with room(archive, clock=clock) as client:
        yield client


def figures(client: TestClient) -> dict[tuple[str, ...], float]:
    """The figures by their name and the values of their labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_the_archive_is_told_in_figures(
    client: TestClient, archive: Archive, source: Source, clock: StillClock
) -> None:
    look(archive, "vote", 0, "Council votes 12 to 4", source_id=source.id)
    look(archive, "vote", 1, "Council votes 21 to 4", source_id=source.id)
    archive.seal(now=NOW + 2 * HOUR)
    look(archive, "vote", 3, "Council votes 21 to 4", source_id=source.id)
    found = figures(client)
    stats = archive.stats()
    assert found["palimpsest_sources",] == 1
    assert found["palimpsest_articles",] == 1
    assert found["palimpsest_versions",] == 2
    assert found["palimpsest_captures",] == 3
    assert found["palimpsest_payload_bytes",] == stats.payload_bytes
    assert found["palimpsest_last_capture_age_seconds",] == 7 * 3600
    assert found["palimpsest_sources_by_health", "ok"] == 1
    assert found["palimpsest_sources_by_health", "failing"] == 0
    assert found["palimpsest_ledger_leaves",] == archive.ledger_size() > archive.head().size
    assert found["palimpsest_ledger_head_leaves",] == archive.head().size
    assert found["palimpsest_ledger_head_age_seconds",] == 8 * 3600
    assert ("palimpsest_check_faults",) not in found


def test_the_last_check_and_what_waits_to_be_sent_are_told(client: TestClient, archive: Archive) -> None:
    archive.add_watch(Watch(channels=(new_channel("webhook:http://127.0.0.1:9/"),)), now=NOW - HOUR)
    look(archive, "vote", 0, "Council votes 12 to 4")
    look(archive, "vote", 1, "Council votes 21 to 4")
    pump(archive, now=NOW + HOUR)
    archive.note_check(archive.verify(), at=NOW + 4 * HOUR, took=timedelta(seconds=2))
    found = figures(client)
    assert (found["palimpsest_deliveries", "pending"], found["palimpsest_deliveries", "dead"]) == (1, 0)
    assert (found["palimpsest_check_age_seconds",], found["palimpsest_check_faults",]) == (6 * 3600, 0)


def test_figures_of_the_archive_are_read_at_most_every_half_minute(
    client: TestClient, archive: Archive, clock: StillClock
) -> None:
    assert figures(client)["palimpsest_captures",] == 0
    look(archive, "vote", 0, "Council votes")
    clock.at += timedelta(seconds=29)
    assert figures(client)["palimpsest_captures",] == 0
    clock.at += timedelta(seconds=1)
    assert figures(client)["palimpsest_captures",] == 1


def test_requests_are_counted_by_template_and_never_by_what_a_stranger_asks(
    client: TestClient, archive: Archive
) -> None:
    for number in range(30):
        client.get(f"/nowhere/{number}")
        client.get(f"/version/{number:020x}")
        client.get(f"/timegate/https://x.example/{number}")
        client.get(f"/v1/articles/{number + 1}")
        client.request(f"BREW{number}", "/")
    found = figures(client)
    count = "palimpsest_http_requests_total"
    assert found[count, "GET", "other", "404"] == 30
    assert found[count, "GET", "/version/{public_id}", "404"] == 30
    assert found[count, "GET", "/timegate/{url:path}", "404"] == 30
    assert found[count, "GET", "/v1/articles/{article_id}", "404"] == 30
    assert found[count, "other", "/", "405"] == 30
    assert len([key for key in found if key[0] == count]) == 5
    assert found["palimpsest_http_request_seconds_count", "GET", "/version/{public_id}", "404"] == 30


def test_an_answer_that_failed_is_counted_as_one(
    archive: Archive, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(archive, "edits", fail)
    with pytest.raises(ZeroDivisionError):
        client.get("/")
    assert figures(client)["palimpsest_http_requests_total", "GET", "/", "500"] == 1


def test_two_reading_rooms_in_one_process_count_apart(archive: Archive, client: TestClient) -> None:
    with room(archive) as other:
        other.get("/")
        assert figures(other)["palimpsest_http_requests_total", "GET", "/", "200"] == 1
    assert ("palimpsest_http_requests_total", "GET", "/", "200") not in figures(client)


def test_a_reading_room_lives_and_is_ready(client: TestClient) -> None:
    for path in ("/livez", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert answer.headers["cache-control"] == "no-store"


def test_a_reading_room_whose_archive_cannot_be_read_lives_and_is_not_ready(
    client: TestClient, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> tuple[Head, ...]:
        raise Damaged("/srv/secret/archive.db is damaged")

    monkeypatch.setattr(archive, "heads", fail)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "the archive cannot be read: Damaged\n")
    assert client.get("/livez").status_code == 200


def test_a_reading_room_whose_database_is_gone_is_not_ready(sqlite_archive: Archive) -> None:
    with TestClient(create_app(sqlite_archive), base_url="http://localhost") as client:
        assert client.get("/readyz").status_code == 200
        sqlite_archive.close()
        for path in sqlite_archive.directory.glob("archive.db*"):
            path.unlink()
        answer = client.get("/readyz")
        assert answer.status_code == 503, answer.text


def test_search_engines_are_kept_out(client: TestClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.text == "User-agent: *\nDisallow: /\n"
    assert answer.headers["x-robots-tag"] == "noindex"
