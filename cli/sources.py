"""`source`: the register of news outlets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from ..crawler import urls
from ..errors import BadSource
from ..model import Source, Way, WayKind
from .common import iso, json_option, opened, print_json, say, short
from .registering import look_at, probe, register, rows_of
from .rendering import as_markdown, print_markdown
from .tables import NO_SOURCE, print_table


@click.group("source")
def source_command() -> None:
    """Register news outlets and say how their articles are found."""


@source_command.command("add")
@click.argument("url")
@click.option("--name", help="The outlet's name; taken from its feed or page otherwise.")
@click.option("--slug", help="The short name to type; made from the address otherwise.")
@click.option("--tag", "tags", multiple=True, help="A tag, repeatable.")
@click.option("--delay", type=click.FloatRange(min=0), help="Least seconds between two requests.")
@click.option(
    "--feed", "feeds", multiple=True, help="A feed's address, repeatable; nothing is searched for then."
)
@click.option("--sitemap", "sitemaps", multiple=True, help="A sitemap's address, repeatable.")
@click.option(
    "--page", "pages", multiple=True, help="A front page or section to read links from, repeatable."
)
@click.option("--list", "articles", multiple=True, help="An article's own address, repeatable.")
@json_option
@click.pass_context
def add(
    ctx: click.Context,
    url: str,
    name: str | None,
    slug: str | None,
    tags: tuple[str, ...],
    delay: float | None,
    feeds: tuple[str, ...],
    sitemaps: tuple[str, ...],
    pages: tuple[str, ...],
    articles: tuple[str, ...],
    as_json: bool,
) -> None:
    """Add the outlet at URL; its feeds, news sitemaps and front page are found by themselves."""
    home = urls.fetchable(url)
    given = [
        Way(kind=kind, url=urls.fetchable(address))
        for kind, addresses in (
            (WayKind.FEED, feeds),
            (WayKind.SITEMAP, sitemaps),
            (WayKind.FRONTPAGE, pages),
            (WayKind.LIST, articles),
        )
        for address in addresses
    ]
    with opened(ctx) as archive:
        source = register(archive, home, name=name, slug=slug, tags=tags, delay=delay, ways=tuple(given))
    if as_json:
        print_json(source_json(source))
        return
    say(f"{source.slug}: {source.name}")
    for way in source.ways:
        say(f"  {way.kind.value:<9} {way.url}")
    say(f"Next: palimpsest crawl {source.slug}", err=True)


@source_command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Look at each and say what it is, and add none.")
@click.option("--tag", "tags", multiple=True, help="A tag for all of them, repeatable.")
@json_option
@click.pass_context
def import_(ctx: click.Context, file: Path, dry_run: bool, tags: tuple[str, ...], as_json: bool) -> None:
    """Add the sources in FILE: OPML, TOML, or one URL a line.

    Each row is looked at and told of: new, duplicate, dead, forbidden, or bad.
    """
    rows = rows_of(file)
    out = []
    with opened(ctx) as archive:
        for row in rows:
            verdict, detail, source = look_at(archive, row)
            if source is not None and verdict == "new" and not dry_run:
                merged = tuple(dict.fromkeys((*source.tags, *tags)))
                source = archive.add_source(replace(source, tags=merged, added_at=datetime.now(UTC)))
            name = source.slug if source else ""
            out.append({"line": row.line, "verdict": verdict, "source": name, "detail": detail})
            if not as_json:
                say(f"{file}:{row.line}: {verdict:<9} {' '.join(part for part in (name, detail) if part)}")
    if as_json:
        print_json(out)
    added = sum(entry["verdict"] == "new" for entry in out)
    say(f"{added} of {len(out)} {'would be added' if dry_run else 'added'}", err=True)
    if any(entry["verdict"] == "bad" for entry in out):
        raise BadSource(f"some rows of {file} do not hold; the lines above say which and why")


@source_command.command("list")
@click.option("--tag", help="Only those with this tag.")
@json_option
@click.pass_context
def list_(ctx: click.Context, tag: str | None, as_json: bool) -> None:
    """List the sources."""
    with opened(ctx) as archive:
        sources = archive.sources(tag=tag)
        pending = {source.slug: archive.pending(source.id) for source in sources}
    if as_json:
        print_json([{**source_json(source), "pending": pending[source.slug]} for source in sources])
        return
    rows = []
    for source in sources:
        looked = max((way.checked_at for way in source.ways if way.checked_at), default=None)
        ways = ", ".join(dict.fromkeys(way.kind.value for way in source.ways))
        state = " (paused)" if source.paused else ""
        waiting = str(pending[source.slug])
        rows.append((source.slug + state, source.name, ways, waiting, short(looked), ", ".join(source.tags)))
    print_table(
        ("source", "name", "found by", "pending", "last looked at (UTC)", "tags"),
        rows,
        none=f"No source has the tag {tag}." if tag else NO_SOURCE,
        right=("pending",),
    )


@source_command.command("show")
@click.argument("source")
@json_option
@click.pass_context
def show(ctx: click.Context, source: str, as_json: bool) -> None:
    """Show one source: its ways, its settings, its last runs."""
    with opened(ctx) as archive:
        found = archive.source(source)
        runs = archive.runs(limit=5, source_id=found.id)
        pending = archive.pending(found.id)
    if as_json:
        rows = [
            {
                "why": r.why,
                "state": r.state.value,
                "started": iso(r.started_at),
                "counts": dict(r.counts),
                "errors": r.errors,
            }
            for r in runs
        ]
        print_json({**source_json(found), "pending": pending, "runs": rows})
        return
    say(f"{found.slug}: {found.name}{' (paused)' if found.paused else ''}")
    say(f"home      {found.home}")
    for way in found.ways:
        say(f"{way.kind.value:<9} {way.url}  looked at {short(way.checked_at)}")
    if found.delay is not None:
        say(f"delay     {found.delay:g} s")
    say(f"pending   {pending}")
    for run in runs:
        counts = ", ".join(f"{value} {name}" for name, value in run.counts)
        say(f"run       {short(run.started_at)} {run.state.value}: {counts or 'nothing'}")
        for error in run.errors[:5]:
            say(f"          {error}")


@source_command.command("test")
@click.argument("source", metavar="SOURCE|URL")
@json_option
@click.pass_context
def test(ctx: click.Context, source: str, as_json: bool) -> None:
    """Fetch, show what was found and three articles as they would be read. Nothing is stored."""
    with opened(ctx) as archive:
        known = next((old for old in archive.sources() if old.slug == source), None)
        found = probe(archive, known.home if known else urls.fetchable(source), samples=3)
    if as_json:
        print_json(
            {
                "url": found.url,
                "title": found.title,
                "ways": [{"kind": way.kind.value, "url": way.url} for way in found.ways],
                "articles": [
                    {"url": page.url, "title": page.title, "text": page.text} for page in found.samples
                ],
                "problems": [str(problem) for problem in found.problems],
            }
        )
        return
    say(found.title or found.url)
    for candidate in found.found:
        mark = "*" if candidate.way in found.ways else " "
        say(f"{mark} {candidate.way.kind.value:<9} {len(candidate.leads):>4} articles  {candidate.way.url}")
    for problem in found.problems:
        say(f"! {problem}", err=True)
    for page in found.samples:
        say(f"\n--- {page.url}\n")
        print_markdown(as_markdown(page))


@source_command.command("pause")
@click.argument("sources", nargs=-1, required=True)
@click.pass_context
def pause(ctx: click.Context, sources: tuple[str, ...]) -> None:
    """Leave sources out of `crawl` until they are resumed."""
    _set_paused(ctx, sources, True)


@source_command.command("resume")
@click.argument("sources", nargs=-1, required=True)
@click.pass_context
def resume(ctx: click.Context, sources: tuple[str, ...]) -> None:
    """Crawl paused sources again."""
    _set_paused(ctx, sources, False)


@source_command.command("remove")
@click.argument("source")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def remove(ctx: click.Context, source: str, yes: bool) -> None:
    """Take a source off the register. What was archived of it stays."""
    with opened(ctx) as archive:
        archive.source(source)
        if not yes:
            click.confirm(f"Take {source} off the register? Its articles stay.", abort=True, err=True)
        archive.remove_source(source)
    say(f"{source} is off the register; its articles stay in the archive.")


def source_json(source: Source) -> dict[str, object]:
    return {
        "slug": source.slug,
        "name": source.name,
        "home": source.home,
        "language": source.language,
        "tags": source.tags,
        "delay": source.delay,
        "paused": source.paused,
        "added": iso(source.added_at),
        "ways": [{"kind": w.kind.value, "url": w.url, "checked": iso(w.checked_at)} for w in source.ways],
    }


def _set_paused(ctx: click.Context, slugs: tuple[str, ...], paused: bool) -> None:
    with opened(ctx) as archive:
        for slug in slugs:
            archive.update_source(slug, paused=paused)
            say(f"{slug} is {'paused' if paused else 'crawled again'}")
