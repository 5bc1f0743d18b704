"""A month of `palimpsest run` beside the newsroom, on a clock that jumps, with kill -9 in between.

What has to be alerted is worked out from the newsroom's script and the times of the captures alone: what
was edited between two visits that the archive made. It knows nothing of how changes are found.
"""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest
import tomlkit

from palimpsest.alerts import pump
from palimpsest.alerts.channels import new_channel
from palimpsest.crawler import urls
from palimpsest.model import ChangeKind, Outcome, RunState, Source
from palimpsest.newsroom import Edit, Newsroom, Standing, Verdict
from palimpsest.newsroom.edits import Copy
from palimpsest.newsroom.stories import Story
from palimpsest.newsroom.wire import Exchange
from palimpsest.schedule import new_schedule
from palimpsest.storage import Archive, Watch, create_archive, open_archive

from ..integration.receivers import Webhook
from . import simulated
from .simulated import FileTime

SEED = 4
START = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
END = START + timedelta(days=30)
STEPS = tuple(START + timedelta(hours=hours) for hours in (0, 4, 10, 22, 40, 66))
EVERY = timedelta(hours=24)
REVISITS = 9.0
KILLS_AT_REQUESTS, KILLS_AT_ALERTS = 5, 1
GONE = (Standing.GONE, Standing.MISSING, Standing.FRONT, Standing.SOFT_404)
LOOKS = (Outcome.OK, Outcome.NOT_MODIFIED, Outcome.GONE)


