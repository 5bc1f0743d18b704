"""Signing in with a key and out again; what a key lets one do is `access`'s."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ..access import FORGET, SIGN_IN, OfCaller, count_wrong_key, known
from ..forms import COOKIE, form_token, local_path
from ..rendering import page
from ..room import room_of
from ..shield import name_of

router = APIRouter()
SIGN_OUT = "/sign-out"


@router.get(SIGN_IN)
def ask_for_key(
    request: Request,
    caller: OfCaller,
    key: str = "",
    then: Annotated[str, Query(alias="next")] = "/",
    refused: bool = False,
) -> Response:
    """The form that asks for a key; an address that brings one along signs in at once."""
    if key and known(request, key.strip(), by_cookie=True) is None:
        count_wrong_key(request)
        # It may be one mistyped or expired: it must not stay in the address, nor in the page's links.
        return RedirectResponse(f"{SIGN_IN}?{urlencode({'next': local_path(then), 'refused': '1'})}", 303)
    if key:
        return _signed_in(request, key, then)
    return _form(request, caller.name, then, fault=refused)


@router.post(SIGN_IN)
def sign_in(
    request: Request,
    key: Annotated[str, Form()] = "",
    then: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Keep the key in a cookie, and go on to where one wanted to go."""
    return _signed_in(request, key, then)


@router.post(SIGN_OUT)
def sign_out() -> Response:
    """Have the browser forget the key."""
    return RedirectResponse("/", 303, {"Set-Cookie": FORGET})


def _signed_in(request: Request, key: str, then: str) -> Response:
    caller = known(request, key.strip(), by_cookie=True)
    if caller is None:
        count_wrong_key(request)
        return _form(request, None, then, status=403, fault=True)
    answer = RedirectResponse(local_path(then), 303)
    secure = request.url.scheme == "https" or _came_by_tls(request)
    answer.set_cookie(COOKIE, key.strip(), httponly=True, samesite="strict", secure=secure)
    return answer


def _came_by_tls(request: Request) -> bool:
    """Whether a server before us speaks TLS under the name that was asked for, if plainly to us."""
    base = urlsplit(room_of(request).archive.settings.web.base_url)
    return base.scheme == "https" and name_of(request.headers.get("host", "")) == base.hostname


def _form(
    request: Request, name: str | None, then: str, *, status: int = 200, fault: bool = False
) -> HTMLResponse:
    return page(
        request,
        "sign-in.html",
        status=status,
        headers={"Cache-Control": "no-store"},
        name=name,
        next=local_path(then),
        fault=fault,
        token=form_token(request, SIGN_OUT),
        action=SIGN_IN,
        leave=SIGN_OUT,
    )
