"""What differs in pictures, videos and links, told once for the whole article.

Where they stand is the edit script's matter; whether an article still shows or cites a thing is this one's.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Block, ChangeKind, Extraction
from .addresses import image_key, video_key
from .diff import Detail
from .edits import Op
from .findings import Finding, Verdict, finding
from .fingerprint import captions, images, links, targets, videos


def of_media(old: Extraction, new: Extraction) -> Iterator[Finding]:
    """Pictures, captions and videos that came or went."""
    pictures_old, pictures_new = _pictures(old), _pictures(new)
    if pictures_old != pictures_new:
        gone, come = sorted(pictures_old - pictures_new), sorted(pictures_new - pictures_old)
        yield finding(ChangeKind.IMAGE, before=", ".join(gone), after=", ".join(come))
    before, after = captions(old), captions(new)
    if pictures_old == pictures_new and before != after:
        gone, come = (sorted(words for _, words in pairs) for pairs in (before - after, after - before))
        # The same captions below other pictures name the wrong people.
        verdict = Verdict.ALERT if gone == come else Verdict.LABEL
        yield Finding(kind=ChangeKind.CAPTION, verdict=verdict, before=" ".join(gone), after=" ".join(come))
    titles = {key: title for e in (old, new) for key, title in _titles(e)}
    shown_old, shown_new = videos(old), videos(new)
    aside = {video_key(v.url) for v in old.videos if v.place == "related"}
    for key in sorted(shown_old - shown_new):
        # A video of the story that is gone is an edit; of those beside it, others come and go.
        verdict = Verdict.LABEL if key in aside else Verdict.ALERT
        yield Finding(kind=ChangeKind.VIDEO_REMOVED, verdict=verdict, before=titles.get(key, key))
    for key in sorted(shown_new - shown_old):
        yield finding(ChangeKind.VIDEO_ADDED, after=titles.get(key, key))


def _titles(extraction: Extraction) -> Iterator[tuple[str, str]]:
    for video in extraction.videos:
        yield video_key(video.url), video.title or video.url


def _pictures(extraction: Extraction) -> set[str]:
    lead = {image_key(extraction.image)} if extraction.image else set()
    return images(extraction) | lead


def of_links(old: Extraction, new: Extraction, details: list[Detail]) -> Iterator[Finding]:
    """Links that came or went while the words around them stayed."""
    before, after = targets(old), targets(new)
    if before == after:
        return
    # A link that went with its paragraph is told by the paragraph.
    with_text = {Op.ADDED: _linked(details, Op.ADDED), Op.REMOVED: _linked(details, Op.REMOVED)}
    for key in sorted(before - after - with_text[Op.REMOVED]):
        yield Finding(kind=ChangeKind.LINK, verdict=Verdict.ALERT, before=key)
    for key in sorted(after - before - with_text[Op.ADDED]):
        yield finding(ChangeKind.LINK, after=key)


def _linked(details: list[Detail], op: Op) -> set[str]:
    blocks: list[Block] = [b for d in details if d.edit.op is op for b in d.edit.old + d.edit.new]
    return {key for block in blocks for key in links(block)}
