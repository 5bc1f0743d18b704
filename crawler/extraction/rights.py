"""What the page says of its use: paywall, robots directives, text-and-data-mining reservation.

Sources: schema.org `isAccessibleForFree`; the robots meta element and `X-Robots-Tag`; the TDM
Reservation Protocol (W3C Community Group Final Report, 2024) in headers and meta elements.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml.html import HtmlElement

from ...model import Rights
from .blocks import absolute
from .structured import Node

_ROBOTS = ("robots", "googlebot", "googlebot-news", "bingbot")


def read(
    root: HtmlElement,
    nodes: Sequence[Node],
    metas: dict[str, list[str]],
    headers: Sequence[tuple[str, str]],
    url: str,
) -> Rights:
    """Collect the signals; None stands where the page is silent."""
    fields = [(name.lower(), value) for name, value in headers]
    robots: list[str] = []
    for value in [v for name in _ROBOTS for v in metas.get(name, ())] + [
        v for n, v in fields if n == "x-robots-tag"
    ]:
        for directive in value.split(","):
            word = directive.strip().lower()
            if word and word not in robots:
                robots.append(word)
    reservation = next((v for n, v in fields if n == "tdm-reservation"), None)
    reservation = reservation or next(iter(metas.get("tdm-reservation", ())), None)
    policy = next((v for n, v in fields if n == "tdm-policy"), None) or next(
        iter(metas.get("tdm-policy", ())), None
    )
    reserved = {"1": True, "0": False}.get((reservation or "").strip())
    return Rights(
        free=_free(nodes, metas),
        robots=tuple(robots[:40]),
        tdm_reservation=reserved,
        tdm_policy=absolute(url, policy) if policy else None,
        license=_license(root, nodes, url),
    )


def _free(nodes: Sequence[Node], metas: dict[str, list[str]]) -> bool | None:
    """Free unless any node that stands for the article says otherwise."""
    said = [_truth(node["isAccessibleForFree"]) for node in nodes if "isAccessibleForFree" in node]
    known = [value for value in said if value is not None]
    if known:
        return all(known)
    tier = next(iter(metas.get("article:content_tier", ())), "").lower()
    return {"free": True, "metered": False, "locked": False}.get(tier)


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower().rpartition("/")[2]
        return {"true": True, "false": False, "yes": True, "no": False}.get(word)
    return None


def _license(root: HtmlElement, nodes: Sequence[Node], url: str) -> str | None:
    for element in root.iter("link", "a"):
        if "license" in (element.get("rel") or "").lower().split():
            found = absolute(url, element.get("href") or "")
            if found:
                return found
    for node in nodes:
        value = node.get("license")
        if isinstance(value, str) and (found := absolute(url, value)):
            return found
    return None
