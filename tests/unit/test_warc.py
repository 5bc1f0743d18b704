"""WARC out and in again: nothing lost, always the same bytes, and other people's files read."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from palimpsest.crawler.warc import read_captures
from palimpsest.errors import BadArchiveFile, PalimpsestError
from palimpsest.exports.warc import Record, write_warc
from palimpsest.model import Capture, Outcome, sha256

AT = datetime(2026, 10, 15, 6, 0, 0, 123456, tzinfo=UTC)
REQUEST = b"GET /a HTTP/1.1\r\nHost: a.example\r\nUser-Agent: Palimpsest\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n"


def capture(number: int = 1, **changes: object) -> Capture:
    """A plain capture; `changes` make it another."""
    body = b"<html>page %d</html>" % number
    values: dict[str, object] = {
        "record_id": uuid.UUID(int=number),
        "url": f"https://a.example/{number}",
        "at": AT + timedelta(seconds=number),
        "outcome": Outcome.OK,
        "request_head": REQUEST,
        "response_head": HEAD,
        "payload": body,
        "sha256": sha256(body),
        "status": 200,
        "ip": "192.0.2.1",
        "seconds": 0.25,
    }
    return Capture(**{**values, **changes})  # type: ignore[arg-type]


def written(*captures: Capture) -> bytes:
    file = io.BytesIO()
    info = [("software", "Palimpsest/0.1.0")]
    write_warc((Record(capture=c) for c in captures), file, filename="a.warc.gz", info=info, created=AT)
    return file.getvalue()


def read(data: bytes, tmp_path: Path) -> tuple[list[Capture], list[PalimpsestError]]:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data)
    problems: list[PalimpsestError] = []
    return list(read_captures(path, on_problem=problems.append)), problems


KINDS = {
    "ok": capture(),
    "chunked": capture(response_head=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
    "304": capture(
        outcome=Outcome.NOT_MODIFIED,
        status=304,
        payload=None,
        response_head=b"HTTP/1.1 304 Not Modified\r\n\r\n",
    ),
    "redirect": capture(
        outcome=Outcome.REDIRECT,
        status=301,
        payload=b"",
        sha256=sha256(b""),
        response_head=b"HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n",
        location="https://a.example/b",
    ),
    "gone": capture(outcome=Outcome.GONE, status=410, response_head=b"HTTP/1.1 410 Gone\r\n\r\n"),
    "forbidden": capture(
        outcome=Outcome.FORBIDDEN,
        reason="robots.txt says no:\r\nDisallow: /100%",
        request_head=b"",
        response_head=b"",
        payload=None,
        sha256=None,
        status=None,
        ip=None,
        seconds=0.0,
    ),
    "cut": capture(outcome=Outcome.FAILED, reason="the connection broke", payload=None, sha256=None),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_capture_comes_back_as_it_was(kind: str, tmp_path: Path) -> None:
    assert read(written(KINDS[kind]), tmp_path) == ([KINDS[kind]], [])


def test_a_repeated_payload_is_a_revisit_and_comes_back_with_its_bytes(tmp_path: Path) -> None:
    first, second = capture(1), capture(2, payload=capture(1).payload, sha256=capture(1).sha256)
    data = written(first, second)
    kinds = [r.rec_type for r in ArchiveIterator(io.BytesIO(data))]
    assert kinds.count("revisit") == 1
    assert read(data, tmp_path) == ([first, second], [])


captures = st.builds(
    capture,
    st.integers(1, 2**20),
    payload=st.none() | st.binary(max_size=300),
    reason=st.text(st.characters(codec="utf-8", exclude_characters="\r")),
    seconds=st.floats(0, 1e6),
    location=st.none() | st.just("https://a.example/x y%0A"),
    outcome=st.sampled_from([Outcome.OK, Outcome.FAILED, Outcome.GONE, Outcome.SERVER_ERROR]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(captures, min_size=1, max_size=5, unique_by=lambda c: c.record_id))
def test_any_captures_come_back_as_they_were(tmp_path: Path, made: list[Capture]) -> None:
    fixed = [replace(c, sha256=None if c.payload is None else sha256(c.payload)) for c in made]
    assert read(written(*fixed), tmp_path) == (fixed, [])


def test_the_same_captures_give_the_same_bytes() -> None:
    assert written(*KINDS.values()) == written(*KINDS.values())


def test_warcio_finds_every_digest_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(written(*KINDS.values()))

    class Options:
        verbose = True
        inputs = (str(path),)

    checker = Checker(Options())
    checker.process_all()
    assert checker.exit_value == 0, capsys.readouterr().out


def test_a_reader_of_warc_gets_the_body_of_a_chunked_response_whole() -> None:
    data = written(KINDS["chunked"])
    bodies = [
        r.content_stream().read() for r in ArchiveIterator(io.BytesIO(data)) if r.rec_type == "response"
    ]
    assert bodies == [KINDS["chunked"].payload]


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes_and_told(cut: int, tmp_path: Path) -> None:
    data = written(capture(1), capture(2))[:-cut]
    found, problems = read(data, tmp_path)
    assert found[0] == capture(1)
    assert problems
    assert "a.warc.gz" in str(problems[-1])


def test_a_flipped_bit_is_told_with_its_offset_and_costs_one_record(tmp_path: Path) -> None:
    plain = gzip.decompress(written(capture(1), capture(2)))
    damaged = plain.replace(b"<html>page 1", b"<html>pagf 1")
    path = tmp_path / "a.warc"
    path.write_bytes(damaged)
    problems: list[PalimpsestError] = []
    found = list(read_captures(path, on_problem=problems.append))
    assert capture(2) in found
    assert "offset" in str(problems[0])


def test_what_is_no_warc_file_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"hello", gzip.compress(b"hello"), b"<html></html>" * 1000):
        path = tmp_path / "x.warc"
        path.write_bytes(content)
        with pytest.raises(BadArchiveFile, match=r"x\.warc"):
            list(read_captures(path, on_problem=lambda _: None))


def record(kind: str, url: str, name: str, block: bytes, *more: str) -> bytes:
    """One record as other crawlers write them: SHA-1 in base32, seconds in dates, IDs in angle brackets."""
    digest = base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2026-10-15T06:00:00Z",
        f"WARC-Block-Digest: sha1:{digest}",
        *more,
        f"Content-Length: {len(block)}",
    ]
    return gzip.compress("\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n")


def others(*, chunked: bool) -> bytes:
    """A page, its request after it, and an image."""
    body, coding = b"<html>theirs</html>", b""
    if chunked:
        body, coding = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), b"Transfer-Encoding: chunked\r\n"
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + coding + b"\r\n" + body
    belongs = f"WARC-Concurrent-To: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'page')}>"
    return (
        record("response", "https://b.example/", "page", page)
        + record("request", "https://b.example/", "asked", b"GET / HTTP/1.1\r\n\r\n", belongs)
        + record("response", "https://b.example/i.png", "image", b"HTTP/1.1 200 OK\r\n\r\nPNG")
    )


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_of_another_crawler_is_read(chunked: bool, tmp_path: Path) -> None:
    found, problems = read(others(chunked=chunked), tmp_path)
    assert problems == []
    page, image = found
    assert (page.url, page.payload, page.status) == ("https://b.example/", b"<html>theirs</html>", 200)
    assert page.request_head.startswith(b"GET / HTTP/1.1")
    assert image.payload == b"PNG"
