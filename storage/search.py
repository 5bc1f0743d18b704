"""Full-text search over an archive's versions; a part of `Archive`.

One query language (`query`), the same results on both databases. Pages go by the ids of versions, so
they neither repeat nor miss a hit while the archive grows. How a query becomes SQL is `search_plan`'s.
"""

from __future__ import annotations

import json
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Connection, Select, Text, any_, bindparam, func, select

from ..errors import BadQuery
from ..query import And, Query, parse
from . import sql_records, sql_search, sql_versions
from .reading import PAGE, Reader
from .ready import Ready
from .rows import ChosenVersions
from .search_plan import Plan, plan
from .search_rows import Hit, Order, SearchPage, Survey, Versions
from .search_words import primary
from .snippets import Marker
from .tables import article, capture, source, version
from .values import moment, public_id

COUNTED: Final = 1_000
"""Hits that a page counts one by one; of more it gives an estimate."""
RANKED: Final = 2_000
"""The newest hits, among which the most relevant are sought: to rank a million takes seconds."""
SURVEYED: Final = 20_000
"""The newest hits that a survey looks at."""
_base = version.alias("base")
_TOLD: Final[Select[Any]] = (
    select(
        version.c.id, version.c.number, version.c.article_id, version.c.first_seen, version.c.last_seen,
        func.coalesce(version.c.title, _base.c.title).label("title"),
        func.coalesce(version.c.published, _base.c.published).label("published"),
        func.coalesce(version.c.language, _base.c.language).label("language"),
        capture.c.record_id, article.c.url, source.c.slug,
    )
    .join(article, article.c.id == version.c.article_id)
    .join(capture, capture.c.id == version.c.capture_id)
    .outerjoin(source, source.c.id == article.c.source_id)
    .outerjoin(_base, _base.c.id == version.c.base_id)
)  # fmt: skip


class Searching(Reader):
    """The part of `Archive` that finds versions by their words."""

    def search(
        self,
        query: str | Query = "",
        *,
        as_of: datetime | None = None,
        versions: Versions | str = Versions.LATEST,
        order: Order | str = Order.NEWEST,
        limit: int = 20,
        after: str | None = None,
        snippets: bool = True,
        count: bool = True,
    ) -> SearchPage:
        """Find versions, a page at a time.

        Args:
            query: In the query language with its fields; empty: everything.
            as_of: Look at what was archived then, and no later.
            versions: "latest": each article as it stands (or stood at `as_of`); "all": every version.
                A query for `removed:` or `added:` looks at all.
            order: "newest" (archived last first), "oldest", or "relevance" within the newest `RANKED`.
            limit: Hits a page.
            after: The `after` of the page before, for the same query and order.
            snippets, count: Whether to give them; each takes its time.

        Raises:
            BadQuery: The query cannot be read, names what there is none of, or `after` is of another.
        """
        order = Order(order)
        with self._database.reading() as connection:
            asked = self._plan(connection, query, as_of, Versions(versions))
            if order is Order.RELEVANCE and asked.spelled is not None:
                ids, further, whole = _ranked(connection, asked, limit, after)
            else:
                newest = order is not Order.OLDEST
                ids = sql_search.page(connection, asked, newest, limit + 1, _cursor(after))
                further = f"{ids[limit - 1]}" if len(ids) > limit else None
                ids, whole = ids[:limit], True
            marker = Marker(asked.shown) if snippets else None
            hits = _hits(connection, ids, marker)
            found = sql_search.count(connection, asked, COUNTED) if count else None
        return SearchPage(hits=hits, after=further, found=found, ranked_within=None if whole else RANKED)

    def found(
        self,
        query: str | Query = "",
        *,
        as_of: datetime | None = None,
        versions: Versions | str = Versions.LATEST,
    ) -> Iterator[Hit]:
        """Every hit in the order of archiving, read in pages as it is used; without snippets.

        Args, Raises: As `search`; it raises at the first hit asked for.
        """
        after: int | None = None
        while True:
            with self._database.reading() as connection:
                asked = self._plan(connection, query, as_of, Versions(versions))
                ids = sql_search.page(connection, asked, False, PAGE, after)
                hits = _hits(connection, ids, None)
            yield from hits
            if len(ids) < PAGE:
                return
            after = ids[-1]

    def count_found(
        self,
        query: str | Query = "",
        *,
        as_of: datetime | None = None,
        versions: Versions | str = Versions.LATEST,
    ) -> int:
        """How many versions a query finds, all of them counted.

        Args, Raises: As `search`.
        """
        with self._database.reading() as connection:
            asked = self._plan(connection, query, as_of, Versions(versions))
            return sql_search.count(connection, asked, None).count

    def chosen(
        self,
        query: str | Query = "",
        *,
        as_of: datetime | None = None,
        versions: Versions | str = Versions.LATEST,
    ) -> ChosenVersions:
        """All that a query finds as ids, settled in one look; `records` reads them.

        Args, Raises: As `search`.
        """
        with self._database.reading() as plain:
            # All statements look at one moment; SQLite's transactions do so anyway.
            how = {} if self._database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
            connection = plain.execution_options(**how)
            asked = self._plan(connection, query, as_of, Versions(versions))
            ids = array("q", sql_search.every(connection, asked))
            if asked.spelled is None and query in ("", And(())):
                count = sql_records.tally(connection, as_of, Versions(versions) is Versions.ALL)
            else:
                count = sql_search.count(connection, asked, None).count
        return ChosenVersions(ids=ids, count=count)

    def survey(
        self,
        query: str | Query = "",
        *,
        as_of: datetime | None = None,
        versions: Versions | str = Versions.LATEST,
    ) -> Survey:
        """Count what a query finds by source, language and day.

        Args, Raises: As `search`.
        """
        with self._database.reading() as connection:
            asked = self._plan(connection, query, as_of, Versions(versions))
            rows = sql_search.newest(connection, asked, _of_survey, SURVEYED + 1)
        exact = len(rows) <= SURVEYED
        sources: Counter[str] = Counter()
        languages: Counter[str] = Counter()
        days: Counter[str] = Counter()
        for row in rows[:SURVEYED]:
            sources[row.slug or ""] += 1
            languages[primary(row.language) or ""] += 1
            dated = re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}", row.published or "")
            days[dated[0] if dated else f"{moment(row.first_seen):%Y-%m-%d}"] += 1
        return Survey(
            sources=tuple(sources.most_common()),
            languages=tuple(languages.most_common()),
            days=tuple(sorted(days.items())),
            counted=min(len(rows), SURVEYED),
            exact=exact,
        )

    def _plan(
        self, connection: Connection, query: str | Query, as_of: datetime | None, versions: Versions
    ) -> Plan:
        tree = parse(query, fields=True) if isinstance(query, str) else query
        return plan(connection, tree, as_of=as_of, versions=versions)


