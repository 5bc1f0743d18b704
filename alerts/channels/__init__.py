"""Where alerts go: an address as it is typed, what kind it is, and the sending.

    webhook:https://host/path           a signed POST (`webhook`)
    atom:FILE                           a feed, relative to the archive's folder (`atom`)
    digest:daily:mailto://…             gathered hourly, daily or weekly
    mailto://…, slack://…, …            any address that Apprise knows (`services`)

An address may hold passwords and tokens: `redacted` is what may be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from ...errors import BadWatch
from ...storage import Archive, Channel
from ..compose import Sendable
from ..timing import Period
from . import atom, services, webhook


class Kind(StrEnum):
    """How a channel is written to."""

    WEBHOOK = "webhook"
    ATOM = "atom"
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address, taken apart.

    Attributes:
        kind: How it is written to.
        where: What follows the kind's name: a URL or a file.
        digest: How often what gathered is sent; None: at once.
    """

    kind: Kind
    where: str
    digest: Period | None = None

    @property
    def reaches_people(self) -> bool:
        """Whether it may wake somebody: such channels keep quiet hours."""
        return self.kind is Kind.SERVICE


def target_of(address: str) -> Target:
    """Take an address apart, without asking whether anything answers there.

    Raises:
        BadWatch: It is of no kind we know.
    """
    head, _, rest = address.partition(":")
    match head:
        case "webhook":
            return Target(kind=Kind.WEBHOOK, where=rest)
        case "atom":
            return Target(kind=Kind.ATOM, where=rest)
        case "digest":
            period, _, inner = rest.partition(":")
            if period not in tuple(Period):
                raise BadWatch(
                    f"a digest is hourly, daily or weekly (digest:daily:mailto://…), not {period!r}"
                )
            target = target_of(inner)
            if target.kind is not Kind.SERVICE:
                raise BadWatch("a digest goes to an Apprise address: digest:daily:mailto://…")
            return Target(kind=Kind.SERVICE, where=inner, digest=Period(period))
        case _:
            return Target(kind=Kind.SERVICE, where=address)


def new_channel(address: str) -> Channel:
    """Check an address as somebody typed it, and give a webhook its key.

    Raises:
        BadWatch: Nothing can be sent there; the message says why, without the address's secrets.
    """
    target = target_of(address.strip())
    match target.kind:
        case Kind.WEBHOOK:
            webhook.check(target.where)
            return Channel(address=address.strip(), secret=webhook.new_secret())
        case Kind.ATOM:
            atom.check(target.where)
        case Kind.SERVICE:
            services.check(target.where)
    return Channel(address=address.strip())


def send(archive: Archive, channel: Channel, message: Sendable, *, now: datetime) -> None:
    """Hand a message to a channel; when this returns, the other side has taken it.

    Raises:
        NotDelivered: It has not, as far as we know.
    """
    target, timeout = target_of(channel.address), archive.settings.alerts.timeout
    match target.kind:
        case Kind.WEBHOOK:
            webhook.send(target.where, channel.secret, message, now=now, timeout=timeout)
        case Kind.ATOM:
            atom.write(archive, archive.watch(channel.watch_id), target.where)
        case Kind.SERVICE:
            services.send(target.where, message, timeout=timeout)


def rewrite_feeds(archive: Archive) -> None:
    """Write every feed file anew that was written before, so that it tells no more than the archive does.

    Raises:
        NotDelivered: One cannot be written.
    """
    for watch in archive.watches():
        for channel in watch.channels:
            target = target_of(channel.address)
            if target.kind is Kind.ATOM and atom.is_feed(archive.directory / target.where):
                atom.write(archive, watch, target.where)


def redacted(address: str) -> str:
    """An address as it may be shown: without passwords, tokens and what follows the host."""
    target = target_of(address)
    lead = f"digest:{target.digest}:" if target.digest else ""
    match target.kind:
        case Kind.ATOM:
            return address
        case Kind.WEBHOOK:
            parts = urlsplit(target.where)
            port = f":{parts.port}" if parts.port else ""
            tail = "/…" if parts.path.strip("/") or parts.query else ""
            return f"webhook:{parts.scheme}://{parts.hostname}{port}{tail}"
        case Kind.SERVICE:
            return lead + services.redacted(target.where)
