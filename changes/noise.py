"""Which blocks of a page are furniture: text that a newsroom's software writes, not its editors.

Extraction drops most of it; what slips through must not make a version. A block is furniture only when
the whole of it matches, so that a sentence of the story is never lost for containing "read more", and
"Update: police now say 21 people died" is a notice, not a time stamp. What is furniture in one version
is furniture in the other: the test looks at one text alone.
"""

from __future__ import annotations

import re

from .normalise import undressed

LONGEST = 300  # characters; nothing longer is furniture, and the patterns need not look at it

# What a stamp may be made of beside digits: months and days by their first letters, zones, small words.
_DATE_WORDS = re.compile(
    r"(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|déc|janv|fév|avr|juin|juil|aoû"
    r"|ene|abr|ago|dic|gen"
    r"|mag|giu|lug|set|ott|out|maj|mei|jän|mär|mon|tue|wed|thu|fri|sat|sun|lun|mer|jeu|ven|sam|dim|mié"
    r"|jue|vie|sáb"
    r"|dom|die|mit|don|fre|son|seg|ter|qua|qui|sex|gio|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя"
    r"|дек)\w{0,8}"
    r"|gmt|utc|cet|cest|bst|est|edt|et|pst|pdt|pt|ist|msk|[ap]m?|uhr|hrs?|h|ore|kl|wib|z"
    r"|at|on|the|of|le|la|à|a|um|am|vom|der|el|las|de|del|alle|il|às|os|em|op|om|och|and|o|в|года?|г"
    r"|st|nd|rd|th|er"
    r"|年|月|日|時|分|时|년|월|일|local|time|heure|paris"
)
_STAMPED = re.compile(
    r"(?:(?:last|first|dernière|última|ultimo|zuletzt|laatst)\s+)?(?:updated|modified|published"
    r"|posted|edited|revised"
    r"|publié[es]*|posté|mise?\s+à\s+jour|modifiée?|actualización|actualizado|publicado|modificado"
    r"|aktualisiert"
    r"|bearbeitet|veröffentlicht|stand|erstellt|aggiornament[oi]|aggiornato|pubblicato|modificato|atualização"
    r"|atualizado|bijgewerkt|gepubliceerd|uppdaterad|publicerad|oppdatert|publisert|opdateret|aktualizacja"
    r"|publikacja|обновлено|опубликовано|更新(?:日時|于|於|時間)?|发布|發布|최종\s*수정|수정|입력|güncelleme|diperbarui)"
    r"\s*[:：]?\s*(.*)",
    re.DOTALL,
)
_UNIT = (
    r"(?:s|secs?|seconds?|m|mins?|minut\w*|h|hrs?|hours?|heures?|horas?|stunden?|ore?|ora|uur|timm\w*"
    r"|days?|jours?"
    r"|días?|tag(?:en?)?|giorn[oi]|dias?|weeks?|semaines?|wochen?|분|시간|分钟|分|小时|時間|天|日)\.?"
)
_SOME = r"(?:\d{1,3}|an?|une?|einer?|un[ao]?)"
_PARTS = re.compile(r" [·|•/] ")  # between what a line of furniture is put together from
_AGO = re.compile(
    rf"(?:about\s+)?{_SOME}\s*{_UNIT}\s*(?:ago|fa|atrás|geleden|sedan|siden|temu|назад|önce|전|前|yang lalu)"
    rf"|(?:il y a|hace|vor|há|for)\s+{_SOME}\s*{_UNIT}|just now|à l'instant|gerade eben|ahora mismo"
)
_UPDATED = (
    r"(?:updated|mis à jour|modifié|actualizado|aktualisiert|aggiornato|atualizado|bijgewerkt|uppdaterad)"
)
_AGED = re.compile(rf"(?i)^\s*(?:{_AGO.pattern})\b[\s·|:–—-]*|[\s·|(–—-]*(?:{_AGO.pattern})\)?\s*$")
_AGE = re.compile(rf"{_UPDATED} (?:{_AGO.pattern})|(?:{_AGO.pattern}) {_UPDATED}")
_NUMBER = r"\d[\d.,\s]{0,12}[km]?"
_COUNTED = (
    r"(?:comments?|shares?|likes?|views?|reads?|reactions?|replies|followers?|retweets?|commentaires?"
    r"|partages?|vues?"
    r"|réactions?|comentarios?|me gusta|compartid[oa]s|kommentare?r?|aufrufe|mal geteilt|comment[oi]"
    r"|condivisioni"
    r"|comentários?|visualizações|reacties|komentarz\w*|комментари\w*|просмотр\w*|评论|評論|コメント|댓글"
    r"|min(?:ute)?s? read|min(?:uten)? lesezeit|min(?:utes)? de lecture|min(?:utos)? de lectura"
    r"|minuti di lettura|min(?:utos)? de leitura)"
)
_COUNTER = re.compile(rf"{_NUMBER}\s*{_COUNTED}|{_COUNTED}\s*[:(]?\s*{_NUMBER}\)?")

