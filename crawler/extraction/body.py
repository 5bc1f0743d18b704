"""Which pieces of the page are the article: trafilatura's verdict, mended where pages defeat it.

Trafilatura draws an article's edges roughly: it repeats the headline, keeps labels, newsletter and
share boxes, drops sub-headings, inner quotes and lists. Here every piece in the article's box (found
by `ground`) is judged by what it is, where it stands and what is beside it; `edges` takes off the rest.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from .edges import trimmed
from .finder import Finding
from .ground import Ground
from .looks import ENDED, INNER, anchors, captioned, plainly
from .names import NOISE, Zone, spoken
from .outline import Box, Outline, Piece
from .phrases import credited, furniture

VOID_SHARE = 0.3  # a "noise" box with so much of the kept text is no noise
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
# The end of a sentence, or the time that a ticker's entry begins with: no heading by look.
_NO_HEADING = re.compile(r"\W*\d{1,2}\s?[h:.]\s?\d{2}\b|.*[.,;!…:]\W*$", re.DOTALL)
# Names that no box of an article's own paragraphs has.
_STRONG = Zone.RELATED | Zone.NEWSLETTER | Zone.COMMENT | Zone.NAV | Zone.FOOT
_CARDS = ("div", "section", "aside", "article")
# Names on a paragraph itself say little: paywall scripts, ad placement and tables of contents mark them.
_WEAK = (
    Zone.PAYWALL | Zone.AD | Zone.NAV | Zone.DATELINE | Zone.TAGS | Zone.WIDGET | Zone.AUTHOR | Zone.COMMENT
)


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
    signature: str = ""  # a name that the text began with
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


def select(
    page: Outline, finding: Finding, headlines: Collection[str], names: Collection[str], standfirst: str = ""
) -> Selection:
    """Judge every piece.

    Args:
        page: The outline.
        finding: What trafilatura kept.
        headlines: The page's title in the forms it has, without white space, case-folded.
        names: Names of authors, in the same form.
        standfirst: What the page's data gives as its summary, in the same form.
    """
    result = _Judge(Ground(page, finding, headlines), names, standfirst).run()
    if result.kept:
        result.start, result.end = result.kept[0], result.kept[-1] + 1
    return result


class _Judge:
    def __init__(self, ground: Ground, names: Collection[str], standfirst: str) -> None:
        self.ground = ground
        self.pieces, self.boxes = ground.pieces, ground.boxes
        self.won, self.prose, self.homes = ground.won, ground.prose, ground.homes
        self.headlines = ground.headlines
        self.names = names
        self.standfirst = standfirst
        self.result = Selection(core=ground.core, rescued=ground.rescued)

    def run(self) -> Selection:
        if self.ground.core is not None:
            self._promote(self.ground.core)
            self._choose(self.ground.core)
        return self.result

    def _promote(self, core: Box) -> None:
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
            if not 3 <= len(piece.text) <= 110 or _NO_HEADING.match(piece.text):
                continue
            bold = piece.bold_chars >= len(piece.key)
            if (bold or _SUBHEAD.search(piece.box.names)) and self._is_row(piece, index):
                after = next((i for i in range(index + 1, core.end) if self.ground.is_flow(i)), None)
                if after is not None and self.prose[after]:
                    piece.level = 3

    def _is_row(self, piece: Piece, index: int) -> bool:
        """Whether a line stands among the paragraphs, or alone in a box that does."""
        around = piece.box.parent
        if self.ground.is_main(self.homes[index]):
            return True
        alone = piece.box.end - piece.box.start <= 1
        return alone and around is not None and (around is self.ground.core or self.ground.is_main(around))

    def _choose(self, core: Box) -> None:
        zones = self._zones(core)
        asides = self._asides(core)
        self.result.zones, self.result.asides = zones, asides
        verdicts: dict[int, bool] = {}
        for index in range(core.start, core.end):
            if self.pieces[index].kind == "text":
                verdict, reason = self._judge(index, zones, asides)
                verdicts[index] = verdict
                self.result.reasons[index] = reason
        chosen = [index for index, verdict in verdicts.items() if verdict]
        self.result.kept, self.result.signature = trimmed(self.ground, chosen)

    def _zones(self, core: Box) -> dict[int, int]:
        """For each box in the core: the zones it stands in, from the core downwards."""
        zones: dict[int, int] = {}
        for box in self.boxes:
            if box is core or box.parent is None or id(box.parent) not in zones:
                zones[id(box)] = Zone.NONE
                continue
            if box.won > VOID_SHARE * core.won:
                zone = Zone.NONE
            elif self.ground.is_main(box):
                zone = box.zone & _STRONG
            else:
                zone = box.zone
            zones[id(box)] = zones[id(box.parent)] | zone
        return zones

    def _asides(self, core: Box) -> set[int]:
        """Boxes inside the core that are something else: those with the title of a box, and cards."""
        found: set[int] = set()
        limit = 0.2 * core.won
        for index in range(core.start, core.end):
            piece = self.pieces[index]
            if piece.kind != "text" or len(piece.text) > 90 or furniture(piece.text) != "box":
                continue
            box = piece.box
            while box.parent is not None and box.parent is not core and not self.ground.is_main(box.parent):
                if box.parent.won > limit or box.parent.chars > max(600.0, limit) or box.parent.tag == "p":
                    break
                box = box.parent
            if box is not piece.box and not self.ground.is_main(box) and box.won <= limit:
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
            if inside and small and not self.ground.is_main(box) and self._card(box):
                found.add(id(box))
        return found

    def _article(self, box: Box, core: Box) -> Box | None:
        here: Box | None = box
        while here is not None and here is not core:
            if here.tag == "article":
                return here
            here = here.parent
        return None

    def _card(self, box: Box) -> bool:
        """Whether a small box is a teaser: its title is a link, and little else is in it."""
        if box.end - box.start > 30:
            return False
        inside = range(box.start, box.end)
        if sum(self.prose[i] and plainly(self.pieces[i].box, box) for i in inside) > 1:
            return False
        texts = [self.pieces[i] for i in inside if self.pieces[i].kind == "text"]
        if not 1 < len(texts) <= 6:
            return False
        titled = [p for p in texts if p.link_chars > 0.85 * len(p.key) and len(p.key) >= 15]
        return bool(titled) and not any(p.link_chars and p not in titled and len(p.key) > 200 for p in texts)

    def _judge(self, index: int, zones: dict[int, int], asides: set[int]) -> tuple[bool, str]:
        piece, won = self.pieces[index], self.won[index]
        size, key = len(piece.key), piece.key.casefold()
        if key in self.headlines:
            return False, "headline"
        if piece.level == 1 and not won:
            return False, "headline"
        if captioned(piece) or self._under_image(index):
            return False, "caption"
        if not any(c.isalnum() or c == "_" for c in key):  # agencies part a story and its notes with "___"
            return False, "ornament"
        at_home = self._at_home(index)
        box: Box | None = piece.box
        masthead = False
        while box is not None:
            if id(box) in asides:
                return False, "aside"
            masthead |= id(box) in self.ground.mastheads
            box = box.parent
        if masthead and (key == self.standfirst or not self.prose[index]):
            return False, "masthead"
        noise = self._noise(piece, zones, at_home and (won or self.prose[index] or piece.level > 0))
        if noise:
            return False, f"in {spoken(noise)}"
        kind = furniture(piece.text)
        if kind is not None and not (kind == "opening" and piece.link_chars == 0 and size > 100):
            return False, kind
        if key in self.names or (size < 60 and not piece.level and any(name in key for name in self.names)):
            return False, "byline"
        if piece.link_chars > 0.85 * size and not (piece.level and anchors(piece)) and not piece.item:
            return False, "link"
        if won:
            return True, "trafilatura"
        if piece.quote is not None and _POST.search(piece.quote.names):
            return True, "embedded post"
        if self._standfirst(index) and key != self.standfirst:
            return True, "standfirst"
        if not at_home or piece.link_chars > 0.5 * size:
            return False, "dropped by trafilatura"
        if piece.level or self.prose[index] or piece.item or piece.quote:
            return True, "among its paragraphs"
        return False, "dropped by trafilatura"

    def _standfirst(self, index: int) -> bool:
        """Whether a sentence stands right under the headline, in a box that is named for it."""
        piece = self.pieces[index]
        above = self.pieces[max(0, index - 2) : index]
        named = (piece.box.zone | self.homes[index].zone) & Zone.STANDFIRST
        return bool(named and ENDED.search(piece.text)) and any(p.level == 1 for p in above)

    def _at_home(self, index: int) -> bool:
        """Whether a piece stands where the paragraphs stand; a heading or quote may have a wrapper."""
        home = self.homes[index]
        if self.ground.is_main(home) or home is self.ground.core:
            return True
        piece = self.pieces[index]
        if not piece.level and not piece.quote:
            return False
        if piece.level and not self._slim(home, 1):
            return False  # the heading of a box with a text of its own
        while home.parent is not None and home.parent is not self.ground.core and self._slim(home, 3):
            home = home.parent
        core = self.ground.core
        return self.ground.is_main(home) or (
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

    def _under_image(self, index: int) -> bool:
        """Whether a piece is the legend of the image or player before it."""
        piece = self.pieces[index]
        if piece.level or index == 0 or self.pieces[index - 1].kind == "text":
            return False
        home = self.homes[index]
        if not self.ground.is_main(home) and 1 < home.end - home.start <= 8:
            inside = self.pieces[home.start : home.end]
            if sum(p.kind == "text" for p in inside) <= 2:
                return len(piece.key) < 400
        if len(piece.text) > 200:
            return False
        return credited(piece.text) or (
            not piece.paragraph and not ENDED.search(piece.text) and home.tag not in INNER
        )

    def _noise(self, piece: Piece, zones: dict[int, int], trusted: bool) -> int:
        """The noise zones that a piece stands in; its own names count little where it is at home."""
        if not trusted and not piece.quote:
            return zones[id(piece.box)] & NOISE
        if piece.quote is not None and _POST.search(piece.quote.names):
            return Zone.NONE
        box, own = piece.box, Zone.NONE
        while box.tag in INNER and box.parent is not None:
            own |= box.zone
            box = box.parent
        return (zones[id(box)] & NOISE) | (own & NOISE & ~_WEAK)
