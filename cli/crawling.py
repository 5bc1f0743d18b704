"""`crawl` and `archive`: fetch what is due, or single pages."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import datetime

import click

from ..crawler.context import Options
from ..crawler.learning import learn_if_due
from ..crawler.msn import is_msn
from ..crawler.run import Report, archive_urls, run_crawl
from ..crawler.urls import fetchable
from ..errors import FixInput
from ..health import came_to_nothing
from ..model import RunState
from .common import When, json_option, opened, print_json
from .progress import progress


@click.command("crawl")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--tag", help="Crawl the sources with this tag.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many articles for each source.")
@click.option("--since", type=When(), help="Leave out articles published before: 2026-10-15, 2d, 6h.")
@click.option("--again", is_flag=True, help="Look at every known article again, due or not.")
@click.option("--dry-run", is_flag=True, help="Print what would be fetched, and fetch none of it.")
@json_option
@click.pass_context
def crawl_command(
    ctx: click.Context,
    sources: tuple[str, ...],
    tag: str | None,
    limit: int | None,
    since: datetime | None,
    again: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Find new articles of the named sources (all, if none is named), fetch them, and revisit those due."""
    with opened(ctx) as archive:
        named = [archive.source(slug) for slug in sources]
        chosen = named or [source for source in archive.sources(tag=tag) if not source.paused]
        if not chosen:
            raise FixInput("there is no source to crawl; add one with: palimpsest source add URL")
        options = Options(limit=limit, since=since, again=again, dry_run=dry_run)
        with progress(chosen, print_links=dry_run) as listener:
            reports = run_crawl(archive, chosen, options=options, listener=listener)
        if not dry_run and all(report.state is not RunState.STOPPED for report in reports):
            learn_if_due(archive)  # where nothing runs all day, this is the time for it
    finish(reports, as_json, dry_run=dry_run)


@click.command("archive")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@json_option
@click.pass_context
def archive_command(ctx: click.Context, urls: tuple[str, ...], as_json: bool) -> None:
    """Archive single pages now, whether they are due or not."""
    by_spider: dict[str, list[str]] = defaultdict(list)
    for url in map(fetchable, urls):
        by_spider["msn-list" if is_msn(url) else "list"].append(url)
    with opened(ctx) as archive, progress([], print_links=False) as listener:
        report = archive_urls(archive, by_spider, listener=listener)
    finish((report,), as_json)
    if not any(number for name, number in report.counts if name in DONE):
        sys.exit(1)  # a script has to know that none of its pages was archived


def finish(reports: tuple[Report, ...], as_json: bool, *, dry_run: bool = False) -> None:
    """Print what came of a crawl and leave with its exit code."""
    totals: Counter[str] = Counter()
    for report in reports:
        totals.update(dict(report.counts))
    if as_json:
        rows = [{**asdict(report), "counts": dict(report.counts)} for report in reports]
        print_json({"sources": rows, "totals": dict(totals)})
    elif not dry_run:
        click.echo(summary(totals))
    states = {report.state for report in reports}
    if RunState.STOPPED in states:
        sys.exit(130)
    if states == {RunState.FAILED} or came_to_nothing(RunState.DONE, totals):
        sys.exit(1)


DONE = ("new", "changed", "restored", "unchanged", "moved", "waiting", "gone", "still-gone")
BAD = ("missing", "degraded", "no-article", "forbidden", "refused", "failed", "put-off", "problems")


def summary(totals: Counter[str]) -> str:
    """One line: `12 new, 3 changed, 40 unchanged, 1 gone; 2 failed`."""
    done = [f"{totals[name]} {name}" for name in DONE if totals[name]]
    bad = [f"{totals[name]} {name}" for name in BAD if totals[name]]
    return "; ".join(part for part in (", ".join(done) or "nothing new", ", ".join(bad)) if part)
