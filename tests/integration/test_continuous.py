"""Crawls asked for one by one, in the thread of the service, against the newsroom."""

from __future__ import annotations

import asyncio

import pytest

from palimpsest.crawler import continuous
from palimpsest.crawler.continuous import Crawls
from palimpsest.errors import Busy, CannotWrite
from palimpsest.model import RunState, Source
from palimpsest.storage import Archive

from .conftest import Desk


def test_sources_are_crawled_side_by_side_and_one_after_the_other(desk: Desk) -> None:
    sources = [desk.add("courrier"), desk.add("ledger")]
    crawls = Crawls(desk.archive)
    try:
        both = [crawls.crawl(source, "scheduled") for source in sources]
        reports = [future.result(60) for future in both]
        again = crawls.crawl(sources[0], "revisit", announced=False).result(60)
        unowned = crawls.crawl(None, "revisit", announced=False).result(60)
    finally:
        crawls.close()
    assert [report.state for report in reports] == [RunState.DONE] * 2
    assert all(dict(report.counts)["new"] > 3 for report in reports)
    assert dict(again.counts) == {}
    assert (unowned.source, unowned.state) == ("", RunState.DONE)
    assert {run.why for run in desk.archive.runs()} == {"scheduled", "revisit"}


def test_a_source_held_elsewhere_is_busy_and_no_failure_of_the_thread(desk: Desk) -> None:
    source = desk.add("courrier")
    crawls = Crawls(desk.archive)
    try:
        with desk.archive.lock_source(source.id), pytest.raises(Busy):
            crawls.crawl(source, "scheduled").result(60)
        assert crawls.crawl(source, "scheduled").result(60).state is RunState.DONE
    finally:
        crawls.close()


def crawl_on_a_full_disk(
    crawls: Crawls, source: Source, writing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Crawl, and meet a full disk in that method of the archive."""

    def full(*_: object, **__: object) -> None:
        raise CannotWrite("the disk is full")

    with monkeypatch.context() as disk:
        disk.setattr(Archive, writing, full)
        with pytest.raises(CannotWrite, match="full"):
            crawls.crawl(source, "scheduled").result(60)


def test_after_a_full_disk_the_next_crawl_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    source = desk.add("courrier")
    crawls = Crawls(desk.archive)
    try:
        crawl_on_a_full_disk(crawls, source, "transaction", monkeypatch)
        report = crawls.crawl(source, "scheduled").result(60)
    finally:
        crawls.close()
    assert dict(report.counts)["new"] == len(desk.newsroom.articles("courrier"))


def test_a_source_is_free_again_though_the_end_of_its_run_could_not_be_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = desk.add("courrier")
    crawls = Crawls(desk.archive)
    try:
        crawl_on_a_full_disk(crawls, source, "finish_run", monkeypatch)
        assert crawls.crawl(source, "scheduled").result(60).state is RunState.DONE
    finally:
        crawls.close()
    assert [run.state for run in desk.archive.runs()] == [RunState.DONE, RunState.KILLED]


def test_crawls_that_follow_one_another_share_what_was_made_for_the_first(desk: Desk) -> None:
    source = desk.add("courrier")
    crawls = Crawls(desk.archive)
    try:
        for _ in range(3):
            crawls.crawl(source, "scheduled").result(60)
    finally:
        crawls.close()
    assert len(desk.newsroom.requests(path="/robots.txt")) == 1


def test_what_is_not_used_for_a_while_is_closed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(continuous, "KEPT", 0.0)
    source = desk.add("courrier")
    crawls = Crawls(desk.archive)
    try:
        crawls.crawl(source, "scheduled").result(60)
        while crawls._context is not None or crawls._closing:
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), crawls._loop).result(10)
        assert crawls.crawl(source, "scheduled").result(60).state is RunState.DONE
    finally:
        crawls.close()
    assert len(desk.newsroom.requests(path="/robots.txt")) == 2
