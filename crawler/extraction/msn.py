"""MSN's content service to an `Extraction`: the JSON that its pages are built from in the browser.

An MSN page has no text in its HTML; the page fetches `content/view/v2/Detail/{locale}/{id}` and, for
each placeholder in the body, `breakingnews/v1/{document id}`. This module reads those answers (from
bytes; fetching is the spider's work). The body is HTML and goes through the same outline and blocks
as any page; the same story gives the same blocks either way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml.html import HtmlElement

from ...errors import NoArticle
from ...model import Block, Extraction, Heading, Image, PageClass, Video, VideoBlock
from . import blocks
from .dates import iso
from .language import language_of
from .outline import outline
from .players import shown
from .structured import clean
from .tree import parse
from .version import software
from .videos import host, seconds

# How the page titles a video of the story, by language; elsewhere English.
_LABELS = {
    "fr": "Vidéo associée",
    "en": "Related video",
    "es": "Vídeo relacionado",
    "de": "Zugehöriges Video",
    "it": "Video correlato",
    "pt": "Vídeo relacionado",
    "nl": "Gerelateerde video",
    "pl": "Powiązane wideo",
    "sv": "Relaterad video",
    "da": "Relateret video",
    "nb": "Relatert video",
    "fi": "Aiheeseen liittyvä video",
    "tr": "İlgili video",
    "ru": "Видео по теме",
    "ja": "関連動画",
    "ko": "관련 동영상",
    "zh": "相关视频",
    "ar": "فيديو ذو صلة",
}
_LOCALE = re.compile(r"/([a-z]{2}-[a-z]{2})(?:/|$)", re.IGNORECASE)
_GALLERY = {"slideshow", "gallery"}


def references(detail: bytes) -> tuple[str, ...]:
    """The document ids in the body that are still to be fetched, in order.

    Raises:
        NoArticle: The answer is not the service's JSON.
    """
    root = _body(_load(detail, ""))
    return (
        ()
        if root is None
        else tuple(dict.fromkeys(e.get("data-document-id") or "" for e in _placeholders(root)))
    )


def extract_msn(detail: bytes, references: Mapping[str, bytes], url: str) -> Extraction:
    """Read a story from the service's answers.

    Args:
        detail: The answer of `Detail`.
        references: The answers for the body's placeholders, by document id; missing ones are left out.
        url: The address of the page.

    Raises:
        NoArticle: The answer is not the service's JSON.
    """
    story = _load(detail, url)
    found = _LOCALE.search(url)
    locale = str(story.get("locale") or (found.group(1) if found else ""))
    root = _body(story)
    content: tuple[Block, ...] = ()
    videos = [own] if (own := _own_video(story, url)) else []
    if root is not None:
        made = _referenced(root, references, url, locale)
        for element in _injected(root):
            element.drop_tree()
        page = outline(root, made)
        ready = {id(p): made[p.element] for p in page.pieces if p.kind == "player" and p.element in made}
        kept = [p for p in page.pieces if p.kind == "text" or id(p) in ready]
        content = blocks.build(kept, url, ready)
        videos += [b.video for b in content if isinstance(b, VideoBlock)]
    content += tuple(_slides(story, url))
    text = "\n".join(b.text for b in content)
    language, way = language_of(text, locale or None, {}, ())
    authors = [_text(person.get("name")) for person in _objects(story.get("authors"))]
    provider = _text(_object(story.get("provider")).get("name"))
    seo = _object(story.get("seo"))
    kind = story.get("type")
    ways = {"body": "msn", "title": "msn", "published": "msn"} | ({"language": way} if language else {})
    return Extraction(
        url=url,
        page_class=_page_class(str(kind), bool(text)),
        canonical_url=_address(seo.get("canonicalUrl"), url) or _address(story.get("sourceHref"), url),
        title=_text(story.get("title")),
        standfirst=_text(story.get("abstract")),
        authors=tuple(dict.fromkeys(a for a in authors if a)) or ((provider,) if provider else ()),
        published=iso(story.get("publishedDateTime")) or iso(story.get("createdDateTime")),
        modified=iso(story.get("updatedDateTime")),
        language=language,
        tags=tuple(dict.fromkeys(t for t in _tags(story) if t)),
        image=next(
            (i.url for i in (_image(r, url) for r in _objects(story.get("imageResources"))) if i), None
        ),
        blocks=content,
        videos=tuple({shown(v.url).key: v for v in videos}.values()),
        provenance=tuple(sorted(ways.items())),
        software=software(),
    )


def _slides(story: dict[str, Any], url: str) -> Iterator[Block]:
    """A slideshow's slides in order: headline, picture, text."""
    for slide in _objects(story.get("slides")):
        if title := _text(slide.get("title")):
            yield Heading(text=title)
        if image := _image(_object(slide.get("image")), url):
            yield image
        if (root := _body(slide)) is not None:
            yield from blocks.build([p for p in outline(root, {}).pieces if p.kind == "text"], url, {})


