"""Articles, written: found by key, begun, given further keys, marked. A part of `Transaction`.

Each article that a transaction touches is read once, with what the next capture needs (last digest,
last fingerprint, base of its heads), into a working copy that `batch` writes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from ..errors import NotFound
from ..model import ArticleState
from .batch import Batch, Values
from .indexing import Vocabulary
from .rows import KEEP, ArticleRow, Keep
from .tables import alias, article, capture, edit_curve, payload, version
from .values import clean, micros, moment

_base = capture.alias("head_base")
_ARTICLE = (
    select(
        article,
        payload.c.sha256.label("payload_sha256"),
        version.c.fingerprint,
        _base.c.heads.label("head_base"),
    )
    .outerjoin(payload, payload.c.id == article.c.payload_id)
    .outerjoin(version, version.c.id == article.c.version_id)
    .outerjoin(_base, _base.c.id == article.c.head_base_id)
)
_BY_KEY = _ARTICLE.join(alias, alias.c.article_id == article.c.id).where(alias.c.key == bindparam("key"))
_ALIAS = select(alias.c.article_id).where(alias.c.key == bindparam("key"))
_CURVE = select(edit_curve.c.counts).where(edit_curve.c.source_id == bindparam("source_id"))
_BY_ID = _ARTICLE.where(article.c.id == bindparam("id"))


class ArticleWriter:
    """What a transaction does with articles; `Transaction` is what callers get."""

    def __init__(self, connection: Connection, vocabulary: Vocabulary) -> None:
        self._connection = connection
        self._batch = Batch(connection, vocabulary)

    def article_by_keys(self, keys: Sequence[str]) -> ArticleRow | None:
        """The article known under one of the keys; the first hit in the order given, or None."""
        for key in map(clean, keys):
            found = self._batch.keys.get(key)
            if found is None:
                row = self._connection.execute(_BY_KEY, {"key": key}).first()
                if row is None:
                    continue
                found = self._batch.keys[key] = row.id
                self._batch.articles.setdefault(row.id, dict(row._mapping))
            return self.article(found)
        return None

    def articles_titled(self, source_id: int | None, title: str, *, among: int) -> tuple[ArticleRow, ...]:
        """Articles of a source with that headline in their latest version, the youngest first.

        Args:
            source_id: The source.
            title: The headline, letter by letter.
            among: How many of the source's youngest articles are looked through.
        """
        held, wanted = self._batch.articles, (source_id, clean(title))
        young = (
            select(article.c.id, article.c.title)
            .where(article.c.source_id == source_id)
            .order_by(article.c.first_seen.desc(), article.c.id.desc())
            .limit(among)
            .subquery()
        )
        query = select(young.c.id).where(young.c.title == wanted[1])
        found = {key for key in self._connection.scalars(query) if key not in held}
        found |= {key for key, row in held.items() if (row["source_id"], row["title"]) == wanted}
        return tuple(self.article(key) for key in sorted(found, reverse=True))

    def article(self, article_id: int) -> ArticleRow:
        """The article of that id, as this transaction leaves it so far.

        Raises:
            NotFound: There is none.
        """
        values = self._article(article_id)
        return ArticleRow(
            id=article_id,
            source_id=values["source_id"],
            url=values["url"],
            key=values["key"],
            state=ArticleState(values["state"]),
            title=values["title"],
            first_seen=moment(values["first_seen"]),
            last_seen=moment(values["last_seen"]),
            captured_at=moment(values["captured_at"]),
            next_visit=moment(values["next_visit"]),
            edits=values["edits"] or 0,
            edited_at=moment(values["edited_at"]),
            captures=values["captures"],
            versions=values["versions"],
            attempts=values["attempts"],
            version_id=values["version_id"],
            fingerprint=values["fingerprint"],
            payload_sha256=values["payload_sha256"],
        )

    def add_article(self, source_id: int | None, url: str, key: str, *, now: datetime) -> ArticleRow:
        """Begin an article; `key` becomes its first alias. The caller has seen that no key is known."""
        new = self._batch.new_id(article)
        at = micros(now)
        values: Values = dict.fromkeys((c.name for c in article.c), None)
        values.update(
            id=new, source_id=source_id or None, url=clean(url), key=clean(key), title="", standfirst="",
            state=ArticleState.LIVE.value, first_seen=at, last_seen=at,
            versions=0, captures=0, attempts=0, drift=0,
            payload_sha256=None, fingerprint=None, head_base=None,
        )  # fmt: skip
        self._batch.articles[new] = values
        self._batch.added.add(new)
        self._alias(new, key, url)
        return self.article(new)

    def add_alias(self, article_id: int, key: str, url: str) -> None:
        """Let an article be known under another key too; nothing where the key is known already."""
        known = key in self._batch.keys or self._connection.scalar(_ALIAS, {"key": clean(key)}) is not None
        if not known:
            self._alias(article_id, key, url)

    def set_article(
        self,
        article_id: int,
        *,
        state: ArticleState | None = None,
        next_visit: datetime | Keep | None = KEEP,
        last_seen: datetime | None = None,
        attempts: int | None = None,
    ) -> None:
        """Change what is named; `next_visit=None` means never again."""
        values = self._article(article_id)
        if state is not None:
            values["state"] = state.value
        if not isinstance(next_visit, Keep):
            values["next_visit"] = micros(next_visit)
        if last_seen is not None:
            values["last_seen"] = max(values["last_seen"], micros(last_seen))
        if attempts is not None:
            values["attempts"] = attempts
        self._batch.changed.add(article_id)

    def articles(self) -> int:
        """How many articles there are."""
        return self._batch.last_id(article)

    def note_edits(self, article_id: int, edits: int, edited_at: datetime | None) -> None:
        """Keep how many edits are believed of an article, and when the last one was seen."""
        self._article(article_id).update(edits=edits, edited_at=micros(edited_at))
        self._batch.changed.add(article_id)

    def edit_counts(self, source_id: int) -> str | None:
        """What visits have shown of how a source edits, as last kept; 0 stands for all sources together."""
        if source_id not in self._batch.curves:
            found = self._connection.scalar(_CURVE, {"source_id": source_id})
            if found is None:
                return None
            self._batch.curves[source_id] = found
        return self._batch.curves[source_id]

    def set_edit_counts(self, source_id: int, counts: str) -> None:
        """Keep it, in place of what was kept."""
        self._batch.curves[source_id] = counts
        self._batch.learned.add(source_id)

    def _article(self, article_id: int) -> Values:
        values = self._batch.articles.get(article_id)
        if values is None:
            row = self._connection.execute(_BY_ID, {"id": article_id}).first()
            if row is None:
                raise NotFound(f"no article {article_id}")
            values = self._batch.articles[article_id] = dict(row._mapping)
        return values

    def _alias(self, article_id: int, key: str, url: str) -> None:
        self._batch.keys[clean(key)] = article_id
        self._batch.aliases.append({"key": clean(key), "article_id": article_id, "url": clean(url)})
