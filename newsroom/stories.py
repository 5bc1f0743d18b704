"""Outlets and stories as their files describe them, and what is published at a given step.

The files in `stories/` are the data: `outlets.toml`, and one file a story with its first copy and
the edits that follow. An `Edition` is everything that is published at one step; the pages, feeds
and sitemaps are made from it and from nothing else. It is not the server, and holds no state.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from ..model import Block, Video, Way, WayKind
from .edits import Copy, Operation, Standing, apply
from .markup import read_blocks, read_video

# A copy in one of these standings is announced by feeds, sitemaps and front pages.
_ANNOUNCED = {Standing.LIVE, Standing.PAYWALLED, Standing.CONSENT, Standing.UNAVAILABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One document by which an outlet announces its stories; `section` narrows it."""

    form: str  # rss, atom, rdf, json, sitemap, news-sitemap, sitemap-index, sitemap-gz
    path: str
    section: str = ""


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """An invented outlet; `path` is the pattern of its articles' addresses."""

    slug: str
    name: str
    host: str
    language: str
    zone: str
    path: str
    template: str
    port: int = 0
    charset: str = "utf-8"
    validators: bool = False
    content_host: str = ""  # MSN: where the page's own script gets the article from
    motto: str = ""
    front: str = "/"
    feed_list: tuple[Feed, ...] = ()
    sections: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """Scheme, host and port, without a closing slash."""
        return f"http://{self.host}:{self.port}"

    @property
    def content_base(self) -> str:
        """Scheme, host and port of the content service, or nothing where there is none."""
        return f"http://{self.content_host}:{self.port}" if self.content_host else ""

    @property
    def home(self) -> str:
        return self.base + self.front

    @property
    def feeds(self) -> tuple[str, ...]:
        return tuple(self.base + f.path for f in self.feed_list if "sitemap" not in f.form)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that robots.txt names: an index, not its parts."""
        return tuple(self.base + f.path for f in self.feed_list if f.form in _ROOTS)

    @property
    def ways(self) -> tuple[Way, ...]:
        """How its articles are found, as a well-made registration would have it."""
        if self.content_host:
            return (Way(kind=WayKind.MSN, url=self.home),)
        ways = [Way(kind=WayKind.FEED, url=url) for url in self.feeds]
        ways += [Way(kind=WayKind.SITEMAP, url=url) for url in self.sitemaps]
        return tuple(ways) or (Way(kind=WayKind.FRONTPAGE, url=self.home),)

    @property
    def local(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


# MSN's addresses tell the form.
_MARKS = {"article": "ar", "video": "vi", "slideshow": "ss"}
_ROOTS = ("sitemap", "news-sitemap", "sitemap-index")


@dataclass(frozen=True, kw_only=True)
class Story:
    """A story from its first copy to its last; `age` is in minutes before the step it appears at."""

    name: str
    outlet: str
    number: str
    section: str
    first: Copy
    operations: tuple[Operation, ...] = ()
    appears: int = 0
    age: int = 7
    tags: tuple[str, ...] = ()
    form: str = "article"  # article, live, video, slideshow
    split: int = 0  # blocks to a container, where the page is built of several
    hero: str = ""  # a `!video` line that heads the page
    page: int = 0  # blocks to a page, where the story is published in several

    @cached_property
    def copies(self) -> Mapping[int, Copy]:
        """The copy after each step at which something was done to it."""
        copies, copy = {self.appears: self.first}, self.first
        for op in sorted(self.operations, key=lambda op: op.step):
            try:
                copy = apply(copy, op)
            except ValueError as error:
                raise ValueError(f"stories/{self.name}.toml, step {op.step}, {op.kind}: {error}") from error
            copies[op.step] = copy
        return copies

    def at(self, step: int) -> Copy | None:
        """The copy that stands at `step`, or None before the story appears."""
        past = [at for at in self.copies if at <= step]
        return self.copies[max(past)] if past else None


@dataclass(frozen=True, kw_only=True)
class Edition:
    """All that is published at one step, with the times and addresses that it has there."""

    step: int
    instant: Callable[[int], datetime]
    outlets: tuple[Outlet, ...]
    stories: tuple[Story, ...]

    @cached_property
    def copies(self) -> Mapping[str, Copy]:
        """The copy of each story that has appeared, by the story's name."""
        return {s.name: copy for s in self.stories if (copy := s.at(self.step)) is not None}

    @cached_property
    def by_path(self) -> Mapping[tuple[str, str], Story]:
        """Stories by outlet and path, former paths and further pages included."""
        found = {}
        for story in self.stories:
            if copy := self.copies.get(story.name):
                for slug in (*copy.former, copy.slug):
                    for number in range(1, self.pages(story) + 1):
                        found[story.outlet, self.path(story, slug, number)] = story
        return found

    def outlet(self, slug: str) -> Outlet:
        return next(outlet for outlet in self.outlets if outlet.slug == slug)

    def path(self, story: Story, slug: str, page: int = 1) -> str:
        day = self.instant(0)  # one day for all, so that an address never depends on the clock
        first = self.outlet(story.outlet).path.format(
            section=story.section, slug=slug, number=story.number, day=day, mark=_MARKS.get(story.form, "ar")
        )
        return first if page == 1 else f"{first.rstrip('/')}/{page}/"

    def pages(self, story: Story) -> int:
        """How many pages the story is published in at this step."""
        return -(-len(self.copies[story.name].body) // story.page) if story.page else 1

    def url(self, story: Story) -> str:
        """The address at which the story stands at this step."""
        return self.outlet(story.outlet).base + self.path(story, self.copies[story.name].slug)

    def published(self, story: Story) -> datetime:
        local = self.outlet(story.outlet).local
        return (self.instant(story.appears) - timedelta(minutes=story.age)).astimezone(local)

    def modified(self, story: Story) -> datetime:
        """The date of the last edit that the outlet owns up to."""
        step = self.copies[story.name].modified
        if step is None:
            return self.published(story)
        return self.instant(step).astimezone(self.outlet(story.outlet).local)

    def running(self, outlet: Outlet, section: str = "") -> list[Story]:
        """The stories that `outlet` announces, the newest first."""
        found = [
            story
            for story in self.stories
            if story.outlet == outlet.slug
            and (copy := self.copies.get(story.name)) is not None
            and copy.standing in _ANNOUNCED
            and section in ("", story.section)
        ]
        return sorted(found, key=lambda story: (self.published(story), story.name), reverse=True)

    def blocks(self, story: Story) -> tuple[Block, ...]:
        """The story's body at this step: what an extractor must find."""
        outlet = self.outlet(story.outlet)
        raw = self.copies[story.name].body
        return read_blocks(raw, outlet.base, lambda step: self.instant(step).astimezone(outlet.local))

    def hero(self, story: Story) -> Video | None:
        """The video at the head of the page, if there is one."""
        return read_video(story.hero, self.outlet(story.outlet).base, "hero") if story.hero else None


def load_outlets() -> tuple[Outlet, ...]:
    """The outlets in the order of their file."""
    rows = tomllib.loads(_file("outlets.toml"))["outlet"]
    return tuple(Outlet(feed_list=tuple(Feed(**f) for f in row.pop("feed", [])), **row) for row in rows)


@cache
def load_stories() -> tuple[Story, ...]:
    """All stories, sorted by name."""
    return tuple(_story(name, tomllib.loads(_file(f"{name}.toml"))) for name in sorted(_names()))


def _story(name: str, row: dict[str, Any]) -> Story:
    edits = [
        {**edit, "changes": tuple(edit["changes"])} if "changes" in edit else edit
        for edit in row.pop("edit", [])
    ]
    body = row.pop("body", "").strip()
    first = Copy(
        title=row.pop("title"),
        slug=row.pop("slug"),
        standfirst=row.pop("standfirst", ""),
        authors=tuple(row.pop("authors", [])),
        image=row.pop("image", ""),
        standing=Standing(row.pop("standing", "live")),
        body=tuple(body.split("\n\n")) if body else (),
        changed=row.get("appears", 0),
    )
    return Story(
        name=name,
        first=first,
        tags=tuple(row.pop("tags", [])),
        operations=tuple(Operation(**edit) for edit in edits),
        **row,
    )


def _names() -> Iterator[str]:
    for entry in (resources.files(__package__) / "stories").iterdir():
        if entry.name.endswith(".toml") and entry.name != "outlets.toml":
            yield entry.name.removesuffix(".toml")


def _file(name: str) -> str:
    return (resources.files(__package__) / "stories" / name).read_text("utf-8")
