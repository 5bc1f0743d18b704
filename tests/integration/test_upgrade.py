"""An archive of the first revision, with all that can be in it, opened by the present program."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from palimpsest.model import RunState
from palimpsest.newsroom import Newsroom
from palimpsest.schedule import new_schedule
from palimpsest.storage import Archive, open_archive
from palimpsest.storage.tables import REVISION

from ..conftest import HOUR, NOW
from .conftest import Desk, settings_for
from .old_archives import make_old


def told(archive: Archive) -> list[list[Any] | tuple[Any, ...]]:
    """All that an archive of the first revision can say."""
    captures = list(archive.captures())
    return [
        archive.sources(),
        list(archive.articles()),
        [archive.versions(article.id) for article in archive.articles()],
        captures,
        [archive.payload(one.capture.sha256) for one in captures if one.capture.sha256 and one.has_payload],
        archive.runs(limit=1000),
        [archive.pending(source.id) for source in archive.sources()],
        sorted(
            (one.at, one.old_id, one.new_id, one.kinds, one.weight, one.verdict, one.reasons)
            for one in archive.changes(after=0, limit=1000)
        ),
    ]


def test_a_filled_archive_of_the_first_revision_is_brought_to_the_present(
    archive: Archive, newsroom: Newsroom
) -> None:
    archive.settings = settings_for(archive.directory, newsroom)
    desk = Desk(archive, newsroom)
    for outlet in newsroom.outlets:
        desk.add(outlet.slug)
    desk.crawl()
    for step in (1, 3):
        newsroom.at(step)
        desk.crawl(again=True)
    before = told(archive)
    assert len(before[-1]) > 20
    make_old(archive, "0001")
    archive.close()
    with open_archive(archive.directory, settings=archive.settings) as later:
        with later._database.reading() as connection:
            assert connection.scalar(text("SELECT version_num FROM alembic_version")) == REVISION
        for one, was in zip(told(later), before, strict=True):
            assert one == was
        # And it goes on: a schedule, a crawl that finds the next edits.
        source = later.source("courrier")
        later.save_schedule(new_schedule(source.id, now=NOW, every=HOUR))
        newsroom.at(5)
        counts = Desk(later, newsroom).crawl(again=True)
        assert counts["changed"] > 5
        assert later.runs(limit=1)[0].state is RunState.DONE
