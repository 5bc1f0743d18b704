"""A watch's alerts as an Atom feed (RFC 4287) in a file, written anew and put in place at once.

The feed follows from the archive alone: the latest alerts of the watch, each under an id that stays. So
writing it twice does no harm, and a reader never sees half a file.
"""

from __future__ import annotations

import os
import re
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from ...errors import BadWatch, NotDelivered
from ...storage import Archive, Watch
from ..compose import Item, compose_item

ENTRIES = 50
NAMESPACE = "http://www.w3.org/2005/Atom"
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


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


def feed(watch: Watch, items: list[Item]) -> bytes:
    """The feed as XML.

    Args:
        watch: Whose; its token makes the ids its own.
        items: Its alerts, the newest first.
    """
    root = ET.Element("feed", xmlns=NAMESPACE)
    _text(root, "id", _urn(watch, "feed"))
    _text(root, "title", f"Palimpsest: watch {watch.id}")
    newest = max((item.change.at for item in items), default=watch.added_at or datetime.now(UTC))
    _text(root, "updated", _iso(newest))
    _text(ET.SubElement(root, "author"), "name", "Palimpsest")
    ET.SubElement(root, "generator").text = "Palimpsest"
    for item in items:
        entry = ET.SubElement(root, "entry")
        _text(entry, "id", _urn(watch, str(item.change.id)))
        _text(entry, "title", item.line)
        _text(entry, "updated", _iso(item.change.at))
        if item.live_link:
            ET.SubElement(entry, "link", rel="alternate", href=_fit(item.live_link))
        for kind in item.change.kinds:
            ET.SubElement(entry, "category", term=kind.value)
        ET.SubElement(entry, "content", type="html").text = _fit(item.html)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = _fit(text)


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _urn(watch: Watch, what: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"palimpsest:{watch.token}:{what}").urn
