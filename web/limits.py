"""Counting what a caller asks of the API, and refusing what is too much; how it is counted is `buckets`'s."""

from __future__ import annotations

import math

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from .access import OfCaller
from .room import room_of


def limited(request: Request, response: Response, caller: OfCaller) -> None:
    """A dependency that counts a request, and refuses it with 429 where there were too many."""
    room = room_of(request)
    left = room.buckets.take(caller.identity, room.clock.seconds())
    if left < 0:
        raise HTTPException(
            429,
            "Too many requests within a minute; wait as long as Retry-After says, or use a key of your own.",
            {"Retry-After": str(math.ceil(-left))},
        )
    response.headers["RateLimit-Remaining"] = str(int(left))
