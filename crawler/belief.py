"""What an article's visits may mean: a few histories of edits, each with the weight that it is the true one.

A visit that shows another text has met an edit, or something that only looks like one (a rotating box that
reads as text). Which of both it was shows later: edits come in swarms, false changes as often as ever. So
each change leaves both histories standing, and each visit moves weight between them by Bayes' rule; a false
change loses its weight over the silent visits after it. This is Reid's multiple-hypothesis tracking (1979)
with one object. An edit is held to have happened when the curve expects it, between two visits, and not at
the second: after a long wait the article may have been edited long ago, and be quiet again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .edit_curve import EditCurve, stage

_MOST_HISTORIES = 6
_LEAST_WEIGHT = 0.01


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


def seen_at(known: Watched, age: float, curve: EditCurve, *, changed: bool, learn: bool) -> Watched:
    """What is known after a visit at `age`, which showed another text than the one before or did not.

    With `learn`, the curve counts the visit, under each history by its weight.
    """
    false = curve.false_share
    after: list[tuple[float, int, float]] = []
    new: dict[int, tuple[float, float]] = {}
    counted: list[tuple[History, float, float]] = []
    for one in known.histories:
        start, end = known.looked_at - one.edited_at, age - one.edited_at
        chance = curve.chance(one.stage, start, end)
        edited = one.weight * chance if changed else 0.0
        quiet = one.weight * (1 - chance) * (false if changed else 1 - false)
        counted.append((one, edited, quiet))
        after.append((quiet, one.edits, one.edited_at))
        if changed and edited:
            weight, moments = new.get(one.edits + 1, (0.0, 0.0))
            moment = one.edited_at + curve.moment(one.stage, start, end)
            new[one.edits + 1] = weight + edited, moments + edited * moment
    after += [(weight, edits, min(age, moments / weight)) for edits, (weight, moments) in new.items()]
    total = math.fsum(weight for weight, *_ in after)
    if learn:
        for one, edited, quiet in counted:
            start, end = known.looked_at - one.edited_at, age - one.edited_at
            curve.learn(one.stage, start, end, edited=edited / total, quiet=quiet / total)
        curve.count_visit(false=sum(quiet for _, _, quiet in counted) / total if changed else 0.0)
    return Watched(_likeliest(after), age)


def _likeliest(weights: list[tuple[float, int, float]]) -> tuple[History, ...]:
    total = math.fsum(weight for weight, *_ in weights)
    kept = sorted((one for one in weights if one[0] > _LEAST_WEIGHT * total), reverse=True)[:_MOST_HISTORIES]
    total = math.fsum(weight for weight, *_ in kept)
    return tuple(History(edits, edited_at, weight / total) for weight, edits, edited_at in kept)
