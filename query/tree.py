"""The parts of a query, as frozen values; how they are written is `parser`'s."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TEXT_FIELDS: Final = ("title", "author", "section", "url")
EDIT_FIELDS: Final = ("removed", "added")
DATE_FIELDS: Final = ("published", "seen")
VALUES: Final[dict[str, tuple[str, ...]]] = {
    "source": (),
    "lang": (),
    "has": ("video", "image", "paywall"),
    "edited": ("yes", "no"),
    "kind": (),
}
"""Fields with a value of their own, and which ones there are; none: told where the archive is known."""

ALL_FIELDS: Final = frozenset((*TEXT_FIELDS, *EDIT_FIELDS, *DATE_FIELDS, *VALUES))


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or the beginning of one; `text` is folded (`words.fold`).

    `exact` (it was written in quotation marks) asks a search for this very form and no other of the word.
    """

    text: str
    prefix: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow one another; the last may be the beginning of one."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """Two words with at most `distance` others between them, in whichever order."""

    left: Term
    right: Term
    distance: int


@dataclass(frozen=True, slots=True)
class In:
    """What one field holds: the title, an author, the section or a tag, the address."""

    field: str
    part: Query


@dataclass(frozen=True, slots=True)
class Edit:
    """Words that an edit took out (`removed`) or put in (`added`)."""

    field: str
    part: Term | Phrase


@dataclass(frozen=True, slots=True)
class Is:
    """A field that has a value; folded to lower case."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Days:
    """A date between two days, both included, each as a number such as 20261015."""

    field: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Not:
    """What the part does not match."""

    part: Query


@dataclass(frozen=True, slots=True)
class And:
    """What all parts match; no parts: everything."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What some part matches."""

    parts: tuple[Query, ...]


Leaf = Term | Phrase | Near | In | Edit | Is | Days
Query = Leaf | Not | And | Or


def leaves(query: Query) -> tuple[Leaf, ...]:
    """The parts of a query that have no parts but a field's, each once, in their order."""
    match query:
        case Not(part=part):
            return leaves(part)
        case And(parts=parts) | Or(parts=parts):
            return tuple(dict.fromkeys(leaf for part in parts for leaf in leaves(part)))
        case _:
            return (query,)
