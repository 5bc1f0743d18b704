"""The languages of the interface: which one a reader wants, and the words in it.

English stands in the templates and is its own key; other languages are dictionaries beside this module. A
word that has no translation is shown in English: a test looks for those. Not here: the archive's texts,
which stay in their own language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from fastapi import Request

from ..alerts import describe
from ..storage import Watch
from .french import FRENCH
from .french_faults import fault_in_french, watch_in_french
from .french_fetches import fetch_in_french
from .french_reasons import in_french, why_in_french
from .french_runs import check_in_french, error_in_french, health_in_french

LANGUAGES: Final = {"en": "English", "fr": "Français"}
_WORDS: Final = {"fr": FRENCH}
_FRENCH_MARKS: Final = str.maketrans({",": "\u202f", ".": ","})
COOKIE: Final = "palimpsest-language"


def language_of(request: Request) -> str:
    """The language a page is written in: as chosen (`?hl=`, then a cookie), else as the browser asks."""
    for chosen in (request.query_params.get("hl"), request.cookies.get(COOKIE)):
        if chosen in LANGUAGES:
            return chosen
    return _preferred(request.headers.get("accept-language", ""))


def _preferred(header: str) -> str:
    """The language of ours that a browser wants most (RFC 9110, 12.5.4); English where it wants none."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(","):
        found = re.fullmatch(r"\s*([a-zA-Z]{1,8})(?:-[\w-]*)?\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?))?\s*", part)
        if found and found[1].lower() in LANGUAGES:
            wanted.append((float(found[2] or 1), found[1].lower()))
    best = max(wanted, key=lambda one: one[0], default=(0.0, "en"))
    return best[1] if best[0] > 0 else "en"


def translate(language: str, text: str, /, **values: object) -> str:
    """A text of the interface in a language, with `{name}` replaced by values."""
    words = _WORDS.get(language, {}).get(text, text)
    return words.format(**values) if values else words


def number_in(language: str, value: float, decimals: int = 0) -> str:
    """A number as a language writes it: `1,234.50`, and in French with a comma and narrow spaces."""
    written = f"{value:,.{decimals}f}"
    return written.translate(_FRENCH_MARKS) if language == "fr" else written


def reason_in(language: str, reason: str) -> tuple[str, str]:
    """A reason of a change for a reader of a language: the language it is in at last, and the text.

    What is not known, such as a reason that another program gave, stays in English.
    """
    return _said_in(language, in_french, reason)


def why_in(language: str, why: str) -> tuple[str, str]:
    """Why an alert was made, as `reason_in`."""
    return _said_in(language, why_in_french, why)


def fetch_in(language: str, reason: str) -> tuple[str, str]:
    """Why a capture holds no page, as `reason_in`."""
    return _said_in(language, fetch_in_french, reason)


def health_in(language: str, reason: str) -> tuple[str, str]:
    """Why a source fares as it does, as `reason_in`."""
    return _said_in(language, health_in_french, reason)


def error_in(language: str, line: str) -> tuple[str, str]:
    """What went wrong in a run, as `reason_in`."""
    return _said_in(language, error_in_french, line)


def check_in(language: str, summary: str) -> tuple[str, str]:
    """What a check of the archive found, as `reason_in`."""
    return _said_in(language, check_in_french, summary)


def fault_in(language: str, message: str) -> tuple[str, str]:
    """Why something was refused, as `reason_in`; what the templates say too has its words there."""
    return _said_in(language, lambda english: FRENCH.get(english) or fault_in_french(english), message)


def watch_in(language: str, watch: Watch) -> str:
    """What a watch asks for, in a line."""
    return watch_in_french(watch) if language == "fr" else describe(watch)


def _said_in(language: str, french: Callable[[str], str | None], english: str) -> tuple[str, str]:
    said = french(english) if language == "fr" else None
    return ("en", english) if said is None else (language, said)
