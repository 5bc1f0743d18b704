"""The table of scores in docs/extraction.md: how well and how fast articles are read, beside others.

    python benchmarks/extraction_table.py FOLDER [--only NAME] [--all]

FOLDER holds collections of labelled pages, `NAME/ground_truth.json` ({page: {url, body: [paragraph, …],
title?, authors?, date?, headings?}}; a paragraph in brackets is optional) with `NAME/html/*.html.gz`.
Ours and trafilatura read every page in turn, on one core. Scores are those of the article-extraction-
benchmark: precision and recall over shingles of four words, averaged over the pages, F1 of the two means;
accuracy is the share of pages with every word right, in order. Date is the day; authors and headings are micro F1.
newspaper4k and readability-lxml are run too where they are installed (--all).
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import importlib.util
import json
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractor import extract_page

Found = dict[str, Any]
_WORD = re.compile(r"\w+")


# ------------------------------------------------------------------ scoring


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The text's runs of four words, with their counts."""
    words = _WORD.findall(text)
    if len(words) < 4:
        return Counter([tuple(words)] if words else [])
    return Counter(zip(*(words[n:] for n in range(4)), strict=False))


def reference(parts: list[str], found: str) -> str:
    """The labelled text; an optional part counts only where most of it was found."""
    have, words = shingles(found), set(_WORD.findall(found))
    kept = []
    for part in parts:
        if part[:1] == "[" and part[-1:] == "]":
            part = part[1:-1]
            grams = list(shingles(part))
            near = sum(gram in have if len(gram) == 4 else set(gram) <= words for gram in grams)
            if not grams or near * 2 < len(grams):
                continue
        kept.append(part)
    return "\n\n".join(kept)


