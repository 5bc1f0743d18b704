"""What inline markup says and its letters alone do not: that words are struck out, quoted or raised.

It is written into the tree before anything reads it, so that all who do read the same words: without it
"<del>5</del><ins>6</ins> million" is 56 million, and ten squared a hundred and two.
"""

from __future__ import annotations

from lxml import etree
from lxml.html import HtmlElement

_STRUCK_AT_MOST = 1000  # characters; an element that holds more has lost its end tag
_STRUCK = ("del", "s", "strike")
_MARKS = "\"'“”„‟‘’‚«»‹›「」『』"
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_RAISABLE = frozenset("0123456789+-−")
_MARKER_AT_MOST = 8  # characters: "12", "[3]", "note 4"


def spell_out(root: HtmlElement) -> None:
    """Take out what is struck out and the markers of footnotes; write quotation marks and raised digits.

    Args:
        root: The parsed page; it is changed.
    """
    for element in list(root.iter(*_STRUCK, "q", "sup")):
        text = element.text_content().strip()
        if not text or element.getparent() is None:
            continue
        if element.tag == "q":
            _quote(element, text)
        elif element.tag == "sup":
            if _is_marker(element, text):
                element.drop_tree()
            elif _RAISABLE.issuperset(text):
                del element[:]
                element.text = text.translate(_RAISED)
        elif len(text) <= _STRUCK_AT_MOST:
            element.drop_tree()
    etree.strip_tags(root, "q")


def _quote(element: HtmlElement, text: str) -> None:
    """Put the marks around a quotation that a browser would, unless the page writes its own."""
    before, parent = element.getprevious(), element.getparent()
    written = (before.tail if before is not None else parent.text) or ""
    if text[0] in _MARKS or written.rstrip()[-1:] in (*_MARKS,):
        return
    opening, closing = "‘’" if next(element.iterancestors("q"), None) is not None else "“”"
    element.text = opening + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + closing
    else:
        element.text += closing


def _is_marker(element: HtmlElement, text: str) -> bool:
    """Whether a raised text is the number of a footnote: it leads to a place on a page."""
    around = element.getparent()
    link = element.find(".//a")
    if link is None and around.tag == "a" and around.text_content().strip() == text:
        link = around
    return link is not None and "#" in (link.get("href") or "") and len(text) <= _MARKER_AT_MOST
