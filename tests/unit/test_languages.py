"""The interface's words: every text of the templates has its French, and none is kept for nothing."""

from __future__ import annotations

import re
from pathlib import Path

from palimpsest.model import ChangeKind
from palimpsest.web.french import FRENCH
from palimpsest.web.languages import number_in, translate

TEMPLATES = Path(__file__).resolve().parents[2] / "web" / "templates"
_TEXT = re.compile(r"""\bt\(\s*"((?:[^"\\]|\\.)*)"\s*[,)]""")


def used() -> set[str]:
    return {text for path in TEMPLATES.glob("*.html") for text in _TEXT.findall(path.read_text("utf-8"))}


def test_every_text_of_the_templates_has_its_french() -> None:
    assert len(used()) > 50
    assert sorted(used() - FRENCH.keys()) == []


def test_every_kind_of_change_has_its_french() -> None:
    assert sorted({kind.value for kind in ChangeKind} - FRENCH.keys()) == []


def test_a_translation_has_the_same_places_for_values() -> None:
    for english, french in FRENCH.items():
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", french)), english


def test_an_unknown_text_is_shown_in_english() -> None:
    assert translate("fr", "No such text {n}", n=3) == "No such text 3"


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert [number_in("en", 1234567), number_in("en", 0.5, 2)] == ["1,234,567", "0.50"]
    assert [number_in("fr", 1234567), number_in("fr", 1234.5, 1)] == ["1\u202f234\u202f567", "1\u202f234,5"]
