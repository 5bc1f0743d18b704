"""Whether a change meets a watch, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from palimpsest.alerts.rules import Subject, judge, persists
from palimpsest.changes import Verdict
from palimpsest.model import ChangeKind, Extraction, Paragraph
from palimpsest.storage import Change, Watch

OLD = Extraction(
    url="https://a.example/1",
    title="Council votes",
    section="Politics",
    blocks=(Paragraph(text="The carbon tax falls."),),
)
NEW = replace(
    OLD, title="Council votes again", blocks=(*OLD.blocks, Paragraph(text="Sailors protest in the harbour."))
)
CHANGE = Change(
    id=1,
    article_id=1,
    old_id=1,
    new_id=2,
    at=datetime(2026, 3, 1, tzinfo=UTC),
    kinds=(ChangeKind.HEADLINE, ChangeKind.ADDED),
    weight=0.5,
    verdict=Verdict.ALERT,
    reasons=(),
    title_before=OLD.title,
    title_after=NEW.title,
)
SUBJECT = Subject(change=CHANGE, keys=("a.example/1",), source="a", old=OLD, new=NEW)


def subject(**changes: Any) -> Subject:
    return replace(SUBJECT, change=replace(CHANGE, **changes))


LABEL = subject(kinds=(ChangeKind.IMAGE,), verdict=Verdict.LABEL, weight=0.05)
LIGHT = subject(kinds=(ChangeKind.NUMBER,), weight=0.1)
GONE = replace(subject(kinds=(ChangeKind.WITHDRAWN,), verdict=Verdict.STATE, new_id=None), new=None)


@pytest.mark.parametrize(
    ("watch", "what", "met", "why"),
    [
        (Watch(url="a.example/1"), SUBJECT, True, "the one watched"),
        (Watch(url="a.example/2"), SUBJECT, False, "is not the one watched"),
        (Watch(source="a"), SUBJECT, True, "worth an alert"),
        (Watch(source="b"), SUBJECT, False, "its source is a, not b"),
        (Watch(section="politics"), SUBJECT, True, "its section is Politics"),
        (Watch(section="Sport"), SUBJECT, False, "not Sport"),
        (Watch(query='"carbon tax"'), SUBJECT, True, "the article matches"),
        (Watch(query="football"), SUBJECT, False, "does not match football"),
        (Watch(query='"carbon tax"'), GONE, True, "matches"),
        (Watch(query='"carbon tax"', only_added=True), SUBJECT, False, "what was added does not match"),
        (Watch(query="sailors", only_added=True), SUBJECT, True, "what was added matches"),
        (Watch(source="a", only_added=True), GONE, False, "no words were added"),
        (Watch(source="a"), LABEL, False, "not asked for: image"),
        (Watch(source="a", kinds=(ChangeKind.IMAGE,)), LABEL, True, "kinds watched: image"),
        (Watch(source="a", kinds=(ChangeKind.NUMBER,)), SUBJECT, False, "other kinds: headline, added"),
        (Watch(source="a", min_weight=0.6), SUBJECT, False, "0.50 is below 0.60"),
        (Watch(source="a", min_weight=0.6), LIGHT, True, "does not matter for such a kind"),
        (Watch(source="a"), GONE, True, "withdrawn"),
        (Watch(source="a", min_weight=1.0), GONE, True, "withdrawn"),
    ],
)
def test_a_change_meets_a_watch_if_every_condition_holds(
    watch: Watch, what: Subject, met: bool, why: str
) -> None:
    judgement = judge(watch, what)
    assert judgement.met is met
    assert why in judgement.why


def test_a_condition_on_the_article_is_told_before_one_on_the_change() -> None:
    assert "source" in judge(Watch(source="b", kinds=(ChangeKind.IMAGE,)), SUBJECT).why


@pytest.mark.parametrize(
    ("change", "shown", "stands"),
    [
        (CHANGE, [2], None),
        (CHANGE, [2, 2], True),
        (CHANGE, [2, 3], True),  # edited further, not undone
        (CHANGE, [2, 1], False),
        (CHANGE, [2, 2, 1], True),  # it stood long enough
        (CHANGE, [None, 2], None),
        (GONE.change, [None, None], True),
        (GONE.change, [None, 1], False),
        (subject(kinds=(ChangeKind.RESTORED,)).change, [2, None], False),
    ],
)
def test_a_change_persists_if_further_looks_still_show_it(
    change: Change, shown: list[int | None], stands: bool | None
) -> None:
    assert persists(Watch(persist=2), change, shown, frozenset({1})) is stands
