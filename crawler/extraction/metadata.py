"""Title, authors, dates, language, section, tags: what the page says of the article around its text.

Each field has its ways in an order of trust, and says which way it came; what a page states for
machines is believed before what must be guessed from its look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from htmldate import find_date
from lxml.html import HtmlElement

from .blocks import absolute
from .byline import is_site, people, under_headline, unique
from .dates import iso, written
from .looks import size_of
from .outline import Piece
from .structured import Node, kinds, texts

_ARTICLE = ("Article", "BlogPosting", "Report", "Review", "ClaimReview", "LiveBlogPosting")
_AUTHOR_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "dc.creator",
    "byl",
    "sailthru.author",
    "cxenseparse:author",
)
_DATELINE = 90  # characters, up to which a line under the headline may tell the day
_SEPARATOR = re.compile(r"\s+[|–—•·»:/-]\s+|\s*[|»•]\s*")


@dataclass(slots=True)
class Facts:
    """The fields of one page, and the way each was found."""

    title: str = ""
    headline: str = ""  # what readers see above the text, where the title says something else
    standfirst: str = ""
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    site: str | None = None
    canonical: str | None = None
    ways: dict[str, str] = field(default_factory=dict)


def main_node(nodes: Sequence[Node]) -> Node | None:
    """The JSON-LD object that speaks of the page's article: the one that says most, a live blog
    before its entries."""
    best: Node | None = None
    most = -1
    for node in nodes:
        names = kinds(node)
        if not any(name.endswith(_ARTICLE) for name in names):
            continue
        said = sum(bool(node.get(key)) for key in ("headline", "datePublished", "author", "articleBody"))
        said += 10 * ("LiveBlogPosting" in names)
        if said > most:
            best, most = node, said
    return best


def read(
    root: HtmlElement, nodes: Sequence[Node], metas: dict[str, list[str]], url: str, pieces: Sequence[Piece]
) -> Facts:
    """Read every field that does not need the body.

    Args:
        root: The parsed page.
        nodes: Its JSON-LD objects.
        metas: Its meta elements.
        url: Its address.
        pieces: Its outline's pieces.
    """
    node = main_node(nodes) or {}
    facts = Facts()
    facts.site = _first(metas, "og:site_name", "application-name", "twitter:site")
    _title(facts, root, node, metas, pieces)
    _authors(facts, pieces, nodes, node, metas)
    _dates(facts, root, node, metas, pieces)
    description = _first(metas, "og:description", "description", "twitter:description")
    facts.standfirst = next(texts(node.get("description")), None) or description or ""
    if facts.standfirst:
        facts.ways["standfirst"] = "json-ld" if node.get("description") else "meta"
    section = next(texts(node.get("articleSection")), None)
    facts.section = _chosen(
        facts, "section", ("json-ld", section), ("meta", _first(metas, "article:section", "section"))
    )
    stated = (a for source in (node.get("image"), node.get("thumbnailUrl")) for a in _addresses(source))
    shared = (v for name in ("og:image", "og:image:url", "twitter:image") for v in metas.get(name, ()))
    facts.image = _chosen(
        facts, "image", *((way, _web(url, found)) for way, found in (("json-ld", stated), ("meta", shared)))
    )
    facts.tags = _tags(facts, node, metas)
    facts.canonical = _canonical(facts, root, metas, url)
    return facts


def _chosen(facts: Facts, field: str, *ways: tuple[str, str | None]) -> str | None:
    """The first value that there is, its way noted."""
    for way, value in ways:
        if value:
            facts.ways[field] = way
            return value
    return None


def _web(url: str, addresses: Iterable[str]) -> str | None:
    """The first of the addresses that is one of the web."""
    return next((found for address in addresses if (found := absolute(url, address))), None)


def _first(metas: dict[str, list[str]], *names: str) -> str | None:
    return next((value for name in names for value in metas.get(name, ()) if value), None)


def _addresses(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _addresses(item)
    elif isinstance(value, dict):
        yield from _addresses(value.get("url") or value.get("contentUrl") or value.get("@id"))


def _key(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def bare_title(title: str, site: str | None) -> str:
    """A title without the name of the site at its end or beginning."""
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    name = _key(site or "")
    for part, rest in ((parts[-1], title[: title.rfind(parts[-1])]), (parts[0], title[len(parts[0]) :])):
        if (
            name
            and part
            and (_key(part) == name or (len(_key(part)) > 3 and _key(part) in name) or name in _key(part))
        ):
            stripped = re.sub(r"^[\s|–—•·»:/-]+|[\s|–—•·»:/-]+$", "", rest)
            if stripped:
                return bare_title(stripped, site) if _SEPARATOR.search(stripped) else stripped
    return title


def _title(
    facts: Facts, root: HtmlElement, node: Node, metas: dict[str, list[str]], pieces: Sequence[Piece]
) -> None:
    document = " ".join((root.findtext(".//title") or "").split())
    stated = next(texts(node.get("headline")), None)
    shared = _first(metas, "og:title", "twitter:title")
    shared = bare_title(shared, facts.site) if shared else None
    h1 = [piece.text for piece in pieces if piece.level == 1]
    h2 = [_key(piece.text) for piece in pieces if piece.level == 2][:3]
    for way, title in (("json-ld", stated), ("meta", shared)):
        # A first-level heading made for search engines, and the headline that readers see below it.
        if title and len(_key(title)) > 20 and any(key.endswith(_key(title)) for key in h2):
            facts.title, facts.ways["title"] = title, f"h2+{way}"
            return
    for way, title in (("json-ld", stated), ("meta", shared)):
        if title and any(_key(title) == _key(line) for line in h1):
            facts.title, facts.ways["title"] = title, f"h1+{way}"
            return
    shown = _shown(h1, facts.site, document)
    if shown and stated and not _same(shown, stated):
        facts.headline = shown
    titled = [line for line in h1 if line and _key(line) in _key(document)]
    if not titled and len(h1) == 1 and _key(h1[0]) != _key(facts.site or document):
        titled = h1
    for way, title in (
        ("json-ld", stated),
        ("h1", shown if shared and not _same(shown, shared) else None),
        ("meta", shared),
        ("h1", titled[0] if titled else None),
        ("title", bare_title(document, facts.site) or None),
        ("h1", h1[0] if h1 else None),
    ):
        if title:
            facts.title, facts.ways["title"] = title, way
            return


def _shown(h1: Sequence[str], site: str | None, document: str) -> str:
    """The page's only first-level heading, where it is a headline and not the name of the site, or ""."""
    line = h1[0] if len(h1) == 1 else ""
    parts = _SEPARATOR.split(document)
    if _key(line) in _key(site or "") or (len(parts) > 1 and _key(parts[-1]) == _key(line)):
        return ""
    dense = size_of(line) > len(line)  # written without spaces
    return line if len(line.split()) >= 3 or (dense and len(line) >= 8) else ""


