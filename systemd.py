"""What systemd wants to hear of a service of `Type=notify`, without its library (sd_notify(3))."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress


def notify(state: str) -> None:
    """Send a state such as `READY=1`; nothing where nobody listens (no NOTIFY_SOCKET).

    A listener that is gone, or does not read for a second, misses it: it must not be able to stop us.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        sender.settimeout(1.0)
        with suppress(OSError):
            sender.sendto(state.encode(), address)


class Watchdog:
    """Tells systemd that we live, at half the time after which it would restart us (WATCHDOG_USEC)."""

    def __init__(self) -> None:
        self._every = int(os.environ.get("WATCHDOG_USEC", "0")) / 2_000_000
        self._next = 0.0

    def beat(self) -> None:
        """To be called often by the thread that must not hang."""
        if self._every and time.monotonic() >= self._next:
            self._next = time.monotonic() + self._every
            notify("WATCHDOG=1")
