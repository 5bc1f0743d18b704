"""Versions as a SQLite database that stands alone: for Datasette, R, DuckDB or the sqlite3 shell.

It is no archive (it has no captures and no pages, and Palimpsest does not open it), but its tables are plain:
`versions` has the fields of every export, texts unpacked; `authors`, `tags` and `videos` have a row for each.
The views `articles_latest` and `edits` are those of an archive, as far as the selection goes. Times are ISO
8601 texts in UTC, lists and blocks JSON texts.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from ..errors import StoreError
from . import jsonl
from .rows import FIELDS, Kind, Row

_TYPES: Final = {Kind.INTEGER: "INTEGER", Kind.REAL: "REAL"}  # anything else is TEXT
_COLUMNS: Final = ", ".join(
    f"{name} {_TYPES.get(kind, 'TEXT')}{' PRIMARY KEY' if name == 'public_id' else ''}"
    for name, kind in FIELDS.items()
)
_SCHEMA: Final = f"""
CREATE TABLE versions ({_COLUMNS}) STRICT;
CREATE TABLE authors (public_id TEXT REFERENCES versions, position INTEGER, name TEXT) STRICT;
CREATE TABLE tags (public_id TEXT REFERENCES versions, position INTEGER, tag TEXT) STRICT;
CREATE TABLE videos (public_id TEXT REFERENCES versions, position INTEGER, url TEXT, title TEXT,
                     provider TEXT, place TEXT, label TEXT, duration REAL) STRICT;
"""
_AFTER: Final = """
CREATE UNIQUE INDEX versions_article ON versions (article_id, number);
CREATE INDEX authors_version ON authors (public_id);
CREATE INDEX tags_version ON tags (public_id);
CREATE INDEX videos_version ON videos (public_id);
CREATE VIEW articles_latest AS
    SELECT v.* FROM versions v
     WHERE v.number = (SELECT max(number) FROM versions w WHERE w.article_id = v.article_id);
CREATE VIEW edits AS
    SELECT n.article_id, n.url, n.source, n.number, o.public_id AS old_version, n.public_id AS new_version,
           o.last_seen AS old_last_seen, n.first_seen AS new_first_seen, o.title AS old_title,
           n.title AS new_title, n.change_kinds, n.change_weight, o.text AS old_text, n.text AS new_text
      FROM versions n JOIN versions o ON o.article_id = n.article_id AND o.number = n.number - 1;
"""
_INSERT: Final = f"INSERT INTO versions VALUES ({', '.join('?' * len(FIELDS))})"


def write(rows: Iterable[Row], path: Path) -> None:
    """Write rows, one at a time, into a new database."""
    path.unlink(missing_ok=True)  # what a killed export left is no database to go on with
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        # Nothing to fall back on is needed: a file that was not finished is thrown away.
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.executescript(_SCHEMA)
        db.execute("BEGIN")
        for row in rows:
            _insert(db, row)
        db.execute("COMMIT")
        db.executescript(_AFTER)


def _insert(db: sqlite3.Connection, row: Row) -> None:
    name = row["public_id"]
    db.execute(_INSERT, [_cell(kind, row[field]) for field, kind in FIELDS.items()])
    db.executemany("INSERT INTO authors VALUES (?, ?, ?)", _numbered(name, row["authors"]))
    db.executemany("INSERT INTO tags VALUES (?, ?, ?)", _numbered(name, row["tags"]))
    fields = ("url", "title", "provider", "place", "label", "duration")
    db.executemany(
        "INSERT INTO videos VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(*head, *(video.get(key) for key in fields)) for *head, video in _numbered(name, row["videos"])],
    )


def _numbered(name: str, values: list[Any]) -> list[tuple[str, int, Any]]:
    return [(name, position, value) for position, value in enumerate(values, 1)]


def _cell(kind: Kind, value: Any) -> Any:
    if value is None:
        return None
    match kind:
        case Kind.TIME:
            return jsonl.plain(value)
        case Kind.TEXTS | Kind.JSON:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        case _:
            return value


def count(path: Path) -> int:
    """How many versions a finished file holds; the whole file is checked.

    Raises:
        StoreError: SQLite finds fault with it.
    """
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise StoreError(f"{path} was not written well: {found}")
        return int(db.execute("SELECT count(*) FROM versions").fetchone()[0])
