"""What systemd hears of the service."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

import pytest

from palimpsest.systemd import Watchdog, notify


def test_states_and_beats_arrive_and_a_deaf_listener_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", listener.getsockname())
        monkeypatch.setenv("WATCHDOG_USEC", "60000000")
        notify("READY=1")
        watchdog = Watchdog()
        watchdog.beat()
        watchdog.beat()  # too soon for another
        listener.setblocking(False)
        assert [listener.recv(100), listener.recv(100)] == [b"READY=1", b"WATCHDOG=1"]
        with pytest.raises(BlockingIOError):
            listener.recv(100)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as filler:
            filler.setblocking(False)
            with suppress(BlockingIOError):  # its queue is full
                while True:
                    filler.sendto(b"x", listener.getsockname())
            notify("STOPPING=1")


def test_a_listener_that_is_gone_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    notify("READY=1")


def test_without_systemd_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    notify("READY=1")
    Watchdog().beat()
