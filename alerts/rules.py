"""Whether a change meets a watch, and why or why not; pure.

A watch names the article (address, source, section, words) and the change (kinds, weight, additions).
Every condition that it names must hold. Without kinds, what counts is what is worth an alert by itself;
labels (a moved paragraph, a swapped picture) are told only to who asks for their kind. A threshold of
weight never hides a changed number, quotation or negation, nor a withdrawal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..changes import Mark, Verdict, diff
from ..model import ChangeKind, Extraction
from ..query import Words, matches, parse
from ..storage import Change, Watch

NEVER_HIDDEN = frozenset(
    {
        ChangeKind.NUMBER,
        ChangeKind.QUOTATION,
        ChangeKind.NEGATION,
        ChangeKind.WITHDRAWN,
        ChangeKind.RESTORED,
    }
)
EVENTS = frozenset({ChangeKind.WITHDRAWN, ChangeKind.RESTORED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A change with what a watch may ask of it.

    Attributes:
        change: What happened.
        keys: The identities of the article's addresses.
        source: The slug of its source.
        old, new: What the article said before and after; nothing after where it was withdrawn.
    """

    change: Change
    keys: tuple[str, ...]
    source: str | None
    old: Extraction | None
    new: Extraction | None

    @property
    def section(self) -> str:
        """The article's section, as the page words it."""
        latest = self.new or self.old
        return (latest.section if latest else None) or ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Headline, standfirst and body, after the change and before."""
        states = [state for state in (self.new, self.old) if state]
        return tuple(f"{state.title}\n{state.standfirst}\n{state.text}" for state in states)

    @property
    def added(self) -> str:
        """The words that the change added."""
        if self.old is None or self.new is None:
            return ""
        runs = (run for edit in diff(self.old, self.new) for run in edit.runs)
        return "\n".join(run.new for run in runs if run.mark is Mark.ADDED)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a change meets a watch, in one sentence why."""

    met: bool
    why: str


def judge(watch: Watch, subject: Subject) -> Judgement:
    """Hold a change against a watch.

    Args:
        watch: What somebody wants to hear of.
        subject: The change.

    Returns:
        The first condition that does not hold, or all that do.
    """
    held = []
    for holds, words in _conditions(watch, subject):
        if not holds:
            return Judgement(False, words)
        held.append(words)
    return Judgement(True, "; ".join(held))


def _conditions(watch: Watch, subject: Subject) -> Iterator[tuple[bool, str]]:
    change = subject.change
    if watch.url is not None:
        here = watch.url in subject.keys
        yield here, f"the article {'is' if here else 'is not'} the one watched"
    if watch.source is not None:
        same = watch.source == subject.source
        yield same, f"its source is {subject.source or 'none'}" + ("" if same else f", not {watch.source}")
    if watch.section is not None:
        section = subject.section
        same = section.casefold() == watch.section.casefold()
        yield same, f"its section is {section or 'none'}" + ("" if same else f", not {watch.section}")
    yield _kinds(watch, change)
    if watch.only_added:
        added = bool(subject.added.strip())
        yield added, "words were added" if added else "no words were added"
    if watch.min_weight:
        heavy = change.weight >= watch.min_weight or bool(NEVER_HIDDEN & set(change.kinds))
        sign = "reaches" if heavy else "is below"
        if heavy and change.weight < watch.min_weight:
            sign = "does not matter for such a kind, whatever"
        yield heavy, f"its weight of {change.weight:.2f} {sign} {watch.min_weight:.2f}"
    if watch.query is not None:
        query = parse(watch.query)
        texts = (subject.added,) if watch.only_added else subject.texts
        found = any(matches(query, Words(text)) for text in texts)
        place = "what was added" if watch.only_added else "the article"
        yield found, f"{place} {'matches' if found else 'does not match'} {watch.query}"


def _kinds(watch: Watch, change: Change) -> tuple[bool, str]:
    names = ", ".join(change.kinds) or "nothing named"
    if watch.kinds:
        wanted = [kind for kind in change.kinds if kind in watch.kinds]
        if wanted:
            return True, f"of the kinds watched: {', '.join(wanted)}"
        return False, f"of other kinds: {names}"
    if change.verdict is Verdict.ALERT or EVENTS & set(change.kinds):
        return True, f"worth an alert: {names}"
    return False, f"worth a label only, and its kinds were not asked for: {names}"


def came_after(watch: Watch, change: Change) -> bool:
    """Whether a change happened after the watch was set: an imported past alerts nobody."""
    return watch.added_at is None or change.at >= watch.added_at


def is_muted(watch: Watch, now: datetime) -> bool:
    """Whether a watch is to be silent now."""
    return watch.muted_until is not None and now < watch.muted_until


def persists(
    watch: Watch, change: Change, shown: Sequence[int | None], reverted: frozenset[int]
) -> bool | None:
    """Whether a change still stands after the further looks that its watch asks for.

    Args:
        watch: How many looks it asks for.
        change: The change.
        shown: What each look since then showed: a version's id, or None where the article was gone.
        reverted: The ids of the versions in which the change is undone.

    Returns:
        True once it stood that often, False once it was undone, None while that is not known.
    """
    stood = 0
    for version_id in shown:
        if stood == watch.persist:
            break
        gone = version_id is None
        if change.new_id is None:
            stood, undone = stood + gone, not gone
        else:
            # A look at a page that is gone says nothing about a change of its text.
            stood += not gone
            undone = version_id in reverted or (gone and ChangeKind.RESTORED in change.kinds)
        if undone:
            return False
    return True if stood >= watch.persist else None
