"""What the rules of wording need of the article around a change: its language, and the words it uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, islice

from .language import lexicon

_FEW = 100  # questions after which counting every word once is cheaper than looking for one
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


class Context:
    """What the rules need of the article around: the language's words, and the words that it uses.

    Args:
        language: The code of the language, "" where it is not known.
        texts: The running texts of both versions.
    """

    def __init__(self, language: str, texts: Sequence[str]) -> None:
        self.language = language
        self.lexicon = lexicon(language)
        self._texts = texts
        self._asked = 0

    def uses(self, word: str, times: int = 1, *, folded: bool = True) -> bool:
        """Whether both versions together use a word so often, in any case or (not `folded`) in this."""
        self._asked += 1
        if self._asked > _FEW:
            return (self._counts_folded if folded else self._counts)[word] >= times
        texts = self._folded if folded else self._texts
        found = chain.from_iterable(_occurrences(word, text) for text in texts)
        return next(islice(found, times - 1, None), None) is not None

    @cached_property
    def _folded(self) -> list[str]:
        return [text.casefold() for text in self._texts]

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(word for text in self._texts for word in _WORDS.findall(text))

    @cached_property
    def _counts_folded(self) -> Counter[str]:
        return Counter(word for text in self._folded for word in _WORDS.findall(text))


def _occurrences(word: str, text: str) -> Iterator[int]:
    """Where a word stands in a text as a whole word; `str.find` is far quicker here than a pattern."""
    at = text.find(word)
    while at >= 0 and word:
        end = at + len(word)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            yield at
        at = text.find(word, end)
