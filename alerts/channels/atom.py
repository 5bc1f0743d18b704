"""A watch's alerts as an Atom feed (RFC 4287) in a file, written anew and put in place at once.

The feed follows from the archive alone: the latest alerts of the watch, each under an id that stays. So
writing it twice does no harm, and a reader never sees half a file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from ...errors import BadWatch, NotDelivered
from ...storage import Archive, Watch
from ..atom_feed import Entry, atom, urn
from ..compose import Item, compose_item

ENTRIES = 50


def check(where: str) -> None:
    """Refuse a name that is no file's.

    Raises:
        BadWatch: It is empty or a folder's.
    """
    if not where or where.endswith("/") or "\x00" in where:
        raise BadWatch("a feed is written to a file: atom:alerts.xml")


def write(archive: Archive, watch: Watch, where: str) -> None:
    """Write the feed of a watch.

    Raises:
        NotDelivered: The file cannot be written.
    """
    items = [compose_item(archive, alert, watch) for alert in archive.alerts_of(watch.id, ENTRIES)]
    path = archive.directory / where
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(feed(watch, items))
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):  # what hindered the writing may hinder this too
            draft.unlink()
        raise NotDelivered(f"the feed {path} cannot be written") from error


def feed(watch: Watch, items: Sequence[Item], *, own: str = "", page: str = "") -> bytes:
    """The feed as XML.

    Args:
        watch: Whose; its token makes the ids its own.
        items: Its alerts, the newest first.
        own, page: Where it is served, and where its page is; "": nowhere.
    """
    newest = max((item.change.at for item in items), default=watch.added_at or datetime.now(UTC))
    entries = [
        Entry(
            id=urn(watch.token, str(item.change.id)),
            title=item.line,
            updated=item.change.at,
            link=item.live_link,
            categories=tuple(kind.value for kind in item.change.kinds),
            html=item.html,
        )
        for item in items
    ]
    title = f"Palimpsest: watch {watch.id}"
    return atom(id=urn(watch.token, "feed"), title=title, updated=newest, entries=entries, own=own, page=page)
