"""What caches may keep of an answer, and whether who asks has it already (RFC 9111; RFC 9110, 13.1.2); pure.

Behind a key nothing is kept anywhere. What everybody may read can be kept but is asked for again each time:
what was redacted must not live on in a cache.
"""

from __future__ import annotations

import hashlib
from typing import Final

from starlette.datastructures import Headers

from .forms import COOKIE

NOWHERE: Final = "private, no-store"
ASKED_AGAIN: Final = "no-cache"


def kept(path: str, query: str, headers: Headers, *, private: bool) -> str:
    """The `Cache-Control` of an answer that says nothing of caches itself.

    Args:
        path, query: What was asked for; a watch's token in it is a key too.
        headers: Of the request.
        private: Whether reading asks for a key.
    """
    if path.startswith("/static/"):
        return ASKED_AGAIN
    known = "authorization" in headers or f"{COOKIE}=" in headers.get("cookie", "")
    return NOWHERE if private or known or "token=" in query or "key=" in query else ASKED_AGAIN


def tag_of(*parts: bytes) -> str:
    """A strong entity tag: other bytes have another one."""
    return f'"{hashlib.sha256(b"".join(parts)).hexdigest()[:32]}"'


def has(headers: Headers, tag: str) -> bool:
    """Whether the one who asks says to have what a tag stands for; tags are compared weakly."""
    known = headers.get("if-none-match", "")
    weak = tag.removeprefix("W/")
    return known.strip() == "*" or weak in (one.strip().removeprefix("W/") for one in known.split(","))
