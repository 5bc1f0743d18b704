"""The words and marks by which a page that stands in an article's place is known, in many languages.

Patterns only; what they prove, and on which pages they are tried, is decided in `classify`.
"""

from __future__ import annotations

import re
from typing import Final


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.IGNORECASE)


CHALLENGE: Final = _any(
    # Cloudflare, Akamai, DataDome, HUMAN (PerimeterX), Imperva, AWS, Kasada, Fastly, Sucuri, DDoS-Guard
    r"_cf_chl_opt|challenge-platform/h/|challenges\.cloudflare\.com/turnstile|cf-turnstile",
    r"/_sec/cp_challenge/|sec-if-cpt-container|bm-verify=|triggerInterstitialChallenge",
    r"captcha-delivery\.com|px-captcha|_Incapsula_Resource\?|awswaf\.com/[^\"']*/challenge|AwsWafIntegration",
    r"KPSDK|/_fs-ch-|sucuri_cloudproxy|ddos-guard/js-challenge|/anubis/|__ddg\w*_js|geetest|/validatecaptcha",
    r"class=[\"']?(?:g-recaptcha|h-captcha|smart-captcha)\b",
)
"""Marks of a challenge in the page's markup. Some stand on whole pages too: only a bare page is tried."""

ROBOT: Final = _any(
    r"just a moment|attention required|verify(?:ing)? (?:that )?you are (?:a )?human|captcha",
    r"are you a (?:human|robot|bot)|you(?:'|’)?(?:re| are) not a (?:ro)?bot|verifying your browser",
    r"checking your browser|unusual traffic|pardon our interruption|access (?:to this page has been )?denied",
    r"(?:enable|disable[sd]?) (?:javascript|js) and (?:cookies|disable any ad ?blocker)",
    r"bot (?:detection|protection)|(?:have been|been) blocked|ddos protection|press (?:&|and) hold",
    r"security check|request unsuccessful|client challenge|confirm that you are a human",
    r"vérifiez que vous êtes humain|(?:un|ein|een|en|un|jsem|jsi) ro[bv]ot ?\?|êtes-vous un robot",
    r"sind sie ein (?:mensch|roboter)|(?:kein|keine) roboter|no (?:eres|es|soy) un robot|non essere un robot",
    r"não é um robô|geen robot|bent u een (?:robot|mens)|dat u een mens bent|är du en (?:robot|människa)",
    r"att du är en människa|jesteś (?:robotem|człowiekiem)|nejste robot|jste robot|nem robot|ön robot",
    r"не робот|robot olmadığınız|robot musunuz|ロボットでは|人机验证|安全验证|로봇이 아닙|لست روبوت",
    r"δεν είστε ρομπότ|oletko robotti|et ole robotti|रोबोट नहीं",
)

LOST_TITLE: Final = _any(
    r"^\W*(?:\w+\W+){0,3}?(?:error\W*)?(?:404|410|451|500|502|503|504)\W*"
    r"(?:$|error|not found|this page|page\b"
    r"|internal|bad|service|gateway|server|seite|page|página|pagina|unavailable|[|–-])",
    r"page (?:was |could |can)?not (?:be )?found|page (?:introuvable|non trouvée|inexistante)",
    r"seite (?:wurde )?nicht gefunden|página no encontrada|página não encontrada|pagina non trovata",
    r"pagina niet gevonden|sidan (?:kunde inte hittas|hittades inte|finns inte)",
    r"siden (?:blev )?ikke fun[dn]et",
    r"nie znaleziono strony|strona nie (?:została znaleziona|istnieje)|stránka (?:nebyla )?nenalezena",
    r"страница не найдена|сторінку не знайдено|sayfa bulunamadı|ページが見つかりません|お探しのページ",
    r"页面(?:不存在|未找到|找不到)|找不到(?:页面|頁面)|페이지를 찾을 수 없|الصفحة غير موجودة",
    r"η σελίδα δεν (?:βρέθηκε|υπάρχει)|az oldal nem található|sivua ei löyt|पृष्ठ नहीं मिला",
    r"database error|internal server error|bad gateway|service unavailable|gateway time-?out",
    r"unavailable (?:due to|for) legal reasons",
)
"""The title of an error page; that of a story about one has other words around it."""

