"""Comparing two states of an article: the one call that the rest of the program makes.

`compare` agrees with `fingerprint`: the verdict is ALERT or LABEL exactly when the fingerprints differ,
unless the newer state is degraded (see `degraded`), which is an event and makes no version.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model import ChangeKind, Entry, Extraction
from .degraded import why_degraded
from .diff import details
from .edits import Edit, Op
from .findings import Finding, Verdict
from .fingerprint import same
from .kinds import findings, outside
from .weight import weigh


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs between two states of an article.

    Attributes:
        verdict: What it comes to: whether there is a new version, and whether it is worth an alert.
        kinds: What kinds of difference there are, in the order of `ChangeKind`.
        weight: How much it matters, 0 to 1; 0 where there is no new version.
        reasons: A sentence for each finding, the heaviest first; then whether the two were read by different
            programs.
        findings: The same in parts.
        edits: The whole edit script, unchanged blocks included.
    """

    verdict: Verdict
    kinds: tuple[ChangeKind, ...]
    weight: float
    reasons: tuple[str, ...]
    findings: tuple[Finding, ...]
    edits: tuple[Edit, ...]

    @property
    def is_version(self) -> bool:
        """Whether the newer state is a new version."""
        return self.verdict in (Verdict.ALERT, Verdict.LABEL)


def compare(old: Extraction, new: Extraction) -> Comparison:
    """Compare two states of an article.

    Args:
        old: The older state, the article's last good version.
        new: The newer one.

    Returns:
        What differs, what it comes to, and the edit script.
    """
    script = details(old, new)
    edits = tuple(detail.edit for detail in script)
    beside = outside(old, new)
    if same(old, new):
        kinds = {f.kind for f in beside}
        if not kinds and old != new:
            kinds.add(ChangeKind.COSMETIC)
        verdict = Verdict.STATE if any(f.verdict is Verdict.STATE for f in beside) else Verdict.NOTHING
        _, reasons = weigh(beside, 0)
        return Comparison(
            verdict=verdict,
            kinds=_sorted(kinds),
            weight=0.0,
            reasons=reasons,
            findings=tuple(beside),
            edits=edits,
        )
    if reason := why_degraded(old, new):
        return Comparison(
            verdict=Verdict.STATE,
            kinds=(),
            weight=0.0,
            reasons=(f"degraded: {reason}",),
            findings=(),
            edits=edits,
        )
    found = findings(old, new, script)
    if not found:
        # The fingerprints say that something differs: what no rule names is a rewording.
        found = [Finding(kind=ChangeKind.REWRITTEN, verdict=Verdict.ALERT)]
    every = [*_graded(old, found, edits), *beside]
    weight, reasons = weigh(every, max(len(old.text), len(new.text)))
    if old.software and new.software and old.software != new.software:
        # Last, for it is no difference; but who wonders at one should know.
        reasons = (*reasons, f"read by {old.software} before and by {new.software} now, which may differ too")
    verdict = Verdict.ALERT if any(f.verdict is Verdict.ALERT for f in every) else Verdict.LABEL
    return Comparison(
        verdict=verdict,
        kinds=_sorted({f.kind for f in every}),
        weight=weight,
        reasons=reasons,
        findings=tuple(every),
        edits=edits,
    )


def _graded(old: Extraction, found: list[Finding], edits: tuple[Edit, ...]) -> list[Finding]:
    """Settle the verdicts that one finding alone cannot tell."""
    kinds = {f.kind for f in found}
    if ChangeKind.LIVE_ENTRY in kinds:
        first = not any(isinstance(b, Entry) for b in old.blocks)
        kept = any(e.op is Op.SAME and isinstance(b, Entry) for e in edits for b in e.new)
        stayed = (place for e in edits if e.old and e.new for place in zip(e.old_at, e.old, strict=True))
        last = max((at for at, block in stayed if isinstance(block, Entry)), default=-1)
        graded = []
        for finding in found:
            if finding.kind is ChangeKind.LIVE_ENTRY and first:
                graded.append(_with(finding, Verdict.ALERT))
            elif finding.kind is ChangeKind.REMOVED and kept and _rolled_off(old, finding, last):
                graded.append(_with(finding, Verdict.LABEL))
            else:
                graded.append(finding)
        return graded
    return found


def _rolled_off(old: Extraction, finding: Finding, last: int) -> bool:
    """Whether a removed block stood at the far end of a live blog, where pages cut the oldest entries.

    Args:
        old: The older state.
        finding: Names the block.
        last: The place of the last entry that stayed; one before it was taken out by hand.
    """
    texts = [b.text for b in old.blocks]
    at = texts.index(finding.before) if finding.before in texts else 0
    entries = [k for k, b in enumerate(old.blocks) if isinstance(b, Entry)]
    return bool(entries) and at >= entries[len(entries) // 2] and at > last


def _with(finding: Finding, verdict: Verdict) -> Finding:
    return Finding(
        kind=finding.kind,
        verdict=verdict,
        part=finding.part,
        before=finding.before,
        after=finding.after,
        size=finding.size,
    )


def _sorted(kinds: set[ChangeKind]) -> tuple[ChangeKind, ...]:
    return tuple(kind for kind in ChangeKind if kind in kinds)
