"""What the shape of a URL says about its page: an article, or something else.

Outlets everywhere give articles addresses of a few shapes: a date, a long slug, an identifier; and
everything else (sections, tags, authors, accounts) short and speaking ones. Weights were set on
the addresses of articles in thirty countries and are sums of evidence, not a verdict: `links`
weighs them with what the page says. No page is opened here.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

# Whole path segments (lowercase) below which lies no article, whatever the slug looks like.
_NOT_ARTICLES: Final = (
    # tags, people, and other hubs
    "tag tags tagged topic topics topik thema themen theme themes dossier dossiers tema temas temi etiqueta"
    " etiquetas etiketter keyword keywords konu stichwort schlagwort mot-cle category categories categoria"
    " kategorie author authors autor autoren autorin autores auteur auteurs autore autori byline by redaktion"
    " redaccion contributor contributors profile profiles profil"
    # accounts, sales and law
    " account accounts login signin sign-in logout register registration signup sign-up subscribe"
    " subscription subscriptions suscripcion suscribete abonnement abonnieren abo abos newsletter newsletters"
    " mein-konto my-account mypage members donate support-us spenden about about-us aboutus"
    " ueber-uns uber-uns"
    " qui-sommes-nous quienes-somos chi-siamo impressum imprint contact contact-us contacts kontakt contacto"
    " contatti privacy privacy-policy datenschutz cookies cookie-policy terms terms-of-use terms-of-service"
    " agb mentions-legales aviso-legal stellenmarkt advertise advertising mediadaten werbung publicidad shop"
    " store faq help hilfe aide ayuda accessibility sitemap"
    # services beside the news
    " search suche buscar recherche ricerca arama rss feed feeds podcast podcasts live-tv epaper e-paper"
    " crossword puzzles horoscope horoskop livescore share print comments tickets coupons gutscheine"
    " classifieds page wp-content wp-admin wp-login.php wp-json cdn-cgi"
)
# Hosts beside the one of the news, by their first label.
_NOT_NEWS_HOSTS: Final = (
    "shop store abo abos account accounts login sso jobs stellen epaper kiosk help support hilfe tickets"
    " spiele immobilien anzeigen trauer advertising werben cdn static img images api"
)
_HUB_SEGMENTS: Final = frozenset(_NOT_ARTICLES.split())
_OTHER_HOSTS: Final = frozenset(_NOT_NEWS_HOSTS.split())
_NOT_PAGES: Final = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|pdf|xml|rss|atom|json|js|css|mp[34]|m3u8|webm|mov|zip|gz|exe|apk|ics)\Z",
    re.IGNORECASE,
)
_EXTENSION: Final = re.compile(r"\.(?:s?html?|php|aspx?|cms|ece|jsp|do|amp)\Z", re.IGNORECASE)
_DATE: Final = re.compile(
    # /2026/11/23/, /2026/nov/23/, /2026-11-23-slug
    r"/(?:19|20)\d\d[/-](?:\d{1,2}|[a-z]{3})[/-]\d{1,2}(?=[/_-])"
    # /2026/11/, /25_gennaio_05/
    r"|/(?:19|20)?\d\d[/_-](?:0[1-9]|1[0-2]|[a-z]{3,9})(?:[/_-](?:0[1-9]|[12]\d|3[01]))?/"
    r"|(?<!\d)20\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])(?!\d)",  # 20261123, 2026-11-23 in a slug
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"(?<![0-9])\d{5,}(?!\d)|(?:^|[/_\-.!])\d{4,}(?=[/_\-.,]|$)")
_CODE: Final = re.compile(
    r"(?=[^/]*\d)(?=[^/]*[A-Za-z])(?:[A-Za-z0-9]{6,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22})\Z"
)
_ARTICLE_WORD: Final = re.compile(
    r"(?:^|/)(?:articles?|articleshow|artikel|articolo|articulo|articol|artigo|art|story|stories|storia|doc"
    r"|news_view|clanek|clanok|artykul|nota|noticias?|haber|makale|read|posts?|p|a|i|id)(?=/|_|$)"
    r"|(?:article|artikel)\d|art\d{5}",
    re.IGNORECASE,
)
_ID_PARAMETER: Final = re.compile(
    r"(?:^|&)(?:id|idx|idxno|aid|nid|sid|cid|pid|p|no|newsid|article(?:_?id)?|artid|story(?:id)?|docid)"
    r"=[\w-]*\d{2}",
    re.IGNORECASE,
)
_OTHER_PARAMETER: Final = re.compile(
    r"(?:^|&)(?:s|q|query|search|page|p|paged|tab|sort|filter|replytocom|redirect\w*|return\w*)=",
    re.IGNORECASE,
)
_WORD_BREAK: Final = re.compile(r"[-_+.,]+|%20")


def article_shape(url: str) -> float:
    """Weigh what the shape of `url` says for an article.

    Args:
        url: An absolute URL, clean (`crawler.urls.fetchable`).

    Returns:
        A sum of evidence: 2 or more is the shape of an article, 0 and less that of something else.
        Addresses that cannot be one (a picture, a tag, an account) get -10.
    """
    parts = urlsplit(url)
    if _NOT_PAGES.search(parts.path) or parts.netloc.partition(".")[0] in _OTHER_HOSTS:
        return -10.0
    segments = [segment for segment in parts.path.split("/") if segment]
    if any(segment.lower() in _HUB_SEGMENTS for segment in segments):
        return -10.0
    has_id_parameter = _ID_PARAMETER.search(parts.query) is not None
    if not segments:
        return 1.5 if has_id_parameter else -10.0
    score = 0.0
    words = max(_words(segment) for segment in segments)
    last = _EXTENSION.sub("", segments[-1])
    score += (0.0, 0.0, 0.0, 0.8, 1.6, 2.2, 2.6, 3.0)[min(words, 7)]
    if _DATE.search(parts.path + "/"):
        score += 2.0
    if _NUMBER.search(parts.path):
        score += 2.0
    elif _CODE.search(last):
        score += 1.2
    if _ARTICLE_WORD.search(parts.path):
        score += 0.8
    if _EXTENSION.search(segments[-1]):
        score += 0.5
    if has_id_parameter:
        score += 1.5
    elif _OTHER_PARAMETER.search(parts.query):
        score -= 2.0
    # One or two plain words at the end (/politik, /local-news) are a section.
    if words <= 2 and not re.search(r"\d{3}", last) and not has_id_parameter:
        score -= 1.5
    return score


def template(url: str) -> str:
    """The pattern of `url`'s address: links of one template lead to one kind of page.

    Numbers, slugs and codes become signs, and so does a leading section, so that
    `/sport/a-b-c-123` and `/politik/d-e-f-456` are of one template.
    """
    parts = urlsplit(url)
    signs = []
    segments = [segment for segment in parts.path.split("/") if segment]
    for place, segment in enumerate(segments):
        bare = _EXTENSION.sub("", segment)
        if bare.isdigit():
            signs.append("#" * min(len(bare), 5))
        elif _words(segment) >= 3:
            signs.append("s#" if re.search(r"\d{4,}", bare) else "s")
        elif _CODE.search(bare) or re.search(r"\d{4,}", bare):
            signs.append("c")
        else:
            signs.append("w" if place < len(segments) - 1 and len(segments) > 1 else "*")
    names = sorted(pair.partition("=")[0] for pair in parts.query.split("&") if pair)
    return f"{parts.netloc}/{'/'.join(signs)}?{','.join(names)}"


def _words(segment: str) -> int:
    """How many words a slug has; where a script does without blanks, two signs count as a word."""
    plain = unquote(_EXTENSION.sub("", segment))
    words = [word for word in _WORD_BREAK.split(plain) if word and not word.isdigit()]
    if plain.isascii():
        return sum(len(word) > 1 for word in words)
    unspaced = sum(ch > "\u2e7f" for ch in plain)
    return len(words) + unspaced // 2
