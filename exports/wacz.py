"""Captures as WACZ 1.1.1: a WARC with its index and a list of pages, in one file that ReplayWeb.page opens.

A ZIP file with `archive/data.warc.gz`, `indexes/index.cdx.gz` with `index.idx`, `pages/pages.jsonl` and
`datapackage.json`, which has the digest of each, and whose own digest stands beside it. A page is a version:
the first capture in the file that witnessed it, with its headline and text, for the reader to search.
What is compressed already is stored as it is, so that a reader fetches parts of a file that lies on a server.
Specification: https://specs.webrecorder.net/wacz/1.1.1/
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
import zipfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Final

from ..errors import StoreError
from ..model import Outcome
from ..storage import Archive
from .cdxj import Index
from .rows import keepable
from .warc import Record, count_captures, date, write_warc

VERSION: Final = "1.1.1"
WARC: Final = "data.warc.gz"
_DATA: Final = f"archive/{WARC}"
_FILETIME: Final = datetime(1601, 1, 1, tzinfo=UTC)  # what ZIP's 64-bit times count from
_PAGES: Final = "pages/pages.jsonl"
_PACKAGE: Final = "datapackage.json"


class Pages:
    """Which capture of a file shows each version first; kept aside by SQLite, so that many take no memory."""

    def __init__(self) -> None:
        self._seen = sqlite3.connect("", isolation_level=None)
        self._seen.execute("CREATE TABLE page (id INTEGER PRIMARY KEY, url TEXT, ts TEXT)")
        self._seen.execute("BEGIN")

    def close(self) -> None:
        """Let go of the file."""
        self._seen.close()

    def note(self, records: Iterable[Record]) -> Iterator[Record]:
        """Pass captures on, and remember what they show."""
        for record in records:
            one = record.capture
            if record.version_id is not None and one.outcome is Outcome.OK and one.payload:
                row = (record.version_id, keepable(one.url), date(one.at))
                self._seen.execute("INSERT OR IGNORE INTO page VALUES (?, ?, ?)", row)
            yield record

    def lines(self, archive: Archive, only: Sequence[int] | None) -> Iterator[str]:
        """The lines of the list: what it is, then each page.

        Args:
            archive: Where the versions are.
            only: The versions that are pages; None: all that were seen.
        """
        head = {"format": "json-pages-1.0", "id": "pages", "title": "Versions of articles", "hasText": True}
        yield json.dumps(head)
        ids = self.ids(only)
        for record in archive.records(ids):
            url, ts = self._seen.execute(
                "SELECT url, ts FROM page WHERE id = ?", (record.version.id,)
            ).fetchone()
            page = record.version.extraction
            line = {
                "id": record.version.public_id,
                "url": url,
                "ts": ts,
                "title": page.title,
                "text": page.text,
            }
            yield json.dumps(keepable(line))

    def ids(self, only: Sequence[int] | None) -> array[int]:
        """The versions that are pages."""
        seen = array("q", (row[0] for row in self._seen.execute("SELECT id FROM page ORDER BY id")))
        wanted = None if only is None else set(only)
        return seen if wanted is None else array("q", (one for one in seen if one in wanted))


def write_wacz(
    records: Iterable[Record],
    path: Path,
    *,
    archive: Archive,
    pages: Pages,
    only: Sequence[int] | None,
    info: Sequence[tuple[str, str]],
    created: datetime,
    title: str,
) -> None:
    """Write a WACZ file.

    Args:
        records: The captures, taken one at a time; noted by `pages` as they pass.
        path: Where to.
        archive: Where the texts of pages are.
        pages: Knows, once the captures have passed, which of them are pages.
        only: The versions that are pages; None: all.
        info: Fields of the warcinfo record.
        created: The date of the warcinfo record.
        title: What the collection is called.
    """
    resources: list[dict[str, object]] = []
    with zipfile.ZipFile(path, "w") as package, Index(WARC) as index:
        with _member(package, _DATA, resources) as file:
            write_warc(records, file, filename=WARC, info=info, created=created, index=index.add)
        with _member(package, "indexes/index.cdx.gz", resources) as file:
            blocks = index.write(file, "index.cdx.gz")
        with _member(package, "indexes/index.idx", resources, packed=True) as file:
            file.write(blocks)
        with _member(package, _PAGES, resources, packed=True) as file:
            for line in pages.lines(archive, only):
                file.write(line.encode() + b"\n")
        described = json.dumps(
            {
                "profile": "data-package",
                "wacz_version": VERSION,
                "title": title,
                "software": dict(info)["software"],
                "created": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "resources": resources,
            },
            indent=2,
        ).encode()
        with _member(package, _PACKAGE, [], packed=True) as file:
            file.write(described)
        digest = {"path": _PACKAGE, "hash": f"sha256:{hashlib.sha256(described).hexdigest()}"}
        with _member(package, "datapackage-digest.json", [], packed=True) as file:
            file.write(json.dumps(digest, indent=2).encode())


def count(path: Path) -> dict[str, int]:
    """What a finished file holds: its checksums are tried, its captures and pages counted.

    Raises:
        StoreError: A part of it cannot be read back.
    """
    try:
        with zipfile.ZipFile(path) as package:
            for name in set(package.namelist()) - {_DATA, _PAGES}:
                package.read(name)  # a checksum is tried at the end of what it is of
            with package.open(_DATA) as file:
                captures = count_captures(file)  # type: ignore[arg-type]
            with package.open(_PAGES) as file:
                pages = sum(1 for line in file if json.loads(line)) - 1
    except (zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        raise StoreError(f"{path} was not written well") from error
    return {"captures": captures, "pages": pages}


class _Digesting:
    """Writes on, and knows what passed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes, /) -> None:
        self._file.write(data)
        self.sha256.update(data)
        self.size += len(data)


@contextmanager
def _member(
    package: zipfile.ZipFile, name: str, resources: list[dict[str, object]], *, packed: bool = False
) -> Iterator[_Digesting]:
    """One file of the package, described in `resources` when it is done."""
    now = datetime.now(UTC)
    entry = zipfile.ZipInfo(name, date_time=now.timetuple()[:6])
    # The time again, as an extra field (APPNOTE 4.5.5): ReplayWeb.page believes that a file without one in
    # the directory has none in its own header either, where ZIP64's always is, and misses its beginning.
    ticks = (now - _FILETIME) // timedelta(microseconds=1) * 10
    entry.extra = struct.pack("<HHLHHQQQ", 0x000A, 32, 0, 1, 24, ticks, ticks, ticks)
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    entry.external_attr = 0o644 << 16
    with closing(package.open(entry, "w", force_zip64=True)) as file:
        digesting = _Digesting(file)
        yield digesting
    resources.append(
        {
            "name": name.rpartition("/")[2],
            "path": name,
            "hash": f"sha256:{digesting.sha256.hexdigest()}",
            "bytes": digesting.size,
        }
    )
