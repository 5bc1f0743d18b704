"""The views that people read: with Datasette, pandas, DuckDB or the sqlite3 shell, without us.

`articles`, `articles_latest`, `versions`, `captures`, `changes` and `edits`, with times in ISO 8601 (UTC,
milliseconds) and digests in hexadecimal. They hold no data, so every upgrade drops and makes them anew from
here; columns are added, never renamed or taken away.
"""

from __future__ import annotations

from sqlalchemy import Connection

_VIEWS = {
    "articles": """
        SELECT a.id, s.slug AS source, a.url, a.title, a.standfirst, a.state, a.published, a.language,
               {first_seen} AS first_seen, {last_seen} AS last_seen, a.versions, a.captures,
               {next_visit} AS next_visit
          FROM article a LEFT JOIN source s ON s.id = a.source_id
    """,
    "articles_latest": """
        SELECT a.id, s.slug AS source, a.url, {name} AS version, v.number, a.title, a.standfirst, a.state,
               coalesce(v.page_class, b.page_class) AS page_class, a.published,
               nullif(coalesce(v.language, b.language), '') AS language,
               {first_seen} AS version_first_seen, {last_seen} AS version_last_seen,
               {article_seen} AS article_first_seen, v.captures, {sha256} AS payload_sha256
          FROM article a JOIN version v ON v.id = a.version_id JOIN capture c ON c.id = v.capture_id
          LEFT JOIN version b ON b.id = v.base_id LEFT JOIN payload p ON p.id = c.payload_id
          LEFT JOIN source s ON s.id = a.source_id
    """,
    "versions": """
        SELECT v.id, {name} AS public_id, v.article_id, a.url, v.number,
               coalesce(v.title, b.title) AS title, coalesce(v.page_class, b.page_class) AS page_class,
               nullif(coalesce(v.published, b.published), '') AS published,
               nullif(coalesce(v.language, b.language), '') AS language,
               {first_seen} AS first_seen, {last_seen} AS last_seen, v.captures,
               {fingerprint} AS fingerprint, {sha256} AS payload_sha256
          FROM version v JOIN article a ON a.id = v.article_id JOIN capture c ON c.id = v.capture_id
          LEFT JOIN version b ON b.id = v.base_id LEFT JOIN payload p ON p.id = c.payload_id
    """,
    "captures": """
        SELECT c.id, {record_id} AS record_id, c.article_id, {name} AS version, s.slug AS source,
               coalesce(c.url, a.url) AS url, {at} AS at, c.outcome, c.status, c.reason, c.location, c.ip,
               c.took / 1000000.0 AS seconds, {sha256} AS payload_sha256, p.size AS payload_size,
               length(p.data) AS stored_size, c.run_id
          FROM capture c LEFT JOIN article a ON a.id = c.article_id
          LEFT JOIN version v ON v.id = c.version_id LEFT JOIN capture f ON f.id = v.capture_id
          LEFT JOIN source s ON s.id = c.source_id
          LEFT JOIN payload p ON p.id = c.payload_id
    """,
    "changes": """
        SELECT c.id, c.article_id, a.url, s.slug AS source, {at} AS at, c.verdict, c.weight, c.kinds,
               c.reasons, c.title_before, c.title_after, o.number AS old_number, n.number AS new_number
          FROM change c JOIN article a ON a.id = c.article_id LEFT JOIN source s ON s.id = a.source_id
          LEFT JOIN version o ON o.id = c.old_id LEFT JOIN version n ON n.id = c.new_id
    """,
    "edits": """
        SELECT n.article_id, a.url, s.slug AS source, n.number, {old_name} AS old_version,
               {new_name} AS new_version, {last_seen} AS old_last_seen, {first_seen} AS new_first_seen,
               coalesce(o.title, ob.title) AS old_title, coalesce(n.title, nb.title) AS new_title
          FROM version n JOIN version o ON o.article_id = n.article_id AND o.number = n.number - 1
          JOIN capture nc ON nc.id = n.capture_id JOIN capture oc ON oc.id = o.capture_id
          LEFT JOIN version nb ON nb.id = n.base_id LEFT JOIN version ob ON ob.id = o.base_id
          JOIN article a ON a.id = n.article_id LEFT JOIN source s ON s.id = a.source_id
    """,
}
_TIMES = {
    "articles": {"first_seen": "a.first_seen", "last_seen": "a.last_seen", "next_visit": "a.next_visit"},
    "articles_latest": {
        "first_seen": "v.first_seen",
        "last_seen": "v.last_seen",
        "article_seen": "a.first_seen",
    },
    "versions": {"first_seen": "v.first_seen", "last_seen": "v.last_seen"},
    "captures": {"at": "c.at"},
    "changes": {"at": "c.at"},
    "edits": {"last_seen": "o.last_seen", "first_seen": "n.first_seen"},
}
_DIGESTS = {
    "articles_latest": {"sha256": "p.sha256"},
    "versions": {"fingerprint": "v.fingerprint", "sha256": "p.sha256"},
    "captures": {"record_id": "c.record_id", "sha256": "p.sha256"},
}
_NAMES = {  # a version's public id begins the record id of its first witness (`values.public_id`)
    "articles_latest": {"name": "c.record_id"},
    "versions": {"name": "c.record_id"},
    "captures": {"name": "f.record_id"},
    "edits": {"old_name": "oc.record_id", "new_name": "nc.record_id"},
}
_DIALECTS = {
    "sqlite": ("strftime('%Y-%m-%dT%H:%M:%fZ', {} / 1000000.0, 'unixepoch')", "lower(hex({}))"),
    "postgresql": (
        """to_char(to_timestamp({} / 1000000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')""",
        "encode({}, 'hex')",
    ),
}


def drop_views(connection: Connection) -> None:
    """Take the views away, so that tables under them can be altered."""
    for name in _VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")


def make_views(connection: Connection) -> None:
    """Make the views for the database's dialect."""
    time, digest = _DIALECTS[connection.dialect.name]
    for name, query in _VIEWS.items():
        columns = {key: time.format(column) for key, column in _TIMES[name].items()}
        columns |= {key: digest.format(column) for key, column in _DIGESTS.get(name, {}).items()}
        columns |= {key: digest.format(f"substr({of}, 1, 10)") for key, of in _NAMES.get(name, {}).items()}
        # psycopg would take a bare % for a parameter only where parameters are given: here are none.
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {query.format(**columns)}")
