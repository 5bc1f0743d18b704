"""Definitions of sources as archivists hand them in: TOML, OPML or a list of URLs, validated by row.

Reading never stops at the first bad row: each row is a source or the reason why it is none, with the
line it stands on. Nothing is fetched: whether a home is alive, and where the feeds of a bare URL
are, `discovery` finds out afterwards.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..errors import BadSource, BadURL
from ..model import Source, Way, WayKind
from .opml import read_outlines
from .urls import fetchable, host, identity, site

MAX_DELAY: Final = 86_400.0  # seconds; a longer one is a slip of units
MAX_ROWS: Final = 20_000
_MAX_SLUG: Final = 40
_MAX_NAME: Final = 200

_KEYS: Final = ("name", "home", "feeds", "sitemaps", "pages", "tags", "language", "delay", "slug")
_WAYS: Final = {"feeds": WayKind.FEED, "sitemaps": WayKind.SITEMAP, "pages": WayKind.FRONTPAGE}
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_SLUG: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_BARE_HOST: Final = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,24}(?:[/?].*)?")
_TABLE: Final = re.compile(r"^[ \t]*\[\[[ \t]*source[ \t]*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of an import: a source, or the problem that keeps it from being one."""

    line: int
    source: Source | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One line of a list of URLs: a clean URL, or the problem with it."""

    line: int
    url: str | None = None
    problem: str | None = None


def slug_for(text: str, taken: Collection[str] = ()) -> str:
    """Make the short name of a source.

    Args:
        text: Its home (`https://www.lemonde.fr/` -> `lemonde`) or its name (`Le Monde` -> `le-monde`).
        taken: Slugs that are in use; the new one gets a number where it must.

    Returns:
        Lowercase letters and digits of any script, joined by hyphens; at most 40 characters.
    """
    if "://" in text:
        try:
            name, domain = host(text).removeprefix("www."), site(text)
            text = (name.removesuffix(domain) + domain.partition(".")[0]) if domain[0].isalpha() else name
        except BadURL:
            pass  # then it is a name
    # Accents go where they are marks on a letter; in other scripts such signs are part of the word.
    folded = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text))
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", folded.casefold()))
    stem = "-".join(words)[:_MAX_SLUG].strip("-") or "source"
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem[: _MAX_SLUG - len(str(number)) - 1]}-{number}"
    return slug


def read_toml(text: str, taken: Iterable[str] = ()) -> tuple[Row, ...]:
    """Read sources from TOML: tables `[[source]]` with `home` and, if wished, name, feeds, sitemaps,
    pages (lists of URLs), tags, language, delay (seconds) and slug.

    Raises:
        BadSource: The text is not TOML, or holds no `[[source]]`; the message names the line.
    """
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadSource(f"this is not valid TOML ({error}); mend the place that is named") from error
    tables = document.get("source")
    if not isinstance(tables, list) or not tables:
        raise BadSource("no [[source]] table in it (line 1); begin each source with a line [[source]]")
    lines = [text.count("\n", 0, found.start()) + 1 for found in _TABLE.finditer(text)]
    lines += [1] * (len(tables) - len(lines))
    return _rows(zip(lines, tables, strict=False), taken)


def read_opml(payload: bytes, taken: Iterable[str] = ()) -> tuple[Row, ...]:
    """Read the feeds of an OPML subscription list (http://opml.org/spec2.opml) as sources.

    The groups around an outline and its categories become tags. An outline with a home page and no
    feed is a source whose ways are still to be found.

    Raises:
        BadSource: It is not OPML, holds no outline with an address, or declares entities.
    """
    return _rows(read_outlines(payload), taken)


def read_list(text: str, taken: Iterable[str] = ()) -> tuple[Row, ...]:
    """Read home pages, one a line, as sources whose ways are still to be found; see `read_addresses`."""
    found = read_addresses(text)
    sound = [address for address in found if address.url]
    rows = _rows(((address.line, {"home": address.url}) for address in sound), taken)
    bad = [Row(line=address.line, problem=address.problem) for address in found if address.problem]
    return tuple(sorted((*rows, *bad), key=lambda row: row.line))


def read_definition(table: Mapping[str, Any], taken: Collection[str] = ()) -> Source:
    """Read one source, given as the keys and values that a `[[source]]` of a file has.

    Raises:
        BadSource: It does not hold; the message names the key and what to do.
    """
    try:
        return _source(1, table, taken)
    except BadSource as error:
        raise BadSource(error.message.removeprefix("line 1: ")) from None


def read_addresses(text: str) -> tuple[Address, ...]:
    """Read URLs, one a line; empty lines and what follows a `#` after a blank are passed over."""
    found = []
    for number, line in enumerate(text.splitlines()[:MAX_ROWS], 1):
        entry = re.sub(r"(?:\A|\s)#.*", "", line.lstrip("\ufeff")).strip()
        if not entry:
            continue
        try:
            found.append(Address(line=number, url=_url(entry)))
        except BadURL as error:
            found.append(Address(line=number, problem=f"line {number}: {error.message}: {entry[:100]!a}"))
    return tuple(found)


def _rows(tables: Iterable[tuple[int, Any]], taken: Iterable[str]) -> tuple[Row, ...]:
    slugs, seen = set(taken), dict[frozenset[str], int]()
    rows = []
    for count, (line, table) in enumerate(tables):
        if count >= MAX_ROWS:
            rows.append(Row(line=line, problem=f"line {line}: more than {MAX_ROWS:,} rows; split the file"))
            break
        try:
            source = _source(line, table, slugs)
        except BadSource as error:
            rows.append(Row(line=line, problem=error.message))
            continue
        key = frozenset(identity(way.url) for way in source.ways) or frozenset({identity(source.home)})
        if key in seen:
            rows.append(Row(line=line, problem=f"line {line}: the same as on line {seen[key]}; keep one"))
            continue
        seen[key] = line
        slugs.add(source.slug)
        rows.append(Row(line=line, source=source))
    return tuple(rows)


def _source(line: int, table: Any, taken: Collection[str]) -> Source:
    """Build one source of checked values; a BadSource names line, key and what to do."""
    if not isinstance(table, Mapping):
        raise BadSource(f"line {line}: not a table; write [[source]] and one key = value a line below it")
    for key in table:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(_KEYS)}"
            raise BadSource(f"line {line}: there is no key {key[:50]!a}; {hint}")
    home = _address(line, "home", table.get("home"))
    ways = [
        Way(kind=kind, url=_address(line, key, url))
        for key, kind in _WAYS.items()
        for url in _texts(line, key, table)
    ]
    name = _string(line, "name", table.get("name")) or host(home).removeprefix("www.")
    language = _string(line, "language", table.get("language")) or None
    if language and not _LANGUAGE.fullmatch(language):
        raise BadSource(f"line {line}: language {language[:20]!a} is none; write a code such as fr or pt-BR")
    delay = table.get("delay")
    if delay is not None and (type(delay) not in (int, float) or not 0 <= delay <= MAX_DELAY):
        raise BadSource(f"line {line}: delay must be a number of seconds from 0 to {MAX_DELAY:,.0f}")
    slug = _string(line, "slug", table.get("slug")) or slug_for(home, taken)
    if not _SLUG.fullmatch(slug) or len(slug) > _MAX_SLUG or slug in taken:
        raise BadSource(
            f"line {line}: slug {slug[:50]!a} is taken or not one word of letters, digits and hyphens;"
            " choose another or leave it out"
        )
    return Source(
        slug=slug,
        name=" ".join(name.split())[:_MAX_NAME],
        home=home,
        ways=tuple(dict.fromkeys(ways)),
        tags=tuple(dict.fromkeys(" ".join(tag.split()) for tag in _texts(line, "tags", table))),
        language=language.replace("_", "-") if language else None,
        delay=None if delay is None else float(delay),
    )


def _string(line: int, key: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadSource(f'line {line}: {key} must be a text; write {key} = "…"')
    return value.strip()


def _texts(line: int, key: str, table: Mapping[str, Any]) -> list[str]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise BadSource(f'line {line}: {key} must be a list of texts; write {key} = ["…", "…"]')
    return value


def _address(line: int, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadSource(f'line {line}: {key} is missing; write {key} = "https://…"')
    try:
        return _url(value)
    except BadURL as error:
        raise BadSource(f"line {line}: {key} {value[:100]!a}: {error.message}") from None


def _url(text: str) -> str:
    """A URL, or a host as people write it (`lemonde.fr`)."""
    text = text.strip()
    return fetchable(f"https://{text}" if _BARE_HOST.fullmatch(text) else text)
