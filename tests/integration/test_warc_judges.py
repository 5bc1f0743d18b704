"""What strangers make of our WARC files: the tools that other archives use read and replay them."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from palimpsest.cli import app
from palimpsest.crawler.warc import read_captures
from palimpsest.errors import PalimpsestError
from palimpsest.model import Capture, Outcome, sha256
from palimpsest.newsroom.faults import chunked, redirect, with_headers
from palimpsest.storage import Archive, create_archive, open_archive

from .conftest import Desk
from .judges import JUDGES, judge, needs_judges

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

PYWB = """
from gevent.pywsgi import WSGIServer
from pywb.apps.frontendapp import FrontEndApp
server = WSGIServer(("127.0.0.1", 0), FrontEndApp(), log=None)
server.start()
print("listens on", server.server_port, flush=True)
server.serve_forever()
"""


def exported(archive: Archive, name: str = "export.warc.gz") -> Path:
    path = archive.directory / name
    app(["-C", str(archive.directory), "export", "warc", "-o", str(path)], standalone_mode=False)
    return path


@pytest.fixture
def crawled(desk: Desk) -> Desk:
    """The newsroom crawled four times, with pages that come in every way a server may send them."""
    first, second, third = desk.newsroom.articles("ledger")[:3]
    for url, fault in (
        (first, chunked()),
        (second, with_headers(("X-A", "1"), ("x-a", "2"))),
        (third, redirect(first)),
    ):
        desk.newsroom.fault("ledger", urlsplit(url).path, fault)
    for slug in ("ledger", "portail", "faro"):
        desk.add(slug)
    for step in range(4):
        desk.newsroom.at(step)
        desk.crawl(again=step > 0)
    return desk


def test_fastwarc_and_gzip_find_no_fault_with_a_crawl(crawled: Desk) -> None:
    path = exported(crawled.archive)
    judge(shutil.which("gzip") or "gzip", "-t", path)
    assert "fail" not in judge(Path(sys.executable).parent / "fastwarc", "check", path)


@needs_judges
def test_warcio_and_the_indexer_find_every_answer_of_a_crawl(crawled: Desk) -> None:
    path = exported(crawled.archive)
    assert "No digest" not in judge("warcio", "check", "-v", path)
    lines = judge("cdxj-indexer", path).splitlines()
    answers = [s.capture for s in crawled.archive.captures() if s.capture.response_head]
    assert len(lines) == len(answers)
    assert {answer.outcome for answer in answers} >= {
        Outcome.OK,
        Outcome.NOT_MODIFIED,
        Outcome.REDIRECT,
        Outcome.GONE,
    }


def test_an_export_taken_in_elsewhere_and_exported_again_is_the_same_file(
    crawled: Desk, tmp_path: Path
) -> None:
    ours = exported(crawled.archive)
    create_archive(tmp_path / "other").close()
    app(["-C", str(tmp_path / "other"), "import", "warc", str(ours)], standalone_mode=False)
    with open_archive(tmp_path / "other") as other:
        theirs = exported(other)
        before, after = (list(read_captures(path, on_problem=_raise)) for path in (ours, theirs))
        assert before == after
        assert before == [
            replace(s.capture, payload=crawled.archive.payload(s.capture.sha256) if s.has_payload else None)
            for s in crawled.archive.captures()
        ]
        assert holdings(other) == holdings(crawled.archive)
        held = other.stats()
    app(["-C", str(tmp_path / "other"), "import", "warc", str(ours)], standalone_mode=False)
    with open_archive(tmp_path / "other") as other:
        assert other.stats() == held


def holdings(archive: Archive) -> dict[str, object]:
    """What an archive has: every article by its address, with its state, its names and its versions."""
    return {
        article.url: (
            article.state,
            sorted(article.aliases),
            [(v.number, v.public_id, v.first_seen, v.last_seen, v.captures, v.extraction.to_json())
             for v in archive.versions(article.id)],
        )
        for article in archive.articles()
    }  # fmt: skip


def _raise(problem: PalimpsestError) -> None:
    raise problem


def captures() -> list[Capture]:
    """One of each kind that a replay has to show, an hour apart."""
    page, edited = b"<html><p>caf\xc3\xa9 \x00\xff raw</p></html>", b"<html><p>edited</p></html>"
    packed = bytes.fromhex("1f8b0800000000000203b3c9284ecc4bb1d12f00000000ffff0300")
    plain = b"Content-Type: text/html\r\n"
    answers = [
        ("a", 200, plain, page),
        ("a", 200, plain + b"X-A: 1\r\nx-a: 2\r\nX-Latin: caf\xe9\r\n", page),
        ("a", 200, plain, edited),
        ("a", 200, plain + b"Transfer-Encoding: chunked\r\n", edited),
        ("b", 200, plain, page),
        ("c", 200, plain + b"Content-Encoding: gzip\r\n", packed),
        ("d", 200, plain, b""),
        ("e", 301, b"Location: https://herald.example/a\r\n", b"moved"),
        ("f", 404, plain, b"<html>not here</html>"),
        ("g", 503, plain, b"later"),
    ]
    return [
        Capture(
            record_id=uuid.UUID(int=number + 1),
            url=f"https://herald.example/{name}",
            at=AT + timedelta(hours=number),
            outcome=_OUTCOMES.get(status, Outcome.OK),
            request_head=b"GET / HTTP/1.1\r\nHost: herald.example\r\n\r\n",
            response_head=b"HTTP/1.1 %d Said\r\n" % status + head + b"\r\n",
            payload=body,
            sha256=sha256(body),
            status=status,
            location="https://herald.example/a" if status == 301 else None,
        )
        for number, (name, status, head, body) in enumerate(answers)
    ]


_OUTCOMES = {301: Outcome.REDIRECT, 404: Outcome.GONE, 503: Outcome.SERVER_ERROR}


@pytest.fixture
def replay(sqlite_archive: Archive, tmp_path: Path) -> Iterator[Callable[[Capture], tuple[int, bytes]]]:
    """pywb with an export of those captures: asks it for one of them."""
    with sqlite_archive.transaction() as tx:
        for one in captures():
            tx.add_capture(one)
    path = exported(sqlite_archive)
    home = tmp_path / "pywb"
    home.mkdir()
    for arguments in (("init", "news"), ("add", "news", str(path))):
        done = subprocess.run([JUDGES / "wb-manager", *arguments], cwd=home, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
    command = [JUDGES / "python", "-c", PYWB]
    server = subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    port = next(int(line.split()[-1]) for line in server.stdout if line.startswith("listens on"))

    def ask(one: Capture) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request(
            "GET", f"/news/{one.at:%Y%m%d%H%M%S}id_/{one.url}", headers={"Accept-Encoding": "gzip"}
        )
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    try:
        yield ask
    finally:
        server.terminate()
        server.stdout.close()
        server.wait(20)


@needs_judges
def test_pywb_replays_every_capture_byte_for_byte(
    replay: Callable[[Capture], tuple[int, bytes]],
) -> None:
    for one in captures():
        assert replay(one) == (one.status, one.payload), one.url
