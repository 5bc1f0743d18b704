"""A watch's alerts as an Atom feed (RFC 4287) in a file, written anew and put in place at once.

The feed follows from the archive alone: the latest alerts of the watch, each under an id that stays. So
writing it twice does no harm, and a reader never sees half a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from glob import escape
from pathlib import Path

from ...errors import BadWatch, NotDelivered
from ...storage import Archive, Watch
from ..atom import Entry, Feed, lasting_id, render
from ..compose import Item, compose_item, is_web

ENTRIES = 50
_ENDINGS = (".xml", ".atom")
_BEGINNING = 500  # bytes in which a feed says that it is one


def check(where: str) -> None:
    """Refuse a name that is no feed's: what stands under it is written over.

    Raises:
        BadWatch: It does not end as feeds do.
    """
    if not where.endswith(_ENDINGS) or "\x00" in where or Path(where).name in _ENDINGS:
        raise BadWatch(
            f"a feed is written to a file of its own that ends in {' or '.join(_ENDINGS)}: atom:alerts.xml"
        )


def write(archive: Archive, watch: Watch, where: str) -> None:
    """Write the feed of a watch.

    Raises:
        NotDelivered: The file cannot be written, or what stands there is no feed.
    """
    items = [compose_item(archive, alert, watch) for alert in archive.alerts_of(watch.id, ENTRIES)]
    path = archive.directory / where
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        if path.exists() and not is_feed(path):
            raise NotDelivered(
                f"{path} is no feed and is not written over; watch anew with another atom:FILE"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(render(feed(watch, items, now=datetime.now(UTC))))
        draft.replace(path)
        # What a killed writer left may hold what was redacted since.
        for left in path.parent.glob(f"{escape(path.name)}.*.new"):
            left.unlink(missing_ok=True)
    except OSError as error:
        with suppress(OSError):  # what hindered the writing may hinder this too
            draft.unlink()
        raise NotDelivered(f"the feed {path} cannot be written") from error


def is_feed(path: Path) -> bool:
    """Whether a feed, or an empty file, stands there: what may be written over."""
    if not path.is_file():
        return False
    with path.open("rb") as opened:
        beginning = opened.read(_BEGINNING)
    return not beginning or b"<feed" in beginning


def feed(watch: Watch, items: Iterable[Item], *, now: datetime, self_link: str = "", page: str = "") -> Feed:
    """The feed of a watch.

    Args:
        watch: Whose; its token makes the ids its own.
        items: Its alerts, the newest first.
        now: The time, for a watch that was never kept.
        self_link: Where the feed is to be had.
        page: Where the watch is shown.
    """
    return Feed(
        id=lasting_id(watch.token, "feed"),
        title=f"Palimpsest: watch {watch.id}",
        updated=watch.added_at or now,
        entries=tuple(_entry(watch, item) for item in items),
        self_link=self_link,
        page=page,
    )


def _entry(watch: Watch, item: Item) -> Entry:
    ours, live = item.after_link or item.before_link, item.live_link
    links = (("alternate", ours), ("related", live)) if is_web(ours) else (("alternate", live),)
    return Entry(
        id=lasting_id(watch.token, item.change.id),
        title=item.line,
        updated=item.change.at,
        html=item.html,
        links=links,
        categories=tuple(kind.value for kind in item.change.kinds),
    )
