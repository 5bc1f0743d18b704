"""What the names in a page's markup (class, id, role, data-component) say that a box is for.

A name is a hint and not a proof: a page's body may carry "has-sidebar". Who uses these flags
weighs them against the text that the box holds.
"""

from __future__ import annotations

import re
from functools import lru_cache


class Zone:
    """What a box is for, as its tag and its names say: bits of an int (an enum costs too much here)."""

    NONE = 0
    NAV = 1
    FOOT = 2
    ASIDE = 4
    SHARE = 8
    RELATED = 16
    NEWSLETTER = 32
    COMMENT = 64
    AD = 128
    AUTHOR = 256
    TAGS = 512
    CAPTION = 1024
    HIDDEN = 2048
    DATELINE = 4096
    PAYWALL = 8192
    STANDFIRST = 16384
    BODY = 32768
    HEADER = 65536
    MEDIA = 131072
    BOX = 262144
    LIVE = 524288
    WIDGET = 1048576


NOISE = (
    Zone.NAV
    | Zone.FOOT
    | Zone.SHARE
    | Zone.RELATED
    | Zone.NEWSLETTER
    | Zone.COMMENT
    | Zone.AD
    | Zone.AUTHOR
    | Zone.TAGS
    | Zone.HIDDEN
    | Zone.DATELINE
    | Zone.PAYWALL
    | Zone.WIDGET
)


# Words as they stand between separators; two or three may stand for one ("read-more", "readMore"), and
# "*" stands for any ending.
_WORDS = {
    Zone.NAV: """
        nav navi navbar navigation menu submenu breadcrumb breadcrumbs pagination pager paging toc
        skip-link skip-to jump-to table-of-contents toolbar sidebar
    """,
    Zone.FOOT: """
        footer foot footnote-bar legal copyright imprint
    """,
    Zone.SHARE: """
        share sharing shares share-bar share-tools sharedaddy social socials sociable social-media
        follow follow-us addthis addtoany whatsapp teilen partager compartir bookmark print-button
    """,
    Zone.RELATED: """
        related relateds recirc recirculation recommend recommended recommendation recommendations
        recommender more-on more-from more-stories more-news read-more read-also see-also also-read
        also-like lire-aussi a-lire voir-aussi siehe-auch weiterlesen mehr-zum teaser teasers promo
        promos promobox promoted most-read most-popular popular trending top-stories latest latest-news
        next-article next-post next-story next-up up-next prev-next post-nav further suggest suggested
        suggestion suggestions relacionado relacionados relacionada relacionadas relacionats verwandt*
        associated inline-link outbrain taboola plista revcontent mgid linkbox onward upsell crosslink
        crosslinks internal-link internal-links linklist similar collection package-links rail carousel
        slider ranking recomendado recomendados recomendada recomendadas leggi-anche correlato correlati
        correlate powiazane polecane
    """,
    Zone.NEWSLETTER: """
        newsletter newsletters signup subscribe-form subscription-box email-form mailing-list nl-box
        nl-signup inscription suscripcion suscribete assinatura inscricao iscrizione iscriviti boletin
        boletines infolettre rundbrief push-notification app-promo download-app
    """,
    Zone.COMMENT: """
        comment comments commenting disqus respond replies discussion kommentar kommentare commentaire
        commentaires comentario comentarios coral spotim openweb viafoura facebook-comments
    """,
    Zone.AD: """
        ad ads adv advert adverts advertisement advertising advertorial adslot ad-unit adbox
        ad-container ad-wrapper banner sponsor sponsored publicidad publicite pub werbung anzeige dfp
        gpt gpt-ad reklam reklama annonce annons publicidade pubblicita paid-content affiliate
        commercial
    """,
    Zone.AUTHOR: """
        author authors byline bylines bio biography about-author writer autor autoren auteur autore
        autores contributor contributors reporter journalist profile
    """,
    Zone.TAGS: """
        tag tags tag-list tagcloud topic topics topic-list keyword keywords schlagworte themen
        article-tags post-tags categories category-list temas etiquetas
    """,
    Zone.CAPTION: """
        caption captions figcaption credit credits photo-credit image-credit img-credit copyright
        wp-caption wp-caption-text bildunterschrift legende image-caption photo-caption media-caption
        pie-de-foto didascalia bildtext bildetekst imgdesc image-desc* photo-desc* cutline
    """,
    Zone.HIDDEN: """
        visually-hidden sr-only screen-reader screen-reader-text a11y is-hidden hidden-print print-only
        only-print hide u-hidden assistive* noscript
    """,
    Zone.DATELINE: """
        date dates datetime timestamp pub-date publish-date published posted-on entry-date post-date
        article-date meta post-meta entry-meta article-meta metadata reading-time read-time updated
        last-updated lesezeit byline-date article-info article-infos dateline kicker eyebrow overline
        dachzeile spitzmarke
    """,
    Zone.PAYWALL: """
        paywall subscribe subscriber-only subscription abo premium-box piano tp-modal registration
        register-wall regwall login signin consent cookie cookies gdpr donate donation donations
        support-us membership metered
    """,
    Zone.STANDFIRST: """
        standfirst lead lede intro introduction chapo chapeau excerpt dek deck summary teaser-text
        sub-headline sub-title sub-heading entradilla vorspann sumario bajada occhiello sommario ingress
        abstract anriss article-lead description
    """,
    Zone.BODY: """
        article-body article-content article-text story-body story-content story-text entry-content
        post-content post-body body-text body-copy fulltext rich-text article-main cuerpo texto
        text-body main-text
    """,
    Zone.MEDIA: """
        gallery slideshow galerie diashow photo-gallery lightbox bildergalerie fotostrecke image-gallery
        video-player player jwplayer vjs video-js plyr audio-player audio podcast podcasts
    """,
    Zone.BOX: """
        infobox factbox faktaboks faktenbox fakta box boxed callout encadre sidenote inset highlight-box
        key-points key-takeaways takeaways bullet-points summary-box
    """,
    Zone.LIVE: """
        live-blog liveblog* live-ticker live-update live-updates live-post live-entry ticker-entry
    """,
    Zone.WIDGET: """
        weather stock stocks poll quiz survey widget widgets odds bet betting game games horoscope
        tooltip popup modal overlay toast snackbar search search-form feedback rating ratings listen
        text-to-speech tts readspeaker speech correction-form report-error error-report coupon deals
    """,
}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# "has-sidebar", "no-tts": what the box has or lacks, not what it is.
_DENIED = ("no-", "not-", "has-", "with-", "without-", "data-", "js-no-")
# Hidden on some screens or on paper only.
_PARTLY = re.compile(
    r"mobile|desktop|tablet|phone|print|screen-(?!reader)|(?:^|-)(?:xs|sm|md|lg|xl|small|medium|large)(?:-|$)"
)
_SEPARATORS = re.compile(r"[\s_:/.|]+|-{2,}")


