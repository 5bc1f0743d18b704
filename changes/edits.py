"""The edit script of two states: what stayed, came, went and moved, down to words.

An edit pairs blocks of the one with blocks of the other (one paragraph with two where it was split) and
holds the runs of their words. The script is complete: both states can be read back from it, letter by
letter (`old_text`, `new_text`). It says nothing of what a difference means; that is `kinds`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from ..model import Block


class Part(StrEnum):
    """Where in the article an edit stands."""

    TITLE = "title"
    STANDFIRST = "standfirst"
    BYLINE = "byline"
    BODY = "body"


class Op(StrEnum):
    """What happened to a block."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"  # stands here now, with or without changes of its own
    LEFT = "left"  # a signpost where a moved block stood before; it holds no text


class Mark(StrEnum):
    """What happened to a run of words."""

    SAME = "="
    COSMETIC = "~"  # the same words, typeset otherwise
    REMOVED = "-"
    ADDED = "+"


class Run(NamedTuple):
    """A run of words: `old` as it stood before, `new` as it stands now, with the space that follows.

    For SAME both are one text; for COSMETIC they differ in dress only; for REMOVED `new` is empty, for
    ADDED `old`.
    """

    mark: Mark
    old: str
    new: str


class Edit(NamedTuple):
    """What became of a group of blocks that belong together.

    `old` and `new` are the blocks (none for title, standfirst and byline), `old_at` and `new_at` their
    places in `Extraction.blocks`. `runs` spell the texts of `old` and of `new`, a blank line between
    two blocks. For a LEFT edit `old_at` is where the block stood and `new_at` where it went.
    """

    part: Part
    op: Op
    runs: tuple[Run, ...] = ()
    old: tuple[Block, ...] = ()
    new: tuple[Block, ...] = ()
    old_at: tuple[int, ...] = ()
    new_at: tuple[int, ...] = ()

    @property
    def before(self) -> str:
        """The text as it was."""
        return "".join(run.old for run in self.runs)

    @property
    def after(self) -> str:
        """The text as it is."""
        return "".join(run.new for run in self.runs)

    @property
    def touched(self) -> bool:
        """Whether a reader would see anything but the same words at the same place."""
        return self.op is not Op.SAME or any(r.mark in (Mark.REMOVED, Mark.ADDED) for r in self.runs)


def old_text(edits: Iterable[Edit], part: Part = Part.BODY) -> str:
    """Read the older state back: the text of all blocks in order, a blank line between.

    Args:
        edits: A whole edit script.
        part: Which part of the article.

    Returns:
        Exactly the older text.
    """
    mine = [e for e in edits if e.part is part and e.op not in (Op.ADDED, Op.LEFT)]
    return "\n\n".join(e.before for e in sorted(mine, key=lambda e: e.old_at))


def new_text(edits: Iterable[Edit], part: Part = Part.BODY) -> str:
    """Read the newer state back; as `old_text`."""
    mine = [e for e in edits if e.part is part and e.op not in (Op.REMOVED, Op.LEFT)]
    return "\n\n".join(e.after for e in sorted(mine, key=lambda e: e.new_at))


def old_blocks(edits: Iterable[Edit]) -> tuple[Block, ...]:
    """The blocks of the older state, in order."""
    pairs = [p for e in edits if e.op is not Op.LEFT for p in zip(e.old_at, e.old, strict=True)]
    return tuple(block for _, block in sorted(pairs, key=lambda p: p[0]))


def new_blocks(edits: Iterable[Edit]) -> tuple[Block, ...]:
    """The blocks of the newer state, in order."""
    pairs = [p for e in edits if e.op is not Op.LEFT for p in zip(e.new_at, e.new, strict=True)]
    return tuple(block for _, block in sorted(pairs, key=lambda p: p[0]))
