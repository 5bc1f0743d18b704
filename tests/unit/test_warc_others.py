"""WARC files as other crawlers write them, made with warcio: what is good comes in, what is bad is told."""

from __future__ import annotations

import gzip
import io
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from palimpsest.crawler.warc import read_captures
from palimpsest.errors import BadArchiveFile, PalimpsestError
from palimpsest.model import Capture, Outcome

# warcio leaves a temporary file open for the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
PAGE = b"<html><p>theirs</p></html>"


class File:
    """A WARC file in the making."""

    def __init__(self, *, compressed: bool = True, version: str = "WARC/1.0") -> None:
        self.buffer = io.BytesIO()
        self.offsets: list[int] = []
        self._writer = WARCWriter(self.buffer, gzip=compressed, warc_version=version)

    def put(
        self,
        kind: str,
        url: str,
        body: bytes = PAGE,
        *,
        date: str = "2026-03-01T12:00:00Z",
        http: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),),
        **fields: str,
    ) -> Any:
        """Write one record; gives it back."""
        head = None
        if kind in ("response", "revisit"):
            head = StatusAndHeaders("200 OK", list(http), protocol="HTTP/1.1")
        elif kind == "request":
            head = StatusAndHeaders("GET / HTTP/1.1", [("Host", "b.example")], is_http_request=True)
        record = self._writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), http_headers=head,
            warc_headers_dict={"WARC-Date": date, **{k.replace("_", "-"): v for k, v in fields.items()}},
        )  # fmt: skip
        self.offsets.append(self.buffer.tell())
        self._writer.write_record(record)
        return record

    def read(self, folder: Path, name: str = "theirs.warc.gz") -> tuple[list[Capture], list[str]]:
        """What comes out of the file, and what is told of it."""
        return read(self.buffer.getvalue(), folder / name)


def read(data: bytes, path: Path) -> tuple[list[Capture], list[str]]:
    path.write_bytes(data)
    problems: list[PalimpsestError] = []
    found = list(read_captures(path, on_problem=problems.append))
    assert all(str(path) in str(problem) for problem in problems)
    return found, [str(problem) for problem in problems]


@pytest.mark.parametrize("compressed", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("version", ["WARC/1.0", "WARC/1.1"])
def test_a_file_comes_in_whole_in_either_version_and_packing(
    tmp_path: Path, compressed: bool, version: str
) -> None:
    file = File(compressed=compressed, version=version)
    for number in range(3):
        file.put("response", f"https://b.example/{number}")
    found, problems = file.read(tmp_path, "theirs.warc.gz" if compressed else "theirs.warc")
    assert [(c.url, c.payload, c.status, c.outcome) for c in found] == [
        (f"https://b.example/{n}", PAGE, 200, Outcome.OK) for n in range(3)
    ]
    assert problems == []


def test_microseconds_repeated_headers_and_foreign_letters_are_kept(tmp_path: Path) -> None:
    http = (("Content-Type", "text/html"), ("X-A", "1"), ("x-a", "2"), ("X-B", "café"))
    file = File(version="WARC/1.1")
    file.put("response", "https://b.example/", http=http, date="2026-03-01T12:00:00.123456Z")
    ((one,), problems) = file.read(tmp_path)
    assert one.at == datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
    assert [name for name, _ in one.headers] == ["Content-Type", "X-A", "x-a", "X-B"]
    assert problems == []


@pytest.mark.parametrize("first", ["request", "response"])
def test_a_request_is_found_on_either_side_of_its_answer(tmp_path: Path, first: str) -> None:
    file = File()
    answer, asked = (f"<urn:uuid:{uuid.UUID(int=number)}>" for number in (1, 2))
    kinds = ["request", "response"] if first == "request" else ["response", "request"]
    for kind in kinds:
        ids = {"WARC_Record_ID": asked, "WARC_Concurrent_To": answer}
        if kind == "response":
            ids = {"WARC_Record_ID": answer}
        file.put(kind, "https://b.example/", b"" if kind == "request" else PAGE, **ids)
    (one,), _ = file.read(tmp_path)
    assert one.request_head.startswith(b"GET / HTTP/1.1")


def test_a_body_in_chunks_and_one_of_another_length_than_named_come_in(tmp_path: Path) -> None:
    file = File()
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)
    file.put("response", "https://b.example/chunked", chunked, http=(("Transfer-Encoding", "chunked"),))
    file.put("response", "https://b.example/long", http=(("Content-Length", "999999"),))
    file.put("response", "https://b.example/short", http=(("Content-Length", "3"),))
    found, problems = file.read(tmp_path)
    assert [one.payload for one in found] == [PAGE] * 3
    assert problems == []


