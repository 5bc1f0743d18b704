"""A stored page made harmless: its words and their order, and nothing that runs, loads, asks or hides.

The markup is an outlet's, or an attacker's. It is parsed as a browser would and written anew from a list of
what may stand (nh3, an HTML5 parser in Rust); everything else goes: scripts, styles, forms, frames, event
handlers, every attribute that loads. The answer's policy (`STORED_POLICY`) says the same to the browser once
more, and puts the page into an origin of its own. Pure; it is not the page as it looked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

import nh3

STORED_POLICY: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""`sandbox` without a word of permission: no scripts, no forms, an opaque origin (CSP Level 3, 7.2)."""
RAW_POLICY: Final = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

LONGEST: Final = 2_000_000  # characters of markup that are shown
MOST_TAGS: Final = 20_000
"""Tags that are shown: an HTML parser takes the square of how deep they nest, here under a second."""

_TAGS: Final = frozenset(
    "a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn"
    " div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main mark nav"
    " ol p pre q rp rt ruby s samp section small span strong sub summary sup table tbody td tfoot th thead"
    " time tr u ul var wbr".split()
)
_DROPPED: Final = frozenset(
    "script style noscript template title iframe object embed svg math select textarea button canvas audio "
    "video frameset".split()
)
_ATTRIBUTES: Final = {
    "*": {"lang", "dir"},
    "a": {"href", "hreflang"},
    "img": {"alt"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
# A parser opens these again in every block that follows, once for each that differs: without attributes
# none do, and a page cannot multiply itself (HTML standard, 13.2.4.3).
_FORMATTING: Final = re.compile(
    r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])[^>]*(?:>|\Z)", re.IGNORECASE
)
_TAG: Final = re.compile(r"</?[A-Za-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Harmless:
    """Markup that can do nothing, and whether it is only the beginning of the page."""

    html: str
    is_cut: bool


def sanitised(markup: str, url: str, *, links: bool = True) -> Harmless:
    """Make a page's markup harmless.

    Args:
        markup: The page, decoded.
        url: Where it was fetched: links are completed by it.
        links: Whether links stay; without, their words do.
    """
    end = min(len(markup), LONGEST)
    for count, found in enumerate(_TAG.finditer(markup, 0, end)):
        if count == MOST_TAGS:
            end = found.start()
            break
    try:
        cleaner = _cleaner(("rewrite_with_base", url), links)
    except ValueError:  # from a WARC file of others an address may be anything
        cleaner = _cleaner("deny", links)
    return Harmless(html=cleaner.clean(_FORMATTING.sub(r"<\1>", markup[:end])), is_cut=end < len(markup))


def _cleaner(
    relative: Literal["deny"] | tuple[Literal["rewrite_with_base"], str], links: bool
) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS if links else _TAGS - {"a"},
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
        url_relative=relative,
    )
