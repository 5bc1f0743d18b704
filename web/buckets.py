"""How often one caller may ask: a bucket of tokens each, refilled as time passes; pure but for its memory.

A full bucket is a minute's worth, so a burst is served and a flood is not. Counted in memory by one process:
this is against a script gone wild, not against an attack from many addresses.
"""

from __future__ import annotations

from itertools import islice
from threading import Lock
from typing import Final

MOST: Final = 10_000  # callers that are remembered: a few megabytes


class Buckets:
    """The callers' buckets; who did not ask for a minute has a full one, and is forgotten.

    Args:
        rate: Requests within a minute.
        most: Callers to remember; beyond that, those who asked least lately are forgotten.
    """

    def __init__(self, rate: int, most: int = MOST) -> None:
        self._rate = rate
        self._most = most
        self._buckets: dict[str, tuple[float, float]] = {}  # tokens and when they were counted, oldest first
        self._lock = Lock()  # requests are answered by several threads

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, identity: str, seconds: float) -> float:
        """Take a token.

        Args:
            identity: Whose.
            seconds: The time, as it only ever grows.

        Returns:
            How many are left; below 0: none was there, and that many seconds pass until one is.
        """
        with self._lock:
            tokens, at = self._buckets.pop(identity, (float(self._rate), seconds))
            tokens = min(self._rate, tokens + (seconds - at) * self._rate / 60)
            served = tokens >= 1
            self._buckets[identity] = (tokens - served, seconds)
            self._forget(seconds)
        return tokens - 1 if served else (tokens - 1) * 60 / self._rate

    def _forget(self, seconds: float) -> None:
        # Two may go for each that comes, so they never pile up.
        for identity, (_, at) in list(islice(self._buckets.items(), 2)):
            if seconds - at < 60 and len(self._buckets) <= self._most:
                return
            del self._buckets[identity]
