"""A comparison for the terminal: words removed and added in the line, with or without colours.

Unchanged blocks are left out but for one on each side of a change. Control characters of the archived text
are shown as symbols, so that a page cannot command the reader's terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .compare import Comparison
from .edits import Edit, Mark, Op, Part

_RED, _GREEN, _DIM, _BOLD, _OFF = "\x1b[31;9m", "\x1b[32;4m", "\x1b[2m", "\x1b[1m", "\x1b[0m"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SIGNS = {Op.ADDED: "+", Op.REMOVED: "-", Op.CHANGED: "~", Op.MOVED: ">", Op.LEFT: "<", Op.SAME: " "}


def render_text(comparison: Comparison, *, colour: bool = False, context: int = 1) -> str:
    """Render a comparison for the terminal.

    Args:
        comparison: What to show.
        colour: Whether to use ANSI colours; without, removed words stand in [-…-], added in {+…+}.
        context: How many unchanged blocks to show around each change.

    Returns:
        Lines, ending with a newline; one line where nothing differs.
    """
    lines = [_summary(comparison, colour)]
    last = -1
    edits = comparison.edits
    for k in shown(edits, context):
        if last >= 0 and k > last + 1:
            lines.append(_paint("  ⋯", _DIM, colour))
        lines.append(_line(edits[k], colour))
        last = k
    return "\n".join(lines) + "\n"


def shown(edits: tuple[Edit, ...], context: int) -> list[int]:
    """The places of the edits to show: what a reader would see changed, and its neighbours."""
    touched = [k for k, e in enumerate(edits) if e.touched]
    near = {n for k in touched for n in range(k - context, k + context + 1)}
    return [k for k in range(len(edits)) if k in touched or (k in near and edits[k].part is Part.BODY)]


def safe(text: str) -> str:
    """A text without characters that steer a terminal or turn its direction."""
    return _CONTROL.sub("\ufffd", text)


def _summary(comparison: Comparison, colour: bool) -> str:
    kinds = ", ".join(comparison.kinds) or "nothing"
    lines = [_paint(f"{comparison.verdict}: {kinds} (weight {comparison.weight:.2f})", _BOLD, colour)]
    lines += [f"  {safe(reason)}" for reason in comparison.reasons]
    return "\n".join(lines)


def _line(edit: Edit, colour: bool) -> str:
    name = f"{edit.part}: " if edit.part is not Part.BODY else ""
    if edit.op is Op.LEFT:
        return _paint(f"< moved from here to block {edit.new_at[0] + 1}", _DIM, colour)
    if edit.op is Op.MOVED:
        name = _paint(f"(moved here from block {edit.old_at[0] + 1}) ", _DIM, colour)
    return f"{_SIGNS[edit.op]} {name}{''.join(_spelled(edit, colour))}"


def _spelled(edit: Edit, colour: bool) -> Iterator[str]:
    if not edit.runs and edit.old + edit.new:
        block = (edit.new or edit.old)[0]
        yield f"[{block.kind}]"
    for run in edit.runs:
        text = safe(run.new or run.old).replace("\n", "\n  ")
        body = text.rstrip()
        space = text[len(body) :]
        if run.mark is Mark.REMOVED:
            yield (_paint(body, _RED, colour) if colour else f"[-{body}-]") + space
        elif run.mark is Mark.ADDED:
            yield (_paint(body, _GREEN, colour) if colour else f"{{+{body}+}}") + space
        else:
            yield text


def _paint(text: str, code: str, colour: bool) -> str:
    return f"{code}{text}{_OFF}" if colour else text
