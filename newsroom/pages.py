"""The pages of the outlets: stories, fronts, sections, and the pages that stand in a story's place.

A page is a template (`templates/`, `string.Template`) filled with the story at its step and with
furniture. Text is the same at the same step; what differs between two requests is furniture alone.
"""

from __future__ import annotations

import random
from datetime import datetime
from functools import cache
from html import escape
from importlib import resources
from string import Template

from .edits import Standing
from .furniture import furnish
from .metadata import head_of
from .render import render_blocks, render_video
from .stories import Edition, Outlet, Story

_STUB_BLOCKS = 2  # what a paywall lets through


def article_page(edition: Edition, story: Story, chance: random.Random, number: int = 1) -> str:
    """The page of a story that stands, whole or behind a paywall; one of several where it has more."""
    outlet, copy = edition.outlet(story.outlet), edition.copies[story.name]
    places = _places(edition, outlet, story, chance)
    blocks = edition.blocks(story)
    if story.page:
        blocks = blocks[(number - 1) * story.page : number * story.page]
    walled = copy.standing is Standing.PAYWALLED
    body = render_blocks(
        blocks[:_STUB_BLOCKS] if walled else blocks,
        notice=outlet.words["correction"],
        colon=outlet.words["colon"],
        split=story.split,
        between=places["ad_inline"] + places["also"],
    )
    body += _pagination(edition, story, number)
    if walled:
        body += _fill("paywall.html", places)
    published, modified = edition.published(story), edition.modified(story)
    hero = edition.hero(story)
    picture = (
        f'<figure class="hero"><img src="{outlet.base}{copy.image}" alt="" width="1280"></figure>'
        if copy.image
        else ""
    )
    places |= {
        "head": head_of(edition, story, number),
        "title": escape(copy.title, quote=False),
        "standfirst": escape(copy.standfirst, quote=False),
        "authors": escape(outlet.words["and"].join(copy.authors)),
        "section_label": escape(outlet.sections.get(story.section, story.section)),
        "section": story.section,
        "url": escape(edition.url(story)),
        "published": published.isoformat(),
        "published_text": _day(published, outlet),
        "modified": modified.isoformat(),
        "modified_text": _day(modified, outlet),
        "hero": render_video(hero, outlet.words["colon"]) if hero else picture,
        "tags": "".join(
            f'<li><a href="/tag/{escape(t.replace(" ", "-"))}">{escape(t)}</a></li>' for t in story.tags
        ),
        "body": body,
    }
    places["main"] = _fill(f"{copy.design or outlet.template}.html", places)
    return _fill("page.html", places)


def _pagination(edition: Edition, story: Story, number: int) -> str:
    """Links to the story's other pages, where it has several."""
    slug, count = edition.copies[story.name].slug, edition.pages(story)
    if count == 1:
        return ""
    items = "".join(
        f"<b>{n}</b>" if n == number else f'<a href="{escape(edition.path(story, slug, n))}">{n}</a>'
        for n in range(1, count + 1)
    )
    return f'<nav class="pagination">{items}</nav>'


def front_page(edition: Edition, outlet: Outlet, section: str, chance: random.Random) -> str:
    """The front page, or a section's, with a teaser of each story that runs."""
    places = _places(edition, outlet, None, chance)
    teasers = []
    for story in edition.running(outlet, section):
        copy = edition.copies[story.name]
        teasers.append(
            f'<article class="teaser"><h2><a href="{escape(edition.path(story, copy.slug))}">'
            f"{escape(copy.title)}</a></h2>"
            f'<p>{escape(copy.standfirst)}</p><time datetime="{edition.published(story).isoformat()}">'
            f"{_day(edition.published(story), outlet)}</time></article>"
        )
    title = escape(outlet.name)
    label = outlet.sections.get(section, outlet.words["front"])
    alternates = "".join(
        f'<link rel="alternate" type="{_FEED_TYPES[feed.form]}" title="{title}" href="{feed.path}">'
        for feed in outlet.feed_list
        if feed.form in _FEED_TYPES
    )
    places |= {
        "head": f'<title>{escape(label)} - {title}</title><link rel="canonical" href="{outlet.home}">'
        f'<meta property="og:type" content="website">{alternates}',
        "main": _fill("front.html", places | {"teasers": "\n".join(teasers), "label": escape(label)}),
    }
    return _fill("page.html", places)


def plain_page(edition: Edition, outlet: Outlet, kind: str, chance: random.Random) -> str:
    """A page without news: `not_found`, `consent`, `stub`, `bot_check`, `about`."""
    places = _places(edition, outlet, None, chance)
    title = escape(outlet.words.get(f"{kind}_title", outlet.name))
    places |= {
        "head": f"<title>{title} - {escape(outlet.name)}</title>",
        "title": title,
        "text": escape(outlet.words.get(f"{kind}_text", outlet.motto)),
    }
    if kind in ("consent", "bot_check"):
        return _fill("wall.html", places)
    if kind == "stub":
        return _fill("page.html", places | {"main": _fill("paywall.html", places)})
    return _fill("page.html", places | {"main": _fill("plain.html", places)})


_FEED_TYPES = {
    "rss": "application/rss+xml",
    "rdf": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


def _places(edition: Edition, outlet: Outlet, story: Story | None, chance: random.Random) -> dict[str, str]:
    sections = "".join(
        f'<li><a href="/{s}/">{escape(label)}</a></li>' for s, label in outlet.sections.items()
    )
    return {
        **{f"w_{key}": escape(value) for key, value in outlet.words.items()},
        **furnish(edition, outlet, story, chance),
        "outlet": escape(outlet.name),
        "slug": outlet.slug,
        "motto": escape(outlet.motto),
        "home": outlet.front,
        "language": outlet.language,
        "charset": outlet.charset,
        "sections": sections,
    }


def _day(when: datetime, outlet: Outlet) -> str:
    months = outlet.words["months"].split()
    return outlet.words["date"].format(
        d=when.day, month=months[when.month - 1], y=when.year, hm=f"{when:%H:%M}"
    )


def _fill(name: str, places: dict[str, str]) -> str:
    return _template(name).substitute(places)


@cache
def _template(name: str) -> Template:
    return Template((resources.files(__package__) / "templates" / name).read_text("utf-8"))
