"""The portal shaped as MSN: shells without text, and the content service that fills them.

An article's page holds custom elements and no word of the article; the page's own script asks the
content host for `/content/view/v2/Detail/{locale}/{ID}` and resolves the references in its body at
`/breakingnews/v1/{document}`. A withdrawn item answers 410 there while its page still answers 200.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit

from ..model import Heading, Image, ListBlock, Paragraph, Quote, Video, VideoBlock
from .edits import Standing
from .stories import Edition, Outlet, Story
from .wire import Answer

_DETAIL = re.compile(r"/content/view/v2/Detail/([a-z]{2}-[a-z]{2})/(\w+)")
_DOCUMENT = re.compile(r"/breakingnews/v1/(cms/api/amp/(?:image|video)/\w+)")


def shell(outlet: Outlet, url: str, title: str) -> str:
    """The page that any address of the portal answers with."""
    config = {"locale": "fr-fr", "contentHost": outlet.content_host, "app": "views", "build": "20261015.12"}
    return (
        '<!DOCTYPE html><html lang="fr-fr" dir="ltr"><head><meta charset="utf-8">'
        f'<title>{escape(title)}</title><link rel="canonical" href="{escape(url)}">'
        f'<meta property="og:title" content="{escape(title)}">'
        f'<meta property="og:site_name" content="{escape(outlet.name)}">'
        f"<style>{'msn-article{display:block}' * 200}</style></head>"
        f'<body><div id="root"><entry-point config="{escape(json.dumps(config))}">'
        "<views-page><msn-article-reader><article><msn-article></msn-article></article></msn-article-reader>"
        f"</views-page></entry-point></div><script>window.__c={json.dumps(config)};{'void 0;' * 3000}"
        "</script></body></html>"
    )


def content(edition: Edition, outlet: Outlet, path: str) -> Answer:
    """What the content host answers."""
    if match := _DETAIL.fullmatch(path):
        for story in _stories(edition, outlet):
            if story.number == match[2]:
                if edition.copies[story.name].standing is Standing.GONE:
                    return _json({"code": "ContentNotFound", "message": "Gone"}, status=410)
                return _json(_detail(edition, story, match[1]))
    if match := _DOCUMENT.fullmatch(path):
        for story in _stories(edition, outlet):
            for document, data in _documents(edition, story):
                if document == match[1]:
                    return _json(data)
    return _json({"code": "ContentNotFound", "message": "Not found"}, status=404)


def _stories(edition: Edition, outlet: Outlet) -> Iterator[Story]:
    return (s for s in edition.stories if s.outlet == outlet.slug and s.name in edition.copies)


def _detail(edition: Edition, story: Story, locale: str) -> dict[str, Any]:
    outlet, copy = edition.outlet(story.outlet), edition.copies[story.name]
    images = [block for block in edition.blocks(story) if isinstance(block, Image)]
    url = edition.url(story)
    data: dict[str, Any] = {
        "$type": "content",
        "type": story.form,
        "id": story.number,
        "locale": locale,
        "title": copy.title,
        "abstract": copy.standfirst,
        "body": _body(edition, story),
        "sourceHref": f"https://www.{outlet.slug}-agence.example/{copy.slug}",
        "seo": {"canonicalUrl": url},
        "createdDateTime": _utc(edition.published(story)),
        "publishedDateTime": _utc(edition.published(story)),
        "updatedDateTime": _utc(edition.modified(story)),
        "authors": [{"name": name} for name in copy.authors],
        "provider": {"id": "AA0newsroom", "name": outlet.words["provider"]},
        "keywords": list(story.tags),
        "tags": [{"label": tag} for tag in story.tags],
        "facets": [{"key": "ProviderTags", "values": [story.section]}],
        "imageResources": [
            {
                "cmsId": _document(i.url, "image"),
                "url": i.url,
                "caption": i.caption,
                "attribution": outlet.words["provider"],
            }
            for i in images
        ],
        "thumbnail": {"image": {"url": outlet.base + (copy.image or "/img/vignette.svg")}},
        "socialEmbeds": [],
    }
    if story.form == "slideshow":
        data["slides"] = _slides(edition, story)
        data["body"] = ""
    if (hero := edition.hero(story)) is not None:
        data["videoMetadata"] = {
            "playTime": int(hero.duration or 0),
            "externalVideoFiles": [
                {"url": hero.url, "contentType": "video/mp4", "format": "104", "width": 1280, "height": 720}
            ],
            "closedCaptions": [],
        }
    return data


def _body(edition: Edition, story: Story) -> str:
    outlet = edition.outlet(story.outlet)
    parts = []
    for block in edition.blocks(story):
        match block:
            case Heading():
                parts.append(f"<h2>{escape(block.text, quote=False)}</h2>")
            case Paragraph() | Quote():
                parts.append(f"<p>{escape(block.text, quote=False)}</p>")
            case ListBlock():
                parts.append(
                    "<ul>" + "".join(f"<li>{escape(i, quote=False)}</li>" for i in block.items) + "</ul>"
                )
            case Image():
                document = _document(block.url, "image")
                parts.append(f'<img data-reference="image" data-document-id="{document}">')
            case VideoBlock():
                document = _document(block.video.url, "video")
                parts.append(f'<img data-reference="video" data-document-id="{document}">')
    others = [other for other in edition.running(outlet) if other is not story]
    if others and len(parts) > 2:
        title = escape(edition.copies[others[0].name].title)
        link = f'<a href="{escape(edition.url(others[0]))}" data-id="injected-recirculation-link">{title}</a>'
        parts.insert(2, f"<p>{link}</p>")
    return "".join(parts)


def _slides(edition: Edition, story: Story) -> list[dict[str, Any]]:
    """Each heading of the copy with the image and paragraph after it is one slide."""
    slides: list[dict[str, Any]] = []
    for block in edition.blocks(story):
        if isinstance(block, Heading):
            slides.append({"title": block.text, "body": "", "image": None})
        elif isinstance(block, Paragraph):
            slides[-1]["body"] += f"<p>{escape(block.text, quote=False)}</p>"
        elif isinstance(block, Image):
            slides[-1]["image"] = {
                "url": block.url,
                "caption": block.caption,
                "cmsId": _document(block.url, "image"),
            }
    return slides


def _documents(edition: Edition, story: Story) -> Iterator[tuple[str, dict[str, Any]]]:
    for block in edition.blocks(story):
        if isinstance(block, Image):
            yield (
                _document(block.url, "image"),
                {
                    "$type": "image",
                    "title": block.alt,
                    "caption": block.caption,
                    "href": block.url,
                    "url": block.url,
                },
            )
        elif isinstance(block, VideoBlock):
            yield _document(block.video.url, "video"), _video(edition, story, block.video)


def _video(edition: Edition, story: Story, video: Video) -> dict[str, Any]:
    outlet = edition.outlet(story.outlet)
    return {
        "$type": "video",
        "title": video.title,
        "caption": video.title,
        "sourceHref": video.url,
        "thumbnail": {"href": outlet.base + "/img/video.svg"},
        "playTime": int(video.duration or 0),
        "videoFiles": [
            {
                "href": f"{outlet.content_base}/video/{story.number}.mp4",
                "contentType": "video/mp4",
                "format": "104",
            }
        ],
    }


def _document(url: str, kind: str) -> str:
    digest = hashlib.sha256(urlsplit(url).path.encode()).hexdigest()[:6]  # whatever the port of the day
    return f"cms/api/amp/{kind}/AA1{digest}"


def _utc(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _json(data: object, status: int = 200) -> Answer:
    headers = (("Content-Type", "application/json; charset=utf-8"), ("Access-Control-Allow-Origin", "*"))
    return Answer(status=status, headers=headers, body=json.dumps(data, ensure_ascii=False).encode())
