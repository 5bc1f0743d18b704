"""How a source publishes and edits, in figures; frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ..model import ChangeKind

BOUNDS: Final = tuple(
    timedelta(**span)
    for span in (
        {"minutes": 10}, {"hours": 1}, {"hours": 6}, {"days": 1}, {"days": 2}, {"days": 7},
    )
)  # fmt: skip
"""Ends of the spans in which first edits are counted; what comes later is counted last."""
CORRECTABLE: Final = (ChangeKind.NUMBER, ChangeKind.QUOTATION, ChangeKind.NEGATION, ChangeKind.NAME)
"""Kinds of change that a reader would expect a notice of."""
NOTICE: Final = timedelta(days=7)
"""How long after an edit a notice may still come: 97 % of edited articles have their last edit within 5 days
(Tsoukaladelis et al., IEEE S&P)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MostEdited:
    """An article and how often it was edited."""

    article_id: int
    title: str
    url: str
    edits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was seen of a source within a span of time.

    An edit is a new version that is worth an alert. Days are UTC days.

    Attributes:
        articles: Those first seen within the span and read at least once.
        edited: How many of them were edited since.
        articles_by_day, edits_by_day: Counts by day, days without any left out.
        edits: Edits within the span.
        first_edits: Of the edited articles, how many were first edited within each of `BOUNDS`, and later.
        median: From an article's first sight to its first edit, of the edited ones; None: none was.
        corrections: Edits that change a number, a quotation, a negation or a name.
        announced: Those of them that bring a notice of a correction or an update with them.
        announced_later: Those of the others whose article was given one by a later edit within `NOTICE`.
        withdrawn, restored: Articles that went, and that came back.
        kinds: How many changes were of each kind, the commonest first.
        most_edited: The articles with the most edits, live blogs' new entries left out.
    """

    articles: int
    edited: int
    articles_by_day: tuple[tuple[date, int], ...]
    edits_by_day: tuple[tuple[date, int], ...]
    edits: int
    first_edits: tuple[int, ...]
    median: timedelta | None
    corrections: int
    announced: int
    announced_later: int
    withdrawn: int
    restored: int
    kinds: tuple[tuple[ChangeKind, int], ...]
    most_edited: tuple[MostEdited, ...]

    @property
    def unannounced(self) -> int:
        """Corrections that no notice came with or followed."""
        return self.corrections - self.announced - self.announced_later


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFigures:
    """A source in a line: articles first seen since a moment, those of them edited, edits since then."""

    articles: int
    edited: int
    edits: int
