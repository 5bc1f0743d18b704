"""What a story's page says of itself in its head: canonical, OpenGraph, hreflang, JSON-LD.

The canonical address is clean; the OpenGraph one carries tracking, as it does on many sites. The
feeds' and pages' own text is made elsewhere.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

from ..model import Entry, Image, VideoBlock
from .edits import Standing
from .stories import Edition, Story


def head_of(edition: Edition, story: Story, number: int = 1) -> str:
    """The `<head>` lines of a story's page (its first, or the one of that number), JSON-LD included."""
    outlet, copy = edition.outlet(story.outlet), edition.copies[story.name]
    url = edition.url(story)
    published, modified = edition.published(story).isoformat(), edition.modified(story).isoformat()
    metas = [
        ("name", "description", copy.standfirst),
        ("name", "author", ", ".join(copy.authors)),
        ("name", "keywords", ", ".join(story.tags)),
        ("property", "og:type", "article"),
        ("property", "og:site_name", outlet.name),
        ("property", "og:title", copy.title),
        ("property", "og:description", copy.standfirst),
        ("property", "og:url", f"{url}?utm_source=social&utm_medium=og"),
        ("property", "og:locale", outlet.language.replace("-", "_")),
        ("property", "og:image", outlet.base + copy.image if copy.image else ""),
        ("property", "article:published_time", published),
        ("property", "article:modified_time", modified),
        ("property", "article:section", outlet.sections.get(story.section, "")),
        *(("property", "article:tag", tag) for tag in story.tags),
        ("name", "twitter:card", "summary_large_image"),
        ("name", "twitter:title", copy.title),
    ]
    lines = [
        f"<title>{escape(copy.title)} - {escape(outlet.name)}</title>",
        f'<link rel="canonical" href="{escape(url)}">',
    ]
    if number < edition.pages(story):
        onward = edition.path(story, copy.slug, number + 1)
        lines.append(f'<link rel="next" href="{escape(onward)}">')
    lines += [f'<meta {kind}="{name}" content="{escape(value)}">' for kind, name, value in metas if value]
    lines.append(f'<link rel="alternate" hreflang="{outlet.language}" href="{escape(url)}">')
    lines.append(f'<link rel="alternate" hreflang="x-default" href="{escape(url)}?lang=x">')
    data = json.dumps(_linked_data(edition, story), ensure_ascii=False).replace("</", "<\\/")
    lines.append(f'<script type="application/ld+json">{data}</script>')
    return "\n".join(lines)


def _linked_data(edition: Edition, story: Story) -> dict[str, Any]:
    outlet, copy = edition.outlet(story.outlet), edition.copies[story.name]
    blocks = edition.blocks(story)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting" if story.form == "live" else "NewsArticle",
        "mainEntityOfPage": edition.url(story),
        "headline": copy.title,
        "description": copy.standfirst,
        "datePublished": edition.published(story).isoformat(),
        "dateModified": edition.modified(story).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in copy.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name, "url": outlet.home},
        "articleSection": outlet.sections.get(story.section, story.section),
        "keywords": list(story.tags),
        "inLanguage": outlet.language,
        "isAccessibleForFree": copy.standing is not Standing.PAYWALLED,
    }
    images = [block.url for block in blocks if isinstance(block, Image)]
    if copy.image:
        images.insert(0, outlet.base + copy.image)
    if images:
        data["image"] = images
    if story.form == "live":
        data["liveBlogUpdate"] = [
            {"@type": "BlogPosting", "headline": block.text, "datePublished": block.at}
            for block in blocks
            if isinstance(block, Entry)
        ]
    hero = edition.hero(story)
    videos = [*([hero] if hero else []), *(block.video for block in blocks if isinstance(block, VideoBlock))]
    own = [video for video in videos if video.provider is None and not video.label]
    if own:
        data["video"] = [
            {
                "@type": "VideoObject",
                "name": video.title,
                "contentUrl": video.url,
                "duration": f"PT{int(video.duration or 0)}S",
                "uploadDate": edition.published(story).isoformat(),
            }
            for video in own
        ]
    return data
