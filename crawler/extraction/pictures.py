"""Where the picture of an element may be had: pages load them late, and keep the address in many places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

PICTURED = ("img", "amp-img")
_PLAIN = ("data-src", "data-lazy-src", "data-original", "data-url", "src")
# One entry of a `srcset`; an address may have commas in it, but does not end with one.
_SIZED = re.compile(r"(\S*[^\s,])(?:\s+(\d+(?:\.\d+)?)[wx])?\s*(?:,|$)")


def addresses(element: HtmlElement) -> Iterator[str]:
    """The addresses of an image or <picture> as written, best first; what is only a placeholder has none."""
    # The parser puts an <img> into the <source> before it.
    around = element if element.tag == "picture" else next(element.iterancestors("picture"), None)
    sized = (element, *around.iter("source")) if around is not None else (element,)
    written = [element.get(name) for name in _PLAIN]
    sizes = [one.get(name) for one in sized for name in ("data-srcset", "data-lazy-srcset", "srcset")]
    for address in (*written, *map(_largest, sizes)):
        if address and not address.lstrip().startswith("data:"):
            yield address


def _largest(sizes: str | None) -> str | None:
    """The address of the largest of the pictures that a `srcset` lists."""
    found = _SIZED.findall(sizes or "")
    return max(found, key=lambda one: float(one[1] or 1))[0] if found else None


def pictured(element: HtmlElement) -> bool:
    """Whether an element is an image: a <picture> without one in it, too."""
    return element.tag in PICTURED or (element.tag == "picture" and element.find(".//img") is None)


def unscripted(noscript: HtmlElement) -> HtmlElement | None:
    """The image for readers without scripts, where it is the only one of its figure that can be had."""
    image = noscript.find(".//img")
    figure = next(noscript.iterancestors("figure"), None)
    if image is None or figure is None:
        return None
    within = set(noscript.iter())
    others = (one for one in figure.iter(*PICTURED, "picture") if one not in within)
    return None if any(any(addresses(one)) for one in others) else image