def key(text: str) -> str:
    """The words of a short text, without case and marks."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def same(a: str, b: str, least: float = 0.9) -> bool:
    """Whether two short texts are the same but for case, marks and a few letters."""
    left, right = key(a), key(b)
    alike = difflib.SequenceMatcher(None, left, right, autojunk=False)
    return bool(left) and (left == right or alike.ratio() >= least)


def same_title(true: str, found: str) -> bool:
    """Whether a title is right; the name of the site may stand at an end."""
    left, right = key(true), key(found)
    named = (right.startswith(left + " ") or right.endswith(" " + left)) and len(right) - len(left) <= 40
    return bool(left and right) and (named or same(true, found, 0.95))


def days(date: str) -> set[str]:
    """The days that a date can mean: as written, and in UTC."""
    found = {date[:10]} if re.match(r"\d{4}-\d\d-\d\d", date) else set()
    with suppress(ValueError):
        moment = datetime.fromisoformat(date.strip())
        if moment.tzinfo:
            found.add(moment.astimezone(UTC).date().isoformat())
    return found


def author(name: str) -> str:
    """A name as it is compared: without "by"."""
    return key(re.sub(r"(?i)^\s*(by|von|par|por|de)\s+", "", name))


def matched(true: list[str], found: list[str], alike: Callable[[str, str], bool]) -> tuple[int, int, int]:
    """(hits, strays, misses); each found text stands for one labelled text at the most."""
    left = list(found)
    hits = 0
    for text in true:
        hit = next((i for i, other in enumerate(left) if alike(text, other)), None)
        if hit is not None:
            hits += 1
            left.pop(hit)
    return hits, len(left), len(true) - hits


@dataclass(slots=True)
class Score:
    """What is summed up over the pages of one collection."""

    precision: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    exact: list[bool] = field(default_factory=list)
    title: list[bool] = field(default_factory=list)
    date: list[bool] = field(default_factory=list)
    authors: Counter[str] = field(default_factory=Counter)
    headings: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, truth: dict[str, Any], found: Found) -> None:
        """Score one page."""
        text = found.get("body") or ""
        text = text if isinstance(text, str) else "\n\n".join(text)
        wanted = reference(truth["body"], text)
        want, have = shingles(wanted), shingles(text)
        hits = sum((want & have).values())
        if have:
            self.precision.append(hits / have.total())
        if want:
            self.recall.append(hits / want.total())
        self.exact.append(_WORD.findall(wanted) == _WORD.findall(text))
        if title := truth.get("title"):
            self.title.append(same_title(title, found.get("title") or ""))
        if truth.get("date"):
            self.date.append(bool(days(truth["date"]) & days(found.get("date") or "")))
        if truth.get("authors"):
            names = [author(name) for name in found.get("authors") or []]
            self._note(self.authors, matched([author(n) for n in truth["authors"]], names, str.__eq__))
        if truth.get("headings") is not None and "headings" in found:
            lines = [line for line in found["headings"] if key(line) and not same(line, title or "")]
            self._note(self.headings, matched(truth["headings"], lines, same))

    @staticmethod
    def _note(sums: Counter[str], counts: tuple[int, int, int]) -> None:
        sums.update(tp=counts[0], fp=counts[1], fn=counts[2])

    @property
    def f1(self) -> float:
        p, r = _mean(self.precision), _mean(self.recall)
        return 2 * p * r / (p + r) if p + r else 0.0


def _mean(values: list[Any]) -> float:
    return sum(values) / len(values) if values else 0.0


def _micro(sums: Counter[str]) -> str:
    if not sums.total():
        return "–"
    return f"{2 * sums['tp'] / max(1, 2 * sums['tp'] + sums['fp'] + sums['fn']):.3f}"


# --------------------------------------------------------------- extractors


def _trafilatura(**options: Any) -> Callable[[str, str], Found]:
    from trafilatura import bare_extraction, extract

    def read(html: str, url: str) -> Found:
        page = bare_extraction(html, url=url or None, with_metadata=True, include_comments=False, **options)
        if page is None:
            return {}
        names = [name.strip() for name in (page.author or "").split(";") if name.strip()]
        heads = ["".join(head.itertext()) for head in page.body.iter("head")] if page.body is not None else []
        # Its text is that of its `extract`, as published figures have it; the clock is on the other.
        later = {"body": lambda: extract(html, include_comments=False, **options)}
        return {"later": later, "title": page.title, "authors": names, "date": page.date, "headings": heads}

    return read


def _newspaper(html: str, url: str) -> Found:
    import newspaper

    page = newspaper.Article(url or "http://localhost/", fetch_images=False)
    page.download(input_html=html)
    page.parse()
    date = page.publish_date.isoformat() if page.publish_date else ""
    return {"body": page.text, "title": page.title, "authors": page.authors, "date": date}


def _readability(html: str, url: str) -> Found:
    import lxml.html
    import readability

    page = readability.Document(html, url=url or None)
    blocks = lxml.html.fromstring(page.summary()).iter("p", "li", "h1", "h2", "h3", "h4", "blockquote", "pre")
    return {"body": [" ".join(b.text_content().split()) for b in blocks], "title": page.short_title()}


def extractors(*, more: bool) -> dict[str, Callable[[str, str], Found]]:
    """Those that are run, by the name they have in the table."""
    chosen: dict[str, Callable[[str, str], Found]] = {
        "**Palimpsest**": lambda html, url: extract_page(html, url or None),
        "trafilatura, default": _trafilatura(),
        "trafilatura, favor_precision": _trafilatura(favor_precision=True),
    }
    if more and importlib.util.find_spec("newspaper"):
        chosen["newspaper4k"] = _newspaper
    if more and importlib.util.find_spec("readability"):
        chosen["readability-lxml"] = _readability
    return chosen


# ------------------------------------------------------------------ running


def main() -> None:
    """Read every collection with every extractor and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", help="the collection of this name")
    parser.add_argument("--all", action="store_true", help="the peers that are installed, too")
    args = parser.parse_args()
    print(
        "| collection | extractor | F1 | precision | recall | accuracy | title | authors | date | headings | CPU |"
    )
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for truth in sorted(args.folder.glob(f"{args.only or '*'}/ground_truth.json")):
        _collection(truth, extractors(more=args.all))


def _collection(truth: Path, chosen: dict[str, Callable[[str, str], Found]]) -> None:
    labels = json.loads(truth.read_text("utf-8"))
    scores = {name: Score() for name in chosen}
    for number, (page, label) in enumerate(sorted(labels.items())):
        path = truth.parent / "html" / f"{page.removesuffix('.html.gz')}.html.gz"
        html = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
        names = list(chosen)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            began = time.process_time()
            try:
                found = chosen[name](html, label.get("url") or "")
            except Exception as error:  # noqa: BLE001 - a failure is a result, and told
                print(f"{name} failed on {page}: {error}")
                found = {}
            scores[name].seconds += time.process_time() - began
            found |= {key: make() for key, make in found.pop("later", {}).items()}
            scores[name].add(label, found)
    base = scores["trafilatura, default"].seconds
    for name, s in scores.items():
        shares = [f"{_mean(v):.3f}" if v else "–" for v in (s.title, s.date)]
        print(
            f"| {truth.parent.name} ({len(labels)}) | {name} | {s.f1:.4f} | {_mean(s.precision):.4f}"
            f" | {_mean(s.recall):.4f} | {_mean(s.exact):.3f} | {shares[0]} | {_micro(s.authors)} | {shares[1]}"
            f" | {_micro(s.headings)} | {s.seconds / base:.2f} |"
        )


if __name__ == "__main__":
    main()
