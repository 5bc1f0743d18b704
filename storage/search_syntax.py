"""A query's words as an FTS5 MATCH expression, and as a PostgreSQL tsquery; pure.

Both are built from words that were split by us (letters, digits and a leading `=`), so nothing that a
person wrote reaches the database as syntax. `Looked` is what is left of a query once words were given
their forms and fields their marks; what the index cannot tell (`kind:`, `edited:`, `seen:`, `removed:`)
is `search_plan`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .search_words import EVERY

PLAIN: Final = "text"
"""The field that words without a field are looked for in: title and text."""
_COLUMNS: Final = {PLAIN: "{title text}", "title": "title", "author": "author", "section": "section",
                   "known": "known"}  # fmt: skip
_WEIGHTS: Final = {PLAIN: "AD", "title": "A", "author": "B", "section": "C", "known": ""}


@dataclass(frozen=True, slots=True)
class Row:
    """Words of a field that follow one another; the last may be a beginning."""

    words: tuple[str, ...]
    prefix: bool = False
    field: str = PLAIN


@dataclass(frozen=True, slots=True)
class Close:
    """Two words of a field (each one, or its beginning) with at most `distance` others between them."""

    left: Row
    right: Row
    distance: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """What all parts say and none of `but`; without parts, everything but that."""

    parts: tuple[Looked, ...]
    but: tuple[Looked, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What one of the parts says; there is one at least."""

    parts: tuple[Looked, ...]


Looked = Row | Close | AllOf | AnyOf


def fts5(query: Looked) -> str:
    """The MATCH expression (https://www.sqlite.org/fts5.html, section 3)."""
    match query:
        case Row():
            return f"{_COLUMNS[query.field]} : {_fts5_words(query)}"
        case Close(left=left, right=right, distance=distance):
            return f"{_COLUMNS[left.field]} : NEAR({_fts5_words(left)} {_fts5_words(right)}, {distance})"
        case AllOf(parts=parts, but=but):
            marks = [fts5(part) for part in parts if _is_mark(part)]
            wanted = [fts5(part) for part in parts if not _is_mark(part)]
            if len(marks) > 1 and wanted:
                # A group of their own, which without the NOT it would take apart: it first looks for a match
                # anywhere, then within the ids; lists of marks without words are quickly held side by side.
                marks = [f'(({" AND ".join(marks)}) NOT "")']
            whole = " AND ".join(marks + wanted) or f'known : "{EVERY}"'
            return "(" + " NOT ".join((f"({whole})", *map(fts5, but))) + ")"
        case AnyOf(parts=parts):
            return f"({' OR '.join(map(fts5, parts))})"


def _is_mark(query: Looked) -> bool:
    match query:
        case Row(field=field):
            return field == "known"
        case AnyOf(parts=parts):
            return all(map(_is_mark, parts))
        case _:
            return False


def _fts5_words(row: Row) -> str:
    return f'"{" ".join(row.words)}"' + (" *" if row.prefix else "")


def tsquery(query: Looked) -> str:
    """The text of a tsquery (PostgreSQL 15, section 8.11.2), to be cast, not parsed."""
    match query:
        case Row(words=found, prefix=prefix, field=field):
            last = len(found) - 1
            parts = [_lexeme(word, field, prefix and at == last) for at, word in enumerate(found)]
            return _joined(" <-> ", parts)
        case Close(left=left, right=right, distance=distance):
            pair = [_lexeme(row.words[0], row.field, row.prefix) for row in (left, right)]
            steps = range(1, distance + 2)
            return _joined(" | ", [f"{a} <{k}> {b}" for a, b in (pair, pair[::-1]) for k in steps])
        case AllOf(parts=parts, but=but):
            wanted = [tsquery(part) for part in parts] or [_lexeme(EVERY, "known", False)]
            return _joined(" & ", [*wanted, *(f"!({tsquery(part)})" for part in but)])
        case AnyOf(parts=parts):
            return _joined(" | ", [tsquery(part) for part in parts])


def loose_tsquery(query: Looked) -> str:
    """A tsquery that finds all that `tsquery` does, and more, out of a GIN index alone.

    That index knows nothing of fields and places: for these it unpacks the words of every match.
    """
    match query:
        case Row(words=found, prefix=prefix):
            last = len(found) - 1
            return _joined(
                " & ", [_lexeme(word, "known", prefix and at == last) for at, word in enumerate(found)]
            )
        case Close(left=left, right=right):
            return _joined(" & ", [loose_tsquery(left), loose_tsquery(right)])
        case AllOf(parts=parts):
            return _joined(" & ", [loose_tsquery(part) for part in parts] or [_lexeme(EVERY, "known", False)])
        case AnyOf(parts=parts):
            return _joined(" | ", [loose_tsquery(part) for part in parts])


def _lexeme(word: str, field: str, prefix: bool) -> str:
    marks = ("*" if prefix else "") + _WEIGHTS[field]
    return f"'{word}'" + (f":{marks}" if marks else "")


def _joined(sign: str, parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({sign.join(parts)})"
