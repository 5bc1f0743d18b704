"""A comparison as a plain unified diff, one block a line: what `diff` prints into a pipe, and tools read."""

from __future__ import annotations

from .compare import Comparison
from .edits import Edit, Op, Part
from .render_text import safe, shown


def render_unified(
    comparison: Comparison, *, before: str = "before", after: str = "after", context: int = 1
) -> str:
    """Render a comparison as a unified diff.

    Args:
        comparison: What to show.
        before: The name of the older version.
        after: The name of the newer one.
        context: How many unchanged blocks to show around each change.

    Returns:
        Lines, each block one of them; "" where a reader would see no difference. A moved block is
        removed at the one place and added at the other.
    """
    edits = comparison.edits
    places = shown(edits, context)
    if not places:
        return ""
    moved = {e.old_at: e for e in edits if e.op is Op.MOVED}
    lines = [f"--- {before}", f"+++ {after}"]
    start = 0
    while start < len(places):
        stop = start + 1
        while stop < len(places) and places[stop] == places[stop - 1] + 1:
            stop += 1
        hunk = [line for k in places[start:stop] for line in _lines(edits[k], moved)]
        old = sum(line[0] != "+" for line in hunk)
        new = sum(line[0] != "-" for line in hunk)
        at_old, at_new = (_at(edits, places[start], old=side) for side in (True, False))
        lines.append(f"@@ -{at_old},{old} +{at_new},{new} @@")
        lines += hunk
        start = stop
    return "\n".join(lines) + "\n"


def _lines(edit: Edit, moved: dict[tuple[int, ...], Edit]) -> list[str]:
    if edit.op is Op.LEFT:
        return [f"-{line}" for line in _split(edit, moved[edit.old_at].before)]
    if edit.op is Op.MOVED:
        return [f"+{line}" for line in _split(edit, edit.after)]
    before, after = _split(edit, edit.before), _split(edit, edit.after)
    if not edit.touched:
        return [f" {line}" for line in after]
    out = [f"-{line}" for line in before] if edit.op is not Op.ADDED else []
    return out + ([f"+{line}" for line in after] if edit.op is not Op.REMOVED else [])


def _split(edit: Edit, text: str) -> list[str]:
    prefix = "" if edit.part is Part.BODY else f"{edit.part}: "
    if not text and edit.part is Part.BODY:
        block = (edit.new or edit.old)[0] if edit.new or edit.old else None
        return [f"[{block.kind}]"] if block else []
    return (
        [prefix + " ".join(safe(line).split()) for line in text.split("\n") if line.strip()] if text else []
    )


def _at(edits: tuple[Edit, ...], start: int, *, old: bool) -> int:
    """The line at which a hunk starts, lines counted as `_lines` makes them."""
    moved = {e.old_at: e for e in edits if e.op is Op.MOVED}
    drop = "+" if old else "-"
    return 1 + sum(line[0] != drop for edit in edits[:start] for line in _lines(edit, moved))
