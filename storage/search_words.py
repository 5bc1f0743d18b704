"""How texts become the words of the full-text index, and a query's words the same; pure.

Words are folded (`query.fold`) and otherwise indexed as they stand, so that a phrase finds itself and a
beginning finds every word. What has the same stem is found through a vocabulary kept beside the index
(`stem`; `indexing` fills it): a word of a query stands for all its forms that were ever indexed.
Scripts without spaces are indexed by pairs of neighbouring characters, and the last character of a run
alone, so that one character finds its run too. What is known of a version (source, language, date of
publication…) is indexed with it as words that begin with `=`, which no text contains.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import chain
from typing import Final

import Stemmer

from ..model import Extraction, Image, PageClass
from ..query import UNSPACED, WORD, fold

LONGEST: Final = 64
"""Characters of a word that count."""
MOST_WORDS: Final = 40_000
MOST_BYTES: Final = 400_000
"""Of one version's text as indexed: PostgreSQL takes a megabyte with all that it adds, and no page of
news is so long."""
EVERY: Final = "=a"
"""A word that every version has."""

_RUNS = re.compile(f"{UNSPACED.pattern}+|(?:(?!{UNSPACED.pattern}).)+")
_STEMMED = re.compile(r"[^\W\d]{3,40}")
_LANGUAGES: Final = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One version as it is indexed; each field's words in their order."""

    version_id: int
    title: tuple[str, ...]
    author: tuple[str, ...]
    section: tuple[str, ...]
    known: tuple[str, ...]
    text: tuple[str, ...]
    language: str | None
    hour: int  # when it was first seen (UTC), such as 2026101513

    @classmethod
    def of(
        cls, version_id: int, extraction: Extraction, *, source_id: int | None, url: str, hour: int
    ) -> Entry:
        """Make the entry of a version from what was read of it."""
        language = primary(extraction.language)
        parts = (extraction.standfirst, extraction.text, *_captions(extraction))
        return cls(
            version_id=version_id,
            title=_within(words(extraction.title)),
            author=_within(words(" · ".join(extraction.authors))),
            section=_within(words(" · ".join((extraction.section or "", *extraction.tags)))),
            known=tuple(_known(extraction, source_id, url, language)),
            text=_within(list(chain.from_iterable(map(words, parts)))),
            language=language,
            hour=hour,
        )


def words(text: str) -> list[str]:
    """The index's words of a text, in their order."""
    found: list[str] = []
    for chunk in text.split():
        # Most of a text's words were met before.
        found += _chunk(chunk) if len(chunk) <= LONGEST else _split(chunk)
    return found


def phrase(text: Iterable[str], *, prefix: bool) -> tuple[tuple[str, ...], bool]:
    """What to look for in the index for folded words that follow one another.

    Args:
        text: The words.
        prefix: Whether the last may be the beginning of a word.

    Returns:
        The index's words, and whether the last of them is a beginning.
    """
    runs = [run for word in text for run in _RUNS.findall(word)]
    found: list[str] = []
    for at, run in enumerate(runs):
        last = at == len(runs) - 1
        if not UNSPACED.match(run):
            found.append(run[:LONGEST])
            continue
        found += [run[k : k + 2] for k in range(len(run) - 1)]
        if not last or len(run) == 1:
            found.append(run[-1])  # in the text, too, the run ends here; or it is all there is
        if last:
            prefix = len(run) == 1
    return tuple(found), prefix


def address_words(url: str) -> Iterator[str]:
    """The words of an address, as they are indexed."""
    return (f"=u{word}" for word in words(url.partition("://")[2]))


def primary(language: str | None) -> str | None:
    """The language of a tag (`fr` of `fr-CA`), or None."""
    found = re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", language or "")
    return found[0].lower() if found else None


def stem(word: str, language: str) -> str | None:
    """The stem of a folded word; None where it has none (a number, a language without rules)."""
    if language not in _LANGUAGES or not _STEMMED.fullmatch(word) or UNSPACED.search(word):
        return None
    found: str = _stemmer(language).stemWord(word)
    # Of an Arabic word it takes off an article or an ending, whichever it comes to first.
    return str(_stemmer(language).stemWord(found)) if language == "ar" else found


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_LANGUAGES[language])


