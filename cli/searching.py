"""`search`: find versions by their words, as things stand or stood."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import click
from rich.text import Text

from ..storage import Hit, Order, SearchPage, Survey, Versions
from .common import When, clean, iso, json_option, opened, print_json, short
from .tables import Output

BAR = 40  # characters of the longest bar
_SPAN = {"day": 10, "month": 7, "year": 4}  # characters of a date


@click.command("search")
@click.argument("query", nargs=-1)
@click.option("--as-of", type=When(end_of_day=True), help="What was archived then: 2026-10-15, 2d, 6h.")
@click.option(
    "--versions",
    type=click.Choice([one.value for one in Versions]),
    default=Versions.LATEST.value,
    show_default=True,
    help="Each article as it stands (or stood), or every version of it.",
)
@click.option(
    "--order", type=click.Choice([one.value for one in Order]), default=Order.NEWEST.value, show_default=True
)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Hits a page.")
@click.option("--after", help="Where the page before ended; it says so.")
@click.option("--over", type=click.Choice(list(_SPAN)), help="Count hits over time and by source instead.")
@json_option
@click.pass_context
def search_command(
    ctx: click.Context,
    query: tuple[str, ...],
    as_of: datetime | None,
    versions: str,
    order: str,
    limit: int,
    after: str | None,
    over: str | None,
    as_json: bool,
) -> None:
    """Find articles by their words; without words, all of them.

    Words side by side are all meant; "a phrase", OR, NOT, ( ), beginning*, word NEAR/5 word. Fields:
    title: author: section: url: source: lang: has:video has:image has:paywall edited:yes kind:number
    published:2026-10 seen:2026-10-01..2026-10-15 removed:"carbon tax" added:"levy".
    """
    words = " ".join(query)
    with opened(ctx) as archive:
        if over:
            survey = archive.survey(words, as_of=as_of, versions=versions)
            _print_survey(survey, _SPAN[over], as_json)
            return
        page = archive.search(words, as_of=as_of, versions=versions, order=order, limit=limit, after=after)
    if as_json:
        print_json(_page_json(page))
        return
    console = Output()
    for hit in page.hits:
        console.print(_lines(hit), soft_wrap=True)
    _print_end(page)


def _lines(hit: Hit) -> Text:
    lines = Text(clean(hit.title) or "(no headline)", style="bold")
    about = f"{hit.source or '-'} · {short(hit.first_seen)} · version {hit.number}, {hit.public_id}"
    lines.append(f"\n  {about}\n  {clean(hit.url)}\n  ", style="not bold")
    for part, marked in hit.snippet:
        lines.append(clean(part), style="bold yellow" if marked else "not bold dim")
    return lines.append("\n")


def _print_end(page: SearchPage) -> None:
    """How many there are and how to go on; on stderr, for it is no data."""
    assert page.found is not None  # it was asked for
    about = "" if page.found.exact else "about "
    noun = "version" if page.found.count == 1 else "versions"
    ranked = f", ranked among the newest {page.ranked_within}" if page.ranked_within else ""
    click.echo(f"{about}{page.found.count} {noun} found{ranked}", err=True)
    if page.after:
        click.echo(f"more: the same with --after {page.after}", err=True)


def _page_json(page: SearchPage) -> dict[str, Any]:
    assert page.found is not None
    return {
        "count": page.found.count,
        "exact": page.found.exact,
        "ranked_within": page.ranked_within,
        "after": page.after,
        "hits": [
            {
                "version": hit.public_id,
                "article": hit.article_id,
                "number": hit.number,
                "title": hit.title,
                "url": hit.url,
                "source": hit.source,
                "published": hit.published,
                "language": hit.language,
                "first_seen": iso(hit.first_seen),
                "last_seen": iso(hit.last_seen),
                "snippet": "".join(part for part, _ in hit.snippet),
            }
            for hit in page.hits
        ],
    }


def _print_survey(survey: Survey, width: int, as_json: bool) -> None:
    bars: Counter[str] = Counter()
    for day, count in survey.days:
        bars[day[:width]] += count
    if as_json:
        print_json(
            {
                "counted": survey.counted,
                "exact": survey.exact,
                "times": dict(bars),
                "sources": dict(survey.sources),
                "languages": dict(survey.languages),
            }
        )
        return
    for counts in (bars, dict(survey.sources), dict(survey.languages)):
        most = max(counts.values(), default=1)
        for name, count in counts.items():
            click.echo(f"{clean(name) or '-':<12} {count:>8}  {'▇' * max(1, BAR * count // most)}")
        click.echo()
    rest = "" if survey.exact else ", the newest; there are more"
    click.echo(f"{survey.counted} versions counted{rest}", err=True)
