"""Every reason of a capture that the program can give has its French."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest

from palimpsest.crawler import msn, warc
from palimpsest.crawler.fetching import (
    browser,
    decoding,
    door,
    failures,
    guards,
    handler,
    politeness,
    robots,
    rules,
)
from palimpsest.errors import Refused
from palimpsest.web.french_fetches import fetch_in_french
from palimpsest.web.languages import fetch_in

from .test_french_reasons import sentences

RAISED = {"Refused", "TryLater", "NotFetched", "kind", "Unfit", "ended", "_closed", "BadFeed", "BadSitemap"}


def raised(function: Callable[..., Any] | type, names: Collection[str] = RAISED) -> Iterator[str]:
    """What a function or a class may say in errors and captures, with something in the places of values."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
        for said in call.args[:2] if name in names else ():
            if isinstance(said, ast.JoinedStr):
                parts = (p.value if isinstance(p, ast.Constant) else "404" for p in said.values)
                yield "".join(map(str, parts))
            elif isinstance(said, ast.Constant):
                yield str(said.value)


SAID = [
    said
    for where in (
        browser.Browser, decoding, door, failures.failure_of, guards.Guards.check_url, guards._literal,
        handler, politeness, robots,
    )
    for said in raised(where)  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize(
    "reason",
    [
        *SAID,
        *(said for said in sentences(door._reason) if said),
        *sentences(rules.Rules.forbids),
        "301 to nowhere",
        "truncated: length",
        warc.ABSENT,
        *(said for said in sentences(msn.told) if "withdrawn" in said),
    ],
)
def test_every_reason_of_a_capture_has_its_french(reason: str) -> None:
    french = fetch_in_french(reason)
    assert french is not None
    assert french != reason
    for english in (" the ", "the ", " is ", " not ", " be "):
        assert english not in french


def test_the_producers_of_reasons_were_asked() -> None:
    assert len(SAID) > 30


def test_every_kind_of_address_that_is_refused_has_its_french() -> None:
    for network, name in guards._SPECIAL:
        with pytest.raises(Refused) as refused:
            guards.Guards().check_address(network[0], "herald.example", 80)
        french = fetch_in_french(refused.value.message)
        assert french is not None
        assert f"une adresse qui est {name} ;" not in french, name
        assert french.startswith(f"herald.example mène à {network[0]}")


def test_a_reason_inside_another_is_french_too_and_what_a_server_says_is_not() -> None:
    inner = "robots.txt could not be had: the certificate of a.example does not hold: it is self-signed"
    assert fetch_in("fr", inner) == (
        "fr",
        "robots.txt n’a pas pu être obtenu : le certificat de a.example ne tient pas : it is self-signed",
    )
    assert fetch_in("en", inner) == ("en", inner)
    assert fetch_in("fr", "went to the other side") == ("en", "went to the other side")
    assert fetch_in_french("the body is longer than 8,000,000 bytes (fetch.max_bytes)") == (
        "le corps dépasse 8\u202f000\u202f000 octets (fetch.max_bytes)"
    )
