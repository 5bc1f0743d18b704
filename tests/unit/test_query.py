"""The query language: what is read, what it matches, and what a wrong query says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.errors import BadQuery
from palimpsest.query import And, Not, Or, Phrase, Term, Words, matches, parse


def test_operators_bind_not_before_and_before_or() -> None:
    assert parse('climate AND "carbon tax" OR NOT emission*') == Or(
        (And((Term("climate"), Phrase(("carbon", "tax")))), Not(Term("emission", prefix=True)))
    )


def test_words_side_by_side_are_both_meant() -> None:
    assert parse("climate tax") == parse("climate AND tax") == parse("(climate) (tax)")


@pytest.mark.parametrize(
    ("query", "text", "holds"),
    [
        ("climate", "The Climate, again", True),
        ("climate", "acclimated", False),
        ("climat*", "climatic change", True),
        ('"carbon tax"', "a carbon\ntax", True),
        ('"carbon tax"', "tax on carbon", False),
        ('"carbon ta"*', "a carbon tax", True),
        ("elysee", "à l’Élysée", True),
        ("STRASSE", "Straße", True),
        ("COVID-19", "Covid 19 again", True),
        ("climate NOT sport", "climate and sport", False),
        ("(a OR b) c", "b c", True),
        ("and", "this and that", True),
        ("東京", "昨日、東京で", True),
        ("大阪", "昨日、東京で", False),
        ("1.5", "warming of 1.5 degrees", True),
    ],
)
def test_what_a_query_matches(query: str, text: str, holds: bool) -> None:
    assert matches(parse(query), Words(text)) is holds


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("(climate", "never closed, at character 1"),
        ("climate)", "never opened, at character 8"),
        ("climate AND", "missing at the end, at character 12"),
        ("climate AND OR tax", "missing before OR, at character 13"),
        ("OR climate", "missing before OR, at character 1"),
        ('climate "carbon', "quotation mark is never closed, at character 9"),
        ("climate AND *", "no letter or digit"),
        ("()", "missing before \\)"),
        ("climate AND NOT climate", "no text can match"),
        ("(" * 50 + "a" + ")" * 50, "deep"),
        ("a" * 1001, "at most 1000"),
    ],
)
def test_a_wrong_query_is_told_with_its_place(query: str, said: str) -> None:
    with pytest.raises(BadQuery, match=said):
        parse(query)


@given(st.text(alphabet='ab ()"*ANDORT-é東', max_size=40), st.text(max_size=40))
def test_any_text_is_either_a_query_or_a_bad_one(query: str, text: str) -> None:
    try:
        tree = parse(query)
    except BadQuery:
        return
    assert matches(tree, Words(text)) is not matches(Not(tree), Words(text))
