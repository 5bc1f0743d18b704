"""Outlets, health and runs: the figures that stand behind them, as pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from palimpsest.model import RunState, Source
from palimpsest.storage import Archive

from ..conftest import HOUR, NOW
from .reading_room import look, room, words
from .test_figures import made


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    with room(archive) as client:
        yield client


def test_an_outlet_tells_how_it_edits(client: TestClient, archive: Archive, source: Source) -> None:
    made(archive, source)
    page = client.get("/outlets/herald", params={"days": "all"}).text
    said = words(page)
    for figure in (
        "4 Articles",
        "3 Edits",
        "50 % Articles that were edited",
        "6 min Median",
        "50 % Corrections",
    ):
        number, _, name = figure.partition(" ")
        assert number in said, figure
        assert name.split(" ")[-1] in said, figure
    assert page.count('<svg class="plot"') == 2
    assert "2026-03-01 – 2026-03-03: 3 edits" in page
    assert "Council votes 21 to 4 again (2)" in said.replace(" (", " (")
    assert "Somebody else" not in page
    french = words(client.get("/outlets/herald", params={"days": "all", "hl": "fr"}).text)
    assert "≤ 6 h" in french
    assert "≤ 7 j" in french
    assert "≤ 7 d" not in french
    client.cookies.clear()
    line = words(client.get("/outlets").text)
    assert "The Herald 0 – 0 ok" in line  # all of it is older than 30 days


def test_an_outlet_without_articles_and_one_that_is_none(
    client: TestClient, archive: Archive, source: Source
) -> None:
    said = words(client.get("/outlets/herald").text)
    assert "– Articles that were edited" in said or "0" in said
    assert "<svg" not in client.get("/outlets/herald").text
    assert client.get("/outlets/nobody").status_code == 404
    assert client.get("/outlets/herald?days=7").status_code == 422


def test_a_hostile_name_of_an_outlet_is_text(client: TestClient, archive: Archive) -> None:
    source = archive.add_source(
        Source(slug="bad", name="<script>alert(1)</script>", home="https://bad.example/")
    )
    look(archive, "a", 0, "One 1", source_id=source.id)
    look(archive, "a", 1, "One 2", source_id=source.id)
    for path in (
        "/",
        "/outlets",
        "/outlets/bad?days=all",
        "/health",
        "/runs",
        "/search?q=one",
        "/articles/1",
    ):
        assert "<script" not in client.get(path).text, path


def test_health_says_state_and_reason_in_words(client: TestClient, archive: Archive, source: Source) -> None:
    for k in range(3):
        run = archive.start_run(source.id, "schedule", now=NOW + k * HOUR)
        archive.finish_run(run.id, RunState.FAILED, {}, ["the feed answered 500"], now=NOW + k * HOUR)
    said = words(client.get("/health").text)
    assert "⚠ failing" in said
    assert "3 runs in a row came to nothing (the feed answered 500)" in said
    assert "not checked as a whole yet" in said


def test_runs_are_listed_narrowed_and_shown_with_their_errors(
    client: TestClient, archive: Archive, source: Source
) -> None:
    other = archive.add_source(Source(slug="ledger", name="The Ledger", home="https://ledger.example/"))
    for k in range(60):
        run = archive.start_run(source.id, "schedule", now=NOW + k * HOUR)
        archive.finish_run(run.id, RunState.DONE, {"new": k}, [f"problem {k}"], now=NOW + k * HOUR)
    archive.start_run(other.id, "by hand", now=NOW)
    first = client.get("/runs").text
    assert "The Ledger" in words(first)
    assert first.count('<th scope="row">') == 50
    rest = client.get(first.split('rel="next" href="')[1].split('"')[0].replace("?", "/runs?", 1)).text
    assert rest.count('<th scope="row">') == 11
    assert "by hand" not in words(client.get("/runs?source=herald").text)
    assert "problem 59" in words(client.get("/runs/60").text)
    assert client.get("/runs/99").status_code == 404
    assert client.get("/runs?source=nobody").status_code == 404
