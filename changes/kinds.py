"""What the differences between two states are: findings, each of one kind, with its verdict and reason.

Two findings never cancel: a corrected figure in a moved paragraph is a move and a changed number. What a
finding weighs is `weight`; which words changed is `edits`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model import SHOWN, Block, ChangeKind, Entry, Extraction, Image, Quote, VideoBlock
from .addresses import image_key, page_key
from .context import Context
from .diff import Detail
from .edits import Edit, Op, Part
from .findings import Finding, Verdict, finding
from .fingerprint import authors, headline
from .furniture import is_furniture, words_of
from .language import code
from .media import of_links, of_media
from .normalise import plain
from .notices import is_notice
from .wording import Note, wording

_SLIGHT = frozenset({ChangeKind.TYPO, ChangeKind.CASE})
_STILL = frozenset({Op.SAME, Op.LEFT})
_BODY_ONLY = frozenset({ChangeKind.REWRITTEN, ChangeKind.ADDED, ChangeKind.REMOVED})


def findings(old: Extraction, new: Extraction, details: Iterable[Detail]) -> list[Finding]:
    """Name what differs between two states.

    Args:
        old: The older state.
        new: The newer one.
        details: Their edit script, from `diff.details`.

    Returns:
        Findings in the order of the article; the same finding twice where it is there twice.
    """
    details = list(details)
    language = code(new.language or old.language, new.text or new.title)
    context = Context(language, *_texts(details))
    entries = _new_entries(new, details)
    found: list[Finding] = []
    for detail in details:
        if detail.edit.op not in _STILL or detail.edit.part is not Part.BODY:
            found += _of_edit(old, new, detail, context, entries)
    found = list(_wandered(found))
    captioned = ChangeKind.CAPTION in {f.kind for f in found}
    found += [f for f in of_media(old, new) if not (captioned and f.kind is ChangeKind.CAPTION)]
    found += of_links(old, new, details)
    if (old.rights.free is False) != (new.rights.free is False):
        up = new.rights.free is False
        found.append(finding(ChangeKind.PAYWALL, before="" if up else "closed", after="closed" if up else ""))
    return found


def _texts(details: Iterable[Detail]) -> tuple[list[str], list[str]]:
    """The pieces of running text that both states have, and those that only one of them has."""
    both: list[str] = []
    either: list[str] = []
    for detail in details:
        edit = detail.edit
        if detail.script is None and edit.old and edit.new:
            both += _running(edit.old)
        else:
            either += _running(edit.old + edit.new)
    return both, either


def _running(blocks: Iterable[Block]) -> list[str]:
    return [b.text for b in blocks if not isinstance(b, SHOWN)]


def outside(old: Extraction, new: Extraction) -> list[Finding]:
    """What differs in the dates and in the address: nothing of it makes a version."""
    found = []
    before, after = page_key(old.canonical_url or old.url), page_key(new.canonical_url or new.url)
    if before != after:
        found.append(Finding(kind=ChangeKind.URL, verdict=Verdict.STATE, before=before, after=after))
    for a, b in ((old.published, new.published), (old.modified, new.modified)):
        if a != b:
            found.append(
                Finding(kind=ChangeKind.DATE, verdict=Verdict.NOTHING, before=a or "", after=b or "")
            )
    return found


def _of_edit(
    old: Extraction, new: Extraction, detail: Detail, context: Context, entries: frozenset[int]
) -> Iterator[Finding]:
    edit = detail.edit
    if edit.part is Part.TITLE:
        if headline(old) != headline(new):
            yield from _of_field(ChangeKind.HEADLINE, detail, context)
    elif edit.part is Part.STANDFIRST:
        if edit.op is not Op.SAME:
            yield from _of_field(ChangeKind.STANDFIRST, detail, context)
    elif edit.part is Part.BYLINE:
        if authors(old) != authors(new):
            yield finding(ChangeKind.BYLINE, Part.BYLINE, edit.before, edit.after)
    elif not _furniture(edit, old, new):
        yield from _of_block(detail, context, entries)


def _of_field(kind: ChangeKind, detail: Detail, context: Context) -> Iterator[Finding]:
    """A headline or standfirst: where it changed, and what the change does beside rewording."""
    edit, script = detail.edit, detail.script
    notes = wording(script, context) if script and edit.op is Op.CHANGED else []
    slight = bool(notes) and all(note.kind in _SLIGHT for note in notes)
    verdict = Verdict.ALERT if kind is ChangeKind.HEADLINE and not slight else Verdict.LABEL
    yield Finding(kind=kind, verdict=verdict, part=edit.part, before=edit.before, after=edit.after)
    for note in notes:
        if note.kind not in _BODY_ONLY:
            yield finding(note.kind, edit.part, note.before, note.after)


def _of_block(detail: Detail, context: Context, entries: frozenset[int]) -> Iterator[Finding]:
    edit, script = detail.edit, detail.script
    shown = {type(block) for block in edit.old + edit.new}
    if shown == {VideoBlock}:
        return  # which videos there are is told once, for the whole page
    if Image in shown:
        yield from _of_caption(detail, context)
        return
    if edit.op in (Op.ADDED, Op.REMOVED):
        text = edit.after or edit.before
        if edit.op is Op.ADDED and edit.new_at[0] in entries:
            kind = ChangeKind.LIVE_ENTRY
        elif is_notice(text):
            kind = ChangeKind.CORRECTION
        else:
            kind = ChangeKind.ADDED if edit.op is Op.ADDED else ChangeKind.REMOVED
        if plain(text):
            yield finding(kind, before=edit.before, after=edit.after, size=len(text))
        return
    if edit.op is Op.MOVED:
        yield finding(ChangeKind.MOVED, before=edit.before, after=edit.after)
    if shown == {Entry} and [*map(words_of, edit.old)] == [*map(words_of, edit.new)]:
        return
    if script is not None and not script.same:
        for note in wording(script, context, quoted=shown == {Quote}):
            yield _noted(note)


def _of_caption(detail: Detail, context: Context) -> Iterator[Finding]:
    edit, script = detail.edit, detail.script
    if not edit.old or not edit.new or script is None or script.same:
        return
    yield finding(ChangeKind.CAPTION, before=edit.before, after=edit.after)
    if [image_key(b.url) for b in edit.old if isinstance(b, Image)] == [
        image_key(b.url) for b in edit.new if isinstance(b, Image)
    ]:
        # Another caption on the same picture: a figure in it must not pass unseen.
        for note in wording(script, context):
            if note.kind not in _BODY_ONLY | _SLIGHT:
                yield _noted(note)


def _noted(note: Note) -> Finding:
    return finding(
        note.kind, before=note.before, after=note.after, size=max(len(note.before), len(note.after))
    )


def _furniture(edit: Edit, old: Extraction, new: Extraction) -> bool:
    return all(is_furniture(b, old.url) for b in edit.old) and all(is_furniture(b, new.url) for b in edit.new)


def _wandered(found: list[Finding]) -> Iterator[Finding]:
    """Turn a sentence that left one paragraph and stands in another into a move."""
    came = {plain(f.after) for f in found if f.kind is ChangeKind.ADDED}
    went = {plain(f.before) for f in found if f.kind is ChangeKind.REMOVED}
    both = came & went
    for each in found:
        if each.kind is ChangeKind.REMOVED and plain(each.before) in both:
            yield finding(ChangeKind.MOVED, before=each.before, after=each.before)
        elif not (each.kind is ChangeKind.ADDED and plain(each.after) in both):
            yield each


def _new_entries(new: Extraction, details: list[Detail]) -> frozenset[int]:
    """The places of blocks that belong to a live blog's new entries."""
    if not any(isinstance(b, Entry) for b in new.blocks):
        return frozenset()
    heads = {
        j
        for d in details
        if d.edit.part is Part.BODY and d.edit.op is Op.ADDED
        for j, block in zip(d.edit.new_at, d.edit.new, strict=True)
        if isinstance(block, Entry)
    }
    places, inside = set(), False
    for j, block in enumerate(new.blocks):
        inside = j in heads if isinstance(block, Entry) else inside
        if inside:
            places.add(j)
    return frozenset(places)
