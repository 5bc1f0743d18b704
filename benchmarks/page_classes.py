"""Whether pages that are no articles are told from those that are.

    python benchmarks/page_classes.py [FOLDER] [--each N] [--show]

Reads the pages of `made_pages` (each form in N languages) and, where FOLDER is given, the labelled
articles that lie there as `*/ground_truth.json` with `*/html/*.html.gz`, and prints the table of confusion.
An article and a live blog count as one here. Exit status 1 if a real article is called something else
in more than 2 % of cases, or something else an article in more than 2 % of what is called one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from made_pages import made

from palimpsest.crawler.extraction import extract
from palimpsest.model import PageClass

ARTICLES = (PageClass.ARTICLE, PageClass.LIVEBLOG)


def labelled(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """(name, url, page) of every labelled article below `folder`."""
    for truth in sorted(folder.glob("*/ground_truth.json")):
        for name, row in sorted(json.loads(truth.read_text("utf-8")).items()):
            stem = name.removesuffix(".html.gz")
            path = truth.parent / "html" / f"{stem}.html.gz"
            yield f"{truth.parent.name}/{stem}", row.get("url") or "", gzip.decompress(path.read_bytes())


def main() -> int:
    """Read the pages and print what they were taken for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--each", type=int, default=6, help="languages for each form")
    parser.add_argument("--show", action="store_true", help="name the pages that are taken for another class")
    args = parser.parse_args()
    counts: Counter[tuple[str, PageClass]] = Counter()
    forms: Counter[str] = Counter()
    for page in made(args.each):
        found = extract(page.html, page.url)
        counts[page.page_class.value, found.page_class] += 1
        if found.page_class is not page.page_class:
            forms[f"{page.page_class.value}: {page.form} taken for {found.page_class.value}"] += 1
            if args.show:
                print(f"{page.form} [{page.language}] {found.page_class.value} {found.confidence}")
    for name, url, html in labelled(args.folder) if args.folder else ():
        found = extract(html, url)
        counts["real articles", found.page_class] += 1
        if found.page_class not in ARTICLES:
            print(f"{name}: taken for {found.page_class.value}")
    _table(counts)
    for line, count in forms.most_common():
        print(f"{count:4} {line}")
    return _verdict(counts)


def _table(counts: Counter[tuple[str, PageClass]]) -> None:
    labels = [kind.value for kind in PageClass if any(label == kind.value for label, _ in counts)]
    labels += ["real articles"] * any(label == "real articles" for label, _ in counts)
    print("| what it is | " + " | ".join(kind.value for kind in PageClass) + " | recall |")
    print("|---|" + "--:|" * (len(PageClass) + 1))
    for label in labels:
        row = {kind: counts[label, kind] for kind in PageClass}
        right = sum(row[kind] for kind in ARTICLES) if label == "real articles" else row[PageClass(label)]
        cells = " | ".join(str(row[kind] or "") for kind in PageClass)
        print(f"| {label} | {cells} | {right / sum(row.values()):.3f} |")


def _verdict(counts: Counter[tuple[str, PageClass]]) -> int:
    def total(real: bool, called: bool) -> int:
        return sum(
            n
            for (label, kind), n in counts.items()
            if (label in ("real articles", *ARTICLES)) is real and (kind in ARTICLES) is called
        )

    kept, lost, taken = total(True, True), total(True, False), total(False, True)
    print(f"\narticles kept {kept} of {kept + lost}; called an article {kept + taken}, rightly {kept}:")
    print(f"recall {kept / (kept + lost):.4f}, precision {kept / (kept + taken):.4f}")
    return int(kept < 0.98 * (kept + lost) or kept < 0.98 * (kept + taken))


if __name__ == "__main__":
    sys.exit(main())
