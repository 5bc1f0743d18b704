"""The same saved pages read by news-please, by Fundus and by us, page by page in one run.

    python -m venv np && np/bin/pip install news-please
    python -m venv fu && fu/bin/pip install fundus
    python benchmarks/peers.py FOLDER --news-please np/bin/python --fundus fu/bin/python

FOLDER holds `html/*.html.gz` and `ground_truth.json` (`{FILE: {"url", "body", "title", …}}`). Every reader
sits in a process of its own and is given each page in turn, so that the machine's moods fall on all
alike; its CPU seconds are its own. Compared are the words of the body (share of five-word shingles, as
F1), and how often there is a title, an author and a date at all. Fundus reads only outlets that it has a
hand-written parser for: its shares are of those pages, and so is a second line of ours.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COMMON = """
import json, logging, sys, time, warnings
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
out, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    given = json.loads(line)
    started = time.process_time()
    try:
        found = read(given["html"], given["url"])
    except Exception as error:
        found = {"error": repr(error)}
    found["seconds"] = time.process_time() - started
    print(json.dumps(found, default=str), file=out, flush=True)
"""
OURS = """
from palimpsest.crawler.extraction import extract
def read(html, url):
    page = extract(html, url)
    return {"title": page.title, "authors": page.authors, "date": page.published, "body": page.text}
"""
NEWS_PLEASE = """
from newsplease import NewsPlease
def read(html, url):
    page = NewsPlease.from_html(html, url=url)
    return {"title": page.title, "authors": page.authors, "date": page.date_publish, "body": page.maintext}
"""
FUNDUS = """
from urllib.parse import urlsplit
from fundus import PublisherCollection
def host(url):
    return (urlsplit(url).hostname or "").removeprefix("www.")
parsers = {host(publisher.domain): publisher.parser for publisher in PublisherCollection}
def read(html, url):
    parser = parsers.get(host(url))
    if parser is None:
        return {"none": True}
    page = parser().parse(html, "suppress")
    date, body = page.get("publishing_date"), page.get("body")
    return {"title": page.get("title"), "authors": page.get("authors"), "date": date, "body": str(body or "")}
"""


@dataclass
class Reader:
    """One reader in its process, and what it has shown so far."""

    name: str
    process: subprocess.Popen[str]
    pages: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def start(cls, name: str, python: str, code: str) -> Reader:
        pipe = subprocess.PIPE
        command = [python, "-c", code + COMMON]
        return cls(
            name, subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        )

    def read(self, html: str, url: str) -> dict[str, Any]:
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"html": html, "url": url}) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended; is it installed in the Python that was named?")
        found: dict[str, Any] = json.loads(line)
        return found


def shingles(text: str) -> set[tuple[str, ...]]:
    """Runs of five words."""
    words = text.lower().split()
    return {tuple(words[i : i + 5]) for i in range(max(1, len(words) - 4))} if words else set()


def f1(wanted: str, found: str) -> float:
    a, b = shingles(wanted), shingles(found)
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def row(name: str, pages: list[dict[str, Any]]) -> str:
    count = len(pages) or 1
    have = [sum(bool(page.get(part)) for page in pages) / count for part in ("title", "authors", "date")]
    score = sum(page["f1"] for page in pages) / count
    speed = count / (sum(page["seconds"] for page in pages) or 1)
    errors = sum("error" in page for page in pages)
    shares = " | ".join(f"{share:.0%}" for share in have)
    return f"| {name} | {len(pages)} | {score:.3f} | {shares} | {speed:.1f} | {errors} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--news-please", help="the Python that has news-please")
    parser.add_argument("--fundus", help="the Python that has Fundus")
    options = parser.parse_args()
    readers = [Reader.start("Palimpsest", sys.executable, OURS)]
    if options.news_please:
        readers.append(Reader.start("news-please", options.news_please, NEWS_PLEASE))
    if options.fundus:
        readers.append(Reader.start("Fundus", options.fundus, FUNDUS))
    truth = json.loads((options.folder / "ground_truth.json").read_text("utf-8"))
    covered: list[dict[str, Any]] = []
    for name, page in truth.items():
        html = gzip.decompress((options.folder / "html" / name).read_bytes()).decode("utf-8", "replace")
        body = page["body"] if isinstance(page["body"], str) else "\n".join(map(str, page["body"]))
        for reader in readers:
            found = reader.read(html, page["url"])
            found["f1"] = f1(body, str(found.get("body") or ""))
            if not found.get("none"):
                reader.pages.append(found)
                if reader.name == "Fundus":
                    covered.append(readers[0].pages[-1])
    for reader in readers:
        reader.process.communicate()
    print("| reader | pages | body F1 | title | author | date | pages per CPU second | errors |")
    print("|---|---|---|---|---|---|---|---|")
    for reader in readers:
        print(row(reader.name, reader.pages))
    if covered:
        print(row("Palimpsest, on Fundus's pages", covered))


if __name__ == "__main__":
    main()
