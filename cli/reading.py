"""`article`, `history`, `show`, `diff`, `extract`: reading what the archive holds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from ..changes import compare, render_text, render_unified
from ..crawler import extraction, urls
from ..crawler.lookup import article_under
from ..errors import FixInput, NotFound, Redacted
from ..model import Article, ArticleState, Extraction, Version
from ..settings import Settings
from ..storage import Archive
from .common import When, clean, counted, iso, json_option, opened, print_json, say, short
from .explaining import print_explanation
from .rendering import as_html, as_markdown, as_text, print_markdown
from .tables import Output, print_table

_SHOWN = 8  # articles that are offered where words fit several


@click.group("article")
def article_command() -> None:
    """List and show articles."""


@article_command.command("list")
@click.option("--source", help="Only this source.")
@click.option("--since", type=When(), help="Only those seen since: 2026-10-15, 2d, 6h.")
@click.option("--until", type=When(end_of_day=True), help="Only those first seen until then.")
@click.option("--edited", is_flag=True, help="Only those with more than one version.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@json_option
@click.pass_context
def article_list(
    ctx: click.Context,
    source: str | None,
    since: datetime | None,
    until: datetime | None,
    edited: bool,
    limit: int,
    as_json: bool,
) -> None:
    """List articles, the latest first."""
    with opened(ctx) as archive:
        if source is not None:
            archive.source(source)
        found = archive.articles(
            source=source, since=since, until=until, edited=edited or None, limit=limit, newest=True
        )
        if as_json:
            print_json([article_json(article) for article in found])
            return
        rows = (
            (
                str(article.id),
                short(article.first_seen),
                str(article.versions),
                article.title + (f" ({article.state})" if article.state is not ArticleState.LIVE else ""),
            )
            for article in found
        )
        print_table(
            ("id", "first seen (UTC)", "versions", "title"),
            rows,
            none="No article is there that fits. Next: palimpsest crawl",
            right=("id", "versions"),
            fold="title",
        )


_FORMS = (
    click.option("--json", "form", flag_value="json", help="Print JSON."),
    click.option("--html", "form", flag_value="html", help="Print HTML."),
    click.option("--text", "form", flag_value="text", help="Print plain text."),
)


def _form_options(command: click.decorators.FC) -> click.decorators.FC:
    for option in reversed(_FORMS):
        command = option(command)
    return command


@article_command.command("show")
@click.argument("article", metavar="URL|ID|WORDS")
@_form_options
@click.pass_context
def article_show(ctx: click.Context, article: str, form: str | None) -> None:
    """Show the latest version of an article."""
    with opened(ctx) as archive:
        found = find(archive, article)
        _print_version(found, archive.versions(found.id)[-1], form)


@click.command("show")
@click.argument("article", metavar="URL|ID|WORDS")
@click.option("--version", "number", type=click.IntRange(min=1), help="The version with this number.")
@click.option("--at", "at", type=When(end_of_day=True), help="What it said at that moment: 2026-10-15T12:00.")
@_form_options
@click.pass_context
def show_command(
    ctx: click.Context, article: str, number: int | None, at: datetime | None, form: str | None
) -> None:
    """Show one version of an article: by number, by moment, or the latest."""
    with opened(ctx) as archive:
        found = find(archive, article)
        _print_version(found, choose(archive, found, number, at), form)


@click.command("history")
@click.argument("article", metavar="URL|ID|WORDS")
@json_option
@click.pass_context
def history_command(ctx: click.Context, article: str, as_json: bool) -> None:
    """List the versions of an article: when each was seen, and by how many captures."""
    with opened(ctx) as archive:
        found = find(archive, article)
        versions = archive.versions(found.id)
        if as_json:
            rows = [version_json(version, body=False) for version in versions]
            print_json({"article": article_json(found), "versions": rows})
            return
        say(f"{found.title}\n{found.url}  ({found.state.value})")
        lines = []
        before: Version | None = None
        for version in versions:
            change = compare(before.extraction, version.extraction) if before else None
            kinds = ", ".join(kind.value for kind in change.kinds) if change else "first version"
            if version.redacted or (before is not None and before.redacted):
                kinds = "redacted" if version.redacted else "the version before was redacted"
            span = (short(version.first_seen), short(version.last_seen), str(version.captures))
            lines.append((str(version.number), *span, kinds))
            before = version
        print_table(("no.", "first seen (UTC)", "last seen (UTC)", "captures", "what changed"), lines)


@click.command("diff")
@click.argument("article", metavar="URL|ID|WORDS")
@click.argument("old", type=click.IntRange(min=1), required=False)
@click.argument("new", type=click.IntRange(min=1), required=False)
@click.pass_context
def diff_command(ctx: click.Context, article: str, old: int | None, new: int | None) -> None:
    """Show what changed between two versions: the last two, or OLD and NEW by number.

    Words are coloured on a terminal; piped, a plain unified diff comes out.
    """
    with opened(ctx) as archive:
        found = find(archive, article)
        versions = archive.versions(found.id)
        if len(versions) < 2:
            raise FixInput("the article has one version only, so there is nothing to compare", url=found.url)
        right = choose(archive, found, new or (None if old is None else old + 1), None)
        left = choose(archive, found, old or max(1, right.number - 1), None)
    comparison = compare(left.extraction, right.extraction)
    if Output().is_terminal:
        click.echo(render_text(comparison, colour=True))
    else:
        before, after = (f"version {v.number} ({iso(v.first_seen)})" for v in (left, right))
        click.echo(clean(render_unified(comparison, before=before, after=after)), nl=False)


@click.command("extract")
@click.argument("page", metavar="FILE|URL")
@click.option("--url", default="", help="The address a FILE came from.")
@click.option("--explain", "explained", is_flag=True, help="Say where each field and block is from.")
@_form_options
@click.pass_context
def extract_command(ctx: click.Context, page: str, url: str, explained: bool, form: str | None) -> None:
    """Read one page, from a file or fetched now, and show what is in it; nothing is stored."""
    payload, url, headers = _page(ctx, page, url)
    if explained:
        explanation = extraction.explain(payload, url, headers)
        if form == "json":
            click.echo(json.dumps(asdict(explanation), ensure_ascii=False))
        else:
            print_explanation(explanation)
    else:
        print_extraction(extraction.extract(payload, url, headers), form)


def _page(ctx: click.Context, name: str, url: str) -> tuple[bytes, str, Sequence[tuple[str, str]]]:
    """The payload, address and headers of a file, or of a page fetched as a crawl would."""
    if not name.lower().startswith(("http://", "https://")):
        try:
            return Path(name).read_bytes(), url, ()
        except OSError as error:
            raise FixInput(f"cannot read {name}: {error.strerror}; name a file or an address") from error
    # Imported here: they bring the crawler with them, which no other command of this module needs.
    from ..crawler.fetching.decoding import decode_body
    from ..crawler.single import fetch_one

    settings = Settings.load(ctx.find_root().obj)
    capture = asyncio.run(fetch_one(settings, urls.fetchable(name)))
    limit = settings.fetch.max_decoded_bytes
    body = decode_body(capture.payload or b"", capture.headers, limit=limit)
    return body, capture.url, capture.headers


def find(archive: Archive, name: str) -> Article:
    """The article with this id, under this address, or with these words in its headline or address.

    Raises:
        NotFound: There is none.
        FixInput: The words are those of several.
    """
    if name.isascii() and name.isdigit():
        return archive.article(int(name))
    if "://" in name:
        return article_under(archive, name)
    found = list(archive.articles(words=name, newest=True, limit=_SHOWN + 1))
    if not found:
        raise NotFound(f"no article with the words {name!r} in its headline or address")
    if len(found) > 1:
        some = "".join(f"\n  {article.id}  {clean(article.title)}" for article in found[:_SHOWN])
        more = "\n  …" if len(found) > _SHOWN else ""
        raise FixInput(f"several articles have the words {name!r}; name one by its id:{some}{more}")
    return found[0]


def choose(archive: Archive, article: Article, number: int | None, at: datetime | None) -> Version:
    """The version with this number, or the one that stood at this moment, or the latest.

    Raises:
        FixInput: Both are given.
        NotFound: There is no such version.
    """
    if number is not None and at is not None:
        raise FixInput("a number and a moment name two versions; give --version or --at")
    versions = archive.versions(article.id)
    if at is not None:
        if not at.microsecond:
            at = at.replace(microsecond=999_999)  # as listed, without the rest of the second
        seen = archive.version_at(article.id, at)
        if seen is None:
            first = short(article.first_seen)
            raise NotFound(
                f"nothing of it was archived by then; it was first seen {first} UTC", url=article.url
            )
        return seen
    if number is None:
        return versions[-1]
    if number > len(versions):
        raise NotFound(f"it has {len(versions)} versions, no version {number}", url=article.url)
    return versions[number - 1]


def article_json(article: Article) -> dict[str, object]:
    return {
        "id": article.id,
        "url": article.url,
        "aliases": article.aliases,
        "title": article.title,
        "state": article.state.value,
        "published": article.published,
        "first_seen": iso(article.first_seen),
        "last_seen": iso(article.last_seen),
        "versions": article.versions,
        "captures": article.captures,
    }


def version_json(version: Version, *, body: bool) -> dict[str, object]:
    row: dict[str, object] = {
        "id": version.public_id,
        "number": version.number,
        "first_seen": iso(version.first_seen),
        "last_seen": iso(version.last_seen),
        "captures": version.captures,
        "title": version.extraction.title,
    }
    if body:
        row["extraction"] = json.loads(version.extraction.to_json())
        row["text"] = version.extraction.text
    return row


def _print_version(article: Article, version: Version, form: str | None) -> None:
    if version.redacted:
        raise Redacted("this version was taken out of the archive", url=article.url)
    if form == "json":
        print_json({"article": article_json(article), "version": version_json(version, body=True)})
        return
    if form is None:
        span = f"version {version.number} of {article.versions}, seen {short(version.first_seen)}"
        click.echo(
            f"{span} to {short(version.last_seen)} UTC by {counted(version.captures, 'captures')}", err=True
        )
    print_extraction(version.extraction, form)


def print_extraction(extraction: Extraction, form: str | None) -> None:
    """Print what was read in the form asked for; Markdown, rendered on a terminal, by default."""
    match form:
        case "json":
            print_json(json.loads(extraction.to_json()))
        case "html":
            click.echo(as_html(extraction))
        case "text":
            click.echo(as_text(extraction))
        case _:
            print_markdown(as_markdown(extraction))
