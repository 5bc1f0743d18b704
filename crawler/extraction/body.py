"""Which pieces of the page are the article: trafilatura's verdict, mended where pages defeat it.

Trafilatura finds the article well and draws its edges roughly: it repeats the headline, keeps
labels, newsletter and share boxes, drops sub-headings, inner quotes and lists, and takes the first
of several containers for the whole. Here its text is laid over the page's pieces. The box that holds
the bulk of it is the article's; boxes that are made like the one its paragraphs stand in are its
continuation; and every piece in them is judged by what it is, where it stands and what is beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from .finder import Finding
from .names import NOISE, Zone, spoken
from .outline import Box, Outline, Piece
from .phrases import asking, credit, credited, furniture, signed

CORE_SHARE = 0.85  # of the kept text, that the article's box holds
VOID_SHARE = 0.3  # a "noise" box with so much of the kept text is no noise
MAIN_SHARE = 0.12  # of the kept text, from which on a kind of box is one of the article's own
PROSE = 45  # characters without spaces; shorter pieces need a sentence's end to be prose
_END = re.compile(r"[.!?…:;\"”»’')\]。！？؟।”]\s*$")
# Posts of others, embedded by their networks' own markup.
_POST = re.compile(
    r"twitter-tweet|twitter-video|instagram-media|tiktok-embed|bluesky-embed|mastodon-embed|fb-post"
    r"|text-post-media"
)
_SUBHEAD = re.compile(
    r"sub-?_?(?:head|title)|cross-?head|intertit|zwischen|ladillo|inter(?:line|zeile)|section-?_?(?:title"
    r"|head)|tussenkop"
    r"|mellomtittel|mellanrubrik|(?:^|[-_ ])heading(?:$|[-_ ])",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.,;!…:]\W*$")
# Names that no box of an article's own paragraphs has.
_STRONG = Zone.RELATED | Zone.NEWSLETTER | Zone.COMMENT | Zone.NAV | Zone.FOOT
_CARDS = ("div", "section", "aside", "article")
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{3}")
_INNER = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "pre",
    ]
)
_DIGITS = re.compile(r"\d+")
# Names on a paragraph itself say little: paywall scripts, ad placement and tables of contents mark them.
_WEAK = (
    Zone.PAYWALL | Zone.AD | Zone.NAV | Zone.DATELINE | Zone.TAGS | Zone.WIDGET | Zone.AUTHOR | Zone.COMMENT
)

Group = tuple[str, str, int, int]


@dataclass(slots=True)
class Selection:
    """The pieces that are the article, by index, with the box they stand in and the reasons."""

    kept: list[int] = field(default_factory=list)
    core: Box | None = None
    reasons: dict[int, str] = field(default_factory=dict)
    start: int = 0
    end: int = 0
    rescued: bool = False  # trafilatura had missed the article
    zones: dict[int, int] = field(default_factory=dict)  # by id of a box in the core
    asides: set[int] = field(default_factory=set)  # ids of boxes in the core that are something else

    def holds(self, piece: Piece) -> bool:
        """Whether an image or player stands in the article itself and in no box of something else."""
        if self.zones.get(id(piece.box), Zone.HIDDEN) & NOISE & ~Zone.HIDDEN & ~Zone.WIDGET:
            return False
        box: Box | None = piece.box
        while box is not None:
            if id(box) in self.asides:
                return False
            box = box.parent
        return True


def select(page: Outline, finding: Finding, headlines: Collection[str], names: Collection[str]) -> Selection:
    """Judge every piece.

    Args:
        page: The outline.
        finding: What trafilatura kept.
        headlines: The page's title in the forms it has, without white space, case-folded.
        names: Names of authors, in the same form.
    """
    result = _Judge(page, finding, headlines, names).run()
    if result.kept:
        result.start, result.end = result.kept[0], result.kept[-1] + 1
    return result


class _Judge:
    def __init__(
        self, page: Outline, finding: Finding, headlines: Collection[str], names: Collection[str]
    ) -> None:
        self.pieces = page.pieces
        self.boxes = page.boxes
        self.headlines = headlines
        self.names = names
        self.won = [piece.kind == "text" and finding.holds(piece.key) for piece in self.pieces]
        self.prose = [_is_prose(piece) for piece in self.pieces]
        self.homes = [_home(piece) for piece in self.pieces]
        self.groups: dict[int, Group] = {}
        self.result = Selection()

    def run(self) -> Selection:
        if not self.boxes:
            return self.result
        masses = self._masses()
        self._weigh()
        best = max(masses, key=lambda g: masses[g][0], default=None)
        kept = self.boxes[0].won
        if best is not None and masses[best][0] > 1.5 * kept and masses[best][1] < 0.3 * masses[best][0]:
            self._rescue(best)
        core = self._core()
        if core is None:
            return self.result
        core, main = self._extend(core)
        self.result.core = core
        self._promote(core, main)
        self._choose(core, main)
        return self.result

    # ------------------------------------------------------------ where

    def _group(self, home: Box) -> Group:
        """Boxes of one kind: of the same make, at the same depth, in the same article element."""
        found = self.groups.get(id(home))
        if found is None:
            holder: Box | None = home
            while holder is not None and holder.tag != "article":
                holder = holder.parent
            found = (home.tag, _DIGITS.sub("", home.names), home.depth, id(holder))
            self.groups[id(home)] = found
        return found

    def _masses(self) -> dict[Group, tuple[int, int]]:
        """For each kind of box: characters of prose in it, and those that trafilatura kept."""
        clean: dict[int, bool] = {}
        masses: dict[Group, tuple[int, int]] = {}
        for index, piece in enumerate(self.pieces):
            if not self.prose[index]:
                continue
            home = self.homes[index]
            if id(home) not in clean:
                zone = Zone.NONE
                here: Box | None = home
                while here is not None and here.tag != "body":
                    zone |= here.zone
                    here = here.parent
                clean[id(home)] = not zone & (NOISE & ~Zone.PAYWALL & ~Zone.WIDGET)
            if not clean[id(home)] and not self.won[index]:
                continue
            group, size = self._group(home), len(piece.key)
            prose, kept = masses.get(group, (0, 0))
            masses[group] = prose + size, kept + (size if self.won[index] else 0)
        return masses

    def _weigh(self) -> None:
        for box in self.boxes:
            box.won = 0
        prose = any(won and prose for won, prose in zip(self.won, self.prose, strict=True))
        for index, piece in enumerate(self.pieces):
            if self.won[index] and (self.prose[index] or (piece.level and self._tells(piece)) or not prose):
                size = len(piece.key)
                here: Box | None = piece.box
                while here is not None:
                    here.won += size
                    here = here.parent

    def _tells(self, piece: Piece) -> bool:
        """Whether a heading says where the article is: not the headline, nor the title of a box."""
        return piece.key.casefold() not in self.headlines and furniture(piece.text) != "box"

    def _rescue(self, best: Group) -> None:
        """Take the page's largest body of prose where trafilatura has taken something else."""
        for index in range(len(self.pieces)):
            self.won[index] = self.prose[index] and self._group(self.homes[index]) == best
        self.result.rescued = True
        self._weigh()

    def _core(self) -> Box | None:
        """The smallest box that holds the bulk of the kept text."""
        total = self.boxes[0].won
        if not total:
            return None
        best = self.boxes[0]
        for box in self.boxes:
            if box.won >= CORE_SHARE * total and box.depth >= best.depth and box.tag not in _INNER:
                best = box
        return best

    def _extend(self, core: Box) -> tuple[Box, set[Group]]:
        """Widen the core to the boxes that are made like those its paragraphs stand in."""
        held: dict[Group, int] = {}
        for index in range(core.start, core.end):
            if self.won[index] and self.prose[index]:
                group = self._group(self.homes[index])
                held[group] = held.get(group, 0) + len(self.pieces[index].key)
        main = {group for group, size in held.items() if size >= MAIN_SHARE * core.won and group[1].strip()}
        wide = core
        for index, piece in enumerate(self.pieces):
            if core.start <= index < core.end or not self.prose[index] or piece.link_chars:
                continue
            home = self.homes[index]
            if self._group(home) in main and home is not core:
                common = _common(wide, home)
                if common.tag not in ("body", "html") and common.depth >= core.depth - 4:
                    wide = common
        main |= {group for group, size in held.items() if size >= MAIN_SHARE * core.won}
        return wide, main

    # ------------------------------------------------------------- what

    def _promote(self, core: Box, main: set[Group]) -> None:
        """Make headings of the lines that only look like them: by their box's name, or all in bold."""
        for index in range(core.start, core.end):
            piece = self.pieces[index]
            if (
                piece.kind != "text"
                or piece.level
                or piece.item
                or piece.cell
                or piece.quote
                or piece.link_chars
            ):
                continue
            if not 3 <= len(piece.text) <= 110 or _STOP.search(piece.text):
                continue
            bold = piece.bold_chars >= len(piece.key)
            if (bold or _SUBHEAD.search(piece.box.names)) and self._is_row(piece, index, main):
                after = next((i for i in range(index + 1, core.end) if self._is_flow(i, main)), None)
                if after is not None and self.prose[after]:
                    piece.level = 3

    def _is_flow(self, index: int, main: set[Group]) -> bool:
        """Whether a text stands where the paragraphs stand: what comes and goes between them does not."""
        piece = self.pieces[index]
        return piece.kind == "text" and self._is_main(self.homes[index], main) and not furniture(piece.text)

    def _is_row(self, piece: Piece, index: int, main: set[Group]) -> bool:
        """Whether a line stands among the paragraphs, or alone in a box that does."""
        around = piece.box.parent
        if self._is_main(self.homes[index], main):
            return True
        alone = piece.box.end - piece.box.start <= 1
        return alone and around is not None and (around is self.result.core or self._is_main(around, main))

    def _choose(self, core: Box, main: set[Group]) -> None:
        zones = self._zones(core, main)
        asides = self._asides(core, main)
        self.result.zones, self.result.asides = zones, asides
        verdicts: dict[int, bool] = {}
        for index in range(core.start, core.end):
            if self.pieces[index].kind == "text":
                verdict, reason = self._judge(index, zones, asides, main)
                verdicts[index] = verdict
                self.result.reasons[index] = reason
        chosen = [index for index, verdict in verdicts.items() if verdict]
        chosen = self._trim(self._titles(self._lists(chosen), main))
        self.result.kept = chosen

    def _zones(self, core: Box, main: set[Group]) -> dict[int, int]:
        """For each box in the core: the zones it stands in, from the core downwards."""
        zones: dict[int, int] = {}
        for box in self.boxes:
            if box is core or box.parent is None or id(box.parent) not in zones:
                zones[id(box)] = Zone.NONE
                continue
            if box.won > VOID_SHARE * core.won:
                zone = Zone.NONE
            elif self._is_main(box, main):
                zone = box.zone & _STRONG
            else:
                zone = box.zone
            zones[id(box)] = zones[id(box.parent)] | zone
        return zones

    def _asides(self, core: Box, main: set[Group]) -> set[int]:
        """Boxes inside the core that are something else: those with the title of a box, and cards."""
        found: set[int] = set()
        limit = 0.2 * core.won
        for index in range(core.start, core.end):
            piece = self.pieces[index]
            if piece.kind != "text" or len(piece.text) > 90 or furniture(piece.text) != "box":
                continue
            box = piece.box
            while box.parent is not None and box.parent is not core and not self._is_main(box.parent, main):
                if box.parent.won > limit or box.parent.chars > max(600.0, limit) or box.parent.tag == "p":
                    break
                box = box.parent
            if box is not piece.box and not self._is_main(box, main) and box.won <= limit:
                found.add(id(box))
        for index in range(core.start, core.end):
            piece = self.pieces[index]
            if piece.level == 1 and piece.key.casefold() not in self.headlines:
                other = self._article(piece.box, core)  # the next story, appended
                if other is not None and other.won <= 0.4 * core.won:
                    found.add(id(other))
        for box in self.boxes:
            inside = core.start <= box.start and box.end <= core.end and box is not core
            small = 0 < box.chars < 600 and box.won <= limit and box.tag in _CARDS
            if inside and small and not self._is_main(box, main) and self._card(box):
                found.add(id(box))
        return found

    def _article(self, box: Box, core: Box) -> Box | None:
        here: Box | None = box
        while here is not None and here is not core:
            if here.tag == "article":
                return here
            here = here.parent
        return None

    def _is_main(self, box: Box, main: set[Group]) -> bool:
        return self._group(box) in main

    def _card(self, box: Box) -> bool:
        """Whether a small box is a teaser: its title is a link, and little else is in it."""
        if box.end - box.start > 30:
            return False
        inside = range(box.start, box.end)
        if sum(self.prose[i] and _plainly(self.pieces[i].box, box) for i in inside) > 1:
            return False
        texts = [self.pieces[i] for i in inside if self.pieces[i].kind == "text"]
        if not 1 < len(texts) <= 6:
            return False
        titled = [p for p in texts if p.link_chars > 0.85 * len(p.key) and len(p.key) >= 15]
        return bool(titled) and not any(p.link_chars and p not in titled and len(p.key) > 200 for p in texts)

    def _judge(
        self, index: int, zones: dict[int, int], asides: set[int], main: set[Group]
    ) -> tuple[bool, str]:
        piece, won = self.pieces[index], self.won[index]
        size, key = len(piece.key), piece.key.casefold()
        if key in self.headlines:
            return False, "headline"
        if piece.level == 1 and not won:
            return False, "headline"
        if captioned(piece) or self._under_image(index, main):
            return False, "caption"
        if not any(c.isalnum() for c in key):
            return False, "ornament"
        at_home = self._at_home(index, main)
        box: Box | None = piece.box
        while box is not None:
            if id(box) in asides:
                return False, "aside"
            box = box.parent
        noise = self._noise(piece, zones, at_home and (won or self.prose[index] or piece.level > 0))
        if noise:
            return False, f"in {spoken(noise)}"
        kind = furniture(piece.text)
        if kind is not None and not (kind == "opening" and piece.link_chars == 0 and size > 100):
            return False, kind
        if key in self.names or (size < 60 and not piece.level and any(name in key for name in self.names)):
            return False, "byline"
        if piece.link_chars > 0.85 * size and not (piece.level and _anchors(piece)) and not piece.item:
            return False, "link"
        if won:
            return True, "trafilatura"
        if piece.quote is not None and _POST.search(piece.quote.names):
            return True, "embedded post"
        if not at_home or piece.link_chars > 0.5 * size:
            return False, "dropped by trafilatura"
        if piece.level or self.prose[index] or piece.item or piece.quote:
            return True, "among its paragraphs"
        return False, "dropped by trafilatura"

    def _at_home(self, index: int, main: set[Group]) -> bool:
        """Whether a piece stands where the paragraphs stand; a heading or quote may have a wrapper."""
        home = self.homes[index]
        if self._is_main(home, main) or home is self.result.core:
            return True
        piece = self.pieces[index]
        if not piece.level and not piece.quote:
            return False
        if piece.level and not self._slim(home, 1):
            return False  # the heading of a box with a text of its own
        while home.parent is not None and home.parent is not self.result.core and self._slim(home, 3):
            home = home.parent
        core = self.result.core
        return self._is_main(home, main) or (
            core is not None and home.parent is core and home.end - home.start <= 3
        )

    def _slim(self, box: Box, lines: int) -> bool:
        """Whether there are no more than a few lines of text in a box."""
        if box.end - box.start > 12:
            return False
        inside = self.pieces[box.start : box.end]
        return (
            sum(p.kind == "text" and p.link_chars < len(p.key) and not furniture(p.text) for p in inside)
            <= lines
        )

    def _under_image(self, index: int, main: set[Group]) -> bool:
        """Whether a piece is the legend of the image or player before it."""
        piece = self.pieces[index]
        if piece.level or index == 0 or self.pieces[index - 1].kind == "text":
            return False
        home = self.homes[index]
        if not self._is_main(home, main) and 1 < home.end - home.start <= 8:
            inside = self.pieces[home.start : home.end]
            if sum(p.kind == "text" for p in inside) <= 2:
                return len(piece.key) < 400
        if len(piece.text) > 200:
            return False
        return credited(piece.text) or (
            not piece.paragraph and not _END.search(piece.text) and home.tag not in _INNER
        )

    def _noise(self, piece: Piece, zones: dict[int, int], trusted: bool) -> int:
        """The noise zones that a piece stands in; its own names count little where it is at home."""
        if not trusted and not piece.quote:
            return zones[id(piece.box)] & NOISE
        if piece.quote is not None and _POST.search(piece.quote.names):
            return Zone.NONE
        box, own = piece.box, Zone.NONE
        while box.tag in _INNER and box.parent is not None:
            own |= box.zone
            box = box.parent
        return (zones[id(box)] & NOISE) | (own & NOISE & ~_WEAK)

    def _lists(self, chosen: list[int]) -> list[int]:
        """Take out lists that are made of links."""
        held: dict[int, list[int]] = {}
        for index in chosen:
            item = self.pieces[index].item
            if item is not None and item.parent is not None:
                held.setdefault(id(item.parent), []).append(index)
        gone: set[int] = set()
        for indexes in held.values():
            pieces = [self.pieces[i] for i in indexes]
            linked = sum(p.link_chars > 0.5 * len(p.key) for p in pieces)
            if linked > 0.6 * len(pieces):
                gone.update(indexes)
        return [index for index in chosen if index not in gone]

    def _titles(self, chosen: list[int], main: set[Group]) -> list[int]:
        """Take out the titles of boxes whose text is left out."""
        kept = set(chosen)

        def idle(index: int) -> bool:
            home = self.homes[index]
            if not self.pieces[index].level or home is self.result.core or self._is_main(home, main):
                return False
            others = [i for i in range(home.start, home.end) if i != index and self.pieces[i].kind == "text"]
            return bool(others) and kept.isdisjoint(others)

        return [index for index in chosen if not idle(index)]

    def _trim(self, chosen: list[int]) -> list[int]:
        """Take off what is left over: repeated quotes, headings of nothing, lines before and after."""
        pieces = self.pieces
        seen: set[str] = set()
        out: list[int] = []
        for index in chosen:
            key = pieces[index].key
            if len(key) > 100 and key in seen:
                continue
            seen.add(key)
            out.append(index)
        longer = [pieces[i].key for i in out if len(pieces[i].key) > 60]
        out = [i for i in out if not self._pulled(pieces[i], longer)]
        while len(out) > 1 and (
            asking(pieces[out[0]].text) or signed(pieces[out[0]].text) or self._signature(out[0])
        ):
            out.pop(0)
        while out and (
            pieces[out[-1]].level
            or credit(pieces[out[-1]].text)
            or (len(out) > 2 and self._appendix(out[-1]))
        ):
            out.pop()
        return out

    def _pulled(self, piece: Piece, longer: list[str]) -> bool:
        """Whether a piece only repeats a passage of the text, as pull quotes do."""
        if (
            piece.level
            or piece.item
            or not 20 <= len(piece.key) <= 300
            or (piece.paragraph and not self._set_apart(piece))
        ):
            return False
        bare = piece.key.strip("\"'“”„«»‘’‹›‚—–-….")
        return len(bare) >= 20 and any(bare in text and piece.key != text for text in longer)

    def _set_apart(self, piece: Piece) -> bool:
        box: Box | None = piece.box
        for _ in range(3):
            if box is None or box is self.result.core:
                return False
            if box.tag in ("blockquote", "aside", "figure", "q") or "quote" in box.names.lower():
                return True
            box = box.parent
        return False

    def _signature(self, index: int) -> bool:
        """Whether a first line is nothing but a name: all in bold or capitals, before the text."""
        piece = self.pieces[index]
        words = piece.text.replace("/", " ").split()
        loud = (piece.bold_chars >= len(piece.key)) != piece.text.isupper()
        return (
            loud
            and 2 <= len(words) <= 5
            and all(w[0].isupper() for w in words)
            and not piece.item
            and _plain(words)
        )

    def _appendix(self, index: int) -> bool:
        """Whether a last piece asks for something, or is an entry of a list of links."""
        piece = self.pieces[index]
        return asking(piece.text) or (piece.item is not None and piece.link_chars > 0.3 * len(piece.key))


