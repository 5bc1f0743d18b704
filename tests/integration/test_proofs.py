"""A stranger checks a proof with the stand-alone script, and is told of every tampered one."""

from __future__ import annotations

import json
import random
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from palimpsest import fixity
from palimpsest.cli import app
from palimpsest.errors import FixInput
from palimpsest.model import sha256
from palimpsest.storage import Archive

from ..conftest import HOUR, NOW
from .conftest import Desk

DOCS = Path(__file__).resolve().parents[2] / "docs"
INCLUSION, CONSISTENCY = DOCS / "check_proof.py", DOCS / "check_consistency.py"


def checked(
    folder: Path, proof: object, *options: str, script: Path = INCLUSION
) -> subprocess.CompletedProcess[str]:
    """What the script says, run as a stranger would: without us."""
    path = folder / "proof.json"
    path.write_text(json.dumps(proof), "utf-8")
    command = [sys.executable, "-I", str(script), str(path), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder)


FIELDS = (
    "palimpsest_proof",
    "version",
    "url",
    "captured",
    "payload_sha256",
    "leaf",
    "index",
    "path",
    "head",
    "key",
)


def is_proven(folder: Path, data: bytes, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the script ends well; run in this process, for many are tried."""
    (folder / "proof.json").write_bytes(data)
    monkeypatch.setattr(sys, "argv", ["check_proof.py", str(folder / "proof.json")])
    try:
        runpy.run_path(str(INCLUSION))
    except SystemExit as ended:
        said = str(ended.code)
    else:
        return True
    assert said.startswith("NOT PROVEN: ")
    return False


def command(archive: Archive, *words: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["-C", str(archive.directory), *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def proof(archive: Archive, visit: Callable[..., int]) -> dict[str, Any]:
    for step in range(9):
        visit(f"text {step}".encode(), at=NOW + step * HOUR)
    name = archive.versions(1)[4].public_id
    return command(archive, "prove", name)


def test_no_proof_is_written_over_the_archive_itself(archive: Archive, proof: dict[str, Any]) -> None:
    own = archive.directory / "palimpsest.toml"
    before = own.read_bytes()
    words = ["-C", str(archive.directory), "prove", proof["version"], "-o", str(own)]
    with pytest.raises(FixInput, match="the archive's own"):
        CliRunner().invoke(app, words, catch_exceptions=False)
    assert own.read_bytes() == before


def test_a_proof_holds_for_a_stranger(archive: Archive, proof: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(b"text 4")
    done = checked(tmp_path, proof, "--payload", "page", "--key", proof["key"])
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("ok:") == 8
    assert f"sha256:{sha256(b'text 4').hex()}" in done.stdout
    assert len(json.dumps(proof)) < 3000
    assert archive.head().size == 9


def tampered(proof: dict[str, Any]) -> list[dict[str, Any]]:
    zero = "00" * 32
    head = proof["head"].split("\n")
    return [
        proof | {"leaf": proof["leaf"].replace('"status":200', '"status":404')},
        proof | {"index": proof["index"] + 1},
        proof | {"index": 99},
        proof | {"index": -1},
        proof | {"path": [zero, *proof["path"][1:]]},
        proof | {"path": proof["path"][:-1]},
        proof | {"path": [*proof["path"], zero]},
        proof | {"url": "https://other.example/"},
        proof | {"payload_sha256": zero},
        proof | {"version": "0" * 20},
        proof | {"key": zero},
        proof | {"head": "\n".join([head[0], "8", *head[2:]])},
        proof | {"head": "no head"},
        proof | {"head": proof["head"].replace("— palimpsest", "— somebody")},
        proof | {"version": ""},
        proof | {"captured": "2026-10-15T06:00:13Z"},
        proof | {"palimpsest_proof": 2},
        {},
    ]


def test_a_tampered_proof_does_not_hold(proof: dict[str, Any], tmp_path: Path) -> None:
    for one in tampered(proof):
        done = checked(tmp_path, one)
        assert done.returncode == 1, one
        assert done.stderr.startswith("NOT PROVEN")
    (tmp_path / "page").write_bytes(b"text 5")
    assert checked(tmp_path, proof, "--payload", "page").returncode == 1
    assert checked(tmp_path, proof, "--key", "00" * 32).returncode == 1


def test_what_is_no_proof_is_refused_in_words(proof: dict[str, Any], tmp_path: Path) -> None:
    for one in (
        [],
        "proof",
        7,
        None,
        {"palimpsest_proof": 1},
        proof | {"leaf": "{}"},
        proof | {"index": "4"},
    ):
        done = checked(tmp_path, one)
        assert (done.returncode, done.stderr[:11]) == (1, "NOT PROVEN:"), one
        assert "Traceback" not in done.stderr
    missing = subprocess.run(
        [sys.executable, "-I", str(INCLUSION), str(tmp_path / "none.json")], capture_output=True, text=True
    )
    assert (missing.returncode, "none.json" in missing.stderr) == (1, True)


def meaning(proof: Any) -> dict[str, Any] | None:
    """What a proof says, however it is spaced and spelled; None for what is none."""
    try:
        said = {name: proof[name] for name in FIELDS}
        numbers = {"key": bytes.fromhex(said["key"]), "path": [bytes.fromhex(step) for step in said["path"]]}
    except (KeyError, TypeError, ValueError):
        return None
    return said | numbers


def test_no_altered_proof_holds(
    proof: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = json.dumps(proof, ensure_ascii=False, indent=1).encode()
    assert is_proven(tmp_path, sound, monkeypatch)
    chance = random.Random(20261127)
    tried = 0
    for _ in range(1500):
        altered = bytearray(sound)
        place = chance.randrange(len(altered))
        match chance.randrange(4):
            case 0:
                altered[place] ^= 1 << chance.randrange(8)
            case 1:
                altered[place] = chance.choice(b"0123456789abcdefABCDEF=+/ ")
            case 2:
                del altered[place : place + chance.randrange(1, 40)]
            case _:
                altered[place:place] = altered[place : place + chance.randrange(1, 40)]
        try:
            said = json.loads(bytes(altered))
        except ValueError:
            said = None
        if meaning(said) == meaning(proof):
            continue
        tried += 1
        assert not is_proven(tmp_path, bytes(altered), monkeypatch), altered.decode("utf-8", "replace")
    assert tried > 1000


def test_the_script_is_one_that_a_stranger_can_read_in_full() -> None:
    assert len(INCLUSION.read_text("utf-8").splitlines()) <= 60


def test_two_heads_are_shown_to_be_of_one_ledger(
    archive: Archive, visit: Callable[..., int], tmp_path: Path
) -> None:
    notes = {}
    for step in range(9):
        visit(f"text {step}".encode(), at=NOW + step * HOUR)
        sealed = archive.seal(now=NOW + step * HOUR)
        assert sealed is not None
        notes[sealed.size] = sealed.note
    for old in range(1, 10):
        shown = command(archive, "ledger", "consistency", str(old))
        (tmp_path / "old").write_text(notes[old], "utf-8")
        done = checked(tmp_path, shown, "--old", "old", script=CONSISTENCY)
        assert done.returncode == 0, done.stderr
        (tmp_path / "old").write_text(notes[old % 9 + 1], "utf-8")
        assert checked(tmp_path, shown, "--old", "old", script=CONSISTENCY).returncode == 1
    shown = command(archive, "ledger", "consistency", "3")
    for one in (shown | {"path": []}, shown | {"path": ["00" * 32, *shown["path"][1:]]}):
        assert checked(tmp_path, one, script=CONSISTENCY).returncode == 1


def test_heads_are_sealed_shown_listed_and_published(
    archive: Archive, visit: Callable[..., int], tmp_path: Path
) -> None:
    folder = ["-C", str(archive.directory)]
    assert CliRunner().invoke(app, [*folder, "ledger", "seal"]).exception is not None
    visit(b"text")
    sealed = command(archive, "ledger", "seal", "--json")
    assert command(archive, "ledger", "head", "--json") == sealed
    assert command(archive, "ledger", "list", "--json") == [sealed]
    listed = CliRunner().invoke(app, [*folder, "ledger", "list"])
    assert "leaves" in listed.stdout
    published = tmp_path / "head.txt"
    done = CliRunner().invoke(app, [*folder, "ledger", "publish", "-o", str(published)])
    assert done.exit_code == 0
    assert published.read_text("utf-8") == sealed["note"]
    assert CliRunner().invoke(app, [*folder, "ledger", "head"]).stdout == sealed["note"]


def test_verify_says_what_it_found_and_ends_with_4_on_damage(
    archive: Archive, visit: Callable[..., int]
) -> None:
    visit(b"<p>text")
    folder = ["-C", str(archive.directory)]
    done = CliRunner().invoke(app, [*folder, "verify"])
    assert (done.exit_code, "Nothing is bad" in done.stdout) == (0, True)
    assert "Not re-derived: 1 versions, made by software that gave no name." in done.stdout
    with archive._database.writing() as connection:
        connection.exec_driver_sql("UPDATE capture SET reason = 'other' WHERE id = 1")
    damaged = CliRunner().invoke(app, [*folder, "verify", "--json", "--fast", "--sample", "100%"])
    assert damaged.exit_code == 4
    said = json.loads(damaged.stdout)
    assert (said["sound"], said["faults"]) == (False, {"bad": 1, "missing": 0, "unexpected": 0})
    assert said["findings"][0]["what"] == "capture 1"
    last = CliRunner().invoke(app, [*folder, "verify", "--last"])
    assert (last.exit_code, "bad: capture 1" in last.stdout) == (4, True)
    assert CliRunner().invoke(app, [*folder, "verify", "--sample", "0"]).exit_code != 0


def test_every_version_of_the_newsroom_is_read_again_as_it_was(desk: Desk) -> None:
    for outlet in ("ledger", "portail"):
        desk.add(outlet)
    desk.crawl()
    found = fixity.check(desk.archive, now=NOW)
    assert found.findings == ()
    counts, left = dict(found.checked), dict(found.not_derived)
    assert counts["derived"] >= 5
    assert left == {}
    assert counts["derived"] == counts["versions"]
