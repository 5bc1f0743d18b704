"""What each part of the reading of pages adds: body F1 with that part switched off.

    python benchmarks/ablations.py FOLDER [--json]

FOLDER holds saved pages (`html/*.html.gz`) and `ground_truth.json` ({page: {"url", "body": [text, …]}}; a
paragraph in square brackets is optional). F1 is that of the article-extraction-benchmark: over the
words' 4-shingles, of mean precision and mean recall. It is no test of one rule, but of the main parts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from palimpsest.crawler.extraction import body, extract, finder, ground
from palimpsest.crawler.extraction.finder import Finding
from palimpsest.model import Image, VideoBlock

_WORD = re.compile(r"\w+")


def _whole_page(*_: object) -> Finding:
    return Finding("", frozenset())


def _kept_alone(judge: body._Judge, index: int, *_: object) -> tuple[bool, str]:
    return judge.won[index], ""


def _nothing(*_: object) -> None:
    return None


def _as_it_is(_: object, chosen: list[int]) -> tuple[list[int], str]:
    return chosen, ""


# By name: (object, attribute, what stands in its place).
PARTS: dict[str, tuple[object, str, Callable[..., object]]] = {
    "trafilatura's verdict": (finder, "find", _whole_page),
    "pruning before trafilatura": (finder, "prune", _nothing),
    "continuation in like boxes": (ground.Ground, "_extend", lambda here, core: (core, set())),
    "rescue of a passed-over body": (ground.Ground, "_rescue", _nothing),
    "names of boxes": (body._Judge, "_noise", lambda *_: 0),
    "phrases of furniture": (body, "furniture", _nothing),
    "boxes of something else": (body._Judge, "_asides", lambda *_: set()),
    "judgement of pieces": (body._Judge, "_judge", _kept_alone),
    "edges": (body, "trimmed", _as_it_is),
}


@contextmanager
def without(part: str) -> Iterator[None]:
    holder, name, instead = PARTS[part]
    with patch.object(holder, name, instead):
        yield


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return (
        Counter(zip(*(words[i:] for i in range(4)), strict=False)) if len(words) > 3 else Counter([(*words,)])
    )


def score(truth: list[str], found: str) -> tuple[float, float]:
    """Precision and recall of a page; an optional paragraph counts where it was mostly found."""
    have = shingles(found)
    wanted = []
    for text in truth:
        if text.startswith("[") and text.endswith("]"):
            own = shingles(text[1:-1])
            if 2 * (own & have).total() >= own.total():
                wanted.append(text[1:-1])
        else:
            wanted.append(text)
    true = shingles("\n\n".join(wanted))
    hits = (true & have).total()
    return hits / max(1, have.total()), hits / max(1, true.total())


def f1(folder: Path, pages: dict[str, dict[str, object]]) -> float:
    scores = []
    for name, record in pages.items():
        page = gzip.decompress((folder / "html" / name).read_bytes()).decode("utf-8", "replace")
        found = extract(page, str(record["url"]))
        text = "\n\n".join(b.text for b in found.blocks if not isinstance(b, Image | VideoBlock))
        truth = record["body"]
        assert isinstance(truth, list)
        scores.append(score(truth, text))
    precision, recall = (statistics.fmean(column) for column in zip(*scores, strict=True))
    return 2 * precision * recall / (precision + recall)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    pages = json.loads((options.folder / "ground_truth.json").read_text("utf-8"))
    result = {"everything": round(f1(options.folder, pages), 4)}
    for part in PARTS:
        with without(part):
            result[f"without {part}"] = round(f1(options.folder, pages), 4)
    if options.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{value:.4f}  {name}")


if __name__ == "__main__":
    main()
