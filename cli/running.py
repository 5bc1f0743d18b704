"""`run`, `runs` and `health`: the process that keeps the schedules, what it did, and how sources fare."""

from __future__ import annotations

import sys
from contextlib import ExitStack, suppress
from datetime import UTC, datetime

import click
from rich.text import Text

from ..checkup import verdicts
from ..fixity import summary
from ..model import HealthState
from .common import clean, iso, json_option, opened, print_json, short
from .ending import told_to_end
from .serving import host_option, port_option, reading_room
from .tables import NO_SOURCE, print_table

GOOD = (HealthState.OK, HealthState.PAUSED)
STYLES = {HealthState.OK: "green", HealthState.PAUSED: "dim"}


@click.command("run")
@click.option("--serve", "with_room", is_flag=True, help="Open the reading room too (as `serve`).")
@host_option
@port_option
@click.pass_context
def run_command(ctx: click.Context, with_room: bool, host: str, port: int) -> None:
    """Keep the schedules: crawl what is due and look again at articles, until stopped.

    SIGTERM or Ctrl-C finishes what is in hand and ends with exit code 0; a second one ends at once.
    """
    # Imported here: it brings the crawler with it, which no other command of this module needs.
    from ..service import serve

    def tell(line: str) -> None:
        with suppress(OSError):  # a log on a full disk, or whose reader is gone, ends nothing else
            click.echo(f"{iso(datetime.now(UTC))} {clean(line)}", err=True)

    stop = told_to_end()
    with opened(ctx) as archive, ExitStack() as held:
        if with_room:
            held.enter_context(reading_room(archive, host, port))
        serve(archive, stop, tell=tell)


@click.command("runs")
@click.option("--source", help="Only the runs of this source.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many.")
@json_option
@click.pass_context
def runs_command(ctx: click.Context, source: str | None, limit: int, as_json: bool) -> None:
    """List the latest runs: when, why, what came of them."""
    with opened(ctx) as archive:
        slugs = {one.id: one.slug for one in archive.sources()}
        source_id = archive.source(source).id if source else None
        runs = archive.runs(limit=limit, source_id=source_id)
    if as_json:
        print_json(
            [
                {
                    "id": run.id,
                    "source": slugs.get(run.source_id or 0),
                    "why": run.why,
                    "state": run.state.value,
                    "started": iso(run.started_at),
                    "ended": iso(run.ended_at) or None,
                    "counts": dict(run.counts),
                    "errors": run.errors,
                }
                for run in runs
            ]
        )
        return
    rows = (
        (
            str(run.id),
            slugs.get(run.source_id or 0, "-"),
            short(run.started_at),
            f"{(run.ended_at - run.started_at).total_seconds():.0f} s" if run.ended_at else "-",
            run.why,
            run.state.value,
            ", ".join(f"{value} {name}" for name, value in run.counts),
        )
        for run in runs
    )
    print_table(
        ("run", "source", "started (UTC)", "took", "why", "state", "counts"),
        rows,
        none="Nothing was crawled yet. Next: palimpsest crawl, or palimpsest schedule set --every 15m",
    )


@click.command("health")
@json_option
@click.pass_context
def health_command(ctx: click.Context, as_json: bool) -> None:
    """Say how each source fares: ok, late, failing, blocked, empty or paused, why, and since when.

    The exit code is 1 when a source is late, failing, blocked or empty, or when the last check of the
    archive (`verify`) found damage.
    """
    now = datetime.now(UTC)
    with opened(ctx) as archive:
        archive.bury_runs(now=now)  # a run whose process died must not pass for one at work
        found = verdicts(archive, now)
        check = archive.last_check()
    if as_json:
        print_json(
            [
                {
                    "source": source.slug,
                    "state": one.state.value,
                    "reason": one.reason,
                    "since": iso(one.since),
                }
                for source, one in found
            ]
        )
    else:
        print_table(
            ("source", "state", "since (UTC)", "reason"),
            (
                (
                    source.slug,
                    Text(one.state.value, style=STYLES.get(one.state, "red")),
                    short(one.since),
                    one.reason,
                )
                for source, one in found
            ),
            none=NO_SOURCE,
        )
    damaged = check is not None and not check.found.is_sound
    if check is not None and damaged:
        said = f"{summary(check.found)} ({short(check.at)} UTC)"
        click.echo(f"The archive itself: {said}; `palimpsest verify --last` names it", err=True)
    if damaged or any(one.state not in GOOD for _, one in found):
        sys.exit(1)
