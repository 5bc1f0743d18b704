"""`redact`: a page's text taken out for good, with a tombstone that says why."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from ..alerts.channels import rewrite_feeds
from ..errors import Busy, FixInput, NotFound, Redacted
from ..storage import Archive
from .common import counted, json_option, opened, print_json, say
from .reading import find


@click.command("redact")
@click.argument("what", metavar="URL|VERSION")
@click.option("--reason", required=True, help="Why; it stays in the archive, and readers are told.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def redact_command(ctx: click.Context, what: str, reason: str, yes: bool, as_json: bool) -> None:
    """Take a page's text out of the archive for good, and say why.

    URL takes out an article with all its versions, and it is not fetched again; VERSION (its lasting
    name) takes out that one. Texts, payloads, heads, headlines and the words of the search index go, and
    feed files are written anew; a tombstone with digests, day and reason stays, and the ledger still
    verifies. What was exported, sent or backed up before is out of reach. It cannot be undone.
    """
    if not reason.strip():
        raise FixInput("say why it is taken out: --reason TEXT; readers are told")
    with opened(ctx) as archive:
        try:
            article_id, version_id = _named(archive, what)
        except Redacted:
            rewrite_feeds(archive)
            _sweep(archive)
            raise
        planned = archive.plan_redaction(article_id, version_id)
        if not yes:
            gone = _told(planned.versions, planned.captures, planned.payloads)
            say(f"{planned.url}: {gone} go; {planned.kept} stay, for other pages have them too.", err=True)
            click.confirm("Take them out for good?", abort=True, err=True)
        done = archive.redact(article_id, version_id, reason=reason, now=datetime.now(UTC))
        rewrite_feeds(archive)
        _sweep(archive)
    if as_json:
        print_json({"url": done.url, "versions": done.versions, "captures": done.captures,
                    "payloads": done.payloads, "kept": done.kept})  # fmt: skip
    else:
        gone = _told(done.versions, done.captures, done.payloads)
        say(f"Taken out: {gone}.")


def _sweep(archive: Archive) -> None:
    try:
        archive.sweep()
    except Busy as error:
        raise Busy(
            "the text is out of the archive, but its bytes may still lie in unused parts of the file:"
            " stop what uses the archive and give the same command again"
        ) from error


def _named(archive: Archive, what: str) -> tuple[int, int | None]:
    if "://" in what or (what.isascii() and what.isdigit()):
        return find(archive, what).id, None
    try:
        found = archive.version(what)
    except Redacted:
        raise
    except NotFound as error:
        raise FixInput(f"{what!r} is neither an address nor the lasting name of a version") from error
    return found.article_id, found.id


def _told(versions: int, captures: int, payloads: int) -> str:
    most = f"{counted(versions, 'versions')}, {counted(captures, 'captures')}"
    return f"{most} and {counted(payloads, 'payloads')}"
