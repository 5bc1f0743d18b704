"""Backups: made while a writer works, brought back whole, and refused where they are not what they were."""

from __future__ import annotations

import json
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from palimpsest.cli import app
from palimpsest.errors import Damaged, FixInput, NotFound, WrongArchive
from palimpsest.model import sha256
from palimpsest.settings import CONFIG_NAME
from palimpsest.storage import Archive, back_up, open_archive, restore
from palimpsest.storage.backup import DATABASE, MANIFEST
from palimpsest.storage.ledger import KEY_NAME

from ..conftest import HOUR, NOW, a_capture, an_extraction


def write(archive: Archive, first: int, last: int) -> None:
    for step in range(first, last):
        url = f"https://herald.example/{step}"
        with archive.transaction() as tx:
            row = tx.add_article(None, url, url, now=NOW)
            new = tx.add_capture(a_capture(url, b"text %d" % step, at=NOW), article_id=row.id)
            tx.add_version(row.id, new, an_extraction(url), b"%032d" % step, at=NOW)


def test_a_backup_made_while_a_writer_works_is_one_whole_state(
    sqlite_archive: Archive, tmp_path: Path
) -> None:
    write(sqlite_archive, 0, 5)
    stop, begun = threading.Event(), threading.Event()

    def work() -> None:
        step = 5
        while not stop.is_set():
            write(sqlite_archive, step, step + 1)
            step += 1
            begun.set()

    writer = threading.Thread(target=work)
    writer.start()
    begun.wait(30)
    try:
        done = [back_up(sqlite_archive, tmp_path / f"backup{i}", now=NOW) for i in range(3)]
    finally:
        stop.set()
        writer.join()
    sizes = []
    for one in done:
        target = tmp_path / "back" / one.path.name
        found = restore(one.path, target)
        assert found.is_sound
        with open_archive(target) as again:
            stats = again.stats()
            sizes.append(stats.captures)
            assert stats.captures == stats.versions == dict(found.checked)["captures"] >= one.leaves
            assert again.payload(next(iter(again.captures())).capture.sha256 or b"") == b"text 0"
            write(again, 10_000, 10_001)
            assert again.verify().is_sound
    assert sizes == sorted(sizes)
    assert sizes[-1] <= sqlite_archive.stats().captures


def test_the_key_and_the_settings_come_along_but_not_the_place_of_the_database(
    sqlite_archive: Archive, tmp_path: Path
) -> None:
    write(sqlite_archive, 0, 1)
    path = sqlite_archive.directory / CONFIG_NAME
    place = (sqlite_archive.directory / "archive.db").absolute()
    path.write_text(f'database = "sqlite:///{place}"\n[fetch]\ndelay = 9\n', "utf-8")
    back_up(sqlite_archive, tmp_path / "backup", now=NOW)
    restore(tmp_path / "backup", tmp_path / "again")
    with open_archive(tmp_path / "again") as again:
        assert again.settings.fetch.delay == 9
        write(again, 1, 2)
        assert (again.stats().captures, sqlite_archive.stats().captures) == (2, 1)
        first, second = again.seal(now=NOW + HOUR), sqlite_archive.head()
        assert first is not None
        assert first.key == second.key
    for name in (KEY_NAME, CONFIG_NAME):
        assert stat.S_IMODE((tmp_path / "again" / name).stat().st_mode) == 0o600


