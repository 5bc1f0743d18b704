"""What the archive costs: bytes a capture, captures a second, reading times; beside WARC.gz.

    python benchmarks/store.py FOLDER [--versions 15] [--at-most BYTES] [--links N] [--database URL]

FOLDER holds saved pages (`*.html` or `*.html.gz`, any depth). Every page becomes an article of as
many versions: each fetch shows a page with other nonces, counters, dates and a "most read" list, and
with one to three sentences of its text changed for good. Captures go through `Transaction` in batches
of 20, durably, each a new payload and a new version, on one core; making them is not timed.
Afterwards one more round of unchanged pages is stored, and pages are read at random. No page is
kept: the archive lies in a temporary folder.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import re
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import trafilatura
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from palimpsest.model import Capture, Extraction, Finder, Lead, Outcome, Paragraph, Source, sha256
from palimpsest.storage import Archive, create_archive

T = TypeVar("T")
BATCH = 20
START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
PARAGRAPH = re.compile(rb"<p[^>]*>(.{80,}?)</p>", re.DOTALL)
TAG = re.compile(rb"<[^>]*>")


class Story:
    """One page and its life: the same text edited step by step, in ever new dressing."""

    def __init__(self, number: int, page: bytes, links: int = 6) -> None:
        self.random = random.Random(number)
        self.links = links
        self.url = (
            f"https://www.outlet{number % 40}.example/2026/03/01/section-{number % 7}/story-{number}-in-words"
        )
        self.key = self.url.removeprefix("https://www.")
        self.words = [w for w in re.findall(rb"[A-Za-z]{3,}", TAG.sub(b" ", page)) if len(w) < 15] or [
            b"word"
        ]
        places = sorted(self.random.sample(range(len(page) // 50, len(page)), 20))
        self.parts = [page[a:b] for a, b in zip([0, *places], [*places, len(page)], strict=True)]
        self.title = self._prose(9)
        self.text = (trafilatura.extract(page) or self._prose(700)).split("\n")

    def _prose(self, words: int) -> str:
        return b" ".join(self.random.choices(self.words, k=words)).decode("ascii")

    def _edit(self) -> None:
        new = self._prose(self.random.randint(4, 20))
        chosen = self.random.randrange(len(self.text))
        old = self.text[chosen]
        cut = self.random.randint(0, len(old))
        drop = self.random.randint(0, 40)
        self.text[chosen] = f"{old[:cut]} {new} {old[cut + drop :]}"
        part = self.random.choice([i for i, p in enumerate(self.parts) if PARAGRAPH.search(p)] or [0])
        found = [match.span(1) for match in PARAGRAPH.finditer(self.parts[part])]
        start, end = self.random.choice(found or [(0, 40)])
        cut = self.random.randint(start, end - 40)
        markup = self.parts[part]
        self.parts[part] = markup[:cut] + new.encode("ascii") + markup[cut + drop :]

    def _dressing(self, part: int) -> bytes:
        r = self.random
        if part in (0, 6):  # lists that change with every fetch
            return b"<ol>%s</ol>" % b"".join(self._link() for _ in range(self.links))
        if part % 3 == 1:
            return b'<script nonce="%032x">window.__t=%d</script>' % (r.getrandbits(128), r.getrandbits(40))
        if part % 3 == 2:
            return b'<span class="count">%d comments</span>' % r.randint(0, 5000)
        return b'<meta name="csrf" content="%032x">' % r.getrandbits(128)

    def _link(self) -> bytes:
        title = self._prose(7)
        path = f"/2026/03/0{self.random.randint(1, 9)}/{title.replace(' ', '-').lower()}"
        return f'<li><a href="{path}-{self.random.getrandbits(24)}">{title}</a></li>'.encode()

    def fetch(self, step: int) -> tuple[Capture, Extraction]:
        """The page at a step, as a capture and what is read out of it."""
        if step:
            self._edit()
        page = b"".join(part + self._dressing(i) for i, part in enumerate(self.parts))
        at = START + timedelta(hours=2 * step, seconds=self.random.randint(0, 3000))
        capture = Capture(
            record_id=uuid.UUID(int=self.random.getrandbits(128), version=4),
            url=self.url,
            at=at,
            outcome=Outcome.OK,
            request_head=_request(self.url),
            response_head=self._response(page, at),
            payload=page,
            sha256=sha256(page),
            status=200,
            ip=f"198.51.100.{self.random.randint(1, 9)}",
            seconds=self.random.random(),
        )
        return capture, self._extraction(at)

    def _response(self, page: bytes, at: datetime) -> bytes:
        r = self.random
        when = at.strftime("%a, %d %b %Y %H:%M:%S GMT")
        return (
            "HTTP/1.1 200 OK\r\n"
            f"Date: {when}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\n"
            "Connection: keep-alive\r\nServer: nginx\r\nVary: Accept-Encoding, Cookie\r\n"
            "Cache-Control: public, max-age=60, stale-while-revalidate=30\r\n"
            f'ETag: W/"{r.getrandbits(64):x}"\r\n'
            f"Last-Modified: {when}\r\nX-Cache: {r.choice(['HIT', 'MISS'])}\r\nAge: {r.randint(0, 60)}\r\n"
            f"X-Request-Id: {uuid.UUID(int=r.getrandbits(128))}\r\n"
            f"X-Timer: S{r.getrandbits(34)}.{r.getrandbits(20)},VS0\r\n"
            "Strict-Transport-Security: max-age=31536000; includeSubDomains; preload\r\n"
            "X-Content-Type-Options: nosniff\r\nX-Frame-Options: SAMEORIGIN\r\n"
            "Content-Security-Policy: upgrade-insecure-requests; frame-ancestors 'self'\r\n"
            f"Set-Cookie: visitor={r.getrandbits(96):x}; Path=/; Secure; HttpOnly; SameSite=Lax\r\n\r\n"
        ).encode()

    def _extraction(self, at: datetime) -> Extraction:
        blocks = tuple(Paragraph(text=text) for text in self.text)
        return Extraction(
            url=self.url,
            title=self.title,
            standfirst=blocks[0].text[:200] if blocks else "",
            authors=("A. Writer",),
            published=START.isoformat(),
            modified=at.isoformat(),
            language="en",
            section="news",
            blocks=blocks,
            provenance=(("title", "json-ld"), ("published", "json-ld"), ("authors", "json-ld")),
            software="benchmark",
        )


def _request(url: str) -> bytes:
    path = url.removeprefix("https://").partition("/")[2]
    host = url.removeprefix("https://").partition("/")[0]
    return (
        f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Palimpsest/0.2.0 (news archive; +mail)\r\n"
        "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\nAccept-Encoding: identity\r\n\r\n"
    ).encode()


class Clock:
    """Wall and processor seconds, over several stretches."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def __enter__(self) -> None:
        self._start = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter() - self._start[0]
        self.cpu += time.process_time() - self._start[1]


