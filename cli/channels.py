"""A channel as commands show it, whether a watch's or the operator's: as a row for JSON, and in lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..alerts.channels import redacted
from ..storage import Channel


def row(channel: Channel, *, secrets: bool) -> dict[str, Any]:
    """Where alerts go and how that fares; in full with the key that signs only where `secrets` are meant."""
    address = channel.address if secrets else redacted(channel.address)
    key = {"secret": channel.secret} if secrets and channel.secret else {}
    return {"address": address, "failures": channel.failures, **key}


def lines(shown: Mapping[str, Any]) -> Iterator[str]:
    """A row in words."""
    trouble = f"  (failures in a row: {shown['failures']})" if shown["failures"] else ""
    yield f"to {shown['address']}{trouble}"
    if "secret" in shown:
        yield f"   signed with {shown['secret']}"
