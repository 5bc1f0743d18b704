"""How many of the players that sites embed are found, and found once.

    python benchmarks/embeds.py [--show]

Every form that `tests/data/videos` lists (addresses in frames, each by several lazy attributes, and markup
of players that are no plain frames) is put between the paragraphs of a story; beside them stand the forms
that are no video of the story: rails, promos, ads, comments. Prints precision, recall and F1 over the
videos that were found. Exit status 1 below F1 .98.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from palimpsest.crawler.extraction import extract
from palimpsest.model import Video

DATA = Path(__file__).resolve().parent.parent / "tests" / "data" / "videos"
LAZY = ("src", "data-src", "data-lazy-src", "data-cmp-src", "data-original", "data-url", "data-litespeed-src")
TEXT = (
    "<p>The council decided on Monday that the old bridge will be closed for a year, the mayor said.</p>",
    "<p>Engineers had warned for months that the structure would not stand another hard winter.</p>",
    "<p>Residents on both banks of the river asked for a ferry until the new bridge is finished.</p>",
    "<p>A decision on the money is expected in the autumn, when the budget is debated again.</p>",
)
PLAYER = '<iframe src="https://www.youtube.com/embed/9bZkp7q19f0"></iframe>'
NONE = (
    f'<aside class="related-videos"><h3>More videos</h3>{PLAYER}</aside>',
    f'<div class="video-rail"><h4>Most watched</h4><ul><li>{PLAYER}</li></ul></div>',
    f"<!-- {PLAYER} -->",
    f"<footer>{PLAYER}</footer>",
    '<div class="ad-slot"><video src="https://ads.example/spot.mp4" muted autoplay></video></div>',
    '<iframe src="https://www.google.com/maps/embed?pb=1"></iframe>',
    '<iframe src="https://open.spotify.com/embed/episode/4rOoJ6Egrf8K2IrywzwOMk"></iframe>',
    '<iframe src="https://www.facebook.com/plugins/like.php?href=x"></iframe>',
    '<a href="https://www.youtube.com/channel/UC1234567890">Our channel</a>',
    '<div class="newsletter"><iframe src="https://form.example/embed/12345678"></iframe></div>',
)


def forms() -> Iterator[tuple[str, str]]:
    """(mark that the video's address carries, markup); the mark is "" where there is no video."""
    for mark, address in _listed("frames.txt"):
        names = LAZY if "youtu" in address else ("src",)
        for name in names:
            yield mark, f'<iframe {name}="{address}"></iframe>'
        yield mark, f'<div class="embed"><iframe data-src="{address}" title="x"></iframe></div>'
    yield from _listed("markup.txt")
    for markup in NONE:
        yield "", markup


def _listed(name: str) -> list[tuple[str, str]]:
    lines = (DATA / name).read_text("utf-8").splitlines()[1:]
    return [(mark, rest) for mark, _, rest in (line.partition("\t") for line in lines)]


def read(markup: str) -> tuple[Video, ...]:
    """The videos of a story with this markup after its second paragraph."""
    body = "".join((*TEXT[:2], markup, *TEXT[2:]))
    page = f"<html><head><title>Bridge</title></head><body><article><h1>Bridge</h1>{body}</article></body></html>"
    return extract(page, "https://paper.example/2026/bridge").videos


def main() -> int:
    """Read every form and print the score."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--show", action="store_true", help="print the forms that were got wrong")
    args = parser.parse_args()
    hits = strays = misses = count = 0
    for mark, markup in forms():
        found = read(markup)
        right = sum(bool(mark) and mark in video.url for video in found)
        count += 1
        hits += right > 0
        misses += bool(mark) and not right
        strays += len(found) - min(right, 1)
        if args.show and (len(found) != bool(mark) or (mark and not right)):
            print(f"{[video.url for video in found]} for {markup}")
    precision, recall = hits / (hits + strays), hits / (hits + misses)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"{count} forms: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}")
    return int(f1 < 0.98)


if __name__ == "__main__":
    sys.exit(main())
