"""What kind of page a payload is; an article is never called something else for want of proof.

A page with running text is an article unless its address or its make says front page. Only a page
with little text is looked at more closely: what its few words ask for (consent, a human, money), and
whether it is an error or an application's empty shell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ...model import PageClass, Rights
from .structured import Node, kinds

ENOUGH = 280  # characters of running text that make an article of any page
LITTLE = 1500  # characters on the whole page up to which a check or wall is believed

_BOT = re.compile(
    r"just a moment|attention required|verify(?:ing)? (?:that )?you are (?:a )?human|are you a (?:human"
    r"|robot)|captcha"
    r"|checking your browser|unusual traffic|pardon our interruption|access (?:to this page has been )?denied"
    r"|enable javascript and cookies to continue|bot (?:detection|protection)|you have been blocked"
    r"|ddos protection"
    r"|press (?:&|and) hold|security check|request unsuccessful|vérifiez que vous êtes humain"
    r"|sind sie ein (?:mensch|roboter)"
    r"|no eres un robot|подтвердите, что вы не робот|人机验证|ロボットではありません",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue|we (?:value|care about) your privacy|(?:we|wir) (?:and|und) (?:our"
    r"|unsere) (?:\d+ )?partners?|consent"
    r"|cookie|zustimm(?:en|ung)|einwilligung|datenschutz|avec votre (?:accord|consentement)"
    r"|accepter et continuer"
    r"|continuer sans accepter|aceptar y continuar|consentimiento|accetta e continua|consenso|toestemming"
    r"|samtykke"
    r"|souhlas|zgoda|çerez|согласие",
    re.IGNORECASE,
)
_WALL = re.compile(
    r"subscri(?:be|ption|ber)|sign in to (?:read|continue)|log in to (?:read|continue)|register to (?:read"
    r"|continue)"
    r"|abonn(?:ieren|enten|é|ement|er|ez)|jetzt (?:testen|weiterlesen)|nur für abonnenten"
    r"|réservé aux abonnés|suscr[ií](?:b|p)"
    r"|solo para suscriptores|abbonati|assine|assinante|prenumer|abonnement|předplat|prenumerat|подпис|購読"
    r"|会員限定|구독",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"\b(?:404|410|403|500|502|503|504)\b|not found|page (?:introuvable|non trouvée|n'existe)"
    r"|nicht gefunden|no encontrad[ao]"
    r"|não encontrad[ao]|non trovata|niet gevonden|hittades inte|ikke fundet|ikke funnet|nie znaleziono"
    r"|nenalezena|bulunamadı"
    r"|не найдена|ページが見つかりません|页面不存在|찾을 수 없"
    r"|no longer (?:available|exists)|something went wrong"
    r"|internal server error"
    r"|service unavailable|bad gateway|an error (?:has )?occurred|page (?:you.{0,30})?(?:does ?n.t"
    r"|can.?t) (?:exist|be found)",
    re.IGNORECASE,
)
_FRONT_PATH = re.compile(
    r"/?(?:index|default|home)?(?:\.\w{2,5})?/?|/?[a-z]{2}(?:-[a-z]{2})?/?", re.IGNORECASE
)
_FRONT_KINDS = {"CollectionPage", "SearchResultsPage", "ItemList"}
_ARTICLE_KINDS = ("Article", "BlogPosting", "Report", "LiveBlogPosting", "Review")


@dataclass(frozen=True, slots=True)
class Look:
    """What of a page its class depends on; sizes in characters."""

    title: str
    running: int  # running text of the article
    whole: str  # all text of the page, at most a few thousand characters
    whole_size: int
    headlines: int  # pieces that are nothing but a link of a headline's length
    images: int
    videos: int
    published: bool
    entries: int


def classify(
    look: Look, url: str, nodes: Sequence[Node], metas: dict[str, list[str]], rights: Rights
) -> tuple[PageClass, float]:
    """Decide the class.

    Returns:
        The class and the confidence, from 0 to 1.
    """
    stated = any(name.endswith(_ARTICLE_KINDS) for node in nodes for name in kinds(node))
    stated = stated or "article" in " ".join(metas.get("og:type", ())).lower()
    path = urlsplit(url).path if "[" not in url else ""
    front = bool(_FRONT_PATH.fullmatch(path)) and not urlsplit(url).query if "[" not in url else False
    if look.entries > 1:
        return PageClass.LIVEBLOG, 0.95
    if front and not stated and look.headlines >= 5:
        return PageClass.FRONT, 0.95
    if look.running >= ENOUGH:
        if not stated and not look.published and look.headlines >= 12 and look.running < 40 * look.headlines:
            return PageClass.FRONT, 0.8
        return PageClass.ARTICLE, 1.0 if stated or look.published else 0.85
    return _small(look, nodes, rights, stated)


def _small(look: Look, nodes: Sequence[Node], rights: Rights, stated: bool) -> tuple[PageClass, float]:
    words = f"{look.title}\n{look.whole}"
    small = look.whole_size <= LITTLE
    if small and _BOT.search(words):
        return PageClass.BOT_CHECK, 0.95
    if _ERROR.search(look.title) or (small and look.running < 150 and _ERROR.search(words) and not stated):
        return PageClass.ERROR, 0.9
    if rights.free is False and look.running < ENOUGH:
        return PageClass.PAYWALL_STUB, 0.9
    if look.whole_size <= 6 * LITTLE and len(_CONSENT.findall(words)) >= 3 and not stated:
        return PageClass.CONSENT, 0.85
    if look.running < 120 and (look.images >= 4 or look.videos):
        return PageClass.GALLERY, 0.8
    if stated and look.running < 120 and _WALL.search(words):
        return PageClass.PAYWALL_STUB, 0.7
    if look.whole_size < 120:
        return PageClass.EMPTY, 0.9
    listed = any(set(kinds(node)) & _FRONT_KINDS for node in nodes)
    if not stated and (look.headlines >= 12 or (listed and look.headlines >= 5)):
        return PageClass.FRONT, 0.85
    if look.running >= 60 and (stated or look.published):
        return PageClass.ARTICLE, 0.7
    if look.running >= 140:
        return PageClass.ARTICLE, 0.5
    return (PageClass.EMPTY if not look.running else PageClass.OTHER), 0.5
