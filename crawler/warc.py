"""WARC files read as captures: ours with nothing lost, and others' (CC-NEWS, Heritrix, wget, Browsertrix).

fastwarc takes the records apart; here they are put together again: a response with its request and its
metadata, a revisit with the payload it stands for, if that came earlier in the file. Hostile files
are expected: a record that is too large, damaged or no HTTP is told and passed over. Whether a capture
becomes an article is decided elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import unquote

from fastwarc.warc import ArchiveIterator, WarcRecordType

from ..errors import BadArchiveFile, PalimpsestError
from ..model import Capture, Outcome, sha256
from .fetching.capture import outcome_of, redirect_target

MAX_RECORD: Final = 256_000_000
"""Largest record read, in bytes as unpacked."""
_GZIP: Final = b"\x1f\x8b\x08"  # begins a gzip member (RFC 1952)
_GAPS: Final = 1_000  # places that cannot be read, after which a file is given up
ABSENT: Final = "a revisit of an answer that does not stand before it in this file"
_WAITING: Final = 32  # answers that wait for their request and metadata, which stand beside them
_KEPT: Final = 64_000_000  # bytes of payloads kept for revisits that may follow

_TYPES: Final = (
    WarcRecordType.response
    | WarcRecordType.revisit
    | WarcRecordType.request
    | WarcRecordType.metadata
    | WarcRecordType.resource
)
# CC-NEWS and we keep bodies unchunked and say so by renaming the header; theirs (`X-Crawl-…`) stays.
_RENAMED: Final = re.compile(rb"(?im)^X-Archive-Orig-(transfer-encoding\s*:)")

Problem = Callable[[PalimpsestError], None]


@dataclass(slots=True)
class _Pending:
    """An answer whose request and metadata may still come."""

    capture: Capture
    fields: Mapping[str, str]


def read_captures(path: Path, *, on_problem: Problem) -> Iterator[Capture]:
    """Read the captures of a WARC file, in its order.

    Args:
        path: `.warc` or `.warc.gz`.
        on_problem: Told of each record that had to be passed over, with its offset.

    Yields:
        Captures with their payload where the file has it.

    Raises:
        BadArchiveFile: The file cannot be opened or is no WARC file. What came before the place
            where a file is cut off has been yielded; the cut is told to `on_problem`.
    """
    joined = _Joiner(on_problem, path)
    last = 0
    try:
        with path.open("rb") as stream:
            for record in _records(stream, path, on_problem):
                last = record.stream_pos
                yield from joined.take(record)
    except OSError as error:
        raise BadArchiveFile(f"{path} cannot be read") from error
    yield from joined.rest()
    if not _ends_whole(path, last):
        on_problem(BadArchiveFile(f"{path} is cut off in the record at offset {last}"))


def _records(stream: BinaryIO, path: Path, on_problem: Problem) -> Iterator[Any]:
    """The records of a file; behind what cannot be read, reading goes on where a record may begin.

    Raises:
        BadArchiveFile: There is none.
        OSError: The file cannot be read, or its first record is none.
    """
    marker = _GZIP if stream.read(2) == _GZIP[:2] else b"WARC/1."
    start, last, count = 0, 0, 0
    for _ in range(_GAPS):
        stream.seek(start)
        try:
            for record in ArchiveIterator(stream, record_types=_TYPES, parse_http=False):
                count += 1
                last = record.stream_pos
                yield record
        except OSError:
            if count == 0:
                raise
            beyond = max(last, start)
            found = _find(stream, marker, beyond + 1)
            on_problem(BadArchiveFile(f"{path} cannot be read beyond the record at offset {beyond}"))
            if found is None:
                return
            start = found
            continue
        break
    if count == 0:
        raise BadArchiveFile(f"{path} holds no WARC records of HTTP captures")


def _find(stream: BinaryIO, marker: bytes, start: int) -> int | None:
    """Where `marker` stands next at or after `start`, or None."""
    stream.seek(start)
    at, held = start, b""
    while data := stream.read(1 << 20):
        held += data
        if (found := held.find(marker)) >= 0:
            return at + found
        keep = len(marker) - 1
        at, held = at + len(held) - keep, held[-keep:]
    return None


class _Joiner:
    """Puts records together that belong to one capture."""

    def __init__(self, on_problem: Problem, path: Path) -> None:
        self._on_problem = on_problem
        self._path = path
        self._pending: OrderedDict[str, _Pending] = OrderedDict()
        self._early: OrderedDict[str, bytes] = OrderedDict()  # requests that came before their answer
        self._payloads: OrderedDict[bytes, bytes] = OrderedDict()
        self._names: dict[bytes, bytes] = {}  # SHA-256 of a payload by the digest that its record names
        self._held = 0

    def take(self, record: Any) -> Iterator[Capture]:
        """Take one record in; what is complete comes out."""
        block = self._block(record)
        if block is None:
            return
        headers = {name.lower(): value for name, value in record.headers.items()}
        belongs = headers.get("warc-concurrent-to") or headers.get("warc-refers-to") or ""
        if record.record_type == WarcRecordType.request:
            self._request(belongs, block)
        elif record.record_type == WarcRecordType.metadata:
            self._metadata(headers, belongs, block)
        elif record.record_type == WarcRecordType.resource:
            if headers.get("warc-target-uri", "").strip("<>").startswith(("http:", "https:")):
                self._problem("a resource record has no HTTP answer", record.stream_pos)
        elif (capture := self._answer(headers, block, record.stream_pos)) is not None:
            key = headers.get("warc-record-id", "")
            self._pending[key] = _Pending(capture, {})
            if (request := self._early.pop(key, None) or self._early.pop(belongs, None)) is not None:
                self._request(key, request)
        while len(self._pending) > _WAITING:
            yield self._finish(self._pending.popitem(last=False)[1])

    def rest(self) -> Iterator[Capture]:
        """What is left when the file ends."""
        while self._pending:
            yield self._finish(self._pending.popitem(last=False)[1])

    def _block(self, record: Any) -> bytes | None:
        """The record's block, if it is whole, of a size to read, and what its digest says."""
        if record.content_length > MAX_RECORD:
            self._problem(f"a record of {record.content_length:,} bytes is too large", record.stream_pos)
            return None
        block: bytes = record.reader.read(MAX_RECORD + 1)
        if len(block) != record.content_length:
            self._problem("a record is cut off", record.stream_pos)
            return None
        if not _digest_holds(record.headers.get("WARC-Block-Digest"), block):
            self._problem("a record does not have the digest it names", record.stream_pos)
            return None
        return block

    def _answer(self, headers: Mapping[str, str], block: bytes, offset: int) -> Capture | None:
        head, blank, payload = block.partition(b"\r\n\r\n")
        head += blank
        found = re.match(rb"HTTP/\d(?:\.\d)? +(\d{3})", head)
        url = (headers.get("warc-target-uri") or "").strip("<>")
        at = _moment(headers.get("warc-date"))
        if found is None or not url or at is None:
            if url.startswith(("http:", "https:")):
                self._problem("an answer has no status line, address or date", offset)
            return None
        renamed = _RENAMED.search(head) is not None
        head = _RENAMED.sub(rb"\1", head)
        status = int(found.group(1))
        revisit = headers.get("warc-type") == "revisit"
        body: bytes | None = payload
        if revisit:
            body = None
            if outcome_of(status) is not Outcome.NOT_MODIFIED:
                body = self._original(headers.get("warc-payload-digest"))
                if body is None:
                    self._problem(f"{ABSENT}: {headers.get('warc-refers-to-date') or 'of no date'}", offset)
        elif not renamed and re.search(rb"(?im)^transfer-encoding\s*:.*chunked", head):
            body = _unchunked(payload)
        outcome, reason = outcome_of(status), ""
        if headers.get("warc-truncated"):
            outcome, reason = Outcome.FAILED, f"truncated: {headers['warc-truncated']}"
        elif revisit and body is None and outcome is not Outcome.NOT_MODIFIED:
            outcome, reason = Outcome.FAILED, ABSENT
        capture = Capture(
            record_id=_uuid(headers.get("warc-record-id")),
            url=url,
            at=at,
            outcome=outcome,
            reason=reason,
            response_head=head,
            payload=body,
            sha256=sha256(body) if body is not None else _named_sha256(headers.get("warc-payload-digest")),
            status=status,
            ip=headers.get("warc-ip-address"),
        )
        location = capture.header("location")
        if capture.outcome is Outcome.REDIRECT and location:
            capture = replace(capture, location=redirect_target(url, location))
        self._keep(capture, headers.get("warc-payload-digest"))
        return capture

    def _original(self, labelled: str | None) -> bytes | None:
        """The payload that a revisit names by its digest, if it stood in this file before."""
        named = _digest_bytes(labelled)
        if named is None:
            return None
        digest = named[1] if named[0] == "sha256" else self._names.get(named[1])
        return self._payloads.get(digest or b"")

    def _keep(self, capture: Capture, labelled: str | None) -> None:
        """Remember a payload for the revisits that may follow, within bounds."""
        named = _digest_bytes(labelled)
        if named is not None and capture.payload and capture.sha256:
            self._names[named[1]] = capture.sha256  # most crawlers name payloads by their SHA-1
        if capture.payload and capture.sha256 and capture.sha256 not in self._payloads:
            self._payloads[capture.sha256] = capture.payload
            self._held += len(capture.payload)
            while self._held > _KEPT:
                self._held -= len(self._payloads.popitem(last=False)[1])
                self._names = {name: held for name, held in self._names.items() if held in self._payloads}

    def _request(self, belongs: str, block: bytes) -> None:
        if belongs in self._pending:
            pending = self._pending[belongs]
            pending.capture = replace(pending.capture, request_head=block)
        elif belongs:
            self._early[belongs] = block
            if len(self._early) > _WAITING:
                self._early.popitem(last=False)

    def _metadata(self, headers: Mapping[str, str], belongs: str, block: bytes) -> None:
        fields = _fields(block)
        if belongs in self._pending:
            self._pending[belongs].fields = fields
        elif "outcome" in fields and (at := _moment(headers.get("warc-date"))) is not None:
            # One of ours without an answer: a refusal, or a failure before the status line.
            capture = Capture(
                record_id=_uuid(belongs),
                url=headers.get("warc-target-uri") or "",
                at=at,
                outcome=Outcome.FAILED,
                request_head=self._early.pop(belongs, b""),
            )
            self._pending[belongs] = _Pending(capture, fields)

    def _finish(self, pending: _Pending) -> Capture:
        """Lay our own metadata over what the records said."""
        capture, fields = pending.capture, pending.fields
        if "outcome" not in fields or fields["outcome"] not in set(Outcome):
            return capture
        digest = fields.get("payload-sha256")
        return replace(
            capture,
            outcome=Outcome(fields["outcome"]),
            reason=fields.get("reason", ""),
            status=int(fields["status"]) if fields.get("status", "").isdigit() else None,
            seconds=_seconds(fields.get("seconds")),
            location=fields.get("location"),
            payload=None if fields.get("payload") == "none" else capture.payload,
            sha256=bytes.fromhex(digest) if digest and re.fullmatch("[0-9a-f]{64}", digest) else None,
            ip=fields.get("ip"),
        )

    def _problem(self, what: str, offset: int) -> None:
        self._on_problem(BadArchiveFile(f"{what}; it was passed over ({self._path}, offset {offset})"))


