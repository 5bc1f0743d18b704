"""What is written through the API: watches, sources and their schedules; each asks for a key with a scope."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ... import schedule as when
from ...alerts import new_watch
from ...crawler.sources import MAX_DELAY, read_definition
from ...errors import FixInput
from ...model import ChangeKind, Schedule
from ...storage import Scope
from ..access import need
from ..room import Now, OfArchive
from .operating import Watching, shape_of
from .route import Tagged
from .shapes import Id, Slug, SourceShape, Text, WatchShape

router = APIRouter(route_class=Tagged)
Registering = Depends(need(Scope.SOURCES))
Running = Depends(need(Scope.RUNS))


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewWatch(_Asked):
    """What to watch: at least one of url, source, section and query; those given hold together."""

    url: Text | None = None
    source: Text | None = None
    section: Text | None = None
    query: Text | None = None
    kinds: list[ChangeKind] = []
    min_weight: float = Field(0.0, ge=0, le=1)
    only_added: bool = False
    persist: int = Field(0, ge=0, le=100)
    quiet: Annotated[
        Text | None, Field(description="Hours as `22:00-07:00`, or `none`; null: as the archive has it.")
    ] = None
    zone: Annotated[Text | None, Field(description="Time zone of its quiet hours and digests.")] = None
    rate: Annotated[int | None, Field(ge=1, le=10_000, description="Messages an hour to a channel.")] = None
    channels: list[Text] = Field(min_length=1, max_length=20, description="Where alerts go, as for `--to`.")


class Mute(_Asked):
    """Until when nothing is sent."""

    until: AwareDatetime


class NewSource(_Asked):
    """A source, as a file of sources has it; its ways are not looked for."""

    home: Text
    name: Text | None = None
    slug: Text | None = None
    feeds: list[Text] = []
    sitemaps: list[Text] = []
    pages: list[Text] = []
    tags: list[Text] = []
    language: Text | None = None
    delay: float | None = Field(None, ge=0, le=MAX_DELAY)


class SourceChange(_Asked):
    """What is to be changed; what is left out stays."""

    name: Annotated[Text, Field(min_length=1, max_length=200)] | None = None
    tags: list[Text] | None = None
    delay: float | None = Field(None, ge=0, le=MAX_DELAY)
    paused: bool | None = None


class NewSchedule(_Asked):
    """When to crawl: every so often, or by a cron line in a time zone."""

    every: Annotated[Text | None, Field(description="A span: `15m`, `1h30m`, `2d`.")] = None
    cron: Text | None = None
    jitter: Text = "0s"
    zone: Text = "UTC"


class ScheduleShape(BaseModel):
    """When a source is crawled; spans in seconds."""

    every: float | None
    cron: str | None
    jitter: float
    zone: str
    paused: bool
    next_at: datetime

    @classmethod
    def of(cls, one: Schedule) -> ScheduleShape:
        return cls(
            every=one.every.total_seconds() if one.every else None,
            cron=one.cron,
            jitter=one.jitter.total_seconds(),
            zone=one.zone,
            paused=one.paused,
            next_at=one.next_at,
        )


# ------------------------------------------------------------------ watches


@router.post("/watches", tags=["watches"], status_code=201, dependencies=[Watching])
def add_watch(
    request: Request, response: Response, archive: OfArchive, now: Now, asked: NewWatch
) -> WatchShape:
    """Watch for changes. Asks for the scope `watches`."""
    fields = asked.model_dump(exclude={"channels"}) | {"kinds": [kind.value for kind in asked.kinds]}
    watch = archive.add_watch(new_watch(archive, **fields, addresses=asked.channels, files=False), now=now)
    response.headers["Location"] = f"{request.url.path}/{watch.id}"
    return shape_of(watch)


@router.post("/watches/{watch_id}/mute", tags=["watches"], dependencies=[Watching])
def mute_watch(archive: OfArchive, watch_id: Id, asked: Mute) -> WatchShape:
    """Send nothing for a watch until then, what is on its way included. Asks for the scope `watches`."""
    return shape_of(archive.mute_watch(watch_id, asked.until))


@router.post("/watches/{watch_id}/unmute", tags=["watches"], dependencies=[Watching])
def unmute_watch(archive: OfArchive, watch_id: Id) -> WatchShape:
    """Send again for a watch. Asks for the scope `watches`."""
    return shape_of(archive.mute_watch(watch_id, None))


@router.delete("/watches/{watch_id}", tags=["watches"], status_code=204, dependencies=[Watching])
def remove_watch(archive: OfArchive, now: Now, watch_id: Id) -> None:
    """Take a watch off; its alerts stay. Asks for the scope `watches`."""
    archive.remove_watch(watch_id, now=now)


# ------------------------------------------------------------------ sources


@router.post("/sources", tags=["sources"], status_code=201, dependencies=[Registering])
def add_source(request: Request, response: Response, archive: OfArchive, asked: NewSource) -> SourceShape:
    """Register a source. Asks for the scope `sources`."""
    table = {name: value for name, value in asked.model_dump().items() if value not in (None, [])}
    source = archive.add_source(read_definition(table, [one.slug for one in archive.sources()]))
    response.headers["Location"] = f"{request.url.path}/{source.slug}"
    return SourceShape.of(source)


@router.patch("/sources/{slug}", tags=["sources"], dependencies=[Registering])
def change_source(archive: OfArchive, slug: Slug, asked: SourceChange) -> SourceShape:
    """Change a source, pause it, let it go on. Asks for the scope `sources`."""
    fields: dict[str, Any] = asked.model_dump(exclude_unset=True)
    if any(value is None for name, value in fields.items() if name != "delay"):
        raise FixInput("only delay may be null, for the archive's own; leave out what is to stay")
    if "tags" in fields:
        fields["tags"] = tuple(dict.fromkeys(fields["tags"]))
    return SourceShape.of(archive.update_source(slug, **fields))


@router.delete("/sources/{slug}", tags=["sources"], status_code=204, dependencies=[Registering])
def remove_source(archive: OfArchive, slug: Slug) -> None:
    """Take a source off the register; its articles stay. Asks for the scope `sources`."""
    archive.remove_source(slug)


@router.put("/sources/{slug}/schedule", tags=["sources"], dependencies=[Registering])
def set_schedule(archive: OfArchive, now: Now, slug: Slug, asked: NewSchedule) -> ScheduleShape:
    """Crawl a source by itself, in place of any schedule it has. Asks for the scope `sources`."""
    made = when.new_schedule(
        archive.source(slug).id,
        now=now,
        every=when.parse_span(asked.every) if asked.every is not None else None,
        cron=asked.cron,
        jitter=when.parse_span(asked.jitter) if asked.jitter != "0s" else timedelta(0),
        zone=asked.zone,
    )
    archive.save_schedule(made)
    return ScheduleShape.of(made)


@router.delete("/sources/{slug}/schedule", tags=["sources"], status_code=204, dependencies=[Registering])
def remove_schedule(archive: OfArchive, slug: Slug) -> None:
    """Take a source's schedule away, if it has one. Asks for the scope `sources`."""
    archive.remove_schedule(archive.source(slug).id)


@router.post("/sources/{slug}/run-now", tags=["sources"], status_code=202, dependencies=[Running])
def run_now(archive: OfArchive, now: Now, slug: Slug) -> ScheduleShape:
    """Have `palimpsest run` crawl a source at once. Asks for the scope `runs`, and for a schedule."""
    source = archive.source(slug)
    return ScheduleShape.of(archive.change_schedule(source.id, partial(when.asked, now=now)))
