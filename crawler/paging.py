"""Where an article goes on, and in which other forms it stands; read off a page's links, pure.

An article in several pages has addresses that differ in a number alone: `?page=2`, `/2`, `-2.html`.
That form is what is believed, not `rel=next`, which leads to the next story as often. A bare `-2` at
the end of a name proves little (blog software numbers stories of one name so): there the link has to
be marked, or to read as the number. AMP and print forms are for pages that have no text themselves.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from ..errors import BadURL
from . import urls

MAX_PAGES: Final = 10
"""Pages of one article that are fetched; longer ones were seen only as galleries."""
MAX_ALTERNATES: Final = 2

_TAG = re.compile(r"<([aA]|link|LINK)\b([^<>]*)>([^<]{0,60})")
_HREF = re.compile(r"href\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_PARAMETERS = frozenset(
    "page p pg pn paged pageno page_no pagenum pagenumber pagina pagine página seite side sida sivu strana"
    " str strona oldal sayfa stranica part teil".split()
)
_USEFUL = {"next", "amphtml", "alternate"}
_WORD = "page|pagina|pagine|seite|side|sida|sivu|strana|strona|oldal|sayfa|teil|part|p"
_NEXT = re.compile(
    r"\W*(?:next|next page|page suivante|suivante?|(?:nächste )?seite|weiter|siguiente|página siguiente"
    r"|próxima|successiva|pagina successiva|volgende|nästa(?: sida)?|næste|neste|następna|další|далее"
    r"|следующая|sonraki|次へ|次のページ|下一页|下一頁|다음|التالي|επόμενη|seuraava|következő)\W*",
    re.IGNORECASE,
)
_PRINTED = re.compile(
    r"(?:^|[/=&?_-])(?:print(?:able)?|drucken|druckversion|impri[mr]\w+|stampa)(?:$|[/=&?._-])"
)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a page's links say: the article's next page, and its AMP and print forms, all absolute."""

    next_page: str | None = None
    alternates: tuple[str, ...] = ()


NOWHERE: Final = Ahead()


def look_ahead(markup: str, url: str, *, first: str = "") -> Ahead:
    """Read a page's links.

    Args:
        markup: The page.
        url: Its address.
        first: The address of the article's first page; "" where this is it.

    Returns:
        Absolute, fetchable addresses at the same site.
    """
    base = first or url
    wanted = number_of(url, base) + 1
    found: str | None = None
    alternates: list[str] = []
    for tag, marks, text in _links(markup, wanted):
        if tag == "link" and not _USEFUL & {*marks.get("rel", "").lower().split()}:
            continue
        try:
            address = urls.fetchable(marks["href"], url)
        except BadURL:
            continue
        if "#" in marks["href"] or not urls.same_site(address, url):
            continue
        rel = marks.get("rel", "").lower().split()
        if found is None and number_of(address, base) == wanted:
            told = "next" in rel or text.strip() == str(wanted) or bool(_NEXT.fullmatch(text))
            if told or not _bare(address, base):
                found = address
        if _is_alternate(tag, rel, marks, address, base) and address not in (*alternates, url):
            # AMP has the whole text more often than the form for the printer.
            alternates.insert(0 if "amphtml" in rel else len(alternates), address)
    return Ahead(found, tuple(alternates[:MAX_ALTERNATES]))


def number_of(url: str, first: str) -> int:
    """Which page of the article that begins at `first` stands at `url`; 1 for itself, 0 for none."""
    try:
        here, base = urlsplit(urls.identity(url)), urlsplit(urls.identity(first))
    except BadURL:
        return 0
    if here == base:
        return 1
    if here.netloc != base.netloc:
        return 0
    if here.path == base.path:
        return _parameter(here.query, base.query)
    if here.query != base.query or not any(c.isdigit() for c in here.path):
        return 0
    stem, dot, ending = _stem(base.path)
    before, after = re.escape(stem), re.escape(dot + ending)
    numbered = re.fullmatch(
        rf"{before}(?:/(?:(?:{_WORD})[-/]?)?|[-_,.](?:(?:{_WORD})[-_,]?)?)(\d{{1,2}}){after}"
        rf"|{re.escape(base.path)}/(?:(?:{_WORD})[-/]?)?(\d{{1,2}})",
        here.path,
    )
    return int(numbered.group(1) or numbered.group(2)) if numbered else 0


def _parameter(query: str, base: str) -> int:
    mine, theirs = dict(parse_qsl(query)), dict(parse_qsl(base))
    more = mine.keys() - theirs.keys()
    same = all(mine.get(name) == value for name, value in theirs.items())
    if not same or len(more) != 1 or (name := more.pop()).lower() not in _PARAMETERS:
        return 0
    return int(mine[name]) if re.fullmatch(r"\d{1,2}", mine[name]) else 0


def _stem(path: str) -> tuple[str, str, str]:
    head, _, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    return (f"{head}/{stem}", dot, ending) if dot and ending.isalnum() else (path, "", "")


def _bare(address: str, base: str) -> bool:
    """Whether nothing but a hyphen and a number tells the page from another story of the same name."""
    path, stem = urlsplit(address).path.rstrip("/"), _stem(urlsplit(base).path.rstrip("/"))[0]
    return bool(re.match(r"[-_,.]\d", path[len(stem) :]))


def _is_alternate(tag: str, rel: list[str], marks: dict[str, str], address: str, base: str) -> bool:
    if tag == "link":
        return "amphtml" in rel or ("alternate" in rel and marks.get("media", "").lower() == "print")
    name = urlsplit(base).path.rstrip("/").rpartition("/")[2].partition(".")[0]
    return len(name) > 8 and name in address and bool(_PRINTED.search(address[len(base) // 3 :]))


def _links(markup: str, wanted: int) -> Iterator[tuple[str, dict[str, str], str]]:
    """The links that may lead to page `wanted` or to another form: of a page's hundreds, a few."""
    number = str(wanted)
    numbered = re.compile(rf"(?<!\d){number}(?![\w%]|-\w)")
    for match in _TAG.finditer(markup):
        address = _HREF.search(match[2])
        if address is None:
            continue
        href = address[1]
        form = len(match[1]) == len("link") or _PRINTED.search(href)
        if not form and not (number in href and numbered.search(href)):
            continue
        marks = {
            a[1].lower(): html.unescape(a[2] or a[3] or a[4] or "") for a in _ATTRIBUTE.finditer(match[2])
        }
        if marks.get("href"):
            yield match[1].lower(), marks, html.unescape(match[3])
