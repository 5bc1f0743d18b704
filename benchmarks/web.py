"""How long the reading room takes to make its pages, against the limit of 200 ms.

    python benchmarks/web.py [--versions 500] [--words 800] [--times 20]

One article with so many versions of so many words, each differing in a number and a sentence, and as many
articles of one version around it, archived as a crawl does it. The pages are asked for through the whole
application, in this process and settled as a server is: what a client would wait for, without the network.
Last, what the article said at 200 moments is read from the archive alone.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi.testclient import TestClient

from palimpsest.crawler import urls
from palimpsest.crawler.archiving import archive_pages
from palimpsest.crawler.deciding import Page
from palimpsest.model import Capture, Extraction, Heading, Outcome, Paragraph, Source, sha256
from palimpsest.storage import Archive, create_archive
from palimpsest.web import create_app
from palimpsest.web.server import settle

START = datetime(2026, 9, 1, tzinfo=UTC)
LIMIT = 200.0
WORDS = "harbour council budget vote bridge ferry river mayor school train storm market".split()


def look(archive: Archive, source: Source, name: str, number: int, body: str) -> Page:
    """One look at a page."""
    url = f"https://herald.example/{name}"
    payload = f"<p>{body}</p>".encode()
    capture = Capture(
        record_id=uuid.uuid4(), url=url, at=START + timedelta(hours=number), outcome=Outcome.OK,
        payload=payload, sha256=sha256(payload), status=200,
        response_head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
    )  # fmt: skip
    blocks = (Heading(text="What happened"), *(Paragraph(text=part) for part in body.split("\n")))
    read = Extraction(url=url, title=f"{name}: {number} votes", blocks=blocks, language="en")
    errand = archive.errand_for(url, urls.identity(url), source.id)
    return Page(errand=errand, captures=(capture,), extraction=read)


def fill(archive: Archive, versions: int, words: int) -> None:
    """Archive the one article and those around it."""
    chance = random.Random(1)
    source = archive.add_source(Source(slug="herald", name="The Herald", home="https://herald.example/"))
    parts = [" ".join(chance.choices(WORDS, k=40)) + "." for _ in range(words // 40)]
    for number in range(versions):
        parts[number % len(parts)] = " ".join(chance.choices(WORDS, k=40)) + f" {number}."
        archive_pages(archive, [look(archive, source, "live", number, "\n".join(parts))], revisits=12)
    for number in range(versions):
        body = " ".join(chance.choices(WORDS, k=words))
        archive_pages(archive, [look(archive, source, f"story-{number}", number, body)], revisits=12)


def moments(archive: Archive, article_id: int, versions: int) -> list[float]:
    """Milliseconds that it takes to read what an article said at each of 200 moments, without a page."""
    chance, took = random.Random(2), []
    for _ in range(200):
        when = START + timedelta(hours=chance.uniform(1, versions))
        began = time.perf_counter()
        assert archive.version_at(article_id, when) is not None
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--versions", type=int, default=500)
    parser.add_argument("--words", type=int, default=800)
    parser.add_argument("--times", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, create_archive(Path(folder) / "news") as archive:
        fill(archive, asked.versions, asked.words)
        article = archive.article(urls.identity("https://herald.example/live"))
        spans = archive.timeline(article.id)
        first, middle, last = spans[0].public_id, spans[len(spans) // 2].public_id, spans[-1].public_id
        print(f"{len(spans)} versions of {asked.words} words; of {asked.times} requests, ms:")
        print(f"{'':<30}{'p50':>8}{'longest':>8}{'CPU p50':>9}{'longest':>9}")
        pages = {
            "edits": "/",
            "search, facets": "/search?q=harbour",
            "timeline": f"/articles/{article.id}",
            "version": f"/version/{middle}",
            "what changed, neighbours": f"/diff?old={spans[-2].public_id}&new={last}",
            "what changed, first to last": f"/diff?old={first}&new={last}",
            "side by side": f"/diff?old={first}&new={last}&view=side",
            "outlet": "/outlets/herald",
            "TimeMap": "/timemap/link/https://herald.example/live",
            "feed of the article": f"/feeds/article/{article.id}.atom",
        }
        with TestClient(create_app(archive), base_url="http://localhost") as client:
            settle()
            for name, path in pages.items():
                took, busy = [], []
                for _ in range(asked.times):
                    began, used = time.perf_counter(), time.process_time()
                    answer = client.get(path)
                    took.append((time.perf_counter() - began) * 1000)
                    busy.append((time.process_time() - used) * 1000)
                    assert answer.status_code == 200, f"{path}: {answer.status_code}"
                verdict = "" if max(took) <= LIMIT else f"  over {LIMIT:.0f} ms"
                print(
                    f"{name:<30}{statistics.median(took):8.1f}{max(took):8.1f}"
                    f"{statistics.median(busy):9.1f}{max(busy):9.1f}{verdict}"
                )
        took = moments(archive, article.id, asked.versions)
        print(f"what it said at a moment, read without a page: p50 {took[100]:.2f}, p95 {took[190]:.2f} ms")


if __name__ == "__main__":
    main()
