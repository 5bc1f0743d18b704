"""What differs between two states of an article, and how it is shown; pure.

::

    fingerprint(extraction)      32 bytes, equal exactly when there is no new version
    compare(old, new)            verdict, kinds, weight, reasons, edit script
    diff(old, new)               the edit script alone
    is_degraded(old, new)        a wall, an error or a cut-off text in place of the article
    headline_flip, reverts_to    variants and reverts, seen against the article's past
    render_text, render_unified, render_html, render_markdown

Nothing here reads a file, a clock or a database; a notebook can use it as it is.
"""

from .compare import Comparison, compare
from .degraded import is_degraded, why_degraded
from .diff import diff
from .edits import Edit, Mark, Op, Part, Run, new_blocks, new_text, old_blocks, old_text
from .findings import Finding, Verdict
from .fingerprint import fingerprint, rest_fingerprint
from .render_html import render_html
from .render_markdown import render_markdown
from .render_text import render_text
from .render_unified import render_unified
from .variants import Flip, Seen, headline_flip, reverts_to

__all__ = [
    "Comparison",
    "Edit",
    "Finding",
    "Flip",
    "Mark",
    "Op",
    "Part",
    "Run",
    "Seen",
    "Verdict",
    "compare",
    "diff",
    "fingerprint",
    "headline_flip",
    "is_degraded",
    "new_blocks",
    "new_text",
    "old_blocks",
    "old_text",
    "render_html",
    "render_markdown",
    "render_text",
    "render_unified",
    "rest_fingerprint",
    "reverts_to",
    "why_degraded",
]
