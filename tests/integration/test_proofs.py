"""A stranger checks a proof with the stand-alone script, and is told of every tampered one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from palimpsest import fixity
from palimpsest.cli import app
from palimpsest.model import sha256
from palimpsest.storage import Archive

from ..conftest import HOUR, NOW
from .conftest import Desk

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "check_proof.py"


def checked(folder: Path, proof: dict[str, Any], *options: str) -> subprocess.CompletedProcess[str]:
    """What the script says, run as a stranger would: without us."""
    path = folder / "proof.json"
    path.write_text(json.dumps(proof), "utf-8")
    command = [sys.executable, "-I", str(SCRIPT), str(path), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder)


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


def test_a_proof_holds_for_a_stranger(archive: Archive, proof: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(b"text 4")
    done = checked(tmp_path, proof, "--payload", "page", "--key", proof["key"])
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("ok:") == 7
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
        done = checked(tmp_path, shown, "--old", "old")
        assert done.returncode == 0, done.stderr
        (tmp_path / "old").write_text(notes[old % 9 + 1], "utf-8")
        assert checked(tmp_path, shown, "--old", "old").returncode == 1
    shown = command(archive, "ledger", "consistency", "3")
    for one in (shown | {"path": []}, shown | {"path": ["00" * 32, *shown["path"][1:]]}):
        assert checked(tmp_path, one).returncode == 1


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
