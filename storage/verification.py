"""What a check of the archive found: findings, counts, and the list in which they are gathered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ..errors import StoreError

MOST_NAMED: Final = 1000  # findings of one kind that are listed; all are counted
"""Of an archive that lost a table nobody reads a million lines."""

OnChecked = Callable[[str, int], None]
"""Told what is looked at, and how many of it were."""


class Fault(StrEnum):
    """What is wrong with something."""

    BAD = "bad"  # not what it was
    MISSING = "missing"
    UNEXPECTED = "unexpected"  # nothing vouches for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be: what is wrong, with what, and why in words."""

    fault: Fault
    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check found: how many of what were looked at, and each fault.

    `not_derived` counts the versions that were not read again, by reason. `faults` counts all findings;
    `findings` may leave out some where there are very many of one kind.
    """

    checked: tuple[tuple[str, int], ...]
    faults: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...]
    not_derived: tuple[tuple[str, int], ...] = ()

    @property
    def is_sound(self) -> bool:
        return not any(count for _, count in self.faults)


def silent(_what: str, _count: int) -> None:
    """Tell nobody how far a check has come."""


@dataclass(slots=True)
class Gathering:
    """What a check under way has found so far.

    Args:
        progress: Told how far it is.
    """

    progress: OnChecked
    _checked: Counter[str] = field(default_factory=Counter)
    _faults: Counter[Fault] = field(default_factory=Counter)
    _named: Counter[tuple[Fault, str]] = field(default_factory=Counter)
    _findings: list[Finding] = field(default_factory=list)
    _not_derived: Counter[str] = field(default_factory=Counter)

    def note(self, fault: Fault, what: str, why: str) -> None:
        """Something is wrong; `what` begins with the kind of thing that it is."""
        kind = (fault, what.partition(" ")[0])
        self._faults[fault] += 1
        self._named[kind] += 1
        if self._named[kind] <= MOST_NAMED:
            self._findings.append(Finding(fault=fault, what=what, why=why))

    def count(self, what: str, count: int) -> None:
        """So many more were looked at."""
        self._checked[what] += count
        self.progress(what, self._checked[what])

    def leave(self, reason: str) -> None:
        """One more version is not read again."""
        self._not_derived[reason] += 1

    def guarded(self, what: str, check: Callable[[], None]) -> None:
        """Do a check; a table that cannot be read is a finding, and the others are looked at all the same."""
        try:
            check()
        except StoreError as error:
            self.note(Fault.BAD, what, str(error))

    def result(self) -> Verification:
        """All of it."""
        return Verification(
            checked=tuple(self._checked.items()),
            faults=tuple((fault.value, self._faults[fault]) for fault in Fault),
            findings=tuple(self._findings),
            not_derived=tuple(self._not_derived.most_common()),
        )
