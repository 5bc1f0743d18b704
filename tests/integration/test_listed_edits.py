"""Lists of edits are exact whichever way they are gathered, and cost the same however long the log is."""

from __future__ import annotations

import json
import random
import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, inspect

from palimpsest.changes import Verdict
from palimpsest.model import ChangeKind, Source
from palimpsest.storage import Archive, Change, open_archive, sql_edits
from palimpsest.storage.tables import article, change
from palimpsest.storage.values import micros

from ..conftest import NOW
from .old_archives import make_old

COMMON = (ChangeKind.HEADLINE, ChangeKind.ADDED, ChangeKind.REWRITTEN, ChangeKind.MOVED, ChangeKind.LINK)
ONCE = ChangeKind.PAYWALL  # of one change of those that `fill` makes, among the first
NEVER = ChangeKind.URL
OUTLETS = ("herald", "courrier", "closed", "silent")


def fill(archive: Archive, number: int) -> dict[int, str]:
    """Write changes archived in no order of time, some in the same moment; which outlet each article is of.

    All of *closed* are among the first third, *silent* has none.
    """
    chance = random.Random(3)
    owners = [
        archive.add_source(Source(slug=slug, name=slug, home=f"https://{slug}.example/")).id
        for slug in OUTLETS
    ]
    articles = [
        {
            "id": i, "source_id": owners[i % 3], "url": f"https://a.example/{i}", "key": f"a.example/{i}",
            "state": "live", "first_seen": 0, "last_seen": 0, "title": "", "standfirst": "", "versions": 1,
            "captures": 1, "attempts": 0, "drift": 0,
        }
        for i in range(1, 31)
    ]  # fmt: skip
    elsewhere = [one for one in range(1, 31) if one % 3 != 2]
    rows = []
    for i in range(1, number + 1):
        kinds = sorted(set(chance.choices(COMMON, k=3))) + ([ONCE] if i == 7 else [])
        closed = i < number / 3 and chance.random() < 0.3
        rows.append({
            "id": i, "article_id": 2 if closed else chance.choice(elsewhere),
            "at": micros(NOW + timedelta(minutes=i // 4 + (chance.randrange(40) if i % 5 == 0 else 0))),
            "kinds": json.dumps(kinds), "weight": 0.5, "verdict": chance.choice(["alert", "label"]),
            "reasons": "[]", "title_before": "", "title_after": "",
        })  # fmt: skip
    with archive._database.writing() as connection:
        connection.execute(article.insert(), articles)
        connection.execute(change.insert(), rows)
    return {one["id"]: OUTLETS[one["id"] % 3] for one in articles}


def expected(log: list[Change], owners: dict[int, str], asked: dict[str, Any]) -> list[int]:
    """What is to be listed, told from the whole log."""
    as_archived = asked.get("as_archived", False)
    place = (lambda one: one.id) if as_archived else (lambda one: (one.at, one.id))
    last = next((one for one in log if one.id == asked.get("before")), None)
    fitting = [
        one
        for one in log
        if asked.get("source") in (None, owners[one.article_id])
        and asked.get("article_id") in (None, one.article_id)
        and (not asked.get("kinds") or set(asked["kinds"]) & set(one.kinds))
        and asked.get("verdict") in (None, one.verdict)
        and (asked.get("since") is None or one.at >= asked["since"])
        and (last is None or place(one) < place(last))
    ]
    return [one.id for one in sorted(fitting, key=place, reverse=True)][: asked["limit"]]


@pytest.mark.parametrize("spellings", [0, sql_edits.SPELLINGS])
@pytest.mark.parametrize("near", [1, 10_000])
def test_a_list_names_what_fits_in_order_whichever_way_it_is_gathered(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, near: int, spellings: int
) -> None:
    owners = fill(archive, 400)
    log = list(archive.changes(after=0, limit=1000))
    monkeypatch.setattr(sql_edits, "NEAR", near)
    monkeypatch.setattr(sql_edits, "SPELLINGS", spellings)
    chance = random.Random(near + spellings)
    kinds = [(), (), (ONCE,), (NEVER,), (ChangeKind.LINK,), (ONCE, ChangeKind.ADDED), (ONCE, NEVER)]
    filled = 0
    for _ in range(150):
        asked: dict[str, Any] = {
            "source": chance.choice([None, None, *OUTLETS, "nobody"]),
            "article_id": chance.choice([None] * 9 + [2, 5]),
            "kinds": chance.choice(kinds),
            "verdict": chance.choice([None, Verdict.ALERT]),
            "since": chance.choice([None, None, NOW + timedelta(minutes=chance.randrange(120))]),
            "before": chance.choice([None, chance.randrange(1, 401)]),
            "limit": chance.choice([1, 5, 30]),
            "as_archived": chance.choice([False, True]),
        }
        found = [one.change.id for one in archive.edits(**asked)]
        assert found == expected(log, owners, asked), asked
        filled += bool(found)
    assert filled > 40


def steps(archive: Archive, **asked: Any) -> int:
    """Hundreds of SQLite's instructions that a page of edits takes."""
    took = 0

    def count() -> int:
        nonlocal took
        took += 1
        return 0

    def watch(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(count, 100)

    event.listen(archive._database.engine, "checkout", watch)
    archive.edits(limit=10, **asked)
    event.remove(archive._database.engine, "checkout", watch)
    return took


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"before": 20},
        {"verdict": Verdict.ALERT},
        {"source": "herald"},
        {"source": "silent"},
        {"kinds": [ChangeKind.LINK]},
        {"kinds": [ONCE]},
        {"kinds": [NEVER]},
        {"kinds": [ONCE], "source": "herald"},
        {"kinds": [NEVER], "as_archived": True},
        {"source": "silent", "as_archived": True},
    ],
)
def test_a_page_of_edits_takes_no_more_work_in_a_log_ten_times_as_long(
    sqlite_archive: Archive, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any]
) -> None:
    monkeypatch.setattr(sql_edits, "NEAR", 10)
    fill(sqlite_archive, 1_000)
    short = steps(sqlite_archive, **asked)
    with sqlite_archive._database.writing() as connection:
        first = connection.execute(change.select().where(change.c.id <= 1_000)).mappings().all()
        for turn in range(1, 10):
            later = [
                {**row, "id": row["id"] + turn * 1_000, "at": row["at"] + turn * 10**11} for row in first
            ]
            connection.execute(
                change.insert(),
                [{**row, "kinds": row["kinds"].replace(f', "{ONCE}"', "")} for row in later],
            )
    assert steps(sqlite_archive, **asked) < 2 * short + 10


def test_an_archive_of_before_finds_its_edits_by_when_they_were_seen(archive: Archive) -> None:
    owners = fill(archive, 300)
    log = list(archive.changes(after=0, limit=1000))
    make_old(archive, "0015")
    archive.close()
    with open_archive(archive.directory, settings=archive.settings) as later:
        with later._database.reading() as connection:
            made = {index["name"] for index in inspect(connection).get_indexes("change")}
        assert {"change_seen", "change_kinds"} <= made
        for asked in ({"limit": 30}, {"limit": 30, "kinds": (ONCE,)}, {"limit": 30, "source": "closed"}):
            assert [one.change.id for one in later.edits(**asked)] == expected(log, owners, asked)
