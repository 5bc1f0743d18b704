"""Notices: the words in which an outlet owns up to an edit, in the languages that we read best.

A notice says that the text was corrected, clarified or updated, and is itself part of the story's
history. A bare time stamp ("Updated at 14:32") is none: see `noise`.
"""

from __future__ import annotations

import re

# At the head of a block, before a colon, a dash or a bracket: "Correction: …", "(Update) …".
_HEADS = (
    r"corrections?(?: and clarifications?)?|clarifications?|editor'?s'? note|note to (?:our )?readers"
    r"|updated?|retraction"
    r"|erratum|amend(?:ment|ed)|rectificatifs?|précisions?|mise à jour|mis à jour|note de la rédaction"
    r"|ndlr|erratum"
    r"|démenti|corrección|correcciones|fe de err(?:atas|ores)|rectificación|aclaración|actualización"
    r"|actualizado"
    r"|nota de(?: la)? redacción|nota del? (?:la )?(?:editora?|redacción)|korrektur(?:hinweis)?|berichtigung"
    r"|richtigstellung|anmerkung(?: der redaktion)?|anm\. d\. red\.?|hinweis(?: der redaktion)?"
    r"|transparenzhinweis"
    r"|aktualisierung|aktualisiert|nachtrag|klarstellung|update|correzion[ei]|rettific(?:a|he)|errata corrige"
    r"|aggiornamento|aggiornato|precisazione|nota della redazione|ndr|correc?ção|correc?ções|errata"
    r"|retificação"
    r"|rectificação|atualização|atualizado|esclarecimento|erramos|nota d[ao] (?:redação|editora?)|correcties?"
    r"|rectificatie|verbetering|naschrift|rättelse|förtydligande|rettelse|retting|korekta|sprostowanie"
    r"|aktualizacja"
    r"|исправление|уточнение|обновление|поправка|訂正|更正|정정|düzeltme|oprava|koreksi|ralat"
)
_SENTENCES = (
    r"(?:an? )?(?:earlier|previous|original) versions? of th(?:is|e) (?:article|story|report|post"
    r"|piece|headline)"
    r"|this (?:article|story|report|post|piece|headline|page|item|text) (?:has been|was"
    r"|is) (?:\w+ )?(?:amended|corrected"
    r"|updated|clarified|revised|edited|changed|withdrawn|retracted|taken down|unpublished)"
    r"|we (?:have|'ve) (?:corrected|amended|clarified|updated)"
    r"|an earlier headline (?:on|of|to) this (?:article|story|report|post|piece)|correction appended"
    r"|regrets? the error|because of an editing error|for the record: an? (?:earlier|previous)"
    r"|(?:une|la) (?:première |précédente )?version (?:précédente|antérieure|initiale)"
    r"|une première version de (?:cet|ce|l')|article (?:modifié|corrigé|rectifié) le \d|nous avons corrigé"
    r"|dans une version (?:précédente"
    r"|antérieure|initiale)|cet? (?:article|texte|papier) a été .{0,30}?(?:modifié|corrigé|mis à jour"
    r"|actualisé|rectifié"
    r"|amendé)|contrairement à ce que nous (?:avions|avons) (?:écrit|indiqué|affirmé)"
    r"|(?:una|la) versión (?:anterior|previa|original)|este (?:artículo|texto|reportaje) (?:ha sido"
    r"|fue) (?:\w+ )?"
    r"(?:corregido|modificado|actualizado|editado|rectificado)|esta (?:noticia|información"
    r"|nota) (?:ha sido|fue) .{0,30}?"
    r"(?:corregida|modificada|actualizada|rectificada)"
    r"|in einer (?:früheren|ersten|vorherigen|vorigen|ursprünglichen) (?:version|fassung)"
    r"|(?:diese[rs]?|dieser) (?:artikel"
    r"|text|beitrag) wurde .{0,60}?(?:korrigiert|aktualisiert|geändert|ergänzt|berichtigt|überarbeitet)"
    r"|der (?:artikel|text|beitrag) wurde nachträglich"
    r"|wir haben (?:das|den fehler|die stelle|dies|die angabe)[\w ,]{0,60}(?:korrigiert|berichtigt|geändert)"
    r"|(?:una|la) (?:precedente versione|versione precedente)|in una prima versione (?:di|dell)"
    r"|questo articolo è stato .{0,30}?(?:corretto|modificato"
    r"|aggiornato|rettificato)|questa notizia è stata .{0,30}?(?:corretta|modificata|aggiornata|rettificata)"
    r"|o texto foi (?:corrigido|atualizado|alterado)"
    r"|(?:uma|a) versão (?:anterior|prévia|original)|est[ea] (?:texto|artigo|reportagem|matéria"
    r"|notícia) foi .{0,30}?"
    r"(?:corrigid[oa]|atualizad[oa]|alterad[oa]|modificad[oa])"
    r"|in een eerdere versie|dit artikel (?:is|werd) .{0,30}?(?:aangepast|gecorrigeerd|bijgewerkt)"
    r"|в предыдущей версии|w poprzedniej wersji|i en tidigare version|i en tidligere versjon"
    r"|i en tidligere version"
)
_HEAD = re.compile(
    rf"[\[(*\s_–—-]*(?:{_HEADS})(?!\w)[^.!?:：)\]–—|]{{0,60}}?(?:[:：)\]|]|\s[–—-])", re.IGNORECASE
)
_SENTENCE = re.compile(rf"\b(?:{_SENTENCES})\b", re.IGNORECASE)
_STRICT_HEAD = re.compile(
    r"[\[(【*\s_–—-]*(?:訂正|更正|정정|바로잡습니다|お詫びと訂正|編集部注|编者按|編者按|本文早前版本|تصحيح:|تنويه:|توضيح:)"
)


def is_notice(text: str) -> bool:
    """Whether a block or sentence is a notice of correction, clarification or update.

    Args:
        text: The text of the block or sentence.

    Returns:
        True if it begins as a notice does, or says that an earlier version was otherwise.
    """
    text = text.replace("’", "'").replace("\u00a0", " ")
    return bool(_HEAD.match(text) or _SENTENCE.search(text[:1000]) or _STRICT_HEAD.match(text))
