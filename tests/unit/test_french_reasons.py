"""Every reason that the program can give has its French."""

from __future__ import annotations

import ast
import inspect
import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from palimpsest.alerts import Subject, judge
from palimpsest.changes import Finding, Verdict, compare, degraded
from palimpsest.changes.edits import Part
from palimpsest.changes.weight import describe, weigh
from palimpsest.crawler import archiving, deciding
from palimpsest.model import ChangeKind, Extraction, Paragraph
from palimpsest.storage import Change, Watch
from palimpsest.web.french_reasons import in_french, why_in_french
from palimpsest.web.languages import reason_in

NOW = datetime(2026, 3, 1, tzinfo=UTC)
EVERY_FINDING = [
    Finding(kind=kind, verdict=Verdict.ALERT, part=part, before=before, after=after)
    for kind, part, before, after in itertools.product(
        ChangeKind, Part, ("", "12 died: “now”"), ("", "21 → 22")
    )
]


def sentences(function: Callable[..., Any]) -> Iterator[str]:
    """What a function may say: its texts of several words, with something in the places of values."""
    tree = ast.parse(inspect.getsource(function).lstrip())
    tree.body[0].body = tree.body[0].body[1:]  # type: ignore[attr-defined]  # without the docstring
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(p.value if isinstance(p, ast.Constant) else "404" for p in node.values)  # type: ignore[misc]
        elif isinstance(node, ast.Constant) and id(node) not in inside and " " in str(node.value).strip():
            yield str(node.value)


def test_every_finding_has_its_french_and_keeps_the_words_of_the_outlet() -> None:
    for finding in EVERY_FINDING:
        french = in_french(describe(finding))
        assert french is not None, describe(finding)
        assert " in the " not in french
        _, (reason, *_) = weigh([finding], 100)
        weighed = in_french(reason)
        assert weighed is not None
        assert weighed.startswith(french)
        assert reason[-6:].replace(".", ",") == weighed[-6:]  # the weight
        for words in (finding.before, finding.after):
            shown = finding.kind is not ChangeKind.MOVED or words == finding.before
            assert words in weighed or not shown, reason


def test_a_reason_that_sums_up_the_others_has_its_french() -> None:
    many = [Finding(kind=ChangeKind.NAME, verdict=Verdict.ALERT, before=str(n), after="x") for n in range(30)]
    _, reasons = weigh(many, 100)
    assert reasons[-1] == "and 10 more"
    assert in_french(reasons[-1]) == "et 10 autres"


@pytest.mark.parametrize(
    "reason",
    [
        *(f"degraded: {wall} instead of the article" for wall in degraded._WALLS.values()),
        *(f"degraded: {said}" for said in sentences(degraded.why_degraded)),
        *(f"withdrawn: {said}" for said in sentences(deciding._why_gone)),
        *sentences(archiving._note_change),
        *(said for said in sentences(archiving._close_moved)),
        deciding.VARIANT,
        deciding.DAMAGED,
    ],
)
def test_every_event_of_an_article_has_its_french(reason: str) -> None:
    french = in_french(reason)
    assert french is not None
    for english in (" the ", " article is", "instead", "which is", "status"):
        assert english not in french


def test_every_reason_of_a_real_comparison_has_its_french() -> None:
    old = Extraction(
        url="https://a.example/x",
        title="Council votes",
        blocks=(Paragraph(text="It was 12."),),
        authors=("A",),
    )
    new = Extraction(
        url="https://a.example/x",
        title="Council voted",
        blocks=(Paragraph(text="It was 21."),),
        authors=("B",),
    )
    found = compare(old, new)
    assert found.reasons
    assert all(in_french(reason) for reason in found.reasons)


def watches() -> Iterator[Watch]:
    for kinds, heavy, added, url, source, section, query in itertools.product(
        ((), (ChangeKind.NUMBER,), (ChangeKind.MOVED,)), (0.0, 0.9), (False, True), (None, "k", "other"),
        (None, "herald", "times"), (None, "World", "Sport"), (None, "harbour", "bridge"),
    ):  # fmt: skip
        yield Watch(
            kinds=kinds,
            min_weight=heavy,
            only_added=added,
            url=url,
            source=source,
            section=section,
            query=query,
        )


def test_every_reason_of_an_alert_has_its_french() -> None:
    old = Extraction(url="https://a.example/x", title="A", section="World", blocks=(Paragraph(text="Calm."),))
    new = Extraction(
        url="https://a.example/x", title="A", section="World", blocks=(Paragraph(text="Calm. A harbour."),)
    )
    shapes = set()
    for verdict, kinds, weight, source, state in itertools.product(
        (Verdict.ALERT, Verdict.LABEL), ((ChangeKind.NUMBER,), (ChangeKind.MOVED,), ()), (0.2, 0.95),
        ("herald", None), (new, old),
    ):  # fmt: skip
        change = Change(
            id=1, article_id=1, old_id=1, new_id=2, at=NOW, kinds=kinds, weight=weight, verdict=verdict,
            reasons=(), title_before="A", title_after="A",
        )  # fmt: skip
        subject = Subject(change=change, keys=("k",), source=source, old=old, new=state)
        for watch in watches():
            why = judge(watch, subject).why
            french = why_in_french(why)
            assert french is not None, why
            shapes |= set(french.split(" ; "))
    assert len(shapes) > 25


def test_a_reason_that_is_not_known_is_shown_as_it_is_and_as_english() -> None:
    assert reason_in("fr", "an older program said this") == ("en", "an older program said this")
    assert reason_in("fr", "number: “12” → “21” (0.50)") == (
        "fr",
        "chiffre : «\u00a012\u00a0» → «\u00a021\u00a0» (0,50)",
    )
    assert reason_in("fr", "name: “Ann; Bo” → “Bo” (0.40)")[0] == "fr"
    assert reason_in("en", "number: “12” → “21” (0.50)") == ("en", "number: “12” → “21” (0.50)")
