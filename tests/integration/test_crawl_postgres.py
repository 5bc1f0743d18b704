"""The same crawl on both databases comes to the same archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from palimpsest.changes import fingerprint
from palimpsest.model import RunState
from palimpsest.newsroom import Newsroom
from palimpsest.storage import Archive, create_archive, open_archive

from ..conftest import Server
from .conftest import Desk, settings_for

STEPS = 3


def holdings(archive: Archive) -> list[object]:
    """What an archive has, but for times and for the ids that hang on the order of arrival."""
    return sorted(
        (
            a.url,
            a.state,
            a.captures,
            sorted(a.aliases),
            [fingerprint(v.extraction) for v in archive.versions(a.id)],
        )
        for a in archive.articles()
    )


@pytest.mark.postgres
def test_a_crawl_comes_to_the_same_on_sqlite_and_postgresql(
    newsroom: Newsroom, server: Server, tmp_path: Path
) -> None:
    found = []
    url = server.make()
    for name, database in (("lite", None), ("server", url.render_as_string(hide_password=False))):
        folder = tmp_path / name
        create_archive(folder, database=database).close()
        with open_archive(folder, settings=settings_for(folder, newsroom)) as archive:
            desk = Desk(archive, newsroom)
            for slug in ("courrier", "faro", "portail"):
                desk.add(slug)
            for step in range(STEPS):
                newsroom.at(step)
                desk.crawl(again=step > 0)
            assert archive.stats().edited > 3
            assert {run.state for run in archive.runs(100)} == {RunState.DONE}
            found.append(holdings(archive))
    server.drop(url)
    assert found[0] == found[1]
