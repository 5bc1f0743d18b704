"""How well and how fast two versions of an article are compared.

    python benchmarks/changes.py FOLDER [--seed N] [--rounds N] [--show KIND] [--slow]

FOLDER holds labelled pages as `*/ground_truth.json`: {page: {url, body: [paragraph, …], title?, authors?,
headings?}}. Every page is edited by machine (`made_edits`), re-fetched with noise, and compared. Printed:
edits missed, kinds named right, false changes, and times beside plain difflib. Exit status 1 if a bar is
missed: no substantive edit missed, 95 % of kinds right, one false change in 1,000 noisy re-fetches, 5 ms for
2,000 words and 50 ms for 20,000.
"""

from __future__ import annotations

import argparse
import difflib
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from made_edits import ALERTING, LABELLED, NOISE

from palimpsest.changes import Verdict, compare, fingerprint, render_text
from palimpsest.changes.language import code
from palimpsest.model import (
    Block,
    Entry,
    Extraction,
    Heading,
    Image,
    Link,
    Paragraph,
    Video,
    VideoBlock,
)  # fmt: skip


def pages(folder: Path) -> Iterator[Extraction]:
    """The labelled pages as extractions, a picture, a link and a video put in so that they can be edited."""
    for truth in sorted(folder.glob("*/ground_truth.json")):
        for name, page in sorted(json.loads(truth.read_text(encoding="utf-8")).items()):
            texts = [
                t.strip()
                for p in page["body"]
                for t in re.sub(r"^\[|\]$", "", p.strip()).split("\n")
                if t.strip()
            ]
            if sum(map(len, texts)) < 400:
                continue
            headings = set(page.get("headings", ()))
            blocks: list[Block] = [Heading(text=t) if t in headings else Paragraph(text=t) for t in texts]
            body = [i for i, b in enumerate(blocks) if isinstance(b, Paragraph) and len(b.text) > 60]
            rng = random.Random(name)
            for i in rng.sample(body, len(body) // 4):
                target = Link(text="here", url=f"https://data.example/{name[:12]}/{i}?set=2")
                blocks[i] = Paragraph(text=blocks[i].text, links=(target,))
            video = Video(
                url=f"https://www.youtube.com/watch?v={name[:11]:_<11}", title="The scene", place="body"
            )
            picture = Image(
                url=f"https://img.example/2026/{name[:8]}/scene.jpg", caption="The scene on Monday"
            )
            live = [Entry(text="09:00 start", at="2026-05-03T09:00:00+00:00")] if len(name) % 5 == 0 else []
            text = " ".join(texts)
            yield Extraction(
                url=page["url"], title=page.get("title") or texts[0][:70], standfirst=texts[0][:120],
                authors=tuple(page.get("authors") or ("A. Writer",)), tags=("one", "two", "three"),
                language=code(None, text), modified="2026-05-03T10:00:00+00:00",
                blocks=(*live, picture, *blocks, VideoBlock(video=video)), videos=(video,),
            )  # fmt: skip


def edits(corpus: list[Extraction], rounds: int, seed: int, show: str) -> bool:
    """Make every edit on every page; print what was missed and what was named wrong."""
    ok = True
    total, named, only, missed = 0, 0, 0, 0
    print(f"{'edit':16} {'made':>6} {'missed':>6} {'kind right':>10} {'and alone':>9}")
    for name, (maker, kind) in {**ALERTING, **LABELLED}.items():
        rng = random.Random(f"{seed} {name}")
        made = right = alone = lost = 0
        for page in corpus * rounds:
            # The language of a page is not always known.
            edited = maker(page, rng)
            if edited is None or edited == page:
                continue
            if rng.random() < 0.5:
                page, edited = replace(page, language=None), replace(edited, language=None)
            found = compare(page, edited)
            made += 1
            want = {Verdict.ALERT} if name in ALERTING else {Verdict.ALERT, Verdict.LABEL}
            lost += found.verdict not in want
            right += kind in found.kinds
            alone += found.kinds == (kind,)
            if show == name and (found.kinds != (kind,) or found.verdict not in want):
                print(render_text(found, context=0))
        total, named, only = total + made, named + right, only + alone
        missed += lost if name in ALERTING else 0
        print(f"{name:16} {made:6} {lost:6} {right / max(made, 1):10.1%} {alone / max(made, 1):9.1%}")
    print(f"{'all':16} {total:6} {missed:6} {named / total:10.1%} {only / total:9.1%}")
    ok &= missed == 0 and named / total >= 0.95
    return ok


def noise(corpus: list[Extraction], rounds: int, seed: int) -> bool:
    """Fetch every page again with noise; print what was taken for a change."""
    rng = random.Random(f"{seed} noise")
    fetches, false = 0, Counter[str]()
    for page in corpus * rounds:
        again = page
        names = rng.sample(list(NOISE), rng.randint(1, 4))
        # A template that merges paragraphs merges no advertisement into them; escaping comes last of all.
        for name in sorted(names, key=_late):
            again = NOISE[name](again, rng) or again
        fetches += 1
        if fingerprint(page) != fingerprint(again) or compare(page, again).is_version:
            false[" + ".join(sorted(names))] += 1
    wrong = sum(false.values())
    print(f"\nnoisy re-fetches: {fetches}, false changes: {wrong} ({1000 * wrong / fetches:.2f} in 1,000)")
    for what, count in false.most_common(8):
        print(f"  {count:5} {what}")
    return wrong <= fetches / 1000


def _late(name: str) -> int:
    return ("furniture", "entities").index(name) + 1 if name in ("furniture", "entities") else 0


def speed(corpus: list[Extraction], slow: bool) -> bool:
    """Time the comparison of long articles and of pathological pairs."""
    ok = True
    texts = [
        b.text for page in corpus if page.language == "en" for b in page.blocks if isinstance(b, Paragraph)
    ]
    print(f"\n{'pair':44} {'compare':>10} {'fingerprint':>12} {'plain difflib':>14}")
    for words, bar in ((2_000, 5.0), (20_000, 50.0)):
        old = _long(texts, words)
        for share in (0.02, 0.1, 0.3):
            new = _edited(old, share)
            took = _time(lambda old=old, new=new: compare(old, new))
            printed = _time(lambda old=old: fingerprint(old))
            plain = _difflib(old, new) if words <= 2_000 or slow else "(--slow)"
            label = f"{words} words, {share:.0%} of paragraphs edited"
            print(f"{label:44} {took:7.1f} ms {printed:9.1f} ms {plain:>14}")
            ok &= took < bar
    for name, old, new in _pathological(texts):
        print(f"{name:44} {_time(lambda old=old, new=new: compare(old, new), runs=3):7.1f} ms")
    return ok


def _long(texts: list[str], words: int) -> Extraction:
    out, count = [], 0
    for text in texts:
        out.append(Paragraph(text=text))
        count += len(text.split())
        if count >= words:
            break
    return Extraction(url="https://news.example/long", title="A long story", language="en", blocks=tuple(out))


def _edited(old: Extraction, share: float) -> Extraction:
    """Edit a share of the paragraphs: words, numbers, sentences; drop, add and move a few."""
    rng = random.Random(1)
    blocks: list[Block] = []
    for block in old.blocks:
        text = block.text
        if rng.random() < share:
            words = text.split(" ")
            for _ in range(max(1, len(words) // 15)):
                words[rng.randrange(len(words))] = rng.choice(
                    ("indeed", "12", "not", "officials", "reported")
                )
            text = " ".join(words)
        if rng.random() < share / 10:
            continue
        blocks.append(Paragraph(text=text))
        if rng.random() < share / 10:
            blocks.append(Paragraph(text=" ".join(rng.choice(texts_of(old)) for _ in range(30))))
    if len(blocks) > 6:
        blocks.insert(2, blocks.pop(len(blocks) // 2))
    return replace(old, blocks=tuple(blocks))


def texts_of(e: Extraction) -> list[str]:
    return e.blocks[0].text.split() or ["word"]


def _pathological(texts: list[str]) -> Iterator[tuple[str, Extraction, Extraction]]:
    base = Extraction(url="https://news.example/odd", title="Odd")
    words = " ".join(texts).split()[:20_000]
    rng = random.Random(2)
    shuffled = rng.sample(words, len(words))

    def of(*paragraphs: str) -> Extraction:
        return replace(base, blocks=tuple(Paragraph(text=p) for p in paragraphs))

    yield (
        "20,000 words in one sentence, shuffled",
        of(" ".join(words).replace(".", "")),
        of(" ".join(shuffled).replace(".", "")),
    )
    yield "one word 20,000 times against 19,000", of("la " * 20_000), of("la " * 19_000 + "li")
    yield "two words alternating, out of step", of("a b " * 10_000), of("b a " * 9_999 + "c")
    yield "20,000 Chinese characters, one paragraph", of("新闻报道记者" * 3333), of("报道新闻者记" * 3333)
    yield (
        "2,000 equal short paragraphs against 1,900",
        of(*["the same"] * 2000),
        of(*["the same"] * 1900, "end"),
    )
    chunks = [" ".join(words[i : i + 40]) for i in range(0, len(words), 40)]
    yield "500 paragraphs in random order", of(*chunks), of(*rng.sample(chunks, len(chunks)))
    other = [" ".join(shuffled[i : i + 40]) for i in range(0, len(shuffled), 40)]
    yield "500 paragraphs, all rewritten", of(*chunks), of(*other)
    yield (
        "one paragraph of 20,000 words, 200 replaced",
        of(" ".join(words)),
        of(" ".join(_peppered(words, rng))),
    )
    yield "100,000 marks", of("\"'“”" * 25_000), of("'\"”“" * 25_000)


def _peppered(words: list[str], rng: random.Random) -> list[str]:
    out = list(words)
    for k in rng.sample(range(len(out)), 200):
        out[k] = "changed"
    return out


def _difflib(old: Extraction, new: Extraction) -> str:
    start = time.process_time()
    difflib.SequenceMatcher(None, old.text.split(), new.text.split(), autojunk=False).get_opcodes()
    return f"{(time.process_time() - start) * 1e3:.0f} ms"


def _time(call, runs: int = 7) -> float:  # type: ignore[no-untyped-def]
    """The median CPU time of a call with nothing remembered, in milliseconds: the machine may be busy."""
    times = []
    remembering = [
        thing
        for name, module in sys.modules.items()
        if name.startswith("palimpsest.changes.")
        for thing in vars(module).values()
        if hasattr(thing, "cache_clear")
    ]
    for _ in range(runs):
        for thing in remembering:
            thing.cache_clear()
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return sorted(times)[len(times) // 2] * 1e3


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--rounds", type=int, default=1, help="how often each page is edited, and re-fetched ten times"
    )
    parser.add_argument("--show", default="", help="print the comparisons of this edit that were named wrong")
    parser.add_argument("--only", choices=("edits", "noise", "speed"), default=None)
    parser.add_argument("--slow", action="store_true", help="time plain difflib on 20,000 words too")
    options = parser.parse_args()
    corpus = list(pages(options.folder))
    print(f"{len(corpus)} pages, languages: {dict(Counter(p.language for p in corpus).most_common())}\n")
    ok = True
    if options.only in (None, "edits"):
        ok &= edits(corpus, options.rounds, options.seed, options.show)
    if options.only in (None, "noise"):
        ok &= noise(corpus, options.rounds * 10, options.seed)
    if options.only in (None, "speed"):
        ok &= speed(corpus, options.slow)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