def test_a_folder_that_holds_something_is_refused(sqlite_archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(FixInput, match="not empty"):
        back_up(sqlite_archive, tmp_path / "full", now=NOW)
    back_up(sqlite_archive, tmp_path / "backup", now=NOW)
    with pytest.raises(FixInput, match="not empty"):
        restore(tmp_path / "backup", tmp_path / "full")
    with pytest.raises(NotFound, match=MANIFEST):
        restore(tmp_path / "full", tmp_path / "new")


def test_a_damaged_backup_is_not_restored(sqlite_archive: Archive, tmp_path: Path) -> None:
    write(sqlite_archive, 0, 3)
    back_up(sqlite_archive, tmp_path / "backup", now=NOW)
    database, manifest = tmp_path / "backup" / DATABASE, tmp_path / "backup" / MANIFEST
    sound, said = database.read_bytes(), manifest.read_text("utf-8")
    database.write_bytes(sound[:-1])
    with pytest.raises(Damaged, match="digest"):
        restore(tmp_path / "backup", tmp_path / "again")
    with open_archive(sqlite_archive.directory) as archive, archive._database.writing() as connection:
        connection.exec_driver_sql("UPDATE capture SET reason = 'x' WHERE id = 2")
    back_up(sqlite_archive, tmp_path / "altered", now=NOW)
    with pytest.raises(Damaged, match="capture 2"):
        restore(tmp_path / "altered", tmp_path / "again")
    database.write_bytes(sound)
    manifest.write_text(said.replace("\\n3\\n", "\\n2\\n"), "utf-8")
    with pytest.raises(Damaged, match="does not end"):
        restore(tmp_path / "backup", tmp_path / "again")
    manifest.write_text("{}", "utf-8")
    with pytest.raises(Damaged, match=MANIFEST):
        restore(tmp_path / "backup", tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert not list(tmp_path.glob(".*"))


def test_what_lies_beside_the_database_is_checked_too(sqlite_archive: Archive, tmp_path: Path) -> None:
    write(sqlite_archive, 0, 1)
    back_up(sqlite_archive, tmp_path / "backup", now=NOW)
    for name in (DATABASE, CONFIG_NAME, KEY_NAME):
        path = tmp_path / "backup" / name
        sound = path.read_bytes()
        path.write_bytes(sound + b"\n")
        with pytest.raises(Damaged, match=f"{name} does not have the digest"):
            restore(tmp_path / "backup", tmp_path / "again")
        path.unlink()
        with pytest.raises(Damaged, match=f"{name} is missing"):
            restore(tmp_path / "backup", tmp_path / "again")
        path.write_bytes(sound)
    assert not (tmp_path / "again").exists()
    assert restore(tmp_path / "backup", tmp_path / "again").is_sound


def test_a_backup_of_before_has_the_digest_of_its_database_alone(
    sqlite_archive: Archive, tmp_path: Path
) -> None:
    write(sqlite_archive, 0, 1)
    back_up(sqlite_archive, tmp_path / "backup", now=NOW)
    manifest = tmp_path / "backup" / MANIFEST
    said = json.loads(manifest.read_text("utf-8"))
    del said["beside"]
    manifest.write_text(json.dumps(said), "utf-8")
    assert restore(tmp_path / "backup", tmp_path / "again").is_sound
    assert (tmp_path / "again" / KEY_NAME).read_bytes() == (tmp_path / "backup" / KEY_NAME).read_bytes()


def test_a_backup_of_a_newer_palimpsest_is_refused_in_words(sqlite_archive: Archive, tmp_path: Path) -> None:
    write(sqlite_archive, 0, 1)
    back_up(sqlite_archive, tmp_path / "backup", now=NOW)
    database, manifest = tmp_path / "backup" / DATABASE, tmp_path / "backup" / MANIFEST
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    said = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps(said | {"sha256": sha256(database.read_bytes()).hex()}), "utf-8")
    with pytest.raises(WrongArchive, match=r"newer Palimpsest .*update"):
        restore(tmp_path / "backup", tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert not list(tmp_path.glob(".*"))


def test_the_commands_copy_and_bring_back(
    archive: Archive, visit: Callable[..., int], tmp_path: Path
) -> None:
    visit(b"text")
    done = CliRunner().invoke(app, ["-C", str(archive.directory), "backup", str(tmp_path / "backup")])
    if not archive.is_file:
        assert isinstance(done.exception, FixInput)
        assert "pg_dump" in str(done.exception)
        return
    assert done.exit_code == 0, done.output
    assert "1 leaves sealed" in done.stdout
    again = CliRunner().invoke(app, ["restore", str(tmp_path / "backup"), str(tmp_path / "again")])
    assert "1 captures" in again.stdout
