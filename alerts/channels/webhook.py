"""A signed POST, after the Standard Webhooks specification (https://www.standardwebhooks.com).

The signature is HMAC-SHA256 over `ID.TIMESTAMP.BODY` under the channel's key, so a receiver sees that the
body is ours and how old it is; a message that is replayed later fails by its timestamp, and one that comes
twice has the same ID. `docs/alerts.md` shows the check. Any 2xx answer means that the message was taken;
redirects are not followed, for the owner named this address and no other.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from ...crawler.fetching.retry import retry_after
from ...errors import BadWatch, NotDelivered
from ...settings import VERSION
from ..compose import Sendable

_PREFIX = "whsec_"


def check(url: str) -> None:
    """Refuse an address that no POST can go to.

    Raises:
        BadWatch: It is no http or https URL with a host.
    """
    try:
        parts = urlsplit(url)
        name = (parts.hostname or "").encode("idna")  # as it is looked up: no empty and no overlong part
        sound = parts.scheme in ("http", "https") and bool(name) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise BadWatch("a webhook's address is webhook:https://host/path; this has no host or another scheme")


def new_secret() -> str:
    """A fresh key: 32 random bytes in base64, with the prefix by which such keys are known."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """What stands in `webhook-signature`."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def send(url: str, secret: str, message: Sendable, *, now: datetime, timeout: float) -> None:
    """POST a message.

    Args:
        url: Where.
        secret: The channel's key.
        message: What.
        now: The time that the signature vouches for.
        timeout: Seconds for everything, from the name's look-up to the status line.

    Raises:
        NotDelivered: No answer in time, or one that is not 2xx.
    """
    body = json.dumps(message.as_json(), ensure_ascii=False).encode(errors="replace")
    timestamp = int(now.timestamp())
    headers = {
        "content-type": "application/json",
        "user-agent": f"Palimpsest/{VERSION}",
        "webhook-id": message.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message.id, timestamp, body),
    }
    try:
        status, after = asyncio.run(_post(url, body, headers, timeout))
    except TimeoutError as error:
        raise NotDelivered(f"the webhook did not answer within {timeout:g} s") from error
    except (aiohttp.ClientError, UnicodeError) as error:  # UnicodeError: a host's name that cannot be one
        raise NotDelivered("the webhook cannot be reached") from error
    if not 200 <= status < 300:
        raise NotDelivered(f"the webhook answered {status}", after=retry_after(after, now))


async def _post(url: str, body: bytes, headers: dict[str, str], timeout: float) -> tuple[int, str | None]:
    limit = aiohttp.ClientTimeout(total=timeout)
    async with (
        aiohttp.ClientSession(timeout=limit) as session,
        session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
    ):
        return answer.status, answer.headers.get("retry-after")
