"""`watch`: saying what one wants to hear of, and where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from ..alerts import describe, new_watch, replay
from ..alerts.channels import redacted
from ..errors import BadWatch
from . import channels
from .common import clean, iso, json_option, opened, print_json, short

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


@click.group("watch")
def watch_command() -> None:
    """Say what you want to hear of, and where to be told."""


@watch_command.command("add")
@click.argument("url", required=False)
@click.option("--source", help="Only articles of this source.")
@click.option("--section", help="Only articles of this section, as the outlet words it.")
@click.option("--query", help='Only articles with these words: climate AND "carbon tax" NOT sport*.')
@click.option("--kinds", help="Only these kinds of change: headline,number,withdrawn.")
@click.option(
    "--min-weight",
    type=click.FloatRange(0, 1),
    default=0.0,
    help="Only changes of this weight; never hides a number, quotation or negation.",
)
@click.option("--only-added", is_flag=True, help="Only what was added counts, and is searched.")
@click.option(
    "--persist",
    type=click.IntRange(0, 100),
    default=0,
    help="Only once the change still stands after that many further looks, or for two days without one.",
)
@click.option(
    "--quiet",
    help="Leave its people in peace at these hours, such as 22:00-07:00, or `none`; else alerts.quiet.",
)
@click.option(
    "--zone", help="Time zone of its quiet hours and digests, such as Europe/Paris; else alerts.zone."
)
@click.option(
    "--rate",
    type=click.IntRange(1),
    help="Messages to each channel within an hour at the most; else alerts.rate.",
)
@click.option(
    "--to",
    "addresses",
    multiple=True,
    required=True,
    help="webhook:https://…, atom:FILE, digest:daily:mailto://…, or an Apprise address; may be repeated.",
)
@click.pass_context
def add(
    ctx: click.Context,
    url: str | None,
    source: str | None,
    section: str | None,
    query: str | None,
    kinds: str | None,
    min_weight: float,
    only_added: bool,
    persist: int,
    quiet: str | None,
    zone: str | None,
    rate: int | None,
    addresses: tuple[str, ...],
) -> None:
    """Watch the article at URL, a source, a section, words, or several of these together."""
    with opened(ctx) as archive:
        asked = new_watch(
            archive,
            url=url,
            source=source,
            section=section,
            query=query,
            kinds=(kinds or "").split(","),
            min_weight=min_weight,
            only_added=only_added,
            persist=persist,
            quiet=quiet,
            zone=zone,
            rate=rate,
            addresses=addresses,
        )
        watch = archive.add_watch(asked, now=datetime.now(UTC))
    click.echo(f"watch {watch.id}: {describe(watch)}")
    for channel in watch.channels:
        click.echo(f"  to {redacted(channel.address)}")
        if channel.secret:
            click.echo(f"     signed with {channel.secret}")


@watch_command.command("list")
@click.option("--secrets", is_flag=True, help="Show addresses and keys in full.")
@json_option
@click.pass_context
def list_(ctx: click.Context, secrets: bool, as_json: bool) -> None:
    """List what is watched, and where alerts go."""
    with opened(ctx) as archive:
        watches = archive.watches()
    listed = []
    for watch in watches:
        rows = [channels.row(channel, secrets=secrets) for channel in watch.channels]
        if as_json:
            listed.append(
                {"watch": watch.id, "what": describe(watch), "muted_until": iso(watch.muted_until),
                 "quiet": watch.quiet, "zone": watch.zone, "rate": watch.rate, "channels": rows}
            )  # fmt: skip
            continue
        muted = watch.muted_until is not None and watch.muted_until > datetime.now(UTC)
        click.echo(f"{watch.id:>3}  {describe(watch)}{'  (muted)' if muted else ''}")
        for shown in rows:
            for line in channels.lines(shown):
                click.echo(f"     {line}")
    if as_json:
        print_json(listed)
    elif not watches:
        click.echo("Nothing is watched yet. Next: palimpsest watch add URL --to atom:watch.xml", err=True)


@watch_command.command("test")
@click.argument("watch_id", metavar="WATCH", type=int)
@click.option("--last", type=click.IntRange(1), default=50, show_default=True, help="How many changes.")
@json_option
@click.pass_context
def test(ctx: click.Context, watch_id: int, last: int, as_json: bool) -> None:
    """Replay past changes: which would have alerted, and why or why not. Nothing is sent."""
    with opened(ctx) as archive:
        judged = replay(archive, archive.watch(watch_id), last)
    if as_json:
        print_json(
            [
                {"change": change.id, "article": change.article_id, "at": change.at,
                 "title": change.title_after, "alerts": judgement.met, "why": judgement.why}
                for change, judgement in judged
            ]
        )  # fmt: skip
        return
    for change, judgement in judged:
        title = clean(change.title_after).replace("\n", " ")
        click.echo(f"{'alert' if judgement.met else '-':<5}  {short(change.at)}  {title}")
        click.echo(f"       {clean(judgement.why)}")
    met = sum(judgement.met for _, judgement in judged)
    click.echo(f"{met} of {len(judged)} changes would have alerted")


@watch_command.command("mute")
@click.argument("watch_id", metavar="WATCH", type=int)
@click.option("--for", "span", help="How long: 2d, 6h, 30m; without it until `watch unmute`.")
@click.pass_context
def mute(ctx: click.Context, watch_id: int, span: str | None) -> None:
    """Send nothing for a watch, what is on its way included."""
    until = datetime.now(UTC) + _span(span) if span else FOREVER
    with opened(ctx) as archive:
        archive.mute_watch(watch_id, until)
    click.echo(f"watch {watch_id} is muted" + (f" until {short(until)} UTC" if span else ""))


@watch_command.command("unmute")
@click.argument("watch_id", metavar="WATCH", type=int)
@click.pass_context
def unmute(ctx: click.Context, watch_id: int) -> None:
    """Send alerts of a watch again; `alerts requeue` sends those that were held back."""
    with opened(ctx) as archive:
        archive.mute_watch(watch_id, None)
    click.echo(f"watch {watch_id} speaks again")


@watch_command.command("remove")
@click.argument("watch_id", metavar="WATCH", type=int)
@click.pass_context
def remove(ctx: click.Context, watch_id: int) -> None:
    """End a watch; its alerts stay to be looked at."""
    with opened(ctx) as archive:
        archive.remove_watch(watch_id, now=datetime.now(UTC))
    click.echo(f"watch {watch_id} is removed")


def _span(text: str) -> timedelta:
    units = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
    if not (text.isascii() and text[:-1].isdigit() and text[-1] in units and len(text) < 6):
        raise BadWatch(f"{text!r} is no span of time; write 2d, 6h or 30m")
    return timedelta(**{units[text[-1]]: int(text[:-1])})
