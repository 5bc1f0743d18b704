"""The whole way, fetch to commit, on a folder of real pages served on loopback.

    python benchmarks/crawl.py FOLDER [--repeat K] [--hosts N]

FOLDER holds `html/*.html.gz` (and perhaps `ground_truth.json`, for addresses). It is served K times by each
of N hosts: an archive has many outlets, and asks each one thing at a time. Printed, from one run:

- the limit: what the machine's cores can extract with trafilatura alone, the same pages;
- a first crawl, its share of that limit, and on what the rest was spent;
- a re-crawl of the unchanged pages from a server without validators, and from one with them;
- the longest time for which the crawler's event loop was held up.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from palimpsest.crawler.context import Note, Options
from palimpsest.crawler.run import run_crawl
from palimpsest.model import Source, Way, WayKind
from palimpsest.settings import Settings
from palimpsest.storage import Archive, create_archive, open_archive


class LoopWatch:
    """Measures from a thread how long the crawler's event loop takes to answer, and what its workers take."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self._spent: dict[int, float] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __call__(self, note: Note) -> None:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._thread.start()

    def _watch(self) -> None:
        assert self._loop is not None
        while not self._done.wait(0.01):
            answered = threading.Event()
            asked = time.perf_counter()
            try:
                self._loop.call_soon_threadsafe(answered.set)
            except RuntimeError:  # the crawl is over
                return
            if answered.wait(30):
                self.waits.append(time.perf_counter() - asked)
            if len(self.waits) % 10 == 0:
                for worker in multiprocessing.active_children():
                    if worker.pid is not None:
                        self._spent[worker.pid] = max(self._spent.get(worker.pid, 0.0), cpu_of(worker.pid))

    @property
    def readers(self) -> float:
        """Seconds of processor that the worker processes took."""
        return sum(self._spent.values())

    def stop(self) -> str:
        self._done.set()
        waits = sorted(self.waits)
        if not waits:
            return "event loop: no samples"
        p99 = waits[int(len(waits) * 0.99)]
        return f"event loop held up: p99 {p99 * 1000:.0f} ms, longest {waits[-1] * 1000:.0f} ms"


def read_alone(page: bytes) -> float:
    import trafilatura

    started = time.process_time()
    trafilatura.bare_extraction(page, with_metadata=True)
    return time.process_time() - started


def limit(folder: Path, workers: int, repeat: int) -> tuple[float, float]:
    """Pages a second that all cores together extract with trafilatura alone; its CPU seconds a page."""
    pages = [gzip.decompress(path.read_bytes()) for path in sorted((folder / "html").glob("*.gz"))]
    with multiprocessing.get_context("forkserver").Pool(workers) as pool:
        pool.map(read_alone, pages[:workers], chunksize=1)  # the imports are not counted
        started = time.perf_counter()
        spent = list(pool.imap_unordered(read_alone, pages * repeat, chunksize=4))
        return len(spent) / (time.perf_counter() - started), sum(spent) / len(spent)


def serve(folder: Path, repeat: int, *flags: str) -> tuple[subprocess.Popen[str], str]:
    command = [
        sys.executable,
        "-m",
        "palimpsest.newsroom.folder",
        str(folder),
        "--repeat",
        str(repeat),
        *flags,
    ]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    return server, server.stdout.readline().split()[0]


def cpu() -> float:
    """Seconds of processor that this process has taken."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def cpu_of(pid: int) -> float:
    """Seconds of processor that another process has taken; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:  # it has ended, or there is no /proc
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def crawl(archive: Archive, label: str, *, again: bool) -> float:
    """Crawl once and print; pages a second."""
    watch = LoopWatch()
    before = (time.perf_counter(), cpu())
    reports = run_crawl(archive, archive.sources(), options=Options(again=again), listener=watch)
    seconds = time.perf_counter() - before[0]
    own = cpu() - before[1]
    counts: Counter[str] = Counter()
    for report in reports:
        counts.update(dict(report.counts))
    pages = sum(counts[name] for name in ("new", "changed", "unchanged", "degraded", "no-article", "failed"))
    print(
        f"{label}: {pages} pages in {seconds:.1f} s = {pages / seconds:.1f}/s; CPU a page:"
        f" {1000 * watch.readers / pages:.1f} ms reading, {1000 * own / pages:.1f} ms crawling and storing"
    )
    print(f"  {dict(counts)}; {watch.stop()}")
    return pages / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeat", type=int, default=5, help="copies of each page on a host (default: 5)")
    parser.add_argument("--hosts", type=int, default=4, help="hosts that serve them (default: 4)")
    options = parser.parse_args()
    workers = len(os.sched_getaffinity(0))
    best, each = limit(options.folder, workers, options.repeat)
    print(
        f"limit: trafilatura alone on {workers} cores: {best:.1f} pages/s; CPU a page: {1000 * each:.1f} ms"
    )
    names = tuple(f"pages-{number}.folder.example" for number in range(options.hosts))
    for flags in ((), ("--validators",)):
        servers = [serve(options.folder, options.repeat, "--host", name, *flags) for name in names]
        try:
            with tempfile.TemporaryDirectory() as scratch:
                directory = Path(scratch) / "archive"
                create_archive(directory).close()
                fetch = {"delay": 0.0, "allow": names, "resolve": dict.fromkeys(names, "127.0.0.1")}
                settings = Settings.load(directory, fetch=fetch, crawl={"sitemap_days": 36500})
                with open_archive(directory, settings=settings) as archive:
                    for name, (_, sitemap) in zip(names, servers, strict=True):
                        way = Way(kind=WayKind.SITEMAP, url=sitemap)
                        archive.add_source(Source(slug=name, name=name, home=sitemap, ways=(way,)))
                    kind = "with validators" if flags else "without validators"
                    first = crawl(archive, f"first crawl, server {kind}", again=False)
                    second = crawl(archive, f"re-crawl, server {kind}", again=True)
                    print(
                        f"  {first / best:.0%} of the limit; the re-crawl is {second / first:.1f} times faster"
                    )
        finally:
            for server, _ in servers:
                server.terminate()
                server.wait()


if __name__ == "__main__":
    main()
