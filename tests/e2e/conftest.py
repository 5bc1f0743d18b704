"""The program as a user runs it: the console command in a process of its own, beside a newsroom."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from palimpsest.newsroom import Newsroom


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(pace=None) as room:
        yield room


class Shell:
    """Runs `palimpsest` on one archive."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "palimpsest", "-C", str(self.directory), *words]

    def run(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run to the end; the exit code has to be `code`."""
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=120)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def start(self, *words: str, **how: Any) -> subprocess.Popen[str]:
        """Start and give the process back."""
        pipe = subprocess.PIPE
        return subprocess.Popen(self.command(*words), stdout=pipe, stderr=pipe, text=True, **how)

    def configure(self, newsroom: Newsroom, **fetch: Any) -> None:
        """Allow the newsroom in palimpsest.toml."""
        values = {
            "fetch": {"delay": 0.0, "allow": list(newsroom.allow), "resolve": newsroom.resolve, **fetch},
            "msn": {"content": newsroom.content},
            "crawl": {"batch_wait": 0.02, "workers": 1},
        }
        (self.directory / "palimpsest.toml").write_text(tomlkit.dumps(values), "utf-8")


@pytest.fixture
def shell(tmp_path: Path, newsroom: Newsroom) -> Shell:
    """A fresh archive that may crawl the newsroom."""
    shell = Shell(tmp_path / "news")
    shell.run("init")
    shell.configure(newsroom)
    return shell
