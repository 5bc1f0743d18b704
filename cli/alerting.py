"""`alerts`: what was alerted, what is on its way, what was given up; and sending now."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import click

from ..alerts import operator_channels, pump
from ..alerts.channels import redacted
from ..storage import Delivery, DeliveryState
from . import channels
from .common import clean, json_option, opened, print_json, short

STATES = [state.value for state in DeliveryState]


@click.group("alerts")
def alerts_command() -> None:
    """See what was alerted and what could not be delivered; send what is due."""


@alerts_command.command("list")
@click.option(
    "--state",
    type=click.Choice([state.value for state in DeliveryState]),
    help="Only deliveries in this state.",
)
@click.option("--watch", "watch_id", type=int, help="Only those of this watch.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many.")
@json_option
@click.pass_context
def list_(ctx: click.Context, state: str | None, watch_id: int | None, limit: int, as_json: bool) -> None:
    """List deliveries, the newest first."""
    wanted = DeliveryState(state) if state else None
    with opened(ctx) as archive:
        found = archive.deliveries(state=wanted, watch_id=watch_id, limit=limit)
    if as_json:
        print_json([_values(each) for each in found])
        return
    if not found:
        click.echo("No delivery fits; `palimpsest watch test WATCH` tells why changes made none", err=True)
    for each in found:
        change = each.alert.change
        title = clean(change.title_after).replace("\n", " ")
        click.echo(f"{each.alert.id:>5}  {each.state:<7}  {short(change.at)}  {title}")
        click.echo(f"       to {redacted(each.channel.address)}, tries {each.attempts}{_next(each)}")
        if each.error:
            click.echo(f"       {clean(each.error)}")


@alerts_command.command("show")
@click.argument("alert_id", metavar="ALERT", type=int)
@json_option
@click.pass_context
def show(ctx: click.Context, alert_id: int, as_json: bool) -> None:
    """Show one alert: what changed, why it met the watch, and where it went."""
    with opened(ctx) as archive:
        alert, deliveries = archive.alert(alert_id)
    change = alert.change
    if as_json:
        print_json({"alert": alert.id, "watch": alert.watch_id, "state": alert.state, "why": alert.why,
                    "change": dataclasses.asdict(change),
                    "deliveries": [_values(each) for each in deliveries]})  # fmt: skip
        return
    click.echo(f"alert {alert.id} of watch {alert.watch_id}: {alert.state}")
    click.echo(f"  before  {clean(change.title_before)}")
    click.echo(f"  after   {clean(change.title_after)}")
    click.echo(f"  seen    {short(change.at)} UTC, article {change.article_id}, change {change.id}")
    click.echo(f"  why     {clean(alert.why)}")
    for reason in change.reasons:
        click.echo(f"          {clean(reason)}")
    for each in deliveries:
        click.echo(f"  {each.state:<7} {redacted(each.channel.address)}, tries {each.attempts}{_next(each)}")
        if each.error:
            click.echo(f"          {clean(each.error)}")


@alerts_command.command("send")
@json_option
@click.pass_context
def send(ctx: click.Context, as_json: bool) -> None:
    """Make alerts of the changes since the last time, and send what is due."""
    with opened(ctx) as archive:
        counts = pump(archive, now=datetime.now(UTC))
    if as_json:
        print_json(dataclasses.asdict(counts))
        return
    click.echo(
        f"{counts.changes} changes, {counts.alerts} alerts, {counts.sent} messages sent,"
        f" {counts.failed} failed, {counts.dead} given up"
    )


@alerts_command.command("operator")
@click.option("--secrets", is_flag=True, help="Show addresses in full, and the keys of webhooks.")
@json_option
@click.pass_context
def operator(ctx: click.Context, secrets: bool, as_json: bool) -> None:
    """List where the operator is told of sources that turn bad (setting `alerts.operator`)."""
    with opened(ctx) as archive:
        rows = [channels.row(one.channel, secrets=secrets) for one in operator_channels(archive)]
    if as_json:
        print_json(rows)
        return
    for shown in rows:
        for line in channels.lines(shown):
            click.echo(line)
    if not rows:
        click.echo("nobody is told; name addresses in `alerts.operator` in palimpsest.toml", err=True)


@alerts_command.command("requeue")
@click.argument("alert_ids", metavar="[ALERT]...", type=int, nargs=-1)
@click.pass_context
def requeue(ctx: click.Context, alert_ids: tuple[int, ...]) -> None:
    """Try again what was given up or muted: the alerts named, or everything that was given up."""
    with opened(ctx) as archive:
        for alert_id in alert_ids:
            archive.alert(alert_id)
        count = archive.requeue(alert_ids, now=datetime.now(UTC))
    click.echo(f"{count} deliveries are pending again")


def _next(each: Delivery) -> str:
    if each.state is DeliveryState.SENT:
        return f", sent {short(each.sent_at)}"
    if each.state is DeliveryState.PENDING:
        return f", not before {short(max(each.not_before, each.channel.not_before or each.not_before))}"
    return ""


def _values(each: Delivery) -> dict[str, Any]:
    return {
        "delivery": each.id,
        "alert": each.alert.id,
        "watch": each.alert.watch_id,
        "title": each.alert.change.title_after,
        "address": redacted(each.channel.address),
        "state": each.state,
        "attempts": each.attempts,
        "not_before": each.not_before,
        "sent_at": each.sent_at,
        "error": each.error,
    }
