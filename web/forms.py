"""Forms that only our own pages can post: what a page elsewhere has a browser send is told apart here; pure.

Against forged requests (CSRF) a form carries a token that only a page of ours can know: an HMAC, under the
key in the reader's cookie, of the path it is posted to. Beside that, browsers say where a request comes from
(`Sec-Fetch-Site`, `Origin`). What a caller may do is decided in `access`.
"""

from __future__ import annotations

import hmac
import re
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request

COOKIE: Final = "palimpsest-key"
FIELD: Final = "form_token"  # the hidden field of a form


def form_token(request: Request, action: str) -> str:
    """What the hidden field of a form on this page holds; "" for a reader without a key in a cookie.

    Args:
        request: Of the page.
        action: The path that the form is posted to.
    """
    secret = request.cookies.get(COOKIE, "")
    return hmac.digest(secret.encode(), f"form {action}".encode(), "sha256").hex() if secret else ""


def is_own_form(request: Request, token: object) -> bool:
    """Whether a form that was posted came from a page of ours.

    Args:
        request: The posting.
        token: What its hidden field held.
    """
    wanted = form_token(request, request.scope["path"])
    return bool(wanted) and isinstance(token, str) and hmac.compare_digest(wanted.encode(), token.encode())


def comes_from_elsewhere(request: Request, base_url: str) -> bool:
    """Whether a browser says that another site had it send this.

    Args:
        request: What was sent.
        base_url: `web.base_url`; behind a proxy it may be the only place where our own name stands.
    """
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    origin = request.headers.get("origin", "null")
    # `null` is what browsers say of our own forms too, since our pages have no referrer (Fetch, 3.2);
    # whether it was one of ours is then told by its token.
    return origin != "null" and not _is_ours(origin, request, base_url)


def comes_from_here(request: Request, base_url: str) -> bool:
    """Whether a browser says that a page of ours sent this: more than that no other did."""
    if comes_from_elsewhere(request, base_url):
        return False
    origin = request.headers.get("origin", "null")
    return request.headers.get("sec-fetch-site") == "same-origin" or origin != "null"


def local_path(text: str | None) -> str:
    """Where to go on to within the reading room; `/` for whatever might lead out of it.

    Browsers take `//host` and `/\\host` for another host, and leave out tabs and line ends before they look.
    """
    return text if text and re.fullmatch(r"/(?!/)[^\x00-\x20\x7f\\]*", text) else "/"


def _is_ours(origin: str, request: Request, base_url: str) -> bool:
    try:
        place, base = urlsplit(origin).netloc.lower(), urlsplit(base_url).netloc.lower()
    except ValueError:  # brackets that do not close
        return False
    return bool(place) and place in (request.headers.get("host", "").lower(), base)
