"""The parts of a query as the index and the tables are asked for them; not how they are put together.

Words get their forms from the vocabulary, fields their marks. What the index cannot tell (`kind:`,
`edited:`, `removed:`, `added:`) becomes conditions. SQLite would collect all that begins as asked: there the
vocabulary gives the words, and these are looked up.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    false,
    func,
    not_,
    or_,
    select,
    true,
)

from ..errors import BadQuery
from ..model import ChangeKind
from ..query import And, Days, Edit, In, Is, Near, Not, Or, Phrase, Query, Term
from .indexing import hour_of
from .ready import Ready
from .search_syntax import PLAIN, AllOf, AnyOf, Close, Looked, Row
from .search_words import EVERY, marks_between, phrase, stem
from .sql_index import matching
from .tables import article, change, search_range, search_word, source, version
from .values import micros

MOST_FORMS: Final = 100  # of one word; the shortest are taken
MOST_BEGINNING: Final = 300
"""Words that begin as asked and are looked up one by one (20 µs each); more are left to the index."""

_LAST: Final = Ready(select(func.max(version.c.id)))
_LANGUAGES: Final = Ready(select(search_range.c.key).where(search_range.c.kind == "language"))
_DAYS: Final = Ready(
    select(func.min(search_range.c.low), func.max(search_range.c.high))
    .where(search_range.c.kind == "day")
    .where(search_range.c.key.between(bindparam("first", type_=Text), bindparam("last", type_=Text)))
)
_MONTH, _DAY, _HOUR = (bindparam(name, type_=Text) for name in ("month", "day", "hour"))
_UNTIL: Final = Ready(
    select(func.max(search_range.c.high)).where(
        # The key of a time begins with that of the longer one that it is a part of.
        or_(
            and_(search_range.c.kind == "month", search_range.c.key < _MONTH),
            and_(search_range.c.kind == "day", search_range.c.key > _MONTH, search_range.c.key < _DAY),
            and_(search_range.c.kind == "hour", search_range.c.key > _DAY, search_range.c.key <= _HOUR),
        )
    )
)
_SOURCES: Final = Ready(select(source.c.id).where(source.c.slug == bindparam("slug", type_=Text)))
_BEGINNING: Final = Ready(
    select(search_word.c.word)
    .where(search_word.c.word >= bindparam("first", type_=Text))
    .where(search_word.c.word < bindparam("last", type_=Text))
    .distinct()
    .limit(MOST_BEGINNING + 1)
)


class Parts:
    """Turns the parts of one query into what is asked, with what the archive knows.

    Args:
        connection: To read by.
        query: The whole query.
    """

    def __init__(self, connection: Connection, query: Query) -> None:
        self._connection = connection
        self._query = query
        self._known: dict[str, list[str]] = {}  # forms by word: a part may be asked of more than once
        self.sqlite = connection.dialect.name == "sqlite"

    @cached_property
    def last(self) -> int:
        """The greatest id of a version."""
        return _LAST.rows(self._connection)[0][0] or 0

    # ----------------------------------------------------------------- index

    def looked(self, query: Query, field: str = PLAIN) -> Looked | None:
        """What to ask the index; None where it cannot tell."""
        match query:
            case Term():
                return self._word(query, field)
            case Phrase(words=words, prefix=prefix):
                return _row(words, prefix, field)
            case Near(left=left, right=right, distance=distance):
                first, second = (_row((term.text,), term.prefix, field) for term in (left, right))
                return Close(first, second, distance)
            case In(field="url", part=part):
                return self.looked(part, "url")
            case In(field=name, part=part):
                return self.looked(part, name)
            case Is(field="source" | "lang" | "has"):
                return self._marked(query)
            case Days(field="published"):
                between = marks_between(query.first, query.last)
                marks = tuple(Row((mark,), begins, "known") for mark, begins in between)
                return marks[0] if len(marks) == 1 else AnyOf(marks)
            case Not(part=part):
                inner = self.looked(part, field)
                return None if inner is None else AllOf((), (inner,))
            case And(parts=parts) | Or(parts=parts):
                found = [self.looked(part, field) for part in parts]
                known = tuple(one for one in found if one is not None)
                if len(known) < len(found):
                    return None
                if isinstance(query, Or):
                    return AnyOf(known)
                return AllOf(known) if known else None
            case _:
                return None

    def _word(self, term: Term, field: str) -> Looked:
        plain = _row((term.text,), term.prefix, field)
        if term.exact or term.prefix or field == "url":
            return plain
        if term.text not in self._known:
            self._known[term.text] = self._forms(term.text)
        forms = dict.fromkeys((term.text, *self._known[term.text]))
        return plain if len(forms) == 1 else AnyOf(tuple(Row((form,), False, field) for form in forms))

    def _forms(self, word: str) -> list[str]:
        """The words that share a stem with this one in a language of the archive."""
        stems = [(language, stem(word, language)) for language in self._spoken]
        wanted = [one for one in stems if one[1] is not None]
        if not wanted:
            return []
        values = {
            f"{name}{k}": value for k, one in enumerate(wanted) for name, value in zip("ls", one, strict=True)
        }
        found = _forms(len(wanted)).rows(self._connection, values)
        return sorted((form for (form,) in found), key=lambda form: (len(form), form))[:MOST_FORMS]

    def begun(self, looked: Looked) -> Looked:
        """The same, with the words that begin as asked in place of the beginnings, on SQLite."""
        match looked:
            case Row(words=(beginning,), prefix=True, field=field) if self.sqlite and field != "known":
                ends = {"first": beginning, "last": f"{beginning}\U0010ffff"}
                words = _BEGINNING.rows(self._connection, ends)
                if not 0 < len(words) <= MOST_BEGINNING:
                    return looked
                return AnyOf(tuple(Row(word, False, field) for word in words))
            case AllOf(parts=parts, but=but):
                return AllOf(tuple(map(self.begun, parts)), tuple(map(self.begun, but)))
            case AnyOf(parts=parts):
                return AnyOf(tuple(map(self.begun, parts)))
            case _:
                return looked

    def _marked(self, one: Is) -> Looked:
        if one.field == "has":
            return Row((f"=h{one.value}",), False, "known")
        if one.field == "lang":
            if not one.value.isascii() or not one.value.isalpha() or len(one.value) > 3:
                raise BadQuery(f"lang:{one.value} is no language; write two letters, such as lang:fr")
            return Row((f"=l{one.value}",), False, "known")
        ids = _SOURCES.rows(self._connection, {"slug": one.value})
        if not ids:
            raise BadQuery(f"source:{one.value} is no source of this archive; see `palimpsest source list`")
        rows = tuple(Row((f"=s{found}",), False, "known") for (found,) in ids)
        return rows[0] if len(rows) == 1 else AnyOf(rows)

    @cached_property
    def _spoken(self) -> list[str]:
        """The languages whose forms count: those of the archive, or those the whole query asks for."""
        parts = self._query.parts if isinstance(self._query, And) else (self._query,)
        asked = {part.value for part in parts if isinstance(part, Is) and part.field == "lang"}
        kept = _LANGUAGES.rows(self._connection)
        return sorted(language for (language,) in kept if not asked or language in asked)

    # ---------------------------------------------------------------- tables

    def condition(self, query: Query) -> ColumnElement[bool]:
        """What the tables are asked where the index alone cannot tell."""
        if (found := self.looked(query)) is not None:
            return version.c.id.in_(self._matching(found))
        match query:
            case Not(part=part):
                return not_(self.condition(part))
            case And(parts=parts):
                return and_(true(), *map(self.condition, parts))
            case Or(parts=parts):
                return or_(false(), *map(self.condition, parts))
            case Days(first=first, last=last):
                return version.c.first_seen.between(*span_of(first, last))
            case Is(field="edited", value=value):
                return article.c.versions > 1 if value == "yes" else article.c.versions <= 1
            case Is(field="kind", value=value):
                return _changed(value)
            case Edit(field=name, part=part):
                return self._edited(name, part)
            case _:
                raise AssertionError(query)  # whatever else there is, the index tells

    def _edited(self, name: str, part: Term | Phrase) -> ColumnElement[bool]:
        words = (part.text,) if isinstance(part, Term) else part.words
        # Looked up once: PostgreSQL unpacks the words of each that may match.
        found = self._matching(_row(words, part.prefix, PLAIN)).cte()
        holding = select(*found.c)
        older = version.alias("older")
        newer = version.alias("newer")
        pair = and_(newer.c.article_id == older.c.article_id, newer.c.number == older.c.number + 1)
        chosen = older if name == "removed" else newer
        after = select(newer.c.id).select_from(older.join(newer, pair)).where(chosen.c.id.in_(holding))
        if name == "added":
            holding = select(newer.c.id).select_from(older.join(newer, pair)).where(older.c.id.in_(holding))
        # As one set: of two, PostgreSQL would believe that it has to make the second for each of the first.
        return version.c.id.in_(after.except_(holding))

    def _matching(self, looked: Looked) -> Select[int]:
        return matching(self._connection, self.begun(looked))

    def ids(self, first: int, last: int) -> tuple[int, int]:
        """Between which ids the versions lie that were first seen on these days."""
        ends = {"first": f"{first:08}", "last": f"{last:08}"}
        ((low, high),) = _DAYS.rows(self._connection, ends)
        return (1, 0) if low is None else (low, high)

    def until(self, at: datetime) -> int:
        """An id that those of the versions first seen by then do not exceed; it is of the same hour."""
        hour = f"{hour_of(at):010}"
        return _UNTIL.rows(self._connection, {"month": hour[:6], "day": hour[:8], "hour": hour})[0][0] or 0


@cache
def _forms(stems: int) -> Ready:
    """The words of any of so many stems."""
    wanted = (
        and_(
            search_word.c.language == bindparam(f"l{k}", type_=Text),
            search_word.c.stem == bindparam(f"s{k}", type_=Text),
        )
        for k in range(stems)
    )
    return Ready(select(search_word.c.word).distinct().where(or_(*wanted)).limit(10 * MOST_FORMS))


def _row(words: tuple[str, ...], prefix: bool, field: str) -> Row:
    found, prefix = phrase(words, prefix=prefix)
    if field == "url":
        return Row(tuple(f"=u{word}" for word in found), prefix, "known")
    return Row(found, prefix, field)


def _changed(kind: str) -> ColumnElement[bool]:
    """A change of that kind made the version; or, for what leaves none, ended it."""
    if kind not in set(ChangeKind):
        raise BadQuery(f"kind:{kind} is no kind of change; there are {', '.join(sorted(ChangeKind))}")
    made = func.coalesce(change.c.new_id, change.c.old_id) == version.c.id
    named = change.c.kinds.contains(f'"{kind}"', autoescape=True)
    return select(change.c.id).where(change.c.article_id == version.c.article_id, made, named).exists()


def span_of(first: int, last: int) -> tuple[int, int]:
    """The first and the last microsecond of a span of days (UTC), wherever the calendar ends."""
    begin = datetime.combine(_date(first), datetime.min.time(), UTC)
    end = datetime.combine(_date(last), datetime.min.time(), UTC)
    return micros(begin), micros(end) + timedelta(days=1) // timedelta(microseconds=1) - 1


def _date(day: int) -> date:
    """The day, or the last one of its month where the month is shorter."""
    year, month = max(day // 10_000, 1), max(day // 100 % 100, 1)
    return date(year, month, min(max(day % 100, 1), monthrange(year, month)[1]))


def rows_of(looked: Looked) -> tuple[Row, ...]:
    """The words and phrases that something asks for."""
    match looked:
        case Row():
            return (looked,)
        case Close(left=left, right=right):
            return (left, right)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return tuple(row for part in parts for row in rows_of(part) if row.words != (EVERY,))
