"""Articles and their versions, read: by id, by key, by public id, as of a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, Select, and_, bindparam, func, select

from ..errors import Damaged, NotFound
from ..model import Article, ArticleState, Extraction, Version
from . import redacting
from .payloads import unpack
from .rows import Span
from .tables import Int, alias, article, capture, redacted, source, version
from .values import clean, micros, moment, public_id, record_range

_base = version.alias("base")
_VERSION: Select[Any] = (
    select(version, capture.c.record_id, _base.c.content.label("base_content"), redacted.c.redaction_id)
    .join(capture, capture.c.id == version.c.capture_id)
    .outerjoin(_base, _base.c.id == version.c.base_id)
    .outerjoin(redacted, and_(redacted.c.kind == "version", redacted.c.row_id == version.c.id))
)


def find_article(connection: Connection, wanted: str | int) -> Article:
    """An article by its id, one of its keys, or its URL.

    Raises:
        NotFound: There is none.
    """
    query = select(article)
    if isinstance(wanted, int):
        row = connection.execute(query.where(article.c.id == wanted)).first() if wanted < 2**63 else None
    else:
        text = clean(wanted)
        by_key = query.join(alias, alias.c.article_id == article.c.id).where(alias.c.key == text)
        by_url = query.where(article.c.url == text).order_by(article.c.id).limit(1)
        row = connection.execute(by_key).first() or connection.execute(by_url).first()
    if row is None:
        raise NotFound(f"no article {wanted!r} in this archive; `palimpsest article list` names some")
    return _articles(connection, [row])[0]


def page_of_articles(
    connection: Connection,
    *,
    slug: str | None,
    since: datetime | None,
    until: datetime | None,
    edited: bool | None,
    words: str | None,
    limit: int,
    after: int | None,
    newest: bool,
) -> list[Article]:
    """One page of `Archive.articles`."""
    query = select(article).order_by(article.c.id.desc() if newest else article.c.id).limit(limit)
    if slug is not None:
        owner = select(source.c.id).where(source.c.slug == slug)
        query = query.where(article.c.source_id.in_(owner))
    if since is not None:
        query = query.where(article.c.last_seen >= micros(since))
    if until is not None:
        query = query.where(article.c.first_seen < micros(until))
    if edited is not None:
        query = query.where(article.c.versions > 1 if edited else article.c.versions <= 1)
    for word in (words or "").split():
        query = query.where(
            article.c.title.icontains(word, autoescape=True) | article.c.url.icontains(word, autoescape=True)
        )
    if after is not None:
        query = query.where(article.c.id < after if newest else article.c.id > after)
    return _articles(connection, connection.execute(query).all())


def by_ids(connection: Connection, ids: Collection[int]) -> list[Article]:
    """The articles of these ids."""
    return _articles(connection, connection.execute(select(article).where(article.c.id.in_(ids))).all())


def _articles(connection: Connection, rows: Any) -> list[Article]:
    names: dict[int, list[str]] = {row.id: [] for row in rows}
    query = select(alias).where(alias.c.article_id.in_(names)).order_by(alias.c.article_id, alias.c.key)
    for row in connection.execute(query) if names else ():
        names[row.article_id].append(row.url)
    return [
        Article(
            id=row.id,
            source_id=row.source_id,
            url=row.url,
            aliases=tuple(url for url in names[row.id] if url != row.url),
            title=row.title,
            state=ArticleState(row.state),
            first_seen=moment(row.first_seen),
            last_seen=moment(row.last_seen),
            published=row.published,
            versions=row.versions,
            captures=row.captures,
            next_visit=moment(row.next_visit),
        )
        for row in rows
    ]


def one(connection: Connection, condition: ColumnElement[bool]) -> Version | None:
    """The version that the condition names, or None."""
    row = connection.execute(_VERSION.where(condition)).first()
    return None if row is None else of_row(row)


def latest_unlike(connection: Connection, article_id: int, fingerprint: bytes) -> Version | None:
    """The latest version of an article; None where it has none, or one with that fingerprint."""
    latest = select(article.c.version_id).where(article.c.id == article_id).scalar_subquery()
    return one(connection, and_(version.c.id == latest, version.c.fingerprint != fingerprint))


def by_public_id(connection: Connection, name: str) -> Version:
    """The version of that name, which may be shortened as long as it stays clear.

    Raises:
        NotFound: There is none, or there are several.
        Redacted: It was taken out of the archive.
    """
    span = record_range(name)
    rows: Sequence[Row[Any]] = []
    if span is not None:
        rows = connection.execute(_VERSION.where(capture.c.record_id.between(*span)).limit(2)).all()
    if not rows:
        raise NotFound(f"no version {name!r} in this archive; `palimpsest history URL --json` names them")
    if len(rows) > 1:
        raise NotFound(f"several versions have a name that begins with {name!r}; give more of it")
    _refuse_redacted(connection, rows[0])
    return of_row(rows[0])


def _refuse_redacted(connection: Connection, row: Row[Any]) -> None:
    error = None if row.redaction_id is None else redacting.of_version(connection, row.id)
    if error is not None:
        raise error


def first_witness(connection: Connection, name: str) -> int:
    """The id of the capture that first showed the version of that name; see `by_public_id`."""
    return by_public_id(connection, name).capture_id


def of_article(connection: Connection, article_id: int) -> Iterator[Version]:
    """An article's versions in the order of their numbers."""
    query = _VERSION.where(version.c.article_id == article_id).order_by(version.c.number)
    return map(of_row, connection.execute(query))


