"""Where on the page the article stands: the box that holds the bulk of what trafilatura kept.

Trafilatura finds the article well, but takes the first of several containers for the whole, and
now and then another text. The box that holds the bulk of its text is the article's; boxes that are
made like the one its paragraphs stand in are its continuation; and where the page has a much larger
body of prose that trafilatura passed over, that is taken instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from .finder import Finding
from .looks import INNER, common, encloses, home_of, is_prose
from .names import NOISE, Zone
from .outline import Box, Outline, Piece
from .phrases import furniture

CORE_SHARE = 0.85  # of the kept text, that the article's box holds
MAIN_SHARE = 0.12  # of the kept text, from which on a kind of box is one of the article's own
_DIGITS = re.compile(r"\d+")

Group = tuple[str, str, int, int]


class Ground:
    """The page's pieces with what trafilatura kept of them, and the box that the article stands in.

    Attributes:
        pieces: The outline's pieces; the next four have an entry for each.
        won: Whether trafilatura kept it.
        prose: Whether it is running text.
        homes: The box that its paragraph, list or quotation stands in.
        core: The article's box; None where there is none.
        mastheads: The boxes in the core that hold the headline and little of the text, by `id`.
        rescued: Whether trafilatura had missed the article.
    """

    def __init__(self, page: Outline, finding: Finding, headlines: Collection[str]) -> None:
        self.pieces = page.pieces
        self.boxes = page.boxes
        self.headlines = headlines
        self.won = [piece.kind == "text" and finding.holds(piece.key) for piece in self.pieces]
        self.prose = [is_prose(piece) for piece in self.pieces]
        self.homes = [home_of(piece) for piece in self.pieces]
        self.core: Box | None = None
        self.mastheads: set[int] = set()
        self.rescued = False
        self._main: set[Group] = set()
        self._groups: dict[int, Group] = {}
        if self.boxes:
            self._find()

    def is_main(self, box: Box) -> bool:
        """Whether a box is made like those that the article's paragraphs stand in."""
        return self._group(box) in self._main

    def is_flow(self, index: int) -> bool:
        """Whether a text stands where the paragraphs stand: what comes and goes between them does not."""
        piece = self.pieces[index]
        return piece.kind == "text" and self.is_main(self.homes[index]) and not furniture(piece.text)

    def _find(self) -> None:
        masses = self._masses()
        self._weigh()
        best = max(masses, key=lambda g: masses[g][0], default=None)
        kept = self.boxes[0].won
        if best is not None and masses[best][0] > 1.5 * kept and masses[best][1] < 0.3 * masses[best][0]:
            self._rescue(best)
        core = self._smallest()
        if core is None:
            return
        self.core, self._main = self._extend(core)
        self._unwrap(self.core)
        self.mastheads = {id(box) for box in self._heads(self.core)}

    def _group(self, home: Box) -> Group:
        """Boxes of one kind: of the same make, at the same depth, in the same article element."""
        found = self._groups.get(id(home))
        if found is None:
            holder: Box | None = home
            while holder is not None and (holder.tag != "article" or holder.zone & Zone.LIVE):
                holder = holder.parent  # the entries of a live blog are one article
            found = (
                home.tag,
                _DIGITS.sub("", home.element.get("class") or home.names),
                home.depth,
                id(holder),
            )
            self._groups[id(home)] = found
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
        self.rescued = True
        self._weigh()

    def _smallest(self) -> Box | None:
        """The smallest box that holds the bulk of the kept text."""
        total = self.boxes[0].won
        if not total:
            return None
        best = self.boxes[0]
        for box in self.boxes:
            if box.won >= CORE_SHARE * total and box.depth >= best.depth and box.tag not in INNER:
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
                around = common(wide, home)
                if around.tag not in ("body", "html") and around.depth >= core.depth - 4:
                    wide = around
        main |= {group for group, size in held.items() if size >= MAIN_SHARE * core.won}
        return wide, main

    def _heads(self, core: Box) -> Iterator[Box]:
        """The boxes in the core that hold the headline and little of the text."""
        for index in range(core.start, core.end):
            piece = self.pieces[index]
            if piece.level == 1 or piece.key.casefold() in self.headlines:
                box: Box | None = piece.box
                while box is not None and box is not core and box.won < 0.5 * core.won:
                    yield box
                    box = box.parent

    def _unwrap(self, core: Box) -> None:
        """Forget the lists, tables and quotations that the article as a whole stands in."""
        for piece in self.pieces[core.start : core.end]:
            if piece.item is not None and encloses(piece.item, core):
                piece.item = None
            if piece.cell is not None and encloses(piece.cell, core):
                piece.cell = None
            if piece.quote is not None and encloses(piece.quote, core):
                piece.quote = None
