"""Reading a query: from what a person writes to the tree, or to a word on where it is wrong; pure.

::

    query := all (OR all)*
    all   := part ([AND] part)*          words side by side are both meant
    part  := NOT part | field | word NEAR[/n] word | "(" query ")" | "a phrase" | word | prefix*
    field := name ":" (word | "a phrase" | "(" query ")")

AND, OR, NOT and NEAR are operators in capitals only. Case and diacritics do not count, so `elysee`
finds `Élysée`; what is no letter or digit separates words. Chinese, Japanese and Thai have no spaces
between words: terms in those scripts match anywhere. The fields are those of `tree`.
"""

from __future__ import annotations

import difflib
import re
from datetime import date
from itertools import product

from ..errors import BadQuery
from .tree import (
    ALL_FIELDS,
    DATE_FIELDS,
    EDIT_FIELDS,
    TEXT_FIELDS,
    VALUES,
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

LONGEST = 1000  # characters of a query
DEEPEST = 30  # parentheses and NOTs within one another
NEAREST = 10  # words between those of a NEAR without a number
FARTHEST = 50

_TOKEN = re.compile(r'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)(?P<end>"\*?)?|(?P<word>[^\s()"]+))')
_NEAR = re.compile(r"NEAR(?:/([0-9]{1,3}))?")
_FIELD = re.compile(r"([a-z]+):(?!//)(.*)", re.DOTALL)
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def parse(text: str, *, fields: bool = False) -> Query:
    """Read a query.

    Args:
        text: As the module says.
        fields: Whether it may name fields, and may be empty (everything): a search. Without, it is
            held against a text (`matches`), which has none.

    Raises:
        BadQuery: It cannot be read, or nothing can ever match it; the message names the place.
    """
    if len(text) > LONGEST:
        raise BadQuery(f"the query has {len(text)} characters; at most {LONGEST} are read")
    if fields and not text.strip():
        return And(())
    query = _Parser(text, fields).query()
    if not _possible(query):
        raise BadQuery(f"no text can match the query {text!r}: it asks for words and forbids them")
    return query


class _Parser:
    """Recursive descent over the tokens of one query."""

    def __init__(self, text: str, fields: bool) -> None:
        self._text = text
        self._fields = fields
        self._tokens: list[tuple[str, str, int]] = []  # kind, text, place
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            assert found is not None  # every character that is no space begins a token
            kind = found.lastgroup if found.lastgroup != "end" else "phrase"
            assert kind is not None
            start = found.end() - len(found.group().lstrip())
            value = found.group().lstrip()
            if kind == "phrase" and found["end"] is None:
                raise self._wrong("the quotation mark is never closed", start)
            if kind == "word" and value in ("AND", "OR", "NOT"):
                kind = value
            elif kind == "word" and _NEAR.fullmatch(value):
                kind = "NEAR"
            self._tokens.append((kind, value, start))
            at = found.end()
        self._at = 0

    def query(self) -> Query:
        if not self._tokens:
            raise BadQuery("the query is empty; write words to look for")
        found = self._any(0)
        if self._kind() is not None:
            raise self._wrong("a parenthesis closes that was never opened", self._tokens[self._at][2])
        return found

    def _any(self, depth: int) -> Query:
        parts = [self._all(depth)]
        while self._kind() == "OR":
            self._at += 1
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self, depth: int) -> Query:
        parts = [self._near(depth)]
        while self._kind() not in (None, "OR", "close"):
            if self._kind() == "AND":
                self._at += 1
            parts.append(self._near(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _near(self, depth: int) -> Query:
        left = self._part(depth)
        if self._kind() != "NEAR":
            return left
        _, value, start = self._tokens[self._at]
        self._at += 1
        right = self._part(depth)
        if not isinstance(left, Term) or not isinstance(right, Term):
            raise self._wrong("NEAR stands between two words", start)
        if UNSPACED.search(left.text + right.text):
            raise self._wrong("NEAR counts words, and this script puts no spaces between them", start)
        found = _NEAR.fullmatch(value)
        assert found is not None  # it made this token a NEAR
        distance = int(found[1]) if found[1] else NEAREST
        if distance > FARTHEST:
            raise self._wrong(f"NEAR looks at most {FARTHEST} words far", start)
        return Near(left, right, distance)

    def _part(self, depth: int) -> Query:
        if self._at == len(self._tokens):
            raise self._wrong("a term is missing at the end", len(self._text))
        kind, value, start = self._tokens[self._at]
        if depth > DEEPEST:
            raise self._wrong(f"parts lie more than {DEEPEST} deep in one another", start)
        if kind in ("AND", "OR", "NEAR", "close"):
            raise self._wrong(f"a term is missing before {value}", start)
        self._at += 1
        if kind == "NOT":
            return Not(self._part(depth + 1))
        if kind == "open":
            return self._group(depth, start)
        if kind == "word" and (named := _FIELD.fullmatch(value)):
            if self._fields:
                return self._field(named[1], named[2], depth, start)
            if named[1] in ALL_FIELDS:
                raise self._wrong(f"{named[1]}: is for searches; here words alone are looked for", start)
        return self._words(value, start)

    def _group(self, depth: int, start: int) -> Query:
        inside = self._any(depth + 1)
        if self._kind() != "close":
            raise self._wrong("the parenthesis is never closed", start)
        self._at += 1
        return inside

    def _words(self, value: str, start: int) -> Term | Phrase:
        prefix = value.endswith("*")
        words = tuple(WORD.findall(fold(value)))
        if not words:
            raise self._wrong(f"{value} has no letter or digit to look for", start)
        # `A-B` is a phrase too: the sign that separates is not looked at.
        if len(words) == 1:
            return Term(words[0], prefix, value.startswith('"'))
        return Phrase(words, prefix)

    # ---------------------------------------------------------------- fields

    def _field(self, name: str, value: str, depth: int, start: int) -> Query:
        if name not in ALL_FIELDS:
            near = difflib.get_close_matches(name, ALL_FIELDS, 1)
            hint = f"did you mean {near[0]}:?" if near else f"there are {', '.join(sorted(ALL_FIELDS))}"
            raise self._wrong(f"there is no field {name}: ({hint}); put words with a colon in quotes", start)
        if not value:
            value = self._adjoining(name, start)
            if value == "(":
                if name not in TEXT_FIELDS:
                    raise self._wrong(f"{name}: takes one value, not a parenthesis", start)
                inside = self._group(depth, self._tokens[self._at - 1][2])
                if any(isinstance(leaf, In | Edit | Is | Days) for leaf in leaves(inside)):
                    raise self._wrong(f"within {name}:( ) only words can stand", start)
                return In(name, inside)
        if name in TEXT_FIELDS:
            return In(name, self._words(value, start))
        if name in EDIT_FIELDS:
            return Edit(name, self._words(value, start))
        if name in DATE_FIELDS:
            return self._days(name, value.strip('"'), start)
        plain = value.strip('"').strip().casefold()
        if VALUES[name] and plain not in VALUES[name]:
            raise self._wrong(f"{name}: takes {' or '.join(VALUES[name])}, not {plain!r}", start)
        return Is(name, plain)

    def _adjoining(self, name: str, start: int) -> str:
        """What follows the colon without a space: a phrase or a parenthesis."""
        if self._at < len(self._tokens):
            kind, value, at = self._tokens[self._at]
            if kind in ("phrase", "open") and at == start + len(name) + 1:
                self._at += 1
                return value
        raise self._wrong(f"{name}: needs a value right after the colon", start)

    def _days(self, name: str, value: str, start: int) -> Days:
        first, dots, last = value.partition("..")
        if not dots:
            last = first
        low = self._day(first, start, end=False) if first else 0
        high = self._day(last, start, end=True) if last else 99991231
        if not (first or last):
            raise self._wrong(f"{name}: needs a day, such as {name}:2026-10-15", start)
        if low > high:
            raise self._wrong(f"{value} ends before it begins", start)
        return Days(name, low, high)

    def _day(self, text: str, start: int, *, end: bool) -> int:
        found = _DAY.fullmatch(text)
        if found is None:
            raise self._wrong(
                f"{text!r} is no date; write 2026, 2026-10, 2026-10-15 or 2026-10-01..2026-10-15", start
            )
        year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
        try:
            date(year, month or 1, day or 1)
        except ValueError:
            raise self._wrong(f"there is no day {text}", start) from None
        return year * 10_000 + (month or (12 if end else 1)) * 100 + (day or (31 if end else 1))

    def _kind(self) -> str | None:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else None

    def _wrong(self, what: str, at: int) -> BadQuery:
        return BadQuery(f"{what}, at character {at + 1} of the query {self._text!r}")


def _possible(query: Query) -> bool:
    """Whether some choice of true terms makes the query true; queries of many terms are believed."""
    names = leaves(query)
    if len(names) > 10:
        return True
    return any(
        _true(query, dict(zip(names, values, strict=True)))
        for values in product((True, False), repeat=len(names))
    )


def _true(query: Query, values: dict[Leaf, bool]) -> bool:
    match query:
        case Not(part=part):
            return not _true(part, values)
        case And(parts=parts):
            return all(_true(part, values) for part in parts)
        case Or(parts=parts):
            return any(_true(part, values) for part in parts)
        case _:
            return values[query]