@lru_cache(maxsize=100_000)
def _chunk(chunk: str) -> tuple[str, ...]:
    return tuple(_split(chunk))


def _split(chunk: str) -> Iterator[str]:
    for word in WORD.findall(fold(chunk)):
        if not UNSPACED.search(word):
            yield word[:LONGEST]
            continue
        for run in _RUNS.findall(word):
            if UNSPACED.match(run):
                yield from (run[k : k + 2] for k in range(len(run)))
            else:
                yield run[:LONGEST]


def _within(found: list[str]) -> tuple[str, ...]:
    """As many of the words as there is room for."""
    if len(found) > MOST_WORDS or 4 * sum(map(len, found)) > MOST_BYTES:  # a character has at most 4 bytes
        room = MOST_BYTES
        for at, word in enumerate(found):
            room -= len(word.encode())
            if at == MOST_WORDS or room < 0:
                return tuple(found[:at])
    return tuple(found)


def _captions(extraction: Extraction) -> Iterator[str]:
    for block in extraction.blocks:
        if isinstance(block, Image):
            yield block.caption or block.alt
    for video in extraction.videos:
        yield video.title or ""


def _known(extraction: Extraction, source_id: int | None, url: str, language: str | None) -> Iterator[str]:
    yield EVERY
    yield f"=s{source_id or 0}"
    if language:
        yield f"=l{language}"
    if day := published_day(extraction.published):
        yield from date_marks(f"{day:08}")
    if extraction.videos:
        yield "=hvideo"
    if extraction.image or any(isinstance(block, Image) for block in extraction.blocks):
        yield "=himage"
    if extraction.rights.free is False or extraction.page_class is PageClass.PAYWALL_STUB:
        yield "=hpaywall"
    yield from list(address_words(url))[:200]


def published_day(published: str | None) -> int | None:
    """The day of publication as the page gives it, such as 20261015; None where it gives none."""
    try:
        day = date.fromisoformat((published or "")[:10])
    except ValueError:
        return None
    return day.year * 10_000 + day.month * 100 + day.day


def date_marks(day: str) -> tuple[str, str, str]:
    """The marks of the year, the month and the day of publication, which is given as `20261015`."""
    return f"=y{day[:4]}", f"=m{day[:6]}", f"=p{day}"


def marks_between(first: int, last: int) -> tuple[tuple[str, bool], ...]:
    """The marks that together stand for the days of publication from `first` to `last`.

    Args:
        first: Such as 20261015; 0: from ever on.
        last: The same; a day that its month does not have is the month's last.

    Returns:
        Marks, each with whether it is the beginning of one. They are few: `=y2026` for 20260101 to 20261231.
    """
    begin, end = first // 10_000 + (first % 10_000 > 101), last // 10_000 - (last % 10_000 < 1231)
    found = list(_years("", begin, end))
    for year in sorted({first // 10_000, last // 10_000} - {*range(begin, end + 1)}):
        for month in range(1, 13):
            before, length = year * 10_000 + month * 100, monthrange(year, month)[1]
            asked = range(max(first, before + 1), min(last, before + length) + 1)
            if len(asked) == length:
                found.append((f"=m{before // 100:06}", False))
            else:
                found += [(f"=p{day:08}", False) for day in asked]
    return tuple(found)


def _years(head: str, begin: int, end: int) -> Iterator[tuple[str, bool]]:
    """The marks of what of the years from `begin` to `end` lies under `head`, the first digits of some."""
    low, high = int(head.ljust(4, "0")), int(head.ljust(4, "9"))
    if high < begin or low > end:
        return
    # Of this century each alone: to merge the lists of all that begin so takes long where they are long.
    if begin <= low and high <= end and (len(head) == 4 or not "20".startswith(head[:2])):
        yield f"=y{head}", len(head) < 4
        return
    for digit in "0123456789":
        yield from _years(head + digit, begin, end)
