"""The archive's own database, read by strangers: Datasette serves it as it lies, its views are for people."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from palimpsest.model import Source, sha256
from palimpsest.storage import Archive

from .judges import judge, needs_judges

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_latest_versions_are_a_view(archive: Archive, source: Source, visit: Callable[..., int]) -> None:
    visit(b"one", source_id=source.id, title="First")
    visit(b"two", at=NOW + HOUR, source_id=source.id, title="Second")
    with archive._database.reading() as connection:
        (row,) = connection.execute(text("SELECT * FROM articles_latest")).mappings().all()
    latest = archive.versions(1)[-1]
    assert (row["version"], row["number"]) == (latest.public_id, 2)
    assert (row["source"], row["url"]) == ("herald", "https://herald.example/a")
    assert (row["article_first_seen"], row["version_first_seen"]) == (
        "2026-03-01T12:00:00.000Z",
        "2026-03-01T13:00:00.000Z",
    )
    assert row["payload_sha256"] == sha256(b"two").hex()


@needs_judges
def test_datasette_serves_the_archive_as_it_lies(
    sqlite_archive: Archive, make_capture: Callable[..., Any], make_extraction: Callable[..., Any]
) -> None:
    with sqlite_archive.transaction() as tx:
        article = tx.add_article(None, "https://herald.example/a", "herald.example/a", now=NOW)
        capture = tx.add_capture(make_capture(), article_id=article.id)
        tx.add_version(article.id, capture, make_extraction(title="Read by all"), bytes(32), at=NOW)
    sqlite_archive.close()
    file = sqlite_archive.directory / "archive.db"

    def ask(address: str) -> Any:
        return json.loads(judge("datasette", file, "--get", address))

    known = ask("/archive.json")
    assert {view["name"] for view in known["views"]} >= {
        "articles", "articles_latest", "versions", "captures", "changes", "edits",
    }  # fmt: skip
    for view in known["views"]:
        assert ask(f"/archive/{view['name']}.json?_shape=objects")["table"] == view["name"]
    (row,) = ask("/archive/articles_latest.json?_shape=objects")["rows"]
    assert row["url"] == "https://herald.example/a"
    assert row["title"] == "Read by all"
