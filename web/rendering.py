"""Pages out of templates (Jinja2): everything escaped, in the reader's language, times in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .languages import COOKIE, LANGUAGES, language_of, reason_in, translate, why_in

_MONTHS: Final = {
    "en": "January February March April May June July August September October November December".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
}


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """A page.

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
        day=partial(_day, language),
        moment=partial(_moment, language),
        number=partial(_number, language),
        here=partial(_here, request),
        **values,
    )
    answer = HTMLResponse(text, status, {"Vary": "Accept-Language, Cookie"} | (headers or {}))
    if request.query_params.get("hl") == language:
        answer.set_cookie(COOKIE, language, max_age=31_536_000, httponly=True, samesite="lax")
    return answer


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
    return f"{_day(language, moment)} {moment.astimezone(UTC):%H:%M} UTC"


def _number(language: str, value: int) -> str:
    return f"{value:,}".replace(",", "\u202f" if language == "fr" else ",")


def _here(request: Request, **changed: object) -> str:
    """The address of this page with some parameters changed; None takes one away."""
    given = {name: value for name, value in request.query_params.multi_items() if name not in changed}
    given |= {name: str(value) for name, value in changed.items() if value is not None}
    return f"?{urlencode(given)}" if given else request.url.path


_environment: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {"iso": iso, "host": host, "web_address": web_address}
