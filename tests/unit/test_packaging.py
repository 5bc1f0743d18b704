"""What is shipped: the package list, the wheel's content, the lock."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NOT_SHIPPED = {"tests", "benchmarks", "docs", "build"}


def test_every_package_on_disk_is_listed_in_pyproject() -> None:
    on_disk = {"palimpsest"}
    for init in ROOT.rglob("__init__.py"):
        parts = init.relative_to(ROOT).parts[:-1]
        hidden = any(part.startswith(".") for part in parts)
        if parts and not hidden and parts[0] not in NOT_SHIPPED and not parts[0].endswith(".egg-info"):
            on_disk.add(".".join(("palimpsest", *parts)))
    assert on_disk == set(PROJECT["tool"]["setuptools"]["packages"])


def test_the_wheel_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        source = ROOT / name
        if source.is_file() and not source.is_symlink():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(source.read_bytes())
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=copy, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.split("/")[0] for name in names}
    version = PROJECT["project"]["version"]
    assert top == {"palimpsest", f"palimpsest-{version}.dist-info"}
    assert not [name for name in names if name.startswith(("palimpsest/tests", "palimpsest/docs"))]
    assert "palimpsest/py.typed" in names
    assert any(name.startswith("palimpsest/newsroom/stories/") for name in names)


def test_the_lock_pins_every_dependency_with_hashes_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "--index-url" not in lock
    assert "https://" not in lock
    assert "http://" not in lock
    pinned = {
        line.split("==")[0].split("[")[0] for line in lock.splitlines() if "==" in line and line[0].isalpha()
    }
    wanted = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"]
    names = {spec.split(">=")[0].split("[")[0].strip().lower() for spec in wanted} - {"palimpsest"}
    assert names <= pinned
    assert lock.count("--hash=sha256:") > len(pinned)


def test_the_version_is_said_in_one_way() -> None:
    from palimpsest.settings import VERSION

    assert PROJECT["project"]["version"] == VERSION
