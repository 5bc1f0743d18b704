"""Feeds, sitemaps and robots.txt of an outlet, made from what it runs at the step.

Links in RSS carry tracking parameters, as they do in life. The times are the stories' own; a story
that was withdrawn is in none of them.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from .stories import Edition, Feed, Outlet, Story

_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def announce(edition: Edition, outlet: Outlet, feed: Feed) -> tuple[bytes, str]:
    """One feed or sitemap: its bytes and content type."""
    return _FORMS[feed.form](edition, outlet, feed)


def robots(outlet: Outlet) -> str:
    """robots.txt, with a delay of nothing to speak of and the sitemaps."""
    lines = ["User-agent: *", "Disallow: /search", "Disallow: /account/", "Allow: /", ""]
    lines += [f"Sitemap: {url}" for url in outlet.sitemaps]
    return "\n".join(lines) + "\n"


def _rss(edition: Edition, outlet: Outlet, feed: Feed) -> tuple[bytes, str]:
    items = []
    for story in edition.running(outlet, feed.section):
        copy, url = edition.copies[story.name], edition.url(story)
        authors = "".join(f"<dc:creator>{escape(name)}</dc:creator>" for name in copy.authors)
        items.append(
            f"<item><title>{escape(copy.title)}</title><link>{escape(url)}?utm_source=rss&amp;utm_medium=feed</link>"
            f'<guid isPermaLink="false">{outlet.slug}:{story.number}</guid>'
            f"<pubDate>{format_datetime(edition.published(story))}</pubDate>{authors}"
            f"<category>{escape(outlet.sections.get(story.section, ''))}</category>"
            f"<description><![CDATA[<p>{escape(copy.standfirst)}</p>]]></description>"
            f"<atom:updated>{edition.modified(story).isoformat()}</atom:updated></item>"
        )
    text = (
        f'<rss version="2.0" xmlns:atom="{_ATOM}" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{outlet.home}</link>"
        f"<language>{outlet.language}</language>"
        f"<description>{escape(outlet.motto)}</description>"
        f'<atom:link href="{outlet.base}{feed.path}" rel="self"/>'
        f"<ttl>5</ttl>{''.join(items)}</channel></rss>"
    )
    return _xml(text, outlet.charset), f"application/rss+xml; charset={outlet.charset}"


def _atom(edition: Edition, outlet: Outlet, feed: Feed) -> tuple[bytes, str]:
    stories = edition.running(outlet, feed.section)
    entries = []
    for story in stories:
        copy, url = edition.copies[story.name], edition.url(story)
        authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in copy.authors)
        entries.append(
            f"<entry><id>tag:{outlet.host},2026:{story.number}</id><title>{escape(copy.title)}</title>"
            f'<link rel="alternate" type="text/html" href="{escape(url)}"/>'
            f"<published>{edition.published(story).isoformat()}</published>"
            f"<updated>{edition.modified(story).isoformat()}</updated>{authors}"
            f'<category term="{escape(story.section)}"/><summary>{escape(copy.standfirst)}</summary></entry>'
        )
    text = (
        f'<feed xmlns="{_ATOM}" xml:lang="{outlet.language}"><id>{outlet.home}</id>'
        f"<title>{escape(outlet.name)}</title>"
        f'<link rel="self" href="{outlet.base}{feed.path}"/><link href="{outlet.home}"/>'
        f"<updated>{_latest(edition, stories).isoformat()}</updated>{''.join(entries)}</feed>"
    )
    return _xml(text), "application/atom+xml; charset=utf-8"


def _rdf(edition: Edition, outlet: Outlet, feed: Feed) -> tuple[bytes, str]:
    stories = edition.running(outlet, feed.section)
    refs = "".join(f'<rdf:li rdf:resource="{escape(edition.url(story))}"/>' for story in stories)
    items = "".join(
        f'<item rdf:about="{escape(edition.url(story))}">'
        f"<title>{escape(edition.copies[story.name].title)}</title>"
        f"<link>{escape(edition.url(story))}</link><dc:date>{edition.published(story).isoformat()}</dc:date>"
        f"<description>{escape(edition.copies[story.name].standfirst)}</description></item>"
        for story in stories
    )
    text = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="{outlet.base}{feed.path}">'
        f"<title>{escape(outlet.name)}</title><link>{outlet.home}</link><description>{escape(outlet.motto)}</description>"
        f"<items><rdf:Seq>{refs}</rdf:Seq></items></channel>{items}</rdf:RDF>"
    )
    return _xml(text), "application/rdf+xml; charset=utf-8"


def _json(edition: Edition, outlet: Outlet, feed: Feed) -> tuple[bytes, str]:
    items = [
        {
            "id": f"{outlet.slug}-{story.number}",
            "url": edition.url(story),
            "title": edition.copies[story.name].title,
            "summary": edition.copies[story.name].standfirst,
            "content_text": edition.copies[story.name].standfirst,
            "date_published": edition.published(story).isoformat(),
            "date_modified": edition.modified(story).isoformat(),
            "authors": [{"name": name} for name in edition.copies[story.name].authors],
            "tags": list(story.tags),
        }
        for story in edition.running(outlet, feed.section)
    ]
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": outlet.home,
        "feed_url": outlet.base + feed.path,
        "language": outlet.language,
        "items": items,
    }
    return json.dumps(data, ensure_ascii=False).encode(), "application/feed+json; charset=utf-8"


def _sitemap(edition: Edition, outlet: Outlet, feed: Feed) -> tuple[bytes, str]:
    rows = "".join(
        f"<url><loc>{escape(edition.url(story))}</loc><lastmod>{edition.modified(story).isoformat()}</lastmod>"
        "<changefreq>hourly</changefreq></url>"
        for story in edition.running(outlet, feed.section)
    )
    return _xml(f'<urlset xmlns="{_SITEMAP}">{rows}</urlset>'), "application/xml"


def _sitemap_gz(edition: Edition, outlet: Outlet, feed: Feed) -> tuple[bytes, str]:
    return gzip.compress(_sitemap(edition, outlet, feed)[0], mtime=0), "application/x-gzip"


def _news_sitemap(edition: Edition, outlet: Outlet, feed: Feed) -> tuple[bytes, str]:
    rows = "".join(
        f"<url><loc>{escape(edition.url(story))}</loc><lastmod>{edition.modified(story).isoformat()}</lastmod>"
        f"<news:news><news:publication><news:name>{escape(outlet.name)}</news:name>"
        f"<news:language>{outlet.language[:2]}</news:language></news:publication>"
        f"<news:publication_date>{edition.published(story).isoformat()}</news:publication_date>"
        f"<news:title>{escape(edition.copies[story.name].title)}</news:title></news:news></url>"
        for story in edition.running(outlet, feed.section)
    )
    return _xml(f'<urlset xmlns="{_SITEMAP}" xmlns:news="{_NEWS}">{rows}</urlset>'), "application/xml"


def _sitemap_index(edition: Edition, outlet: Outlet, _: Feed) -> tuple[bytes, str]:
    parts = [part for part in outlet.feed_list if part.form == "sitemap-gz"]
    rows = "".join(
        f"<sitemap><loc>{outlet.base}{part.path}</loc>"
        f"<lastmod>{_latest(edition, edition.running(outlet, part.section)).isoformat()}</lastmod></sitemap>"
        for part in parts
    )
    return _xml(f'<sitemapindex xmlns="{_SITEMAP}">{rows}</sitemapindex>'), "application/xml"


def _latest(edition: Edition, stories: list[Story]) -> datetime:
    return max((edition.modified(story) for story in stories), default=edition.instant(0).astimezone(UTC))


def _xml(text: str, charset: str = "utf-8") -> bytes:
    return f'<?xml version="1.0" encoding="{charset}"?>\n{text}'.encode(charset, "xmlcharrefreplace")


_FORMS: dict[str, Callable[[Edition, Outlet, Feed], tuple[bytes, str]]] = {
    "rss": _rss,
    "atom": _atom,
    "rdf": _rdf,
    "json": _json,
    "sitemap": _sitemap,
    "sitemap-gz": _sitemap_gz,
    "news-sitemap": _news_sitemap,
    "sitemap-index": _sitemap_index,
}
