"""The archive for notebooks and scripts: `from palimpsest import Archive; Archive("news").search("climate")`.

A friendly face on what the other parts do, and nothing of its own: values that read what they need when they
are asked, show themselves in a notebook (`notebook_html`), and go into pandas or Polars. It only reads.
"""

from __future__ import annotations

import importlib
from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from . import notebook_html
from .changes import compare, render_text, render_unified
from .changes.compare import Comparison
from .crawler import urls
from .errors import FixInput, NotFound
from .exports import cite, selection
from .exports.files import Manifest
from .exports.rows import Row, row
from .exports.selection import Selection
from .model import Article as StoredArticle
from .model import ArticleState, Block, Source, Video
from .moments import read_moment
from .storage import Archive as Store
from .storage import VersionRecord, open_archive

When = datetime | date | str
SHOWN = 20
"""Results that a notebook shows by itself."""
_BATCH = 1_000  # rows that become a batch of a table


class Archive:
    """An archive, opened to be read; close it, or use it as a context manager.

    Args:
        directory: Its folder; None: this one, or the nearest above that holds one.

    Raises:
        WrongArchive: There is none.
    """

    def __init__(self, directory: str | Path | None = None) -> None:
        self._store = open_archive(None if directory is None else Path(directory))

    def search(
        self,
        query: str = "",
        *,
        as_of: When | None = None,
        versions: Literal["latest", "all"] = "latest",
        source: str | None = None,
    ) -> Results:
        """What a query finds, in the order of archiving; looked for when it is first used.

        Args:
            query: As on the command line; empty: everything.
            as_of: What was archived then, as it stood: `"2026-10-15"` (to its end, UTC), a date, a moment.
            versions: The latest of each article, or all.
            source: The slug of a source.

        Raises:
            BadQuery: The query cannot be read; when the results are first used.
        """
        asked = Selection(
            query=query,
            as_of=None if as_of is None else moment(as_of),
            versions=versions,
            source=source,
        )
        return Results(self._store, asked)

    def articles(
        self, *, source: str | None = None, since: When | None = None, edited: bool | None = None
    ) -> Iterator[Article]:
        """The articles in the order of archiving, read as they are used.

        Args:
            source: The slug of their source.
            since: Those last seen at or after it; of a day, from its beginning.
            edited: True: those with several versions; False: those with none or one.

        Raises:
            NotFound: There is no such source; when the articles are first used.
        """
        if source is not None:
            self._store.source(source)
        start = None if since is None else moment(since, end_of_day=False)
        for one in self._store.articles(source=source, since=start, edited=edited):
            yield Article(self._store, one)

    def article(self, url: str | int) -> Article:
        """The article at an address, or of an id.

        Raises:
            NotFound: There is none.
        """
        wanted = url if isinstance(url, int) else urls.identity(urls.fetchable(url))
        return Article(self._store, self._store.article(wanted))

    def version(self, public_id: str) -> Version:
        """The version of that lasting name.

        Raises:
            NotFound: There is none.
        """
        (record,) = self._store.records([self._store.version(public_id).id])
        return Version(self._store, record)

    def sources(self) -> tuple[Source, ...]:
        """The news outlets."""
        return self._store.sources()

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Archive({str(self._store.directory)!r})"

    def _repr_html_(self) -> str:
        return notebook_html.archive(str(self._store.directory), self._store.stats())


class Article:
    """A story at an outlet, with its versions."""

    def __init__(self, store: Store, stored: StoredArticle) -> None:
        self._store = store
        self.id: int = stored.id
        self.url: str = stored.url
        self.title: str = stored.title
        self.state: ArticleState = stored.state
        self.first_seen: datetime = stored.first_seen
        self.last_seen: datetime = stored.last_seen

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """What it said, from the first version to the latest."""
        ids = [one.id for one in self._store.versions(self.id)]
        return tuple(Version(self._store, record) for record in self._store.records(ids))

    def at(self, when: When) -> Version:
        """The version that stood at a moment; of a day, at its end.

        Raises:
            NotFound: Nothing of it was archived by then.
        """
        found = self._store.version_at(self.id, moment(when))
        if found is None:
            raise NotFound(f"nothing of it was archived by {when}", url=self.url)
        (record,) = self._store.records([found.id])
        return Version(self._store, record)

    def __repr__(self) -> str:
        return f"<Article {self.id}: {self.title!r}>"

    def _repr_html_(self) -> str:
        return notebook_html.article(
            self.title or self.url, self.url, [one.to_dict() for one in self.versions]
        )