LOST: Final = _any(
    LOST_TITLE.pattern,
    r"\b(?:404|410|50[0234])\b.{0,40}(?:error|not found)|error (?:code )?(?:404|410|50[0234])",
    r"page (?:you.{0,40})?(?:does ?n[o']t|can ?n[o']t|could not|no longer) (?:exists?|be found)",
    r"(?:page|article|story|content) (?:is |has )?(?:no longer (?:available|exists)|expired|been removed)",
    r"establishing a database connection|something went wrong|an error (?:has )?occurred",
    r"(?:page|article) (?:demandée? |que vous cherchez )?n.existe (?:pas|plus)|gewünschte seite",
    r"la página (?:que busca|solicitada)|a página que (?:você )?procura|la pagina (?:che cerchi|richiesta)",
    r"de (?:opgevraagde )?pagina die (?:u|je) zoekt|sidan du söker|strona, której szukasz",
    r"požadovaná stránka|запрошенн\w+ страниц|aradığınız (?:sayfa|içerik)|您访问的页面|요청하신 페이지",
    r"الصفحة (?:التي تبحث عنها|المطلوبة)|η σελίδα που (?:ζητήσατε|αναζητάτε)|a keresett oldal",
    r"etsimääsi sivua|जिस पृष्ठ को खोज",
)

BROKEN: Final = _any(
    r"\b(?:451|50[0-4])\b|database|internal|gateway|unavailable|legal reasons",
    r"went wrong|error (?:has )?occurred",
)
"""What tells a fault of the server, among the words of an error page; the others miss the page."""

CLOSED: Final = _any(
    r"european economic area|not available in your (?:country|region)|unavailable in (?:your|most european)",
    r"in your country due to|under maintenance|wartungsarbeiten|en maintenance|en mantenimiento",
)
"""Closed by country or for the night."""

LAYER: Final = _any(
    r"onetrust-(?:banner-sdk|consent-sdk)|sp_message_container|privacy-mgmt\.com|didomi-(?:popup|host|notice)",
    r"usercentrics-(?:root|cmp)|CybotCookiebotDialog|qc-cmp2-|truste-consent|iubenda-cs-|cmpbox|fc-consent-root",
    r"contentpass|consentmanager\.net|axeptio|klaro-|borlabs",
)
"""Marks of consent software; most whole pages have one too."""

CONSENT: Final = _any(
    r"cookies?\b|evästeit|evästease|çerez|süti|कुकी|ملفات تعريف الارتباط|privacy|datenschutz|integritet",
    r"before you continue|personal data|personenbezogene|données personnelles",
    r"datos personales|dati personali",
    r"dados pessoais|persoonsgegevens|personuppgift|dane osobowe|osobní údaje",
    r"персональн\w+ данн|kişisel veri",
    r"個人データ|个人数据|개인정보|البيانات الشخصية|προσωπικά δεδομένα|személyes adat",
    r"henkilötieto|व्यक्तिगत डेटा",
    r"consent|einwilligung|zustimm|accord|consentement|consentimiento|consenso|toestemming|samtycke|samtykke",
    r"zgod[ay]|souhlas|согласи[ея]|onayın|同意|동의|موافق|συγκατάθεσ|hozzájárulás|suostumu|सहमति",
    r"vie privée|vos choix|privacidad|privacidade|soukromí|prywatność|gizliliğ|プライバシー|隐私|خصوصي",
)

WALL: Final = _any(
    r"subscribe (?:now )?to (?:continue|keep|read)|(?:for|to) subscribers only",
    r"already a (?:subscriber|member)",
    r"(?:sign|log) in to (?:read|continue)|register to (?:read|continue)|subscriber[- ]exclusive",
    r"nur für abonnent|weiterlesen mit|bereits abonnent|jetzt .{0,20}(?:testen|weiterlesen)|exklusiv für abo",
    r"réservé.{0,6} aux abonnés|déjà abonné|abonnez-vous (?:pour|dès)|la suite est réservée|de cet article à",
    r"(?:solo|exclusivo) para suscriptores|suscr[ií]be?te (?:para|por)|ya eres suscriptor",
    r"riservato agli abbonati|abbonati (?:per|a) |sei già abbonato|(?:só|exclusivo) para assinantes",
    r"assine para|já é assinante|alleen voor abonnees|verder lezen met|al abonnee|för prenumeranter",
    r"redan prenumerant|logga in för att läsa|for abonnenter|tylko dla (?:prenumerat|subskryb)",
    r"masz już prenumeratę|jen pro předplatitele|už máte předplatné|доступ\w* только подписчикам",
    r"уже есть подписка|abonelere özel|zaten abone|会員限定|続きを読むには",
    r"订阅(?:后|用户)|구독자 전용|구독하고",
    r"للمشتركين فقط|لديك اشتراك|μόνο για συνδρομητές|έχετε συνδρομή|csak előfizetők|már előfizető",
    r"vain tilaajille|oletko jo tilaaja|केवल सदस्यों|सदस्यता लें",
)
"""What a paywall says to the reader; a mere "subscribe" stands on every page."""
