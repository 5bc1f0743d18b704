"""Taking a page's text out for good: payloads, heads, contents, titles, the index; a tombstone stays.

What only leans on the bytes that go (deltas) is packed alone first, so that nothing else is lost. Rows stay
with their digests, times and addresses, and the ledger with its leaves, which hold digests only: what is
gone can still be told to have been there, and the rest to be unaltered. Bytes that other pages brought
too (the same consent wall) stay. That no trace is left in the database's file is `engine.sweep`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from ..errors import Redacted
from ..model import ArticleState, Extraction, Outcome
from . import indexing, sql_beside, sql_leaves, sql_ledger
from .ledger import Kind, change_leaf, redaction_leaf
from .payloads import pack, unpack
from .sql_sources import next_id
from .tables import alert, alias, article, capture, change, lead, payload, redacted, redaction, tally, version
from .values import clean, micros, moment

BESIDE: Final = timedelta(hours=1)
"""How long after a capture one without a version may come and still belong to it (an article's next page)."""
REASON: Final = "redacted"
CHUNK: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What was taken out, when, and why; or, of a redaction that is only planned, what would be.

    `version_id` is None where a whole article went. `kept` counts payloads that stay because others
    brought the same bytes.
    """

    at: datetime
    reason: str
    url: str
    article_id: int
    version_id: int | None = None
    versions: int = 0
    captures: int = 0
    payloads: int = 0
    kept: int = 0


@dataclass(slots=True)
class _Plan:
    versions: list[int]
    captures: list[int]
    payloads: list[int]
    kept: int
    changes: list[Any]


def plan(connection: Connection, article_id: int, version_id: int | None) -> Redaction:
    """What a redaction would take out."""
    url = str(connection.scalar(select(article.c.url).where(article.c.id == article_id)))
    found = _plan(connection, article_id, version_id)
    return _told(found, moment(0), "", url, article_id, version_id)


def redact(
    connection: Connection, article_id: int, version_id: int | None, reason: str, now: datetime
) -> Redaction:
    """Take an article out, or one version of it; done twice it finds nothing more to take."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    url = str(connection.scalar(select(article.c.url).where(article.c.id == article_id)))
    found = _plan(connection, article_id, version_id)
    told = _told(found, now, reason, url, article_id, version_id)
    known = select(redaction.c.id).where(redaction.c.article_id == article_id)
    known = known.where(
        redaction.c.version_id.is_(None) if version_id is None else redaction.c.version_id == version_id
    )
    if not (found.versions or found.captures) and connection.scalar(known) is not None:
        return told
    new = next_id(connection, redaction)
    row = {
        "id": new, "at": micros(now), "reason": clean(reason), "url": url, "article_id": article_id,
        "version_id": version_id,
    }  # fmt: skip
    connection.execute(insert(redaction).values(row))
    gone = _bury(connection, new, found)
    sql_ledger.append(connection, [(Kind.REDACTION, new, redaction_leaf(row, gone))])
    indexing.forget(connection, found.versions)
    _empty_payloads(connection, found.payloads)
    _empty_captures(connection, found.captures)
    _empty_versions(connection, found.versions, url)
    _empty_changes(connection, found.changes, set(found.versions), whole=version_id is None)
    _mend_article(connection, article_id, found, whole=version_id is None)
    return told


def of_version(connection: Connection, version_id: int) -> Redacted | None:
    """The error that reading a redacted version is; None for one that is there."""
    return _error(connection, "version", version_id)


def of_payload(connection: Connection, digest: bytes) -> Redacted | None:
    """The error that reading a redacted payload is; None for one that is there."""
    found = connection.scalar(select(payload.c.id).where(payload.c.sha256 == digest))
    return None if found is None else _error(connection, "payload", found)


def _error(connection: Connection, kind: str, row_id: int) -> Redacted | None:
    query = select(redaction).join(redacted, redacted.c.redaction_id == redaction.c.id)
    row = connection.execute(query.where(redacted.c.kind == kind, redacted.c.row_id == row_id)).first()
    if row is None:
        return None
    return Redacted(
        f"it was taken out of the archive on {moment(row.at):%Y-%m-%d}: {row.reason}", url=row.url
    )


# --------------------------------------------------------------------------- plan


def _plan(connection: Connection, article_id: int, version_id: int | None) -> _Plan:
    gone = {
        kind: set(connection.scalars(select(redacted.c.row_id).where(redacted.c.kind == kind)))
        for kind in ("payload", "capture", "version", "change")
    }
    mine = select(
        *(capture.c[name] for name in ("id", "version_id", "payload_id", "at", "outcome", "beside_id"))
    )
    rows = connection.execute(mine.where(capture.c.article_id == article_id).order_by(capture.c.id)).all()
    said = select(change).where(change.c.article_id == article_id)
    if version_id is None:
        versions = set(connection.scalars(select(version.c.id).where(version.c.article_id == article_id)))
        names = select(alias.c.url).where(alias.c.article_id == article_id)
        strays = connection.execute(
            mine.where(capture.c.article_id.is_(None), capture.c.url.in_(names))
        ).all()
        beside = [i for row in strays for i in sql_beside.fetched_beside(connection, row.id)]
        taken = [*rows, *strays, *connection.execute(mine.where(capture.c.id.in_(beside)))]
    else:
        versions, taken = {version_id}, list(_of_version(rows, version_id))
        said = said.where((change.c.old_id == version_id) | (change.c.new_id == version_id))
    captures = {row.id for row in taken} - gone["capture"]
    brought = {row.payload_id for row in taken if row.payload_id is not None} - gone["payload"]
    others: set[int] = set()
    for ids in _chunks(brought):
        users = select(capture.c.id, capture.c.payload_id).where(capture.c.payload_id.in_(ids))
        for row in connection.execute(users):
            if row.id not in captures and row.id not in gone["capture"]:
                others.add(row.payload_id)
    return _Plan(
        versions=sorted(versions - gone["version"]),
        captures=sorted(captures),
        payloads=sorted(brought - others),
        kept=len(others),
        changes=[
            row for row in connection.execute(said.order_by(change.c.id)) if row.id not in gone["change"]
        ],
    )


def _of_version(rows: Sequence[Any], version_id: int) -> Iterator[Any]:
    """The captures that showed a version, and those that were fetched along with them.

    Those of before `beside_id` was kept are told by their place.
    """
    shown = {row.id for row in rows if row.version_id == version_id}
    last: Any = None
    for row in rows:
        if row.beside_id is not None:
            if row.beside_id in shown:
                yield row
            continue
        if row.version_id is not None:
            last = row if row.version_id == version_id else None
        elif last is not None and (row.outcome != Outcome.OK or moment(row.at) - moment(last.at) > BESIDE):
            last = None
        if last is not None:
            yield row


def _told(
    found: _Plan, at: datetime, reason: str, url: str, article_id: int, version_id: int | None
) -> Redaction:
    return Redaction(
        at=at, reason=reason, url=url, article_id=article_id, version_id=version_id,
        versions=len(found.versions), captures=len(found.captures), payloads=len(found.payloads),
        kept=found.kept,
    )  # fmt: skip


def _bury(connection: Connection, redaction_id: int, found: _Plan) -> list[tuple[str, int]]:
    """Write down what goes; of captures and changes the leaf, for their rows will no longer give it."""
    rows: list[dict[str, Any]] = []
    bases = sql_leaves.Bases(connection.execute)
    for i in found.captures:
        row = connection.execute(sql_leaves.BETWEEN, {"low": i, "high": i}).one()
        leaf = sql_leaves.leaf_as_found(row, bases.fetch([row]))
        rows.append(_buried("capture", i, redaction_id, leaf.decode("utf-8", "surrogatepass")))
    rows += [
        _buried("change", row.id, redaction_id, change_leaf(row._mapping).decode("utf-8", "surrogatepass"))
        for row in found.changes
    ]
    rows += [_buried("version", i, redaction_id, None) for i in found.versions]
    rows += [_buried("payload", i, redaction_id, None) for i in found.payloads]
    if rows:
        connection.execute(insert(redacted), rows)
    return [(row["kind"], row["row_id"]) for row in rows]


def _buried(kind: str, row_id: int, redaction_id: int, leaf: str | None) -> dict[str, Any]:
    return {"kind": kind, "row_id": row_id, "redaction_id": redaction_id, "leaf": leaf}


# ------------------------------------------------------------------------ emptying


def _empty_payloads(connection: Connection, gone: Sequence[int]) -> None:
    """Take bytes out; deltas against them are packed alone first."""
    going = set(gone)
    change_of_size = 0
    for ids in _chunks(gone):
        leaning = select(payload.c.id).where(payload.c.base_id.in_(ids))
        for i in set(connection.scalars(leaning)) - going:
            one = connection.execute(_PAYLOAD, {"id": i}).one()
            base = connection.execute(_PAYLOAD, {"id": one.base_id}).one()
            data = pack(unpack(one.data, unpack(base.data, size=base.size), size=one.size)).data
            change_of_size += len(data) - len(one.data)
            connection.execute(update(payload).where(payload.c.id == i).values(data=data, base_id=None))
    nothing = pack(b"").data
    for i in gone:
        change_of_size += len(nothing) - len(connection.execute(_PAYLOAD, {"id": i}).one().data)
        connection.execute(update(payload).where(payload.c.id == i).values(data=nothing, base_id=None))
    connection.execute(update(tally).values(stored_bytes=tally.c.stored_bytes + change_of_size))


def _empty_captures(connection: Connection, gone: Sequence[int]) -> None:
    going = set(gone)
    for ids in _chunks(gone):
        leaning = select(capture.c.id, capture.c.heads, capture.c.head_base_id)
        for row in connection.execute(leaning.where(capture.c.head_base_id.in_(ids))).all():
            if row.id not in going:
                base = connection.scalar(select(capture.c.heads).where(capture.c.id == row.head_base_id))
                data = pack(unpack(row.heads, unpack(base or b""))).data
                alone = update(capture).where(capture.c.id == row.id).values(heads=data, head_base_id=None)
                connection.execute(alone)
        emptied = update(capture).where(capture.c.id.in_(ids))
        connection.execute(emptied.values(heads=None, head_base_id=None, location=None))


def _empty_versions(connection: Connection, gone: Sequence[int], url: str) -> None:
    going = set(gone)
    nothing = pack(Extraction(url=url).to_json().encode("utf-8", "surrogatepass")).data
    names = ("page_class", "title", "published", "language")
    for ids in _chunks(gone):
        for row in connection.execute(select(version).where(version.c.base_id.in_(ids))).all():
            if row.id not in going:
                base = connection.execute(select(version).where(version.c.id == row.base_id)).one()
                own = {n: base._mapping[n] if row._mapping[n] is None else row._mapping[n] for n in names}
                data = pack(unpack(row.content, unpack(base.content))).data
                alone = update(version).where(version.c.id == row.id)
                connection.execute(alone.values(content=data, base_id=None, **own))
        emptied = update(version).where(version.c.id.in_(ids))
        connection.execute(
            emptied.values(
                content=nothing, base_id=None, page_class="article", title="", published="", language=""
            )
        )


def _empty_changes(connection: Connection, rows: Iterable[Any], gone: set[int], *, whole: bool) -> None:
    for row in rows:
        values = {"reasons": "[]"}
        if whole or row.old_id in gone or row.old_id is None:
            values["title_before"] = ""
        if whole or row.new_id in gone or row.new_id is None:
            values["title_after"] = ""
        connection.execute(update(change).where(change.c.id == row.id).values(values))
        # Why an alert was made may quote the page: its section.
        connection.execute(update(alert).where(alert.c.change_id == row.id).values(why=REASON))


def _mend_article(connection: Connection, article_id: int, found: _Plan, *, whole: bool) -> None:
    """Let the article's row point to nothing that is gone, and say nothing of it."""
    row = connection.execute(select(article).where(article.c.id == article_id)).one()
    values: dict[str, Any] = {}
    if whole or row.keyframe_id in found.payloads:
        values.update(keyframe_id=None, drift=0, first_delta=None)
    if whole or row.head_base_id in found.captures:
        values.update(head_base_id=None)
    if whole or row.content_base_id in found.versions:
        values.update(content_base_id=None)
    if whole or row.version_id in found.versions:
        values.update(title="", standfirst="", published=None, language=None)
        # A conditional request would say what is here no more.
        values.update(etag=None, last_modified=None)
    keys = select(alias.c.key).where(alias.c.article_id == article_id)
    leads = update(lead).where(lead.c.key.in_(keys))
    if whole:
        values.update(state=ArticleState.REDACTED.value, next_visit=None)
        connection.execute(leads.values(title=None, state="dropped", reason=REASON))
    else:
        connection.execute(leads.values(title=None))
    if values:
        connection.execute(update(article).where(article.c.id == article_id).values(values))


_PAYLOAD: Select[Any] = select(payload).where(payload.c.id == bindparam("id"))


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    every = sorted(ids)
    for start in range(0, len(every), CHUNK):
        yield every[start : start + CHUNK]
