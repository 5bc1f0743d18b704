"""Taking captures out of the archive: which ones, each with its payload, and the file they go into.

Not the formats: those are `warc` and `wacz`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from ..errors import FixInput, NotFound
from ..settings import VERSION
from ..storage import Archive, StoredCapture
from . import selection as choosing
from .files import Manifest, deliver, refuse_existing
from .selection import Selection
from .taking import Progress, counted, manifest
from .wacz import Pages, write_wacz
from .wacz import count as count_wacz
from .warc import Record, count_captures, write_warc

CAPTURE_FORMATS: Final = {
    "warc": "WARC/1.1: captures exactly as they were received; always the same bytes.",
    "wacz": "WACZ: the same with an index and a list of pages; opens in ReplayWeb.page.",
}
"""Formats of captures -> what each is."""
_ENDINGS: Final = {"warc": ".warc.gz", "wacz": ".wacz"}
_PAGE: Final = 200  # captures whose names are looked up together
CONFORMS: Final = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Captures of a source (its slug; None: of all) made at or after `since` and before `until`."""

    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCaptures:
    """Captures that were asked for: how many, of which versions (None: of any), how to walk through them."""

    count: int
    ids: array[int] | None
    versions: array[int] | None
    span: Span
    through: int

    def walk(self, archive: Archive) -> Iterator[StoredCapture]:
        """The captures in the order of their ids, but those whose text was redacted."""
        span = self.span
        if self.ids is not None:
            captures = archive.captures_of(self.ids)
        else:
            source_id = archive.source(span.source).id if span.source else None
            captures = archive.captures(
                source_id=source_id, since=span.since, until=span.until, through=self.through
            )
        return (one for one in captures if not one.redacted)


def take_captures(
    archive: Archive,
    format_name: str,
    path: Path,
    span: Span,
    selection: Selection | None = None,
    *,
    force: bool = False,
    progress: Progress = lambda _done, _all: None,
) -> Manifest:
    """Write captures into one file, with its manifest beside it.

    Args:
        archive: Out of which.
        format_name: One of `CAPTURE_FORMATS`.
        path: The file; its folder has to be there.
        span: Whose captures, and of when.
        selection: Only those that witnessed the versions it names; None: every capture of the span.
        force: Write over a file of that name.
        progress: Told how far it is.

    Returns:
        The manifest.

    Raises:
        FixInput: The file exists or has a name that other tools would not know, or the selection cannot
            be read.
        NotFound: There is nothing to export.
        CannotWrite: The file cannot be written.
        StoreError: What was written is not what was found; nothing was kept.
    """
    ending = _ENDINGS[format_name]
    if not path.name.endswith(ending):
        raise FixInput(f"{path} has to end in {ending}, by which other tools know it")
    refuse_existing(archive, path, force=force)
    chosen = choose(archive, span, selection)
    first = next(chosen.walk(archive), None)
    if first is None:
        raise NotFound("there is no capture to export")

    passing = counted(records(archive, chosen.walk(archive)), chosen.count, progress)
    info, created = about(archive), first.capture.at
    expected = {"captures": chosen.count}
    with closing(Pages()) as pages:

        def write_one(draft: Path) -> None:
            if format_name == "warc":
                with draft.open("wb") as file:
                    write_warc(passing, file, filename=path.name, info=info, created=created)
                return
            title = selection.query if selection and selection.query.strip() else path.stem
            write_wacz(
                pages.note(passing), draft,
                archive=archive, pages=pages, only=chosen.versions, info=info, created=created, title=title,
            )  # fmt: skip
            expected["pages"] = len(pages.ids(chosen.versions))

        asked = selection or Selection(versions="all", source=span.source)
        return deliver(
            path,
            write_one,
            _count_warc if format_name == "warc" else count_wacz,
            expected,
            lambda counts: replace(manifest(asked, format_name, counts), since=span.since, until=span.until),
        )


def _count_warc(path: Path) -> dict[str, int]:
    with path.open("rb") as file:
        return {"captures": count_captures(file)}


def choose(archive: Archive, span: Span, selection: Selection | None) -> ChosenCaptures:
    """Settle which captures are meant."""
    if selection is None:
        source_id = archive.source(span.source).id if span.source else None
        count, last = archive.count_captures(source_id=source_id, since=span.since, until=span.until)
        return ChosenCaptures(count=count, ids=None, versions=None, span=span, through=last)
    versions = choosing.find(archive, selection)
    until = min(filter(None, (selection.as_of, span.until)), default=None)
    ids = archive.witnesses(versions, since=span.since, until=until)
    return ChosenCaptures(count=len(ids), ids=ids, versions=versions, span=span, through=0)


def about(archive: Archive) -> list[tuple[str, str]]:
    """The fields of the warcinfo record."""
    info = [("software", f"Palimpsest/{VERSION}"), ("conformsTo", CONFORMS)]
    if archive.settings.fetch.contact:
        info.insert(0, ("operator", archive.settings.fetch.contact))
    return info


def records(archive: Archive, captures: Iterator[StoredCapture]) -> Iterator[Record]:
    """The captures with their payloads, and what the archive made of each."""
    while page := list(islice(captures, _PAGE)):
        urls = archive.article_urls({one.article_id for one in page if one.article_id is not None})
        names = archive.version_names({one.version_id for one in page if one.version_id is not None})
        for stored in page:
            capture = stored.capture
            if stored.has_payload and capture.sha256 is not None:
                capture = replace(capture, payload=archive.payload(capture.sha256))
            article = urls.get(stored.article_id) if stored.article_id is not None else None
            version = names.get(stored.version_id) if stored.version_id is not None else None
            yield Record(capture=capture, article=article, version=version, version_id=stored.version_id)
