"""How often the same story fetched again gives the same extraction: other ads, counters, links, order.

    python benchmarks/stability.py FOLDER [--rounds N]

FOLDER holds saved pages (`html/*.html.gz`). Each is changed as pages change between two fetches while
the story stays: ads, link boxes and newsletter boxes between the paragraphs, teasers below, new counters, other
related links, a shuffled sidebar, new nonces. The extraction must be equal in all that a version is made of. It is no measure of how
right the extraction is.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree
from lxml.html import HtmlElement, document_fromstring, fragment_fromstring, tostring

from palimpsest.crawler.extraction import extract
from palimpsest.model import Extraction

_SIDE = re.compile(
    r"related|sidebar|most-?read|popular|trending|recommend|teaser-?list|footer", re.IGNORECASE
)
_COUNTER = re.compile(r"\d{1,6}")
_HEADLINES = (
    "Council votes on the new bridge after a long night",
    "Rain expected from Thursday, says the weather service",
    "Ten recipes for the first cold days of the year",
    "Local club reaches the final for the first time",
)


def perturbed(page: str, rng: random.Random) -> str:
    """The page as another fetch might have brought it, the story untouched."""
    root = document_fromstring(page.encode("utf-8", "replace"), parser=etree.HTMLParser(encoding="utf-8"))
    body = root.find("body")
    if body is None:
        return page
    for element in list(body.iter("aside", "footer", "nav", "div", "ul", "section")):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        side = element.tag in ("aside", "footer", "nav") or _SIDE.search(names)
        if side and not _holds_prose(element):
            _shuffle(element, rng)
    for element in body.iter("button", "span"):
        if len(element) == 0 and element.text and _COUNTER.fullmatch(element.text.strip()):
            element.text = str(rng.randrange(1, 99999))
    paragraphs = [p for p in body.iter("p") if _among_others(p)]
    for paragraph in rng.sample(paragraphs, min(3, len(paragraphs))):
        parent = paragraph.getparent()
        if parent is not None:
            parent.insert(parent.index(paragraph) + 1, rng.choice((_ad, _links, _letter, _unnamed))(rng))
    body.insert(0, _ad(rng))
    body.append(_rail(rng))
    for script in root.iter("script", "link"):
        script.set("nonce", f"{rng.getrandbits(64):x}")
    return str(tostring(root, encoding="unicode"))


def _holds_prose(element: HtmlElement) -> bool:
    return sum(len("".join(p.itertext())) > 120 for p in element.iter("p")) > 1


def _among_others(paragraph: HtmlElement) -> bool:
    """Whether a paragraph stands among others, where a desk's software puts ads: not in a post or a legend."""
    parent = paragraph.getparent()
    if parent is None or parent.tag in ("blockquote", "figure", "figcaption", "li", "td"):
        return False
    return sum(len("".join(p.itertext())) > 120 for p in parent.iterchildren("p")) > 2


def _shuffle(element: HtmlElement, rng: random.Random) -> None:
    children = [child for child in element if not child.tail or not child.tail.strip()]
    if len(children) == len(element) and 1 < len(children) < 60:
        rng.shuffle(children)
        for child in children:
            element.append(child)
    if element.tag == "ul" and all(child.tag == "li" and child.find(".//a") is not None for child in element):
        item = fragment_fromstring(
            f'<li><a href="/n/{rng.randrange(10**6)}">{rng.choice(_HEADLINES)}</a></li>'
        )
        element.append(item)


def _ad(rng: random.Random) -> HtmlElement:
    number = rng.randrange(10**6)
    return fragment_fromstring(
        f'<div class="ad-slot" id="ad-{number}"><span>Advertisement</span>'
        f'<a href="https://ads.example/{number}"><img src="https://ads.example/{number}.gif"></a></div>'
    )


def _links(rng: random.Random) -> HtmlElement:
    items = "".join(
        f'<li><a href="/n/{rng.randrange(10**6)}">{line}</a></li>'
        for line in rng.sample(_HEADLINES, rng.randrange(1, 4))
    )
    return fragment_fromstring(f'<div class="related-links"><h3>Read more</h3><ul>{items}</ul></div>')


def _unnamed(rng: random.Random) -> HtmlElement:
    """A box whose names say nothing."""
    number, line = rng.randrange(10**6), rng.choice(_HEADLINES)
    link = f'<a href="/n/{number}">'
    return fragment_fromstring(
        rng.choice(
            (
                "<p>Advertisement</p>",
                f"<p><strong>Read more: {link}{line}</a></strong></p>",
                f'<div class="c{number}"><iframe src="https://ads.example/{number}"></iframe></div>',
                f'<div class="c{number}"><h4>Related</h4>{link}<span>{line}</span></a></div>',
                f'<figure>{link}<img src="/{number}.jpg"></a><figcaption>{link}{line}</a></figcaption></figure>',
                f"<aside><h2>{line}</h2><p>Some words on the matter, but not on the one at hand.</p></aside>",
            )
        )
    )


def _letter(rng: random.Random) -> HtmlElement:
    number = rng.randrange(10**6)
    return fragment_fromstring(
        f'<aside class="newsletter-signup" id="n{number}"><h3>Our newsletter</h3><p>What matters, each '
        f'morning at {rng.randrange(5, 9)}.</p><form><input name="email"><button>Sign up</button></form></aside>'
    )


def _rail(rng: random.Random) -> HtmlElement:
    """Teasers under the article, with a line of text each."""
    teasers = "".join(
        f'<div class="teaser"><h3><a href="/n/{rng.randrange(10**6)}">{line}</a></h3><p>What is known, what is '
        f"not, and what the {rng.randrange(2, 90)} people concerned say about it.</p></div>"
        for line in rng.sample(_HEADLINES, rng.randrange(2, 5))
    )
    return fragment_fromstring(f'<section class="recommended">{teasers}</section>')


def essence(found: Extraction) -> tuple[object, ...]:
    """All that a version is made of."""
    return (
        found.title,
        found.standfirst,
        found.authors,
        found.published,
        found.blocks,
        found.videos,
        found.page_class,
    )


def _differences(before: tuple[object, ...], after: tuple[object, ...]) -> Iterator[str]:
    for one, other in zip(before, after, strict=True):
        if isinstance(one, tuple) and isinstance(other, tuple):
            yield from (f"- {part!r:.160}" for part in one if part not in other)
            yield from (f"+ {part!r:.160}" for part in other if part not in one)
        elif one != other:
            yield f"{one!r:.160} -> {other!r:.160}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--show", action="store_true", help="print what differs")
    options = parser.parse_args()
    same = total = 0
    for path in sorted(options.folder.glob("html/*.html.gz")):
        page = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
        url = f"https://paper.example/{path.name}"
        before = essence(extract(page, url))
        for number in range(options.rounds):
            rng = random.Random(f"{path.name}/{number}")
            after = essence(extract(perturbed(page, rng), url))
            total += 1
            same += before == after
            if before != after and options.show:
                print(path.name, number, *_differences(before, after), sep="\n    ")
    print(f"{options.folder}: {same} of {total} the same ({same / max(total, 1):.4f})")


if __name__ == "__main__":
    main()
