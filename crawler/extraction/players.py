"""Which video an address shows: provider, the provider's own id, and the page to watch it on.

One video stands on a page under many addresses (player, nocookie host, short link, thumbnail): the
provider's id is its identity. Addresses of players that are not known are judged by their words;
maps, charts, posts, podcasts and ads in frames are no videos.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Shown:
    """A video as its address tells: `key` is the same for every address of the same video."""

    key: str
    url: str
    provider: str | None


def _form(provider: str, *parts: str) -> tuple[str, str, str]:
    return provider, "".join(parts[:-1]), parts[-1]


# provider, pattern on the address without scheme, address to watch it at ({0}: the id).
_KNOWN: tuple[tuple[str, str, str], ...] = (
    _form(
        "youtube",
        r"youtube(?:-nocookie)?\.com/(?:embed/|v/|e/|shorts/|live/|(?:watch|embed"
        r"|v)/?\?(?:.*&)?v=)([\w-]{11})(?![\w-])",
        "https://www.youtube.com/watch?v={0}",
    ),
    _form("youtube", r"youtu\.be/([\w-]{11})(?![\w-])", "https://www.youtube.com/watch?v={0}"),
    _form(
        "youtube",
        r"(?:i\d?\.ytimg\.com"
        r"|img\.youtube\.com)/vi(?:_webp)?/([\w-]{11})(?![\w-])",
        "https://www.youtube.com/watch?v={0}",
    ),
    _form(
        "dailymotion",
        r"dailymotion\.com/(?:embed/"
        r"|swf/)?video/([a-zA-Z0-9]+)",
        "https://www.dailymotion.com/video/{0}",
    ),
    _form("dailymotion", r"dai\.ly/([a-zA-Z0-9]+)", "https://www.dailymotion.com/video/{0}"),
    _form(
        "dailymotion",
        r"geo\.dailymotion\.com/player[^?]*\?(?:.*&)?video=([a-zA-Z0-9]+)",
        "https://www.dailymotion.com/video/{0}",
    ),
    _form(
        "vimeo",
        r"(?:player\.)?vimeo\.com/(?:video/|channels/[\w-]+/|groups/[\w-]+/videos/|album/\d+/video/"
        r"|ondemand/[\w-]+/)?(\d{5,})",
        "https://vimeo.com/{0}",
    ),
    _form(
        "brightcove",
        r"players\.brightcove\.net/(\d+/[\w-]+)/index(?:\.min)?\.html\?(?:.*&)?videoId=((?:ref:)?[\w-]+)",
        "https://players.brightcove.net/{0}/index.html?videoId={1}",
    ),
    _form(
        "brightcove",
        r"(?:c|link|secure)\.brightcove\.com/services/.*(?:bctid|videoPlayer"
        r"|videoId)=()((?:ref:)?\w+)",
        "https://link.brightcove.com/services/player?bctid={1}",
    ),
    _form(
        "jwplayer",
        r"(?:cdn|content)\.(?:jwplayer|jwplatform)\.com/(?:players|previews|manifests|videos"
        r"|thumbs|strips|feeds|v2/media|tracks)/"
        r"(\w{8})(?!\w)",
        "https://cdn.jwplayer.com/previews/{0}",
    ),
    _form(
        "kaltura",
        r"kaltura\.\w+/.*(?:entry_id|entryId)[/=]((?:0"
        r"|1)_\w{8})",
        "https://videos.kaltura.com/media/{0}",
    ),
    _form(
        "ooyala",
        r"player\.ooyala\.com/.*(?:[?#&/](?:ec|embedCode"
        r"|pcode)=)([\w-]{20,})",
        "https://player.ooyala.com/iframe.html?ec={0}",
    ),
    _form(
        "facebook",
        r"facebook\.com/(?:plugins/video\.php\?(?:.*&)?href=.*?(?:videos?/(?:[\w.]+/)?|v=)"
        r"|watch/?\?(?:.*&)?v=|[\w.-]+/videos/(?:[\w.]+/)?)(\d{6,})",
        "https://www.facebook.com/watch/?v={0}",
    ),
    _form(
        "tiktok",
        r"tiktok\.com/(?:embed/(?:v\d/)?|player/v1/"
        r"|@[\w.-]+/video/)(\d{10,})",
        "https://www.tiktok.com/embed/v2/{0}",
    ),
    _form(
        "twitch",
        r"player\.twitch\.tv/\?(?:.*&)?video=v?(\d+)"
        r"|twitch\.tv/videos/(\d+)",
        "https://www.twitch.tv/videos/{0}",
    ),
    _form("twitch", r"clips\.twitch\.tv/(?:embed\?(?:.*&)?clip=)?([\w-]{6,})", "https://clips.twitch.tv/{0}"),
    _form("streamable", r"streamable\.com/(?:[eos]/)?(\w{4,8})(?!\w)", "https://streamable.com/{0}"),
    _form("rumble", r"rumble\.com/embed/(?:\w+\.)?(v\w+)", "https://rumble.com/embed/{0}/"),
    _form(
        "wistia",
        r"(?:fast\.)?wistia\.(?:net|com)/(?:embed/(?:iframe|medias)"
        r"|medias)/(\w{10})",
        "https://fast.wistia.net/embed/iframe/{0}",
    ),
    _form("vidyard", r"play\.vidyard\.com/(\w{10,})", "https://play.vidyard.com/{0}"),
    _form("odysee", r"odysee\.com/\$/embed/([^?#]+)", "https://odysee.com/{0}"),
    _form("bitchute", r"bitchute\.com/(?:embed|video)/(\w+)", "https://www.bitchute.com/video/{0}/"),
    _form("rutube", r"rutube\.ru/(?:play/embed|video(?:/embed)?)/(\w+)", "https://rutube.ru/video/{0}/"),
    _form(
        "vk",
        r"(?:vk\.com|vkvideo\.ru)/video_ext\.php\?(?:.*&)?oid=(-?\d+)&(?:.*&)?id=(\d+)",
        "https://vk.com/video{0}_{1}",
    ),
    _form("ok", r"ok\.ru/(?:videoembed|video)/(\d+)", "https://ok.ru/video/{0}"),
    _form("bilibili", r"bilibili\.com/(?:.*[?&]bvid=|video/)(BV\w+)", "https://www.bilibili.com/video/{0}"),
    _form(
        "youku",
        r"player\.youku\.com/(?:embed"
        r"|player\.php/sid)/([\w=]+)",
        "https://v.youku.com/v_show/id_{0}.html",
    ),
    _form(
        "niconico",
        r"(?:embed\.)?nicovideo\.jp/(?:watch"
        r"|embed)/([a-z]{2}\d+)",
        "https://www.nicovideo.jp/watch/{0}",
    ),
    _form(
        "digiteka",
        r"(?:ultimedia|digiteka)\.(?:com"
        r"|net)/deliver/.*/src/(\w+)",
        "https://www.ultimedia.com/default/index/videogeneric/id/{0}",
    ),
    _form(
        "glomex",
        r"player\.glomex\.com/.*playlistId=(v-\w+)",
        "https://player.glomex.com/integration/1/iframe-player.html?playlistId={0}",
    ),
    _form(
        "brid",
        r"services\.brid\.tv/services/iframe/video/(\d+)",
        "https://services.brid.tv/services/iframe/video/{0}",
    ),
    _form("msn", r"msn\.com/.*/vi-([A-Z]{2}\w+)", ""),
)
_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE), watch) for name, pattern, watch in _KNOWN)

_NONE = re.compile(
    r"podcast|libsyn|podbean|art19|audioboom|iheart|transistor\.fm|audio|spotify|soundcloud|acast"
    r"|megaphone|omny|simplecast|buzzsprout|anchor\.fm|deezer|playlist_type=audio"
    r"|radio|maps\.google|google\.[a-z.]+/maps|openstreetmap|recaptcha|googletagmanager|doubleclick"
    r"|googlesyndication|adsystem"
    r"|amazon-adsystem|adserver|/ads?/|safeframe|taboola|outbrain|disqus|/comments?|newsletter|subscribe"
    r"|consent|cmp\."
    r"|privacy|datawrapper|flourish|infogram|infogr\.am|tableau|documentcloud|scribd|issuu|typeform|survey"
    r"|/polls?/|quiz"
    r"|riddle|playbuzz|giphy|tenor\.com|platform\.twitter|twitter\.com/|instagram\.com"
    r"|facebook\.com/(?:v\d|plugins/(?:like|page|post|share))"
    r"|linkedin\.com|pinterest|reddit|about:blank|chartbeat|weather|tradingview|widget-\w*stock|about:"
    r"|storage\.html|videoseries"
    r"|\.(?:jpe?g|png|gif|webp|svg|mp3|js|css)(?:\?|$)",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"video|player|vod(?=\W|$)|mediathek|(?<![a-z])clips?(?=\W|$)|\.(?:mp4|m3u8|webm|mov)(?:\?|$)|/watch/",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:mp4|m3u8|webm|m4v|mov|mpd|ogv)(?:[?#]|$)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def known(address: str) -> Shown | None:
    """The video that an absolute address of a known provider shows, or None.

    Args:
        address: An absolute address; what is percent-encoded in it is looked into too.
    """
    if len(address) > 3000 or "." not in address:
        return None
    plain = unquote(address) if "%" in address else address
    plain = plain.replace("&amp;", "&").replace("\\/", "/")
    for provider, pattern, watch in _PATTERNS:
        match = pattern.search(plain)
        if match is None:
            continue
        groups = [g for g in match.groups() if g is not None]
        identity = groups[-1]
        if provider == "youtube" and identity.lower() in ("videoseries", "live_stream"):
            return None
        return Shown(f"{provider}:{identity}", watch.format(*groups) if watch else address, provider)
    return None


def video_file(address: str) -> bool:
    """Whether the address is that of a video file or stream."""
    return bool(_FILE.search(address)) and not _NONE.search(address)


def by_words(address: str) -> bool:
    """Whether a frame's address looks like that of a video player that is not known."""
    plain = unquote(address)
    if _NONE.search(plain):
        return False
    # The words of a headline in an address ("…-video-of-protests-…") say nothing of what is there.
    path, _, query = plain.partition("?")
    return bool(
        _WORDS.search("/".join(part for part in path.split("/") if part.count("-") < 3) + "?" + query)
    )


def shown(address: str) -> Shown:
    """The identity of any address: a known video's, else the address without query noise."""
    found = known(address)
    if found is not None:
        return found
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    if not parts.fragment.startswith("video-"):  # of a player that is not known it says how, not what
        address = address.partition("#")[0]
    query = (
        parts.query
        if re.search(r"(?:^|&)\w*(?:v|id|video|vid|ids|clip|media)=", parts.query, re.IGNORECASE)
        else ""
    )
    key = (
        f"{host}{parts.path.rstrip('/')}"
        + (f"?{query}" if query else "")
        + (f"#{parts.fragment}" if parts.fragment.startswith("video-") else "")
    )
    return Shown(key, address, None)
