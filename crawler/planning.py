"""When each article of a transaction is due again, and what its visits teach of how outlets edit.

It carries what `revisit` and `edit_curve` decide to and from the archive: the counts are read once a
transaction, added to by every page, and written once.
"""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from ..storage import ArticleRow, Transaction
from .belief import History, Watched, seen_at
from .edit_curve import Counts, EditCurve, archive_counts, outlet_counts
from .prospect import Prospects
from .revisit import allowance, current_price, next_visit
from .stages import STAGES

EVERYBODY = 0
"""The id under which the counts of the whole archive stand; those of an outlet stand under its source's."""


_STEP = math.log(1.15)  # between two prices that are told apart
_DEAREST = 100.0  # versions; no visit is worth as much
_GROWN, _AT_LEAST = 1.25, 25  # visits counted since, against those before, that make prospects out of date
_MOST_KEPT = 128
_MOST_ALIKE = 32


@dataclass(frozen=True, slots=True)
class _ByRates:
    """A curve, equal to any with the same rates, whatever they were counted from."""

    curve: EditCurve = field(compare=False)
    rates: tuple[tuple[float, ...], ...]


class _Kept(NamedTuple):
    """Prospects, and the visits of the archive and of the outlet up to which they hold."""

    archive: float
    outlet: float
    prospects: Prospects


class Foresight:
    """Outlets' prospects, kept from transaction to transaction while they hold.

    To work them out takes as long as to read a page, and one more visit hardly changes them: they are worked
    out again when the visits of the outlet or of the archive have grown by a quarter, or the price by a
    seventh, or the curve was learned anew. Outlets of which nothing is known yet share theirs.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, int, float], _Kept] = OrderedDict()

    def of(self, owner: int, curve: EditCurve, price: float) -> Prospects:
        """The prospects of an outlet by its curve, at about that price of a visit."""
        step = round(math.log(min(_DEAREST, price)) / _STEP)
        key = owner, step, curve.archive.learned
        kept = self._kept.pop(key, None)
        if kept is None or curve.archive.visits > kept.archive or curve.outlet.visits > kept.outlet:
            kept = _Kept(
                _GROWN * curve.archive.visits + _AT_LEAST,
                _GROWN * curve.outlet.visits + _AT_LEAST,
                _prospects(_by_rates(curve), step),
            )
        self._kept[key] = kept
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return kept.prospects


def _by_rates(curve: EditCurve) -> _ByRates:
    settled = curve.settled()
    return _ByRates(settled, tuple(tuple(settled.tables[stage][0]) for stage in range(STAGES)))


@lru_cache(maxsize=_MOST_ALIKE)
def _prospects(alike: _ByRates, step: int) -> Prospects:
    return Prospects(alike.curve, math.exp(step * _STEP))


class Planner:
    """Plans the next visits within one transaction.

    Args:
        tx: The transaction; `keep` has to be called before its end.
        budget: Visits that an article may cost on average, after the first.
        foresight: Kept for all transactions of a process.
    """

    def __init__(self, tx: Transaction, budget: float, foresight: Foresight) -> None:
        self._tx = tx
        self._budget = budget
        self._foresight = foresight
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
        common = curve.archive
        known = _read(before)
        if before.version_id is not None and at > before.last_seen:
            age = (at - before.first_seen).total_seconds()
            if before.next_visit is not None:  # else its whole allowance was counted when it ended
                common.allowed += allowance(age, self._budget) - allowance(known.looked_at, self._budget)
            known = seen_at(known, age, curve, changed=changed, learn=True)
            edits = known.edits
            edited_at = at if edits > before.edits else before.edited_at
            self._tx.note_edits(before.id, edits, edited_at if edits else None, _write(known.histories))
            self._grown |= {EVERYBODY, outlet or EVERYBODY}
        price = current_price(common, self._budget, self._tx.articles())
        prospects = self._foresight.of(outlet or EVERYBODY, curve, price)
        visit = next_visit(before.first_seen, known, before.captures, prospects, self._budget)
        if visit is None and (before.next_visit is not None or before.version_id is None):
            common.allowed += self._budget - allowance(known.looked_at, self._budget)
            self._grown.add(EVERYBODY)
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
            self._counts[owner] = counts_of(self._tx, owner)
        return self._counts[owner]


def counts_of(tx: Transaction, owner: int) -> Counts:
    """What is kept of how an outlet, or everybody, edits; empty counts where that is nothing."""
    text = tx.edit_counts(owner)
    empty = archive_counts if owner == EVERYBODY else outlet_counts
    return Counts.from_json(text) if text else empty()


def _write(histories: tuple[History, ...]) -> str:
    return json.dumps([[one.edits, round(one.edited_at, 1), round(one.weight, 4)] for one in histories])


def _read(article: ArticleRow) -> Watched:
    """What was known of an article; of one that an older program watched, one history."""
    looked_at = (article.last_seen - article.first_seen).total_seconds()
    if article.histories is None:
        edited = (article.edited_at - article.first_seen).total_seconds() if article.edited_at else 0.0
        return Watched((History(article.edits, edited),), looked_at)
    return Watched(tuple(History(*values) for values in json.loads(article.histories)), looked_at)
