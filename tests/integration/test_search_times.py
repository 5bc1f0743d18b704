"""Where a search as of a moment begins, and that what it asks is of one moment, or fails as the rest does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from palimpsest.crawler import urls
from palimpsest.crawler.archiving import archive_pages
from palimpsest.crawler.deciding import Page
from palimpsest.errors import StoreError
from palimpsest.model import Extraction, Paragraph
from palimpsest.query import parse
from palimpsest.storage import Archive, Versions, indexing, open_archive
from palimpsest.storage.ready import Ready
from palimpsest.storage.search_plan import plan
from palimpsest.storage.tables import search_word

from ..conftest import HOUR, NOW, a_capture
from .old_archives import make_old

SEEN = tuple(
    NOW + timedelta(hours=hours) for hours in (-400 * 24, -70 * 24, -29 * 24, -5, -1.5, 0, 0.5, 1, 30)
)
LATE = NOW - timedelta(days=40)  # archived last of all


def put(archive: Archive, slug: str, at: datetime, more: str = "") -> int:
    """Store a look at an article; the id of its version."""
    address = f"https://herald.example/{slug}"
    read = Extraction(
        url=address, title="Ferry", blocks=(Paragraph(text=f"The ferry {slug} {more}."),), language="en"
    )
    known = archive.errand_for(address, urls.identity(address))
    page = Page(
        errand=known, captures=(a_capture(address, f"{slug} {more}".encode(), at=at),), extraction=read
    )
    archive_pages(archive, [page], revisits=12)
    return archive.versions(archive.article(urls.identity(address)).id)[-1].id


def filled(archive: Archive) -> dict[int, datetime]:
    """When each version of the articles was first seen, which are stored now."""
    return {put(archive, f"a{k}", at): at for k, at in enumerate((*SEEN, LATE))}


def greatest(archive: Archive, as_of: datetime) -> int:
    """The greatest id that a search looks at."""
    with archive._database.reading() as connection:
        return plan(connection, parse("ferry"), as_of=as_of, versions=Versions.LATEST).high


def assert_it_begins_at_its_hour(archive: Archive, stored: dict[int, datetime]) -> None:
    for moment in (*SEEN, LATE, LATE - HOUR, NOW + timedelta(minutes=59), NOW + timedelta(days=800)):
        end = moment.replace(minute=0) + HOUR
        assert greatest(archive, moment) == max(key for key, at in stored.items() if at < end), moment
        hits = archive.search("ferry", as_of=moment).hits
        assert {hit.version_id for hit in hits} == {key for key, at in stored.items() if at <= moment}, moment


def test_a_search_as_of_a_moment_begins_at_what_was_seen_in_its_hour(archive: Archive) -> None:
    assert_it_begins_at_its_hour(archive, filled(archive))
    assert greatest(archive, SEEN[0] - HOUR) == 0


def test_an_archive_of_before_learns_the_hours_of_its_versions(archive: Archive) -> None:
    stored = filled(archive)
    make_old(archive, "0016")
    with archive._database.writing() as connection:
        indexing.index_everything(connection)
        connection.execute(text("DELETE FROM search_range WHERE kind IN ('month', 'hour')"))  # not kept then
    with open_archive(archive.directory) as again:
        assert_it_begins_at_its_hour(again, stored)


def test_what_a_version_is_seen_to_be_older_by_counts_for_its_hour(archive: Archive) -> None:
    key = put(archive, "a", NOW)
    assert greatest(archive, NOW - 3 * HOUR) == 0
    assert put(archive, "a", NOW - 3 * HOUR) == key  # the same text, imported later
    assert greatest(archive, NOW - 3 * HOUR) == key


@pytest.mark.parametrize("near", [1, 10, 13, 100])
def test_what_stood_is_found_before_and_beyond_an_article_that_was_edited_often(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    monkeypatch.setattr("palimpsest.storage.sql_search.FAR", 0)
    monkeypatch.setattr("palimpsest.storage.sql_search.NEAR", near)
    calm = [put(archive, f"a{k}", NOW) for k in range(4)]
    busy = [put(archive, "busy", NOW + timedelta(minutes=k), f"edit {k}") for k in range(12)]
    put(archive, "busy", NOW + 2 * HOUR, "much later")
    pages = [archive.search("ferry", as_of=NOW + HOUR, limit=3)]
    pages.append(archive.search("ferry", as_of=NOW + HOUR, limit=3, after=pages[0].after))
    found = [hit.version_id for page in pages for hit in page.hits]
    assert found == [busy[-1], *reversed(calm)]
    assert pages[1].after is None


def test_a_database_that_lacks_a_table_fails_a_search_in_our_words(archive: Archive) -> None:
    with archive._database.writing() as connection:
        connection.execute(text("DROP TABLE search_range"))
    with pytest.raises(StoreError):
        archive.search("ferry", as_of=NOW)


def test_all_that_is_asked_of_a_file_in_one_look_is_of_one_moment(sqlite_archive: Archive) -> None:
    words = Ready(select(func.count()).select_from(search_word))
    with sqlite_archive._database.reading() as connection:
        assert words.rows(connection) == [(0,)]
        put(sqlite_archive, "a", NOW)
        assert words.rows(connection) == [(0,)]
    with sqlite_archive._database.reading() as connection:
        assert words.rows(connection) != [(0,)]