def _same(a: str, b: str) -> bool:
    """Whether one title is the other, or a part of it."""
    return _key(a) in _key(b) or _key(b) in _key(a)


def _authors(
    facts: Facts, pieces: Sequence[Piece], nodes: Sequence[Node], node: Node, metas: dict[str, list[str]]
) -> None:
    by_id = {n["@id"]: n for n in nodes if isinstance(n.get("@id"), str) and n.get("name")}

    def resolve(value: object) -> object:
        if isinstance(value, list):
            return [resolve(item) for item in value]
        if isinstance(value, dict) and not value.get("name") and isinstance(value.get("@id"), str):
            return by_id.get(value["@id"], value)
        return value

    stated = [value for name in _AUTHOR_METAS for value in metas.get(name, ())]
    site = facts.site or next(texts(node.get("publisher")), None)
    for way, value in (
        ("json-ld", resolve(node.get("author"))),
        ("json-ld", resolve(node.get("creator"))),
        ("meta", stated),
    ):
        names = unique(people(value), site)
        if names:
            facts.authors, facts.ways["authors"] = names, way
            break
    if not facts.authors or all(is_site(name, site) for name in facts.authors):
        names = under_headline(pieces, site)
        if names:
            facts.authors, facts.ways["authors"] = names, "byline"


def sign(facts: Facts, signature: str) -> None:
    """Take the authors from the name that the text begins with, where only the site is named for them."""
    if signature and all(is_site(name, facts.site) for name in facts.authors):
        names = unique(people(signature), facts.site)
        if names:
            facts.authors, facts.ways["authors"] = names, "signature"


