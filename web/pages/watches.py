"""Watches: what somebody wants to hear of, added, muted and removed by forms."""

from __future__ import annotations

import hmac
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from ...alerts import new_watch
from ...alerts.channels import redacted
from ...errors import BadWatch, FixInput
from ...model import ChangeKind
from ...storage import Archive, Scope, Watch
from ..access import OfCaller, need
from ..forms import FIELD, form_token, is_own_form
from ..rendering import page
from ..room import Now, OfArchive

router = APIRouter()
Watching: Final = Depends(need(Scope.WATCHES))
WatchId = Annotated[int, Path(ge=1, lt=2**62)]
Text = Annotated[str, Form(max_length=2_000)]
SHOWN: Final = 50
MOST_DAYS: Final = 3_650


@router.get("/watches", dependencies=[Watching])
def watches(request: Request, archive: OfArchive, now: Now) -> HTMLResponse:
    """Every watch, and a form for a new one."""
    return _listed(request, archive, now)


@router.post("/watches", dependencies=[Watching])
def add(
    request: Request,
    archive: OfArchive,
    now: Now,
    url: Text = "",
    source: Text = "",
    section: Text = "",
    query: Text = "",
    kind: Annotated[list[str] | None, Form()] = None,
    min_weight: Annotated[float, Form()] = 0.0,
    quiet: Text = "",
    zone: Text = "",
    rate: Text = "",
    to: Text = "",
) -> Any:
    """Add a watch; what cannot be is said above the form, which keeps what was typed."""
    given = {"url": url.strip(), "source": source, "section": section.strip(), "query": query.strip()}
    given |= {"quiet": quiet.strip(), "zone": zone.strip(), "rate": rate.strip()}
    try:
        made = new_watch(
            archive,
            url=given["url"] or None,
            source=source or None,
            section=given["section"] or None,
            query=given["query"] or None,
            kinds=kind or (),
            min_weight=min_weight,
            quiet=given["quiet"],
            zone=given["zone"],
            rate=_rate(given["rate"]),
            addresses=[to.strip()] if to.strip() else [],
            files=False,
        )
        watch = archive.add_watch(made, now=now)
    except FixInput as error:
        # The address may hold a password: it is typed again, and stands in no page.
        typed = given | {"kinds": kind or [], "min_weight": min_weight, "to": ""}
        return _listed(request, archive, now, status=400, fault=error.message, typed=typed)
    return RedirectResponse(f"/watches/{watch.id}", 303)


@router.get("/watches/{watch_id}", dependencies=[Watching])
def watch_page(request: Request, archive: OfArchive, now: Now, watch_id: WatchId) -> HTMLResponse:
    """One watch with its latest alerts."""
    watch = archive.watch(watch_id)
    alerts = archive.alerts_of(watch_id, SHOWN)
    ids = {found for one in alerts for found in (one.change.old_id, one.change.new_id) if found}
    return page(
        request,
        "watch.html",
        watch=watch,
        muted=_is_muted(watch, now),
        alerts=alerts,
        names=archive.version_names(ids),
        channels=_channels(watch),
        field=FIELD,
        token=partial(form_token, request),
        by_link=None,
    )


@router.get("/watches/{watch_id}/mute")
def ask_to_mute(
    request: Request,
    archive: OfArchive,
    now: Now,
    watch_id: WatchId,
    token: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """Where the link of an alert leads: it asks first, for mail programs open links by themselves."""
    watch = _of_token(archive, watch_id, token)
    return page(request, "mute.html", watch=watch, muted=_is_muted(watch, now), by_link=token)


@router.post("/watches/{watch_id}/mute")
async def mute(
    request: Request,
    archive: OfArchive,
    now: Now,
    caller: OfCaller,
    watch_id: WatchId,
    days: Annotated[int, Form(ge=0, le=MOST_DAYS)],
    token: Annotated[str, Form(max_length=200)] = "",
) -> Any:
    """Mute a watch for some days, or (0) let it speak again, by a key; its own token only makes it longer."""
    if token:
        if not days:
            raise HTTPException(403, "This link mutes only; its watch is let speak again where it was set.")
        watch = archive.lengthen_mute(_of_token(archive, watch_id, token).id, now + timedelta(days=days))
        return page(request, "mute.html", watch=watch, muted=_is_muted(watch, now), by_link=token)
    form = await request.form()
    # The guard lets this path through, for the token's sake: here it is a key that counts.
    if Scope.WATCHES not in caller.scopes or (caller.by_cookie and not is_own_form(request, form.get(FIELD))):
        raise HTTPException(403, "This form is out of date. Go back, load the page again and send it anew.")
    archive.mute_watch(watch_id, now + timedelta(days=days) if days else None)
    return RedirectResponse(f"/watches/{watch_id}", 303)


@router.post("/watches/{watch_id}/remove", dependencies=[Watching])
def remove(archive: OfArchive, now: Now, watch_id: WatchId) -> RedirectResponse:
    """Take a watch off; its alerts stay in the archive."""
    archive.remove_watch(watch_id, now=now)
    return RedirectResponse("/watches", 303)


def _listed(
    request: Request,
    archive: Archive,
    now: Now,
    *,
    status: int = 200,
    fault: str = "",
    typed: dict[str, Any] | None = None,
) -> HTMLResponse:
    names = ("url", "source", "section", "query", "quiet", "zone", "rate", "to")
    blank = dict.fromkeys(names, "") | {"kinds": [], "min_weight": 0.0}
    return page(
        request,
        "watches.html",
        status=status,
        rows=[(one, _is_muted(one, now), _channels(one)) for one in archive.watches()],
        sources=archive.sources(),
        kinds=list(ChangeKind),
        typed=typed or blank,
        fault=fault,
        field=FIELD,
        token=partial(form_token, request),
    )


def _rate(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 6):
        raise BadWatch(f"a rate is a number of messages within an hour, not {text!r}")
    return int(text) if text else None


def _of_token(archive: Archive, watch_id: int, token: str) -> Watch:
    watch = archive.watch(watch_id)
    if not hmac.compare_digest(watch.token.encode(), token.encode()):
        raise HTTPException(403, "This link does not belong to that watch; take the one in an alert.")
    return watch


def _is_muted(watch: Watch, now: Now) -> bool:
    return watch.muted_until is not None and watch.muted_until > now


def _channels(watch: Watch) -> list[tuple[str, int]]:
    """Addresses without their passwords, and failures in a row."""
    return [(redacted(one.address), one.failures) for one in watch.channels]
