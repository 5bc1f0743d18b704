"""What a finding is: one difference of one kind, with the verdict that it comes to."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ..model import ChangeKind
from .edits import Part


class Verdict(StrEnum):
    """What a difference comes to."""

    ALERT = "alert"  # a new version; whoever watches wants to know
    LABEL = "label"  # a new version, labelled; told only to who asks for its kind
    STATE = "state"  # no version: something happened to the article, not to its text
    NOTHING = "nothing"  # no version


_ALERTING = frozenset(
    {
        ChangeKind.HEADLINE,
        ChangeKind.ADDED,
        ChangeKind.REMOVED,
        ChangeKind.REWRITTEN,
        ChangeKind.NUMBER,
        ChangeKind.QUOTATION,
        ChangeKind.NEGATION,
        ChangeKind.NAME,
        ChangeKind.ATTRIBUTION,
        ChangeKind.CORRECTION,
    }
)


class Finding(NamedTuple):
    """One thing that differs.

    `before` and `after` are the words concerned, `size` how many characters of the body they are.
    """

    kind: ChangeKind
    verdict: Verdict
    part: Part = Part.BODY
    before: str = ""
    after: str = ""
    size: int = 0


def finding(
    kind: ChangeKind, part: Part = Part.BODY, before: str = "", after: str = "", size: int = 0
) -> Finding:
    """A finding with the verdict that its kind has by itself."""
    verdict = Verdict.ALERT if kind in _ALERTING else Verdict.LABEL
    return Finding(kind=kind, verdict=verdict, part=part, before=before, after=after, size=size)
