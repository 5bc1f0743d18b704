"""Edits and hits as entries of a feed: told as their pages tell them, with links there and to the live page.

An entry's id is made of the lasting names of its versions, so an edit has one id in every feed, under
whatever name the reading room is reached. Texts are an outlet's: whatever is no text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ..alerts.atom import Entry, lasting_id
from ..alerts.compose import diffs, is_web, one_line, readable_version
from ..changes.render_text import safe
from ..storage import Archive, ChangeRecord, Hit
from .rendering import host


def of_edit(archive: Archive, one: ChangeRecord, base: str) -> Entry:
    """An edit, with what changed in its words.

    Args:
        archive: Where its versions are.
        one: The edit.
        base: Of the reading room, without a slash at the end.
    """
    change, outlet = one.change, one_line(one.outlet or host(one.url))
    before, after = one_line(change.title_before), one_line(change.title_after)
    page = f"/articles/{change.article_id}"
    if one.old_name and one.new_name and one.old_name != one.new_name:
        page = f"/diff?old={one.old_name}&new={one.new_name}&view=changes"
    old, new = readable_version(archive, change.old_id), readable_version(archive, change.new_id)
    words, _, _ = diffs(change, old, new)
    titles = (("Headline", after),) if before == after else (("Before", before), ("After", after))
    rows = "".join(f"<p>{name}: <strong>{escape(safe(text))}</strong></p>" for name, text in titles if text)
    links = (("What changed", base + page), ("Live page", one.url))
    return Entry(
        id=lasting_id("edit", one.old_name, one.new_name, change.at.isoformat()),
        title=f"{outlet}: {after or before or one_line(one.url)} ({', '.join(change.kinds)})",
        updated=change.at,
        html=f"<p>{escape(outlet)} · {escape(', '.join(change.kinds))} · weight {change.weight:.2f}</p>"
        f"{rows}\n{words}<p>{_anchors(links)}</p>\n",
        links=_links(base + page, one.url),
        categories=tuple(kind.value for kind in change.kinds),
        author=outlet,
    )


def of_hit(hit: Hit, outlet: str, base: str) -> Entry:
    """A version that a search found, with the words that were looked for.

    Args:
        hit: What was found.
        outlet: Its outlet's name, or its host.
        base: Of the reading room, without a slash at the end.
    """
    page = f"{base}/version/{hit.public_id}"
    marked = (
        f"<mark>{escape(safe(text))}</mark>" if hot else escape(safe(text)) for text, hot in hit.snippet
    )
    links = (("This version", page), ("Live page", hit.url))
    return Entry(
        id=lasting_id("version", hit.public_id),
        title=f"{one_line(outlet)}: {one_line(hit.title or hit.url)}",
        updated=hit.first_seen,
        html=f"<p>{''.join(marked)}</p><p>{_anchors(links)}</p>\n",
        links=_links(page, hit.url),
        author=one_line(outlet),
    )


def _links(page: str, live: str) -> tuple[tuple[str, str], ...]:
    return (("alternate", page), ("related", live if is_web(live) else ""))


def _anchors(links: Iterable[tuple[str, str]]) -> str:
    return " · ".join(f'<a href="{escape(href)}">{name}</a>' for name, href in links if is_web(href))
