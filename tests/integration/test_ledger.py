"""The ledger and `verify`: whatever is altered, dropped or added afterwards is found and named."""

from __future__ import annotations

import random
import shutil
import sqlite3
import stat
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from palimpsest.changes import Verdict
from palimpsest.errors import BadSetting, NotFound, StoreError
from palimpsest.model import Capture, ChangeKind, Extraction
from palimpsest.storage import Archive, Verification, merkle, open_archive
from palimpsest.storage.ledger import KEY_NAME

from ..conftest import HOUR, NOW
from .old_archives import make_old

STORY = " ".join(random.Random(1).choices(["alpha", "beta", "gamma", "delta"], k=900))


@pytest.fixture
def filled(archive: Archive, visit: Callable[..., int]) -> Archive:
    """Two articles of three versions each, with deltas, a witness, and entries in the log of changes."""
    fill(archive, visit)
    return archive


def fill(archive: Archive, visit: Callable[..., int], names: str = "ab") -> None:
    for name in names:
        for step, words in enumerate(["one", "one", "two", "three"]):
            visit(
                f"{STORY} {name} {words}".encode(),
                url=f"https://herald.example/{name}",
                at=NOW + step * HOUR,
                title=f"Title {name} {words}",
            )
    with archive.transaction() as tx:
        tx.add_change(
            1, 1, 2, at=NOW, kinds=[ChangeKind.HEADLINE], weight=0.25, verdict=Verdict.ALERT,
            reasons=["headline"], titles=("Title a one", "Title a two"),
        )  # fmt: skip


def change(archive: Archive, *statements: str) -> None:
    """What somebody with access to the database may do to it."""
    with archive._database.writing() as connection:
        if archive._database.is_sqlite:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys
        for statement in statements:
            connection.execute(text(statement))


def named(found: Verification) -> set[str]:
    return {f"{one.fault.value} {one.what.split(' sha256')[0]}" for one in found.findings}


def test_what_nobody_touched_is_sound(filled: Archive) -> None:
    filled.seal(now=NOW)
    found = filled.verify()
    assert found.findings == ()
    assert found.is_sound
    assert dict(found.checked) == {
        "leaves": 9, "heads": 1, "redactions": 0, "changes": 1, "captures": 8, "versions": 6, "payloads": 6,
    }  # fmt: skip


def test_an_empty_archive_is_sound_and_has_no_head(archive: Archive) -> None:
    assert archive.seal(now=NOW) is None
    assert archive.verify().is_sound
    with pytest.raises(NotFound, match="ledger seal"):
        archive.head()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE capture SET at = at + 1 WHERE id = 3", {"bad capture 3", "bad version 2"}),
        ("UPDATE capture SET outcome = 'gone' WHERE id = 4", {"bad capture 4"}),
        ("UPDATE capture SET url = 'https://other.example/' WHERE id = 4", {"bad capture 4"}),
        ("UPDATE capture SET reason = 'none' WHERE id = 4", {"bad capture 4"}),
        ("UPDATE capture SET heads = NULL, head_base_id = NULL WHERE id = 4", {"bad capture 4"}),
        (("UPDATE capture SET heads = (SELECT data FROM payload WHERE id = 1),"
          " head_base_id = NULL WHERE id = 4"),
         {"bad capture 4"}),
        ("UPDATE capture SET payload_id = 1 WHERE id = 4", {"bad capture 4", "unexpected payload 3"}),
        ("UPDATE version SET fingerprint = content WHERE id = 2", {"bad capture 3"}),
        ("UPDATE version SET title = 'Another' WHERE id = 2", {"bad capture 3"}),
        ("UPDATE version SET article_id = 2, number = 9 WHERE id = 2", {"bad capture 3"}),
        ("UPDATE version SET last_seen = last_seen + 1 WHERE id = 1", {"bad version 1"}),
        ("UPDATE version SET content = (SELECT content FROM version WHERE id = 3) WHERE id = 2",
         {"bad capture 3"}),
        ("UPDATE article SET url = 'https://herald.example/c' WHERE id = 2",
         {f"bad capture {i}" for i in (5, 6, 7, 8)}),
        ("UPDATE change SET title_before = 'Another' WHERE id = 1", {"bad change 1"}),
        ("UPDATE change SET weight = 0.5 WHERE id = 1", {"bad change 1"}),
        ("DELETE FROM change WHERE id = 1", {"missing change 1"}),
        ("UPDATE payload SET data = (SELECT data FROM payload WHERE id = 3) WHERE id = 2", {"bad payload 2"}),
        ("UPDATE ledger_leaf SET hash = (SELECT hash FROM ledger_leaf WHERE id = 1) WHERE id = 2",
         {"bad capture 2", "bad head 1"}),
        ("DELETE FROM ledger_leaf WHERE id = 9", {"missing ledger leaves 9 to 9", "unexpected change 1"}),
        ("DELETE FROM ledger_leaf WHERE id = 2",
         {"missing ledger leaf 2", "unexpected capture 2", "bad head 1"}),
        ("UPDATE ledger_head SET size = 8", {"bad head 1"}),
        ("UPDATE ledger_head SET at = at + 1", {"bad head 1"}),
        ("UPDATE ledger_head SET root = key", {"bad head 1"}),
    ],
)  # fmt: skip
def test_whatever_is_altered_is_named(filled: Archive, statement: str, expected: set[str]) -> None:
    filled.seal(now=NOW)
    change(filled, statement)
    found = filled.verify()
    assert named(found) == expected
    assert not found.is_sound


