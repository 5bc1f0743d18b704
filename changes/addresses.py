"""What an address names, apart from how it is dressed: keys of links, images, videos and pages.

Two addresses with one key show a reader the same thing: tracking parameters, sizes, crops, formats,
signatures and delivery hosts fall away. This is not the identity under which articles are archived
(`crawler.urls`), which must never merge two stories; here a wrong merge costs one label.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

_TRACKING = re.compile(
    r"(?i)^(?:utm_.*|at_.*|xtor|xt_.*|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|wt[._].*|ns_.*|"
    r"ocid|cid|cmpid?|ito|ftag|smid|smtyp|ref|ref_.*|referrer|source|src|rss|share|sharetype|ssm|"
    r"session(?:id)?|sid|phpsessionid|jsessionid|_ga|_gl|spm|trk.*|s_cid|icid|cvid|partner|feature|si|ts|"
    r"timestamp|cb|cachebuster|token|sig|signature|expires|amp)$"
)
# The parameters that name a medium; every other one sizes, signs or counts.
_NAMING = {
    "id", "v", "vid", "video", "videoid", "video_id", "clip", "clipid", "mediaid", "media_id", "media",
    "bctid", "entry_id", "entryid", "file", "image", "img", "src", "url", "uri", "contentid", "list",
}  # fmt: skip
_SIZE = re.compile(
    r"(?i)^(?:\d{2,5}x\d{0,5}|x\d{2,5}|[wh][_-]?\d{2,5}(?:[,_-][a-z]+[_-]?[\w.:]+)*|(?:width|height|resize|crop|fit|"
    r"quality|scale|rect|format|f_auto|q_auto|c_\w+|landscape|portrait|square|large|medium|small|thumb(?:nail)?"
    r"|original|master|full|scaled|retina)(?:[-_=:,x\d].*)?|\d{1,4})$"
)
_SUFFIX = re.compile(
    r"(?i)(?:[-_@](?:\d{2,5}x\d{2,5}|scaled|\d{3,4}w|[wh]\d{2,4}|[123]x|large|small|medium|thumb|crop))+$"
)
_EXTENSION = re.compile(r"(?i)\.(?:jpe?g|png|webp|avif|gif|svg|jfif|heic|m3u8|mpd|mp4|webm|html?)$")
_YOUTUBE = re.compile(
    r"(?:youtube(?:-nocookie)?\.com/(?:embed/|v/|shorts/|live/|watch\?(?:.*&)?v=)|youtu\.be/)([\w-]{11})"
)


def link_key(url: str) -> str:
    """What a link leads to: host without "www.", path, the query without tracking, no fragment."""
    host, path, query = _parts(url)
    kept = "&".join(sorted(f"{k}={v}" for k, v in query if not _TRACKING.match(k)))
    return f"{host}{path.rstrip('/')}" + (f"?{kept}" if kept else "")


def page_key(url: str) -> str:
    """What a page's own address names, its AMP and mobile dress taken off."""
    key = link_key(url)
    key = re.sub(r"^(?:m|mobile|amp|edition)\.", "", key)
    return re.sub(r"(?:/amp|\.amp)(?:\.html)?$", "", key)


def image_key(url: str) -> str:
    """Which picture an address shows, at whatever size, crop or format.

    Delivery hosts differ between two fetches of one page, so the key is made of the path without its
    sizes. A proxy's address (`?url=…`) has the key of the picture that it wraps.
    """
    host, path, query = _parts(url)
    naming = {k.lower(): v for k, v in query if k.lower() in _NAMING}
    for name in ("url", "src", "uri", "image", "img"):
        if (inner := naming.get(name, "")) and "/" in inner:
            return image_key(inner)
    # A proxy may also carry the picture's address in its path (".../https://host/picture.jpg").
    if (at := max(path.rfind("http:/"), path.rfind("https:/"))) > 0:
        return image_key(path[at:])
    segments = [s for s in path.split("/") if s and not _SIZE.match(s)]
    if segments:
        segments[-1] = _SUFFIX.sub("", _EXTENSION.sub("", segments[-1]))
    kept = "&".join(sorted(naming.values()))
    return "/".join(segments[-3:]) + (f"?{kept}" if kept else "") or host


def video_key(url: str) -> str:
    """Which video an address plays, whichever player page or stream names it."""
    if found := _YOUTUBE.search(url):
        return f"youtube:{found[1]}"
    host, path, query = _parts(url)
    kept = "&".join(sorted(v for k, v in query if k.lower() in _NAMING))
    path = _EXTENSION.sub("", path.rstrip("/"))
    return f"{host}{path}" + (f"?{kept}" if kept else "")


def _parts(url: str) -> tuple[str, str, list[tuple[str, str]]]:
    try:
        split = urlsplit(url.strip())
        host = (split.hostname or "").removeprefix("www.")
        query = parse_qsl(split.query, keep_blank_values=True, max_num_fields=200)
    except ValueError:  # not an address ("http://[", too many fields): its letters are its key
        return url.strip(), "", []
    return host, unquote(split.path), query
