"""Who asks and what they may do, as FastAPI dependencies; `guard` stands before every route.

A key comes as `Authorization: Bearer SECRET` from programs, in a cookie from people who signed in. One that
does not hold is refused even where reading is open: whoever sends one believes to be known. Not here: how
keys are kept (`storage.sql_keys`), how often a caller may ask (`limits`), where forms come from (`forms`).
"""

from __future__ import annotations

import hmac
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from ..storage import Scope
from .forms import COOKIE, FIELD, comes_from_elsewhere, comes_from_here, is_own_form
from .problems import is_api, wants_json
from .room import room_of

SIGN_IN: Final = "/sign-in"
_OPEN: Final = re.compile(
    rf"/livez|/readyz|/robots\.txt|{SIGN_IN}|/watches/[0-9]+/mute|/feeds/watch/[0-9]+\.atom|/static/.*"
)
"""Paths that ask for no key in any case; a watch's mute link and its feed have a token of their own."""
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
WRONG_KEYS: Final = 20  # that an address may try within a minute
FORGET: Final = f"{COOKIE}=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whoever sent a request.

    Attributes:
        name: Of their key; None: they have none.
        scopes: What they may do; `read` is among them wherever reading is open.
        by_cookie: Their browser sent the key by itself, so that what they send may be another's will.
        identity: Under which they are counted: their key, or else their address.
    """

    name: str | None
    scopes: frozenset[Scope]
    by_cookie: bool
    identity: str


def known(request: Request, secret: str, *, by_cookie: bool) -> Caller | None:
    """The caller that a secret makes of whoever has it; None where no key that holds has it."""
    room = room_of(request)
    if room.local_key and hmac.compare_digest(secret.encode(), room.local_key.encode()):
        return Caller(name="local", scopes=frozenset(Scope), by_cookie=by_cookie, identity="local")
    key = room.archive.key_of(secret, now=room.clock.now())
    if key is None:
        return None
    return Caller(
        name=key.name, scopes=key.scopes | _everybodys(request), by_cookie=by_cookie, identity=f"key {key.id}"
    )


def count_wrong_key(request: Request) -> None:
    """Count a key that does not hold; too many from one address within a minute are refused with 429.

    A key that holds is never refused for the wrong ones beside it: people behind one proxy have one address,
    and whoever guesses among 256 bits is held up by them. What is bounded is the noise.
    """
    room = room_of(request)
    refuse_beyond(
        room.wrong_keys.take(_address(request), room.clock.seconds()),
        "Too many keys that do not hold came from this address; wait a minute.",
    )


def refuse_beyond(left: float, detail: str) -> None:
    """Refuse what is too much with 429 and how long to wait; see `Buckets.take` for what is left."""
    if left < 0:
        raise HTTPException(429, detail, {"Retry-After": str(math.ceil(-left))})


def _address(request: Request) -> str:
    return f"address {request.client.host if request.client else ''}"


def _caller(request: Request) -> Caller:
    bearer = _bearer(request)
    cookie = None if bearer is not None else request.cookies.get(COOKIE)
    secret = bearer if bearer is not None else cookie
    if secret:
        caller = known(request, secret, by_cookie=bearer is None)
        if caller is not None:
            return caller
        # Where one signs in, an old cookie must not be in the way.
        if bearer is not None or not _OPEN.fullmatch(request.scope["path"]):
            count_wrong_key(request)
            raise _refused(
                "This key is not known, has expired or was revoked. Sign in again, or go on without one.",
                forget=bearer is None,
            )
    return Caller(name=None, scopes=_everybodys(request), by_cookie=False, identity=_address(request))


OfCaller = Annotated[Caller, Depends(_caller)]


def need(scope: Scope) -> Callable[[Request, Caller], Caller]:
    """A dependency that lets only those through who may do that; it gives the caller.

    It raises a 401 for those without a key (people who only look are led to the page where one signs in)
    and a 403 for those whose key lacks the scope.
    """

    def check(request: Request, caller: OfCaller) -> Caller:
        _check(request, caller, scope)
        return caller

    return check


async def guard(request: Request, caller: OfCaller) -> None:
    """Let nobody read a private archive without a key, and nothing be written at another site's will.

    Asynchronous, because a form must be read for its token.
    """
    web = room_of(request).archive.settings.web
    path = request.scope["path"]
    if web.private and not _OPEN.fullmatch(path):
        _check(request, caller, Scope.READ)
    if request.method in _READING or _bearer(request) is not None:
        return
    if comes_from_elsewhere(request, web.base_url):
        raise HTTPException(403, "Another site had your browser send this. Open the page here and try again.")
    if not caller.by_cookie or _OPEN.fullmatch(path):
        return
    if is_api(path):
        own = comes_from_here(request, web.base_url)
    else:
        async with request.form() as form:
            own = is_own_form(request, form.get(FIELD))
    if not own:
        raise HTTPException(403, "This form is out of date. Go back, load the page again and send it anew.")


def _check(request: Request, caller: Caller, scope: Scope) -> None:
    if scope in caller.scopes:
        return
    if caller.name is not None:
        raise HTTPException(
            403,
            f"Your key lacks the scope {scope}. Make one that has: palimpsest keys add NAME --scope {scope}",
        )
    if request.method in _READING and not wants_json(request):
        asked = request.scope["path"] + (f"?{request.url.query}" if request.url.query else "")
        raise HTTPException(
            HTTPStatus.SEE_OTHER, headers={"Location": f"{SIGN_IN}?next={quote(asked, safe='/')}"}
        )
    raise _refused(
        f"This asks for a key with the scope {scope}. Make one: palimpsest keys add NAME --scope {scope}"
        " and send it in the header Authorization: Bearer KEY."
    )


def _refused(detail: str, *, forget: bool = False) -> HTTPException:
    headers = {"WWW-Authenticate": "Bearer"} | ({"Set-Cookie": FORGET} if forget else {})
    return HTTPException(401, detail, headers)


def _bearer(request: Request) -> str | None:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    # Another scheme is for a proxy in front of us, not for us.
    return secret.strip() if scheme.lower() == "bearer" else None


def _everybodys(request: Request) -> frozenset[Scope]:
    private = room_of(request).archive.settings.web.private
    return frozenset() if private else frozenset({Scope.READ})