def _page_class(kind: str, text: bool) -> PageClass:
    if text:
        return PageClass.ARTICLE
    return PageClass.GALLERY if kind in _GALLERY or kind == "video" else PageClass.EMPTY


def _load(data: bytes, url: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NoArticle("the content service's answer is not JSON", url=url) from error
    if not isinstance(value, dict):
        raise NoArticle("the content service's answer is no story", url=url)
    return value


def _body(story: dict[str, Any]) -> HtmlElement | None:
    body = story.get("body")
    return (
        parse(f"<html><body><div>{body}</div></body></html>")
        if isinstance(body, str) and body.strip()
        else None
    )


def _placeholders(root: HtmlElement) -> list[HtmlElement]:
    return list(root.iterfind(".//*[@data-reference][@data-document-id]"))


def _injected(root: HtmlElement) -> list[HtmlElement]:
    return list(root.iterfind('.//*[@data-id="injected-recirculation-link"]'))


def _referenced(
    root: HtmlElement, references: Mapping[str, bytes], url: str, locale: str
) -> dict[HtmlElement, Block]:
    """The blocks that the body's placeholders stand for, by element."""
    label = _LABELS.get(locale[:2].lower(), _LABELS["en"])
    made: dict[HtmlElement, Block] = {}
    for element in _placeholders(root):
        try:
            value = json.loads(references.get(element.get("data-document-id") or "", b"null"))
        except (ValueError, RecursionError):
            continue
        node = _object(value)
        video = _video(node, url, "related", label) if node.get("$type") == "video" else None
        block: Block | None = VideoBlock(video=video) if video else None
        if node.get("$type") == "image":
            block = _image(node, url)
        if block is not None:
            made[element] = block
    return made


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _text(value: Any) -> str:
    return blocks.nfc(clean(value)) if isinstance(value, str) else ""


def _address(value: Any, url: str) -> str | None:
    return blocks.absolute(url, value) if isinstance(value, str) else None


def _tags(story: dict[str, Any]) -> Iterator[str]:
    words = story.get("keywords")
    if isinstance(words, list):
        yield from (_text(word) for word in words)
    yield from (_text(tag.get("label")) for tag in _objects(story.get("tags")))


def _image(resource: dict[str, Any], url: str) -> Image | None:
    address = _address(
        resource.get("url") or _object(_object(resource.get("thumbnail")).get("image")).get("url"), url
    )
    if address is None:
        return None
    caption = " ".join(filter(None, (_text(resource.get("caption")), _text(resource.get("attribution")))))
    return Image(url=address, alt=_text(resource.get("altText") or resource.get("title")), caption=caption)


def _video(node: dict[str, Any], url: str, place: str, label: str | None) -> Video | None:
    files = list(_objects(node.get("videoFiles"))) + list(
        _objects(_object(node.get("videoMetadata")).get("externalVideoFiles"))
    )
    addresses = [node.get("sourceHref"), *(f.get("href") or f.get("url") for f in files)]
    address = next((a for value in addresses if (a := _address(value, url))), None)
    if address is None:
        return None
    here = shown(address)
    thumbnail = _object(_object(node.get("thumbnail")).get("image")).get("url")
    length = node.get("playTime") or _object(node.get("videoMetadata")).get("playTime")
    return Video(
        url=here.url,
        title=_text(node.get("title")) or None,
        provider=here.provider or host(here.url),
        thumbnail=_address(thumbnail, url),
        duration=seconds(length),
        place=place,
        label=label,
    )


def _own_video(story: dict[str, Any], url: str) -> Video | None:
    """The video that the story itself is, on a video page."""
    return _video(story, url, "hero", None) if story.get("type") == "video" else None
