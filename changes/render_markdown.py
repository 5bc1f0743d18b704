"""A comparison as Markdown, for chat and mail channels: removed words struck out, added words bold.

Whatever in the archived text is markup to Markdown or HTML is escaped, links included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .compare import Comparison
from .edits import Edit, Mark, Op, Part
from .render_text import safe, shown

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>&@:])")


def render_markdown(comparison: Comparison, *, context: int = 0) -> str:
    """Render a comparison as Markdown.

    Args:
        comparison: What to show.
        context: How many unchanged blocks to show around each change.

    Returns:
        Paragraphs, ending with a newline; "" where a reader would see no difference.
    """
    edits = comparison.edits
    out = [line for k in shown(edits, context) if (line := _block(edits[k]))]
    return "\n\n".join(out) + "\n" if out else ""


def _block(edit: Edit) -> str:
    if edit.op is Op.LEFT:
        return "*(a passage stood here and was moved)*"
    head = f"**{edit.part.value.capitalize()}:** " if edit.part is not Part.BODY else ""
    if edit.op is Op.MOVED:
        head = "*(moved here)* "
    text = "".join(_spelled(edit))
    if not text and edit.old + edit.new:
        text = f"*({(edit.new or edit.old)[0].kind} {edit.op})*"
    return head + text


def _spelled(edit: Edit) -> Iterator[str]:
    for run in edit.runs:
        text = safe(run.new or run.old)
        body = text.strip()
        if not body:
            yield text
            continue
        lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        # Emphasis does not reach across a line: each line has its own.
        fence = {Mark.REMOVED: "~~", Mark.ADDED: "**"}.get(run.mark, "")
        lines = [
            f"{fence}{escape_markdown(line)}{fence}" if line.strip() else line for line in body.split("\n")
        ]
        yield lead + "\n".join(lines) + tail


def escape_markdown(text: str) -> str:
    """A text in which nothing is markup."""
    return _SPECIAL.sub(r"\\\1", text)
