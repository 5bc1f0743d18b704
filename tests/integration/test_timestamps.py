"""Signed heads are stamped by a time stamping authority: a local one, made with openssl, behind HTTP."""

from __future__ import annotations

import select
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from palimpsest import fixity, timestamp
from palimpsest.cli import app
from palimpsest.errors import BadSetting, Damaged, NotDelivered
from palimpsest.service import PERIODIC, keep_house, serve
from palimpsest.settings import CONFIG_NAME, Settings
from palimpsest.storage import Archive, open_archive

from ..conftest import HOUR, NOW

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="the openssl program is not installed"
)

CONFIG = """
[tsa]
default_tsa = it
[it]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
"""


def openssl(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *words], cwd=folder, capture_output=True, timeout=60, check=False)


@dataclass
class Authority:
    """A certificate authority, a signer of stamps, and where it answers."""

    folder: Path
    url: str = ""
    whole: bool = True
    spoil: Callable[[bytes], tuple[int, bytes]] | None = None

    def answer(self, question: bytes) -> tuple[int, bytes]:
        if self.spoil is not None:
            return self.spoil(question)
        (self.folder / "q").write_bytes(question)
        done = openssl(self.folder, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q", "-out", "a")
        assert done.returncode == 0, done.stderr
        return 200, (self.folder / "a").read_bytes()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tsa")
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30")
    assert openssl(folder, *new, "-subj", "/CN=CA", "-keyout", "ca.key", "-out", "ca.pem").returncode == 0
    usage = ("-addext", "extendedKeyUsage=critical,timeStamping", "-addext", "basicConstraints=CA:FALSE")
    signer = ("-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "tsa.key", "-out", "tsa.pem")
    done = openssl(folder, *new, "-subj", "/CN=Time", *usage, *signer)
    assert done.returncode == 0, done.stderr
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01")
    return folder


@pytest.fixture
def authority(made: Path) -> Iterator[Authority]:
    here = Authority(made)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["content-type"] == "application/timestamp-query"
            status, body = here.answer(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            self.send_header("content-type", "application/timestamp-reply")
            self.end_headers()
            if not here.whole:
                self.wfile.write(body[:1000])
                body = body[1000:]
                gone, _, _ = select.select([self.connection], [], [], 1.0)
                assert not gone, "the other side did not wait for the rest"
            self.wfile.write(body)

        def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - the base's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        here.url = f"http://127.0.0.1:{server.server_port}/tsr"
        yield here
        server.shutdown()
        thread.join()


@pytest.fixture
def stamped(archive: Archive, authority: Authority, visit: Callable[..., int]) -> Iterator[Archive]:
    visit(b"text")
    path, line = archive.directory / CONFIG_NAME, f'timestamp_url = "{authority.url}"\n'
    settings = path.read_text("utf-8")
    if "#timestamp_url" in settings:
        path.write_text(settings.replace('#timestamp_url = ""', line), "utf-8")
    else:
        path.write_text(f"{settings}[ledger]\n{line}", "utf-8")
    with open_archive(archive.directory) as again:
        yield again


def test_a_sealed_head_is_stamped_and_openssl_agrees(
    stamped: Archive, authority: Authority, tmp_path: Path
) -> None:
    keep_house(stamped, NOW)
    head = stamped.head()
    assert head.timestamp is not None
    assert timestamp.is_about(head.timestamp, head.note.encode())
    assert not timestamp.is_about(head.timestamp, b"other")
    folder = ["-C", str(stamped.directory)]
    shown = CliRunner().invoke(app, [*folder, "ledger", "head", "--stamp", str(tmp_path / "head.tsr")])
    (tmp_path / "head.txt").write_text(shown.stdout, "utf-8")
    words = (
        "ts",
        "-verify",
        "-data",
        "head.txt",
        "-in",
        "head.tsr",
        "-CAfile",
        str(authority.folder / "ca.pem"),
    )
    done = openssl(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    (tmp_path / "head.txt").write_text(shown.stdout + " ", "utf-8")
    assert openssl(tmp_path, *words).returncode != 0
    assert stamped.verify().is_sound


def test_an_authority_that_fails_leaves_the_head_sealed_and_is_asked_again(
    stamped: Archive, authority: Authority
) -> None:
    sound, other = authority.answer, timestamp.question(b"other", 7)
    refusal = bytes.fromhex("30053003020102")
    for spoil, told in (
        (lambda _: (503, b""), "answered 503"),
        (lambda _: (200, b"no stamp"), "no time stamp"),
        (lambda _: (200, refusal), "refused"),
    ):
        authority.spoil = spoil
        with pytest.raises(NotDelivered, match=told):
            fixity.seal(stamped, now=NOW)
        assert stamped.head().timestamp is None
    authority.spoil = None
    _, about_other = sound(other)
    authority.spoil = lambda _: (200, about_other)
    with pytest.raises(NotDelivered, match="something else"):
        fixity.seal(stamped, now=NOW)
    authority.spoil = None
    head = fixity.seal(stamped, now=NOW)
    assert head is not None
    assert head.timestamp is not None
    assert len(stamped.heads()) == 1


def test_an_answer_that_comes_in_pieces_is_read_to_its_end(authority: Authority) -> None:
    authority.whole = False
    assert timestamp.is_about(timestamp.request_stamp(authority.url, b"data"), b"data")


def test_nobody_there_is_told(stamped: Archive, authority: Authority) -> None:
    with pytest.raises(NotDelivered, match="reached"):
        timestamp.request_stamp("http://127.0.0.1:1/", b"data")


def test_answers_cut_off_are_no_stamps(authority: Authority) -> None:
    _, answer = authority.answer(timestamp.question(b"data", 2**62))
    assert timestamp.is_about(answer, b"data", 2**62)
    assert not timestamp.is_about(answer, b"data", 2**61)
    for cut in (0, 1, 2, 9, 40, len(answer) // 2, len(answer) - 1):
        with pytest.raises(Damaged):
            timestamp.is_about(answer[:cut], b"data")


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / CONFIG_NAME).write_text('[ledger]\ntimestamp_url = "authority.example"\n')
    with pytest.raises(BadSetting, match="timestamp_url"):
        Settings.load(tmp_path)


def test_a_check_of_the_archive_holds_up_no_end_of_the_service(
    archive: Archive, visit: Callable[..., int]
) -> None:
    visit(b"text")
    stop, told = threading.Event(), list[str]()

    def check(archive: Archive, now: datetime, stopping: Callable[[], bool]) -> None:
        stop.set()  # as SIGTERM would, in the middle of it
        fixity.check_if_due(archive, now, stopping)

    (usual,) = (one for one in PERIODIC if one.work is fixity.check_if_due)
    serve(archive, stop, tell=told.append, periodic=[replace(usual, seconds=0.0, work=check)])
    assert archive.last_check() is None
    assert told == []


def test_run_seals_and_checks_when_it_is_time(archive: Archive, visit: Callable[..., int]) -> None:
    visit(b"text")
    keep_house(archive, NOW)
    assert archive.head().size == 1
    fixity.check_if_due(archive, NOW)
    first = archive.last_check()
    assert first is not None
    assert first.found.is_sound
    with archive._database.writing() as connection:
        connection.exec_driver_sql("UPDATE capture SET took = took + 1")
    fixity.check_if_due(archive, first.at + HOUR)
    assert archive.last_check() == first
    with pytest.raises(Damaged, match=r"1 bad; `palimpsest verify --last`"):
        fixity.check_if_due(archive, first.at + timedelta(days=8))
    health = CliRunner().invoke(app, ["-C", str(archive.directory), "health"])
    assert (health.exit_code, "1 bad" in health.stderr) == (1, True)