class Fate:
    """Kills the service: shortly before or after chosen requests, and while chosen messages are sent."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._lock = threading.Lock()
        self._requests = self._messages = 0
        self._at_requests = set(chance.sample(range(5, 600), KILLS_AT_REQUESTS))
        self._at_messages = set(chance.sample(range(2, 20), KILLS_AT_ALERTS))
        self.child: subprocess.Popen[bytes] | None = None

    def at_request(self, exchange: Exchange) -> None:
        """A fault that changes nothing but may kill."""
        with self._lock:
            self._requests += 1
            if self._requests in self._at_requests:
                timer = threading.Timer(self._chance.uniform(0.0, 0.15), self._kill)
                timer.start()
        exchange.send_answer()

    def at_message(self) -> None:
        with self._lock:
            self._messages += 1
            if self._messages in self._at_messages:
                self._kill()

    def _kill(self) -> None:
        assert self.child is not None
        self.child.kill()


@pytest.fixture
def time(tmp_path: Path) -> FileTime:
    return FileTime.begin(tmp_path / "clock", START)


@pytest.fixture
def newsroom(time: FileTime) -> Iterator[Newsroom]:
    with Newsroom(instants=STEPS, clock=time) as room:
        yield room


@pytest.fixture
def hook() -> Iterator[Webhook]:
    hook = Webhook()
    yield hook
    hook.close()


def prepare(directory: Path, newsroom: Newsroom, hook: Webhook) -> None:
    """An archive with every outlet on a schedule, and two watches."""
    create_archive(directory).close()
    values = {
        "fetch": {"allow": list(newsroom.allow), "resolve": newsroom.resolve},
        "msn": {"content": newsroom.content},
        "crawl": {"batch_wait": 0.02, "revisits": REVISITS},
        "run": {"revisit_gap": 60.0},
    }
    # No power is lost here, only processes.
    (directory / "palimpsest.toml").write_text(tomlkit.dumps({"durable": False, **values}), "utf-8")
    with open_archive(directory) as archive:
        for outlet in newsroom.outlets:
            source = archive.add_source(
                Source(slug=outlet.slug, name=outlet.name, home=outlet.home, ways=outlet.ways, added_at=START)
            )
            archive.save_schedule(new_schedule(source.id, now=START, every=EVERY))
        for kinds in ((), (ChangeKind.WITHDRAWN,)):
            archive.add_watch(Watch(kinds=kinds, channels=(new_channel(hook.address),)), now=START)


def run_until_the_end(directory: Path, time: FileTime, clock: Path, fate: Fate, chance: random.Random) -> int:
    """Start the service again after each kill; how often it was killed."""
    kills = 0
    command = [sys.executable, simulated.__file__, str(directory), str(clock), str(END.timestamp())]
    with (directory / "told").open("wb") as told:
        while True:
            fate.child = subprocess.Popen(command, stderr=told)
            code = fate.child.wait(timeout=120)
            if code == 0:
                return kills
            assert code == -signal.SIGKILL, (directory / "told").read_text("utf-8")
            kills += 1
            # Sometimes nobody is there to start it again at once.
            time.move_to(time.seconds + chance.choice((0.0, 0.0, 20 * 60.0, 30 * 3600.0)))


def wanted(archive: Archive, newsroom: Newsroom) -> dict[tuple[int, int], set[ChangeKind]]:
    """What must be alerted: by article and run, the kinds that have to be among those told."""
    found: dict[tuple[int, int], set[ChangeKind]] = {}
    stored = sorted(
        (one for one in archive.captures() if one.article_id is not None),
        key=lambda one: (one.article_id or 0, one.run_id or 0, one.id),
    )
    addresses = newsroom.edition.by_path.items()  # former ones too
    stories = {urls.identity(newsroom.url(outlet, path)): story for (outlet, path), story in addresses}
    for article_id, captures in groupby(stored, key=lambda one: one.article_id or 0):
        (story,) = {stories[key] for key in archive.keys_of(article_id) if key in stories}
        visits = [
            (run_id or 0, newsroom.step_at(last.capture.at))
            for run_id, each in groupby(captures, key=lambda one: one.run_id)
            if (last := list(each)[-1]).capture.outcome in LOOKS
        ]
        for run_id, kinds in walk(story, visits, newsroom.script()):
            found[article_id, run_id] = kinds
    return found


def walk(
    story: Story, visits: list[tuple[int, int]], script: tuple[Edit, ...]
) -> Iterator[tuple[int, set[ChangeKind]]]:
    """The visits at which something must be told of a story, and what."""
    (_, seen), missed, gone = visits[0], 0, False
    headlines = {at(story, seen).title}
    for run_id, step in visits:
        copy = at(story, step)
        if copy.standing in GONE:
            missed += 1
            if missed == 2:  # the first look may be an accident
                yield run_id, {ChangeKind.WITHDRAWN}
                gone = True
        elif copy.standing is Standing.LIVE:
            edits = [edit for edit in script if edit.story == story.name and seen < edit.step <= step]
            told = [edit for edit in edits if edit.verdict is Verdict.ALERT]
            # A headline on trial is an edit when it is first seen; only its return shows the trial.
            trial = any(edit.kind == "ab-headline" for edit in edits) and copy.title not in headlines
            if gone:
                yield run_id, {ChangeKind.RESTORED}
            elif (told or trial) and words(copy) != words(at(story, seen)):
                yield run_id, set(edits[0].changes) if len(edits) == 1 else set()
            headlines.add(copy.title)
            seen, missed, gone = step, 0, False


def alerted(archive: Archive, hook: Webhook) -> dict[int, dict[tuple[int, int], set[ChangeKind]]]:
    """What arrived, by watch: by article and run, the kinds told. What came twice is the same change."""
    runs = {(one.article_id, one.capture.at): one.run_id or 0 for one in archive.captures()}
    found: dict[int, dict[tuple[int, int], set[ChangeKind]]] = {1: {}, 2: {}}
    for one in {(one["watch"], one["change"]): one for one in hook.alerts}.values():
        key = one["article"], runs[one["article"], datetime.fromisoformat(one["at"])]
        assert key not in found[one["watch"]], "two changes at one visit"
        found[one["watch"]][key] = {ChangeKind(kind) for kind in one["kinds"]}
    return found


def at(story: Story, step: int) -> Copy:
    copy = story.at(step)
    assert copy is not None
    return copy


def words(copy: Copy) -> Copy:
    return replace(copy, changed=0, modified=None, standing=Standing.LIVE, design="", slug="", former=())


def test_a_month_with_kills_alerts_every_edit_that_was_seen_and_nothing_else(
    tmp_path: Path, newsroom: Newsroom, time: FileTime, hook: Webhook
) -> None:
    directory = tmp_path / "news"
    prepare(directory, newsroom, hook)
    chance = random.Random(SEED)
    fate = Fate(chance)
    newsroom.fault("*", "*", fate.at_request)
    hook.before_answering = fate.at_message
    kills = run_until_the_end(directory, time, tmp_path / "clock", fate, chance)
    assert kills >= 4
    with open_archive(directory) as archive:
        pump(archive, now=END + timedelta(days=1))  # what the last visits saw
        expected = wanted(archive, newsroom)
        told = alerted(archive, hook)
        titles = {article.id: article.title for article in archive.articles()}
        visits = len({(one.article_id, one.run_id) for one in archive.captures() if one.article_id})
        states = {run.state for run in archive.runs(limit=100_000)}
        pending = archive.stats().pending
    everything = told[1]
    lost = [(titles[key[0]], kinds) for key, kinds in expected.items() if key not in everything]
    noise = [(titles[key[0]], everything[key]) for key in everything.keys() - expected.keys()]
    assert (lost, noise) == ([], [])
    named = sum(kinds <= everything[key] for key, kinds in expected.items())
    assert named >= 0.95 * len(expected)
    withdrawn = {key for key, kinds in expected.items() if ChangeKind.WITHDRAWN in kinds}
    assert told[2].keys() == withdrawn
    assert withdrawn
    assert len(expected) >= 0.6 * sum(edit.verdict is Verdict.ALERT for edit in newsroom.script())
    assert states <= {RunState.DONE, RunState.KILLED}
    assert pending == 0

    # The first fetch of an article is none of its budget; hops, retries and what kills cost come on top.
    budget = REVISITS * len(titles)
    assert visits - len(titles) <= budget
    pages = {path for _, path in newsroom.edition.by_path if not re.search(r"/\d/$", path)}
    assert sum(visit.path in pages for visit in newsroom.requests.visits) - len(titles) <= 1.2 * budget