def _fields(block: bytes) -> dict[str, str]:
    """`application/warc-fields`: one `name: value` a line, our line breaks percent-escaped."""
    pairs = (line.partition(": ") for line in block.decode("utf-8", "replace").split("\r\n"))
    return {name: unquote(value) for name, colon, value in pairs if colon}


def _seconds(text: str | None) -> float:
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _uuid(record_id: str | None) -> uuid.UUID:
    """The UUID of a record ID; for an ID of another kind one derived from it, always the same."""
    text = (record_id or "").strip().strip("<>")
    try:
        return uuid.UUID(text.removeprefix("urn:uuid:"))
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_URL, text)


_SIZES: Final = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}


def _digest_bytes(labelled: str | None) -> tuple[str, bytes] | None:
    """(algorithm, digest) of `sha1:BASE32` or `sha256:hex`; None for anything else."""
    name, colon, value = (labelled or "").strip().partition(":")
    size = _SIZES.get(name.lower().replace("-", ""))
    if not colon or size is None:
        return None
    try:
        if len(value) == 2 * size:
            return name.lower().replace("-", ""), bytes.fromhex(value)
        raw = base64.b32decode(value.upper() + "=" * (-len(value) % 8))
    except ValueError:
        return None
    return (name.lower().replace("-", ""), raw) if len(raw) == size else None


