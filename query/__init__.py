"""A small query language over texts, and over what is known of them: `climate AND title:"carbon tax"`; pure.

`parse` gives a tree of frozen values (`tree`), `matches` holds it against one text (`matching`); the
full-text search of an archive reads the same tree.
"""

from .matching import Words, matches
from .parser import parse
from .tree import (
    ALL_FIELDS,
    And,
    Days,
    Edit,
    In,
    Is,
    Leaf,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Term,
    leaves,
)
from .words import UNSPACED, WORD, fold

__all__ = [
    "ALL_FIELDS",
    "UNSPACED",
    "WORD",
    "And",
    "Days",
    "Edit",
    "In",
    "Is",
    "Leaf",
    "Near",
    "Not",
    "Or",
    "Phrase",
    "Query",
    "Term",
    "Words",
    "fold",
    "leaves",
    "matches",
    "parse",
]
