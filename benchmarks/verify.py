"""How fast `verify` is, and what the ledger costs: on an archive made by `benchmarks/store.py`'s stories.

    python benchmarks/verify.py FOLDER [--versions 15] [--copies 1] [--database URL]

FOLDER holds saved pages, as for store.py. Every version is a new payload, a new delta and new heads: the
dearest captures there are. Checked on one core, versions not read again. Then a head is sealed, and 1,000
proofs are made.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import store
from warcio.warcwriter import WARCWriter

from palimpsest.model import Source
from palimpsest.storage import create_archive


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--versions", type=int, default=15)
    parser.add_argument("--at-most", type=int, default=0, help="leave out pages of more bytes")
    parser.add_argument("--copies", type=int, default=1, help="articles made of each page")
    parser.add_argument("--profile", type=Path, help="write cProfile data of another check before")
    parser.add_argument("--database", default=None, help="a PostgreSQL URL; default: SQLite")
    options = parser.parse_args()
    store.on_one_core()
    pages = store.read_pages(options.folder, options.at_most)
    stories = [store.Story(i, page) for i, page in enumerate(pages * options.copies)]
    with (
        tempfile.TemporaryDirectory() as folder,
        create_archive(Path(folder), database=options.database) as archive,
    ):
        source = archive.add_source(Source(slug="bench", name="Bench", home="https://outlet.example/"))
        clock, found, warc = store.Clock(), store.Clock(), WARCWriter(BytesIO(), gzip=True)
        for step in range(options.versions):
            store.store_round(archive, source, stories, step, clock, found, warc)
        count = len(stories) * options.versions
        mean = statistics.mean(map(len, pages))
        print(
            f"{count:,} captures of {mean:,.0f} bytes on average, {count / clock.cpu:,.0f} stored a second of CPU"
        )
        if options.profile:
            import cProfile

            cProfile.runctx("archive.verify()", globals(), {"archive": archive}, str(options.profile))
        begun, used = time.perf_counter(), time.process_time()
        done = archive.verify()
        wall, cpu = time.perf_counter() - begun, time.process_time() - used
        assert done.is_sound, done.findings[:3]
        print(
            f"verified: {count / wall:,.0f} captures/s (wall), {count / cpu:,.0f} of CPU; {dict(done.checked)}"
        )
        begun = time.perf_counter()
        head = archive.seal(now=datetime.now(UTC))
        assert head is not None
        print(f"a head over {head.size:,} leaves: {1000 * (time.perf_counter() - begun):.1f} ms")
        names = [v.public_id for i in range(1, len(stories) + 1) for v in archive.versions(i)][:1000]
        begun = time.perf_counter()
        for name in names:
            archive.inclusion(name, now=datetime.now(UTC))
        print(f"a proof: {1e3 * (time.perf_counter() - begun) / len(names):.2f} ms")


if __name__ == "__main__":
    main()
