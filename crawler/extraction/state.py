"""The article's text out of the data that a page's own scripts are fed with, where its HTML has none.

Sites drawn in the browser carry their content as JSON: `__NEXT_DATA__`, React server components
(`self.__next_f.push`), `__NUXT__`, Apollo and Fusion state, `application/json` islands (fetched answers
inside them too), and at the least JSON-LD's `articleBody`. The largest body of text in them is taken: a
string of markup, or a list of blocks. No script is run.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml.html import HtmlElement

from .structured import Node

MIN_CHARS = 300  # less than that is a teaser
_PUSHED = re.compile(r"self\.__next_f\.push\(\[1,\s*(\"(?:[^\"\\]|\\.)*\")\s*\]\)")
_ROW = re.compile(rb"(?m)^[0-9a-f]+:")
_TEXT_ROW = re.compile(rb"[0-9a-f]+:T([0-9a-f]+),")
_START = re.compile(r"[=(:,]\s*(?=\{\s*[\"}]|\[\s*[{\[\"]|JSON\.parse\()")
_MARKUP = re.compile(r"<(?:p|h[2-6]|div|br|ul|li|blockquote)\b", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*>")
_TEXT_KEYS = ("content", "text", "value", "html", "body", "paragraph", "data", "markup", "copy")
_HEADING_KINDS = re.compile(r"head|title|^h[1-6]$|subhead|crosshead", re.IGNORECASE)
_SKIP_KINDS = re.compile(
    r"image|photo|video|gallery|related|link|ad(?:vert|$)|embed|newsletter|promo|raw_html|author|tag",
    re.IGNORECASE,
)
_BODY_KEYS = re.compile(
    r"body|content|text|html|article|story|paragraph|copy|elements|blocks|main", re.IGNORECASE
)
_CODE = re.compile(r"^\s*[{\[(]|function\s*\(|=>|\bvar \w|document\.|window\.|^https?:|@media|\{[\w-]+:")
_ESCAPED = {"&a;": "&", "&q;": '"', "&s;": "'", "&l;": "<", "&g;": ">"}
_ANGULAR = re.compile("|".join(_ESCAPED))
MAX_NODES = 60_000
MAX_NESTED = 20  # JSON in strings of JSON: a fetched answer, kept as it came


def article_markup(scripts: Sequence[HtmlElement], nodes: Sequence[Node]) -> tuple[str, str] | None:
    """Find the article in the page's data.

    Args:
        scripts: The page's script elements.
        nodes: Its JSON-LD objects.

    Returns:
        Markup of the text (paragraphs and headings) and the way it was found ("state" or
        "json-ld"), or None.
    """
    best, size = "", MIN_CHARS
    for value in _values(scripts):
        for markup in _bodies(value):
            length = len(_TAGS.sub("", markup))
            if length > size:
                best, size = markup, length
    if best:
        return best, "state"
    stated = max((b for n in nodes if isinstance(b := n.get("articleBody"), str)), key=len, default="")
    if len(stated) > MIN_CHARS:
        return (stated if _MARKUP.search(stated) else _paragraphs(stated)), "json-ld"
    return None


def _paragraphs(text: str) -> str:
    lines = re.split(r"\s*\n\s*|\\n", html.unescape(text))
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines if line.strip())


def _values(scripts: Sequence[HtmlElement]) -> Iterator[Any]:
    pushed: list[str] = []
    for script in scripts:
        text = script.text or ""
        kind = (script.get("type") or "").lower()
        if len(text) < MIN_CHARS or "ld+json" in kind:
            continue
        if "__next_f" in text:
            pushed += _PUSHED.findall(text)
        elif "json" in kind or "shoebox" in kind:
            # Angular escapes its state in a way of its own.
            yield from _loaded(_ANGULAR.sub(lambda m: _ESCAPED[m[0]], text) if "&q;" in text else text)
        else:
            yield from _embedded(text)
    if pushed:
        yield from _rows(pushed)


def _loaded(text: str) -> Iterator[Any]:
    try:
        yield json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return


def _embedded(script: str) -> Iterator[Any]:
    """The large JSON values that stand in a script as they are, or as a string to be parsed."""
    at = tries = 0
    decoder = json.JSONDecoder(strict=False)
    while tries < 12 and (match := _START.search(script, at)) is not None:
        start = at = match.end()
        tries += 1
        try:
            if script.startswith("JSON.parse(", start):
                inner, at = decoder.raw_decode(script, start + len("JSON.parse("))
                yield json.loads(inner)
            else:
                value, at = decoder.raw_decode(script, start)
                if at - start > MIN_CHARS:
                    tries -= 1
                    yield value
        except (ValueError, RecursionError, TypeError):
            continue


def _rows(pushed: list[str]) -> Iterator[Any]:
    """The rows of React's flight format: `id:JSON`, and `id:Tlength,text` for long texts."""
    parts = []
    for literal in pushed:
        try:
            parts.append(json.loads(literal))
        except ValueError:
            continue
    data = "".join(part for part in parts if isinstance(part, str)).encode("utf-8", "ignore")
    at = 0
    while match := _ROW.search(data, at):
        text = _TEXT_ROW.match(data, match.start())
        if text:
            end = text.end() + int(text.group(1), 16)
            yield {"text": data[text.end() : end].decode("utf-8", "ignore")}
            at = end
            continue
        stop = data.find(b"\n", match.end())
        at = len(data) if stop < 0 else stop
        if data[match.end() : match.end() + 1] in (b"[", b"{"):
            try:
                yield json.loads(data[match.end() : at])
            except (ValueError, RecursionError):
                continue


