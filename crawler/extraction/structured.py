"""What a page says of itself for machines: JSON-LD and meta elements, read and left unjudged.

JSON-LD is often broken (raw line breaks in strings, trailing commas, HTML comments around it):
what can be mended is, the rest is passed over.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

MAX_NODES = 2000
_COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$", re.DOTALL
)
_TRAILING = re.compile(r",(\s*[}\]])")
_BARE = re.compile(r"[\x00-\x1f]+")

Node = dict[str, Any]


def json_ld(root: HtmlElement) -> list[Node]:
    """Every object of the page's JSON-LD, outer before inner, `@graph` opened."""
    found: list[Node] = []
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            value = loads(script.text)
            for node in _walk(value):
                found.append(node)
                if len(found) >= MAX_NODES:
                    return found
    return found


def loads(text: str) -> Any:
    """Read JSON as pages write it; None where it cannot be read."""
    for attempt in (_plain, _mended, _unescaped, _first):
        try:
            return attempt(text)
        except (ValueError, RecursionError):
            continue
    return None


def _plain(text: str) -> Any:
    return json.loads(text, strict=False)


def _mended(text: str) -> Any:
    text = _COMMENT.sub("", _COMMENT.sub("", text)).strip().rstrip(";")
    return json.loads(_TRAILING.sub(r"\1", _BARE.sub(" ", text)), strict=False)


def _unescaped(text: str) -> Any:
    return json.loads(html.unescape(text), strict=False)


def _first(text: str) -> Any:
    """The first value of several written one after another."""
    return json.JSONDecoder(strict=False).raw_decode(text.lstrip())[0]


def _walk(value: Any) -> Iterator[Node]:
    stack = [value]
    seen = 0
    while stack and seen < 20 * MAX_NODES:
        here = stack.pop()
        seen += 1
        if isinstance(here, list):
            stack.extend(reversed(here))
        elif isinstance(here, dict):
            yield here
            stack.extend(v for v in reversed(here.values()) if isinstance(v, (dict, list)))


def kinds(node: Node) -> tuple[str, ...]:
    """The types of a node, without their vocabulary's address."""
    value = node.get("@type")
    many = value if isinstance(value, list) else [value]
    return tuple(k.rpartition("/")[2].rpartition(":")[2] for k in many if isinstance(k, str))


def texts(value: Any) -> Iterator[str]:
    """The plain texts in a value: of a string, of a list of them, of objects with a name."""
    if isinstance(value, str):
        cleaned = clean(value)
        if cleaned:
            yield cleaned
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for name in ("name", "@value", "url", "@id"):
            if value.get(name) and isinstance(value[name], (str, list)):
                yield from texts(value[name])
                break


def text(value: Any) -> str | None:
    return next(texts(value), None)


_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")


def clean(value: str) -> str:
    """Without markup, entities (also doubly escaped) and white space around."""
    if "&" in value:
        value = html.unescape(html.unescape(value))
    if "<" in value:
        value = _MARKUP.sub("", value)
    return " ".join(value.split())


def metas(root: HtmlElement) -> dict[str, list[str]]:
    """The contents of meta elements by lower-case `property`, `name`, `itemprop` or `http-equiv`."""
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        content = element.get("content")
        if not content or not content.strip():
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = element.get(attribute)
            if name:
                found.setdefault(name.strip().lower(), []).append(clean(content))
    return found
