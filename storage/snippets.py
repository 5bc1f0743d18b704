"""A piece of a text around the words that were looked for, with these marked; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from ..query import UNSPACED, fold
from .search_syntax import Row

LENGTH = 240  # characters of a snippet, more or less
LOOKED_THROUGH = 200_000  # characters of a text
_PART = re.compile(f"{UNSPACED.pattern}+|(?:(?!{UNSPACED.pattern})[^\\W_])+")


class Marker:
    """The words that a search looked for, ready to be found in texts."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._words: set[str] = set()
        self._runs: set[str] = set()
        beginnings = []
        for row in rows:
            for at, word in enumerate(row.words):
                if UNSPACED.match(word):
                    self._runs.add(word)
                elif row.prefix and at == len(row.words) - 1:
                    beginnings.append(word)
                else:
                    self._words.add(word)
        self._beginnings = tuple(beginnings)

    def snippet(self, text: str) -> tuple[tuple[str, bool], ...]:
        """The beginning of the text, or where the first word stands; in parts, marked or not."""
        # Composed, so that a letter and its accent are one; with one space wherever there is any.
        line = " ".join(unicodedata.normalize("NFC", text[:LOOKED_THROUGH]).split())
        first = next(self._found(line), (0, 0))[0]
        start = 0 if first < LENGTH // 2 else line.find(" ", first - LENGTH // 3, first) + 1 or first
        end = len(line) if start + LENGTH >= len(line) else start + LENGTH
        if end < len(line):
            end = max(line.rfind(" ", start + LENGTH // 2, end), start + LENGTH // 2)
        parts: list[tuple[str, bool]] = [("…", False)] if start else []
        at = start
        for begin, stop in self._found(line[start:end]):
            if start + begin > at:
                parts.append((line[at : start + begin], False))
            parts.append((line[start + begin : start + stop], True))
            at = start + stop
        parts.append((line[at:end] + ("…" if end < len(line) else ""), False))
        return tuple(part for part in parts if part[0])

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        """Where in a text the words stand."""
        for part in _PART.finditer(text):
            if UNSPACED.match(part[0]):
                yield from self._in_run(part[0], part.start())
                continue
            word = fold(part[0])
            if word in self._words or (self._beginnings and word.startswith(self._beginnings)):
                yield part.span()

    def _in_run(self, run: str, at: int) -> Iterator[tuple[int, int]]:
        """The same in a script without spaces, where what is looked for may overlap."""
        marked = [False] * len(run)
        for wanted in self._runs:
            found = run.find(wanted)
            while found >= 0:
                marked[found : found + len(wanted)] = [True] * len(wanted)
                found = run.find(wanted, found + 1)
        for same in re.finditer("1+", "".join(map(str, map(int, marked)))):
            yield at + same.start(), at + same.end()
