"""`schedule`: when sources are crawled by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import click

from .. import schedule as when
from ..errors import Busy, FixInput, NotFound
from ..model import Run, Schedule, Source
from ..storage import Archive
from .common import iso, json_option, opened, print_json, short
from .tables import print_table


class Span(click.ParamType[timedelta]):
    """A span of time: `15m`, `1h30m`, `2d`."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        return value if isinstance(value, timedelta) else when.parse_span(str(value))


tag_option = click.option("--tag", help="All sources with this tag.")
sources_argument = click.argument("sources", nargs=-1, metavar="[SOURCE]...")


@click.group("schedule")
def schedule_command() -> None:
    """Say when sources are crawled by themselves; `palimpsest run` does it."""


@schedule_command.command("set")
@sources_argument
@click.option("--every", type=Span(), help="The span between two runs: 15m, 1h30m, 2d.")
@click.option("--cron", help="A cron line: minute hour day month weekday.")
@click.option("--jitter", type=Span(), default="0s", help="Put each run off by up to so much: 3m.")
@click.option("--tz", "zone", default="UTC", show_default=True, help="The cron line's time zone.")
@tag_option
@click.pass_context
def set_(
    ctx: click.Context,
    sources: tuple[str, ...],
    every: timedelta | None,
    cron: str | None,
    jitter: timedelta,
    zone: str,
    tag: str | None,
) -> None:
    """Crawl SOURCEs every so often or by a cron line, in place of any schedule they have."""
    now = datetime.now(UTC)
    with opened(ctx) as archive:
        for source in _chosen(archive, sources, tag):
            made = when.new_schedule(source.id, now=now, every=every, cron=cron, jitter=jitter, zone=zone)
            archive.save_schedule(made)
            click.echo(f"{source.slug}: {_rule(made)}, next {short(made.next_at)} UTC")
        _hint(archive)


@schedule_command.command("remove")
@sources_argument
@tag_option
@click.pass_context
def remove(ctx: click.Context, sources: tuple[str, ...], tag: str | None) -> None:
    """Take the schedules of SOURCEs away; they are crawled by hand then."""
    with opened(ctx) as archive:
        for source in _chosen(archive, sources, tag):
            had = archive.remove_schedule(source.id)
            click.echo(f"{source.slug} {'has no schedule any more' if had else 'had no schedule'}")


@schedule_command.command("pause")
@sources_argument
@tag_option
@click.pass_context
def pause(ctx: click.Context, sources: tuple[str, ...], tag: str | None) -> None:
    """Let the schedules of SOURCEs rest until they are resumed."""
    _change(ctx, sources, tag, when.paused, "is paused")


@schedule_command.command("resume")
@sources_argument
@tag_option
@click.pass_context
def resume(ctx: click.Context, sources: tuple[str, ...], tag: str | None) -> None:
    """Let the schedules of SOURCEs go on."""
    _change(ctx, sources, tag, partial(when.resumed, now=datetime.now(UTC)), "goes on")


@schedule_command.command("run-now")
@sources_argument
@tag_option
@click.pass_context
def run_now(ctx: click.Context, sources: tuple[str, ...], tag: str | None) -> None:
    """Have `palimpsest run` crawl SOURCEs at once, whether they are due or not."""
    _change(ctx, sources, tag, partial(when.asked, now=datetime.now(UTC)), "is crawled at once")
    with opened(ctx) as archive:
        _hint(archive)


@schedule_command.command("list")
@tag_option
@json_option
@click.pass_context
def list_(ctx: click.Context, tag: str | None, as_json: bool) -> None:
    """List the schedules with their next and their last run."""
    with opened(ctx) as archive:
        sources = {source.id: source for source in archive.sources(tag=tag)}
        rows = [
            (sources[one.source_id], one, next(iter(archive.runs(limit=1, source_id=one.source_id)), None))
            for one in archive.schedules()
            if one.source_id in sources
        ]
    if as_json:
        print_json([_row_json(*row) for row in rows])
        return
    print_table(
        ("source", "schedule", "next run (UTC)", "last run (UTC)", "result", "lag"),
        (
            (
                source.slug,
                _rule(one),
                "paused" if one.paused or source.paused else short(one.next_at),
                short(run.started_at) if run else "-",
                _result(one, run),
                when.told(one.lag) if one.lag is not None else "-",
            )
            for source, one, run in rows
        ),
        none="No source is crawled by schedule. Next: palimpsest schedule set --every 15m SOURCE",
    )


def _row_json(source: Source, one: Schedule, run: Run | None) -> dict[str, object]:
    return {
        "source": source.slug,
        "every": when.told(one.every) if one.every else None,
        "cron": one.cron,
        "tz": one.zone,
        "jitter": when.told(one.jitter),
        "paused": one.paused or source.paused,
        "next": iso(one.next_at),
        "last": iso(run.started_at) if run else None,
        "result": run.state.value if run else None,
        "failures": one.failures,
        "lag_seconds": one.lag.total_seconds() if one.lag is not None else None,
    }


def _rule(one: Schedule) -> str:
    rule = f"every {when.told(one.every)}" if one.every else f"cron {one.cron} ({one.zone})"
    return rule + (f", up to {when.told(one.jitter)} later" if one.jitter else "")


def _result(one: Schedule, run: Run | None) -> str:
    if run is None:
        return "-"
    return f"{run.state.value}, {one.failures} failed in a row" if one.failures else run.state.value


def _change(
    ctx: click.Context,
    slugs: Sequence[str],
    tag: str | None,
    alter: Callable[[Schedule], Schedule],
    outcome: str,
) -> None:
    with opened(ctx) as archive:
        for source in _chosen(archive, slugs, tag):
            try:
                archive.change_schedule(source.id, alter)
            except NotFound:
                raise NotFound(
                    f"{source.slug} has no schedule; `palimpsest schedule set` gives it one"
                ) from None
            click.echo(f"{source.slug} {outcome}")


def _chosen(archive: Archive, slugs: Sequence[str], tag: str | None) -> list[Source]:
    """The sources that a command names, by slug or by tag."""
    if bool(slugs) == (tag is not None):
        raise FixInput("name sources, or choose them with --tag")
    chosen = [archive.source(slug) for slug in slugs] if slugs else list(archive.sources(tag=tag))
    if not chosen:
        raise FixInput(f"no source has the tag {tag!r}; `palimpsest source list` shows them")
    return chosen


def _hint(archive: Archive) -> None:
    """Say on stderr that nobody keeps the schedules, where nobody does."""
    try:
        with archive.lock_keeping():
            click.echo("Nobody keeps the schedules yet: palimpsest run", err=True)
    except Busy:
        return