def test_a_revisit_gets_the_body_of_its_original_whatever_digest_names_it(tmp_path: Path) -> None:
    file = File()
    original = file.put("response", "https://b.example/a")
    digest = original.rec_headers.get_header("WARC-Payload-Digest")
    assert digest.startswith("sha1:")
    file.put("revisit", "https://b.example/a", b"", date="2026-03-02T12:00:00Z", WARC_Payload_Digest=digest)
    found, problems = file.read(tmp_path)
    assert [one.payload for one in found] == [PAGE, PAGE]
    assert problems == []


def test_a_revisit_without_its_original_is_told_and_nothing_is_invented(tmp_path: Path) -> None:
    file = File()
    file.put("revisit", "https://b.example/a", b"", WARC_Payload_Digest="sha1:" + "A" * 32)
    (one,), (problem,) = file.read(tmp_path)
    assert (one.payload, one.outcome) == (None, Outcome.FAILED)
    assert "does not stand before it in this file" in one.reason
    assert f"offset {file.offsets[0]}" in problem


def test_a_resource_of_the_web_is_told_and_notes_of_a_crawler_are_passed_over(tmp_path: Path) -> None:
    file = File()
    file.put("resource", "https://b.example/drawn")
    file.put("resource", "urn:pageinfo:https://b.example/", b"{}")
    file.put("response", "https://b.example/")
    found, problems = file.read(tmp_path)
    assert [one.url for one in found] == ["https://b.example/"]
    assert len(problems) == 1
    assert "no HTTP answer" in problems[0]
    assert f"offset {file.offsets[0]}" in problems[0]


def test_what_stands_before_a_cut_comes_in_and_the_cut_is_told(tmp_path: Path) -> None:
    file = File()
    for number in range(3):
        file.put("response", f"https://b.example/{number}", PAGE * 50)
    found, problems = read(file.buffer.getvalue()[:-40], tmp_path / "cut.warc.gz")
    assert [one.url for one in found][:2] == ["https://b.example/0", "https://b.example/1"]
    assert any(f"offset {file.offsets[2]}" in problem for problem in problems)


def test_what_stands_behind_garbage_comes_in_and_the_garbage_is_told(tmp_path: Path) -> None:
    file = File()
    for number in range(4):
        file.put("response", f"https://b.example/{number}", PAGE * 50)
    data = bytearray(file.buffer.getvalue())
    start, end = file.offsets[1], file.offsets[2]
    data[start:end] = b"\x00garbage" * ((end - start) // 8) + b"\x00" * ((end - start) % 8)
    found, problems = read(bytes(data), tmp_path / "garbage.warc.gz")
    assert {one.url for one in found} >= {"https://b.example/0", "https://b.example/2", "https://b.example/3"}
    assert problems


def test_a_file_packed_with_zstd_is_refused_with_a_word(tmp_path: Path) -> None:
    path = tmp_path / "theirs.warc.zst"
    path.write_bytes(bytes.fromhex("28b52ffd") + b"\x00" * 100)
    with pytest.raises(BadArchiveFile, match=r"theirs\.warc\.zst"):
        list(read_captures(path, on_problem=lambda _: None))


def test_one_gzip_member_around_all_records_is_read(tmp_path: Path) -> None:
    """Against the standard, and made all the same, by `gzip file.warc`."""
    file = File(compressed=False)
    for number in range(2):
        file.put("response", f"https://b.example/{number}")
    found, _ = read(gzip.compress(file.buffer.getvalue()), tmp_path / "whole.warc.gz")
    assert [one.payload for one in found] == [PAGE, PAGE]