def store_round(
    archive: Archive,
    source: Source,
    stories: list[Story],
    step: int,
    clock: Clock,
    found: Clock,
    warc: WARCWriter,
) -> None:
    """One look at every story, as a crawl of it would store it."""
    now = START + timedelta(hours=2 * step)
    with found:
        archive.add_leads(
            source.id,
            (
                Lead(url=s.url, key=s.key, finder=Finder.FEED, found_at=f"{source.home}feed", title=s.title,
                     published=START, updated=now)
                for s in stories
            ),
            now=now,
        )  # fmt: skip
        leads = {e.lead.key: e.lead_id for e in archive.errands(source.id, now=now, limit=10**6).errands}
    for batch in _batches(stories):
        fetched = [(story, *story.fetch(step)) for story in batch]
        with clock, archive.transaction() as tx:
            for story, capture, extraction in fetched:
                article = tx.article_by_keys([story.key])
                if article is None:
                    article = tx.add_article(source.id, story.url, story.key, now=capture.at)
                new = tx.add_capture(
                    capture, article_id=article.id, source_id=source.id, lead_id=leads[story.key]
                )
                fingerprint = capture.sha256 or b""
                if article.fingerprint != fingerprint:
                    tx.add_version(article.id, new, extraction, fingerprint, at=capture.at)
                tx.set_article(article.id, last_seen=capture.at, next_visit=capture.at + timedelta(hours=2))
                tx.finish_lead(leads[story.key], at=capture.at)
        for _, capture, _ in fetched[::8]:
            _write_warc(warc, capture)


def unchanged_round(
    archive: Archive, source: Source, captures: list[tuple[str, Capture]], clock: Clock
) -> None:
    """Every page again, and nothing new on it."""
    for batch in _batches(captures):
        with clock, archive.transaction() as tx:
            for key, capture in batch:
                article = tx.article_by_keys([key])
                assert article is not None
                assert article.payload_sha256 == capture.sha256
                assert article.version_id is not None
                new = tx.add_capture(capture, article_id=article.id, source_id=source.id)
                tx.witness(article.version_id, new, capture.at)
                tx.set_article(article.id, last_seen=capture.at, next_visit=capture.at + timedelta(hours=9))


