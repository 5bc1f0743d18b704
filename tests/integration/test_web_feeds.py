"""Atom feeds as a feed reader sees them: whole, lasting, and not sent again while nothing is new."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from fastapi.testclient import TestClient

from palimpsest.alerts import pump
from palimpsest.alerts.channels import new_channel
from palimpsest.model import Source
from palimpsest.settings import Settings
from palimpsest.storage import Archive, Watch, open_archive

from ..conftest import NOW
from .reading_room import BODY, look, room


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    with room(archive) as client:
        yield client


@pytest.fixture
def story(archive: Archive, source: Source) -> int:
    own = {"source_id": source.id}
    look(archive, "vote", 0, "Council votes 12 to 4", **own)
    look(archive, "vote", 1, "Council votes 21 to 4", **own)
    look(archive, "vote", 2, "Council votes 21 to 4", BODY + "The mayor was <b>absent</b>.", **own)
    look(archive, "ferry", 0, "Ferry returns", authors=("Ann Onimous",))
    look(archive, "ferry", 1, "Ferry returns", authors=("Ann Onymous",))  # a label, no alert
    return archive.article("https://herald.example/vote").id


def read(client: TestClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/atom+xml")
    found = feedparser.parse(answer.content)
    assert not found.bozo
    assert len({entry.id for entry in found.entries}) == len(found.entries)
    assert found.feed.id.startswith("urn:uuid:")
    return found


def test_the_feed_of_all_edits_has_what_matters_with_its_words_and_links(
    client: TestClient, archive: Archive, story: int
) -> None:
    found = read(client, "/feeds/edits.atom")
    assert [entry.title for entry in found.entries] == ["Council votes 21 to 4"] * 2
    first = found.entries[1]
    names = [span.public_id for span in archive.timeline(story)]
    assert first.link == f"http://localhost/diff?old={names[0]}&new={names[1]}&view=changes"
    assert {tag.term for tag in first.tags} == {"headline", "number"}
    assert "<del" in first.content[0].value
    assert "<b>absent</b>" not in found.entries[0].content[0].value
    assert client.get(first.link).status_code == 200
    assert len(read(client, "/feeds/edits.atom?all=1").entries) == 3
    assert len(read(client, "/feeds/edits.atom?kind=headline").entries) == 1


def test_feeds_of_an_outlet_an_article_and_a_search_keep_to_theirs(
    client: TestClient, archive: Archive, story: int
) -> None:
    assert len(read(client, "/feeds/source/herald.atom").entries) == 2
    look(archive, "vote", 3, "", gone=True)
    look(archive, "vote", 4, "", gone=True)
    whole = read(client, f"/feeds/article/{story}.atom")
    assert [tag.term for tag in whole.entries[0].tags] == ["withdrawn"]
    assert len(whole.entries) == 3
    (hit,) = read(client, "/feeds/search.atom?q=mayor").entries
    assert hit.link.endswith(archive.timeline(story)[-1].public_id)
    for path in ("source/nobody.atom", "article/99.atom"):
        assert client.get(f"/feeds/{path}").status_code == 404
    assert client.get("/feeds/search.atom?q=title:(").status_code == 400


def test_the_feed_of_a_watch_opens_to_its_token_alone_even_in_a_private_room(
    sqlite_archive: Archive,
) -> None:
    settings = Settings.load(
        sqlite_archive.directory, web={"private": True, "base_url": "https://news.example.org"}
    )
    with open_archive(sqlite_archive.directory, settings=settings) as archive, room(archive) as client:
        watch = archive.add_watch(
            Watch(query="council", channels=(new_channel("atom:a.xml"),)), now=NOW - timedelta(days=1)
        )
        look(archive, "vote", 0, "Council votes 12 to 4")
        look(archive, "vote", 1, "Council votes 21 to 4")
        pump(archive, now=NOW + timedelta(days=1))
        headers = {"Host": "news.example.org"}
        path = f"/feeds/watch/{watch.id}.atom"
        answer = client.get(path, params={"token": watch.token}, headers=headers)
        found = feedparser.parse(answer.content)
        assert [entry.title for entry in found.entries] == [
            "herald.example: Council votes 21 to 4 (headline, number)"
        ]
        assert "https://news.example.org/version/" in found.entries[0].content[0].value
        for token in ("", "x", watch.token[1:]):
            assert client.get(path, params={"token": token}, headers=headers).status_code == 404
        assert client.get("/feeds/edits.atom", headers=headers).status_code in (303, 401)


def test_a_feed_made_anew_has_the_same_ids_and_is_not_sent_again(client: TestClient, story: int) -> None:
    first = client.get("/feeds/edits.atom")
    again = client.get("/feeds/edits.atom", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/feeds/edits.atom").content == first.content


def test_an_empty_feed_and_hostile_titles_are_well_formed(client: TestClient, archive: Archive) -> None:
    assert (
        read(client, "/feeds/source/herald.atom" if archive.sources() else "/feeds/edits.atom").entries == []
    )
    look(archive, "bad", 0, "One ]]> \x0b & <script>")
    look(archive, "bad", 1, "Two ]]> \x0b & <script>")
    (entry,) = read(client, "/feeds/edits.atom").entries
    assert "Two ]]>" in entry.title
