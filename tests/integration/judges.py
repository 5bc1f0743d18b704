"""The judges: tools of others that read what we write, in a venv of their own (`make judges`).

They are none of our dependencies. Without them their tests are skipped; with PALIMPSEST_TEST_JUDGES set, as
in CI, they never are.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

JUDGES = Path(__file__).resolve().parents[2] / ".cache" / "judges" / "bin"
needs_judges = pytest.mark.skipif(
    "PALIMPSEST_TEST_JUDGES" not in os.environ and not JUDGES.exists(),
    reason="no judges: make judges installs them",
)


def judge(name: str | Path, *arguments: str | Path) -> str:
    """Run a judge (or a tool from elsewhere, by its whole path); it fails the test where that finds fault.

    Returns:
        What it printed.
    """
    command = [str(part) for part in (JUDGES / name, *arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
