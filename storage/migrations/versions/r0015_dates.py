"""Marks for the year and the month of publication, beside those for the day; and PostgreSQL packs no words.

They are added to what the index holds: no version is read again, so none can be lost to one that is damaged.
"""

from __future__ import annotations

from alembic import op

from palimpsest.storage.indexing import STATISTICS, UNPACKED

revision = "0015"
down_revision = "0014"

_SQLITE = (
    "CREATE VIRTUAL TABLE temp.indexed USING fts5vocab(main, search_index, instance)",
    """CREATE TEMP TABLE dated AS SELECT doc AS id, substr(term, 3) AS day FROM indexed
       WHERE term >= '=p' AND term < '=q'
       AND NOT EXISTS (SELECT 1 FROM indexed WHERE term >= '=y' AND term < '=z')""",
    "CREATE TEMP TABLE sizes AS SELECT id, sz FROM search_index_docsize WHERE id IN (SELECT id FROM dated)",
    # FTS5 counts each as one more entry, of two words: it is told before that there is one less, of none, and
    # after how long the entries are. Their words stay in the index.
    """INSERT INTO search_index(search_index, rowid, title, author, section, known, text)
       SELECT 'delete', id, '', '', '', '', '' FROM dated ORDER BY id""",
    """INSERT INTO search_index(rowid, known)
       SELECT id, '=y' || substr(day, 1, 4) || ' =m' || substr(day, 1, 6) FROM dated ORDER BY id""",
    "REPLACE INTO search_index_docsize SELECT id, sz FROM sizes",
    "DROP TABLE sizes",
    "DROP TABLE dated",
    "DROP TABLE temp.indexed",
)
_POSTGRESQL = (
    # All entries change, so they are written beside those of before, which leaves no holes.
    "ALTER TABLE search_index RENAME TO undated",
    "ALTER TABLE undated DROP CONSTRAINT search_index_pkey",
    "DROP INDEX search_index_words",
    "CREATE TABLE search_index (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    *STATISTICS,
    UNPACKED,
    """INSERT INTO search_index SELECT id, words || coalesce(marks, '') FROM undated LEFT JOIN LATERAL (
         SELECT array_to_tsvector(ARRAY['=y' || substr(lexeme, 3, 4), '=m' || substr(lexeme, 3, 6)]) AS marks
         FROM unnest(words) WHERE lexeme LIKE '=p%') AS dated ON true""",
    "DROP TABLE undated",
    "CREATE INDEX search_index_words ON search_index USING gin (words)",
    "ANALYZE search_index",
)


def upgrade() -> None:
    """Add them (some seconds for a million versions on SQLite, minutes on PostgreSQL)."""
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