_PLAIN: dict[str, int] = {}
_PREFIXES: list[tuple[str, int]] = []
for _zone, _listed in _WORDS.items():
    for _word in _listed.split():
        if _word.endswith("*"):
            _PREFIXES.append((_word[:-1].replace("-", ""), _zone))
        else:
            _key = _word.replace("-", "")
            _PLAIN[_key] = _PLAIN.get(_key, 0) | _zone


_ROLES = {
    "navigation": Zone.NAV,
    "menu": Zone.NAV,
    "menubar": Zone.NAV,
    "toolbar": Zone.NAV,
    "contentinfo": Zone.FOOT,
    "complementary": Zone.ASIDE,
    "banner": Zone.HEADER,
    "dialog": Zone.WIDGET,
    "alertdialog": Zone.WIDGET,
    "search": Zone.WIDGET,
    "form": Zone.WIDGET,
}
_TAGS = {
    "nav": Zone.NAV,
    "footer": Zone.FOOT,
    "aside": Zone.ASIDE,
    "header": Zone.HEADER,
    "form": Zone.WIDGET,
    "dialog": Zone.WIDGET,
    "menu": Zone.NAV,
    "figcaption": Zone.CAPTION,
    "address": Zone.AUTHOR,
}


@lru_cache(maxsize=16384)
def named(names: str) -> int:
    """The zones that class and id names speak of.

    Args:
        names: The attributes' values, parted by spaces, as written.
    """
    zone = Zone.NONE
    for name in names.split():
        zone |= _one(name)
    return zone


@lru_cache(maxsize=32768)
def _one(name: str) -> int:
    # Hashes of CSS modules ("Body_3kJx9") and utility classes ("md:hide") would speak by chance.
    if ":" in name or len(name) > 80:
        return Zone.NONE
    plain = _SEPARATORS.sub("-", _CAMEL.sub("-", name)).lower().strip("-")
    if plain.startswith(_DENIED):
        return Zone.NONE
    zone = Zone.NONE
    parts = plain.split("-")
    for start in range(len(parts)):
        for length in (1, 2, 3):
            zone |= _PLAIN.get("".join(parts[start : start + length]), Zone.NONE)
        for prefix, flag in _PREFIXES:
            if parts[start].startswith(prefix):
                zone |= flag
    if zone & Zone.HIDDEN and _PARTLY.search(plain):
        zone &= ~Zone.HIDDEN
    if "teaser-text" in plain:  # the story's own, unless it stands in the teaser of another
        zone &= ~Zone.RELATED
    return zone


def tagged(tag: str, role: str | None) -> int:
    """The zones that a tag and an ARIA role speak of."""
    return _TAGS.get(tag, Zone.NONE) | (_ROLES.get(role, Zone.NONE) if role else Zone.NONE)


def spoken(zone: int) -> str:
    """The names of the zones, for an explanation."""
    return " ".join(name.lower() for name, bit in vars(Zone).items() if isinstance(bit, int) and zone & bit)
