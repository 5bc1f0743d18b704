"""How fast versions are indexed and found, beside what the database does when it is asked naively.

    python benchmarks/search.py [--versions 1000000] [--words 400] [--database URL] [--keep FOLDER]

Made texts: words of a vocabulary of 200,000, by Zipf's law for the first 5,000 and by the square of the
rank beyond, as large collections have it (Ferrer i Cancho and Solé, 2001): with one law for all of them every
text would bring dozens of words never met before. Five versions an article, made within five or six days, that differ
in ten words; forty sources, four languages, three years. Only what a search reads is stored: versions have no
content, so snippets are not made. Each kind of query is asked 60 times with other words by a connection just
opened (of SQLite's file nothing is in the system's cache then; PostgreSQL's caches are left as they are), and
60 times more (all of SQLite's file is in the system's cache then): p50 and p95, cold and warm, in milliseconds,
and of the warm ones the CPU time of the asking process, which is SQLite's whole time, with that of PostgreSQL's
where it runs on this machine. The naive way is what one would write first: all that matches ranked, or joined
and sorted.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from palimpsest.model import Source
from palimpsest.storage import Archive, create_archive, indexing, open_archive
from palimpsest.storage.indexing import Vocabulary, hour_of
from palimpsest.storage.search_words import Entry, date_marks
from palimpsest.storage.search_words import words as words_of
from palimpsest.storage.tables import article, capture, version

START = datetime(2023, 10, 1, tzinfo=UTC)
SPAN = timedelta(days=1096)
LANGUAGES = ("en", "fr", "de", "es")
AN_ARTICLE = 5
SIDE_BY_SIDE = 1_000  # stories that are edited over the same days
BATCH = 500
KERNEL = 5_000  # words that everybody uses
TIMES = 60


def frequency(rank: int) -> float:
    """How frequent the word of a rank is, next to others."""
    return 1 / (rank + 2.7) if rank < KERNEL else KERNEL / rank**2


def story_of(version_id: int) -> tuple[int, int]:
    """The story of a version and its number among the story's versions, both from 0."""
    group, place = divmod(version_id - 1, SIDE_BY_SIDE * AN_ARTICLE)
    number, story = divmod(place, SIDE_BY_SIDE)
    return group * SIDE_BY_SIDE + story, number


