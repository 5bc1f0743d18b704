"""What is refused to a reader and what a watch asks for have their French."""

from __future__ import annotations

import re
from typing import Any

import pytest

from palimpsest import moments
from palimpsest.alerts import asking, describe
from palimpsest.errors import BadQuery
from palimpsest.model import ChangeKind
from palimpsest.query import parse, parser
from palimpsest.storage import Watch, search_parts, sql_runs, sql_sources, sql_versions, sql_watches
from palimpsest.web import access, problems, shield
from palimpsest.web.french import FRENCH
from palimpsest.web.french_faults import fault_in_french, watch_in_french
from palimpsest.web.languages import fault_in, watch_in
from palimpsest.web.pages import articles, watches

from .test_french_fetches import raised
from .test_french_reasons import sentences

RAISED = {"BadQuery", "FixInput", "NotFound"}
ENGLISH = re.compile(r"\b(the|is|not|of|there|write|no|an)\b")
SAID = [
    *(
        said
        for where in (parser, search_parts, moments, articles, sql_runs, sql_sources, sql_watches)
        for said in raised(where, RAISED)  # type: ignore[arg-type]
    ),
    *raised(sql_versions.by_public_id, {"NotFound"}),
    *raised(asking.new_watch, {"BadWatch"}),
    *raised(watches, {"BadWatch"}),  # type: ignore[arg-type]
    "no kind of change is called 'nmber'; did you mean number?",
    "no kind of change is called 'x'; there are headline, standfirst",
    "quiet hours '7-7': write hours like 22:00-07:00, or nothing",
    "time zone 'Mars/X': no such time zone; write one like Europe/Paris",
    "it was taken out of the archive on 2026-11-28: une décision de justice",
]
PLACED = [said for said in raised(parser, {"_wrong"}) if "no field" not in said]  # type: ignore[arg-type]


@pytest.mark.parametrize("message", SAID)
def test_every_refusal_has_its_french(message: str) -> None:
    if "404, at character" in message or "several versions" in message:
        return  # the one is made of those below; the other is a command's
    french = fault_in_french(message)
    assert french is not None
    assert not ENGLISH.search(french)


HEADINGS = set(problems._HEADINGS.values())
TOLD = [
    said
    for where in (watches, shield, access.guard)
    for said in raised(where, {"HTTPException"})  # type: ignore[arg-type]
    if not said.isdigit()
]


def test_what_stands_above_a_refusal_and_what_a_page_refuses_by_itself_has_its_french() -> None:
    assert len(TOLD) > 4
    assert sorted({*HEADINGS, *TOLD} - FRENCH.keys()) == []
    (many,) = (said for said in sentences(access.count_wrong_key) if "Too many" in said)
    assert many in FRENCH
    assert problems._HEADINGS.keys() >= {400, 401, 403, 404, 405, 410, 413, 421, 422, 429, 500, 503}


def test_those_who_refuse_were_asked() -> None:
    assert (len(SAID) > 25, len(PLACED) > 15) == (True, True)


@pytest.mark.parametrize("what", PLACED)
def test_every_fault_of_a_query_has_its_french_with_its_place(what: str) -> None:
    french = fault_in_french(f"{what}, at character 7 of the query 'a, at character 1 of the query'")
    assert french is not None
    place = ", au caractère 7 de la requête 'a, at character 1 of the query'"
    assert french.endswith(place)
    assert not ENGLISH.search(french.removesuffix(place))


@pytest.mark.parametrize("query", ['"open', "titel:a", "zzz:a", "lang:", "seen:2026-13", "a OR", "has:sound"])
def test_a_query_that_cannot_be_read_is_told_in_french(query: str) -> None:
    with pytest.raises(BadQuery) as error:
        parse(query, fields=True)
    language, french = fault_in("fr", error.value.message)
    assert language == "fr"
    assert french.endswith(repr(query))
    assert fault_in("en", error.value.message) == ("en", error.value.message)


def test_what_nobody_here_says_stays_in_english() -> None:
    assert fault_in("fr", "the moon is full") == ("en", "the moon is full")


@pytest.mark.parametrize(
    "asked",
    [
        {"url": "herald.example/a"},
        {"source": "herald", "kinds": (ChangeKind.NUMBER, ChangeKind.VIDEO_ADDED), "min_weight": 0.35},
        {"section": "City", "query": "ferry, OR bridge", "only_added": True, "persist": 2},
        {"source": "herald", "quiet": "22:00-07:00", "zone": "Europe/Paris", "rate": 5},
        {"source": "herald", "quiet": ""},
    ],
)
def test_a_watch_is_told_in_french_as_fully_as_in_english(asked: dict[str, Any]) -> None:
    watch = Watch(**asked)
    french = watch_in_french(watch)
    extra = max(len(watch.kinds) - 1, 0)  # which French sets apart by commas
    assert french.count(", ") == describe(watch).count(", ") + extra
    assert (watch_in("fr", watch), watch_in("en", watch)) == (french, describe(watch))
    if "kinds" in asked:
        assert french == "média herald, natures chiffre, vidéo ajoutée, poids d’au moins 0,35"
