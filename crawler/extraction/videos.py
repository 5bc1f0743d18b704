"""The players in a page's markup: which elements show a video, and which video that is.

Whether a player belongs to the article or to a rail beside it is decided in `placing`, from where it
stands. What is in a comment is no player; the parser has dropped it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from ...model import Video
from .blocks import absolute, nfc
from .players import Shown, by_words, known, shown, video_file

# Attributes that name a video, as a first look over the page's text finds them.
_DATA = re.compile(r"""data-([\w-]+)\s*=\s*(?:["']\s*((?:[{\[]|&quot;|&#34;)(?=\W)))?""")
_BARE = tuple(
    f"{what}{dash}id" for what in ("video", "media", "youtube", "entry", "clip") for dash in ("", "-")
)
_SPEAKING = re.compile(
    r"video|youtube|vimeo|dailymotion|brightcove|jwplayer|jw-|kaltura|ooyala|plyr|media-?id|initid"
    r"|embed-?code|entry-?id"
    r"|vilynx|yt-?id|clip-?id|playable|player-?id|playlist-?id",
    re.IGNORECASE,
)
_CUSTOM = re.compile(r"<([a-z][a-z0-9]*-[\w-]*)")
_IFRAME_SRC = re.compile(
    r"<iframe\b[^>]*?\s(?:data-)?(?:lazy-)?src\s*=\s*(?:\\?[\"'])?([^\"'\\\s>]+(?:\\/[^\"'\\\s>]+)*)",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:https?:)?(?:\\?/){2}[\w.-]+\.[a-z]{2,}(?:\\?/[^\s\"'<>\\,)]*)*", re.IGNORECASE)
_FRAME_SOURCES = (
    "src",
    "data-src",
    "data-lazy-src",
    "data-cmp-src",
    "data-original",
    "data-url",
    "data-litespeed-src",
    "data-lazy",
    "data-consent-src",
    "data-cookieblock-src",
    "data-iframe-src",
    "data-embed-src",
    "data-source",
)
_ID_NAME = re.compile(
    r"^(?:data-)?(?:[\w-]*-)?(?:(?:video|media|youtube|yt|vimeo|dailymotion|brightcove|jw|jwplayer|kaltura"
    r"|ooyala|clip|entry|plyr-embed"
    r"|displayinline-video|videomedia|vilynx|init|embed)-?_?(?:id|code)?|videoid|mediaid|videomediaid"
    r"|initid|embedcode|ytid|video-?guid|video-?uuid|asset-video-?id)$",
    re.IGNORECASE,
)
_URL_NAME = re.compile(r"video|src|url|file|stream|hls|mp4|embed|href|displayinline", re.IGNORECASE)
_ID = re.compile(r"^(?:ref:)?(?=[\w:.-]*\d|[\w-]{11}$)[\w:.-]{5,64}$")
_DULL_TITLE = re.compile(
    r"^(?:youtube(?: video player)?|vimeo(?: video)?|video(?: player)?|player"
    r"|embed(?:ded)?(?: (?:content|video))?|iframe|dailymotion.*"
    r"|jw ?player.*|brightcove.*|external content|play|play video|video-?player|null"
    r"|undefined)$",
    re.IGNORECASE,
)
_EMBED = re.compile(r"/embed/(?=[^?#])")
_AMP = {
    "amp-youtube": ("youtube", "https://www.youtube.com/watch?v={}"),
    "amp-dailymotion": ("dailymotion", "https://www.dailymotion.com/video/{}"),
    "amp-vimeo": ("vimeo", "https://vimeo.com/{}"),
    "amp-jwplayer": ("jwplayer", "https://cdn.jwplayer.com/previews/{}"),
    "lite-youtube": ("youtube", "https://www.youtube.com/watch?v={}"),
    "youtube-video": ("youtube", "https://www.youtube.com/watch?v={}"),
    "lite-vimeo": ("vimeo", "https://vimeo.com/{}"),
}
_NO_PLAYER = frozenset(
    ["li", "body", "main", "html", "form", "nav", "input", "button", "meta", "img", "source", "link"]
)
MAX_TEXT = 700  # a "player" with more text in it is a wrapper around the article


@dataclass(frozen=True, slots=True)
class Found:
    """A video and its identity on this page."""

    key: str
    video: Video


def find_players(root: HtmlElement, text: str, url: str) -> dict[HtmlElement, Found]:
    """Find the elements that show a video.

    Args:
        root: The parsed page.
        text: Its text, for a cheap first look.
        url: Its address.

    Returns:
        The outermost element of each player, in document order, with its video.
    """
    names = {
        f"data-{name}".lower() for name, data in set(_DATA.findall(text)) if data or _SPEAKING.search(name)
    }
    names |= {name for name in _BARE if f"{name}=" in text}
    tags = {tag for tag in set(_CUSTOM.findall(text)) if _SPEAKING.search(tag) or "player" in tag}
    steps = ["self::iframe", "self::video", "self::embed", "self::object", "self::script"]
    steps += [f"self::{tag}" for tag in sorted(tags)[:30] if re.fullmatch(r"[a-z0-9-]+", tag)]
    steps += ["self::amp-iframe", "self::amp-video"]
    if (
        "&lt;iframe" in text
        or "%3Ciframe" in text
        or "&#60;iframe" in text
        or '"<iframe' in text
        or "'<iframe" in text
    ):
        steps.append("@*[contains(., '<iframe') or contains(., '%3Ciframe')]")
    if "tiktok-embed" in text:
        steps.append("self::blockquote[@cite]")
    if "wistia_async" in text:
        steps.append('contains(@class, "wistia_async_")')
    steps += [f"@{name}" for name in sorted(names)[:60] if re.fullmatch(r"[a-z][a-z0-9_-]*", name)]
    found: dict[HtmlElement, Found] = {}
    for element in etree.XPath(f"//body//*[{' or '.join(steps)}]")(root):
        if element.tag == "script" and not _telling(element):
            continue
        if any(ancestor in found for ancestor in element.iterancestors()):
            continue
        if element.tag == "a" and not element.get("data-video-id"):
            continue
        if element.tag in _NO_PLAYER or _long(element):
            continue
        read = _read(element, url)
        if read is not None:
            found[element] = read
    return found


def _telling(script: HtmlElement) -> bool:
    source = script.get("src") or ""
    if source:
        return "jwpla" in source or "dailymotion" in source or "entry_id" in source
    kind = (script.get("type") or "").lower()
    content = script.text or ""
    return (
        len(content) < 3000
        and "ld+json" not in kind
        and ("embed" in content or "jwplayer" in content or "kWidget" in content or "brightcove" in content)
    )


def _long(element: HtmlElement) -> bool:
    if element.tag in ("iframe", "video", "script", "object"):
        return False
    size = 0
    for text in element.itertext():
        size += len(text.strip())
        if size > 20 * MAX_TEXT:
            return True
    if size <= MAX_TEXT:
        return False
    return sum(len(" ".join("".join(p.itertext()).split())) for p in element.iter("p")) > MAX_TEXT


def _read(element: HtmlElement, url: str) -> Found | None:
    """The video of one element: by the addresses on and in it, else by the id that it carries."""
    best: Shown | None = None
    for address in _addresses(element, url):
        this = known(address)
        if this is not None:
            best = this
            break
        framed = element.tag in ("iframe", "amp-iframe") or _EMBED.search(address)
        if best is None and (video_file(address) or (framed and by_words(_EMBED.sub("/player/", address)))):
            best = shown(address)
    identity = _identity(element)
    if best is None or (best.provider is None and identity is not None):
        made = _by_id(element, identity, url) if identity else None
        best = made or best
    if best is None and element.tag in ("iframe", "amp-iframe") and _video_names(element):
        best = next((shown(a) for a in _addresses(element, url) if not known(a) and not _is_other(a)), None)
    if best is None:
        return None
    video = Video(
        url=best.url,
        title=_title(element),
        provider=best.provider or host(best.url),
        thumbnail=_thumbnail(element, url),
        duration=_duration(element),
    )
    return Found(best.key, video)


def _is_other(address: str) -> bool:
    return not by_words(f"{address}#video")


def _video_names(element: HtmlElement) -> bool:
    names = " ".join(element.get(n) or "" for n in ("class", "id", "name", "title", "allow"))
    return bool(re.search(r"video|player(?!s)", names, re.IGNORECASE))


def _addresses(element: HtmlElement, url: str) -> Iterator[str]:
    """The addresses that an element and what is in it give, the likeliest first."""
    raw: list[str] = []
    if element.tag == "script":
        raw += [element.get("src") or ""] + (
            [f"https://www.dailymotion.com/video/{element.get('data-video')}"]
            if element.get("data-video")
            else []
        )
        raw += [m.replace("\\/", "/") for m in _URL.findall(element.text or "")][:20]
    for name in _FRAME_SOURCES:
        if value := element.get(name):
            raw.append(value)
    for name, value in element.attrib.items():
        if "iframe" in value and ("<" in value or "%3C" in value):
            raw += [html.unescape(m).replace("\\/", "/") for m in _IFRAME_SRC.findall(html.unescape(value))]
        elif value[:1] in "{[" and len(value) < 200_000:
            raw += [m.replace("\\/", "/") for m in _URL.findall(value)][:40]
        elif _URL_NAME.search(name) and ("//" in value or value.startswith("/")) and " " not in value.strip():
            raw.append(value)
    if element.tag == "object":
        raw += [p.get("value") or "" for p in element.iter("param")] + [element.get("data") or ""]
    if element.tag == "blockquote":
        raw.append(element.get("cite") or "")
    if (names := element.get("class")) and (match := re.search(r"wistia_async_(\w{10})", names)):
        raw.append(f"https://fast.wistia.net/embed/iframe/{match.group(1)}")
    if element.tag in _AMP:
        identity = _identity(element)
        if identity:
            raw.insert(0, _AMP[element.tag][1].format(identity))
    for inner in element.iter("iframe", "source", "video", "amp-video", "a", "meta"):
        if inner is not element and not (
            inner.tag == "source" and inner.getparent().tag in ("picture", "audio")
        ):
            raw += [value for name in ("src", "data-src", "href", "content") if (value := inner.get(name))]
    for value in raw:
        address = absolute(url, value)
        if address is not None:
            yield address


def _identity(element: HtmlElement) -> str | None:
    for name, raw in element.attrib.items():
        value = str(raw).strip()
        if _ID_NAME.match(name) and _ID.match(value) and not value.lower().endswith((".mp4", ".jpg")):
            return value
    return None


def _by_id(element: HtmlElement, identity: str, url: str) -> Shown | None:
    """The address of a video of which only the id is there."""
    spoken = " ".join(
        [element.tag, *element.attrib.keys(), *(v for v in element.attrib.values() if len(v) < 200)]
    ).lower()
    account = (
        element.get("data-account")
        or element.get("account")
        or element.get("data-account-id")
        or element.get("data-brightcove-account-id")
    )
    if account and account.isdigit() and re.fullmatch(r"(?:ref:)?[\w-]+", identity):
        player = element.get("data-player") or element.get("data-player-id") or "default"
        embed = element.get("data-embed") or "default"
        address = f"https://players.brightcove.net/{account}/{player}_{embed}/index.html?videoId={identity}"
        return Shown(f"brightcove:{identity}", address, "brightcove")
    if re.search(r"youtube|ytid|yt-", spoken) and re.fullmatch(r"[\w-]{11}", identity):
        return Shown(f"youtube:{identity}", f"https://www.youtube.com/watch?v={identity}", "youtube")
    if "vimeo" in spoken and identity.isdigit():
        return Shown(f"vimeo:{identity}", f"https://vimeo.com/{identity}", "vimeo")
    if "dailymotion" in spoken and identity.isalnum():
        return Shown(
            f"dailymotion:{identity}", f"https://www.dailymotion.com/video/{identity}", "dailymotion"
        )
    if re.search(r"\bjw|jwpl|-jw", spoken) and re.fullmatch(r"\w{8}", identity):
        return Shown(f"jwplayer:{identity}", f"https://cdn.jwplayer.com/previews/{identity}", "jwplayer")
    if re.fullmatch(r"[01]_\w{8}", identity):
        return Shown(f"kaltura:{identity}", _on_page(url, identity), "kaltura")
    if "ooyala" in spoken and len(identity) > 20:
        return Shown(f"ooyala:{identity}", f"https://player.ooyala.com/iframe.html?ec={identity}", "ooyala")
    if "video" not in spoken and re.search(r"image|photo|picture", spoken):
        return None
    if re.search(r"video|movie|clip|media", spoken) or element.tag == "video":
        inner = next((a for a in _links(element, url) if identity in a), None)
        provider = next((p for p in ("brightcove", "kaltura", "ooyala") if p in spoken), None)
        return Shown(f"id:{identity}", inner or _on_page(url, identity), provider)
    return None


def _links(element: HtmlElement, url: str) -> Iterator[str]:
    for inner in element.iter("a"):
        address = absolute(url, inner.get("href") or "")
        if address is not None:
            yield address
    for value in element.attrib.values():
        for match in _URL.findall(value) if "/" in value else ():
            address = absolute(url, match.replace("\\/", "/"))
            if address is not None:
                yield address


def _on_page(url: str, identity: str) -> str:
    """An address for a video that has none of its own: this page, at the video."""
    return f"{url.partition('#')[0]}#video-{identity}"


def _title(element: HtmlElement) -> str | None:
    for name in (
        "data-title",
        "data-video-title",
        "data-videotitle",
        "title",
        "aria-label",
        "data-headline",
        "alt",
        "videotitle",
        "playlabel",
    ):
        value = " ".join((element.get(name) or "").split())
        if value and not _DULL_TITLE.match(value) and not value.startswith("{"):
            return nfc(value)
    for inner in element.iter("figcaption", "h2", "h3", "h4", "h5"):
        value = " ".join("".join(inner.itertext()).split())
        if 3 < len(value) < 300:
            return nfc(value)
    return None


def _thumbnail(element: HtmlElement, url: str) -> str | None:
    for name in ("poster", "data-poster", "data-thumbnail", "data-thumb", "data-image"):
        if value := element.get(name):
            return absolute(url, value)
    for inner in element.iter("video", "img", "amp-img"):
        for name in ("poster", "src", "data-src"):
            address = absolute(url, inner.get(name) or "")
            if address is not None and inner is not element:
                return address
    return None


_ISO_DURATION = re.compile(
    r"P(?:(\d+(?:\.\d+)?)D)?T?(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?", re.IGNORECASE
)
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d\d)")


def seconds(value: object) -> float | None:
    """A duration in seconds, from ISO 8601 ("PT2M10S"), a clock ("2:10") or a number."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if 0 < value < 1e6 else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    match = _ISO_DURATION.fullmatch(text)
    if match and any(match.groups()):
        days, hours, minutes, rest = (float(g or 0) for g in match.groups())
        total = days * 86400 + hours * 3600 + minutes * 60 + rest
    elif match := _CLOCK.fullmatch(text):
        total = int(match.group(1) or 0) * 3600 + int(match.group(2)) * 60 + int(match.group(3))
    elif re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", text):
        total = float(text)
    else:
        return None
    return total if 0 < total < 1e6 else None


def _duration(element: HtmlElement) -> float | None:
    return next(
        (s for n in ("data-duration", "data-video-duration", "duration") if (s := seconds(element.get(n)))),
        None,
    )


def host(url: str) -> str | None:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None
