"""The index of a WARC file: CDXJ lines sorted by address and time, in gzip blocks with an index of their own.

A replay tool looks an address up under its key (`urlkey`, the SURT form: host turned round, then path), reads
the one block in which it must be, and fetches the record at its offset. Lines are sorted in a file that
SQLite keeps aside, so that any number of them takes no memory. Formats: CDXJ and ZipNum, as pywb and wabac.js
read them (specs.webrecorder.net/cdxj/0.1.0, and WACZ 1.1.1, "Indexes").
"""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, Protocol
from urllib.parse import unquote_to_bytes, urlsplit

BLOCK: Final = 3_000  # lines of a gzip block
_GZIP: Final = 31
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Where the answer of one capture lies in a WARC file.

    `mime` is the answer's media type, `warc/revisit` for what stands for an earlier one; `offset` and
    `length` are bytes of the compressed file.
    """

    url: str
    at: datetime
    mime: str
    status: int | None
    digest: str | None
    offset: int
    length: int


class Sink(Protocol):
    """Somewhere to write bytes."""

    def write(self, data: bytes, /) -> object:
        """Write them."""


class Index:
    """Takes entries in any order and writes them sorted; a context manager, which lets go of the file."""

    def __init__(self, filename: str) -> None:
        self._filename = filename
        self._lines = sqlite3.connect("", isolation_level=None)  # a file of its own, gone when it is closed
        self._lines.execute("CREATE TABLE line (key TEXT, ts TEXT, rest TEXT)")
        self._lines.execute("BEGIN")

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *error: object) -> None:
        self._lines.close()

    def add(self, entry: Entry) -> None:
        """Take one entry."""
        said: dict[str, Any] = {
            "url": entry.url,
            "mime": entry.mime or None,
            "status": None if entry.status is None else str(entry.status),
            "digest": entry.digest,
            "length": str(entry.length),
            "offset": str(entry.offset),
            "filename": self._filename,
        }
        rest = json.dumps({name: value for name, value in said.items() if value is not None})
        self._lines.execute("INSERT INTO line VALUES (?, ?, ?)", (urlkey(entry.url), stamp(entry.at), rest))

    def lines(self) -> Iterator[str]:
        """The lines in order of their bytes, without ends."""
        for key, ts, rest in self._lines.execute(
            "SELECT * FROM line ORDER BY key || ' ' || ts || ' ' || rest"
        ):
            yield f"{key} {ts} {rest}"

    def write(self, data: Sink, name: str) -> bytes:
        """Write the lines in gzip blocks.

        Args:
            data: Takes the blocks.
            name: Under which name the blocks will lie beside their index.

        Returns:
            The index of the blocks, which is small: a line for each.
        """
        meta = json.dumps({"format": "cdxj-gzip-1.0", "filename": name})
        heads = [f"!meta 0 {meta}\n"]
        lines, offset = self.lines(), 0
        while block := list(islice(lines, BLOCK)):
            packer = zlib.compressobj(wbits=_GZIP)
            packed = packer.compress("".join(f"{line}\n" for line in block).encode()) + packer.flush()
            data.write(packed)
            prefix = block[0].partition(" {")[0]
            heads.append(f"{prefix} {json.dumps({'offset': offset, 'length': len(packed)})}\n")
            offset += len(packed)
        return "".join(heads).encode()


def stamp(moment: datetime) -> str:
    """A moment in 14 digits, as indexes have it (UTC)."""
    return f"{moment:%Y%m%d%H%M%S}"


def urlkey(url: str) -> str:
    """The key under which an address is looked up: `org,example)/a?b=1` (SURT).

    Case, `www.`, default ports, the order of parameters, the fragment and a slash at the end do not count.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return _one_word(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return _one_word(url)
    host = re.sub(r"^www\d*\.", "", _ascii(parts.hostname))
    key = ",".join(reversed(host.split(".")))
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        key += f":{port}"
    key += ")" + (_folded(parts.path).rstrip("/") or "/")
    if parts.query:
        key += "?" + "&".join(sorted(_escaped(parts.query).lower().split("&")))
    return key


def _folded(path: str) -> str:
    """A path without dot segments and empty ones."""
    kept: list[str] = []
    for part in _escaped(path).lower().split("/"):
        if part == "..":
            kept = kept[:-1]
        elif part not in ("", "."):
            kept.append(part)
    return "/" + "/".join(kept)


def _escaped(text: str) -> str:
    """With just those bytes escaped that have to be, however it was written."""
    return "".join(
        chr(byte) if 0x20 < byte < 0x7F and byte not in b"#%" else f"%{byte:02x}"
        for byte in unquote_to_bytes(text.encode("utf-8", "surrogatepass"))
    )


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return _one_word(host)


def _one_word(text: str) -> str:
    return re.sub(r"\s", "%20", text.encode("utf-8", "replace").decode())
