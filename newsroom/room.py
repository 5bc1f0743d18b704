"""The newsroom: invented outlets on one loopback port, at one step of their script.

::

    with Newsroom() as news:
        settings = Settings(fetch={"resolve": news.resolve, "allow": news.allow, "delay": 0})
        ...crawl news.outlets...
        news.advance()

What is published depends on the step alone. Faults stand in the way of single addresses.
"""

from __future__ import annotations

import math
import random
import socket
import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Final, Self

from ..model import Block
from .desk import respond
from .edits import Copy
from .faults import Fault, serve
from .pages import plain_page
from .script import Edit, script
from .stories import Edition, Outlet, Story, load_outlets, load_stories
from .wire import Answer, Exchange, Log, Server, Visit

START: Final = datetime(2026, 10, 15, 6, 0, tzinfo=UTC)
LAST_STEP: Final = 5


class Newsroom:
    """Serves all outlets on 127.0.0.1; a context manager.

    Args:
        port: 0 for any free one.
        start: The time of step 0.
        pace: The time between two steps; None takes the hour at which a step is really reached
            (rounded up to the second), so that dates agree with the clock of whoever crawls.
        step: The step to begin with.
        instants: The time of each step, in place of `start` and `pace`.
        clock: Publish what stands by this clock at each request; it needs `instants`.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        start: datetime = START,
        pace: timedelta | None = timedelta(hours=1),
        step: int = 0,
        instants: Sequence[datetime] = (),
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        for story in load_stories():
            assert story.copies  # a script that does not fit is told before a port is taken
        self._pace = None if instants else pace
        self._instants = list(instants) or [_now() if pace is None else start]
        self._clock = clock
        self._faults: list[tuple[str, str, Fault]] = []
        self._lock = threading.Lock()
        self._served = 0
        self.requests = Log()
        self._server = Server(port, self._serve, self.requests)
        self.port = self._server.port
        self.outlets: tuple[Outlet, ...] = tuple(replace(outlet, port=self.port) for outlet in load_outlets())
        self.at(step)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        if self._server.errors and error is None:
            raise self._server.errors[0]

    # ------------------------------------------------------------ addresses

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host name that is served, content hosts included."""
        return tuple(h for outlet in self.outlets for h in (outlet.host, outlet.content_host) if h)

    @property
    def resolve(self) -> dict[str, str]:
        """For `settings.fetch.resolve`."""
        return dict.fromkeys(self.hosts, "127.0.0.1")

    @property
    def allow(self) -> tuple[str, ...]:
        """For `settings.fetch.allow`."""
        return tuple(f"{host}:{self.port}" for host in self.hosts)

    @property
    def content(self) -> str:
        """For `settings.msn.content`."""
        return next(outlet.content_base for outlet in self.outlets if outlet.content_host)

    def outlet(self, slug: str) -> Outlet:
        return self.edition.outlet(slug)

    def url(self, outlet: str, path: str = "/") -> str:
        """The address of `path` at the outlet of that slug."""
        return self.outlet(outlet).base + path

    # ---------------------------------------------------------------- steps

    @property
    def step(self) -> int:
        return self.edition.step

    def advance(self, n: int = 1) -> int:
        """Go `n` steps on; the new step."""
        return self.at(self.step + n)

    def at(self, step: int) -> int:
        """Publish what stands at `step`, which may lie before the present one."""
        while self._pace is None and len(self._instants) <= step:
            self._instants.append(max(_now(), self._instants[-1] + timedelta(seconds=1)))
        self.edition = Edition(step=step, instant=self.instant, outlets=self.outlets, stories=load_stories())
        return step

    def instant(self, step: int) -> datetime:
        """The time of a step (UTC)."""
        if self._pace is None and step < len(self._instants):
            return self._instants[step]
        last = 0 if self._pace is not None else len(self._instants) - 1
        return self._instants[last] + (step - last) * (self._pace or timedelta(hours=1))

    def step_at(self, now: datetime) -> int:
        """The step that is reached at a time; steps not reached yet have none, but for given `instants`."""
        return max(0, bisect_right(self._instants, now) - 1)

    # ---------------------------------------------------------------- truth

    def script(self) -> tuple[Edit, ...]:
        """Every scripted edit, by step and story."""
        return script(self.edition)

    def articles(self, outlet: str = "") -> tuple[str, ...]:
        """The addresses of all stories announced at this step."""
        chosen = [o for o in self.outlets if outlet in ("", o.slug)]
        return tuple(self.edition.url(story) for o in chosen for story in self.edition.running(o))

    def story(self, name_or_url: str) -> Story:
        """The story of that name (its file's) or at that address."""
        for story in self.edition.stories:
            if story.name == name_or_url:
                return story
            if story.name in self.edition.copies and self.edition.url(story) == name_or_url:
                return story
        raise KeyError(name_or_url)

    def copy(self, name_or_url: str) -> Copy:
        """The text of a story as it stands at this step."""
        return self.edition.copies[self.story(name_or_url).name]

    def blocks(self, name_or_url: str) -> tuple[Block, ...]:
        """The body that an extractor must find on the story's page at this step."""
        return self.edition.blocks(self.story(name_or_url))

    # --------------------------------------------------------------- faults

    def fault(self, host: str, path: str, fault: Fault) -> None:
        """Put `fault` in the way of an address from now on, before earlier ones.

        Args:
            host: An outlet's slug or a host name; `*` for all.
            path: With or without the query; `*` and `?` stand for any characters.
            fault: From `faults` or `hostile`, or any function of an exchange.
        """
        named = next((outlet.host for outlet in self.outlets if outlet.slug == host), host)
        self._faults.insert(0, (named, path, fault))

    def instead(self, kind: str) -> Fault:
        """A fault that shows a page of the outlet in an article's place, with status 200.

        Args:
            kind: `consent`, `bot_check`, `not_found` (a soft 404) or `stub` (nothing but a paywall).
        """

        def run(exchange: Exchange) -> None:
            outlet = next(outlet for outlet in self.outlets if outlet.host == exchange.visit.host)
            text = plain_page(self.edition, outlet, kind, random.Random(0))
            serve(text.encode(outlet.charset, "xmlcharrefreplace"), f"text/html; charset={outlet.charset}")(
                exchange
            )

        return run

    def heal(self) -> None:
        """Take all faults away."""
        self._faults.clear()

    # -------------------------------------------------------------- serving

    def _serve(self, visit: Visit, connection: socket.socket, closing: threading.Event) -> bool:
        with self._lock:
            self._served += 1
            chance = random.Random(self._served)
            if self._clock is not None:
                self._publish_by(self._clock())
        answer = self._answer(visit, chance)
        exchange = Exchange(visit, answer, f"http://{visit.host}:{self.port}", connection, closing)
        for host, path, fault in tuple(self._faults):
            if fnmatchcase(visit.host, host) and (
                fnmatchcase(visit.path, path) or fnmatchcase(visit.path.partition("?")[0], path)
            ):
                fault(exchange)
                return exchange.keep
        if "gzip" in (visit.header("accept-encoding") or "") and answer.body:
            answer = answer.gzipped()
        exchange.send_answer(answer)
        return True

    def _publish_by(self, now: datetime) -> None:
        step = self.step_at(now)
        if step != self.step:
            self.at(step)

    def _answer(self, visit: Visit, chance: random.Random) -> Answer:
        if visit.method not in ("GET", "HEAD"):
            return Answer(status=405, headers=(("Allow", "GET, HEAD"),))
        return respond(self.edition, visit, chance)


def _now() -> datetime:
    return datetime.fromtimestamp(math.ceil(datetime.now(UTC).timestamp()), UTC)