def _dates(
    facts: Facts, root: HtmlElement, node: Node, metas: dict[str, list[str]], pieces: Sequence[Piece]
) -> None:
    published: list[tuple[str, object]] = [
        ("json-ld", node.get("datePublished")),
        ("json-ld", node.get("dateCreated")),
    ]
    for name in (
        "article:published_time",
        "og:article:published_time",
        "datepublished",
        "article:published",
        "og:published_time",
        "parsely-pub-date",
        "publishdate",
        "publish-date",
        "pubdate",
        "publication_date",
        "date.created",
        "dc.date.issued",
        "dcterms.created",
        "dc.date",
        "sailthru.date",
        "cxenseparse:recs:publishtime",
        "article.published",
        "date",
        "datecreated",
        "article_date_original",
        "originalpublicationdate",
        "created",
        "publication-date",
    ):
        published += [("meta", value) for value in metas.get(name, ())]
    modified: list[tuple[str, object]] = [("json-ld", node.get("dateModified"))]
    for name in (
        "article:modified_time",
        "og:updated_time",
        "datemodified",
        "last-modified",
        "lastmod",
        "dcterms.modified",
        "article:updated",
        "date.modified",
        "modified",
        "revision_date",
    ):
        modified += [("meta", value) for value in metas.get(name, ())]
    facts.published = _pick(facts, "published", published)
    facts.modified = _pick(facts, "modified", modified)
    if facts.published is None:
        for element in root.xpath('//*[@itemprop="datePublished"]|//time[@datetime]|//time')[:20]:
            value = element.get("datetime") or element.get("content") or "".join(element.itertext())
            date = iso(value.strip()) if value else None
            if date:
                facts.published, facts.ways["published"] = date, "time"
                break
    if facts.published is None:
        facts.published = _searched(root)
        if facts.published is not None:
            facts.ways["published"] = "htmldate"
    if facts.published is None:
        facts.published = _under_headline(pieces)
        if facts.published is not None:
            facts.ways["published"] = "dateline"


def _under_headline(pieces: Sequence[Piece]) -> str | None:
    """The day in the first short line under the headline that tells one."""
    title = next((i for i, piece in enumerate(pieces) if piece.level == 1), len(pieces))
    lines = (p.text for p in pieces[title + 1 : title + 8] if len(p.text) <= _DATELINE and not p.caption)
    return next((day for line in lines if (day := written(line))), None)


def _searched(root: HtmlElement) -> str | None:
    """A day that the page's text or address tells, as htmldate finds it; a page without a date is rare."""
    try:
        found = iso(find_date(root, original_date=True, extensive_search=False))
    except Exception:  # noqa: BLE001 - third-party search over hostile text; the date is optional
        return None
    return (
        found if found and not found.endswith("-01") else None
    )  # where it has only the month, it says the first


def _pick(facts: Facts, name: str, ways: Sequence[tuple[str, object]]) -> str | None:
    """The first date; one with a time of the same day is better than a bare one."""
    read = [
        (way, date)
        for way, value in ways
        for date in (iso(value[0] if isinstance(value, list) and value else value),)
        if date
    ]
    if not read:
        return None
    way, date = read[0]
    if len(date) == 10:
        way, date = next(((w, d) for w, d in read if len(d) > 10 and d[:10] == date), (way, date))
    facts.ways[name] = way
    return date


def _tags(facts: Facts, node: Node, metas: dict[str, list[str]]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    stated = list(texts(node.get("keywords")))
    shared = metas.get("article:tag") or metas.get("news_keywords") or metas.get("keywords") or []
    for value in stated or shared:
        for part in re.split(r"\s*[,;]\s*", value):
            tag = part.strip()
            if 0 < len(tag) <= 80:
                found.setdefault(tag.casefold(), tag)
    if found:
        facts.ways["tags"] = "json-ld" if stated else "meta"
    return tuple(found.values())[:60]


def _canonical(facts: Facts, root: HtmlElement, metas: dict[str, list[str]], url: str) -> str | None:
    """The address that the page gives for itself, if it is one of an article."""
    links = (e for e in root.iter("link") if "canonical" in (e.get("rel") or "").lower().split())
    stated = (("link", e.get("href") or "") for e in links)
    for way, address in (*stated, *(("meta", value) for value in metas.get("og:url", ()))):
        found = absolute(url, address)
        if found is not None and urlsplit(found).path.strip("/"):
            facts.ways["canonical_url"] = way
            return found
    return None
