"""A comparison as HTML: `<ins>` and `<del>`, every text escaped, and marks that a screen reader speaks.

The archived text is hostile: nothing of it is markup here. Colours are the page's business (classes
`change-added`, `change-removed`, `change-moved`); the words stay tellable without them.
"""

from __future__ import annotations

from html import escape

from ..model import Block, Heading
from .compare import Comparison
from .edits import Edit, Mark, Op, Part
from .render_text import safe, shown

# Screen readers mostly pass over <ins> and <del>, so the words say it.
_SPOKEN = {
    Mark.REMOVED: ("del", "change-removed", "removed"),
    Mark.ADDED: ("ins", "change-added", "added"),
}


def render_html(comparison: Comparison, *, context: int | None = None) -> str:
    """Render a comparison as an HTML fragment.

    Args:
        comparison: What to show.
        context: How many unchanged blocks to show around each change; None for the whole article.

    Returns:
        One `<section class="diff">`. Text direction is left to each block (`dir="auto"`).
    """
    edits = comparison.edits
    places = range(len(edits)) if context is None else shown(edits, context)
    parts = ['<section class="diff">']
    last = -1
    for k in places:
        if last >= 0 and k > last + 1:
            parts.append('<p class="diff-gap" aria-label="unchanged text left out">⋯</p>')
        parts.append(_block(edits[k]))
        last = k
    return "\n".join([*parts, "</section>"]) + "\n"


def _block(edit: Edit) -> str:
    if edit.op is Op.LEFT:
        target = f"moved-{'-'.join(map(str, edit.old_at))}"
        return f'<p class="change-moved"><a href="#{target}">⇣ A passage stood here; it was moved.</a></p>'
    tag = _tag(edit)
    attributes = ' dir="auto"'
    if edit.op is not Op.SAME or edit.touched:
        attributes += f' class="change-{edit.op}"'
    note = ""
    if edit.op is Op.MOVED:
        attributes += f' id="moved-{"-".join(map(str, edit.old_at))}"'
        note = '<span class="change-note">⇡ Moved here: </span>'
    inner = "".join(_run(mark, text) for mark, text in _spelled(edit))
    if not inner and edit.old + edit.new:
        inner = _named(edit)
    return f"<{tag}{attributes}>{note}{inner}</{tag}>"


def _spelled(edit: Edit) -> list[tuple[Mark, str]]:
    return [(run.mark, run.new or run.old) for run in edit.runs]


def _run(mark: Mark, text: str) -> str:
    body = text.rstrip()
    clean = escape(safe(body)).replace("\n", "<br>")
    space = "<br>" if "\n" in text[len(body) :] else text[len(body) :]
    if mark in _SPOKEN:
        tag, name, word = _SPOKEN[mark]
        spoken = (
            f'<span class="visually-hidden">[{word}: </span>{clean}<span class="visually-hidden">] </span>'
        )
        return f'<{tag} class="{name}">{spoken}</{tag}>{space}'
    return clean + space


def _tag(edit: Edit) -> str:
    if edit.part is Part.TITLE:
        return "h1"
    blocks: tuple[Block, ...] = edit.new or edit.old
    if blocks and isinstance(blocks[0], Heading):
        return f"h{min(max(blocks[0].level, 2), 6)}"
    if blocks and blocks[0].kind == "quote":
        return "blockquote"
    return "p"


def _named(edit: Edit) -> str:
    """A block without words (a picture, a video), by its kind."""
    block = (edit.new or edit.old)[0]
    mark = Mark.ADDED if edit.op is Op.ADDED else Mark.REMOVED if edit.op is Op.REMOVED else Mark.SAME
    return _run(mark, f"[{block.kind}]")
