"""How the values of `notebook` show themselves in a notebook: small HTML, every text escaped.

A notebook runs what its HTML says, and archived text is hostile: nothing of it is markup here, nothing is
loaded from outside, and only web addresses become links.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from .changes import render_html
from .changes.compare import Comparison
from .changes.render_text import safe
from .exports.rows import Row
from .storage import Stats

_MARKS = (
    "<style>.palimpsest ins{background:#d7f5dc;color:#0b3d17}"
    ".palimpsest del{background:#fbdcdc;color:#5c1010}"
    ".palimpsest .visually-hidden{position:absolute;left:-999em}</style>"
)
_LONGEST = 3_000  # characters of a text that are shown


def archive(directory: str, stats: Stats) -> str:
    """An archive in figures."""
    figures = ("sources", "articles", "edited", "versions", "captures")
    cells = "".join(f"<tr><th>{name}</th><td>{getattr(stats, name):,}</td></tr>" for name in figures)
    return _box(f"<strong>{_text(directory)}</strong><table>{cells}</table>")


def results(count: int, rows: Sequence[Row]) -> str:
    """The first of what was found."""
    rest = f"<p>… and {count - len(rows):,} more</p>" if count > len(rows) else ""
    return _box(f"<p>{count:,} version{'' if count == 1 else 's'}</p>{_table(rows)}{rest}")


def article(title: str, url: str, rows: Sequence[Row]) -> str:
    """An article's versions."""
    return _box(f"<strong>{_text(title)}</strong><p>{_link(url)}</p>{_table(rows)}")


def version(row: Row) -> str:
    """One version, its text cut where it is long."""
    said = ", ".join([*row["authors"], *([row["published"]] if row["published"] else [])])
    text = row["text"][:_LONGEST] + ("…" if len(row["text"]) > _LONGEST else "")
    parts = "".join(f'<p dir="auto">{_text(part)}</p>' for part in text.split("\n\n"))
    span = " to ".join(f"{row[end]:%Y-%m-%d %H:%M}" for end in ("first_seen", "last_seen"))
    where = f"<p>{_link(row['url'])}<br>version {row['number']}, seen {span} UTC</p>"
    return _box(f'<h3 dir="auto">{_text(row["title"])}</h3><p>{_text(said)}</p>{where}{parts}')


def diff(comparison: Comparison) -> str:
    """A comparison: what was found, and the changed passages with marks that do not rest on colour."""
    reasons = "".join(f"<li>{_text(reason)}</li>" for reason in comparison.reasons)
    return _box(f"{_MARKS}<ul>{reasons}</ul>{render_html(comparison, context=1)}")


def _table(rows: Sequence[Row]) -> str:
    body = "".join(
        f"<tr><td>{row['first_seen']:%Y-%m-%d %H:%M}</td><td>{_text(row['source'] or '')}</td>"
        f'<td>{row["number"]}</td><td dir="auto">{_text(row["title"])}</td>'
        f"<td>{_text(', '.join(row['change_kinds']))}</td></tr>"
        for row in rows
    )
    names = ("first seen (UTC)", "source", "no.", "title", "what changed")
    return f"<table><tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>{body}</table>"


def _box(inner: str) -> str:
    return f'<div class="palimpsest">{inner}</div>'


def _link(url: str) -> str:
    if not re.match(r"https?://", url, re.IGNORECASE):
        return _text(url)
    return f'<a href="{_text(url)}" rel="noopener noreferrer">{_text(url)}</a>'


def _text(text: str) -> str:
    return escape(safe(text))
