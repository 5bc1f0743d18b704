"""Whichever way a search goes, it finds what its query says: held against a reading of every text."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle

import pytest
from sqlalchemy import Connection, Table, text

from palimpsest.crawler import urls
from palimpsest.crawler.archiving import archive_pages
from palimpsest.crawler.deciding import Page
from palimpsest.errors import BadQuery
from palimpsest.model import Extraction, Paragraph, Source
from palimpsest.query import Words, matches, parse
from palimpsest.storage import Archive, Versions, indexing, open_archive
from palimpsest.storage.search_plan import Plan
from palimpsest.storage.sql_index import CHUNK_BITS
from palimpsest.storage.sql_sources import next_id
from palimpsest.storage.tables import version

from ..conftest import NOW, a_capture
from .old_archives import make_old

WORDS = (
    "alpha",
    "alphabet",
    "alps",
    "beta",
    "bet",
    "better",
    "gamma",
    "12",
    "1234",
    "été",
    "étage",
    "l",
    "地震",
    "地図",
)
DAYS = 8
CHUNK = 2**CHUNK_BITS  # ids that PostgreSQL's index of words keeps together
BORN = date(2024, 11, 20)  # the first day that a page may have been published on


@dataclass(frozen=True)
class Stored:
    """What a test remembers of a version."""

    version_id: int
    article: str
    source: str
    language: str | None
    at: datetime
    published: date | None
    text: str


def fill(archive: Archive, chance: random.Random) -> list[Stored]:
    """Store some sixty versions of a dozen articles over eight days."""
    owners = {
        name: archive.add_source(Source(slug=name, name=name, home=f"https://{name}.example/")).id
        for name in ("herald", "tribune")
    }
    stored: list[Stored] = []
    for step in range(60):
        slug, owner = f"p{chance.randrange(12)}", chance.choice(list(owners))
        address = f"https://{owner}.example/{slug}"
        title, text = (" ".join(chance.choices(WORDS, k=count)) for count in (2, 6))
        title = f"{title} zz"  # no phrase reaches from it into the text
        at = NOW + timedelta(days=DAYS) * step / 60
        language = chance.choice(("en", "fr", None))
        published = chance.choice((None, *[BORN + timedelta(days=chance.randrange(800)) for _ in range(4)]))
        read = Extraction(
            url=address,
            title=title,
            blocks=(Paragraph(text=f"{text} {step}x"),),
            language=language,
            published=published and f"{published}T08:00:00Z",
        )
        known = archive.errand_for(address, urls.identity(address), owners[owner])
        page = Page(errand=known, captures=(a_capture(address, f"{step}".encode(), at=at),), extraction=read)
        archive_pages(archive, [page], revisits=12)
        last = archive.versions(archive.article(urls.identity(address)).id)[-1]
        stored.append(Stored(last.id, address, owner, language, at, published, f"{title} · {text} {step}x"))
    return stored


@dataclass(frozen=True)
class Asked:
    """A query beside the same in Python."""

    query: str
    holds: Callable[[Stored], bool]
    as_of: datetime | None
    versions: Versions


def a_query(chance: random.Random) -> Asked:
    """Words, phrases and beginnings with operators, and some filters."""

    def some(depth: int = 0) -> str:
        kind = chance.random()
        if kind < 0.25 and depth < 2:
            return f"({some(depth + 1)} {chance.choice(('AND', 'OR', 'AND NOT'))} {some(depth + 1)})"
        if kind < 0.4:
            pair = chance.sample([one for one in WORDS if one.isascii()], 2)
            return f'"{" ".join(pair)}"'
        word = chance.choice(WORDS)
        return f'"{word}"' if kind < 0.7 or not word.isascii() else f"{word[: chance.randint(1, 4)]}*"

    words = some()
    while not possible(words):
        words = some()
    tree = parse(words)
    holding: list[Callable[[Stored], bool]] = [lambda one: matches(tree, Words(one.text))]
    parts = [words]
    if chance.random() < 0.4:
        owner = chance.choice(("herald", "tribune"))
        parts.append(f"source:{owner}")
        holding.append(lambda one: one.source == owner)
    if chance.random() < 0.4:
        language = chance.choice(("en", "fr", "de"))
        parts.append(f"lang:{language}")
        holding.append(lambda one: one.language == language)
    if chance.random() < 0.4:
        first = NOW.date() + timedelta(days=chance.randrange(DAYS))
        last = first + timedelta(days=chance.randrange(4))
        parts.append(f"seen:{first}..{last}")
        holding.append(lambda one: first <= one.at.date() <= last)
    if chance.random() < 0.4:
        spelled, begin, end = a_span(chance)
        parts.append(f"published:{spelled}")
        holding.append(lambda one: one.published is not None and begin <= one.published <= end)
    chance.shuffle(parts)
    as_of = NOW + timedelta(days=DAYS) * chance.random() if chance.random() < 0.4 else None
    versions = chance.choice(list(Versions))
    return Asked(" ".join(parts), lambda one: all(hold(one) for hold in holding), as_of, versions)


def a_span(chance: random.Random) -> tuple[str, date, date]:
    """Days of publication as they are asked for, the first and the last of them."""
    day = BORN + timedelta(days=chance.randrange(800))
    later = day + timedelta(days=chance.randrange(500))
    month = day.replace(day=1), (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return chance.choice(
        (
            (f"{day:%Y}", date(day.year, 1, 1), date(day.year, 12, 31)),
            (f"{day:%Y-%m}", *month),
            (f"{day}", day, day),
            (f"{day}..{later}", day, later),
            (f"{month[0]}..{later:%Y}", month[0], date(later.year, 12, 31)),
            (f"..{day:%Y-%m}", date.min, month[1]),
            (f"{day:%Y}..", date(day.year, 1, 1), date.max),
        )
    )


def possible(query: str) -> bool:
    """Whether it does not ask for words and forbid them."""
    try:
        return bool(parse(query))
    except BadQuery:
        return False


def expected(asked: Asked, stored: list[Stored]) -> list[int]:
    """What a query finds, newest first."""
    there = [one for one in stored if asked.as_of is None or one.at <= asked.as_of]
    if asked.versions is Versions.LATEST:
        there = list({one.article: one for one in there}.values())
    return sorted((one.version_id for one in there if asked.holds(one)), reverse=True)


def found(archive: Archive, asked: Asked, limit: int = 7) -> list[int]:
    """The same in pages of so many."""
    ids: list[int] = []
    after: str | None = None
    while True:
        page = archive.search(
            asked.query, as_of=asked.as_of, versions=asked.versions, limit=limit, after=after, snippets=False
        )
        ids += [hit.version_id for hit in page.hits]
        assert page.found is not None
        if page.after is None:
            return ids
        after = page.after


def assert_all_are_found(archive: Archive, stored: list[Stored], chance: random.Random, times: int) -> None:
    for _ in range(times):
        asked = a_query(chance)
        ids = expected(asked, stored)
        how = {"as_of": asked.as_of, "versions": asked.versions}
        assert found(archive, asked) == ids, asked
        assert archive.count_found(asked.query, **how) == len(ids), asked
        assert list(archive.chosen(asked.query, **how).ids) == ids[::-1], asked
        ranked = archive.search(asked.query, order="relevance", limit=100, snippets=False, **how)
        assert sorted((hit.version_id for hit in ranked.hits), reverse=True) == ids, asked
        assert archive.survey(asked.query, **how).counted == len(ids), asked


def look_near(monkeypatch: pytest.MonkeyPatch, archive: Archive, crowding: float) -> None:
    """Have PostgreSQL look near the beginning of every search, however few there are to find."""
    if not archive._database.is_sqlite:
        for name, value in (("FEW", 0), ("MANY", 0), ("SAMPLES", 8)):
            monkeypatch.setattr(f"palimpsest.storage.sql_near.{name}", value)
        monkeypatch.setattr(Plan, "crowding", lambda _plan, _wanted: crowding)
        spans = cycle((2, 9, 3_000))  # four times as many ids are looked at first: too few of them, or enough
        monkeypatch.setattr(Plan, "reach", lambda _plan, _wanted: next(spans))


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    ("most", "crowding", "far"),
    [(300, None, 3_000), (0, 0.5, 0), (2, 100.0, 0)],
    ids=["as it chooses", "beginnings by the index, matches collected", "few beginnings by words, walked"],
)
def test_the_way_a_search_goes_never_changes_what_it_finds(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, seed: int, most: int, crowding: float | None, far: int
) -> None:
    monkeypatch.setattr("palimpsest.storage.search_parts.MOST_BEGINNING", most)
    monkeypatch.setattr("palimpsest.storage.sql_search.FAR", far)
    monkeypatch.setattr("palimpsest.storage.sql_search.NEAR", 12)
    if crowding is not None:
        look_near(monkeypatch, archive, crowding)
    chance = random.Random(seed)
    assert_all_are_found(archive, fill(archive, chance), chance, 25)


def test_what_lies_in_several_chunks_of_ids_is_found_in_one_order(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_near(monkeypatch, archive, 0.5)

    def spread(connection: Connection, table: Table) -> int:
        number = next_id(connection, table)
        if table is not version:
            return number
        # The first twenty end a chunk; the others begin behind one that is empty, and cross its end.
        return 3 * CHUNK - 20 if number == 1 else 5 * CHUNK - 20 if number == 3 * CHUNK else number

    monkeypatch.setattr("palimpsest.storage.batch.next_id", spread)
    chance = random.Random(3)
    stored = fill(archive, chance)
    assert {one.version_id // CHUNK for one in stored} == {2, 4, 5}
    everything = Asked("zz", lambda _: True, None, Versions.ALL)
    assert found(archive, everything, limit=3) == expected(everything, stored)
    assert_all_are_found(archive, stored, chance, 12)


def test_an_archive_of_before_finds_all_that_begins_so(archive: Archive) -> None:
    chance = random.Random(7)
    stored = fill(archive, chance)
    make_old(archive, "0010")
    with archive._database.writing() as connection:
        indexing.index_everything(connection)
        connection.exec_driver_sql("DELETE FROM search_word WHERE language = ''")  # they were not kept then
    with open_archive(archive.directory) as again:
        assert_all_are_found(again, stored, chance, 40)


def test_the_dates_of_an_archive_of_before_are_found_by_year_and_month(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(5)
    stored = fill(archive, chance)
    make_old(archive, "0014")
    with monkeypatch.context() as patch, archive._database.writing() as connection:
        patch.setattr("palimpsest.storage.search_words.date_marks", lambda day: (f"=p{day}",))
        indexing.index_everything(connection)
        # Nothing is read again: of a version that is damaged the words stay.
        damaged = text("UPDATE version SET content = :none WHERE base_id IS NOT NULL AND id % 3 = 0")
        assert connection.execute(damaged, {"none": b"?"}).rowcount > 0
    with open_archive(archive.directory) as again:
        assert_all_are_found(again, stored, chance, 60)


def lengths_of(connection: Connection) -> dict[int, bytes]:
    """How long the database takes each entry of the index to be; on PostgreSQL it counts them when asked."""
    sqlite = connection.dialect.name == "sqlite"
    query = "SELECT id, sz FROM search_index_docsize" if sqlite else "SELECT id, '' FROM search_index"
    return {row[0]: row[1] for row in connection.execute(text(query))}


def test_an_entry_that_was_given_its_dates_later_is_forgotten_whole(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = fill(archive, random.Random(6))
    make_old(archive, "0014")
    with monkeypatch.context() as patch, archive._database.writing() as connection:
        patch.setattr("palimpsest.storage.search_words.date_marks", lambda day: (f"=p{day}",))
        indexing.index_everything(connection)
        lengths = lengths_of(connection)
    with open_archive(archive.directory) as again:
        with again._database.reading() as connection:
            assert lengths_of(connection) == lengths  # by which BM25 ranks
        for article in {one.article for one in stored}:
            again.redact(again.article(urls.identity(article)).id, reason="privacy", now=NOW)
        with again._database.reading() as connection:
            if again._database.is_sqlite:
                # What FTS5 counts: entries, and words in all of each field.
                counts = connection.scalar(text("SELECT block FROM search_index_data WHERE id = 1"))
                assert counts == bytes(6)
            assert lengths_of(connection) == {}


def test_words_that_another_process_redacted_are_found_in_all_forms_when_they_come_again(
    archive: Archive,
) -> None:
    def store(slug: str, text: str) -> None:
        address = f"https://herald.example/{slug}"
        read = Extraction(
            url=address,
            title="Play",
            blocks=(Paragraph(text=text),),
            authors=("Aurelia Quist",),
            language="en",
        )
        known = archive.errand_for(address, urls.identity(address))
        page = Page(errand=known, captures=(a_capture(address, text.encode(), at=NOW),), extraction=read)
        archive_pages(archive, [page], revisits=12)

    store("a", "Xylophonists played.")
    with open_archive(archive.directory) as other:
        other.redact(1, reason="privacy", now=NOW)
        with other._database.reading() as connection:
            assert connection.exec_driver_sql("SELECT word FROM search_word WHERE word >= 'q'").all() == []
    store("b", "Xylophonists played.")
    for query in ("xylophonist", "xylo*", "author:qui*"):
        assert [hit.url for hit in archive.search(query).hits] == ["https://herald.example/b"], query


def test_a_beginning_is_looked_for_in_its_field_alone(archive: Archive) -> None:
    address = "https://herald.example/a"
    read = Extraction(
        url=address, title="Harbour", blocks=(Paragraph(text="Boats"),), authors=("Ann Bow",), section="Ships"
    )
    known = archive.errand_for(address, urls.identity(address))
    page = Page(errand=known, captures=(a_capture(address, at=NOW),), extraction=read)
    archive_pages(archive, [page], revisits=12)
    for query in ("boa*", "harb*", "title:har*", "author:bo*", "section:shi*", "NOT bow*"):
        assert len(archive.search(query).hits) == 1, query
    for query in ("shi*", "title:boa*", "author:boa*", "section:har*", "NOT boa*"):
        assert archive.search(query).hits == (), query
