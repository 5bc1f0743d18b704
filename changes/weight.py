"""How much a change weighs, from 0 to 1, with the reasons spelled out.

The weight of several findings is that at least one of them matters, were each an independent chance:
1 - (1-w1)(1-w2)…, so it grows with every finding and never passes 1. Of one kind only the first three
count. The base weights are a newspaper reader's judgement, not a measurement; a watch that must not miss
a kind names the kind, it does not lower the weight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..model import ChangeKind
from .edits import Part
from .findings import Finding, Verdict

_BASE: dict[ChangeKind, float] = {
    ChangeKind.HEADLINE: 0.4,
    ChangeKind.CORRECTION: 0.6,
    ChangeKind.NEGATION: 0.6,
    ChangeKind.NUMBER: 0.5,
    ChangeKind.QUOTATION: 0.5,
    ChangeKind.NAME: 0.4,
    ChangeKind.ATTRIBUTION: 0.4,
    ChangeKind.REMOVED: 0.3,
    ChangeKind.VIDEO_REMOVED: 0.3,
    ChangeKind.ADDED: 0.2,
    ChangeKind.LINK: 0.2,
    ChangeKind.PAYWALL: 0.2,
    ChangeKind.STANDFIRST: 0.15,
    ChangeKind.REWRITTEN: 0.15,
    ChangeKind.BYLINE: 0.1,
    ChangeKind.VIDEO_ADDED: 0.1,
    ChangeKind.LIVE_ENTRY: 0.1,
    ChangeKind.URL: 0.1,
    ChangeKind.IMAGE: 0.05,
    ChangeKind.CAPTION: 0.05,
    ChangeKind.MOVED: 0.05,
    ChangeKind.TYPO: 0.03,
    ChangeKind.CASE: 0.02,
}
_BY_SHARE = frozenset({ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.REWRITTEN})
_SHARE = 0.6  # what adding, removing or rewriting the whole body adds to the base
# Where these are labels: a headline's spelling or case, a link added, old entries rolled off a live blog.
_ALERTING_ELSE = frozenset({ChangeKind.HEADLINE, ChangeKind.LINK, ChangeKind.REMOVED})
# Their names say already which way it went.
_SAYING = frozenset({ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.VIDEO_ADDED, ChangeKind.VIDEO_REMOVED})
_SLIGHT = 0.1
_MOST = 20  # reasons that are spelled out: a rewritten article has thousands
_LONGEST = 70  # characters of a quotation in a reason


def weigh(findings: Iterable[Finding], body: int) -> tuple[float, tuple[str, ...]]:
    """Weigh findings and say why.

    Args:
        findings: What differs.
        body: The length of the longer body, in characters.

    Returns:
        The weight from 0 to 1, rounded to two places, and one sentence for each finding, the
        heaviest first, each with its own weight.
    """
    left = 1.0
    counts: Counter[ChangeKind] = Counter()
    reasons: list[str] = []
    for weight, finding in sorted(((_weight(f, body), f) for f in findings), key=lambda p: -p[0]):
        counts[finding.kind] += 1
        if counts[finding.kind] <= 3:
            left *= 1 - weight
        reasons.append(f"{describe(finding)} ({weight:.2f})")
    spelled = list(dict.fromkeys(reasons))
    if len(spelled) > _MOST:
        spelled[_MOST:] = [f"and {len(spelled) - _MOST} more"]
    return round(1 - left, 2), tuple(spelled)


def _weight(finding: Finding, body: int) -> float:
    base = _BASE.get(finding.kind, 0.0)
    if finding.kind in _BY_SHARE and body:
        base += _SHARE * min(1.0, finding.size / body)
    if finding.kind in _ALERTING_ELSE and finding.verdict is Verdict.LABEL:
        base = _SLIGHT
    if finding.part is Part.TITLE and finding.kind is not ChangeKind.HEADLINE:
        base *= 1.2
    return round(min(base, 0.95), 2)


def describe(finding: Finding) -> str:
    """One finding in words: kind, place, and the words before and after."""
    label = finding.kind.value.replace("-", " ")
    where = (
        f" in the {finding.part.value}"
        if finding.part.value not in (label, "body") and label != "headline"
        else ""
    )
    before, after = _short(finding.before), _short(finding.after)
    if finding.kind is ChangeKind.MOVED:
        return f"moved: {before}"
    if before and after:
        return f"{label}{where}: {before} → {after}"
    if before or after:
        verb = "" if finding.kind in _SAYING else " added" if after else " removed"
        return f"{label}{verb}{where}: {before or after}"
    return f"{label}{where}"


def _short(text: str) -> str:
    text = " ".join(text.split(None, _LONGEST))  # what stands behind so many words is cut in any case
    return f"“{text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + '…'}”" if text else ""
