"""`schedule` and `health` as a user types them, right and wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from palimpsest.cli import app
from palimpsest.errors import BadSchedule, FixInput, NotFound
from palimpsest.model import RunState, Source
from palimpsest.storage import create_archive, open_archive


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with create_archive(tmp_path) as archive:
        for slug, tags in (("courrier", ("fr",)), ("herald", ()), ("monde", ("fr",))):
            archive.add_source(Source(slug=slug, name=slug, home=f"https://{slug}.example/", tags=tags))
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), *words])


def listed(folder: Path) -> dict[str, dict[str, object]]:
    return {row["source"]: row for row in json.loads(run(folder, "schedule", "list", "--json").stdout)}


def test_schedules_are_set_by_tag_and_listed(folder: Path) -> None:
    line = ("--cron", "*/10 6-23 * * *", "--jitter", "3m", "--tz", "Europe/Paris")
    done = run(folder, "schedule", "set", "--tag", "fr", *line)
    assert done.exit_code == 0
    assert "Nobody keeps the schedules yet" in done.stderr
    assert set(listed(folder)) == {"courrier", "monde"}
    row = listed(folder)["monde"]
    assert (row["cron"], row["tz"], row["jitter"]) == ("*/10 6-23 * * *", "Europe/Paris", "3m")
    assert "cron */10 6-23 * * * (Europe/Paris), up to 3m later" in done.stdout
    run(folder, "schedule", "remove", "monde")
    assert set(listed(folder)) == {"courrier"}


def test_a_schedule_rests_and_goes_on(folder: Path) -> None:
    run(folder, "schedule", "set", "herald", "--every", "15m")
    run(folder, "schedule", "pause", "herald")
    assert listed(folder)["herald"]["paused"] is True
    states = {row["source"]: row["state"] for row in json.loads(run(folder, "health", "--json").stdout)}
    assert states == {"courrier": "ok", "herald": "paused", "monde": "ok"}
    run(folder, "schedule", "resume", "herald")
    assert listed(folder)["herald"]["paused"] is False


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (("set", "herald", "--cron", "0 6 * * *", "--tz", "Europe/Pariss"), BadSchedule, "Europe/Paris"),
        (("set", "herald", "--cron", "0 0 30 2 *"), BadSchedule, "never fires"),
        (("set", "herald", "--every", "often"), BadSchedule, "no span"),
        (("set", "herald"), BadSchedule, "one of --every and --cron"),
        (("set", "--every", "1h"), FixInput, "name sources"),
        (("set", "--every", "1h", "--tag", "de"), FixInput, "no source has the tag"),
        (("set", "nobody", "--every", "1h"), NotFound, "nobody"),
        (("run-now", "herald"), NotFound, "herald has no schedule"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    folder: Path, words: tuple[str, ...], error: type[Exception], said: str
) -> None:
    done = run(folder, "schedule", *words)
    assert isinstance(done.exception, error)
    assert said in str(done.exception)
    assert listed(folder) == {}


def test_health_leaves_with_1_when_a_source_fails(folder: Path) -> None:
    assert run(folder, "health").exit_code == 0
    with open_archive(folder) as archive:
        for age in (3, 2, 1):
            at = datetime.now(UTC) - timedelta(hours=age)
            broken = archive.start_run(archive.source("herald").id, "scheduled", now=at)
            archive.finish_run(broken.id, RunState.FAILED, {}, ["\x1b[2J[red]no answer"], now=at)
    done = run(folder, "health")
    assert done.exit_code == 1
    assert "failing" in done.stdout
    assert "\x1b" not in done.stdout
    assert "[red]no" in done.stdout
    assert len(run(folder, "runs", "--source", "herald", "--limit", "2").stdout.splitlines()) == 3