class Version:
    """One state of an article."""

    def __init__(self, store: Store, record: VersionRecord) -> None:
        self._store = store
        self._record = record
        page = record.version.extraction
        self.id: str = record.version.public_id
        self.number: int = record.version.number
        self.url: str = record.article.url
        self.source: str | None = record.source
        self.title: str = page.title
        self.standfirst: str = page.standfirst
        self.authors: tuple[str, ...] = page.authors
        self.published: str | None = page.published
        self.language: str | None = page.language
        self.blocks: tuple[Block, ...] = page.blocks
        self.videos: tuple[Video, ...] = page.videos
        self.first_seen: datetime = record.version.first_seen
        self.last_seen: datetime = record.version.last_seen

    @property
    def text(self) -> str:
        """The running text."""
        return self._record.version.extraction.text

    @property
    def article(self) -> Article:
        """The article it is a version of."""
        return Article(self._store, self._record.article)

    @property
    def payload(self) -> bytes:
        """The page's bytes as the server sent them, its digest checked; a content coding is left on.

        Raises:
            NotFound: None are held.
            Damaged: They no longer have their digest.
        """
        if self._record.payload_sha256 is None:
            raise NotFound(f"no page is held for version {self.id}", url=self.url)
        return self._store.payload(self._record.payload_sha256)

    def diff(self, other: Version) -> Diff:
        """What differs between this version and `other`, the newer one."""
        return Diff(self, other, compare(self._record.version.extraction, other._record.version.extraction))

    def cite(self, form: Literal["text", "bibtex", "csl", "ris"] = "text") -> str:
        """How to cite it.

        Raises:
            FixInput: There is no such form.
        """
        if form not in cite.FORMATS:
            raise FixInput(f"there is no citation form {form!r}; there are {', '.join(cite.FORMATS)}")
        names = {one.slug: one.name for one in self._store.sources()}
        outlet = names.get(self.source or "", "")
        base_url = self._store.settings.web.base_url
        return cite.FORMATS[form](cite.citation(self._record, outlet=outlet, base_url=base_url))

    def to_dict(self) -> Row:
        """All that an export says of it, by the names of docs/take-away.md."""
        return row(self._record, base_url=self._store.settings.web.base_url)

    def __repr__(self) -> str:
        return f"<Version {self.number} of {self.url}, {self.first_seen:%Y-%m-%d %H:%M}: {self.title!r}>"

    def _repr_html_(self) -> str:
        return notebook_html.version(self.to_dict())


class Diff:
    """What differs between two versions; `str()` shows it as text, a notebook in colours."""

    def __init__(self, old: Version, new: Version, comparison: Comparison) -> None:
        self.old = old
        self.new = new
        self.comparison = comparison
        self.kinds: tuple[str, ...] = tuple(kind.value for kind in comparison.kinds)
        self.weight: float = comparison.weight
        self.reasons: tuple[str, ...] = comparison.reasons

    def unified(self) -> str:
        """As `diff -u` writes it."""
        before, after = (
            f"version {one.number} ({one.first_seen:%Y-%m-%dT%H:%M:%SZ})" for one in (self.old, self.new)
        )
        return render_unified(self.comparison, before=before, after=after)

    def __str__(self) -> str:
        return render_text(self.comparison)

    def __repr__(self) -> str:
        return f"<Diff {self.old.number} -> {self.new.number}: {', '.join(self.kinds) or 'nothing'}>"

    def _repr_html_(self) -> str:
        return notebook_html.diff(self.comparison)


class Results(Sequence[Version]):
    """What a search found: a sequence of versions that are read when they are looked at.

    What is found is settled at the first use and stays so: `len`, a second loop and a table agree, whatever
    a crawl adds meanwhile. It takes 8 bytes of memory for a result.
    """

    def __init__(self, store: Store, asked: Selection) -> None:
        self._store = store
        self.selection = asked

    @cached_property
    def _ids(self) -> array[int]:
        return selection.find(self._store, self.selection)

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Version]:
        for record in self._records(self._ids):
            yield Version(self._store, record)

    def __getitem__(self, at: Any) -> Any:
        one_alone = not isinstance(at, slice)  # a number of numpy's too
        ids = [self._ids[at]] if one_alone else self._ids[at]
        read = {record.version.id: record for record in self._records(array("q", sorted(ids)))}
        found = [Version(self._store, read[one]) for one in ids]
        return found[0] if one_alone else found

    def _records(self, ids: array[int]) -> Iterator[VersionRecord]:
        return selection.read(self._store, self.selection, ids)

    def to_arrow(self) -> Any:
        """A pyarrow table of all fields; blocks, videos, rights and provenance are JSON."""
        import pyarrow as pa

        from .exports import parquet

        base_url = self._store.settings.web.base_url
        batches, rows = [], []
        for record in self._records(self._ids):
            rows.append(row(record, base_url=base_url))
            if len(rows) == _BATCH:
                batches.append(parquet.batch(rows))
                rows = []
        return pa.Table.from_batches([*batches, parquet.batch(rows)])

    def to_pandas(self) -> Any:
        """A pandas data frame, a row a version.

        Raises:
            FixInput: pandas is not installed.
        """
        _installed("pandas")
        return self.to_arrow().to_pandas()

    def to_polars(self) -> Any:
        """A Polars data frame, a row a version.

        Raises:
            FixInput: Polars is not installed.
        """
        return _installed("polars").from_arrow(self.to_arrow())

    def export(self, path: str | Path, form: str | None = None, *, force: bool = False) -> Manifest:
        """Write them into a file, as `palimpsest export` does; what is found is looked for anew.

        Args:
            path: The file.
            form: jsonl, csv, parquet or sqlite; None: the one that the file's name ends in, else jsonl.
            force: Write over a file of that name.
        """
        from .exports.taking import FORMATS, take_versions

        ending = Path(path).suffix.removeprefix(".")
        form = form or (ending if ending in FORMATS else "jsonl")
        return take_versions(self._store, self.selection, form, Path(path), force=force)

    def __repr__(self) -> str:
        return f"<Results: {len(self):,} versions for {self.selection.query!r}>"

    def _repr_html_(self) -> str:
        return notebook_html.results(len(self), [one.to_dict() for one in self[:SHOWN]])


def moment(when: When, *, end_of_day: bool = True) -> datetime:
    """A moment out of what people write; without a zone it is UTC.

    Raises:
        FixInput: It is no date.
    """
    if isinstance(when, str):
        return read_moment(when, now=datetime.now(UTC), end_of_day=end_of_day)
    if not isinstance(when, datetime):
        when = datetime.combine(when, time.max if end_of_day else time.min)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _installed(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise FixInput(f"{name} is not installed; pip install {name}") from error
