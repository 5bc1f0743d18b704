"""One page fetched for a look, with nothing stored: by the same door, robots.txt and guards included."""

from __future__ import annotations

from ..errors import Refused, TryLater
from ..model import Capture, Outcome
from ..settings import Settings
from .fetching.network import Network


async def fetch_one(settings: Settings, url: str) -> Capture:
    """Fetch `url`, following redirects.

    Args:
        settings: The limits, and what we call ourselves.
        url: A fetchable address.

    Returns:
        The answer, with its payload.

    Raises:
        NotFetched: There is no page to be had; the message says why.
    """
    async with Network(settings) as network:
        for _ in range(settings.fetch.max_redirects + 1):
            await network.robots.check(url)
            answer = await network.door.fetch(url)
            if answer.error is not None:
                raise answer.error
            capture = answer.capture
            if capture.outcome is Outcome.OK and capture.payload:
                return capture
            if capture.outcome is not Outcome.REDIRECT or capture.location is None:
                raise TryLater(capture.reason or "the server sent no page", url=url)
            url = capture.location
    raise Refused(f"more than {settings.fetch.max_redirects} redirects", url=url)
