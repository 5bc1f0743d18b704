"""Keys as values: what their holders may do, and since when; never the secrets themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    """What a key lets its holder do in the reading room; none of them follows from another."""

    READ = "read"
    WATCHES = "watches"  # see, add, mute and remove watches
    SOURCES = "sources"  # add, change, pause and remove sources and their schedules
    RUNS = "runs"  # ask for a run now


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey:
    """A key that was given out.

    Attributes:
        name: Whom or what it was made for; no two keys that hold have the same.
        scopes: What it lets its holder do.
        expires_at: It holds before this moment; None: until it is revoked.
        used_at: When it was last used, to the hour.
        revoked_at: When it was taken back.
    """

    id: int
    name: str
    scopes: frozenset[Scope]
    added_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
