"""From two extractions to one edit script: parts, then blocks, then words."""

from __future__ import annotations

from typing import NamedTuple

from ..model import SHOWN, Block, Entry, Extraction, Image, Paragraph, VideoBlock
from .addresses import image_key, video_key
from .align import Piece, align, ends
from .edits import Edit, Mark, Op, Part, Run
from .furniture import read
from .normalise import plain
from .runs import runs
from .words import Script, script


class Detail(NamedTuple):
    """An edit with the script that it was spelled from; None where nothing had to be compared."""

    edit: Edit
    script: Script | None = None


def diff(old: Extraction, new: Extraction) -> tuple[Edit, ...]:
    """The edit script between two states of an article.

    Args:
        old: The older state.
        new: The newer one.

    Returns:
        Title, standfirst and byline, then the blocks in the order of the newer state; unchanged ones
        included, so that both states can be read back.
    """
    return tuple(detail.edit for detail in details(old, new))


def details(old: Extraction, new: Extraction) -> list[Detail]:
    """The edit script with the scripts of words behind it (see `diff`)."""
    out = [
        _field(Part.TITLE, old.title, new.title),
        _field(Part.STANDFIRST, old.standfirst, new.standfirst),
        _field(Part.BYLINE, ", ".join(old.authors), ", ".join(new.authors)),
    ]
    return [d for d in out if d] + _body(old.blocks, new.blocks, (old.url, new.url))


def _field(part: Part, old: str, new: str) -> Detail | None:
    if old == new:
        mark = (Run(Mark.SAME, old, new),) if old else ()
        return Detail(Edit(part=part, op=Op.SAME, runs=mark)) if old else None
    found = script(old, new)
    op = Op.SAME if found.same else Op.CHANGED if old and new else Op.ADDED if new else Op.REMOVED
    return Detail(Edit(part=part, op=op, runs=runs(found)), found)


def _body(old: tuple[Block, ...], new: tuple[Block, ...], pages: tuple[str, str]) -> list[Detail]:
    # Most of two versions is the same to the letter: the ends are not even normalised.
    head, tail = ends(old, new)
    out = [_same(old, new, i, i) for i in range(head)]
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    kept = _paragraphs(left) & _paragraphs(right)
    middle_old = [_told(b, kept) or piece(b, pages[0]) for b in left]
    middle_new = [_told(b, kept) or piece(b, pages[1]) for b in right]
    middle = []
    for group in align(middle_old, middle_new, moves=True):
        olds, news = tuple([i + head for i in group.old]), tuple([j + head for j in group.new])
        middle.append(_group(old, new, olds, news, group.moved))
    out += _signposted(middle)
    return out + [_same(old, new, len(old) - k, len(new) - k) for k in range(tail, 0, -1)]


def _paragraphs(blocks: tuple[Block, ...]) -> set[str]:
    return {b.text for b in blocks if type(b) is Paragraph}


def _told(block: Block, kept: set[str]) -> Piece | None:
    """A paragraph that both versions have to the letter, which needs no normal form to be paired."""
    return Piece(block.text) if type(block) is Paragraph and block.text in kept else None


def piece(block: Block, page: str) -> Piece:
    """What a block of a page is paired by: its words, or the picture or video that it shows."""
    if isinstance(block, Image):
        return Piece(f"{image_key(block.url)} {plain(block.caption)}".strip(), "image")
    if isinstance(block, VideoBlock):
        return Piece(video_key(block.video.url), "video")
    text, furniture = read(block, page)
    if isinstance(block, Entry):
        # Two entries of a live blog are never one rewritten, unless the page says that they are the same.
        return Piece(text, f"entry {block.ref or block.at or text}")
    return Piece(text, "furniture" if furniture else "")


def _same(old: tuple[Block, ...], new: tuple[Block, ...], i: int, j: int) -> Detail:
    text = old[i].text
    mark = (Run(Mark.SAME, text, text),) if text else ()
    edit = Edit(part=Part.BODY, op=Op.SAME, runs=mark, old=(old[i],), new=(new[j],), old_at=(i,), new_at=(j,))
    return Detail(edit)


def _group(
    old: tuple[Block, ...], new: tuple[Block, ...], olds: tuple[int, ...], news: tuple[int, ...], moved: bool
) -> Detail:
    if not moved and len(olds) == len(news) == 1 and old[olds[0]] == new[news[0]]:
        return _same(old, new, olds[0], news[0])
    left, right = tuple([old[i] for i in olds]), tuple([new[j] for j in news])
    before, after = "\n\n".join([b.text for b in left]), "\n\n".join([b.text for b in right])
    found = script(before, after) if left and right and before != after else None
    if found is not None:
        spelled = runs(found)
    else:
        mark = Mark.SAME if left and right else Mark.ADDED if right else Mark.REMOVED
        spelled = (Run(mark, before, after),) if before or after else ()
    if moved:
        op = Op.MOVED
    elif not left or not right:
        op = Op.ADDED if right else Op.REMOVED
    else:
        op = Op.SAME if (found is None or found.same) and _shows(left) == _shows(right) else Op.CHANGED
    edit = Edit(part=Part.BODY, op=op, runs=spelled, old=left, new=right, old_at=olds, new_at=news)
    return Detail(edit, found)


def _shows(blocks: tuple[Block, ...]) -> list[str]:
    return [piece(b, "").key for b in blocks if isinstance(b, SHOWN)]


def _signposted(middle: list[Detail]) -> list[Detail]:
    """Put a signpost where each moved block stood before."""
    moved = sorted((d.edit for d in middle if d.edit.op is Op.MOVED), key=lambda e: e.old_at)
    if not moved:
        return middle
    posts = [Detail(Edit(part=Part.BODY, op=Op.LEFT, old_at=e.old_at, new_at=e.new_at)) for e in moved]
    out: list[Detail] = []
    for detail in middle:
        if detail.edit.op is not Op.MOVED and detail.edit.old_at:
            while posts and posts[0].edit.old_at < detail.edit.old_at:
                out.append(posts.pop(0))
        out.append(detail)
    return out + posts
