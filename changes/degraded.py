"""Whether a fetch shows less of an article than the archive already has: a wall, an error, a cut-off text.

Such a page is an event of the article's state, never a version: the last good version stays. An editor who
cuts a story down leaves an ending; a wall or a broken transfer leaves the beginning. So only a beginning of
the older text counts, and without the sign of a wall it must lack a great deal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from ..model import Entry, Extraction, PageClass
from .align import ALIKE, Piece, dice, differing
from .fingerprint import running
from .normalise import plain
from .notices import is_notice

_WALLS = {
    PageClass.CONSENT: "a consent wall",
    PageClass.BOT_CHECK: "a bot check",
    PageClass.PAYWALL_STUB: "a paywall",
    PageClass.MISSING: "a page that says the article is not there",
    PageClass.ERROR: "an error page",
    PageClass.EMPTY: "an empty page",
    PageClass.FRONT: "a front page",
}
_INVITATION = re.compile(
    r"(?i)subscri(?:be|ption|ber)|sign in|log ?in to|to (?:continue|keep) reading|already a (?:member"
    r"|subscriber)|register (?:now|here|for|to|free)"
    r"|for full access|abonn|réservé|il vous reste|lire la suite|connectez-vous|pour lire|weiterlesen"
    r"|digitalabo|jetzt testen"
    r"|anmelden|suscr[íi]b|suscriptor|para seguir leyendo|inicia(?:r)? sesi[óo]n|continua a leggere"
    r"|riservat[oa] agli|accedi"
    r"|assine|assinante|para continuar (?:a ler|lendo)|exclusivo para|lees verder|word lid|prenumer"
    r"|logga in|läs vidare"
    r"|subskry|dalszą część|подпиш|подписк|подписчик|この記事は|会員|登録して|無料登録|訂閱|订阅|付费|구독"
)

_FAR = 600  # characters behind the beginning from which on an article goes on otherwise

# A sentence that ends where its paragraph went on: no machine cut it. "...", "…" and "[…]" are cuts.
_WHOLE = re.compile(r"(?:[^.\s…]\.|[!?。！？؟])[\"'”’»)\]」』]*$")


def is_degraded(old: Extraction, new: Extraction) -> bool:
    """Whether `new` shows less of the article than `old`, by a wall, an error or a cut.

    Args:
        old: The last good state.
        new: What was fetched now.

    Returns:
        True if `new` must not become a version.
    """
    return why_degraded(old, new) is not None


def why_degraded(old: Extraction, new: Extraction) -> str | None:
    """In words why `new` is degraded (see `is_degraded`), or None."""
    readable = old.page_class not in _WALLS
    if readable and new.page_class in _WALLS:
        return f"{_WALLS[new.page_class]} instead of the article"
    if _goes_far_on(old, new):
        return None
    before, after = list(_texts(old)), list(_texts(new))
    if not before:
        return None
    if not after and sum(map(len, before)) >= 200:
        return "no text where there was an article"
    kept, cut = _beginning(before, after)
    total, have = sum(map(len, before)), sum(map(len, before[:kept])) + cut
    lost = total - have
    if (not kept and not cut) or lost < max(200, 0.2 * total):
        return None
    extra = after[kept + bool(cut) :]
    if sum(map(len, extra)) > _FAR or _goes_on(before[kept:], extra) or any(map(is_notice, extra)):
        return None  # it goes on otherwise, or says why it is shorter: an edit
    invited = any(_INVITATION.search(text) for text in extra)
    if extra and not invited:
        return None
    if invited or (new.rights.free is False and old.rights.free is not False):
        return "only the beginning of the article, and an invitation to subscribe"
    if cut:
        return "the article breaks off in the middle of a paragraph"
    if have < total / 3 and len(before) - kept >= 4 and lost >= 1000:
        return "only the beginning of the article"
    return None


def _goes_far_on(old: Extraction, new: Extraction) -> bool:
    """Whether the newer state goes far on behind what both begin with; most often no more has to be read."""
    rest = differing(_texts(old), _texts(new))
    next(rest, None)  # this one may be cut
    return any(length > _FAR for length in accumulate(len(after) for _, after in rest))


def _goes_on(rest: list[str], extra: list[str]) -> bool:
    """Whether what follows the beginning is the rest of the article, edited."""
    pieces = [Piece(text) for text in rest]
    return any(dice(Piece(text), piece) >= ALIKE for text in extra for piece in pieces)


def _texts(extraction: Extraction) -> Iterator[str]:
    texts = (plain(b.text) if isinstance(b, Entry) else words for b, words in running(extraction))
    return filter(None, texts)


def _beginning(before: list[str], after: list[str]) -> tuple[int, int]:
    """How many blocks of `before` open `after`, and how many characters of the next one, if it is cut."""
    kept = 0
    while kept < min(len(before), len(after)) and before[kept] == after[kept]:
        kept += 1
    if kept < min(len(before), len(after)):
        stub = after[kept].rstrip(". […]")
        whole = _WHOLE.search(after[kept]) is not None
        if (
            not whole
            and len(stub) >= 20
            and len(stub) < 0.9 * len(before[kept])
            and before[kept].startswith(stub)
        ):
            return kept, len(stub)
    return kept, 0
