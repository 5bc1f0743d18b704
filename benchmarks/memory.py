"""Whether a crawl's memory grows with its length: the peak of a long one beside that of a short one.

    python benchmarks/memory.py FOLDER [--short N] [--long N]

Each crawl runs in a process of its own on copies of the twenty smallest pages in FOLDER, served on
loopback, so that a long crawl is one of many pages and not of much reading. Printed: pages, seconds, the
peak resident size of the crawler's process, and of its largest worker.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from crawl import serve

from palimpsest.crawler.run import run_crawl
from palimpsest.model import Source, Way, WayKind
from palimpsest.settings import Settings
from palimpsest.storage import create_archive, open_archive

SMALLEST = 20


def crawl(sitemap: str) -> None:
    """Crawl once in this process, and print its figures as JSON."""
    host = sitemap.split("/")[2].split(":")[0]
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch) / "archive"
        create_archive(directory).close()
        fetch = {"delay": 0.0, "allow": (host,), "resolve": {host: "127.0.0.1"}}
        settings = Settings.load(directory, fetch=fetch, crawl={"sitemap_days": 36500})
        with open_archive(directory, settings=settings) as archive:
            way = Way(kind=WayKind.SITEMAP, url=sitemap)
            archive.add_source(Source(slug="pages", name="pages", home=sitemap, ways=(way,)))
            started = time.perf_counter()
            workers = WorkerPeak()
            run_crawl(archive, archive.sources())
            seconds = time.perf_counter() - started
            pages = archive.stats().captures
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"pages": pages, "seconds": seconds, "own": own, "worker": workers.stop()}))


class WorkerPeak:
    """Watches, from a thread, the peak resident size of this process's workers (Linux)."""

    def __init__(self) -> None:
        self._peak = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(0.5):
            for worker in multiprocessing.active_children():
                try:
                    lines = Path(f"/proc/{worker.pid}/status").read_text("ascii").splitlines()
                except OSError:  # it has ended, or there is no /proc
                    continue
                sizes = (line.split() for line in lines if line.startswith("VmHWM"))
                self._peak = max([self._peak, *(int(size) / 1024 for _, size, _ in sizes)])

    def stop(self) -> float:
        """The peak, in MiB."""
        self._done.set()
        return self._peak


def measure(folder: Path, pages: int, count: int) -> dict[str, float]:
    """The figures of a crawl of `count` pages, run in a process of its own."""
    server, sitemap = serve(folder, -(-count // pages))
    try:
        command = [sys.executable, __file__, str(folder), "--sitemap", sitemap]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    finally:
        server.terminate()
        server.wait()
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{figures['pages']:>7,.0f} pages in {figures['seconds']:6.1f} s: crawler {figures['own']:.0f} MiB,"
        f" largest worker {figures['worker']:.0f} MiB",
        flush=True,
    )
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--short", type=int, default=2_000, help="pages of the short crawl")
    parser.add_argument("--long", type=int, default=20_000, help="pages of the long crawl")
    parser.add_argument("--sitemap", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.sitemap:
        crawl(options.sitemap)
        return
    with tempfile.TemporaryDirectory() as scratch:
        html = Path(scratch) / "html"
        html.mkdir()
        found = sorted((options.folder / "html").glob("*.gz"), key=lambda path: path.stat().st_size)[
            :SMALLEST
        ]
        for path in found:
            shutil.copy(path, html)
        short, long = (measure(Path(scratch), len(found), count) for count in (options.short, options.long))
    print(
        f"the long crawl's peak is {long['own'] / short['own']:.2f} times the short one's (crawler),"
        f" {long['worker'] / short['worker']:.2f} times (worker); the limit is 1.30"
    )


if __name__ == "__main__":
    main()