def _bodies(value: Any) -> Iterator[str]:
    """Every body of text in a value: strings of markup, lists of blocks, long plain texts."""
    stack: list[tuple[str, Any]] = [("", value)]
    seen = nested = 0
    while stack and seen < MAX_NODES:
        key, here = stack.pop()
        seen += 1
        if isinstance(here, str):
            if len(here) > MIN_CHARS:
                if here[0] in "{[" and nested < MAX_NESTED:
                    nested += 1
                    stack.extend((key, value) for value in _loaded(here))
                elif _MARKUP.search(here):
                    if not _CODE.search(_TAGS.sub("", here)[:600]):
                        yield here
                elif (
                    _BODY_KEYS.search(key)
                    and here.count(" ") > 40
                    and not here.lstrip().startswith(("{", "[", "function", "http"))
                ):
                    yield _paragraphs(here)
        elif isinstance(here, dict):
            stack.extend((str(k), v) for k, v in here.items())
        elif isinstance(here, list):
            joined = _joined(here)
            if len(joined) > MIN_CHARS:
                yield joined
            stack.extend((key, v) for v in here)


def _joined(blocks: list[Any]) -> str:
    """A list of blocks ({"type": "paragraph", "text": ...}) as markup."""
    out: list[str] = []
    for block in blocks:
        if isinstance(block, str) and len(block) > 40 and " " in block:
            out.append(block if _MARKUP.search(block) else f"<p>{block}</p>")
        elif isinstance(block, dict):
            kind = str(
                block.get("type")
                or block.get("kind")
                or block.get("__typename")
                or block.get("is")
                or block.get("tagName")
                or ""
            )
            if _SKIP_KINDS.search(kind):
                continue
            text = _text_of(block)
            if text and not _MARKUP.search(text):
                level = block.get("level")
                tag = f"h{level}" if isinstance(level, int) and 1 < level < 7 else "h2"
                text = (
                    f"<{tag}>{text}</{tag}>"
                    if _HEADING_KINDS.search(kind) and len(text) < 200
                    else f"<p>{text}</p>"
                )
            out.append(text)
    return "".join(out) if len(out) > 1 or any(len(o) > MIN_CHARS for o in out) else ""


def _text_of(block: Any, depth: int = 0) -> str:
    if isinstance(block, str):
        return block
    if isinstance(block, dict) and depth < 4:
        for key in (*_TEXT_KEYS, "children", "nodes", "model", "props"):
            value = block.get(key)
            if isinstance(value, str) and len(value) > 1 and (" " in value or depth):
                return value
            if isinstance(value, (dict, list)):
                text = _text_of(value, depth + 1)
                if text:
                    return text
    if isinstance(block, list) and depth < 4:
        return "".join(_text_of(item, depth + 1) for item in block[:200])
    return ""
