"""The reading room's feeds, read by feedparser as a feed reader would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import feedparser
import pytest
from fastapi.testclient import TestClient

from palimpsest.alerts import pump
from palimpsest.alerts.channels import new_channel
from palimpsest.crawler import urls
from palimpsest.model import Source
from palimpsest.storage import Archive, Scope, Watch, create_archive
from palimpsest.web import create_app

from ..conftest import HOUR, NOW
from .reading_room import BODY, look, room

URL = "https://herald.example/vote"


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    with room(archive) as client:
        yield client


@pytest.fixture
def story(archive: Archive, source: Source) -> int:
    """An article whose headline changed twice, and one of nobody's that changed once; the first one's id."""
    look(archive, "vote", 0, "Council votes 12 to 4", source_id=source.id)
    look(archive, "vote", 1, "Council votes 21 to 4", source_id=source.id)
    look(archive, "vote", 2, "Mayor resigns", source_id=source.id)
    look(archive, "other", 3, "Harbour opens at dawn")
    look(archive, "other", 4, "Harbour closes at dawn")
    return archive.article(urls.identity(URL)).id


def read(client: TestClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["content-type"]})
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "atom10"
    for wanted in (feed.feed, *feed.entries):
        assert wanted.id
        assert wanted.title
        assert wanted.updated
        assert wanted.get("author") or feed.feed.author
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    return feed


def links(entry: Any) -> dict[str, str]:
    return {link.rel: link.href for link in entry.links}


def test_the_feed_of_edits_has_the_latest_first_with_links_to_the_change_and_the_live_page(
    client: TestClient, archive: Archive, story: int
) -> None:
    feed = read(client, "/feeds/edits.atom")
    assert [entry.title for entry in feed.entries] == [
        "herald.example: Harbour closes at dawn (headline)",
        "The Herald: Mayor resigns (headline, number)",
        "The Herald: Council votes 21 to 4 (headline, number)",
    ]
    assert links(feed.feed) == {
        "self": "http://localhost/feeds/edits.atom",
        "alternate": "http://localhost/",
    }
    first, second, _ = (span.public_id for span in archive.timeline(story))
    entry = feed.entries[2]
    assert links(entry) == {
        "alternate": f"http://localhost/diff?old={first}&new={second}&view=changes",
        "related": URL,
    }
    assert client.get(links(entry)["alternate"]).status_code == 200
    assert entry.updated == "2026-03-01T13:00:00Z"
    assert entry.author == "The Herald"
    assert {tag.term for tag in entry.tags} == {"headline", "number"}
    (content,) = entry.content
    assert content.type == "text/html"
    assert "21" in content.value
    assert "<del" in content.value


def test_edits_are_narrowed_to_kinds_and_an_unknown_kind_is_refused(client: TestClient, story: int) -> None:
    assert len(read(client, "/feeds/edits.atom?kind=number").entries) == 2
    assert len(read(client, "/feeds/edits.atom?kind=image&kind=withdrawn").entries) == 0
    answer = client.get("/feeds/edits.atom?kind=sound")
    assert (answer.status_code, "no kind of change" in answer.text) == (400, True)
    assert (
        read(client, "/feeds/edits.atom?source=herald&kind=number").feed.title
        == "Palimpsest: The Herald (number)"
    )
    assert client.get("/feeds/edits.atom?source=nobody").status_code == 404


def test_slight_edits_come_only_where_all_are_asked_for(
    client: TestClient, archive: Archive, story: int
) -> None:
    look(archive, "vote", 5, "Mayor resigns", BODY.replace("harbour", "harbor", 1))
    alerted, every = (len(read(client, f"/feeds/edits.atom{q}").entries) for q in ("", "?all=1"))
    assert (alerted, every) == (3, 4)


def test_an_outlet_and_an_article_have_feeds_of_their_own(client: TestClient, story: int) -> None:
    outlet = read(client, "/feeds/source/herald.atom")
    assert (outlet.feed.title, len(outlet.entries)) == ("Palimpsest: The Herald", 2)
    article = read(client, f"/feeds/article/{story}.atom")
    assert links(article.feed)["alternate"] == f"http://localhost/articles/{story}"
    assert [one.id for one in article.entries] == [one.id for one in outlet.entries]
    assert client.get("/feeds/source/nobody.atom").status_code == 404
    assert client.get("/feeds/article/99.atom").status_code == 404


def test_a_withdrawal_is_told_with_its_reason(client: TestClient, archive: Archive, story: int) -> None:
    look(archive, "vote", 6, "", gone=True)
    look(archive, "vote", 40, "", gone=True)
    entry = read(client, f"/feeds/article/{story}.atom").entries[0]
    assert [tag.term for tag in entry.tags] == ["withdrawn"]
    assert links(entry)["alternate"] == f"http://localhost/articles/{story}"


def test_a_search_is_kept_as_a_feed(client: TestClient, archive: Archive, story: int) -> None:
    feed = read(client, "/feeds/search.atom?q=title%3Amayor")
    (entry,) = feed.entries
    newest = archive.timeline(story)[-1].public_id
    assert links(entry) == {"alternate": f"http://localhost/version/{newest}", "related": URL}
    assert entry.title == "The Herald: Mayor resigns"
    assert links(feed.feed)["alternate"] == "http://localhost/search?q=title%3Amayor"
    assert client.get("/feeds/search.atom?q=%22open").status_code == 400


def test_what_has_no_headline_goes_by_its_address(client: TestClient, archive: Archive) -> None:
    look(archive, "bare", 0, "")
    look(archive, "bare", 1, "", BODY + "Seven people died.")
    for feed in ("/feeds/edits.atom", "/feeds/search.atom?q=council"):
        (entry,) = read(client, feed).entries
        assert "https://herald.example/bare" in entry.title


def test_ids_stay_whatever_name_the_reading_room_goes_by(
    archive: Archive, story: int, tmp_path: Path
) -> None:
    paths = ("edits.atom", "edits.atom?all=1", "source/herald.atom", "article/1.atom", "search.atom?q=vote")

    def ids(host: str, base_url: str = "") -> list[list[str]]:
        web = archive.settings.web.model_copy(update={"base_url": base_url, "hosts": ("news.example",)})
        archive.settings = archive.settings.model_copy(update={"web": web})
        with TestClient(create_app(archive), base_url=host) as client:
            feeds = [feedparser.parse(client.get(f"/feeds/{path}").content) for path in paths]
        assert all(links(feed.feed)["self"].startswith(base_url or host) for feed in feeds)
        return [[feed.feed.id, *(entry.id for entry in feed.entries)] for feed in feeds]

    first = ids("http://localhost:8000")
    assert len({feed[0] for feed in first}) == len(paths)  # each feed has its own
    assert ids("http://127.0.0.1") == first
    assert ids("https://news.example") == first
    assert ids("http://localhost", "https://news.example/room") == first
    with create_archive(tmp_path / "other") as other, room(other) as client:
        look(other, "vote", 0, "Council votes 12 to 4")
        assert read(client, "/feeds/edits.atom").feed.id != first[0][0]


def test_a_hostile_headline_is_text_in_a_feed(client: TestClient, archive: Archive) -> None:
    look(archive, "vote", 0, "Council votes")
    look(archive, "vote", 1, "<script>alert(1)</script>\x0b]]>&amp;\x00 & so on")
    for path in ("/feeds/edits.atom?all=1", "/feeds/search.atom?q=council"):
        text = client.get(path).text
        assert "<script" not in text
        (entry,) = read(client, path).entries
        assert "<script" not in entry.content[0].value


def test_a_redacted_version_is_not_told_in_a_feed(client: TestClient, archive: Archive, story: int) -> None:
    second = archive.timeline(story)[1]
    archive.redact(story, second.id, reason="a court said so", now=NOW + 20 * HOUR)
    text = client.get(f"/feeds/article/{story}.atom").text
    assert "21 to 4" not in text
    read(client, f"/feeds/article/{story}.atom")


# ---------------------------------------------------------------------- 304


@pytest.mark.parametrize("path", ["edits.atom", "source/herald.atom", "search.atom?q=mayor"])
def test_who_has_a_feed_is_not_sent_it_again_until_something_new_is_in_it(
    client: TestClient, archive: Archive, story: int, source: Source, path: str
) -> None:
    had = client.get(f"/feeds/{path}")
    by_tag = {"If-None-Match": f'"other", {had.headers["etag"]}'}
    by_time = {"If-Modified-Since": had.headers["last-modified"]}
    for headers in (by_tag, by_time):
        again = client.get(f"/feeds/{path}", headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == had.headers["etag"]
    look(archive, "vote", 7, "Mayor stays after all", source_id=source.id)
    for headers in (by_tag, by_time):
        assert client.get(f"/feeds/{path}", headers=headers).status_code == 200
    unreadable = {"If-Modified-Since": "yesterday"}
    assert client.get(f"/feeds/{path}", headers=unreadable).status_code == 200


def test_ids_stay_when_a_feed_is_read_again_under_a_configured_address(archive: Archive, story: int) -> None:
    with room(archive) as client:
        before = read(client, "/feeds/edits.atom")
    web = archive.settings.web.model_copy(update={"base_url": "https://news.example.org/room"})
    archive.settings = archive.settings.model_copy(update={"web": web})
    with room(archive) as client:
        after = read(client, "/feeds/edits.atom")
    assert [one.id for one in after.entries] == [one.id for one in before.entries]
    assert links(after.feed)["self"] == "https://news.example.org/room/feeds/edits.atom"
    assert links(after.entries[0])["alternate"].startswith("https://news.example.org/room/diff?")


# ------------------------------------------------------------------- watches


@pytest.fixture
def watch(archive: Archive) -> Watch:
    made = Watch(url=urls.identity(URL), channels=(new_channel("atom:watch.xml"),))
    return archive.add_watch(made, now=NOW - HOUR)


def test_the_feed_of_a_watch_asks_for_its_token(
    client: TestClient, archive: Archive, watch: Watch, story: int
) -> None:
    pump(archive, now=NOW + timedelta(hours=5))
    feed = read(client, f"/feeds/watch/{watch.id}.atom?token={watch.token}")
    assert len(feed.entries) == 2
    assert links(feed.entries[0])["alternate"].startswith("http://localhost/version/")
    in_file = feedparser.parse(str(archive.directory / "watch.xml"))
    assert feed.feed.id == in_file.feed.id
    assert [one.id for one in feed.entries] == [one.id for one in in_file.entries]
    for query in ("", "?token=", "?token=wrong", "?token=%C3%A9", f"?token={watch.token}x"):
        assert client.get(f"/feeds/watch/{watch.id}.atom{query}").status_code == 404, query
    unknown = client.get(f"/feeds/watch/{watch.id + 1}.atom?token={watch.token}")
    assert unknown.status_code == 404


def test_the_feed_of_a_watch_without_alerts_is_a_feed(client: TestClient, watch: Watch) -> None:
    feed = read(client, f"/feeds/watch/{watch.id}.atom?token={watch.token}")
    assert feed.entries == []
    assert feed.feed.updated == "2026-03-01T11:00:00Z"


def test_in_a_private_archive_only_the_feed_with_a_token_is_read_without_a_key(
    archive: Archive, watch: Watch, story: int
) -> None:
    web = archive.settings.web.model_copy(update={"private": True})
    archive.settings = archive.settings.model_copy(update={"web": web})
    with room(archive) as client:
        assert client.get(f"/feeds/watch/{watch.id}.atom?token={watch.token}").status_code == 200
        _, key = archive.add_key("reader", [Scope.READ], now=NOW)
        for path, asked in (
            ("/feeds/edits.atom", "application/atom+xml, application/rss+xml, text/html;q=0.7, */*;q=0.1"),
            ("/feeds/source/herald.atom", "*/*"),
            ("/metrics", "application/openmetrics-text;version=1.0.0;q=0.5, text/plain;q=0.3, */*;q=0.1"),
            (f"/timegate/{URL}", "*/*"),
            (f"/timemap/link/{URL}", "application/link-format"),
        ):
            refused = client.get(path, headers={"Accept": asked})  # a program is led to no page
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer"), path
            assert refused.headers["content-type"] == "application/problem+json"
            assert "Authorization: Bearer" in refused.json()["detail"]
            page = client.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
            assert (page.status_code, page.headers["location"]) == (303, f"/sign-in?next={quote(path)}"), path
            held = client.get(path, headers={"Authorization": f"Bearer {key}"})
            assert held.status_code in (200, 302), path


def test_an_empty_archive_has_empty_feeds(client: TestClient) -> None:
    assert read(client, "/feeds/edits.atom").entries == []
    assert read(client, "/feeds/search.atom?q=harbour").entries == []