def _digest_holds(labelled: str | None, block: bytes) -> bool:
    """Whether `block` has the digest; one that is absent or of an unknown kind says nothing."""
    named = _digest_bytes(labelled)
    return named is None or hashlib.new(named[0], block, usedforsecurity=False).digest() == named[1]


def _named_sha256(labelled: str | None) -> bytes | None:
    named = _digest_bytes(labelled)
    return named[1] if named and named[0] == "sha256" else None


def _unchunked(body: bytes) -> bytes:
    """A body without its chunked transfer coding (RFC 9112, 7.1); as it is, where it has none."""
    out: list[bytes] = []
    at = 0
    while True:
        line = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]*\r\n").match(body, at)
        if line is None:
            return body if not out else b"".join(out)
        size = int(line.group(1), 16)
        if size == 0:
            return b"".join(out)
        out.append(body[line.end() : line.end() + size])
        at = line.end() + size + 2


def _ends_whole(path: Path, offset: int) -> bool:
    """Whether the gzip member at `offset`, the last one read, and all after it are complete."""
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return True
        file.seek(offset)
        member = zlib.decompressobj(31)
        while data := file.read(1 << 20):
            while data:
                member.decompress(data)
                data = member.unused_data
                if member.eof:
                    member = zlib.decompressobj(31) if data else member
        return member.eof