_ALSO = (
    r"also read|read also|read more|read next|related(?: (?:article|story|stories|topics|content"
    r"|news))?|see also"
    r"|more on this(?: story)?|(?:à )?lire aussi|à lire|(?:à )?lire également|(?:à )?voir aussi"
    r"|sur le même sujet"
    r"|articles liés|mehr zum thema|lesen sie (?:auch|mehr|hier mehr)|lesetipp|auch interessant|siehe auch"
    r"|lee también|leer más|lea también|te puede interesar|ver también|leggi anche|vedi anche"
    r"|potrebbe interessarti"
    r"|leia (?:também|mais)|veja (?:também|mais)|lees ook|lees meer|läs också|les også|læs også"
    r"|czytaj (?:też|także)"
    r"|zobacz (?:też|także)|читайте также|関連記事|相关阅读|延伸閱讀|相關新聞|관련기사|baca juga|ayrıca oku"
)
_RELATED = re.compile(rf"(?:{_ALSO})\s*(?:[:：|»>›–—-]+\s*\S.*)?", re.DOTALL)
_LABEL = re.compile(
    r"[\[(*—–-]*\s*(?:advert(?:isement|ising)?s?|ad|sponsored(?: content)?|anzeige|werbung|publicité"
    r"|publicidad"
    r"|pubblicità|publicidade|annons|reklame?a?|реклама|広告|广告|廣告|광고"
    r"|story continues below(?: advertisement)?"
    r"|advertisement\W+(?:scroll|continue|story continues)[\w ]*|continue reading(?: below)?"
    r"|article continues (?:below|after)[\w ]*|share(?: this(?: (?:article|story|page))?)?|share on [\w ,]+"
    r"|partager(?: (?:cet article|sur [\w ,]+))?|(?:artikel )?teilen|compartir(?: en [\w ,]+)?"
    r"|condividi|compartilhar?"
    r"|delen|facebook|twitter|whatsapp|e-?mail|copy link|link copied|print|bookmark"
    r"|listen(?: to (?:this )?article)?"
    r"|(?:show |view )?comments?|commentaires?|comentarios|kommentare|commenti|comentários"
    r"|join the conversation"
    r"|recommended|most (?:read|popular)|trending(?: now)?|you may also like|meistgelesen|más leídos?"
    r"|relacionad[oa]s)"
    r"\s*[\])*—–:.-]*"
)
_INVITATION = re.compile(
    r"(?:sign up (?:for|to|here)|subscribe to (?:our|the)|get (?:our|the) (?:daily |free "
    r"|morning )?(?:newsletter|"
    r"briefing)|follow us on|download our app|inscrivez-vous à|abonnez-vous à (?:notre|la) newsletter"
    r"|recevez (?:notre|"
    r"la) newsletter|suscríbete a (?:nuestr|la )|síguenos en|regístrate (?:en|para) "
    r"|abonnieren sie (?:unseren|den)|"
    r"(?:hier )?(?:zum|den) newsletter|iscriviti (?:alla|a) |seguici su|assine (?:a|nossa) newsletter"
    r"|siga-nos|"
    r"inscreva-se|schrijf je in|meld je aan)[^.!?]{0,160}[.!]?"
)
_SOFTWARE = re.compile(
    "|".join(f"(?:{p.pattern})" for p in (_AGO, _AGE, _COUNTER, _RELATED, _LABEL, _INVITATION)), re.DOTALL
)


def is_noise(text: str) -> bool:
    """Whether the whole of a block's text is furniture: a time stamp, a counter, a label, an invitation.

    Args:
        text: The block's text.

    Returns:
        True for furniture. An empty text is none.
    """
    return 0 < len(text) <= LONGEST and _furniture(text)


def without_age(text: str) -> str:
    """A text without the age that a live blog puts before or behind its entries' heads."""
    return _AGED.sub("", text)


def _furniture(text: str) -> bool:
    return all(_is_software(part) for part in _PARTS.split(undressed(text).casefold()))


def _is_software(text: str) -> bool:
    if (found := _STAMPED.fullmatch(text)) and (
        _is_stamp(found[1]) or _AGO.fullmatch(found[1].strip(" .()"))
    ):
        return True
    return _SOFTWARE.fullmatch(text) is not None


def _is_stamp(text: str) -> bool:
    """Whether a text is a date or a time and nothing else; decided word by word, so in linear time."""
    words = re.findall(r"[^\W\d]+", text)
    return any(c.isdigit() for c in text) and all(_DATE_WORDS.fullmatch(word) for word in words)
