"""The words by which a page announces a related video in its text, in the languages of the press.

« Vidéo associée : TITLE », "Related video:", „Video zum Thema“: a short line, or the beginning of
one, whose rest is the video's title. Words that only say "see also" announce a video only where the
link beside them says so itself.
"""

from __future__ import annotations

import re


def _any(*words: str) -> str:
    return "|".join(words)


_SURE = _any(
    # French, Italian, Spanish, Portuguese, Catalan, Romanian
    r"vidéos? (?:associée?s?|liée?s?|connexes?|similaires?|recommandée?s?|à (?:voir|regarder|découvrir))",
    r"(?:à|a) (?:voir|regarder) (?:aussi|également)(?: en vidéo)?|(?:à (?:voir )?"
    r"|voir )?(?:aussi )?en vidéo|regardez? (?:aussi|la vidéo|également)",
    r"video (?:correlat[oi]|collegat[oi]|consigliat[oi])|guarda (?:anche|il video)|il video",
    r"v[ií]deos? (?:relacionad[oa]s?|recomendad[oa]s?|asociad[oa]s?|relacionats?|sugerid[oa]s?)"
    r"|(?:mira|vea|ve|ver) (?:también|además|el v[ií]deo)|en v[ií]deo",
    r"(?:veja|assista|confira) (?:também|ao vídeo|o vídeo|mais)|vídeo em destaque",
    r"mira també|video(?:uri|clip)? (?:asociat|recomandat|similar)e?|vezi și video|urmărește(?: și)?",
    # English
    r"(?:related|recommended|featured|suggested|associated|more|top|must[- ]watch) videos?"
    r"|video (?:related|recommended)|watch(?: (?:also|now|below|more|next|the video|this|video|here))?"
    r"|also watch|see (?:also )?video|in video",
    # German, Dutch, Scandinavian, Finnish
    r"(?:verwandte|ähnliche|passende|weitere|empfohlene|zugehörige)[sn]? videos?|videos? (?:zum thema"
    r"|zum artikel|dazu|empfehlung|tipp)|(?:passend )?(?:dazu )?im video"
    r"|das (?:passende )?video(?: dazu)?|sehen sie (?:auch|hier|dazu)(?: im video)?|(?:auch )?im video",
    r"(?:gerelateerde|verwante|aanbevolen) video'?s?|video bij dit artikel|bekijk (?:ook|de video)"
    r"|kijk ook",
    r"(?:relater(?:ad|et|te)|anbefalt|anbefalet|rekommenderad) videoe?r?|se (?:også|også video|även"
    r"|videon?|klippet)(?: video)?|katso (?:myös|video)|aiheeseen liittyvä video|tengd myndbönd",
    # Slavic
    r"(?:powiązane|polecane|podobne) wideo|wideo powiązane|(?:zobacz|obejrzyj) (?:też|także|również"
    r"|wideo|film)",
    r"(?:související|doporučené|podobné) vide[oa]|podívejte se(?: také| i)?|pozrite si(?: aj)?"
    r"|súvisiace video",
    r"видео по теме|(?:связанное|похожее|рекомендуемое) видео|смотрите (?:также|видео)|смотреть видео"
    r"|відео за темою|пов'язане відео|дивіться також|свързано видео|вижте видео|povezani video"
    r"|pogledajte (?:i|video|još)|poglejte (?:si|tudi)|погледајте (?:и|видео)",
    # Turkish, Greek, Hungarian, Indonesian, Malay, Vietnamese, Tagalog
    r"(?:önerilen|i̇lgili|ilgili|i̇lginizi çekebilecek) vi̇?deo(?:lar)?|vi̇?deoyu izle(?:yin)?"
    r"|izle(?:yin)?|σχετικ[όά] (?:βίντεο|video)|δείτε (?:επίσης|το (?:βίντεο|video))",
    r"kapcsolódó videók?|nézze meg(?: ezt is)?|video (?:terkait|pilihan|terkini|berkaitan)|(?:tonton"
    r"|saksikan|simak)(?: juga)?(?: video.{0,12})?|lihat juga video|video liên quan"
    r"|xem (?:thêm )?video|panoorin",
    # Arabic, Persian, Hebrew, Hindi, Bengali, Urdu
    r"(?:شاهد|شاهدوا) (?:أيضا|أيضاً|أيضًا|الفيديو|بالفيديو)|فيديو (?:ذو صلة|ذات صلة|مقترح|متعلق)"
    r"|بالفيديو|ویدیو(?:ی)? مرتبط|(?:סרטון|וידאו) (?:קשור|מומלץ)|צפו(?: גם)?",
    r"संबंधित वीडियो|(?:ये |यह )?वीडियो (?:भी )?देखें|देखें वीडियो|সম্পর্কিত ভিডিও|ভিডিও দেখুন"
    r"|متعلقہ ویڈیو",
    # Chinese, Japanese, Korean, Thai
    r"相关视频|相關影片|相關視頻|推荐视频|延伸影片|関連動画|関連ビデオ"
    r"|【動画】|動画(?:を見る)?|관련 ?(?:영상|동영상|비디오)|추천 ?영상"
    r"|วิดีโอที่เกี่ยวข้อง|ชมวิดีโอ",
)
# They announce a video only with a link that looks like one.
_MAYBE = (
    r"voir aussi|see also|siehe auch|ver también|vedi anche|zie ook|zobacz też|смотри также"
    r"|video|vidéo|vídeo|wideo|видео|βίντεο|vi̇deo"
)
_LABEL = re.compile(
    rf"\W*(?P<label>(?P<sure>{_SURE})|(?:{_MAYBE}))\s*(?:(?P<mark>[:：|►▶»>–—-]+)\s*(?P<rest>.*)|$)",
    re.IGNORECASE | re.DOTALL,
)
_VIDEO_PATH = re.compile(
    r"(?:^|[/._-])(?:videos?|vidéos?|watch|vi-|tv|v|clips?|wideo|webtv|mediathek)(?=[/._-]|$|\w{6,})|video",
    re.IGNORECASE,
)
MAX_CHARS = 320


def label_of(text: str, address: str | None = None) -> tuple[str, str] | None:
    """Read a line that announces a related video.

    Args:
        text: The line.
        address: The address of the link in it or after it, where there is one.

    Returns:
        The label as the page words it and the title behind it (empty where the label stands
        alone), or None where the line announces nothing.
    """
    if len(text) > MAX_CHARS:
        return None
    match = _LABEL.match(text)
    if match is None:
        return None
    if match.group("sure") is None and not (match.group("mark") and address and looks_like_video(address)):
        return None
    return match.group("label").strip(), (match.group("rest") or "").strip(' \u00a0»«"“”„')


def looks_like_video(address: str) -> bool:
    """Whether the path of an address speaks of a video."""
    return bool(_VIDEO_PATH.search(address.partition("://")[2].partition("/")[2] or ""))
