"""`palimpsest run` as a service: stopped, refused a second time, killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from palimpsest.checkup import verdicts
from palimpsest.model import HealthState, Source
from palimpsest.newsroom import Newsroom
from palimpsest.schedule import new_schedule
from palimpsest.storage import open_archive

from .conftest import Shell
from .test_interrupted import held_after


def set_courrier(shell: Shell, newsroom: Newsroom) -> int:
    """Register the outlet with a daily schedule; how many articles it announces."""
    outlet = newsroom.outlet("courrier")
    with open_archive(shell.directory) as archive:
        source = archive.add_source(
            Source(slug=outlet.slug, name=outlet.name, home=outlet.home, ways=outlet.ways)
        )
        archive.save_schedule(new_schedule(source.id, now=datetime.now(UTC), every=timedelta(days=1)))
    return len(newsroom.articles("courrier"))


def until(process: subprocess.Popen[str], words: str) -> str:
    """Read the service's lines until one holds `words`; all of them."""
    assert process.stderr is not None
    seen = ""
    for line in process.stderr:
        seen += line
        if words in line:
            return seen
    raise AssertionError(f"the service ended without {words!r}:\n{seen}")


@pytest.fixture
def systemd(tmp_path: Path) -> socket.socket:
    """What systemd would listen with."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(tmp_path / "notify"))
    listener.setblocking(False)
    return listener


def test_the_service_finishes_what_is_in_hand_and_is_alone(
    shell: Shell, newsroom: Newsroom, systemd: socket.socket
) -> None:
    total = set_courrier(shell, newsroom)
    env = os.environ | {"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "120000000"}
    with held_after(newsroom, 2) as reached:
        service = shell.start("run", env=env)
        assert reached.wait(60)
        assert "at work on this archive already" in shell.run("run", code=5).stderr
        assert "Nobody" not in shell.run("schedule", "run-now", "courrier").stderr
        service.send_signal(signal.SIGTERM)
    with service:
        service.communicate(timeout=60)
    assert service.returncode == 0
    with systemd:
        states = [systemd.recv(100)]
        while states[-1] != b"STOPPING=1":
            states.append(systemd.recv(100))
    assert states[0] == b"READY=1"
    assert b"WATCHDOG=1" in states
    with open_archive(shell.directory) as archive:
        assert [(run.why, run.state.value) for run in archive.runs()] == [("scheduled", "stopped")]
        source = archive.source("courrier")
        assert archive.stats().articles + archive.pending(source.id) == total


def test_after_kill_9_the_service_marks_the_run_and_makes_one_for_a_missed_week(
    shell: Shell, newsroom: Newsroom
) -> None:
    total = set_courrier(shell, newsroom)
    with held_after(newsroom, 2) as reached, shell.start("run") as service:
        assert reached.wait(60)
        service.kill()
        service.communicate(timeout=30)
    with open_archive(shell.directory) as archive:
        assert [run.state.value for run in archive.runs()] == ["running"]
        (one,) = archive.schedules()
        week_ago = datetime.now(UTC) - timedelta(days=7, hours=1)
        archive.save_schedule(replace(one, set_at=week_ago, next_at=week_ago))
    with shell.start("run") as service:
        told = until(service, "courrier, scheduled:")
        service.send_signal(signal.SIGTERM)
        service.communicate(timeout=60)
    assert service.returncode == 0
    assert "1 runs were cut off" in told
    assert "8 runs were missed" in told
    with open_archive(shell.directory) as archive:
        assert [(run.why, run.state.value) for run in archive.runs()] == [
            ("scheduled", "done"),
            ("scheduled", "killed"),
        ]
        assert archive.stats().articles == total
        assert [event.kind for event in archive.health_events()] == ["missed"]
        assert [verdict.state for _, verdict in verdicts(archive, datetime.now(UTC))] == [HealthState.OK]


def test_a_log_that_cannot_be_written_ends_nothing(shell: Shell, newsroom: Newsroom) -> None:
    """As where the log lies on the disk that is full."""
    total = set_courrier(shell, newsroom)
    with Path("/dev/full").open("w") as full:
        service = subprocess.Popen(shell.command("run"), stderr=full)
        with open_archive(shell.directory) as archive:
            while not (runs := archive.runs()) or runs[0].state.value == "running":
                assert service.poll() is None
        service.send_signal(signal.SIGTERM)
        assert service.wait(60) == 0
    with open_archive(shell.directory) as archive:
        assert archive.stats().articles == total
        (one,) = archive.schedules()
        assert one.next_at > datetime.now(UTC)