class Texts:
    """Words by their rank; rank 0 is the most frequent."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        syllables = [a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]
        made: dict[str, None] = {}
        while len(made) < 200_000:
            made["".join(self.random.choices(syllables, k=self.random.randint(2, 4)))] = None
        self.words = list(made)
        self.weights = list(accumulate(map(frequency, range(len(self.words)))))

    def some(self, count: int) -> list[str]:
        return self.random.choices(self.words, cum_weights=self.weights, k=count)

    def version(self, story: int, count: int) -> list[str]:
        """The words of a story, with ten of them edited."""
        made = random.Random(story).choices(self.words, cum_weights=self.weights, k=count)
        for word in self.some(10):
            made[self.random.randrange(count)] = word
        return made


def entries(texts: Texts, versions: int, words: int) -> Iterator[tuple[Entry, datetime]]:
    for number in range(1, versions + 1):
        at = START + SPAN * (number / versions)
        story, _ = story_of(number)
        made = texts.version(story, words)
        known = ["=a", f"=s{story % 40 + 1}", f"=l{LANGUAGES[story // 40 % 4]}"]
        known += date_marks(f"{at:%Y%m%d}")
        known += ["=hvideo"] * (story % 10 == 0) + ["=uoutlet", f"=ustory{story}"]
        yield (
            Entry(version_id=number, title=tuple(made[:9]), author=("jane", "smith"), section=("news",),
                  known=tuple(known), text=tuple(made[9:]), language=LANGUAGES[story // 40 % 4], hour=hour_of(at)),
            at,
        )  # fmt: skip


def rows(batch: list[tuple[Entry, datetime]]) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """What a search reads of versions, articles and captures."""
    made = [(one, int(at.timestamp() * 1e6), *story_of(one.version_id)) for one, at in batch]
    yield article, [
        {"id": story + 1, "source_id": story % 40 + 1, "url": f"https://o.example/{story}",
         "key": f"o.example/{story}", "state": "live", "first_seen": at, "last_seen": at, "title": "",
         "standfirst": "", "versions": AN_ARTICLE, "captures": AN_ARTICLE, "attempts": 0, "drift": 0}
        for _, at, story, number in made if number == 0
    ]  # fmt: skip
    yield capture, [
        {"id": one.version_id, "record_id": uuid.UUID(int=one.version_id << 64).bytes,
         "article_id": story + 1, "at": at, "outcome": "ok", "took": 0, "request_size": 0}
        for one, at, story, _ in made
    ]  # fmt: skip
    yield version, [
        {"id": one.version_id, "article_id": story + 1, "number": number + 1, "capture_id": one.version_id,
         "first_seen": at, "last_seen": at, "captures": 1, "fingerprint": b"", "content": b"",
         "title": " ".join(one.title), "language": one.language, "published": ""}
        for one, at, story, number in made
    ]  # fmt: skip


def fill(archive: Archive, texts: Texts, versions: int, words: int) -> None:
    for k in range(40):
        archive.add_source(Source(slug=f"outlet{k + 1}", name="Outlet", home=f"https://o{k}.example/"))
    vocabulary, made = Vocabulary(), entries(texts, versions, words)
    took = spent = split = 0.0
    spending = spending_of(archive)
    while batch := list(islice(made, BATCH)):
        split += splitting(batch)
        with archive._database.writing() as connection:
            for table, values in rows(batch):
                if values:
                    connection.execute(insert(table), values)
            begun, before = time.perf_counter(), spending()
            learned = indexing.add(connection, [entry for entry, _ in batch], vocabulary)
        # With the commit, at which FTS5 writes what it was given.
        took, spent = took + time.perf_counter() - begun, spent + spending() - before
        vocabulary.remember(learned)
    with archive._database.writing() as connection:
        latest = "SELECT v.id FROM version v WHERE v.article_id = article.id ORDER BY v.number DESC LIMIT 1"
        connection.execute(text("UPDATE capture SET version_id = id"))
        connection.execute(text(f"UPDATE article SET version_id = ({latest})"))
    if not archive._database.is_sqlite:
        with archive._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    for name, seconds in (("by the clock", took), ("of CPU", spent)):
        print(
            f"{versions / seconds:,.0f} versions of {words} words indexed a second {name},"
            f" {versions / (seconds + split):,.0f} with the splitting of their words",
            flush=True,
        )


def splitting(batch: list[tuple[Entry, datetime]]) -> float:
    """The seconds of CPU that it takes to split the texts of a batch, told by the first tenth of it."""
    some = [" ".join((*entry.title, *entry.text)) for entry, _ in batch[: len(batch) // 10 + 1]]
    begun = time.process_time()
    for one in some:
        words_of(one)
    return (time.process_time() - begun) * len(batch) / len(some)


def measure(archive: Archive, name: str, ask: Callable[[], object], times: int = TIMES) -> None:
    """Ask with cold caches, then with warm ones, and print how long it took."""
    archive._database.close()
    file = Path(str(archive._database.url.database)) if archive._database.is_sqlite else None
    if file:
        with file.open("rb") as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    spending = spending_of(archive)
    cold, _ = timed(ask, times, spending)
    if file:
        with file.open("rb") as opened:
            while opened.read(2**24):
                pass
    warm, cpu = timed(ask, times, spending)
    print(f"{name:<44}" + "".join(f" |{p50:8.2f} {p95:8.2f}" for p50, p95 in (cold, warm, cpu)), flush=True)


def timed(
    ask: Callable[[], object], times: int, spending: Callable[[], float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The milliseconds that asking took by the clock, and of CPU: the 50th and the 95th percentile."""
    took, cpu = [], []
    for _ in range(times):
        begun, spent = time.perf_counter(), spending()
        ask()
        took.append((time.perf_counter() - begun) * 1e3)
        cpu.append((spending() - spent) * 1e3)
    return percentiles(took), percentiles(cpu)