def test_rows_that_are_dropped_or_slipped_in_are_named(filled: Archive) -> None:
    filled.seal(now=NOW)
    columns = "article_id, payload_id, at, outcome, status, took, request_size"
    change(
        filled,
        "DELETE FROM capture WHERE id = 4",
        "UPDATE article SET version_id = 2, payload_id = 2 WHERE id = 1",
        "DELETE FROM version WHERE id = 3",
        f"INSERT INTO capture (id, record_id, {columns}) SELECT 9, fingerprint, {columns}"
        " FROM capture, (SELECT fingerprint FROM version WHERE id = 1) v WHERE id = 8",
    )
    assert named(filled.verify()) == {"missing capture 4", "unexpected capture 9", "unexpected payload 3"}


def test_a_ledger_made_anew_does_not_pass_for_the_old_one(filled: Archive) -> None:
    filled.seal(now=NOW)
    change(filled, "UPDATE capture SET at = at + 1 WHERE id = 2",
           *(f"DELETE FROM {name}" for name in ("ledger_leaf", "ledger_node")))  # fmt: skip
    from palimpsest.storage import sql_leaves

    with filled._database.writing() as connection:
        sql_leaves.enter_everything(connection)
    assert "bad head 1" in named(filled.verify())
    (filled.directory / KEY_NAME).rename(filled.directory / "away")
    change(filled, "DELETE FROM ledger_head")
    filled.seal(now=NOW)
    (filled.directory / "away").rename(filled.directory / KEY_NAME)
    assert named(filled.verify()) >= {"unexpected head 1"}


def test_heads_grow_only_and_show_that_they_do(filled: Archive, visit: Callable[..., int]) -> None:
    first = filled.seal(now=NOW)
    assert first is not None
    assert filled.seal(now=NOW + HOUR) == first  # nothing was added
    visit(b"more", url="https://herald.example/c")
    second = filled.seal(now=NOW + HOUR)
    assert second is not None
    shown = filled.consistency(first.size, second.size)
    assert (shown.old, shown.new) == (first, second)
    assert merkle.verify_consistency(first.size, second.size, first.root, second.root, shown.path)
    assert filled.heads() == (second, first)
    assert filled.head() == second
    assert first.is_signed
    assert second.is_signed
    assert first.note.splitlines()[:2] == [f"{first.text.splitlines()[0]}", "9"]
    with pytest.raises(NotFound, match="ledger list"):
        filled.consistency(3, 9)
    with pytest.raises(ValueError, match="held against"):
        filled.consistency(second.size, first.size)


def test_the_key_is_for_its_owner_alone_and_not_in_the_database(sqlite_archive: Archive) -> None:
    with sqlite_archive.transaction() as tx:
        tx.add_change(
            tx.add_article(None, "https://a.example/", "a", now=NOW).id, None, None, at=NOW, kinds=[],
            weight=1, verdict=Verdict.ALERT, reasons=[], titles=("", ""),
        )  # fmt: skip
    sqlite_archive.seal(now=NOW)
    path = sqlite_archive.directory / KEY_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("no key")
    with pytest.raises(BadSetting, match="backup"):
        sqlite_archive.seal(now=NOW)


def test_an_archive_of_before_is_entered_when_it_is_opened(filled: Archive) -> None:
    with filled._database.reading() as connection:
        before = connection.execute(text("SELECT kind, row_id, hash FROM ledger_leaf ORDER BY 1, 2")).all()
    make_old(filled, "0005")
    with open_archive(filled.directory) as again, again._database.reading() as connection:
        after = connection.execute(text("SELECT kind, row_id, hash FROM ledger_leaf ORDER BY 1, 2")).all()
        assert again.verify().is_sound
    assert after == before


def test_only_a_part_may_be_looked_at(filled: Archive) -> None:
    checked = dict(filled.verify(since=NOW + 3 * HOUR).checked)
    assert (checked["captures"], checked["payloads"], checked["leaves"]) == (2, 2, 9)
    assert dict(filled.verify(share=0.5).checked)["captures"] == 4
    change(filled, "UPDATE capture SET reason = 'x' WHERE id = 1")
    assert filled.verify(since=NOW + HOUR).is_sound
    change(filled, "DELETE FROM ledger_leaf WHERE id = 1")
    assert not filled.verify(since=NOW + HOUR).is_sound


