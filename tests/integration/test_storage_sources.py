"""Sources, their ways, their locks and their runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from palimpsest.errors import BadSource, Busy, NotFound
from palimpsest.model import Finder, Lead, RunState, Source, Way, WayKind
from palimpsest.storage import Archive

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FEED = Way(kind=WayKind.FEED, url="https://herald.example/feed", etag='"1"')
HERALD = Source(
    slug="herald",
    name="The Herald\x00",
    home="https://herald.example/",
    ways=(FEED, Way(kind=WayKind.SITEMAP, url="https://herald.example/news.xml")),
    tags=("daily", "été"),
    language="en-GB",
    delay=2.5,
    added_at=NOW,
)


def test_a_source_comes_back_as_it_was_registered(archive: Archive) -> None:
    added = archive.add_source(HERALD)
    assert added.id == 1
    assert added.ways == HERALD.ways
    assert (added.tags, added.delay, added.added_at) == (HERALD.tags, 2.5, NOW)
    assert added.name == "The Herald�"
    assert archive.source("herald") == added


def test_sources_are_listed_by_slug_and_by_tag(archive: Archive) -> None:
    archive.add_source(HERALD)
    archive.add_source(Source(slug="argus", name="Argus", home="https://argus.example/", tags=("weekly",)))
    assert [s.slug for s in archive.sources()] == ["argus", "herald"]
    assert [s.slug for s in archive.sources(tag="daily")] == ["herald"]


def test_a_slug_is_given_once(archive: Archive) -> None:
    archive.add_source(HERALD)
    with pytest.raises(BadSource, match="herald"):
        archive.add_source(HERALD)


def test_fields_are_changed_and_the_rest_stays(archive: Archive) -> None:
    archive.add_source(HERALD)
    changed = archive.update_source("herald", paused=True, slug="the-herald", ways=(FEED,))
    assert (changed.paused, changed.slug, changed.ways, changed.tags) == (
        True,
        "the-herald",
        (FEED,),
        HERALD.tags,
    )
    with pytest.raises(NotFound):
        archive.source("herald")


@pytest.mark.parametrize("fields", [{"colour": "red"}, {"id": 7}])
def test_a_field_that_is_none_is_refused(archive: Archive, fields: dict[str, object]) -> None:
    archive.add_source(HERALD)
    with pytest.raises(BadSource):
        archive.update_source("herald", **fields)


def test_what_the_last_look_at_a_way_gave_is_kept(archive: Archive) -> None:
    added = archive.add_source(HERALD)
    looked = Way(kind=WayKind.FEED, url=FEED.url, etag='"2"', payload_sha256=bytes(32), checked_at=NOW)
    archive.save_way(added.id, looked)
    assert archive.source("herald").ways == (looked, HERALD.ways[1])


def test_a_removed_source_leaves_its_articles_and_drops_its_leads(archive: Archive) -> None:
    added = archive.add_source(HERALD)
    with archive.transaction() as tx:
        article = tx.add_article(added.id, "https://herald.example/a", "herald.example/a", now=NOW)
    lead = Lead(url="https://herald.example/b", key="herald.example/b", finder=Finder.FEED)
    archive.add_leads(added.id, [lead], now=NOW)
    archive.remove_source("herald")
    assert archive.sources() == ()
    assert archive.article(article.id).source_id == added.id
    assert archive.errands(added.id, now=NOW).errands == ()
    other = archive.add_source(Source(slug="herald", name="Other", home="https://herald.test/"))
    assert other.id != added.id
    assert archive.add_leads(other.id, [lead], now=NOW).new == 1
    assert archive.pending(other.id) == 1


def test_a_source_registered_again_is_itself_again(archive: Archive) -> None:
    added = archive.add_source(HERALD)
    archive.remove_source("herald")
    assert archive.add_source(HERALD).id == added.id


def test_a_source_is_held_by_one_at_a_time(archive: Archive) -> None:
    with archive.lock_source(1):
        with pytest.raises(Busy, match="source 1"), archive.lock_source(1):
            pass
        with archive.lock_source(0), archive.lock_source(2):
            pass
    with archive.lock_source(1):
        pass


def test_a_run_tells_what_it_did(archive: Archive, source: Source) -> None:
    run = archive.start_run(source.id, "crawl", now=NOW)
    assert (run.state, run.started_at) == (RunState.RUNNING, NOW)
    done = archive.finish_run(
        run.id, RunState.DONE, {"ok": 3, "gone": 1}, ["one\ud800 error"], now=NOW + timedelta(minutes=1)
    )
    assert done.counts == (("ok", 3), ("gone", 1))
    assert done.errors == ("one� error",)
    assert archive.runs() == (done,)


def test_a_run_that_was_killed_is_found_by_the_next_of_its_source(archive: Archive, source: Source) -> None:
    other = archive.start_run(0, "list")
    dead = archive.start_run(source.id, "crawl")
    archive.start_run(source.id, "crawl")
    states = {run.id: run.state for run in archive.runs()}
    assert states == {other.id: RunState.RUNNING, dead.id: RunState.KILLED, 3: RunState.RUNNING}


def test_a_run_that_is_none_cannot_be_finished(archive: Archive) -> None:
    with pytest.raises(NotFound):
        archive.finish_run(9, RunState.DONE, {})


def test_the_lock_needs_no_file_of_the_archive(sqlite_archive: Archive) -> None:
    with sqlite_archive.lock_source(1):
        assert (Path(sqlite_archive.directory) / ".locks" / "source-1").exists()
