"""Pages out of templates (Jinja2): everything escaped, in the reader's language, times in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .caching import ASKED_AGAIN, has, kept, tag_of
from .languages import (
    COOKIE,
    LANGUAGES,
    check_in,
    error_in,
    fault_in,
    fetch_in,
    health_in,
    language_of,
    number_in,
    reason_in,
    translate,
    watch_in,
    why_in,
)
from .room import room_of

_MONTHS: Final = {
    "en": "January February March April May June July August September October November December".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
}
_BRIEF: Final = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    "fr": "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc.".split(),
}


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """A page; 304 where the one who asks has it and it may be kept (`caching`).

    Args:
        request: What was asked; its language and address go into the page.
        template: A file of `templates/`.
        status, headers: Of the answer.
        values: What the template shows.
    """
    language = language_of(request)
    text = _environment.get_template(template).render(
        request=request,
        language=language,
        languages=LANGUAGES,
        t=partial(translate, language),
        reason=partial(reason_in, language),
        why=partial(why_in, language),
        fetched=partial(fetch_in, language),
        fares=partial(health_in, language),
        failed=partial(error_in, language),
        checked=partial(check_in, language),
        refused=partial(fault_in, language),
        asks=partial(watch_in, language),
        day=partial(_day, language),
        moment=partial(_moment, language),
        brief=partial(_brief, language),
        clock=_clock,
        stated=partial(_stated, language),
        number=partial(number_in, language),
        here=partial(_here, request),
        status=status,
        **values,
    )
    headers = {"Vary": "Accept-Language, Cookie"} | (headers or {})
    if status == 200 and request.method == "GET" and _cacheable(request):
        # The header lines that differ by page tell of the same archive as its text does.
        headers["ETag"] = tag_of(repr(sorted(headers.items())).encode(), text.encode("utf-8", "replace"))
        if has(request.headers, headers["ETag"]):
            text, status = "", 304
    answer = HTMLResponse(text, status, headers)
    if request.query_params.get("hl") == language:
        answer.set_cookie(COOKIE, language, max_age=31_536_000, httponly=True, samesite="lax")
    return answer


def _cacheable(request: Request) -> bool:
    private = room_of(request).archive.settings.web.private
    path, query = request.scope["path"], request.url.query
    return kept(path, query, request.headers, private=private) == ASKED_AGAIN


def iso(moment: datetime) -> str:
    """`2026-10-15T06:00:12Z`, as HTML's `time` has it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def host(url: str) -> str:
    """The host of an address without `www.`; "" where it has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def web_address(url: str | None) -> str | None:
    """An address that may stand in a link; None for `javascript:` and whatever else is not of the web."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def _day(language: str, moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f"{moment.day} {_MONTHS[language][moment.month - 1]} {moment.year}"


def _moment(language: str, moment: datetime) -> str:
    return f"{_day(language, moment)} {_clock(moment)} UTC"


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%H:%M}"


def _brief(language: str, moment: datetime) -> str:
    """A moment where many stand below one another; the foot of each page says that all are UTC."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {_BRIEF[language][moment.month - 1]} {moment.year}, {_clock(moment)}"


def _stated(language: str, text: str) -> str:
    """A date that a page states, as people write one; as it stands where it is none of ISO 8601."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return _moment(language, moment)
        local = moment.replace(tzinfo=UTC)  # of a zone that the page does not name
        return _day(language, local) + ("" if len(text) <= 10 else f" {_clock(local)}")
    except (ValueError, OverflowError):
        return text


def _here(request: Request, **changed: object) -> str:
    """The address of this page with some parameters changed; None takes one away."""
    given = [(name, value) for name, value in request.query_params.multi_items() if name not in changed]
    given += [(name, str(value)) for name, value in changed.items() if value is not None]
    return f"?{urlencode(given)}" if given else request.url.path


def _unturned(value: Any) -> Any:
    """What a template shows, without the marks by which an outlet's words could turn those around them."""
    return _TURNING.sub("", value) if type(value) is str else value


_TURNING: Final = re.compile(
    "[\u202a-\u202e\u2066-\u2069]"
)  # not those that only lend a direction (LRM, RLM)
_environment: Final = Environment(
    finalize=_unturned,
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {"iso": iso, "host": host, "web_address": web_address}
