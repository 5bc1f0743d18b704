"""`serve` and `run --serve` as processes: they say where they listen, answer, and end softly."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from .conftest import Shell


def line_with(process: subprocess.Popen[str], words: str) -> str:
    """The first line on stderr that has these words."""
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return line
    raise AssertionError(f"{words!r} was never said")


@contextmanager
def started(shell: Shell, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A process that does not outlive its test."""
    with shell.start(*words) as process:
        try:
            yield process
        finally:
            process.kill()


def end(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    return process.returncode


@pytest.mark.parametrize("words", [("serve",), ("run", "--serve")])
def test_it_says_where_it_listens_answers_and_ends_softly(shell: Shell, words: tuple[str, ...]) -> None:
    with started(shell, *words, "--port", "0") as process:
        said = line_with(process, "is open at")
        address = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert address, said
        with urlopen(address[0], timeout=30) as answer:
            assert "No edits yet" in answer.read().decode()
        assert end(process) == 0


def test_whoever_starts_it_finds_an_address_that_signs_in_and_others_do_not(shell: Shell) -> None:
    with started(shell, "serve", "--port", "0") as process:
        said = line_with(process, "/sign-in?key=")
        address = re.search(r"(http://127\.0\.0\.1:\d+/)sign-in\?key=\S{30,}", said)
        assert address, said
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{address[1]}v1/watches", timeout=30)
        assert refused.value.code == 401
        refused.value.close()
        assert end(process) == 0


def test_listening_to_others_is_told_with_what_to_do_and_gives_no_key(shell: Shell) -> None:
    with started(shell, "serve", "--port", "0", "--host", "0.0.0.0") as process:
        assert "web.private" in line_with(process, "Others can reach it")
        process.send_signal(signal.SIGTERM)  # at once: whoever hears that it is open may end it
        assert "sign-in" not in process.communicate(timeout=60)[1]
        assert process.returncode == 0


def test_a_port_that_is_taken_is_named(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = shell.run("serve", "--port", port, code=5)
    assert f"127.0.0.1:{port}" in done.stderr
    assert "--port" in done.stderr
    assert "no address of this machine" in shell.run("serve", "--host", "no.such.host.invalid", code=2).stderr
