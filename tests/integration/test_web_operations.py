"""What whoever runs the reading room asks of it: alive, ready, and its figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prometheus_client.parser import text_string_to_metric_families

from palimpsest.clock import Clock
from palimpsest.model import Source
from palimpsest.storage import Archive

from ..conftest import NOW
from .reading_room import look, room


class Stepped(Clock):
    """A clock that stands until it is told to go on."""

    def __init__(self) -> None:
        self.at = 0.0

    def now(self) -> datetime:
        return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=self.at)

    def seconds(self) -> float:
        return self.at


def figures(text: str) -> dict[str, float]:
    """By name and labels."""
    return {
        f"{one.name}{sorted(one.labels.values())}": one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_the_figures_are_the_archives_and_are_counted_anew_after_a_while(
    archive: Archive, source: Source
) -> None:
    look(archive, "vote", 0, "Council votes", source_id=source.id)
    archive.seal(now=NOW)
    clock = Stepped()
    with room(archive, clock=clock) as client:
        found = figures(client.get("/metrics").text)
        assert found["palimpsest_articles[]"] == found["palimpsest_captures[]"] == 1
        assert found["palimpsest_source_state['ok']"] == 1
        assert found["palimpsest_ledger_leaves[]"] == 1
        look(archive, "ferry", 0, "Ferry returns", source_id=source.id)
        assert figures(client.get("/metrics").text)["palimpsest_articles[]"] == 1
        clock.at += 31
        assert figures(client.get("/metrics").text)["palimpsest_articles[]"] == 2


def test_requests_are_counted_by_route_and_never_by_path(archive: Archive) -> None:
    look(archive, "vote", 0, "Council votes")
    with room(archive) as client:
        for path in ("/articles/1", "/articles/2", "/nowhere/1", "/nowhere/2"):
            client.get(path)
        client.request("BREW", "/")
        text = client.get("/metrics").text
    found = figures(text)
    assert found["palimpsest_requests_total['/articles/{article_id}', '200', 'GET']"] == 1
    assert found["palimpsest_requests_total['/articles/{article_id}', '404', 'GET']"] == 1
    assert found["palimpsest_requests_total['404', 'GET', 'other']"] == 2
    assert found["palimpsest_request_seconds_count['/articles/{article_id}']"] == 2
    assert "nowhere" not in text
    assert "BREW" not in text


def test_two_rooms_count_each_for_itself(archive: Archive) -> None:
    with room(archive) as one, room(archive) as other:
        one.get("/")
        assert "palimpsest_requests_total['/', '200', 'GET']" not in figures(other.get("/metrics").text)


def test_a_room_is_alive_and_ready_until_its_archive_cannot_be_read(sqlite_archive: Archive) -> None:
    with room(sqlite_archive) as client:
        assert client.get("/livez").text == client.get("/readyz").text == "ok\n"
        assert "Disallow: /" in client.get("/robots.txt").text
        sqlite_archive.close()
        file = sqlite_archive.directory / "archive.db"
        file.write_bytes(b"no database at all" * 1000)
        assert client.get("/readyz").status_code == 503
        assert client.get("/livez").status_code == 200
