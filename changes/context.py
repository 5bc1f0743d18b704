"""What the rules of wording need of the article around a change: its language, and the words it uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, islice, repeat

from .language import lexicon

_FEW = 100  # questions after which counting every word once is cheaper than looking for one
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


class Context:
    """What the rules need of the article around: the language's words, and the words that it uses.

    Args:
        language: The code of the language, "" where it is not known.
        both: The pieces of running text that both versions have; what stands in them is used twice.
        either: Those that only one of them has.
    """

    def __init__(self, language: str, both: Sequence[str], either: Sequence[str]) -> None:
        self.language = language
        self.lexicon = lexicon(language)
        self._pieces = both, either
        self._asked = 0

    def uses(self, word: str, times: int = 1, *, folded: bool = True) -> bool:
        """Whether both versions together use a word so often, in any case or (not `folded`) in this."""
        self._asked += 1
        if self._asked > _FEW:
            return (self._counts_folded if folded else self._counts)[word] >= times
        both, either = self._folded if folded else self._texts
        found = chain(
            chain.from_iterable(repeat(at, 2) for at in _occurrences(word, both)), _occurrences(word, either)
        )
        return next(islice(found, times - 1, None), None) is not None

    @cached_property
    def _texts(self) -> tuple[str, str]:
        both, either = self._pieces
        return "\n\n".join(both), "\n\n".join(either)

    @cached_property
    def _folded(self) -> tuple[str, str]:
        # Piece by piece: one that is ASCII is folded many times faster than a text with an emoji somewhere.
        both, either = self._pieces
        return "\n\n".join(map(str.casefold, both)), "\n\n".join(map(str.casefold, either))

    @cached_property
    def _counts(self) -> Counter[str]:
        return _counted(*self._texts)

    @cached_property
    def _counts_folded(self) -> Counter[str]:
        return _counted(*self._folded)


def _counted(both: str, either: str) -> Counter[str]:
    counts = Counter(_WORDS.findall(both))
    for word in counts:
        counts[word] *= 2
    counts.update(_WORDS.findall(either))
    return counts


def _occurrences(word: str, text: str) -> Iterator[int]:
    """Where a word stands in a text as a whole word; `str.find` is far quicker here than a pattern."""
    at = text.find(word)
    while at >= 0 and word:
        end = at + len(word)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            yield at
        at = text.find(word, end)