def spans(connection: Connection, article_id: int) -> tuple[Span, ...]:
    """An article's versions in the order of their numbers, without their texts."""
    query = (
        select(
            version.c.id, version.c.number, version.c.first_seen, version.c.last_seen, version.c.captures,
            func.coalesce(version.c.title, _base.c.title).label("title"),
            capture.c.record_id, redacted.c.redaction_id,
        )
        .join(capture, capture.c.id == version.c.capture_id)
        .outerjoin(_base, _base.c.id == version.c.base_id)
        .outerjoin(redacted, and_(redacted.c.kind == "version", redacted.c.row_id == version.c.id))
        .where(version.c.article_id == article_id)
        .order_by(version.c.number)
    )  # fmt: skip
    return tuple(
        Span(
            id=row.id,
            public_id=public_id(row.record_id),
            number=row.number,
            first_seen=moment(row.first_seen),
            last_seen=moment(row.last_seen),
            captures=row.captures,
            title=row.title or "",
            redacted=row.redaction_id is not None,
        )
        for row in connection.execute(query)
    )


def of_ids(connection: Connection, ids: Sequence[int]) -> Iterator[Version]:
    """The versions of these ids, in no order."""
    return map(of_row, connection.execute(_VERSION.where(version.c.id.in_(ids))))


def as_of(connection: Connection, article_id: int, when: datetime) -> Version | None:
    """The version that was last witnessed at or before `when`, or None if it was not seen by then."""
    row = connection.execute(_STANDING, {"article_id": article_id, "at": micros(when)}).first()
    if row is None:
        return None
    _refuse_redacted(connection, row)
    return of_row(row)


def stood_at(
    article_id: int | ColumnElement[int], when: int | ColumnElement[int]
) -> ScalarSelect[int | None]:
    """The id of the version that was last witnessed by `when` (microseconds), of an article or a query's."""
    return (
        select(capture.c.version_id)
        .where(capture.c.article_id == article_id, capture.c.at <= when)
        .where(capture.c.version_id.is_not(None))
        .order_by(capture.c.at.desc(), capture.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


_STANDING = _VERSION.where(
    version.c.id == stood_at(bindparam("article_id", type_=Int), bindparam("at", type_=Int))
)  # made once: to put it together takes longer than its answer


def of_row(row: Row[Any], span: Row[Any] | None = None) -> Version:
    """A version out of a row with its columns, `record_id` and `base_content`.

    Args:
        row: The row.
        span: Gives `last_seen` and `captures` in place of the row's, where they are asked for as of a time.

    Raises:
        Damaged: Its content cannot be unpacked.
    """
    span = span or row
    name = public_id(row.record_id)
    try:
        base = None if row.base_content is None else unpack(row.base_content)
        content = unpack(row.content, base)
    except Damaged as error:
        raise Damaged(f"the content of version {name} is damaged") from error
    return Version(
        id=row.id,
        public_id=name,
        article_id=row.article_id,
        number=row.number,
        first_seen=moment(row.first_seen),
        last_seen=moment(span.last_seen),
        captures=span.captures,
        capture_id=row.capture_id,
        extraction=Extraction.from_json(content),
        redacted=row.redaction_id is not None,
    )
