"""The two forms of a URL: the one that is fetched and the one under which an article is recognised.

`fetchable` cleans an address as a browser would (WHATWG URL; RFC 3986, 6.2.2) and refuses what an
archive has no business with; the server is still asked for the same thing. `identity` goes on to
fold the spellings under which outlets publish one story (http, www, AMP, trailing slash, order of
parameters): a key, not an address to fetch. It merges only what cannot be two articles: a parameter
that is not known to track readers stays. Nothing here resolves a name or asks a server; canonical
links and redirects are aliases, which the archive learns from what it fetched.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import unquote, urljoin

from ..errors import BadURL
from .hosts import PORTS, bare_host, read_authority, registrable
from .tracking import is_placement, is_tracking

# The sitemap protocol's own limit, and within what PostgreSQL can index as a key (2,704 bytes).
MAX_LENGTH: Final = 2_048
_MAX_RAW: Final = 16_000  # beyond it an address is not even cleaned

_BLANKS: Final = "".join(map(chr, range(0x21))) + "\x7f\u00a0\u200b\u2028\u2029\u3000\ufeff"
_BROKEN_LINES: Final = str.maketrans("", "", "\t\n\r")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_ABSOLUTE: Final = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
_UNSAFE_IN_PATH: Final = re.compile(r"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]")
_UNSAFE_IN_QUERY: Final = re.compile(r"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9\-._~]")
_TWICE_ESCAPED: Final = re.compile(r"(?:\A|&)(?:amp;)+")  # from a feed that escaped `&` once too often
# What most addresses are already: nothing to do for them (a sitemap brings 50,000).
_CLEAN: Final = re.compile(
    r"https?://(?:[a-z](?:[a-z0-9\-]{0,61}[a-z0-9])?\.){1,3}[a-z]{2,24}/"
    r"(?:[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]+)*/)*(?:[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]+)*)?"
)

_INDEX: Final = re.compile(r"/(?:index|default)\.(?:s?html?|php|aspx?|jsp)\Z", re.IGNORECASE)
_SESSION: Final = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_AMP_PLACE: Final = re.compile(
    r"\A/amp(?=/.)|(?<=[^/.])(?:/amp(?:\.html)?\Z|\.amp\Z|\.amp(?=\.html\Z))", re.IGNORECASE
)
_AMP_PAIR: Final = re.compile(
    r"amp(?:=(?:1|true|yes|amp)?)?|(?:output(?:type)?|view|format|mode)=amp", re.IGNORECASE
)
_FRONT: Final = re.compile(
    r"https://[^/]+/(?:[a-z]{2}(?:[-_][a-z]{2,4})?|(?:home|homepage|index|accueil|startseite|portada|inicio)(?:\.html?)?)?",
    re.IGNORECASE,
)


def fetchable(url: str, base: str | None = None) -> str:
    """Clean `url` into the absolute address that is fetched and kept.

    Surrounding blanks, line breaks inside, the fragment, a default port and tracking parameters
    are dropped; the host is lowercased and IDNA-encoded (UTS 46), dot segments are resolved,
    escapes normalised, and what is not ASCII is percent-encoded as UTF-8.

    Args:
        url: What a page, a feed or a person gave; relative only with `base`.
        base: The absolute address against which it is resolved.

    Returns:
        An ASCII URL; cleaning it again changes nothing.

    Raises:
        BadURL: Not http(s), no valid host, a user name, a control character, or too long.
    """
    if _CLEAN.fullmatch(url) and len(url) <= MAX_LENGTH:
        return url
    return _address(_split(url, base))


def identity(url: str) -> str:
    """Give the key under which the article at `url` is recognised.

    Args:
        url: An absolute http(s) URL, clean or not.

    Returns:
        A URL-shaped key: https, no `www.`, no AMP marks, no trailing slash or index page,
        parameters sorted by name. Its own identity is itself; so is that of `fetchable(url)`.

    Raises:
        BadURL: As `fetchable`.
    """
    return _key(_split(url))


def both(url: str, base: str | None = None) -> tuple[str, str]:
    """Give (`fetchable(url, base)`, its `identity`) for the price of one.

    Raises:
        BadURL: As `fetchable`.
    """
    parts = _split(url, base)
    return _address(parts), _key(parts)


def host(url: str) -> str:
    """The host of `url`, lowercase and IDNA-encoded, without port or brackets.

    Raises:
        BadURL: As `fetchable`.
    """
    return _split(url).host.strip("[]")


def site(url: str) -> str:
    """The registrable domain of `url` (`https://news.bbc.co.uk/x` -> `bbc.co.uk`): its outlet.

    Raises:
        BadURL: As `fetchable`.
    """
    return registrable(_split(url).host)


def same_site(a: str, b: str) -> bool:
    """Say whether two URLs belong to one outlet, as far as their hosts tell (`site`)."""
    return site(a) == site(b)


def is_front_page(url: str) -> bool:
    """Say whether `url` (or a key) is the root of its host or of one of its languages, by its shape.

    Raises:
        BadURL: As `fetchable`.
    """
    return is_front_key(identity(url))


def is_front_key(key: str) -> bool:
    """`is_front_page`, for what `identity` gave."""
    return _FRONT.fullmatch(key) is not None


class _Parts(NamedTuple):
    scheme: str
    host: str
    port: str  # "" for the scheme's default
    path: str
    query: str

    @property
    def authority(self) -> str:
        return f"{self.host}:{self.port}" if self.port else self.host


def _split(url: str, base: str | None = None) -> _Parts:
    if len(url) > _MAX_RAW:
        raise BadURL(f"the address has more than {_MAX_RAW} characters", url=url[:200])
    text = url.strip(_BLANKS).translate(_BROKEN_LINES)
    head, mark, tail = re.match(r"([^?#]*)([?#]?)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    text = head.replace("\\", "/") + mark + tail
    named = _SCHEME.match(text)
    if named and named[1].lower() in PORTS:
        text = f"{named[1]}://{text[named.end() :].lstrip('/')}"
    elif named or base is None:
        raise BadURL("not an http or https address; write it in full, from https:// on", url=url[:200])
    else:
        try:
            text = urljoin(base, text)
        except ValueError as error:
            raise BadURL("the address cannot be resolved", url=url[:200]) from error
    if bad := _CONTROL.search(text):
        raise BadURL(f"there is a control character (U+{ord(bad[0]):04X}) in the address", url=ascii(url))
    whole = _ABSOLUTE.match(text)
    if not whole:
        raise BadURL("not an http or https address", url=url[:200])
    scheme = whole[1].lower()
    try:
        name, port = read_authority(whole[2], scheme)
    except ValueError as error:
        raise BadURL(f"the address has no valid host: {error}", url=url[:200]) from None
    path = _resolve_dots(_UNSAFE_IN_PATH.sub(_escape, whole[3]))
    query = _TWICE_ESCAPED.sub("&", _UNSAFE_IN_QUERY.sub(_escape, whole[4] or ""))
    pairs = (pair for pair in query.split("&") if pair and not is_tracking(unquote(pair.partition("=")[0])))
    parts = _Parts(scheme, name, port, path, "&".join(pairs))
    if len(_address(parts)) - len(f"{scheme}:") > MAX_LENGTH:
        raise BadURL(f"the address has more than {MAX_LENGTH} characters", url=url[:200])
    return parts


def _address(parts: _Parts) -> str:
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.authority}{parts.path}{query}"


def _key(parts: _Parts) -> str:
    port = "" if parts.port in PORTS.values() else parts.port
    path = _bare_path(parts.path)
    pairs = sorted(
        (
            pair
            for pair in parts.query.split("&")
            if not _AMP_PAIR.fullmatch(pair) and not is_placement(pair, path)
        ),
        key=lambda pair: pair.partition("=")[0],
    )
    return _address(_Parts("https", bare_host(parts.host), port, path, "&".join(pairs)))


def _escape(found: re.Match[str]) -> str:
    if found[1]:
        char = chr(int(found[1], 16))
        return char if _UNRESERVED.fullmatch(char) else found[0].upper()
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def _resolve_dots(path: str) -> str:
    if "/." not in path:
        return path or "/"
    out: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del out[-1:]
        elif segment != ".":
            out.append(segment)
    if segments[-1] in (".", ".."):
        out.append("")
    return "/" + "/".join(out)


def _bare_path(path: str) -> str:
    while True:
        bare = _resolve_dots(_SESSION.sub("", re.sub("//+", "/", path))).rstrip("/")
        bare = _AMP_PLACE.sub("", _INDEX.sub("", bare)) or "/"
        if bare == path:
            return path
        path = bare
