"""The database as a promise: migrations, and the views and format that need none of our code."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from palimpsest.errors import StoreError, WrongArchive
from palimpsest.model import Capture, Extraction, Outcome, Paragraph, Source, sha256
from palimpsest.settings import CONFIG_NAME
from palimpsest.storage import Archive, create_archive, migrations, open_archive, payloads
from palimpsest.storage.tables import REVISION, metadata

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HEAD = b"HTTP/1.1 200 OK\r\nServer: nginx/1.25\r\nContent-Type: text/html; charset=utf-8\r\nAge: %d\r\n\r\n"
FOLDER = Path(migrations.__file__).parent


def of_both_databases(name: str | None, kind: str, _parents: object) -> bool:
    """The full-text index is of another kind on each database, and FTS5 keeps it in tables of its own."""
    return kind != "table" or not (name or "").startswith("search_index")


@pytest.mark.filterwarnings("ignore:Cannot correctly sort tables")  # of the reflected ones: they form a ring
def test_the_migrated_schema_is_the_one_the_program_believes_in(archive: Archive) -> None:
    with archive._database.reading() as connection:
        options = {"compare_server_default": True, "include_name": of_both_databases}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        inspector = inspect(connection)
        for table in metadata.tables.values():
            made = {index["name"] for index in inspector.get_indexes(table.name)}
            assert {index.name for index in table.indexes} <= made


def test_every_table_of_sqlite_is_strict(sqlite_archive: Archive) -> None:
    with sqlite_archive._database.reading() as connection:
        strict = {
            row.name: row.strict
            for row in connection.execute(text("PRAGMA table_list"))
            if row.type == "table"
        }
    assert {name for name in metadata.tables if not strict[name]} == set()


def test_the_program_knows_the_last_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def test_an_archive_of_a_newer_program_is_refused(archive: Archive) -> None:
    with archive._database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WrongArchive, match="newer"):
        open_archive(archive.directory)


def test_a_database_without_an_archive_is_not_taken_for_an_old_one(archive: Archive) -> None:
    with archive._database.writing() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(WrongArchive, match="no archive"):
        open_archive(archive.directory)


def test_views_hold_nothing_and_are_made_anew(archive: Archive, visit: Callable[..., int]) -> None:
    visit(b"text")
    with archive._database.writing() as connection:
        migrations.drop_views(connection)
        migrations.make_views(connection)
    assert rows(archive, "SELECT count(*) FROM articles") == [(1,)]


def test_an_archive_is_made_once(archive: Archive) -> None:
    with pytest.raises(WrongArchive, match="already"):
        create_archive(archive.directory)


def test_what_a_killed_attempt_left_is_completed(tmp_path: Path) -> None:
    create_archive(tmp_path).close()
    (tmp_path / "archive.db").unlink()
    (tmp_path / "archive.db").touch()
    with pytest.raises(WrongArchive):
        open_archive(tmp_path)
    with create_archive(tmp_path) as archive:
        assert archive.stats().captures == 0


def test_where_no_archive_is_none_is_opened(tmp_path: Path) -> None:
    with pytest.raises(WrongArchive, match="palimpsest init"):
        open_archive(tmp_path)
    (tmp_path / CONFIG_NAME).write_text("", "utf-8")
    with pytest.raises(WrongArchive, match="palimpsest init"):
        open_archive(tmp_path)
    assert not (tmp_path / "archive.db").exists()


def test_a_server_that_is_not_there_is_our_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="database server"):
        create_archive(tmp_path, database="postgresql+psycopg://nobody@127.0.0.1:1/none")


def test_the_views_are_read_with_sql_alone(archive: Archive, visit: Callable[..., int]) -> None:
    added = archive.add_source(Source(slug="herald", name="The Herald", home="https://herald.example/"))
    for step, words in enumerate([b"one", b"one", b"two"]):
        at = NOW + step * HOUR + timedelta(milliseconds=250)
        visit(words, at=at, source_id=added.id, title=f"Title {words.decode()}", ip="192.0.2.1")
    first, second = (version.public_id for version in archive.versions(1))
    url, noon, one, two = (
        "https://herald.example/a",
        "2026-03-01T12:00:00.250Z",
        "2026-03-01T13:00:00.250Z",
        "2026-03-01T14:00:00.250Z",
    )
    article = "source, url, title, state, versions, captures, first_seen, last_seen"
    assert rows(archive, f"SELECT {article} FROM articles") == [
        ("herald", url, "Title two", "live", 2, 3, noon, two)
    ]
    version = "public_id, number, title, page_class, published, language, first_seen, last_seen, captures"
    assert rows(archive, f"SELECT {version}, payload_sha256 FROM versions ORDER BY number") == [
        (first, 1, "Title one", "article", None, "en", noon, one, 2, sha256(b"one").hex()),
        (second, 2, "Title two", "article", None, "en", two, two, 1, sha256(b"two").hex()),
    ]
    capture = "id, version, source, url, at, outcome, status, ip, payload_size"
    assert rows(archive, f"SELECT {capture} FROM captures WHERE id = 2") == [
        (2, first, "herald", url, one, "ok", 200, "192.0.2.1", 3)
    ]
    edit = "old_version, new_version, old_title, new_title, old_last_seen, new_first_seen"
    assert rows(archive, f"SELECT {edit} FROM edits") == [(first, second, "Title one", "Title two", one, two)]


def rows(archive: Archive, query: str) -> list[tuple[object, ...]]:
    """What a reader sees who has the database and not us."""
    if archive.settings.database.startswith("sqlite"):
        database = sqlite3.connect(archive.directory / "archive.db")
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()
    import psycopg

    address = archive.settings.database.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def edited(sqlite_archive: Archive) -> Archive:
    """An archive of two payloads, the second a delta."""
    words = random.Random(1).choices(["alpha", "beta", "gamma", "<p>", "</p>", "1", "22"], k=3000)
    story = " ".join(words)
    with sqlite_archive.transaction() as tx:
        article = tx.add_article(None, "https://a.example/", "a.example", now=NOW)
        for i, body in enumerate([story.encode(), story.encode() + b"edited"]):
            one = Capture(
                record_id=uuid.UUID(int=i),
                url="https://a.example/",
                at=NOW,
                outcome=Outcome.OK,
                payload=body,
                sha256=sha256(body),
                response_head=HEAD % i,
            )
            new = tx.add_capture(one, article_id=article.id)
            reading = Extraction(url="https://a.example/", blocks=(Paragraph(text=story + str(i)),))
            tx.add_version(article.id, new, reading, sha256(body), at=NOW)
    return sqlite_archive


def test_the_ten_lines_of_the_documentation_read_a_delta(
    edited: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = re.search(r"in Python, whole::\n\n(.*?)\n\n`", payloads.__doc__ or "", re.DOTALL)
    assert lines is not None
    code = "\n".join(line.removeprefix("    ") for line in lines[1].splitlines())
    assert code.count("\n") < 10
    monkeypatch.chdir(edited.directory)
    names: dict[str, object] = {}
    exec(code, names)
    read = names["payload"]
    assert callable(read)
    assert [sha256(read(i)) for i in (1, 2)] == [one.capture.sha256 for one in edited.captures()]
    names["db"].close()  # type: ignore[attr-defined]


@pytest.mark.skipif(shutil.which("zstd") is None, reason="the zstd tool is not installed")
def test_the_zstd_tool_reads_a_delta(edited: Archive, tmp_path: Path) -> None:
    command = re.search(r"    zstd -d base.*", payloads.__doc__ or "")
    assert command is not None
    base, delta = rows(edited, "SELECT data FROM payload ORDER BY id")
    (tmp_path / "base.zst").write_bytes(base[0])  # type: ignore[arg-type]
    (tmp_path / "delta.zst").write_bytes(delta[0])  # type: ignore[arg-type]
    subprocess.run(command[0], shell=True, cwd=tmp_path, check=True, capture_output=True)
    stored = list(edited.captures())
    assert sha256((tmp_path / "body").read_bytes()) == stored[1].capture.sha256


def test_heads_and_contents_are_deltas_in_the_same_format(edited: Archive) -> None:
    for query in (
        "SELECT heads, head_base_id FROM capture ORDER BY id",
        "SELECT content, base_id FROM version ORDER BY id",
    ):
        (base, none), (delta, one) = rows(edited, query)
        assert (none, one) == (None, 1)
        whole = zstandard.ZstdDecompressor().decompress(base)  # type: ignore[arg-type]
        raw = zstandard.ZstdCompressionDict(whole, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
        text_ = zstandard.ZstdDecompressor(dict_data=raw).decompress(delta)  # type: ignore[arg-type]
        assert text_ in (
            edited.capture(2).capture.response_head,
            edited.versions(1)[1].extraction.to_json().encode(),
        )


def test_the_file_passes_sqlites_own_checks(edited: Archive) -> None:
    assert rows(edited, "PRAGMA integrity_check") == [("ok",)]
    assert rows(edited, "PRAGMA foreign_key_check") == []
    assert rows(edited, "PRAGMA journal_mode") == [("wal",)]
    assert rows(edited, "PRAGMA page_size") == [(8192,)]


def test_a_commit_survives_power_loss_unless_told_otherwise(sqlite_archive: Archive) -> None:
    with sqlite_archive._database.reading() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
    quick = sqlite_archive.settings.model_copy(update={"durable": False})
    with (
        open_archive(sqlite_archive.directory, settings=quick) as archive,
        archive._database.reading() as connection,
    ):
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 1
