"""One round of alerting: changes become alerts, alerts become messages, messages are sent.

`palimpsest run` calls it again and again, `palimpsest alerts send` once. A round asks each channel until it
has nothing due or fails once, so a receiver that hangs costs one time-out a round. It holds no lock while
it sends: a crawl writes meanwhile. What arrives and is then forgotten by a kill is sent again (at least
once); its id lets the receiver see that.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..errors import NotDelivered, NotFound
from ..storage import Archive, Channel
from .channels import send, target_of
from .compose import compose
from .outbox import match_changes, settle_waiting
from .timing import Manners, back_off, quiet_until

LEASE = timedelta(minutes=5)
"""For how long a message is its sender's; longer than any time-out, so that only a dead one loses it."""

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What one round did: changes looked at, alerts made, messages sent and failed, deliveries given up."""

    changes: int = 0
    alerts: int = 0
    sent: int = 0
    failed: int = 0
    dead: int = 0


def pump(archive: Archive, *, now: datetime, seconds: Callable[[], float] = time.monotonic) -> Counts:
    """Do one round.

    It waits for the receivers: call it from a thread of its own, not from one that runs an event loop.

    Args:
        archive: The store.
        now: The time at which the round begins.
        seconds: By what is told how long it has lasted: slow receivers make it last longer than a lease, or
            than a signature may be old.

    Returns:
        What was done.

    Raises:
        StoreError: The archive cannot be read or written. A channel's failure is no error here.
    """
    begun = seconds()

    def clock() -> datetime:
        return now + timedelta(seconds=int(seconds() - begun))

    changes, alerts = match_changes(archive, now=now)
    settle_waiting(archive, now=now)
    sent = failed = dead = 0
    for channel in archive.ready_channels(now):
        good, bad, given_up = _empty(archive, channel, clock)
        sent, failed, dead = sent + good, failed + bad, dead + given_up
    return Counts(changes=changes, alerts=alerts, sent=sent, failed=failed, dead=dead)


def _empty(archive: Archive, channel: Channel, clock: Callable[[], datetime]) -> tuple[int, int, int]:
    """Send what is due to one channel, until it fails or must wait: messages sent, failed, given up."""
    settings = archive.settings.alerts
    target = target_of(channel.address)
    try:
        manners = Manners.of(archive.watch(channel.watch_id), settings)
    except NotFound:
        return 0, 0, 0  # removed a moment ago, and with it what was to be sent
    sent = 0
    while True:
        now = clock()
        if target.reaches_people and (end := quiet_until(now, manners.quiet, manners.zone)):
            archive.hold_channel(channel.id, end)
            return sent, 0, 0
        past = archive.messages_since(channel.id, now - HOUR)
        if len(past) >= manners.rate:
            archive.hold_channel(channel.id, past[-manners.rate] + HOUR)
            return sent, 0, 0
        parcel = archive.claim(channel.id, whole=target.digest is not None, now=now, lease=LEASE)
        if parcel is None:
            return sent, 0, 0
        try:
            send(archive, channel, compose(archive, parcel), now=now)
        except NotFound:
            return sent, 0, 0  # the watch was removed a moment ago, and with it what was to be sent
        except NotDelivered as error:
            now = clock()
            tries = 1 + min(each.attempts for each in parcel.deliveries)
            dead = archive.parcel_failed(
                parcel,
                str(error),
                again=now + back_off(tries, after=error.after),
                channel_again=now + back_off(channel.failures + 1, after=error.after),
                dead_if_before=now - timedelta(days=settings.give_up),
            )
            return sent, 1, dead
        archive.parcel_sent(parcel, now=clock())
        sent += 1
