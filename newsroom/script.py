"""The script as a list of truths: every edit, where it is seen, and what it must come to.

The operations themselves lie with the stories and are carried out by `edits`; this only reads them
out for whoever holds an archive's findings against them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..model import ChangeKind
from .edits import OPERATORS, Operation, Verdict
from .stories import Edition, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One scripted edit: the truth that an archive's findings are held against.

    `url` is where the story stands after the edit; `changes` what a comparison of the versions
    before and after should name; `dated` whether the outlet moved its date of modification.
    """

    outlet: str
    story: str
    url: str
    step: int
    kind: str
    verdict: Verdict
    changes: tuple[ChangeKind, ...]
    dated: bool


def script(edition: Edition) -> tuple[Edit, ...]:
    """Every scripted edit of the stories, by step and story; the edition's own step does not matter."""
    edits = [
        _edit(replace(edition, step=op.step), story, op)
        for story in edition.stories
        for op in story.operations
    ]
    return tuple(sorted(edits, key=lambda edit: (edit.step, edit.story)))


def _edit(edition: Edition, story: Story, op: Operation) -> Edit:
    operator = OPERATORS[op.kind]
    return Edit(
        outlet=story.outlet,
        story=story.name,
        url=edition.url(story),
        step=op.step,
        kind=op.kind,
        verdict=Verdict(op.verdict) if op.verdict else operator.verdict,
        changes=operator.changes if op.changes is None else tuple(ChangeKind(c) for c in op.changes),
        dated=operator.dated if op.dated is None else op.dated,
    )
