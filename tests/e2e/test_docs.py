"""The pages under docs/ say what works: their commands run as written, their code reads what is stored."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from palimpsest.storage import open_archive

DOCS = Path(__file__).resolve().parents[2] / "docs"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    return [text for found, text in _BLOCK.findall((DOCS / page).read_text("utf-8")) if found == language]


def run(command: str, folder: Path) -> str:
    """What a command of a page prints, run as written."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every command of the getting-started page was run, in order."""
    folder = tmp_path_factory.mktemp("getting-started")
    for block in blocks("getting-started.md", "sh"):
        run(block, folder)
    return folder


def test_the_commands_of_the_first_quarter_hour_run_as_written(walked: Path) -> None:
    with open_archive(walked / "demo-archive") as demo, open_archive(walked / "copy") as copy:
        assert demo.stats().edited > 10
        assert copy.stats().captures == demo.stats().captures


def test_the_demo_alerts_edits_and_a_withdrawal_and_no_noise(walked: Path) -> None:
    entries = (walked / "demo-archive" / "alerts.xml").read_text("utf-8").split("<entry>")[1:]
    with open_archive(walked / "demo-archive") as demo:
        deliveries = demo.deliveries(limit=100)
        titles = {each.alert.change.title_after for each in deliveries}
        assert {each.state for each in deliveries} == {"sent"}
        assert len(deliveries) == 2 * len(entries) >= 18
        assert demo.stats().captures > 10 * len(entries)
    assert sum('term="withdrawn"' in entry for entry in entries) == 2  # one by a soft 404
    assert "Seabirds on the Needle sleep in shifts, cameras show" in titles
    assert not any('term="typo"' in entry for entry in entries)


def test_a_payload_is_read_by_the_ten_lines_of_the_storage_page(
    walked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = blocks("storage.md", "python")
    monkeypatch.chdir(walked / "demo-archive")
    names: dict[str, object] = {}
    exec(code, names)
    read, db = names["payload"], names["db"]
    assert callable(read)
    assert isinstance(db, sqlite3.Connection)
    with open_archive(Path()) as archive:
        rows = db.execute("SELECT id, sha256 FROM payload").fetchall()
        assert all(read(row) == archive.payload(digest) for row, digest in rows)
    db.close()


def test_the_queries_of_the_storage_page_find_edits_and_failures(walked: Path) -> None:
    (text,) = blocks("storage.md", "sql")
    db = sqlite3.connect(walked / "demo-archive" / "archive.db")
    edits, failures = (db.execute(query).fetchall() for query in text.split(";")[:2])
    db.close()
    assert any(new.startswith("Port-Sablon : réouverture") for *_, new in edits)
    assert any(reason == "the server answered 503" for _, reason, _ in failures)


def test_the_commands_of_the_search_page_run_as_written(walked: Path) -> None:
    (commands,) = blocks("search.md", "sh")
    told = [run(line, walked) for line in commands.splitlines()]
    assert "Night ferry to the Skarrow Isles" in told[0]
    assert "Night ferry" in told[1]
    assert "version" in told[3]
    assert "courrier-du-port" in told[4]


def test_the_commands_of_the_take_away_page_run_as_written(walked: Path) -> None:
    told = [run(block, walked) for block in blocks("take-away.md", "sh")]
    assert "SHA-256" in told[-1]
    with open_archive(walked / "demo-archive") as demo:
        manifest = json.loads((walked / "all.parquet.manifest.json").read_text("utf-8"))
        assert manifest["counts"] == {"versions": demo.stats().versions}


def test_the_python_of_the_take_away_page_runs_as_written(
    walked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = blocks("take-away.md", "python")
    monkeypatch.chdir(walked)
    names: dict[str, Any] = {}
    exec(code, names)
    assert len(names["frame"]) > 50


def test_the_example_notebook_runs_from_top_to_bottom(walked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(walked)
    names: dict[str, Any] = {}
    cells = json.loads((DOCS / "notebook.ipynb").read_text("utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []  # what it shows is what it gives when it is run
            exec("".join(cell["source"]), names)
    assert names["edits"]["source"].nunique() > 3
    assert "ins" in names["change"]._repr_html_()


def test_the_three_journeys_are_walked_with_the_commands_as_written(tmp_path: Path) -> None:
    archivist, researcher, programs, watcher = [run(block, tmp_path) for block in blocks("journeys.md", "sh")]
    assert re.search(r"harbour-ledger\s+ok", archivist)
    assert "Nothing is bad, missing or unexpected." in archivist
    assert "@online{palimpsest-" in researcher
    assert (tmp_path / "news.parquet.manifest.json").exists()
    assert (tmp_path / "proof.json").exists()
    assert 'memento"; datetime="' in programs
    assert "Night ferry" in (tmp_path / "as-it-was.html").read_text("utf-8")
    assert "would have alerted" in watcher
    assert "<feed xmlns=" in watcher
    assert '"source":"harbour-ledger"' in watcher