def _batches(items: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def _write_warc(writer: WARCWriter, capture: Capture) -> None:
    head = StatusAndHeaders("200 OK", list(capture.headers), protocol="HTTP/1.1")
    record = writer.create_warc_record(
        capture.url, "response", payload=BytesIO(capture.payload or b""), http_headers=head
    )
    ask = StatusAndHeaders(
        "GET / HTTP/1.1",
        [tuple(line.split(": ", 1)) for line in capture.request_head.decode().split("\r\n")[1:] if line],
        is_http_request=True,
    )
    writer.write_record(writer.create_warc_record(capture.url, "request", http_headers=ask))
    writer.write_record(record)


def on_one_core() -> None:
    """Keep this process to one core, where the system lets it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def read_pages(folder: Path, at_most: int) -> list[bytes]:
    """The saved pages of a folder, any depth, but very small ones; `at_most` bytes (0: any)."""
    pages = []
    for path in sorted(folder.rglob("*.html*")):
        page = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if 2000 < len(page) <= (at_most or len(page)):
            pages.append(page)
    return pages


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--versions", type=int, default=15)
    parser.add_argument("--at-most", type=int, default=0, help="leave out pages of more bytes")
    parser.add_argument("--links", type=int, default=6, help="links in each of two lists that change")
    parser.add_argument("--copies", type=int, default=1, help="articles made of each page")
    parser.add_argument("--database", default=None, help="a PostgreSQL URL; default: SQLite")
    parser.add_argument("--profile", type=Path, help="write cProfile data of the storing")
    options = parser.parse_args()
    on_one_core()
    pages = read_pages(options.folder, options.at_most)
    stories = [Story(i, page, options.links) for i, page in enumerate(pages * options.copies)]
    mean = statistics.mean(map(len, pages))
    print(f"{len(stories)} articles x {options.versions} versions; pages of {mean:,.0f} bytes on average")
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), stories, options)


def run(folder: Path, stories: list[Story], options: argparse.Namespace) -> None:
    """Store, measure, print."""
    archive = create_archive(folder, database=options.database)
    source = archive.add_source(Source(slug="bench", name="Bench", home="https://outlet.example/"))
    clock, found, again = Clock(), Clock(), Clock()
    peer = BytesIO()
    warc = WARCWriter(peer, gzip=True, warc_version="1.1")
    profiler = None
    if options.profile:
        import cProfile

        profiler = cProfile.Profile()
        clock.__class__ = type("Profiled", (Clock,), {
            "__enter__": lambda self: (Clock.__enter__(self), profiler.enable())[0],
            "__exit__": lambda self, *a: (profiler.disable(), Clock.__exit__(self, *a))[1],
        })  # fmt: skip
    for step in range(options.versions):
        store_round(archive, source, stories, step, clock, found, warc)
    if profiler:
        profiler.dump_stats(options.profile)
    count = len(stories) * options.versions
    print(f"stored, durable, batches of {BATCH}: {count / clock.wall:,.0f} captures/s (wall), "
          f"{count / clock.cpu:,.0f} captures/s of CPU ({1000 * clock.cpu / count:.2f} ms each)")  # fmt: skip
    print(f"leads in and errands out: {1e6 * found.cpu / count:.0f} us of CPU each")
    stats = archive.stats()
    print(f"payloads {stats.payload_bytes / count:,.0f} bytes each, stored {stats.stored_bytes / count:,.0f}")
    if options.database is None:
        _print_tables(folder / "archive.db", count)
    else:
        print(f"database: {stats.database_bytes / count:,.0f} bytes a capture")
    written = len(stories[::8]) and sum(len(b[::8]) for b in _batches(stories)) * options.versions
    print(f"WARC.gz by warcio, every eighth page: {len(peer.getvalue()) / written:,.0f} bytes a capture")

    last = []
    for stored in archive.captures(after=count - len(stories)):
        payload = archive.payload(stored.capture.sha256 or b"")
        at = stored.capture.at + timedelta(days=1)
        new = Capture(record_id=uuid.uuid4(), url=stored.capture.url, at=at, outcome=Outcome.OK, status=200,
                      payload=payload, sha256=stored.capture.sha256, request_head=stored.capture.request_head,
                      response_head=stored.capture.response_head.replace(b"Age: ", b"Age: 1"))  # fmt: skip
        last.append((stored.capture.url.removeprefix("https://www."), new))
    unchanged_round(archive, source, last, again)
    print(f"unchanged pages: {len(last) / again.wall:,.0f} captures/s (wall), "
          f"{1000 * again.cpu / len(last):.3f} ms of CPU each")  # fmt: skip
    _read_at_random(archive, count)
    archive.close()


def _print_tables(path: Path, count: int) -> None:
    database = sqlite3.connect(path)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sizes = database.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC").fetchall()
    database.close()
    print(f"database file: {path.stat().st_size / count:,.0f} bytes a capture, all in; of these")
    for name, size in sizes:
        if size / count >= 10:
            print(f"  {size / count:8,.1f}  {name}")


def _read_at_random(archive: Archive, count: int) -> None:
    chooser = random.Random(7)
    ids = [chooser.randint(1, count) for _ in range(400)]
    digests = [archive.capture(i).capture.sha256 or b"" for i in ids]
    articles = [archive.capture(i).article_id or 0 for i in ids]
    for what, work in (
        ("payload, verified", [lambda d=d: archive.payload(d) for d in digests]),
        (
            "version as of a time",
            [lambda a=a: archive.version_at(a, START + timedelta(hours=9)) for a in articles],
        ),
    ):
        times = []
        for one in work:
            start = time.perf_counter()
            one()
            times.append(1000 * (time.perf_counter() - start))
        cuts = statistics.quantiles(times, n=20)
        print(f"read a {what}: p50 {statistics.median(times):.2f} ms, p95 {cuts[18]:.2f} ms")


if __name__ == "__main__":
    main()