def _is_prose(piece: Piece) -> bool:
    size = len(piece.key)
    if piece.kind != "text" or piece.level or captioned(piece) or piece.link_chars > 0.4 * size:
        return False
    if _DENSE.search(piece.key):
        size *= 2  # a character says about as much as two letters
    return size >= 2 * PROSE or (size >= PROSE and bool(_END.search(piece.text)))


def _plainly(box: Box, outer: Box) -> bool:
    """Whether no box of furniture lies between a box and the one around it."""
    here: Box | None = box
    while here is not None and here is not outer:
        if here.zone & NOISE:
            return False
        here = here.parent
    return True


def _plain(words: list[str]) -> bool:
    return all(
        word.replace("-", "").replace(".", "").replace("’", "").replace("'", "").isalpha() for word in words
    )


def shares(caption: Piece, index: int) -> bool:
    """Whether a legend belongs to the image with this index: they stand in one box, or in one figure."""
    box = caption.caption
    for _ in range(3):
        if box is None or box.start <= index < box.end:
            return box is not None
        if box.tag == "figure":
            return False
        box = box.parent
    return False


def teased(image: Piece, legend: Piece) -> bool:
    """Whether an image and its legend are a teaser: both lead to one other page."""
    addresses = {address for _, address in image.links}
    wholly = legend.link_chars > 0.85 * len(legend.key)
    return wholly and bool(addresses) and addresses == {address for _, address in legend.links}


def captioned(piece: Piece) -> bool:
    """Whether a piece is a picture's legend; a "caption" that holds pages of text is none."""
    return piece.caption is not None and piece.caption.chars <= 1000


def _home(piece: Piece) -> Box:
    """The box that a piece's paragraph, list or quotation stands in."""
    box = piece.box
    while box.tag in _INNER and box.parent is not None:
        box = box.parent
    return box


def _anchors(piece: Piece) -> bool:
    """Whether its links lead into the page itself: a heading with an anchor, not a teaser."""
    return all(address.startswith("#") or not address for _, address in piece.links)


def _common(a: Box, b: Box) -> Box:
    over: set[int] = set()
    here: Box | None = a
    while here is not None:
        over.add(id(here))
        here = here.parent
    here = b
    while id(here) not in over and here.parent is not None:
        here = here.parent
    return here
