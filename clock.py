"""What time it is, and waiting for a later one: handed to whatever dates, waits or goes stale.

`palimpsest run` takes one clock for all it does, so that a test may let a month pass in a minute with
nothing else replaced. Whoever is asked once and waits for nothing takes the time as an argument instead.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from threading import Event


class Clock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time (UTC, aware), as the wall clock has it: it may be set."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Seconds that only ever grow, for spans."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let that many seconds pass in an event loop."""
        await asyncio.sleep(seconds)

    def wait(self, event: Event, seconds: float) -> bool:
        """Let that many seconds pass in a thread, or fewer if `event` is set meanwhile; whether it is."""
        return event.wait(seconds)