def spending_of(archive: Archive) -> Callable[[], float]:
    """A clock of the CPU seconds of this process, and of the server's that answers its one connection."""
    if archive._database.is_sqlite:
        return time.process_time
    with archive._database.reading() as connection:
        account = Path(f"/proc/{connection.scalar(text('SELECT pg_backend_pid()'))}/schedstat")
    if archive._database.url.host not in ("127.0.0.1", "localhost") or not account.exists():
        return time.process_time
    return lambda: time.process_time() + int(account.read_text().split()[0]) / 1e9


def percentiles(values: list[float]) -> tuple[float, float]:
    values = sorted(values)
    return statistics.median(values), values[max(int(len(values) * 0.95) - 1, 0)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--versions", type=int, default=1_000_000)
    parser.add_argument("--words", type=int, default=400)
    parser.add_argument("--database")
    parser.add_argument("--keep", type=Path, help="Where the archive stays; used again where it stands.")
    args = parser.parse_args()
    texts = Texts()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary) / "archive"
        if not (folder / "palimpsest.toml").exists():
            with create_archive(folder, database=args.database) as archive:
                fill(archive, texts, args.versions, args.words)
        with open_archive(folder) as archive:
            ask(archive, texts)


def ask(archive: Archive, texts: Texts) -> None:
    pick = texts.random

    def common() -> str:
        return texts.words[pick.randrange(20)]

    def rare() -> str:
        return texts.words[pick.randrange(20_000, 60_000)]

    def middle() -> str:
        return texts.words[pick.randrange(200, 2_000)]

    def search(query: str, **how: Any) -> object:
        return archive.search(query, snippets=False, count=False, **how)

    def moment() -> datetime:
        return START + SPAN * pick.random()

    def days() -> str:
        begin = START + (SPAN - timedelta(days=30)) * pick.random()
        return f"seen:{begin:%Y-%m-%d}..{begin + timedelta(days=29):%Y-%m-%d}"

    def there() -> str:
        return f"{days()} source:outlet{pick.randint(1, 40)} lang:{pick.choice(LANGUAGES)}"

    print(f"{'milliseconds':<44} |    cold      p95 |    warm      p95 |     CPU      p95")
    for name, asked in (
        ("rare word, newest 20", lambda: search(rare())),
        ("common word, newest 20", lambda: search(common())),
        ("two words, newest 20", lambda: search(f"{middle()} {common()}")),
        ("phrase, newest 20", lambda: search(f'"{common()} {common()}"')),
        ("beginning, newest 20", lambda: search(f"{middle()[:4]}*")),
        ("30 days, source, language, word", lambda: search(f"{there()} {common()}", versions="all")),
        ("30 days, two sources at once: nothing", lambda: search(
            f"source:outlet{pick.randint(1, 20)} source:outlet{pick.randint(21, 40)} {days()} {common()}")),
        ("published in a month, word", lambda: search(f"published:{moment():%Y-%m} {common()}")),
        ("published in a year, word", lambda: search(f"published:{moment():%Y} {common()}")),
        ("word as of a day, newest 20", lambda: search(common(), as_of=moment())),
        ("rare word as of a day, newest 20", lambda: search(rare(), as_of=moment())),
        ("common word by relevance", lambda: search(common(), order="relevance")),
        ("common words by relevance, all versions", lambda: search(
            f"{common()} OR {common()}", order="relevance", versions="all")),
        ("rare word taken out by an edit", lambda: search(f"removed:{rare()}")),
        ("newest 20 and their count", lambda: archive.search(common(), snippets=False)),
        ("survey of a middling word", lambda: archive.survey(middle())),
    ):  # fmt: skip
        measure(archive, name, asked)
    naive(archive, common)


def naive(archive: Archive, common: Callable[[], str]) -> None:
    """All that matches ranked, as one would write it first."""
    if archive._database.is_sqlite:
        query = "SELECT rowid FROM search_index WHERE search_index MATCH :q ORDER BY rank LIMIT 20"
    else:
        query = ("SELECT id FROM search_index WHERE words @@ CAST(:q AS tsquery)"
                 " ORDER BY ts_rank(words, CAST(:q AS tsquery)) DESC LIMIT 20")  # fmt: skip

    def ask() -> object:
        with archive._database.reading() as connection:
            return connection.execute(text(query), {"q": common()}).all()

    measure(archive, "naively: common word by relevance (5 times)", ask, times=5)


if __name__ == "__main__":
    main()
