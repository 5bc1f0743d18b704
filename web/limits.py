"""Counting what a caller asks of the API, and refusing what is too much; how it is counted is `buckets`'s."""

from __future__ import annotations

from fastapi import Request, Response

from .access import OfCaller, refuse_beyond
from .room import room_of


def limited(request: Request, response: Response, caller: OfCaller) -> None:
    """A dependency that counts a request, and refuses it with 429 where there were too many."""
    room = room_of(request)
    left = room.buckets.take(caller.identity, room.clock.seconds())
    refuse_beyond(
        left, "Too many requests within a minute; wait as long as Retry-After says, or use a key of your own."
    )
    response.headers["RateLimit-Remaining"] = str(int(left))
