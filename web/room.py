"""What every request to the reading room finds: the archive, the time, who asks; as FastAPI dependencies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from ..clock import Clock
from ..storage import Archive
from .buckets import Buckets


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What the application was made with; see `create_app`."""

    archive: Archive
    clock: Clock
    local_key: str | None
    buckets: Buckets  # requests of the API, by key or address
    wrong_keys: Buckets  # by address


def room_of(request: Request) -> Room:
    """The room that a request came to."""
    room: Room = request.app.state.room
    return room


def base_url(request: Request) -> str:
    """Under which address the reading room is reached, without a slash at the end: for links from outside."""
    return (room_of(request).archive.settings.web.base_url or str(request.base_url)).rstrip("/")


def _archive(request: Request) -> Archive:
    return room_of(request).archive


def _now(request: Request) -> datetime:
    return room_of(request).clock.now()


OfArchive = Annotated[Archive, Depends(_archive)]
Now = Annotated[datetime, Depends(_now)]
