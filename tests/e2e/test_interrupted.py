"""Crawls that are stopped, killed, or run out of disk: nothing acknowledged is lost, and the next goes on."""

from __future__ import annotations

import json
import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from palimpsest.newsroom import Newsroom
from palimpsest.newsroom.wire import Exchange
from palimpsest.storage import open_archive

from .conftest import Shell


@contextmanager
def held_after(newsroom: Newsroom, pages: int) -> Iterator[threading.Event]:
    """Let `pages` article pages through, then hold every other until the block ends.

    Yields:
        An event that is set when the first page is held: the crawl is in the middle then.
    """
    reached, go_on = threading.Event(), threading.Event()
    passed = iter(range(pages))

    def hold(exchange: Exchange) -> None:
        if next(passed, None) is None:
            reached.set()
            go_on.wait(60)
        exchange.send_answer(exchange.answer)

    newsroom.fault("courrier", "/*/*.html", hold)
    try:
        yield reached
    finally:
        go_on.set()
        newsroom.heal()


def add_courrier(shell: Shell, newsroom: Newsroom) -> int:
    """Register the outlet; how many articles it announces."""
    shell.run("source", "add", newsroom.outlet("courrier").home, "--slug", "courrier")
    return len(newsroom.articles("courrier"))


def test_after_kill_9_the_archive_opens_and_the_next_crawl_goes_on(shell: Shell, newsroom: Newsroom) -> None:
    total = add_courrier(shell, newsroom)
    with held_after(newsroom, 2) as reached, shell.start("crawl") as crawl:
        assert reached.wait(60)
        crawl.kill()
        crawl.communicate(timeout=30)
    with open_archive(shell.directory) as archive:
        source = archive.source("courrier")
        kept = archive.stats().articles
        assert kept + archive.pending(source.id) == total
        assert archive.runs(limit=1)[0].state.value == "running"
    counts = json.loads(shell.run("crawl", "--json").stdout)["totals"]
    assert counts["new"] == total - kept
    with open_archive(shell.directory) as archive:
        assert archive.stats().articles == total
        assert [run.state.value for run in archive.runs()][:2] == ["done", "killed"]


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_a_signal_finishes_what_is_in_hand_and_leaves_the_rest_pending(
    shell: Shell, newsroom: Newsroom, name: signal.Signals
) -> None:
    total = add_courrier(shell, newsroom)
    with held_after(newsroom, 2) as reached:
        crawl = shell.start("crawl")
        assert reached.wait(60)
        crawl.send_signal(name)
    with crawl:
        crawl.communicate(timeout=60)
    assert crawl.returncode == 130
    with open_archive(shell.directory) as archive:
        source = archive.source("courrier")
        kept = archive.stats().articles
        assert kept >= 3  # the two that went through, and the one that was in hand
        assert kept + archive.pending(source.id) == total
        assert archive.runs(limit=1)[0].state.value == "stopped"
    shell.run("crawl")
    with open_archive(shell.directory) as archive:
        assert archive.stats().articles == total


def test_a_source_is_not_crawled_twice_at_once(shell: Shell, newsroom: Newsroom) -> None:
    add_courrier(shell, newsroom)
    with held_after(newsroom, 0) as reached:
        first = shell.start("crawl")
        assert reached.wait(60)
        second = shell.run("crawl", code=1)
        assert "being crawled already" in second.stderr
    with first:
        first.communicate(timeout=60)
    assert first.returncode == 0


def test_a_disk_that_fills_up_is_told_and_loses_nothing(shell: Shell, newsroom: Newsroom) -> None:
    """In the middle of a crawl its process may no longer make the write-ahead log longer than it is."""
    total = add_courrier(shell, newsroom)
    with held_after(newsroom, 2) as reached:
        crawl = shell.start("crawl")
        assert reached.wait(60)
        room = (shell.directory / "archive.db-wal").stat().st_size
        resource.prlimit(crawl.pid, resource.RLIMIT_FSIZE, (room, room))
    with crawl:
        _, told = crawl.communicate(timeout=60)
    assert crawl.returncode == 5
    assert "palimpsest: " in told
    with open_archive(shell.directory) as archive:
        source = archive.source("courrier")
        assert archive.stats().articles + archive.pending(source.id) == total
    shell.run("crawl")
    with open_archive(shell.directory) as archive:
        assert archive.stats().articles == total
