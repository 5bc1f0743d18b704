"""Time and memory of discovery on one core: `python benchmarks/discovery.py [FOLDER]`.

Documents are made up here, of the sizes that outlets serve. With FOLDER, a folder of saved article
pages as `ground_truth.json` (page -> {"url": …}) beside `html/<page>.html.gz`, it also tells which
share of those addresses has the shape of an article, and how long a page's links take to weigh.
"""

from __future__ import annotations

import gzip
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from palimpsest.crawler.discovery.feeds import read_feed
from palimpsest.crawler.discovery.links import find_articles
from palimpsest.crawler.discovery.shapes import article_shape
from palimpsest.crawler.discovery.sitemaps import read_sitemap
from palimpsest.crawler.urls import fetchable, identity

HOME = "https://tribune.example/"


def feed(items: int) -> bytes:
    """An RSS feed with full texts, about 2.5 KB an item."""
    text = "A sentence of ordinary length as it stands in a newspaper. " * 40
    item = (
        "<item><title>Story {0} of the day</title><link>https://tribune.example/2026/11/23/a-story-{0}</link>"
        "<pubDate>Mon, 23 Nov 2026 12:00:00 GMT</pubDate><description>{1}</description></item>"
    )
    body = "".join(item.format(number, text) for number in range(items))
    return f"<rss version='2.0'><channel><title>Tribune</title>{body}</channel></rss>".encode()


def sitemap(entries: int) -> bytes:
    """A news sitemap, about 370 bytes an entry."""
    entry = (
        "<url><loc>https://tribune.example/2026/11/23/a-story-of-the-day?id={0}</loc>"
        "<lastmod>2026-11-23T12:{1:02}:00+01:00</lastmod><news:news>"
        "<news:publication><news:name>Tribune</news:name><news:language>en</news:language></news:publication>"
        "<news:publication_date>2026-11-23T10:00:00Z</news:publication_date>"
        "<news:title>Story {0} of the day</news:title></news:news></url>"
    )
    body = "".join(entry.format(number, number % 60) for number in range(entries))
    return f"<urlset xmlns:news='urn:news'>{body}</urlset>".encode()


def front_page(links: int) -> bytes:
    """A front page of cards with a picture, a heading and a teaser."""
    card = (
        "<article class='card'><a href='/2026/11/23/section/a-story-of-the-day-{0}'><img alt='A picture'></a>"
        "<h3><a href='/2026/11/23/section/a-story-of-the-day-{0}'>Story {0} and what is known of it</a></h3>"
        "<p>A teaser of one sentence.</p></article><li><a href='/tag/{0}'>Tag {0}</a></li>"
    )
    return f"<body><main>{''.join(card.format(number) for number in range(links))}</main>".encode()


def report(what: str, work: Callable[[], object], count: int) -> None:
    """Print the median of five runs, and the peak of the process so far."""
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    seconds = statistics.median(times)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:44} {seconds * 1e3:9.1f} ms {seconds / count * 1e6:9.1f} us each   peak {peak:5.0f} MB")


def main() -> None:
    addresses = [f"{HOME}2026/11/23/some story/?id={number}&utm_source=rss" for number in range(10_000)]
    report("fetchable, 10,000 addresses", lambda: [fetchable(url) for url in addresses], 10_000)
    report("identity, 10,000 addresses", lambda: [identity(url) for url in addresses], 10_000)
    for size in (100, 1_000):
        payload = feed(size)
        report(
            f"feed of {size:,} items, {len(payload) / 1e6:.1f} MB", lambda p=payload: read_feed(p, HOME), size
        )
    for size in (1_000, 50_000):
        payload = sitemap(size)
        name = f"sitemap of {size:,} entries, {len(payload) / 1e6:.1f} MB"
        report(name, lambda p=payload: read_sitemap(p, HOME), size)
    page = front_page(200)
    report(f"front page of 600 links, {len(page) / 1e6:.1f} MB", lambda: find_articles(page, HOME), 600)
    for folder in map(Path, sys.argv[1:]):
        saved = json.loads((folder / "ground_truth.json").read_text("utf-8"))
        urls = [fetchable(label["url"]) for label in saved.values()]
        share = sum(article_shape(url) >= 2 for url in urls) / len(urls)
        print(f"{folder.name}: {share:.1%} of {len(urls)} addresses of articles have the shape of one")
        names = [name.removesuffix(".html.gz") for name in saved]
        pages = [gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()) for name in names]
        pairs = list(zip(pages, urls, strict=True))
        found = sum(len(find_articles(payload, url)) for payload, url in pairs)
        report(
            f"{folder.name}: {found} leads on {len(pairs)} pages",
            lambda p=pairs: [find_articles(*x) for x in p],
            len(pairs),
        )


if __name__ == "__main__":
    main()
