"""Citing a version: BibTeX, CSL-JSON, RIS and plain text; pure.

A citation of a page that changes has to say which state of it is meant: when it was captured, and the SHA-256
of what the server sent, by which anybody with the archive can check that it is that very page. Headlines and
names are hostile text here as everywhere: nothing in them ends a field or starts a command.

Sources: CSL-JSON 1.0.2 (citeproc-js), RIS as of Reference Manager (2011), BibTeX with biblatex's `@online`
(its `urldate` is the date of access, `date` that of publication).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from ..storage import VersionRecord
from .rows import keepable, permalink


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What a citation says.

    Attributes:
        key: The version's lasting name, which is also the citation's.
        title, authors, outlet, language: As the page has them; `outlet` is the name of the source.
        published: The day of publication, a month or a year where no more is known; None: not said.
        url: The article's address.
        permalink: The version's own address in the archive's reading room, or None.
        captured_at: When the archive received the page.
        number: Which version of the article it is.
        sha256: Digest of the page as received, in hexadecimal, or None.
    """

    key: str
    title: str
    authors: tuple[str, ...]
    outlet: str
    published: str | None
    url: str
    permalink: str | None
    captured_at: datetime
    number: int
    sha256: str | None
    language: str | None

    @property
    def note(self) -> str:
        """What no format has a field for, in one line."""
        parts = [f"Version {self.number}, captured {_stamp(self.captured_at)}"]
        if self.sha256:
            parts.append(f"SHA-256 {self.sha256}")
        parts.append(f"Palimpsest {self.key}")
        return "; ".join(parts)


def citation(record: VersionRecord, *, outlet: str = "", base_url: str = "") -> Citation:
    """The citation of a version.

    Args:
        record: The version.
        outlet: The name of its source; empty: the host of its address stands for it.
        base_url: Where the archive's pages are reached, for the permanent link.
    """
    page = record.version.extraction
    day = re.match(r"\d{4}(-\d{2}(-\d{2})?)?(?!\d)", page.published or "")
    return Citation(
        key=record.version.public_id,
        title=_line(page.title) or _address(record.article.url),
        authors=tuple(name for name in map(_line, page.authors) if name),
        outlet=_line(outlet) or _host(record.article.url),
        published=day[0] if day and _is_date(day[0]) else None,
        url=_address(record.article.url),
        permalink=permalink(base_url, record.version.public_id),
        captured_at=record.captured_at.astimezone(UTC),
        number=record.version.number,
        sha256=record.payload_sha256.hex() if record.payload_sha256 else None,
        language=_line(page.language or "") or None,
    )


def text(one: Citation) -> str:
    """One line of prose: authors, title, outlet, date, addresses, capture, digest."""
    head = f"{'; '.join(one.authors)}. " if one.authors else ""
    published = f", {one.published}" if one.published else ""
    where = f"{one.url}, archived at {one.permalink}" if one.permalink else one.url
    return f"{head}“{one.title}”. {one.outlet}{published}. {where}. {one.note}."


def bibtex(one: Citation) -> str:
    """A biblatex `@online` entry, which plain BibTeX styles read as far as they go."""
    fields = {
        "title": f"{{{_tex(one.title)}}}",  # braces keep its capitals
        "author": " and ".join(f"{{{_tex(name)}}}" for name in one.authors),  # never taken apart
        "organization": f"{{{_tex(one.outlet)}}}",
        "date": one.published or "",
        "year": (one.published or "")[:4],
        "url": _tex_url(one.permalink or one.url),
        "urldate": f"{one.captured_at:%Y-%m-%d}",
        "language": _tex(one.language or ""),
        "note": _tex(_whole_note(one)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{palimpsest-{one.key},", *lines, "}"])


def csl(one: Citation) -> str:
    """CSL-JSON, as Zotero and Pandoc read it: a list of one item."""
    item: dict[str, Any] = {
        "id": f"palimpsest-{one.key}",
        "type": "article-newspaper",
        "title": one.title,
        "author": [{"literal": name} for name in one.authors],
        "container-title": one.outlet,
        "issued": {"date-parts": [[int(part) for part in (one.published or "").split("-") if part]]},
        "accessed": {
            "date-parts": [[one.captured_at.year, one.captured_at.month, one.captured_at.day]],
            "raw": _stamp(one.captured_at),
        },
        "URL": one.permalink or one.url,
        "language": one.language,
        "version": str(one.number),
        "note": _whole_note(one),
    }
    if not one.published:
        del item["issued"]
    said = {name: value for name, value in item.items() if value}
    return json.dumps([said], ensure_ascii=False, indent=2)


def ris(one: Citation) -> str:
    """RIS, as reference managers read it: a tag and a value a line, CRLF."""
    lines = [("TY", "NEWS"), ("ID", f"palimpsest-{one.key}"), ("TI", one.title)]
    lines += [("AU", name) for name in one.authors]
    lines.append(("T2", one.outlet))
    if one.published:
        year, month, day, *_ = (*one.published.split("-"), "", "")
        lines += [("PY", year), ("DA", f"{year}/{month}/{day}/")]
    lines.append(("UR", one.permalink or one.url))
    lines.append(("Y2", f"{one.captured_at:%Y/%m/%d/%H:%M:%S} UTC"))
    if one.language:
        lines.append(("LA", one.language))
    lines += [("N1", _whole_note(one)), ("ER", "")]
    return "\r\n".join(f"{tag}  - {value}" for tag, value in lines) + "\r\n"


FORMATS: Final[dict[str, Callable[[Citation], str]]] = {
    "text": text,
    "bibtex": bibtex,
    "csl": csl,
    "ris": ris,
}
"""Formats -> what writes each."""

_TEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # BibTeX counts braces also where a backslash stands before them
    "}": r"\textbraceright{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


def _tex(value: str) -> str:
    """A text in which TeX sees letters only."""
    return "".join(_TEX.get(char, char) for char in value)


_HEXED: Final = {"{": "%7B", "}": "%7D", "\\": "%5C", "^": "%5E"}


def _tex_url(url: str) -> str:
    """An address for a `url` field, which is read letter by letter but for these."""
    return re.sub(r"[{}\\^]", lambda found: _HEXED[found[0]], url)


def _line(value: str) -> str:
    """A text in one line, without what drives terminals or turns the direction of what follows."""
    plain = "".join(
        " " if char.isspace() or unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in keepable(value)
        if char not in _TURNS
    )
    return " ".join(plain.split())


_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def _address(url: str) -> str:
    """An address without white space or controls, which no address may have."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]", "", keepable(url))


def _whole_note(one: Citation) -> str:
    """The note, with the article's own address where the permanent link took its place."""
    return f"{one.note}; original at {one.url}" if one.permalink else one.note


def _host(url: str) -> str:
    found = re.match(r"[a-z]+://(?:[^/@]*@)?([^/:?#]+)", url, re.IGNORECASE)
    return found[1].lower() if found else _address(url)


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat((value + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
