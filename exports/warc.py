"""Captures written as WARC/1.1 (ISO 28500:2017), the form in which archives exchange them.

The same captures always give the same bytes: record IDs and dates are those fixed at the capture, IDs
of the records around it are derived from them, and each record is a gzip member with no time of its
own. Every capture gives a response or revisit record where there was an answer, a request record
where something was sent, and a metadata record with what WARC has no field for, so that
`crawler.warc` reads them back with nothing lost. Selecting captures is the caller's matter.

A body is kept without its transfer coding (docs/adr/0003), so `Transfer-Encoding` is written under the
name `X-Archive-Orig-Transfer-Encoding`: a reader would otherwise look for chunks.
"""

from __future__ import annotations

import re
import uuid
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Final

from ..errors import StoreError
from ..model import Capture, Outcome, sha256
from .cdxj import Entry, Sink

RENAMED: Final = "X-Archive-Orig-"
IDENTICAL: Final = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED: Final = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
REMEMBERED: Final = 100_000
"""Payloads remembered while writing, so that a repeat becomes a revisit; beyond it, it is written again."""

_CHUNK: Final = 1 << 20
_METADATA: Final = b"WARC/1.1\r\nWARC-Type: metadata\r\n"
_TRANSFER = re.compile(rb"(?im)^(transfer-encoding\s*:)")
_GZIP: Final = 31  # zlib's window bits for a gzip member; its header then holds no time and no name


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A capture ready for export: with its payload, and what its metadata record says.

    `version` and `article` name what the archive made of it, if anything; `version_id` is the version's
    id within the archive.
    """

    capture: Capture
    version_id: int | None = None
    version: str | None = None
    article: str | None = None


def write_warc(
    records: Iterable[Record],
    file: Sink,
    *,
    filename: str,
    info: Sequence[tuple[str, str]],
    created: datetime,
    index: Callable[[Entry], None] | None = None,
) -> int:
    """Write a `.warc.gz`.

    Args:
        records: In the order in which they are to stand; taken one at a time.
        file: Where to; written from front to end.
        filename: For the warcinfo record.
        info: Fields of the warcinfo record (`software`, `operator`…), in order.
        created: The date of the warcinfo record; the time of the first capture makes the file the
            same whenever it is written.
        index: Told where each answer lies.

    Returns:
        How many captures were written.
    """
    warcinfo_id = uuid.uuid5(uuid.NAMESPACE_URL, f"palimpsest:warcinfo:{filename}:{created.isoformat()}")
    body = _fields((*info, ("format", "WARC File Format 1.1"), ("isPartOf", filename)))
    head = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", f"<urn:uuid:{warcinfo_id}>"),
        ("WARC-Date", date(created)),
        ("WARC-Filename", filename),
        ("Content-Type", "application/warc-fields"),
    ]
    offset = _write(file, head, body)
    seen: OrderedDict[bytes, tuple[uuid.UUID, str, datetime]] = OrderedDict()
    count = 0
    for record in records:
        for head, block in _records(record, warcinfo_id, seen):
            length = _write(file, head, block)
            if index is not None and head[0][1] in ("response", "revisit"):
                index(_entry(record.capture, dict(head), offset, length))
            offset += length
        count += 1
    return count


def _entry(capture: Capture, head: dict[str, str], offset: int, length: int) -> Entry:
    mime = (capture.header("Content-Type") or "").partition(";")[0].strip()
    return Entry(
        url=capture.url,
        at=capture.at,
        mime="warc/revisit" if head["WARC-Type"] == "revisit" else mime,
        status=capture.status,
        digest=head.get("WARC-Payload-Digest"),
        offset=offset,
        length=length,
    )


def count_captures(file: BinaryIO) -> int:
    """How many captures a file of ours holds, read to its end: every capture has one metadata record.

    Raises:
        StoreError: The file is cut off, or a gzip member fails its checksum.
    """
    count = 0
    rest = file.read(_CHUNK)
    try:
        while rest:
            member, head = zlib.decompressobj(_GZIP), b""
            while not member.eof:
                data = member.decompress(rest)
                head += data[: len(_METADATA) - len(head)]
                rest = member.unused_data if member.eof else file.read(_CHUNK)
                if not rest and not member.eof:
                    raise StoreError("the WARC file is cut off")
            count += head == _METADATA
            rest = rest or file.read(_CHUNK)
    except zlib.error as error:
        raise StoreError("the WARC file was not written well") from error
    return count


def _records(
    record: Record, warcinfo_id: uuid.UUID, seen: OrderedDict[bytes, tuple[uuid.UUID, str, datetime]]
) -> Iterable[tuple[list[tuple[str, str]], bytes]]:
    """The WARC records of one capture: answer, request, metadata."""
    capture = record.capture
    common = [
        ("WARC-Date", date(capture.at)),
        ("WARC-Target-URI", capture.url),
        ("WARC-Warcinfo-ID", f"<urn:uuid:{warcinfo_id}>"),
    ]
    main_id = f"<urn:uuid:{capture.record_id}>"
    if capture.response_head:
        yield _answer(capture, main_id, common, seen)
    if capture.request_head:
        head = [
            ("WARC-Type", "request"),
            ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid5(capture.record_id, 'request')}>"),
            *common,
            ("WARC-Concurrent-To", main_id),
            ("Content-Type", "application/http; msgtype=request"),
        ]
        yield head, capture.request_head
    head = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid5(capture.record_id, 'metadata')}>"),
        *common,
        ("WARC-Concurrent-To", main_id),
        ("Content-Type", "application/warc-fields"),
    ]
    yield head, _metadata(record)


def _answer(
    capture: Capture,
    main_id: str,
    common: list[tuple[str, str]],
    seen: OrderedDict[bytes, tuple[uuid.UUID, str, datetime]],
) -> tuple[list[tuple[str, str]], bytes]:
    """A response record, or a revisit of one that stands earlier in the file."""
    block = _TRANSFER.sub(rb"X-Archive-Orig-\1", capture.response_head)
    head = [("WARC-Type", "response"), ("WARC-Record-ID", main_id), *common]
    if capture.ip:
        head.append(("WARC-IP-Address", capture.ip))
    if capture.sha256 is not None:
        head.append(("WARC-Payload-Digest", f"sha256:{capture.sha256.hex()}"))
    original = seen.get(capture.sha256) if capture.sha256 else None
    not_modified = capture.outcome is Outcome.NOT_MODIFIED
    if not_modified or (original is not None and capture.payload):
        head[0] = ("WARC-Type", "revisit")
        head.append(("WARC-Profile", NOT_MODIFIED if not_modified else IDENTICAL))
        if original is not None:
            record_id, url, at = original
            head.append(("WARC-Refers-To", f"<urn:uuid:{record_id}>"))
            head.append(("WARC-Refers-To-Target-URI", url))
            head.append(("WARC-Refers-To-Date", date(at)))
    else:
        block += capture.payload or b""
        if capture.sha256 is not None and capture.payload:
            seen[capture.sha256] = (capture.record_id, capture.url, capture.at)
            if len(seen) > REMEMBERED:
                seen.popitem(last=False)
    head.append(("Content-Type", "application/http; msgtype=response"))
    return head, block


def _metadata(record: Record) -> bytes:
    """What WARC has no field for, as `application/warc-fields`; absent means None or empty."""
    capture = record.capture
    values: list[tuple[str, str | None]] = [
        ("outcome", capture.outcome.value),
        ("reason", capture.reason or None),
        ("status", str(capture.status) if capture.status is not None else None),
        ("fetchTimeMs", str(round(capture.seconds * 1000))),
        ("seconds", repr(capture.seconds)),
        ("location", capture.location),
        ("payload", "none" if capture.payload is None else None),
        ("payload-sha256", capture.sha256.hex() if capture.sha256 else None),
        ("ip", capture.ip),
        ("article", record.article),
        ("version", record.version),
    ]
    return _fields((name, value) for name, value in values if value is not None)


def _fields(pairs: Iterable[tuple[str, str]]) -> bytes:
    # A value is one line; a line break in it travels as a percent escape.
    escaped = ((n, v.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")) for n, v in pairs)
    return "".join(f"{name}: {value}\r\n" for name, value in escaped).encode("utf-8", "surrogatepass")


def date(moment: datetime) -> str:
    """A WARC-Date with microseconds (WARC/1.1, 5.4; W3C date and time)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _write(file: Sink, head: list[tuple[str, str]], block: bytes) -> int:
    """Write a record as a gzip member; how many bytes it takes."""
    head = [
        *head,
        ("WARC-Block-Digest", f"sha256:{sha256(block).hex()}"),
        ("Content-Length", str(len(block))),
    ]
    lines = "".join(f"{name}: {value}\r\n" for name, value in head)
    member = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    packed = (
        member.compress(b"WARC/1.1\r\n" + lines.encode("utf-8", "surrogatepass") + b"\r\n"),
        member.compress(block),
        member.compress(b"\r\n\r\n") + member.flush(),
    )
    for part in packed:
        file.write(part)
    return sum(map(len, packed))
