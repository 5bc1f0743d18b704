"""Captures that go out by a query, as WARC and as WACZ, and what the tools of others say of the latter."""

from __future__ import annotations

import gzip
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from palimpsest.crawler.warc import read_captures
from palimpsest.errors import FixInput, NotFound, PalimpsestError, StoreError
from palimpsest.exports import wacz
from palimpsest.exports.captures import Span, take_captures
from palimpsest.exports.selection import Selection
from palimpsest.model import Capture, Source
from palimpsest.storage import Archive

from .conftest import Desk
from .judges import judge, needs_judges

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
Visit = Callable[..., int]


def _raise(problem: PalimpsestError) -> None:
    raise problem


def read(path: Path) -> list[Capture]:
    return list(read_captures(path, on_problem=_raise))


@pytest.fixture
def news(archive: Archive, source: Source, visit: Visit) -> Archive:
    """Two articles; the first seen twice as it was, then changed."""
    visit(b"bridge", source_id=source.id, title="Bridge")
    visit(b"rain", url="https://herald.example/b", at=NOW + HOUR, source_id=source.id, title="Rain")
    visit(b"bridge", at=NOW + 2 * HOUR, source_id=source.id)
    visit(b"bridge closed", at=NOW + 3 * HOUR, source_id=source.id, title="Bridge closed")
    return archive


def test_a_query_takes_the_captures_that_witnessed_what_it_finds(news: Archive, tmp_path: Path) -> None:
    def payloads(name: str, asked: Selection | None, **span: datetime) -> list[bytes | None]:
        made = take_captures(news, "warc", tmp_path / f"{name}.warc.gz", Span(**span), asked)
        found = read(tmp_path / f"{name}.warc.gz")
        assert made.counts == {"captures": len(found)}
        return [one.payload for one in found]

    bridge = Selection(query="bridge")
    assert payloads("latest", bridge) == [b"bridge closed"]
    every = Selection(query="bridge", versions="all")
    assert payloads("all", every) == [b"bridge", b"bridge", b"bridge closed"]
    assert payloads("then", Selection(query="bridge", as_of=NOW + HOUR)) == [b"bridge"]
    assert payloads("since", every, since=NOW + HOUR) == [b"bridge", b"bridge closed"]
    assert payloads("everything", None) == [b"bridge", b"rain", b"bridge", b"bridge closed"]
    with pytest.raises(NotFound):
        payloads("nothing", Selection(query="snow"))
    with pytest.raises(FixInput, match="--force"):
        payloads("latest", bridge)
    with pytest.raises(FixInput, match=r"\.wacz"):
        take_captures(news, "wacz", tmp_path / "a.zip", Span())


def test_a_wacz_has_the_captures_and_a_page_for_each_version(news: Archive, tmp_path: Path) -> None:
    path = tmp_path / "news.wacz"
    made = take_captures(news, "wacz", path, Span(), Selection(query="bridge", versions="all"))
    assert made.counts == {"captures": 3, "pages": 2}
    with zipfile.ZipFile(path) as package:
        pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()]
        index = gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()
        (tmp_path / "data.warc.gz").write_bytes(package.read("archive/data.warc.gz"))
        assert package.getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED
        assert json.loads(package.read("datapackage.json"))["title"] == "bridge"
    assert pages[0]["format"] == "json-pages-1.0"
    names = [version.public_id for version in news.versions(1)]
    assert [(page["id"], page["title"]) for page in pages[1:]] == list(
        zip(names, ("Bridge", "Bridge closed"), strict=True)
    )
    assert pages[1]["ts"] == "2026-03-01T12:00:00.000000Z"
    assert pages[1]["text"] == "bridge"
    assert len(read(tmp_path / "data.warc.gz")) == 3
    assert [line.split()[:2] for line in index] == [
        ["example,herald)/a", f"202603011{hour}0000"] for hour in (2, 4, 5)
    ]


def test_each_file_of_a_wacz_is_where_a_replayer_seeks_it(news: Archive, tmp_path: Path) -> None:
    path = tmp_path / "news.wacz"
    take_captures(news, "wacz", path, Span())
    data = path.read_bytes()
    with zipfile.ZipFile(path) as package:
        for entry in package.infolist():
            name, extra = struct.unpack_from("<HH", data, entry.header_offset + 26)
            # ReplayWeb.page (wabac 2) looks into the header only where the directory has an extra field.
            begin = entry.header_offset + 30 + name + (extra if entry.extra else 0)
            packed = data[begin : begin + entry.compress_size]
            stored = entry.compress_type == zipfile.ZIP_STORED
            assert (packed if stored else zlib.decompress(packed, -15)) == package.read(entry)


def test_a_wacz_that_was_damaged_is_not_counted(news: Archive, tmp_path: Path) -> None:
    path = tmp_path / "news.wacz"
    take_captures(news, "wacz", path, Span())
    data = bytearray(path.read_bytes())
    data[300] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreError):
        wacz.count(path)


@needs_judges
def test_the_validator_and_the_indexer_of_others_agree_with_ours(desk: Desk, tmp_path: Path) -> None:
    for slug in ("ledger", "portail", "faro"):
        desk.add(slug)
    for step in range(3):
        desk.newsroom.at(step)
        desk.crawl(again=step > 0)
    path = tmp_path / "news.wacz"
    made = take_captures(desk.archive, "wacz", path, Span())
    assert made.counts["pages"] > 10
    assert "is valid" in judge("wacz", "validate", "-f", path)
    with zipfile.ZipFile(path) as package:
        package.extractall(tmp_path / "out")
    ours = gzip.decompress((tmp_path / "out/indexes/index.cdx.gz").read_bytes()).decode().splitlines()
    theirs = judge("cdxj-indexer", tmp_path / "out/archive/data.warc.gz").splitlines()
    assert ours == sorted(theirs)
