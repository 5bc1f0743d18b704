"""Headline variants and reverts, told from the article's past."""

from __future__ import annotations

from dataclasses import replace

from palimpsest.changes import Flip, Seen, fingerprint, headline_flip, reverts_to
from palimpsest.model import Extraction, Paragraph

A = Extraction(
    url="https://n.example/a", title="Mayor resigns", blocks=(Paragraph(text="The mayor resigned."),)
)
B = replace(A, title="Why the mayor had to go")
C = replace(A, title="Mayor out")
LATER = replace(A, blocks=(Paragraph(text="The mayor resigned on Monday."),))


def flips(*states: Extraction) -> list[Flip]:
    seen = [Seen.of(state) for state in states]
    return [headline_flip(seen[:k], seen[k]) for k in range(len(seen))]


def test_the_first_return_is_told_once_and_no_flip_after_it() -> None:
    assert flips(A, B, A, B, A) == [Flip.NONE, Flip.NONE, Flip.FIRST, Flip.REPEATED, Flip.REPEATED]


def test_a_new_headline_is_an_edit_even_during_an_experiment() -> None:
    assert flips(A, B, A, C) == [Flip.NONE, Flip.NONE, Flip.FIRST, Flip.NONE]


def test_three_headlines_in_turn_are_one_experiment() -> None:
    assert flips(A, B, C, A, C, B)[3:] == [Flip.FIRST, Flip.REPEATED, Flip.REPEATED]


def test_the_archive_may_leave_repeated_flips_out_of_the_history() -> None:
    seen = [Seen.of(A), Seen.of(B), Seen.of(A)]
    assert headline_flip(seen, Seen.of(B)) is Flip.REPEATED


def test_an_edit_of_the_text_is_never_a_flip() -> None:
    assert flips(A, B, LATER) == [Flip.NONE, Flip.NONE, Flip.NONE]
    assert flips(A, replace(LATER, title=B.title), replace(LATER, title=A.title))[2] is Flip.NONE


def test_the_same_state_is_no_flip() -> None:
    assert flips(A, A) == [Flip.NONE, Flip.NONE]


def test_a_standfirst_that_goes_with_the_headline_is_part_of_the_variant() -> None:
    assert flips(A, replace(B, standfirst="Ten reasons"), A)[2] is Flip.FIRST


def test_a_revert_names_the_version_gone_back_to() -> None:
    history = [fingerprint(A), fingerprint(LATER), fingerprint(C)]
    assert reverts_to(history, fingerprint(A)) == 0
    assert reverts_to(history, fingerprint(C)) is None
    assert reverts_to(history, fingerprint(B)) is None
    assert reverts_to([], fingerprint(A)) is None