def test_versions_are_read_again_by_the_software_that_read_them(filled: Archive) -> None:
    with filled._database.reading() as connection:
        rows = connection.execute(text("SELECT capture_id FROM version ORDER BY id")).scalars().all()
    kept = {filled.capture(i).capture.record_id: v for i, v in zip(rows, (
        *filled.versions(1), *filled.versions(2)), strict=True)}  # fmt: skip

    def derive(capture: Capture, _beside: Sequence[Capture]) -> Extraction:
        return kept[capture.record_id].extraction

    found = filled.verify(derive=derive)
    assert dict(found.checked)["derived"] == 6
    other = filled.verify(derive=derive, software="palimpsest/9")
    assert other.not_derived == (("made by software that gave no name", 6),)
    wrong = filled.verify(derive=lambda capture, _beside: Extraction(url=capture.url))
    assert named(wrong) == {f"bad version {i}" for i in range(1, 7)}


def test_what_a_check_found_is_kept(filled: Archive) -> None:
    assert filled.last_check() is None
    change(filled, "UPDATE capture SET reason = 'x' WHERE id = 1")
    found = filled.verify()
    filled.note_check(found, at=NOW, took=timedelta(seconds=1.5))
    kept = filled.last_check()
    assert kept is not None
    assert (kept.at, kept.took, kept.found) == (NOW, timedelta(seconds=1.5), found)


EVIDENCE = {
    "capture": "SELECT * FROM capture ORDER BY id",
    "version": "SELECT * FROM version ORDER BY id",
    "change": "SELECT * FROM change ORDER BY id",
    "payload": "SELECT * FROM payload ORDER BY id",
}


def evidence(path: Path) -> object:
    database = sqlite3.connect(path)
    try:
        return {name: database.execute(query).fetchall() for name, query in EVIDENCE.items()}
    finally:
        database.close()


def test_every_flipped_bit_that_touches_the_evidence_is_found(
    sqlite_archive: Archive, tmp_path: Path
) -> None:
    store(sqlite_archive)
    sqlite_archive.seal(now=NOW)
    sqlite_archive.close()
    folder = sqlite_archive.directory
    sound = evidence(folder / "archive.db")
    pristine = (folder / "archive.db").read_bytes()
    chance = random.Random(20261124)
    told = 0
    used = [place for place, byte in enumerate(pristine) if byte and place >= 100]
    for place in chance.sample(used, 150):
        damaged = bytearray(pristine)
        damaged[place] ^= 1 << chance.randrange(8)
        shutil.rmtree(tmp_path / "damaged", ignore_errors=True)
        shutil.copytree(folder, tmp_path / "damaged")
        (tmp_path / "damaged" / "archive.db").write_bytes(damaged)
        try:
            with open_archive(tmp_path / "damaged") as archive:
                found = archive.verify().is_sound
        except StoreError:
            found = False
        if not found:
            told += 1
            continue
        assert evidence(tmp_path / "damaged" / "archive.db") == sound, place
    assert told > 10


def store(archive: Archive) -> None:
    from ..conftest import a_capture, an_extraction

    for step in range(12):
        body = f"{STORY} {step}".encode()
        url = f"https://herald.example/{step % 3}"
        with archive.transaction() as tx:
            row = tx.article_by_keys([url]) or tx.add_article(None, url, url, now=NOW)
            new = tx.add_capture(a_capture(url, body, at=NOW + step * HOUR), article_id=row.id)
            tx.add_version(
                row.id, new, an_extraction(url, title=f"T{step}", text=body.decode()), b"%032d" % step,
                at=NOW + step * HOUR,
            )  # fmt: skip


def test_a_flipped_bit_in_the_name_of_a_column_is_found(sqlite_archive: Archive) -> None:
    store(sqlite_archive)
    sqlite_archive.close()
    path = sqlite_archive.directory / "archive.db"
    path.write_bytes(path.read_bytes().replace(b"title_before TEXT", b"title_\xe2efore TEXT", 1))
    with open_archive(sqlite_archive.directory) as archive:
        assert "bad table change" in named(archive.verify())


def test_a_file_cut_short_is_found(sqlite_archive: Archive, tmp_path: Path) -> None:
    store(sqlite_archive)
    sqlite_archive.close()
    path = sqlite_archive.directory / "archive.db"
    whole = path.read_bytes()
    for share in (0.3, 0.6, 0.95):
        path.write_bytes(whole[: int(len(whole) * share)])
        try:
            with open_archive(sqlite_archive.directory) as archive:
                assert not archive.verify().is_sound
        except StoreError:
            continue
