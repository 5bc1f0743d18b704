"""What kind of page a payload is; an article is never called something else for want of proof.

A page that says it is an article and has running text is one, whatever else stands on it. Only a page
that says nothing of the kind, or has little text, is looked at more closely: for the marks of the
software that stands in an article's place (challenges, consent layers), for what its few words ask of
the reader, and for headlines that stand where paragraphs should.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ...model import PageClass, Rights
from . import page_words as words
from .structured import Node, kinds

ENOUGH = 280  # letters of running text that make an article of any page
LITTLE = 1500  # letters on the whole page up to which a check or wall is believed

_FRONT_PATH = re.compile(
    r"/?(?:index|default|home)?(?:\.\w{2,5})?/?|/?[a-z]{2}(?:-[a-z]{2})?/?", re.IGNORECASE
)
_LIST_PATH = re.compile(
    r"/(?:tags?|topics?|themen?|temas?|tema|sujets?|category|categor[iy]a|rubrik|search|suche|buscar|busca"
    r"|recherche|cerca|zoeken|authors?|autor(?:en|es)?|auteurs?|autore|by|profile|archives?|page/\d+)(?:/|$)",
    re.IGNORECASE,
)
_LIST_QUERY = re.compile(r"(?:^|&)(?:s|q|query|search)=")
_LISTS = {"CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage"}
_ARTICLE_KINDS = ("Article", "BlogPosting", "Report", "LiveBlogPosting", "Review")
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def mass(text: str) -> int:
    """The length of a text in letters; a character of Chinese, Japanese or Korean says as much as two."""
    return len(text) + sum(map(len, _DENSE.findall(text)))


@dataclass(frozen=True, slots=True)
class Look:
    """What of a page its class depends on; sizes in letters (`mass`).

    `headlines` counts the pieces that are nothing but a link of a headline's length, `among` those of
    them that stand between the first and the last paragraph of the article; `plain` is the text that
    is no link; `images` are those that lead nowhere; `markup` is the page as it came.
    """

    title: str
    text: str
    running: int
    whole: str  # all text of the page, at most a few thousand characters
    whole_size: int
    plain: int
    headlines: int
    among: int
    images: int
    videos: int
    published: bool
    entries: int
    markup: str

    @property
    def shows(self) -> bool:
        """Whether there are pictures or a player to look at."""
        return self.images >= 4 or self.videos > 0


Verdict = tuple[PageClass, float, str]


def classify(
    look: Look, url: str, nodes: Sequence[Node], metas: dict[str, list[str]], rights: Rights
) -> Verdict:
    """Decide the class.

    Args:
        look: What was seen of the page.
        url: Its address.
        nodes: Its JSON-LD objects.
        metas: Its meta elements.
        rights: What it says of its use.

    Returns:
        The class, the confidence from 0 to 1, and the reason in words.
    """
    stated = _stated(nodes, metas)
    if look.entries > 1:
        return PageClass.LIVEBLOG, 0.95, f"{look.entries} entries of a live blog"
    listed = any(set(kinds(node)) & _LISTS for node in nodes)
    if not stated and (found := _listing(look, url, listed)):
        return found
    if stated and look.running >= ENOUGH:
        return _stub(look, rights) or (PageClass.ARTICLE, 1.0, "says it is an article, and has its text")
    if found := _instead(look, rights, stated=stated):
        return found
    if look.running >= ENOUGH:
        return PageClass.ARTICLE, 1.0 if look.published else 0.85, "has the text of an article"
    return _small(look, stated)


def _stated(nodes: Sequence[Node], metas: dict[str, list[str]]) -> bool:
    """Whether the page says that it is an article; one that is an entry of a list says nothing."""
    entries: set[int] = set()
    lists = False
    for node in nodes:
        if set(kinds(node)) & _LISTS:
            lists = True
            stack: list[object] = [v for k, v in node.items() if k in ("itemListElement", "hasPart")]
            while stack:
                here = stack.pop()
                if isinstance(here, dict):
                    entries.add(id(here))
                    stack.extend(here.values())
                elif isinstance(here, list):
                    stack.extend(here)
    if any(name.endswith(_ARTICLE_KINDS) for n in nodes if id(n) not in entries for name in kinds(n)):
        return True
    # Blog software calls its archives articles too.
    return not lists and "article" in " ".join(metas.get("og:type", ())).lower()


def _listing(look: Look, url: str, listed: bool) -> Verdict | None:
    """A page of headlines, of one that does not say it is an article."""
    if words.LOST_TITLE.search(look.title):
        return None
    path, query = ("", "") if "[" in url else (urlsplit(url).path, urlsplit(url).query)
    if "[" not in url and not query and look.headlines >= 5 and _FRONT_PATH.fullmatch(path):
        return PageClass.FRONT, 0.95, f"{look.headlines} headlines at a front page's address"
    named = listed or bool(_LIST_PATH.search(path)) or bool(_LIST_QUERY.search(query))
    # A teaser is shorter than what stands between two links of an article; a search shows more of it.
    if look.among >= 5 and look.running < (250 if named else 160) * look.among:
        return PageClass.FRONT, 0.85, f"{look.among} linked headlines stand among its paragraphs"
    if named and look.headlines >= 5 and look.running < 100 * look.headlines:
        return PageClass.FRONT, 0.85, f"{look.headlines} headlines on a page that names itself a list"
    if look.published or look.images >= 4 or look.running >= ENOUGH:
        return None
    if look.headlines >= 10 and not words.LOST.search(look.whole[:600]):
        return PageClass.FRONT, 0.8, f"{look.headlines} headlines and no text"
    return None


def _instead(look: Look, rights: Rights, *, stated: bool) -> Verdict | None:
    """What stands in an article's place: a check, an error, a wall."""
    spoken = f"{look.title}\n{look.whole}"
    small = look.whole_size <= LITTLE
    bare = look.running < ENOUGH
    if small and not stated:
        if bare and (mark := words.CHALLENGE.search(look.markup)):
            return PageClass.BOT_CHECK, 0.95, f"the mark of a challenge: {mark.group()[:60]}"
        if mark := words.ROBOT.search(spoken if bare else look.title):
            return PageClass.BOT_CHECK, 0.9, f"asks for a human: {mark.group()[:60]}"
    if mark := words.LOST_TITLE.search(look.title):
        if bare or not stated:
            return _lost(mark.group()), 0.9, f"its title is an error's: {mark.group()[:60]}"
    elif bare and not stated and (mark := words.LOST.search(look.whole[:600])):
        return _lost(mark.group()), 0.8, f"says that something is missing: {mark.group()[:60]}"
    elif small and not stated and (mark := words.CLOSED.search(spoken)):
        return PageClass.ERROR, 0.8, f"is closed to us: {mark.group()[:60]}"
    if found := _stub(look, rights):
        return found
    if not stated and look.whole_size <= 2 * LITTLE and not look.shows:
        # What the layer itself says is no text beside it.
        beside = sum(mass(line) for line in look.text.split("\n") if not words.CONSENT.search(line))
        asked = len(words.CONSENT.findall(spoken))
        layer = words.LAYER.search(look.markup)
        if beside < ENOUGH and layer and (look.plain < 120 or asked):
            return PageClass.CONSENT, 0.9, f"a consent layer and nothing beside it: {layer.group()[:60]}"
        if beside < ENOUGH and asked >= 2 and (bare or words.CONSENT.search(look.title)):
            return PageClass.CONSENT, 0.85, f"speaks {asked} times of consent"
    return None


