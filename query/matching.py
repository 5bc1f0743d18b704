"""Whether a query holds of one text; pure. An archive's search does not come here."""

from __future__ import annotations

from functools import cached_property

from .tree import And, Near, Not, Or, Phrase, Query, Term
from .words import UNSPACED, WORD, fold


class Words:
    """A text made ready for queries."""

    def __init__(self, text: str) -> None:
        # Words stand between spaces, so that a phrase is a substring.
        self.line = f" {' '.join(WORD.findall(fold(text)))} "

    @cached_property
    def unspaced(self) -> str:
        """The same without spaces, for scripts that have none."""
        return self.line.replace(" ", "")


def matches(query: Query, text: Words) -> bool:
    """Whether a query holds of a text.

    Raises:
        TypeError: It asks for a field: a text has none. `parse(…, fields=False)` gives no such query.
    """
    match query:
        case Term(text=word, prefix=prefix):
            return _holds((word,), prefix, text)
        case Phrase(words=words, prefix=prefix):
            return _holds(words, prefix, text)
        case Near():
            return _close(query, text)
        case Not(part=part):
            return not matches(part, text)
        case And(parts=parts):
            return all(matches(part, text) for part in parts)
        case Or(parts=parts):
            return any(matches(part, text) for part in parts)
        case _:
            raise TypeError(f"a text has no field {query.field!r}")


def _holds(words: tuple[str, ...], prefix: bool, text: Words) -> bool:
    if any(map(UNSPACED.search, words)):
        return "".join(words) in text.unspaced
    return f" {' '.join(words)}{'' if prefix else ' '}" in text.line


def _close(query: Near, text: Words) -> bool:
    words = text.line.split()
    left, right = (_places(term, words) for term in (query.left, query.right))
    return any(0 < abs(a - b) <= query.distance + 1 for a in left for b in right)


def _places(term: Term, words: list[str]) -> list[int]:
    if term.prefix:
        return [at for at, word in enumerate(words) if word.startswith(term.text)]
    return [at for at, word in enumerate(words) if word == term.text]
