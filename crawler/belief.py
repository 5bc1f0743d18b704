"""What an article's visits may mean: a few histories of edits, each with the weight that it is the true one.

A visit that shows another text has met an edit, or something that only looks like one (a rotating box that
reads as text). Which of both it was shows later: edits come in swarms, false changes as often as ever. So
each change leaves both histories standing, and each visit moves weight between them by Bayes' rule; a false
change loses its weight over the silent visits after it. This is Reid's multiple-hypothesis tracking (1979)
with one object. Nor is it known when between two visits an edit happened: after a long wait it may have been
long ago, and the article be quiet again, or just now. So a few moments are kept as histories of their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from .edit_curve import EditCurve, Trust
from .stages import stage

_MOST_HISTORIES = 9
_LEAST_WEIGHT = 0.01
_MOMENTS = 3  # that are kept of when an edit may have happened, each as likely
_PARTS = 6  # of the time between two visits, in which it is looked for


@dataclass(frozen=True, slots=True)
class History:
    """One reading of an article's visits; times are seconds since the article was first seen.

    Attributes:
        edits: Edits that the visits met.
        edited_at: When the last of them is held to have happened; 0 for none.
        weight: The probability that this history is the true one.
    """

    edits: int = 0
    edited_at: float = 0.0
    weight: float = 1.0

    @property
    def stage(self) -> int:
        return stage(self.edits, self.edited_at / max(1, self.edits))


@dataclass(frozen=True, slots=True)
class Watched:
    """What visits have shown of an article.

    Attributes:
        histories: What they may mean, the likeliest first; the weights add up to one.
        looked_at: When it was last looked at with success, in seconds since it was first seen.
    """

    histories: tuple[History, ...] = (History(),)
    looked_at: float = 0.0

    @property
    def edits(self) -> int:
        """The likeliest number of edits that the visits met."""
        weights: dict[int, float] = {}
        for one in self.histories:
            weights[one.edits] = weights.get(one.edits, 0.0) + one.weight
        return max(weights, key=lambda edits: weights[edits])


def seen_at(known: Watched, age: float, curve: EditCurve, *, changed: bool, learn: bool) -> Watched:
    """What is known after a visit at `age`, which showed another text than the one before or did not.

    With `learn`, the curve counts the visit, under each history by its weight.
    """
    false = curve.false_share
    spans = [(known.looked_at - one.edited_at, age - one.edited_at) for one in known.histories]
    chances = [curve.chance(one.stage, *span) for one, span in zip(known.histories, spans, strict=True)]
    edit = math.fsum(one.weight * chance for one, chance in zip(known.histories, chances, strict=True))
    trust = Trust(edit, (1 - edit) * false)
    total = edit + trust.false if changed else 1 - edit - trust.false
    met = [
        one.weight * chance / total if changed else 0.0
        for one, chance in zip(known.histories, chances, strict=True)
    ]
    seeming = false if changed else 1 - false
    after = [
        replace(one, weight=one.weight * (1 - chance) * seeming / total)
        for one, chance in zip(known.histories, chances, strict=True)
    ]
    edited: dict[int, list[tuple[float, float]]] = {}
    for one, share in zip(known.histories, met, strict=True):
        if share:
            moments = _moments(one, known.looked_at, age, curve)
            edited.setdefault(one.edits + 1, []).extend((at, weight * share) for at, weight in moments)
    if learn:
        for one, span, chance, share, quiet in zip(known.histories, spans, chances, met, after, strict=True):
            feigned = 0.0 if changed else one.weight * chance * (1 - trust.edits)
            curve.learn(one.stage, *span, trust, edited=share, quiet=quiet.weight, feigned=feigned)
        curve.count_visit(trust, changed=changed)
    for edits, moments in edited.items():
        after += [History(edits, min(age, at), weight) for at, weight in _grouped(moments)]
    return Watched(_likeliest(after), age)


def _moments(one: History, looked_at: float, age: float, curve: EditCurve) -> list[tuple[float, float]]:
    """When the last edit between two visits may have happened, with the probability of each time.

    It is where the curve expects an edit, and where it then expects no further one until the visit.
    """
    part = (age - looked_at) / _PARTS
    found = []
    for number in range(_PARTS):
        start = looked_at + number * part
        moment = start + part / 2
        next_stage = stage(one.edits + 1, moment / (one.edits + 1))
        expected = curve.mass(one.stage, start - one.edited_at, start + part - one.edited_at)
        found.append((moment, expected * math.exp(-curve.mass(next_stage, 0.0, age - moment))))
    total = math.fsum(weight for _, weight in found)
    return [(moment, weight / total) for moment, weight in found] if total else [(age, 1.0)]


def _grouped(moments: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The mean times of about as likely groups of neighbours, `_MOMENTS` at the most, with their weights."""
    limit = math.fsum(weight for _, weight in moments) / _MOMENTS
    groups: dict[int, tuple[float, float]] = {}
    before = 0.0
    for moment, weight in sorted(moments):
        number = min(_MOMENTS - 1, int((before + weight / 2) / limit))
        sums = groups.get(number, (0.0, 0.0))
        groups[number] = sums[0] + weight * moment, sums[1] + weight
        before += weight
    return [(total / weight, weight) for total, weight in groups.values()]


def _likeliest(histories: list[History]) -> tuple[History, ...]:
    kept = [one for one in histories if one.weight > _LEAST_WEIGHT]
    kept = sorted(kept, key=lambda one: one.weight, reverse=True)[:_MOST_HISTORIES]
    total = math.fsum(one.weight for one in kept)
    return tuple(replace(one, weight=one.weight / total) for one in kept)
