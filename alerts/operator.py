"""News for whoever runs the archive: a source turned bad, or is well again; a check found damage.

The same discipline as for alerts: at least once (a message has one id however often it is sent), back-off
with jitter for a receiver that fails, quiet hours. No flood: what turned since the last message goes in
one, after `alerts.window` minutes at the soonest, and what turned back meanwhile is not told at all. Only
the last state counts, so nothing is ever given up. How a source fares is judged in `health`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any

from ..changes.render_markdown import escape_markdown
from ..errors import BadWatch, NotDelivered
from ..model import HealthEvent, HealthState
from ..storage import Archive, Channel, OperatorChannel
from .channels import Kind, new_channel, send, target_of
from .compose import one_line
from .timing import back_off, quiet_until

ARCHIVE = "the archive"
GOOD = (HealthState.OK, HealthState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What goes to the operator at once: the sources that turned, by slug, and how they fare now.

    The archive itself goes by `ARCHIVE`; for programs it is no source.
    """

    id: str
    turns: tuple[tuple[str, HealthEvent], ...]

    @property
    def subject(self) -> str:
        """One line."""
        slug, event = self.turns[-1]
        more = f" (+{len(self.turns) - 1})" if len(self.turns) > 1 else ""
        return f"Palimpsest: {slug} is {event.state}{more}"

    @property
    def plain(self) -> str:
        """A line for each source."""
        return "\n".join(_line(slug, event) for slug, event in self.turns) + "\n"

    @property
    def markdown(self) -> str:
        """As Markdown."""
        return "\n".join(f"- {escape_markdown(_line(slug, event))}" for slug, event in self.turns) + "\n"

    @property
    def html(self) -> str:
        """As an HTML fragment."""
        return "".join(f"<p>{escape(_line(slug, event))}</p>\n" for slug, event in self.turns)

    def as_json(self) -> dict[str, Any]:
        """As values for a program."""
        return {
            "id": self.id,
            "sources": [
                {
                    "source": None if event.source_id is None else slug,
                    "state": event.state.value,
                    "since": event.since.isoformat(),
                    "at": event.at.isoformat(),
                    "reason": event.reason,
                }
                for slug, event in self.turns
            ],
        }


def operator_channels(archive: Archive) -> tuple[OperatorChannel, ...]:
    """The channels of `alerts.operator`.

    Raises:
        BadWatch: Nothing can be sent to one of the addresses.
    """
    channels = [_channel(address) for address in archive.settings.alerts.operator]
    return archive.operator_channels(channels) if channels else ()


def tell_operator(archive: Archive, now: datetime) -> None:
    """Tell each of the operator's channels which sources turned since it was told last, if it is time.

    Raises:
        BadWatch: As of `operator_channels`.
        StoreError: The archive cannot be read or written. A channel's failure is no error here.
    """
    for one in operator_channels(archive):
        if one.channel.not_before is None or one.channel.not_before <= now:
            _tell(archive, one, now)


def turned(
    before: Mapping[int | None, HealthEvent], latest: Mapping[int | None, HealthEvent]
) -> tuple[HealthEvent, ...]:
    """Of the latest states, those that are news: another one than before, and bad now or then."""
    was = {key: event.state for key, event in before.items()}
    found = [
        event
        for key, event in latest.items()
        if event.state is not (old := was.get(key, HealthState.OK))
        and not (event.state in GOOD and old in GOOD)
    ]
    return tuple(sorted(found, key=lambda event: event.id))


def _tell(archive: Archive, one: OperatorChannel, now: datetime) -> None:
    settings, channel = archive.settings.alerts, one.channel
    latest = archive.health_states()
    slugs: dict[int | None, str] = {source.id: source.slug for source in archive.sources()} | {None: ARCHIVE}
    events = turned(archive.health_states(upto=one.told), latest)
    turns = tuple((slugs[event.source_id], event) for event in events if event.source_id in slugs)
    if not turns:
        return
    quiet = quiet_until(now, settings.quiet, settings.zone)
    if quiet is not None and target_of(channel.address).reaches_people:
        return
    upto = max(event.id for event in latest.values())
    try:
        send(archive, channel, News(id=f"palimpsest-operator-{upto}", turns=turns), now=now)
    except NotDelivered as error:
        failures = channel.failures + 1
        again = now + back_off(failures, after=error.after)
        archive.note_operator(channel.id, told=one.told, failures=failures, not_before=again)
        return
    calm = now + timedelta(minutes=settings.window)
    archive.note_operator(channel.id, told=upto, failures=0, not_before=calm)


def _channel(address: str) -> Channel:
    target = target_of(address.strip())
    if target.kind is Kind.ATOM or target.digest is not None:
        raise BadWatch(
            f"setting alerts.operator: {address.partition(':')[0]}:… is for watches; name a mail address"
            " (mailto://…), a service or a webhook"
        )
    return new_channel(address)


def _line(slug: str, event: HealthEvent) -> str:
    reason = f": {one_line(event.reason)}" if event.reason else ""
    return f"{slug} is {event.state} since {event.since:%Y-%m-%d %H:%M} UTC{reason}"