def _of_survey(chosen: Select[Any]) -> Select[Any]:
    """A selection of versions with what a survey counts by."""
    return (
        chosen.add_columns(
            source.c.slug, version.c.first_seen,
            func.coalesce(version.c.language, _base.c.language).label("language"),
            func.coalesce(version.c.published, _base.c.published).label("published"),
        )
        .outerjoin(source, source.c.id == article.c.source_id)
        .outerjoin(_base, _base.c.id == version.c.base_id)
    )  # fmt: skip


def _ranked(
    connection: Connection, asked: Plan, limit: int, after: str | None
) -> tuple[list[int], str | None, bool]:
    """A page of the most relevant of the newest hits: their ids, the next cursor, whether these are all."""
    top, offset = _ranked_cursor(after)
    if top is not None:
        asked = sql_search.beyond(asked, True, top + 1)
    rows = sql_search.scored(connection, asked, RANKED + 1)
    complete = len(rows) <= RANKED
    best = sorted((fit, -key) for key, fit in rows[:RANKED])
    page = [-key for _, key in best[offset : offset + limit]]
    more = offset + limit < len(best)
    newest = rows[0][0] if rows else 0
    return page, f"{newest}.{offset + limit}" if more else None, complete


def _hits(connection: Connection, ids: Sequence[int], marker: Marker | None) -> tuple[Hit, ...]:
    if not ids:
        return ()
    sqlite = connection.dialect.name == "sqlite"
    given = json.dumps(ids) if sqlite else ids
    rows = {row[0]: row for row in _told(sqlite).rows(connection, {"ids": given})}
    snippets = _snippets(connection, ids, marker) if marker else {}
    hits = []
    for one in ids:
        _, number, story, first_seen, last_seen, title, published, language, record, url, slug = rows[one]
        hits.append(
            Hit(
                version_id=one,
                public_id=public_id(record),
                article_id=story,
                number=number,
                url=url,
                title=title,
                source=slug,
                first_seen=moment(first_seen),
                last_seen=moment(last_seen),
                published=published or None,
                language=language or None,
                snippet=snippets.get(one, ()),
            )
        )
    return tuple(hits)


@cache
def _told(sqlite: bool) -> Ready:
    """What is told of the versions of some `ids`, which each database is given as one value."""
    key = version.c.id
    if sqlite:
        given = func.json_each(bindparam("ids", type_=Text)).table_valued("value")
        return Ready(_TOLD.where(key.in_(select(given.c.value))))
    return Ready(_TOLD.where(key == any_(bindparam("ids", type_=ARRAY(BigInteger)))))


def _snippets(
    connection: Connection, ids: Sequence[int], marker: Marker
) -> dict[int, tuple[tuple[str, bool], ...]]:
    texts = {one.id: one.extraction for one in sql_versions.of_ids(connection, ids)}
    return {key: marker.snippet(f"{said.standfirst} {said.text}") for key, said in texts.items()}


def _cursor(after: str | None) -> int | None:
    if after is not None and not re.fullmatch("[0-9]{1,18}", after):
        raise BadQuery(f"{after!r} is not where a page of this search ended; begin at the first page")
    return None if after is None else int(after)


def _ranked_cursor(after: str | None) -> tuple[int | None, int]:
    if after is None:
        return None, 0
    found = re.fullmatch("([0-9]{1,18})[.]([0-9]{1,6})", after)
    if found is None:
        raise BadQuery(f"{after!r} is not where a page of this search ended; begin at the first page")
    return int(found[1]), int(found[2])