def _lost(said: str) -> PageClass:
    """Whether an error page says that the page is not there, or that something broke."""
    return PageClass.ERROR if words.BROKEN.search(said) else PageClass.MISSING


def _stub(look: Look, rights: Rights) -> Verdict | None:
    """A teaser with an invitation to subscribe; the invitation's own words are no text."""
    if look.running >= 2 * ENOUGH:
        return None
    told = rights.free is False
    asked = words.WALL.search(look.text) or words.WALL.search(look.whole)
    text = sum(mass(line) for line in look.text.split("\n") if not words.WALL.search(line))
    if text < ENOUGH and (told or (asked and look.whole_size < 3 * LITTLE)):
        why = "the page says it is not free" if told else f"it asks: {asked.group()[:60] if asked else ''}"
        return PageClass.PAYWALL_STUB, 0.9 if told else 0.75, f"{text} letters of text, and {why}"
    return None


def _small(look: Look, stated: bool) -> Verdict:
    """What a page of little text is that none of the marks fit."""
    if look.running < 120 and look.shows:
        return PageClass.GALLERY, 0.8, f"{look.images} pictures, {look.videos} videos and no text"
    if look.plain < 160 and look.running < 60 and look.headlines < 10:
        return PageClass.EMPTY, 0.9, f"{look.plain} letters on the whole page"
    if not stated and look.headlines >= 10:
        return PageClass.FRONT, 0.8, f"{look.headlines} headlines and little text"
    if look.running >= 60 and (stated or look.published):
        return PageClass.ARTICLE, 0.7, "says it is an article; its text is short"
    if look.running >= 140:
        return PageClass.ARTICLE, 0.5, "a short text"
    kind = PageClass.EMPTY if not look.running else PageClass.OTHER
    return kind, 0.5, f"{look.running} letters of text"
