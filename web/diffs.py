"""A comparison as rows for a page: inline, side by side, or the changes alone; pure.

The templates only lay out what stands here. What a difference means is said by `changes`; alerts and
notebooks have forms of their own there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from ..changes import Comparison, Edit, Mark, Op, Part, Run
from ..changes.render_text import safe, shown
from ..model import Block, Heading, Image, VideoBlock


class View(StrEnum):
    """How a difference is laid out."""

    INLINE = "inline"
    SIDE = "side"
    CHANGES = "changes"  # inline, without what stayed


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words: `mark` is "same", "removed" or "added"."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One block of both versions.

    Attributes:
        op: What happened to it (`changes.Op`), or "gap" where unchanged blocks are left out.
        tag: The HTML element that it is shown in.
        pieces: Its words with what came and what went, for one column.
        before, after: Its words in the older and in the newer version, for two columns, each of them in its
            own order: a moved block stands in the older one where it was left.
        anchor: Of a moved block, its name within the page: the place it left points there.
    """

    op: str
    tag: str = "p"
    pieces: tuple[Piece, ...] = ()
    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()
    anchor: str = ""


_NAMES = {Mark.SAME: "same", Mark.COSMETIC: "same", Mark.REMOVED: "removed", Mark.ADDED: "added"}


def rows(comparison: Comparison, view: View) -> tuple[Row, ...]:
    """Lay out a comparison.

    Args:
        comparison: What differs.
        view: CHANGES leaves out what stayed but for a block around each change.
    """
    edits = comparison.edits
    moved = {edit.old_at: edit for edit in edits if edit.op is Op.MOVED}
    places = shown(edits, 1) if view is View.CHANGES else range(len(edits))
    made: list[Row] = []
    last = -1
    for at in places:
        if at > last + 1:
            made.append(Row(op="gap"))
        made.append(_row(edits[at], moved))
        last = at
    return tuple(made)


def _row(edit: Edit, moved: Mapping[tuple[int, ...], Edit]) -> Row:
    anchor = f"moved-{'-'.join(map(str, edit.old_at))}" if edit.op in (Op.MOVED, Op.LEFT) else ""
    if edit.op is Op.LEFT:
        gone = moved[edit.old_at]
        return Row(op=Op.LEFT.value, tag=_tag(gone), before=_columns(gone)[0], anchor=anchor)
    before, after = _columns(edit)
    if edit.runs:
        runs = _removed_first(edit.runs)
        inline = _pieces((_NAMES[run.mark], run.new or run.old) for run in runs)
    else:
        inline = {Op.REMOVED: before, Op.CHANGED: before + after}.get(edit.op, after)
    return Row(
        op=edit.op.value if edit.op is not Op.SAME or not edit.touched else Op.CHANGED.value,
        tag=_tag(edit),
        pieces=inline,
        before=() if edit.op is Op.MOVED else before,
        after=after,
        anchor=anchor,
    )


def _columns(edit: Edit) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """What stood before and what stands now."""
    if edit.runs:
        return (
            _pieces((_NAMES[run.mark], run.old) for run in edit.runs),
            _pieces((_NAMES[run.mark], run.new) for run in edit.runs),
        )
    return (
        _named("removed" if edit.op in (Op.REMOVED, Op.CHANGED) else "same", edit.old),
        _named("added" if edit.op in (Op.ADDED, Op.CHANGED) else "same", edit.new),
    )


def _removed_first(runs: Iterable[Run]) -> Iterable[Run]:
    """What went before what came in its place, in one line with it, in whichever order they were found."""
    changed = (Mark.REMOVED, Mark.ADDED)
    for _, neighbours in groupby(runs, key=lambda run: run.mark in changed):
        found = sorted(neighbours, key=lambda run: run.mark is Mark.ADDED)
        for run, following in zip(found, [*found[1:], None], strict=True):
            if run.mark is Mark.REMOVED and following and following.mark is Mark.ADDED:
                bare = run.old.rstrip()
                yield run._replace(old=bare + run.old[len(bare) :].replace("\n", " "))
            else:
                yield run


def _pieces(runs: Iterable[tuple[str, str]]) -> tuple[Piece, ...]:
    """Words as they are marked, but for the space that follows them: it is neither struck nor underlined."""
    made = []
    for mark, text in runs:
        words = safe(text)
        bare = words if mark == "same" else words.rstrip()
        made += [Piece(mark=mark, text=bare), Piece(mark="same", text=words[len(bare) :])]
    return tuple(piece for piece in made if piece.text)


def _named(mark: str, blocks: tuple[Block, ...]) -> tuple[Piece, ...]:
    """Blocks without words, by what they are."""
    return tuple(Piece(mark=mark, text=safe(_name(block))) for block in blocks)


def _name(block: Block) -> str:
    match block:
        case VideoBlock(video=video):
            return f"▶ {video.title or video.url}"
        case Image(url=url, alt=alt):
            return f"🖼 {alt or url}"
        case _:
            return f"[{block.kind}]"


def _tag(edit: Edit) -> str:
    blocks = edit.new or edit.old
    if edit.part is Part.TITLE:
        return "h2"
    if blocks and isinstance(blocks[0], Heading):
        return f"h{min(max(blocks[0].level, 3), 6)}"
    if blocks and blocks[0].kind == "entry":
        return "h3"
    return "blockquote" if blocks and blocks[0].kind == "quote" else "p"
