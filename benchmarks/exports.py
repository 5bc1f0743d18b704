"""How fast versions and captures go out in each format, and how much memory that takes at its peak.

    python benchmarks/exports.py [--versions 20000] [--words 500] [--keep FOLDER]

Made texts, five versions an article that differ in one paragraph, pages of about 15 kB around them. Every
format is written by `palimpsest export` in a process of its own, once from the whole archive and once from a tenth
of it (`--as-of`, so both are the same archive): flat memory is the same peak for both. The time is that of
the whole command, its start, its count and its digest included.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from palimpsest.changes import fingerprint
from palimpsest.model import Capture, Extraction, Outcome, Paragraph, Source, sha256
from palimpsest.storage import Archive, create_archive

START = datetime(2026, 1, 1, tzinfo=UTC)
AN_ARTICLE = 5
BATCH = 200
FORMATS = {
    "jsonl": "all.jsonl",
    "csv": "all.csv",
    "parquet": "all.parquet",
    "sqlite": "all.db",
    "warc": "all.warc.gz",
    "wacz": "all.wacz",
}


def fill(archive: Archive, versions: int, words: int) -> None:
    """Store so many versions, as a crawl would."""
    draw = random.Random(1)
    names = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(20_000)]
    furniture = " ".join(draw.choices(names, k=2_000))
    source = archive.add_source(Source(slug="made", name="Made", home="https://made.example/"))
    for start in range(0, versions, BATCH):
        with archive.transaction() as tx:
            for place in range(start, min(start + BATCH, versions)):
                story, number = place // AN_ARTICLE, place % AN_ARTICLE
                made = random.Random(story)
                paragraphs = [" ".join(made.choices(names, k=50)) for _ in range(words // 50)]
                paragraphs[number % len(paragraphs)] += " ".join(draw.choices(names, k=10))
                url, at = f"https://made.example/{story}", START + timedelta(minutes=place)
                page = Extraction(
                    url=url, title=" ".join(made.choices(names, k=8)), authors=("A. Maker",), language="en",
                    published=f"{at:%Y-%m-%d}", blocks=tuple(Paragraph(text=text) for text in paragraphs),
                )  # fmt: skip
                body = f"<html><body>{furniture}<p>{'<p>'.join(paragraphs)}</body></html>".encode()
                capture = Capture(
                    record_id=uuid.UUID(int=draw.getrandbits(128), version=4), url=url, at=at,
                    outcome=Outcome.OK, status=200, payload=body, sha256=sha256(body),
                    request_head=b"GET / HTTP/1.1\r\nHost: made.example\r\n\r\n",
                    response_head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
                )  # fmt: skip
                key = url.removeprefix("https://")
                row = tx.article_by_keys([key]) or tx.add_article(source.id, url, key, now=at)
                new = tx.add_capture(capture, article_id=row.id, source_id=source.id)
                tx.add_version(row.id, new, page, fingerprint(page), at=at)
                tx.set_article(row.id, last_seen=at)


def export(folder: Path, form: str, *more: str) -> tuple[float, float, int]:
    """Run the command; seconds, MiB at the peak, bytes written."""
    output = folder / FORMATS[form]
    command = [
        sys.executable,
        "-m",
        "palimpsest",
        "-C",
        str(folder),
        "export",
        form,
        "-o",
        str(output),
        "--force",
    ]
    begin = time.perf_counter()
    child = os.fork()
    if child == 0:
        done = subprocess.run([*command, "--versions", "all", *more], stdout=subprocess.DEVNULL)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        (folder / "peak").write_text(str(peak))
        os._exit(done.returncode)
    _, status = os.waitpid(child, 0)
    assert status == 0, command
    size = output.stat().st_size
    return time.perf_counter() - begin, int((folder / "peak").read_text()) / 1024, size


def measure(folder: Path, versions: int) -> None:
    print("| format | rows | rows a second | bytes a row | peak, MiB | peak at a tenth |")
    print("|---|--:|--:|--:|--:|--:|")
    tenth = (START + timedelta(minutes=versions // 10 - 1)).isoformat()
    for form in FORMATS:
        _, small, _ = export(folder, form, "--as-of", tenth)
        seconds, peak, size = export(folder, form)
        print(
            f"| {form} | {versions:,} | {versions / seconds:,.0f} | {size / versions:,.0f} | {peak:.0f} | {small:.0f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--versions", type=int, default=20_000)
    parser.add_argument("--words", type=int, default=500)
    parser.add_argument("--keep", type=Path, help="use this folder, and the archive in it if there is one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = options.keep or Path(made) / "archive"
        if not (folder / "archive.db").exists():
            begin = time.perf_counter()
            with create_archive(folder) as archive:
                fill(archive, options.versions, options.words)
            print(
                f"{options.versions:,} versions stored in {time.perf_counter() - begin:.0f} s",
                file=sys.stderr,
            )
        measure(folder, options.versions)


if __name__ == "__main__":
    main()
