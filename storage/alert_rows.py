"""Changes, watches and alerts as values: what the log says, what a person asked for, what is to be sent.

Frozen like everything that the store hands out. Whether a change meets a watch is decided in
`alerts.rules`; here is only what is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..changes import Verdict
from ..model import ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to an article: two neighbouring versions that differ, or an event of its state.

    Attributes:
        id: Dense, and in the order of commits: `id > N` is a cursor.
        old_id, new_id: The versions before and after; no version after: it was withdrawn.
        at: When a capture first showed it.
        kinds, weight, verdict, reasons: As of `changes.Comparison`.
        title_before, title_after: The headlines.
    """

    id: int
    article_id: int
    old_id: int | None
    new_id: int | None
    at: datetime
    kinds: tuple[ChangeKind, ...]
    weight: float
    verdict: Verdict
    reasons: tuple[str, ...]
    title_before: str
    title_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One address to which the alerts of a watch go, and how it has fared.

    `address` may hold a password and `secret` is the key of a webhook's signatures: neither is shown
    unless asked for. `failures` counts those since the last success; nothing is sent before `not_before`.
    """

    address: str
    secret: str = ""
    id: int = 0
    watch_id: int = 0
    failures: int = 0
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What somebody wants to hear of, and where.

    Attributes:
        url, source, section, query: What the article must be, or be about; those given hold together.
            `url` is an address's identity (a key of the article).
        kinds: Kinds of change that count; none: whatever is worth an alert by itself.
        min_weight: Least weight, 0 to 1.
        only_added: Only what was added counts, and a query is asked of it alone.
        persist: How many further captures must still show the change.
        quiet: Hours in which its people are left in peace, such as `22:00-07:00`; "": none; None: those of
            the archive.
        zone: The time zone in which its quiet hours and digests are meant; None: that of the archive.
        rate: Messages to each of its channels within an hour at the most; None: as the archive says.
        channels: Where alerts go.
        token: Lets whoever has it mute the watch.
        added_at: What happened before is not alerted.
        muted_until: No alert is sent before.
    """

    url: str | None = None
    source: str | None = None
    section: str | None = None
    query: str | None = None
    kinds: tuple[ChangeKind, ...] = ()
    min_weight: float = 0.0
    only_added: bool = False
    persist: int = 0
    quiet: str | None = None
    zone: str | None = None
    rate: int | None = None
    channels: tuple[Channel, ...] = ()
    token: str = ""
    added_at: datetime | None = None
    muted_until: datetime | None = None
    id: int = 0


class AlertState(StrEnum):
    """How an alert stands; whether it arrived is said by its deliveries."""

    WAITING = "waiting"  # until the change has persisted
    MADE = "made"
    MUTED = "muted"
    LAPSED = "lapsed"  # the change did not persist


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One change that met one watch."""

    id: int
    change: Change
    watch_id: int
    state: AlertState
    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """An alert to be made, and when it may go to each channel (its id, the moment)."""

    change_id: int
    article_id: int
    watch_id: int
    state: AlertState
    why: str
    due: tuple[tuple[int, datetime], ...] = ()


class DeliveryState(StrEnum):
    """How the sending of one alert to one channel stands."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"  # given up; `alerts requeue` tries again
    MUTED = "muted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One alert on its way to one channel."""

    id: int
    alert: Alert
    channel: Channel
    state: DeliveryState
    attempts: int
    made_at: datetime
    not_before: datetime
    sent_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What goes to a channel as one message, leased to one sender. `id` is the least delivery's."""

    id: int
    channel: Channel
    deliveries: tuple[Delivery, ...]
