"""Number words in many languages, put together or inflected, and words that only look like some."""

from __future__ import annotations

import pytest

from palimpsest.changes.numerals import NUMERALS, is_numeral


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "twelve twelfth dozens thirds"),
        ("de", "einundzwanzig zweitausend dreihundertfünfzig dritten"),
        ("it", "settantadue ventitre sessantenne trentuno"),
        ("es", "veintidós setecientos décima"),
        ("nl", "eenentwintig vijftien derde"),
        ("pl", "dziewięciu dziesiąty"),
        ("ru", "девятого десяти"),
    ],
)
def test_number_words_are_known_in_all_their_forms(language: str, words: str) -> None:
    assert [word for word in words.split() if not is_numeral(word, language)] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "tense second one"),
        ("de", "ein eine und hundertschaft"),
        ("it", "secondo uno"),
        ("", "two zwei"),
    ],
)
def test_other_words_are_no_numbers(language: str, words: str) -> None:
    assert [word for word in words.split() if is_numeral(word, language)] == []


def test_a_very_long_word_is_looked_at_in_no_time() -> None:
    assert not any(is_numeral("hundert" * 20_000 + "x", language) for language in NUMERALS)
