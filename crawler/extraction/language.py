"""The language of the text: what the page declares, unless the text itself plainly says otherwise.

A portal shows a French story in a Spanish frame and declares Spanish; the text decides then. Close
relatives that a detector confuses (Norwegian and Danish, Croatian and Serbian) are left as declared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import py3langid

from .structured import Node

MIN_CHARS = 160  # below that the detector is a guess
_TAG = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*")
_KIN = tuple(
    frozenset(group.split())
    for group in (
        "no nb nn da sv",
        "hr sr bs sl sh me",
        "id ms",
        "gl pt es",
        "ca es oc",
        "cs sk",
        "bg mk",
        "ru uk be",
        "hi mr ne",
        "ur fa",
        "nl af",
        "zh yue",
        "az tr",
    )
)
_NAMES = {"iw": "he", "in": "id", "ji": "yi"}


def language_of(
    text: str, declared: str | None, metas: dict[str, list[str]], nodes: Sequence[Node]
) -> tuple[str | None, str]:
    """Decide the language.

    Args:
        text: The article's running text, or what there is of it.
        declared: The root element's `lang`.
        metas: Meta elements by name.
        nodes: JSON-LD objects.

    Returns:
        A BCP 47 tag or None, and the way it was found.
    """
    candidates = [
        ("html", declared),
        *(("json-ld", node.get("inLanguage")) for node in nodes),
        *(
            ("meta", value)
            for name in ("content-language", "language", "og:locale")
            for value in metas.get(name, ())
        ),
    ]
    stated, way = next(((tag, way) for way, value in candidates if (tag := _tag(value))), (None, ""))
    if len(text) < MIN_CHARS:
        return stated, way
    detected = _NAMES.get(found := py3langid.classify(text[:800])[0], found)
    if stated is None:
        return detected, "text"
    base = stated.partition("-")[0]
    if base == detected or any({base, detected} <= kin for kin in _KIN):
        return stated, way
    return detected, "text"


def _tag(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name")
    if not isinstance(value, str) or not _TAG.fullmatch(value.strip()):
        return None
    first, *rest = re.split("[-_]", value.strip())
    if len(first) > 3 or not first.isalpha():
        return None
    first = _NAMES.get(first.lower(), first.lower())
    return "-".join([first, *(part.upper() if len(part) == 2 else part for part in rest)])
