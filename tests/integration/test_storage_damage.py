"""What the disk, other processes and the clock do to an archive: nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import event

from palimpsest import fixity
from palimpsest.errors import Busy, CannotWrite, Damaged, StoreError
from palimpsest.model import Capture, Source, sha256
from palimpsest.storage import Archive, engine, open_archive
from palimpsest.storage.tables import capture, payload, version

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
URL = "https://herald.example/a"
NOBODY = 65534
WRITER = """
import sys, uuid
from datetime import UTC, datetime
from pathlib import Path
from palimpsest.model import Capture, Outcome, sha256
from palimpsest.storage import open_archive
archive = open_archive(Path(sys.argv[1]))
name, number = sys.argv[2], int(sys.argv[3])
for i in range(number):
    body = f"{name} {i} ".encode() * 500
    with archive.transaction() as tx:
        for part in (body, body + b"edited"):
            one = Capture(record_id=uuid.uuid4(), url="https://a.example/", at=datetime.now(UTC),
                          outcome=Outcome.OK, payload=part, sha256=sha256(part))
            article = tx.article_by_keys([name]) or tx.add_article(None, name, name, now=one.at)
            tx.add_capture(one, article_id=article.id)
    print(i, flush=True)
"""


def writer(archive: Archive, name: str, number: int) -> subprocess.Popen[str]:
    """Another process that writes to the archive, and prints a number after each commit."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(archive.directory), name, str(number)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_process_killed_while_it_writes_loses_nothing_that_it_said_was_stored(archive: Archive) -> None:
    process = writer(archive, "killed", 100_000)
    assert process.stdout is not None
    with process.stdout as lines:
        said = [int(next(lines)) for _ in range(25)]
        process.send_signal(signal.SIGKILL)
        said += [int(line) for line in lines]
    process.wait()
    stored = list(archive.captures())
    assert len(stored) >= 2 * len(said)
    assert len(stored) % 2 == 0
    assert [one.id for one in stored] == list(range(1, len(stored) + 1))
    for one in stored:
        assert sha256(archive.payload(one.capture.sha256 or b"")) == one.capture.sha256
    with archive.transaction() as tx:
        assert tx.article(1).captures == len(stored)


def test_processes_and_threads_that_write_at_once_all_succeed(
    archive: Archive, make_capture: Callable[..., Capture]
) -> None:
    others = [writer(archive, f"process{i}", 20) for i in range(2)]

    def write() -> None:
        for _ in range(20):
            with archive.transaction() as tx:
                tx.add_capture(make_capture(URL, None))

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.communicate()
        assert other.returncode == 0
    assert [one.id for one in archive.captures()] == list(range(1, 2 * 40 + 3 * 20 + 1))


def test_who_waits_too_long_for_another_writer_is_told(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "WAIT", 0.05)
    with open_archive(archive.directory) as other, archive.transaction():
        with pytest.raises(Busy), other.transaction():
            pass
        with pytest.raises(Busy), archive.transaction():
            pass


def test_reading_goes_on_while_another_writes(archive: Archive, visit: Callable[..., int]) -> None:
    visit(b"one")
    with archive.transaction() as tx:
        tx.set_article(1, next_visit=NOW)
        tx.flush()
        assert archive.article(1).next_visit is None


