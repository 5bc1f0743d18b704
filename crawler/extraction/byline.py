"""Names of authors: out of what a page states for machines, and out of the line under its headline.

A name is a name: not an address, not a site, not a credit of a picture. One text may hold several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .looks import size_of
from .names import Zone
from .outline import Box, Piece
from .structured import clean

_BY = re.compile(
    r"^\s*(?:(?:written|reported|story|text|article|review(?:ed)?|analysis|opinion|words|posted"
    r"|published)?\s*by|von|par|por|de"
    r"|di|door|av|af|przez|text|texte|autor(?:en|in|es)?|author|redacción|от|автор|kommentar von"
    r"|ein(?:e)? .{3,30} von"
    r"|a cura di|propos recueillis par|oleh|penulis|skrivet av|tekst|текст|بقلم|كتبت?|記者|记者|取材・文|文)"
    r"\s*[:：\s]\s*",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:[;|\n•·、]|\s/\s|,(?!\s*(?:Jr|Sr|Ph|MD|M\.D))|\s(?:and|und|et|y|e|en|och|og|i|a|und|ve|ja|&"
    r"|with|mit|avec|con)\s)\s*"
)
_SLASHED = re.compile(r"(?<=\w\s\w{2})/(?=\w+\s\w)|(?<=\w{3})/(?=\w{3,}\s\w)")
_NOBODY = re.compile(
    r"https?:|www\.|@|^(?:admin|administrator|staff|editors?|author|authors|autor|none|null|undefined"
    r"|anonymous|unknown|guest"
    r"|redaktion|redaction|redacción|nachrichten|news|home|contributor)$|image|getty|photo|foto|\.(?:com"
    r"|org|net|php|html)\b"
    r"|^(?:in|am|at|on|and|und)\b|updated|published|reading|follow|contact|comment|minute|read more|^\W*$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:\([^)]{0,30}\)|\[[^\]]{0,30}\]|기자|記者|记者)\s*$|(?<=\w)[,\s]\s*(?:staff writer|correspondent"
    r"|reporter|editor|afp|dpa)\s*$|(?<=\w)\s+(?-i:in\s+[A-ZÀ-Þ])[\w .'’-]{2,30}$",
    re.IGNORECASE,
)
_JOB = re.compile(
    r"\b(?:updated|published|am|pm|uhr|min|editor|reporter|correspondent|writer|redakteur)\b|\d",
    re.IGNORECASE,
)
MAX_NAMES = 20


def key_of(text: str) -> str:
    """A name without case, spaces and punctuation, for comparison."""
    return "".join(c for c in text.casefold() if c.isalnum())


def people(value: object) -> Iterator[str]:
    """The names in a stated value: a text, a list, or objects with a `name`."""
    if isinstance(value, str):
        if re.match(r"\s*(?:https?:)?//", value):
            return
        text = clean(value)
        for part in _SPLIT.split(_SLASHED.sub(";", text)):
            name = _TAIL.sub("", _BY.sub("", part)).strip(" .,:;-–—\"'")
            if (
                1 < len(name) <= 60
                and not _NOBODY.search(name)
                and not any(word[0].isdigit() for word in name.split())
                and name.count(" ") < 6
            ):
                yield name
    elif isinstance(value, list):
        for item in value:
            yield from people(item)
    elif isinstance(value, dict):
        yield from people(value.get("name"))


def unique(names: Iterator[str], site: str | None) -> tuple[str, ...]:
    """Names once each, in order; the site itself only where nobody else is named."""
    found: dict[str, str] = {}
    for name in names:
        if key_of(name):
            found.setdefault(key_of(name), name)
    persons = {key: name for key, name in found.items() if not is_site(name, site)}
    return tuple((persons or found).values())[:MAX_NAMES]


def is_site(name: str, site: str | None) -> bool:
    """Whether a name is that of the site."""
    key, own = key_of(name), key_of(site or "")
    return bool(own) and (key == own or key in own or (len(own) > 3 and own in key))


def under_headline(pieces: Sequence[Piece], site: str | None) -> tuple[str, ...]:
    """The names in the line under the headline: after "by", or in a box that is named for them."""
    title = next((i for i, piece in enumerate(pieces) if piece.level == 1), None)
    if title is None:
        return ()
    seen = 0
    for piece in pieces[max(0, title - 3) : title + 40]:
        if piece.kind != "text" or piece.level:
            continue
        seen += 1
        if seen > 16 or len(piece.key) > 400:
            break
        if len(piece.text) > 90 or _NOBODY.search(piece.text):
            continue
        said = _BY.match(piece.text)
        if not said and not (_named(piece.box) and _nameish(piece.text)):
            continue
        names = unique(
            (n for n in people(_JOB.split(piece.text)[0]) if _nameish(n) or (said and size_of(n) > len(n))),
            site,
        )
        names = tuple(name for name in names if not is_site(name, site))
        if names:
            return names
    return ()


def _named(box: Box) -> bool:
    here: Box | None = box
    for _ in range(3):
        if here is not None and here.zone & Zone.AUTHOR:
            return True
        here = here.parent if here is not None else None
    return False


def _nameish(text: str) -> bool:
    """Whether a text is made like a name: two to five words, the first and the last capitalised."""
    words = _BY.sub("", text).split()
    if not 2 <= len(words) <= 5:
        return False
    return all(
        word[0].isupper() or not word[0].isalpha() or not word[0].islower() for word in (words[0], words[-1])
    )
