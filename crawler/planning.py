"""When each article of a transaction is due again, and what its visits teach of how outlets edit.

It carries what `revisit` and `edit_curve` decide to and from the archive: the counts are read once a
transaction, added to by every page, and written once.
"""

from __future__ import annotations

from datetime import datetime

from ..storage import ArticleRow, Transaction
from .edit_curve import Counts, EditCurve, archive_counts, outlet_counts
from .revisit import Watched, next_visit, seen_at

EVERYBODY = 0
"""The id under which the counts of the whole archive stand; those of an outlet stand under its source's."""


class Planner:
    """Plans the next visits within one transaction.

    Args:
        tx: The transaction; `keep` has to be called before its end.
        budget: Visits that an article may cost on average, after the first.
    """

    def __init__(self, tx: Transaction, budget: float) -> None:
        self._tx = tx
        self._budget = budget
        self._counts: dict[int, Counts] = {}
        self._grown: set[int] = set()

    def plan(self, before: ArticleRow, at: datetime, *, changed: bool) -> None:
        """Learn from a visit that showed the article, and say when it is due again.

        Args:
            before: The article as it was before the visit.
            at: When the visit was made.
            changed: Whether it showed another text than the one before.
        """
        if at < before.last_seen:  # out of an old WARC file: nothing was learned, nothing is due for it
            return
        outlet = before.source_id or None
        curve = EditCurve(self._of(EVERYBODY), self._of(outlet) if outlet else outlet_counts())
        known = Watched(
            before.edits,
            (before.edited_at - before.first_seen).total_seconds() if before.edited_at else 0.0,
            (before.last_seen - before.first_seen).total_seconds(),
        )
        if before.version_id is not None and at > before.last_seen:
            age = (at - before.first_seen).total_seconds()
            after = seen_at(known, age, curve, changed=changed, learn=True)
            self._tx.note_edits(
                before.id, after.changes, at if after.changes > known.changes else before.edited_at
            )
            self._grown |= {EVERYBODY, outlet or EVERYBODY}
            known = after
        spent = curve.archive.visits / self._tx.articles()
        visit = next_visit(before.first_seen, known, before.captures, curve, self._budget, spent)
        self._tx.set_article(before.id, next_visit=visit)

    def spend(self) -> None:
        """Count a visit that showed nothing of its article: it costs as much as another."""
        self._of(EVERYBODY).visits += 1
        self._grown.add(EVERYBODY)

    def keep(self) -> None:
        """Store what was learned."""
        for owner in sorted(self._grown):
            self._tx.set_edit_counts(owner, self._counts[owner].to_json())

    def _of(self, owner: int) -> Counts:
        if owner not in self._counts:
            text = self._tx.edit_counts(owner)
            empty = archive_counts if owner == EVERYBODY else outlet_counts
            self._counts[owner] = Counts.from_json(text) if text else empty()
        return self._counts[owner]
