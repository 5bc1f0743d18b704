"""A small query language over texts: `climate AND ("carbon tax" OR emission*) NOT sport`; pure.

::

    query  := all (OR all)*
    all    := part ([AND] part)*          words side by side are both meant
    part   := NOT part | "(" query ")" | "a phrase" | word | prefix*

AND, OR and NOT are operators in capitals only. Case and diacritics do not count, so `elysee` finds
`Élysée`; what is no letter or digit separates words. Chinese, Japanese and Thai have no spaces between
words: terms in those scripts match anywhere. `parse` gives a tree of frozen values, `matches` holds it
against a text; the full-text search reads the same tree.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from .errors import BadQuery

LONGEST = 1000  # characters of a query
DEEPEST = 30  # parentheses and NOTs within one another


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or the beginning of one; `text` is folded (`fold`)."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow one another; the last may be the beginning of one."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """What the part does not match."""

    part: Query


@dataclass(frozen=True, slots=True)
class And:
    """What all parts match."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What some part matches."""

    parts: tuple[Query, ...]


Query = Term | Phrase | Not | And | Or

_TOKEN = re.compile(r'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)(?P<end>"\*?)?|(?P<word>[^\s()"]+))')
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def fold(text: str) -> str:
    """A text as it is compared: no case, no diacritics, no compatibility forms."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


class Words:
    """A text made ready for queries."""

    def __init__(self, text: str) -> None:
        # Words stand between spaces, so that a phrase is a substring.
        self.line = f" {' '.join(_WORD.findall(fold(text)))} "

    @cached_property
    def unspaced(self) -> str:
        """The same without spaces, for scripts that have none."""
        return self.line.replace(" ", "")


def matches(query: Query, text: Words) -> bool:
    """Whether a query holds of a text."""
    match query:
        case Term(text=word, prefix=prefix):
            return _holds((word,), prefix, text)
        case Phrase(words=words, prefix=prefix):
            return _holds(words, prefix, text)
        case Not(part=part):
            return not matches(part, text)
        case And(parts=parts):
            return all(matches(part, text) for part in parts)
        case Or(parts=parts):
            return any(matches(part, text) for part in parts)


def _holds(words: tuple[str, ...], prefix: bool, text: Words) -> bool:
    if any(map(_UNSPACED.search, words)):
        return "".join(words) in text.unspaced
    return f" {' '.join(words)}{'' if prefix else ' '}" in text.line


def parse(text: str) -> Query:
    """Read a query.

    Args:
        text: As the module says.

    Raises:
        BadQuery: It cannot be read, or nothing can ever match it; the message names the place.
    """
    if len(text) > LONGEST:
        raise BadQuery(f"the query has {len(text)} characters; at most {LONGEST} are read")
    query = _Parser(text).query()
    if not _possible(query):
        raise BadQuery(f"no text can match the query {text!r}: it asks for words and forbids them")
    return query


class _Parser:
    """Recursive descent over the tokens of one query."""

    def __init__(self, text: str) -> None:
        self._text = text
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
        parts = [self._part(depth)]
        while self._kind() not in (None, "OR", "close"):
            if self._kind() == "AND":
                self._at += 1
            parts.append(self._part(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _part(self, depth: int) -> Query:
        if self._at == len(self._tokens):
            raise self._wrong("a term is missing at the end", len(self._text))
        kind, value, start = self._tokens[self._at]
        if depth > DEEPEST:
            raise self._wrong(f"parts lie more than {DEEPEST} deep in one another", start)
        if kind in ("AND", "OR", "close"):
            raise self._wrong(f"a term is missing before {value}", start)
        self._at += 1
        if kind == "NOT":
            return Not(self._part(depth + 1))
        if kind == "open":
            inside = self._any(depth + 1)
            if self._kind() != "close":
                raise self._wrong("the parenthesis is never closed", start)
            self._at += 1
            return inside
        prefix = value.endswith("*")
        words = tuple(_WORD.findall(fold(value)))
        if not words:
            raise self._wrong(f"{value} has no letter or digit to look for", start)
        # `A-B` is a phrase too: the sign that separates is not looked at.
        return Term(words[0], prefix) if len(words) == 1 else Phrase(words, prefix)

    def _kind(self) -> str | None:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else None

    def _wrong(self, what: str, at: int) -> BadQuery:
        return BadQuery(f"{what}, at character {at + 1} of the query {self._text!r}")


def terms(query: Query) -> tuple[Term | Phrase, ...]:
    """The terms of a query, each once, in their order."""
    match query:
        case Term() | Phrase():
            return (query,)
        case Not(part=part):
            return terms(part)
        case And(parts=parts) | Or(parts=parts):
            return tuple(dict.fromkeys(term for part in parts for term in terms(part)))


def _possible(query: Query) -> bool:
    """Whether some choice of true terms makes the query true; queries of many terms are believed."""
    names = terms(query)
    if len(names) > 10:
        return True
    return any(
        _true(query, dict(zip(names, values, strict=True)))
        for values in product((True, False), repeat=len(names))
    )


def _true(query: Query, values: dict[Term | Phrase, bool]) -> bool:
    match query:
        case Term() | Phrase():
            return values[query]
        case Not(part=part):
            return not _true(part, values)
        case And(parts=parts):
            return all(_true(part, values) for part in parts)
        case Or(parts=parts):
            return any(_true(part, values) for part in parts)
