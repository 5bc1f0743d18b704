"""Writing the full-text index: its words, the vocabulary of stems, and where times and languages lie.

The index keeps no text (it can be made anew from the versions), only words: on SQLite an FTS5 table
without content, on PostgreSQL a tsvector under a GIN index. It is written in the transaction that keeps
the version. A change of `search_words` asks for a revision that indexes everything anew, or that adds to
each entry what is new (`r0015`): FTS5 forgets an entry only when it is told the very words that it was given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, text

from ..model import Extraction
from .payloads import unpack
from .search_words import Entry, stem
from .sql_index import CHUNK
from .values import EPOCH, moment

AT_ONCE: Final = 200  # versions indexed with one statement, where many are
REMEMBERED: Final = 400_000  # words of the vocabulary that need not be looked up again
_GAP: Final = 100  # between fields, so that no phrase reaches from one into the next
_LAST: Final = 16_383  # a tsvector's greatest position
_WEIGHTS: Final = (("title", "A"), ("author", "B"), ("section", "C"), ("known", ""), ("text", ""))

STATISTICS: Final = ("ALTER TABLE search_index ALTER COLUMN words SET STATISTICS 500",)
"""PostgreSQL then knows how frequent 5,000 words are, not 1,000: by that it chooses the plan of a query."""
INDEX: Final = f"CREATE INDEX search_index_words ON search_index USING gin (({CHUNK}), words)"
"""With the chunk of ids beside the words: what lies in other chunks is passed over."""
UNPACKED: Final = "ALTER TABLE search_index ALTER COLUMN words SET STORAGE EXTERNAL"
"""PostgreSQL then does not try to pack words, which it finds nothing to gain by."""
_MAKE: Final = {
    "sqlite": (
        # ascii: every other character is a letter to it; we have split the words already.
        """CREATE VIRTUAL TABLE search_index USING fts5(title, author, section, known, text, content='',
           tokenize="ascii tokenchars '='")""",
    ),
    "postgresql": (
        "CREATE TABLE search_index (id bigint PRIMARY KEY, words tsvector NOT NULL)",
        INDEX,
        *STATISTICS,
        UNPACKED,
    ),
}
# PostgreSQL is given all rows as columns, in binary: one by one they take client and server as long again.
_ADD: Final = {
    "sqlite": "INSERT INTO search_index(rowid, title, author, section, known, text)"
    " VALUES (?, ?, ?, ?, ?, ?)",
    "postgresql": "INSERT INTO search_index(id, words) SELECT id, words::tsvector"
    " FROM unnest(%b::bigint[], %b::text[]) AS entry(id, words)",
}
_FORGET: Final = (
    "INSERT INTO search_index(search_index, rowid, title, author, section, known, text)"
    " VALUES ('delete', ?, ?, ?, ?, ?, ?)"
)
_LEARN: Final = {
    "sqlite": "INSERT INTO search_word(language, stem, word) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    "postgresql": "INSERT INTO search_word(language, stem, word)"
    " SELECT * FROM unnest(%b::text[], %b::text[], %b::text[]) ON CONFLICT DO NOTHING",
}
_REACH = {
    name: text(
        "INSERT INTO search_range(kind, key, low, high) VALUES (:kind, :key, :low, :high)"
        f" ON CONFLICT(kind, key) DO UPDATE SET low = {least}(search_range.low, excluded.low),"
        f" high = {greatest}(search_range.high, excluded.high)"
    )
    for name, least, greatest in (("sqlite", "min", "max"), ("postgresql", "least", "greatest"))
}
_STORED = (
    "SELECT v.id, v.content, b.content AS base, v.first_seen, a.url, a.source_id FROM version v"
    " JOIN article a ON a.id = v.article_id LEFT JOIN version b ON b.id = v.base_id"
)


class Vocabulary:
    """The words that are known to be written down; what an archive remembers between writes."""

    def __init__(self) -> None:
        self.words: dict[str, set[str]] = defaultdict(set)
        self._redaction: int | None = None

    def renew(self, connection: Connection) -> None:
        """Begin anew where a redaction, by whatever process, may have taken words out since."""
        last = connection.scalar(text("SELECT max(id) FROM redaction"))
        if last != self._redaction:
            self.words.clear()
        self._redaction = last

    def remember(self, learned: Iterable[tuple[str, str]]) -> None:
        """Take in languages and words that were committed.

        Those met first are the common ones, and stay. What there is no room for is written down again
        each time it is met, which does nothing and takes microseconds.
        """
        if sum(map(len, self.words.values())) > REMEMBERED:
            return
        for language, word in learned:
            self.words[language].add(word)


def make(connection: Connection) -> None:
    """Make the index's own table, which is of another kind on each database."""
    for statement in _MAKE[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def add(connection: Connection, entries: Sequence[Entry], vocabulary: Vocabulary) -> set[tuple[str, str]]:
    """Index versions; their ids are greater than those indexed before.

    Returns:
        Languages and words that the vocabulary is to remember once this is committed.
    """
    if not entries:
        return set()
    sqlite = connection.dialect.name == "sqlite"
    _write(connection, _ADD, list(map(_row if sqlite else _vector, entries)))
    reach(connection, [span for one in entries for span in times(one.hour, one.version_id)])
    reach(connection, [("language", one.language, one.version_id) for one in entries if one.language])
    learned = _met(entries, vocabulary)
    stems = [(language, stem(word, language), word) for language, word in sorted(learned)]
    found = [one for one in stems if one[1] is not None]
    if sqlite:
        found += [("", "", word) for word in {word for _, kept, word in stems if kept is None}]
    if found:
        _write(connection, _LEARN, found)
    return learned


def _write(connection: Connection, how: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows, of which there are some, by the database's own statement."""
    sqlite = connection.dialect.name == "sqlite"
    given: Any = rows if sqlite else tuple(map(list, zip(*rows, strict=True)))
    connection.exec_driver_sql(how[connection.dialect.name], given)


def _met(entries: Iterable[Entry], vocabulary: Vocabulary) -> set[tuple[str, str]]:
    """Languages and words that the vocabulary does not remember; under "" those that have no forms."""
    met: set[tuple[str, str]] = set()
    for one in entries:
        language = one.language or ""
        met |= {(language, word) for word in {*one.title, *one.text} - vocabulary.words[language]}
        met |= {("", word) for word in {*one.author, *one.section} - vocabulary.words[""]}
    return met


def reach(connection: Connection, met: Sequence[tuple[str, str, int]]) -> None:
    """Widen the ranges of ids in which the versions of a time or a language lie.

    Args:
        connection: In a write.
        met: "month", "day", "hour" or "language"; which; the id of a version.
    """
    ends: dict[tuple[str, str], tuple[int, int]] = {}
    for kind, key, version_id in met:
        low, high = ends.get((kind, key), (version_id, version_id))
        ends[kind, key] = min(low, version_id), max(high, version_id)
    rows = [{"kind": kind, "key": key, "low": low, "high": high} for (kind, key), (low, high) in ends.items()]
    if rows:
        connection.execute(_REACH[connection.dialect.name], rows)


def times(hour: int, version_id: int) -> tuple[tuple[str, str, int], ...]:
    """The times, for `reach`, of a version first seen in an hour such as 2026101513."""
    key = f"{hour:010}"
    return ("month", key[:6], version_id), ("day", key[:8], version_id), ("hour", key, version_id)


def forget(connection: Connection, version_ids: Sequence[int]) -> None:
    """Take versions out of the index, before their content goes; words that none other has go too.

    Segments in which FTS5 still held the words are merged away: nothing of them stays in the file but in
    pages that SQLite calls free.
    """
    gone = list(stored(connection, "v.id = :id", [{"id": one} for one in version_ids]))
    sqlite = connection.dialect.name == "sqlite"
    if not gone:
        return
    if sqlite:
        connection.exec_driver_sql(_FORGET, list(map(_row, gone)))
        connection.exec_driver_sql("INSERT INTO search_index(search_index) VALUES ('optimize')")
        other = text("SELECT 1 FROM search_index WHERE search_index MATCH :looked LIMIT 1")
    else:
        rows = [{"id": one.version_id} for one in gone]
        connection.execute(text("DELETE FROM search_index WHERE id = :id"), rows)
        other = text("SELECT 1 FROM search_index WHERE words @@ CAST(:looked AS tsquery) LIMIT 1")
    for word in sorted({word for one in gone for word in (*one.title, *one.author, *one.section, *one.text)}):
        looked = f'"{word}"' if sqlite else f"'{word}'"
        if connection.execute(other, {"looked": looked}).first() is None:
            connection.execute(text("DELETE FROM search_word WHERE word = :word"), {"word": word})


def index_everything(connection: Connection) -> None:
    """Index every version that is stored; for a revision of the schema, the index being empty."""
    vocabulary = Vocabulary()
    entries = stored(connection, "v.id > :after", None)
    while batch := list(islice(entries, AT_ONCE)):
        vocabulary.remember(add(connection, batch, vocabulary))


def learn_everything(connection: Connection) -> None:
    """Have the vocabulary hold every indexed word; for a revision of the schema, on SQLite alone."""
    if connection.dialect.name != "sqlite":
        return
    connection.exec_driver_sql("CREATE VIRTUAL TABLE temp.indexed USING fts5vocab(main, search_index, row)")
    connection.exec_driver_sql(
        "INSERT INTO search_word(language, stem, word) SELECT '', '', term FROM indexed"
        " WHERE term NOT LIKE '=%' AND NOT EXISTS (SELECT 1 FROM search_word WHERE word = term)"
    )
    connection.exec_driver_sql("DROP TABLE temp.indexed")


def stored(
    connection: Connection, condition: str, parameters: Sequence[dict[str, Any]] | None
) -> Iterator[Entry]:
    """The entries of stored versions in the order of their ids.

    Args:
        connection: To read by.
        condition: On `v`, with names for values.
        parameters: One query for each of these; None: all versions, in pages by `:after`.
    """
    query = text(f"{_STORED} WHERE {condition} ORDER BY v.id LIMIT {AT_ONCE}")
    if parameters is not None:
        for one in parameters:
            yield from map(_entry, connection.execute(query, one))
        return
    after = 0
    while rows := connection.execute(query, {"after": after}).all():
        yield from map(_entry, rows)
        after = rows[-1].id


def _entry(row: Any) -> Entry:
    content = unpack(row.content, None if row.base is None else unpack(row.base))
    return Entry.of(
        row.id,
        Extraction.from_json(content),
        source_id=row.source_id,
        url=row.url,
        hour=hour_of(row.first_seen),
    )


def hour_of(at: int | datetime) -> int:
    """The hour (UTC) of a moment, or of microseconds since 1970, such as 2026101513."""
    when = moment(at) if isinstance(at, int) else at.astimezone(EPOCH.tzinfo)
    return when.year * 1_000_000 + when.month * 10_000 + when.day * 100 + when.hour


def _row(one: Entry) -> tuple[Any, ...]:
    fields = (one.title, one.author, one.section, one.known, one.text)
    return (one.version_id, *map(" ".join, fields))


def _vector(one: Entry) -> tuple[int, str]:
    """An entry's words with their places, as a tsvector is written."""
    made: list[str] = []
    begin = 0
    for field, weight in _WEIGHTS:
        words = getattr(one, field)
        places = _places(weight)[begin : begin + len(words)]
        pairs = [f":{_LAST}{weight} "] * (2 * len(words))
        pairs[::2] = words
        pairs[1 : 2 * len(places) : 2] = places
        made += pairs
        begin += len(words) + _GAP
    return one.version_id, "".join(made)


@cache
def _places(weight: str) -> list[str]:
    """What is written behind the word at each place; to make it anew for each takes ten times as long."""
    return [f":{at}{weight} " for at in range(1, _LAST + 1)]
