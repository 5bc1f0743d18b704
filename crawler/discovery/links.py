"""Front pages and sections: telling the links to articles from all the others.

Every link gets a sum of evidence from five witnesses: the shape of its address, the length of its
text, whether it is (in) a heading, where on the page it stands, and what its siblings of the same
address pattern look like. No outlet is known by name here. A page that is built by scripts shows
no links; for such a source a feed or a sitemap is the way.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple

from lxml import etree

from ...errors import BadURL
from ...model import Finder, Lead
from ..urls import both, identity, is_front_key, site
from .harvest import Harvest, plain_title
from .pages import read_page
from .shapes import article_shape, template

MAX_LINKS: Final = 5_000  # links of one page that are weighed
_ENOUGH: Final = 3.0  # evidence from which on a link is taken for an article's

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NOT_CONTENT: Final = {"nav": -3.0, "footer": -3.0, "header": -1.5, "aside": -0.3, "form": -3.0}
_ROLES: Final = {"navigation": "nav", "contentinfo": "footer", "banner": "header", "complementary": "aside"}
# Words in class and id; weak, since a page's frame may bear them too ("page with-menu").
_HINT: Final = re.compile(
    r"(?:\A|[\s_-])(?:nav|navbar|navigation|navi|menu|breadcrumbs?|footer|masthead|social|share|sharing|toolbar|cookies?"
    r"|consent|tags?|taglist|pagination|pager|login|newsletter|byline|authors?)(?=[\s_-]|\Z)",
    re.IGNORECASE,
)
_FRAME: Final = frozenset({"html", "body", "main", "article"})


class _Place(NamedTuple):
    """Where the walk stands: within content or a heading, and what speaks against links here."""

    content: bool = False
    heading: bool = False
    against: float = 0.0


@dataclass(slots=True)
class _Link:
    """All anchors of a page that lead to one address."""

    url: str
    text: str
    picture: str  # what its picture is said to show
    place: float
    heading: bool

    @property
    def words(self) -> int:
        """Words of the text; of a script without blanks, two signs are one."""
        text = self.text or self.picture
        return sum(1 + sum(ch > "\u2e7f" for ch in word) // 2 for word in text.split())


def find_articles(
    payload: bytes, url: str, headers: Sequence[tuple[str, str]] = (), *, limit: int = 200
) -> tuple[Lead, ...]:
    """Find the articles that a front page or section links to.

    Args:
        payload: The page, content coding removed.
        url: Its address.
        headers: The response's headers, for the charset.
        limit: Most leads; of more the likeliest are taken.

    Returns:
        Leads in the page's order, each with the link's text as title; of the page's own site
        only. Empty for a page without such links, for a page of scripts and for bytes of no kind.

    Raises:
        BadURL: `url` itself is none.
    """
    page = read_page(payload, url, headers)
    if page is None:
        return ()
    links: dict[str, _Link] = {}
    own, home = identity(url), site(url)
    for href, text, picture, place in islice(_anchors(page.root), MAX_LINKS):
        try:
            address, key = both(href, page.base)
            if key == own or is_front_key(key) or site(address) != home:
                continue
        except BadURL:
            continue
        weight = place.against + 0.5 * place.content
        if known := links.get(key):
            known.url = min(known.url, address, key=len)  # the one that does not say where it stood
            known.place = max(known.place, weight)
            known.heading |= place.heading
            known.text = max(known.text, text, key=len)
            known.picture = known.picture or picture
        else:
            links[key] = _Link(address, text, picture, weight, place.heading)
    harvest = Harvest(Finder.FRONTPAGE, url, limit)
    weighed = _weigh(list(links.values()))
    enough = sorted((weight for weight, _ in weighed if weight >= _ENOUGH), reverse=True)
    least = enough[:limit][-1] if enough else _ENOUGH
    for weight, link in weighed:
        if weight >= least:
            harvest.add(link.url, title=link.text or link.picture)
    return harvest.leads


def _anchors(root: Any) -> Iterator[tuple[str, str, str, _Place]]:
    """Yield (href, text, picture's text, place) of each link in the page's order; no recursion."""
    places = [_Place()]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            places.pop()
            continue
        tag = element.tag
        place = _enter(places[-1], tag, element)
        places.append(place)
        if tag == "a" and (href := element.get("href")) and not href.startswith("#"):
            inner = next(element.iter(*_HEADINGS), None)
            text = _text(element if inner is None else inner)
            picture = "" if text else _named(element)
            yield href, text, picture, place._replace(heading=place.heading or inner is not None)


def _enter(outer: _Place, tag: str, element: Any) -> _Place:
    role = element.get("role")
    kind = _ROLES.get(role, tag) if role else tag
    if kind in _HEADINGS:
        return outer._replace(heading=True)
    if kind in ("main", "article") or role == "main":
        return outer._replace(content=True)
    against = outer.against
    if kind in _NOT_CONTENT and not (kind == "header" and outer.content):
        against = min(against, _NOT_CONTENT[kind])
    elif tag not in _FRAME and _HINT.search(f"{element.get('class', '')} {element.get('id', '')}"[:300]):
        against = min(against, -1.5)
    return outer if against == outer.against else outer._replace(against=against)


def _text(element: Any) -> str:
    """What a reader sees of a link, as one line."""
    return plain_title(" ".join(part[:500] for part in islice(element.itertext(), 100))) or ""


def _named(element: Any) -> str:
    """What a link without text is called for those who cannot see its picture."""
    image = next(element.iter("img"), None)
    names = (element.get("aria-label"), element.get("title"), None if image is None else image.get("alt"))
    return next((title for name in names if (title := plain_title(name))), "")


def _weigh(links: Sequence[_Link]) -> list[tuple[float, _Link]]:
    families: defaultdict[str, list[_Link]] = defaultdict(list)
    for link in links:
        families[template(link.url)].append(link)
    # Once for each family, not for each of its members: a hostile page is one family of thousands.
    vouching: dict[int, float] = {}
    for family in families.values():
        vouching.update(dict.fromkeys(map(id, family), _siblings(family)))
    shapes = ((article_shape(link.url), link) for link in links)
    return [
        (min(shape, 5.0) + _speaking(link) + vouching[id(link)], link)
        for shape, link in shapes
        if shape > -10.0
    ]


def _speaking(link: _Link) -> float:
    """Evidence of the link itself: a headline is long, and stands in a heading."""
    by_words = (0.0, -1.0, -1.0, 0.4, 1.2)
    words = link.words
    said = by_words[words] if words < len(by_words) else 2.0
    return said + 1.5 * link.heading + link.place


def _siblings(family: Sequence[_Link]) -> float:
    """Evidence of the page's other links of the same pattern: headlines throughout, or names."""
    if len(family) < 4:
        return 0.0
    share = sum(link.words >= 4 for link in family) / len(family)
    return 1.5 if share >= 0.6 else -1.0 if share < 0.2 else 0.0
