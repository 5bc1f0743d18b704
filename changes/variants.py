"""Headlines that an outlet tries out against one another, and states that come back.

An A/B test shows A to some readers and B to others, so a crawler sees A, B, A, B: one experiment, not an
edit at each visit. The sign is a return to a headline of before while all else stands; it is told once.
A whole text that comes back is another matter: somebody took an edit back (see `reverts_to`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..model import Extraction
from .fingerprint import fingerprint, headline, rest_fingerprint


class Flip(StrEnum):
    """What a headline's change is, seen against the article's past."""

    NONE = "none"  # not a return to an earlier headline
    FIRST = "first"  # the first return (A-B-A): label it once as a variant
    REPEATED = "repeated"  # the experiment is known: make nothing of it


@dataclass(frozen=True, slots=True)
class Seen:
    """What has to be remembered of a version to recognise it: its fingerprints and its headline."""

    fingerprint: bytes
    rest: bytes
    title: str

    @classmethod
    def of(cls, extraction: Extraction) -> Seen:
        """What to remember of a state."""
        return cls(fingerprint(extraction), rest_fingerprint(extraction), headline(extraction))


def headline_flip(history: Sequence[Seen], new: Seen) -> Flip:
    """Tell a headline variant from an edit.

    Args:
        history: The article's versions, oldest first.
        new: The state fetched now.

    Returns:
        FIRST if only the headline differs from the last version and is one shown before over the
        same text; REPEATED if such a return has been seen already.
    """
    if not history or new.rest != history[-1].rest or new.title == history[-1].title:
        return Flip.NONE
    same_text = []
    for seen in reversed(history):
        if seen.rest != new.rest:
            break
        same_text.append(seen.title)
    same_text.reverse()
    if new.title not in same_text[:-1]:
        return Flip.NONE
    returned = any(
        title in same_text[: k - 1]
        for k, title in enumerate(same_text)
        if k > 1 and title != same_text[k - 1]
    )
    return Flip.REPEATED if returned else Flip.FIRST


def reverts_to(history: Sequence[bytes], new: bytes) -> int | None:
    """Which earlier version a state goes back to.

    Args:
        history: Fingerprints of the article's versions, oldest first.
        new: The fingerprint of the state fetched now.

    Returns:
        The place in `history` of the latest version that it equals, the last one apart; None if it
        is new or equals the last one.
    """
    if not history or new == history[-1]:
        return None
    return next((k for k in range(len(history) - 2, -1, -1) if history[k] == new), None)