def test_the_lock_of_a_source_dies_with_its_holder_but_not_with_its_workers(archive: Archive) -> None:
    held = (
        "import sys, os, time; from pathlib import Path; from palimpsest.storage import open_archive\n"
        "archive = open_archive(Path(sys.argv[1]))\n"
        "with archive.lock_source(1):\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        sys.stdin.read(); os._exit(0)\n"
        "    print('held', flush=True); time.sleep(600)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", held, str(archive.directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(Busy), archive.lock_source(1):
            pass
        process.kill()
        process.wait()
        _eventually_free(archive)  # the forked worker lives on, and holds nothing
    finally:
        process.stdin.close()
        process.stdout.close()


def _eventually_free(archive: Archive) -> None:
    # A database server notices a dead client within moments, not at once.
    for _ in range(2000):
        try:
            with archive.lock_source(1):
                return
        except Busy:
            os.sched_yield()
    raise AssertionError("the lock outlived its holder")


def test_a_full_disk_stores_nothing_of_the_batch_and_loses_nothing(
    sqlite_archive: Archive, make_capture: Callable[..., Capture]
) -> None:
    archive = sqlite_archive
    with archive.transaction() as tx:
        tx.add_capture(make_capture(payload=b"kept"))

    def write() -> None:
        with archive.transaction() as tx:
            tx.add_capture(make_capture(payload=os.urandom(3_000_000)))

    pool = archive._database.engine.pool

    def fill(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 100")

    event.listen(pool, "checkout", fill)
    with pytest.raises(CannotWrite, match="disk is full"):
        write()
    event.remove(pool, "checkout", fill)
    archive.close()
    assert archive.payload(sha256(b"kept")) == b"kept"
    assert archive.stats().captures == 1
    write()
    assert archive.stats().captures == 2


@pytest.fixture
def read_only(sqlite_template: Path) -> Iterator[Path]:
    """An archive whose directory this process may read and not write, root or not."""
    folder = Path(tempfile.mkdtemp(prefix="palimpsest-read-only-"))
    place = folder / "archive"
    shutil.copytree(sqlite_template, place)
    for path in (*place.rglob("*"), place, folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield place
    finally:
        os.seteuid(was)
        folder.chmod(0o755)
        place.chmod(0o755)
        shutil.rmtree(folder)


def test_a_read_only_archive_is_read_and_says_that_it_cannot_be_written(
    read_only: Path, make_capture: Callable[..., Capture]
) -> None:
    with open_archive(read_only) as archive:
        assert archive.stats().captures == 0
        with pytest.raises(CannotWrite), archive.transaction() as tx:
            tx.add_capture(make_capture())
        with pytest.raises(CannotWrite):
            archive.add_source(Source(slug="a", name="A", home="https://a.example/"))
        with pytest.raises(CannotWrite), archive.lock_source(1):
            pass


def test_a_read_only_archive_is_verified_and_who_asks_is_told_that_nothing_is_kept_of_it(
    read_only: Path,
) -> None:
    told: list[CannotWrite] = []
    with open_archive(read_only) as archive:
        found = fixity.check(archive, now=NOW, unkept=told.append)
        assert found.is_sound
        assert len(told) == 1
        with pytest.raises(CannotWrite):
            fixity.check(archive, now=NOW)


def test_a_flipped_byte_of_a_payload_is_named_by_its_digest(
    archive: Archive, visit: Callable[..., int]
) -> None:
    story = " ".join(random.Random(1).choices(["alpha", "beta", "<p>", "</p>", "1"], k=3000)).encode()
    visit(story)
    visit(story + b"edited")
    first, second = (one.capture.sha256 or b"" for one in archive.captures())
    _flip(archive, payload, payload.c.data, 2)
    assert archive.payload(first) == story
    with pytest.raises(Damaged, match=second.hex()):
        archive.payload(second)
    _flip(archive, payload, payload.c.data, 1)
    with pytest.raises(Damaged, match=first.hex()):
        archive.payload(first)
    visit(story + b"edited again")  # what comes now stands on a base of its own
    assert archive.payload(sha256(story + b"edited again")) == story + b"edited again"


def test_a_payload_swapped_for_another_is_noticed(archive: Archive, visit: Callable[..., int]) -> None:
    visit(b"one", url=URL)
    visit(b"two", url="https://herald.example/b")
    with archive._database.writing() as connection:
        stolen = connection.execute(payload.select().where(payload.c.id == 2)).one()
        connection.execute(payload.update().where(payload.c.id == 1).values(data=stolen.data))
    with pytest.raises(Damaged, match=sha256(b"one").hex()):
        archive.payload(sha256(b"one"))


def test_a_damaged_page_is_not_packed_anew_as_if_it_were_whole(
    archive: Archive, visit: Callable[..., int]
) -> None:
    story = "".join(
        f'<li class="c{n % 7}"><a href="/{n * 7919 % 1000}">one</a></li>' for n in range(2000)
    ).encode()
    visit(story)
    with archive._database.writing() as connection:
        frame = zstandard.ZstdCompressor(level=1, write_checksum=True).compress(
            story.replace(b"one", b"two", 1)
        )
        connection.execute(payload.update().values(data=frame))
    visit(story + b"edited")
    assert archive.payload(sha256(story + b"edited")) == story + b"edited"
    with archive._database.reading() as connection:
        assert (
            connection.scalar(payload.select().where(payload.c.id == 1).with_only_columns(payload.c.data))
            == frame
        )


def test_flipped_bytes_of_heads_and_contents_are_noticed(archive: Archive, visit: Callable[..., int]) -> None:
    new = visit(b"text")
    _flip(archive, capture, capture.c.heads, 1)
    _flip(archive, version, version.c.content, 1)
    with pytest.raises(Damaged, match="capture 1"):
        archive.capture(new)
    with pytest.raises(Damaged, match="content of version"):
        archive.versions(1)


def _flip(archive: Archive, table: object, column: object, row_id: int) -> None:
    with archive._database.writing() as connection:
        data = bytearray(
            connection.execute(table.select().where(table.c.id == row_id)).one()._mapping[column]
        )  # type: ignore[attr-defined]
        data[len(data) // 2] ^= 0x55
        connection.execute(table.update().where(table.c.id == row_id).values({column: bytes(data)}))  # type: ignore[attr-defined]


def test_a_database_file_that_is_garbage_is_damaged(sqlite_archive: Archive) -> None:
    sqlite_archive.close()
    path = sqlite_archive.directory / "archive.db"
    path.write_bytes(b"no database " * 2000)
    with pytest.raises(Damaged):
        open_archive(sqlite_archive.directory)


def test_what_no_error_is_foreseen_for_is_still_ours(
    archive: Archive, make_capture: Callable[..., Capture]
) -> None:
    one = make_capture()
    with archive.transaction() as tx:
        tx.add_capture(one)
    with pytest.raises(StoreError), archive.transaction() as tx:
        tx.add_capture(one)
    assert archive.stats().captures == 1
