"""Lines that news pages put between the paragraphs in many languages and that nobody wrote for the story.

"Advertisement", "Read more:", "Share this article", "Sign up for our newsletter", "Photo: Reuters":
each list names its kind. Only short lines are ever held against them (`MAX_CHARS`): in a paragraph
of running text the same words are just words.
"""

from __future__ import annotations

import re

MAX_CHARS = 220


def _any(*words: str) -> str:
    return "|".join(words)


# A whole line that is nothing else.
_ALONE = _any(
    r"\$\$\w+\$\$|\{\{.{1,40}\}\}|\[\[.{1,40}\]\]|%%\w+%%",  # placeholders of a template
    r"updated?|published|aktualisiert|breaking|live|opinion|analysis|editorial|kommentar|meinung|by|von"
    r"|par|por|di",
    # advertising
    r"advertisements?|advert|ads?|sponsored(?: content| by.*)?|anzeige|werbung|publicit[éeà]|publicidade?"
    r"|pubblicità"
    r"|reklama?|reklame|annons|annonce|mainos|advertentie|реклама|広告|广告|إعلان|ilan|promoted"
    r"|story continues below.*"
    r"|article continues (?:below|after).*|advertisement\s*[-–—].*|scroll to continue.*"
    r"|continue reading(?: below)?.*"
    r"|ad feedback|la suite après cette publicité|lesen sie nach der anzeige.*|nach der werbung.*"
    r"|continua a leggere.*|sigue leyendo|continúa leyendo.*|de artikel gaat.*|lees verder.*",
    # sharing, following, saving, printing, comments
    r"share|share (?:this|on|via|with).{0,40}|sharing|shares?|teilen|partager(?: sur .*)?|partagez.{0,40}"
    r"|compartir.{0,40}"
    r"|compartilhe?.{0,40}|condividi.{0,40}|delen|dela|del|jaa|udostępnij|paylaş|поделиться|シェア|分享"
    r"|copy link|link kopi?er(?:en|t)|copier le lien|copiar enlace|link copied!?|copied!?|kopieren"
    r"|print|drucken|imprimer|imprimir|stampa|skriv ut|e-?mail|facebook|twitter|x|whatsapp|linkedin"
    r"|pinterest|reddit"
    r"|telegram|bluesky|threads|flipboard|messenger|instagram|tiktok|youtube|google news"
    r"|save(?: article| for later)?|bookmark|merken|gift(?: this)? article|give this article"
    r"|\d*\s*comments?(?: \d+)?|\d*\s*kommentare?|\d*\s*commentaires?|\d*\s*comentarios?|\d*\s*comentários?"
    r"|\d*\s*commenti|\d*\s*reacties|\d*\s*kommentarer|leave a (?:comment|reply)|post a comment"
    r"|comment on this.*"
    r"|(?:view|show|read|see) (?:all )?\d*\s*comments?|join the (?:conversation|discussion)|like|gefällt mir"
    r"|follow(?: us)?(?: on .{0,30})?|folgen|suivre|seguir|segui|volg",
    # players and readers
    r"listen(?: to (?:this|the) (?:article|story))?(?: \(?\d+ min(?:ute)?s?\)?)?|artikel anhören"
    r"|écouter(?: cet article)?"
    r"|escuchar.{0,20}|ascolta.{0,20}|play(?: video)?|watch(?: now| video)?|video|vidéo|vídeo|audio"
    r"|podcast|loading.{0,5}"
    r"|(?:text ?size|schriftgröße).*|[aA][+-]|\d+\s*/\s*\d+|\d+:\d\d(?::\d\d)?|zoom|enlarge(?: image)?"
    r"|expand|close"
    r"|vergrößern|schließen|fermer|cerrar|view gallery|photos?|bild(?:er)?|images?|galerie|fotostrecke|top"
    r"|back to top"
    r"|nach oben|menu|search|suche|home|startseite|next|previous|weiter|zurück|read more|mehr lesen|more"
    r"|mehr|show more"
    r"|show less|lire (?:la suite|plus)|leer más|leia mais|read full (?:article|story)|full story|learn more"
    r"|mehr erfahren|see more|view more|en savoir plus|ver más",
)

# A line that is the title of a box: what stands in the box with it is of no concern to the story.
_BOX = _any(
    # titles of boxes
    r"related(?: (?:articles?|stories|content|news|topics|links|coverage|posts|reading|tags|videos?))?:?"
    r"|(?:you may|you might) (?:also )?(?:like|be interested in).{0,20}|recommended(?: (?:for you|articles"
    r"|stories|videos?))?"
    r"|more (?:on this(?: story| topic)?|from .{2,40}|stories|news|like this|about .{2,30}|coverage)"
    r"|most (?:read|popular|viewed)"
    r"|trending(?: now| stories)?|top stories|latest(?: news| stories)?|editor'?s?'? picks?"
    r"|what to read next|read next"
    r"|up next|don'?t miss|must.reads?|popular(?: now)?|in (?:this|other) (?:story|news)"
    r"|topics?(?: in this.*)?|tags?:?|themen:?"
    r"|mehr zum thema|mehr dazu|mehr aus .{2,30}|mehr von .{2,30}|zum thema|lesen sie auch|auch interessant"
    r"|das könnte (?:sie|dich) auch interessieren|weitere (?:artikel|themen|nachrichten|meldungen"
    r"|informationen).{0,30}"
    r"|weiterführende links?|meistgelesen.*|empfohlen.{0,20}|passend dazu|siehe auch|schlagworte|stichworte"
    r"|(?:à|a) (?:lire|voir) (?:aussi|également)|lire aussi|voir aussi|sur le même (?:sujet|thème)"
    r"|les plus lus"
    r"|articles? (?:liés?|similaires|connexes|recommandés)|à découvrir|nos derniers articles"
    r"|dans la même rubrique"
    r"|(?:te )?puede interesar(?:te)?|te puede interesar|lee también|leer también|más (?:información"
    r"|noticias|leído|sobre .*)"
    r"|noticias? relacionad[oa]s?|artículos? relacionad[oa]s?|relacionad[oa]s?|lo más (?:leído|visto)"
    r"|temas(?: relacionados)?|archivado en"
    r"|leia (?:também|mais)|veja (?:também|mais)|saiba mais|notícias relacionadas|mais lidas"
    r"|leggi anche|(?:articoli|notizie) correlat[ei]|potrebbe interessarti.*|approfondi(?:sci|menti)"
    r"|argomenti"
    r"|lees ook|lees meer|meer over.{0,30}|gerelateerd(?:e artikelen)?|läs (?:mer|också|även).{0,20}"
    r"|les også|les mer|læs også"
    r"|lue (?:myös|lisää)|czytaj (?:także|też|więcej)|zobacz (?:także|też|również)|polecamy|powiązane"
    r"|čtěte (?:také|více)"
    r"|související.{0,20}|mohlo by vás zajímat|olvassa el.*|kapcsolódó.{0,20}|citește și|citeşte şi"
    r"|ilgili haberler"
    r"|önerilen.{0,20}|читайте (?:также|ещ[её]).{0,20}|по теме|по материалам"
    r"|関連(?:記事|ニュース|リンク)?|あわせて読みたい"
    r"|相关(?:新闻|阅读|报道)"
    r"|推荐阅读|延伸閱讀|관련(?:기사| 기사)?|اقرأ (?:أيضا|أيضاً|أيضًا|المزيد)|مواضيع ذات صلة|قد يهمك.{0,20}"
    r"|यह भी पढ़ें.{0,5}",
    # subscription
    r"subscribe(?: (?:now|today|to .{0,40}))?|sign (?:up|in)(?: .{0,30})?|log ?in|register(?: .{0,20})?"
    r"|abonnieren|jetzt abonnieren"
    r"|s'abonner|abonnez-vous.{0,40}|suscr[ií]b(?:ete|ase|irse).{0,40}|abbonati.{0,30}|newsletters?"
    r"|our newsletters?"
    r"|already a subscriber\?.*|exklusiv für abonnenten|premium|plus|réservé aux abonnés|article réservé.*"
    r"|exclusive|exklusiv",
)

# A line that begins so and goes on with a title, a name or an address.
_OPENING = _any(
    r"(?:read|see|watch|listen) (?:more|also|next|now|it here)(?: (?:on|about|from|here))?\s*[:|>»–—-]",
    r"(?:also )?read\s*[:|]|also read\b|see also\b|more\s*[:|]|related(?: \w+)?\s*[:|]|watch\s*[:|]"
    r"|recommended\s*[:|]|don'?t miss\s*[:|]",
    r"more (?:on|from|about) (?:this|the)\b.{0,40}:|what to read next|click here (?:to|for)|tap here (?:to"
    r"|for)|download (?:the|our) .{0,30}app",
    r"lesen sie (?:auch|hier|dazu|mehr|weiter)|lies (?:auch|hier|mehr)|lesetipps?\s*[:|]|mehr (?:zum thema"
    r"|dazu|lesen|zu)\s*[:|]"
    r"|auch (?:interessant|spannend|lesenswert)|hier (?:geht'?s|geht es|lesen|finden) |siehe auch"
    r"|passend dazu|interview\s*\|"
    r"|(?:das )?könnte (?:sie|dich) (?:auch )?interessieren",
    r"(?:[àa] )?lire (?:aussi|également|la suite)\b|[àa] (?:lire|voir|écouter)\b|voir aussi\b"
    r"|lisez (?:aussi|également)|pour aller plus loin"
    r"|retrouvez (?:toute|tous|ici|l'ensemble)|>>|»\s|▶|►|👉|➡|→|⇒|\*\*\s*>",
    r"(?:lee?|leer|lea|mira|ver|vea|lee) (?:también|más|además)\b|te puede interesar|(?:también"
    r"|tambi[ée]n) (?:te )?puede|más información\s*[:|]",
    r"(?:leia|veja|confira|assista|ouça) (?:também|mais|aqui)\b|saiba mais|leggi anche|guarda anche"
    r"|per approfondire|ti potrebbe",
    r"lees (?:ook|meer|verder)|bekijk ook|les også|læs også|läs (?:också|mer|även)|lue myös|katso myös"
    r"|czytaj (?:też|także|więcej|również)"
    r"|zobacz (?:też|także|również)|přečtěte si|čtěte (?:také|více|též)|prečítajte si|olvassa el"
    r"|citește (?:și|mai)|citeşte şi|çok okunan"
    r"|читайте (?:также|ещ[её]|нас|подробнее)|смотрите также|подписывайтесь|читай також|читайте також"
    r"|بمزيد|اقرأ (?:أيضا|أيضاً|أيضًا|المزيد)|إقرأ أيضا|यह भी पढ़ें|ये भी पढ़ें|पढ़ें",
    r"follow (?:us|@|.{0,40} on (?:twitter|x|facebook|instagram|whatsapp|threads|bluesky|linkedin|google))"
    r"|like us on|join (?:us|our|the) .{0,40}(?:channel|group|whatsapp|telegram|newsletter)"
    r"|(?:folgen|folge|abonnieren) (?:sie|uns|unser)|suivez(?:-nous| .{0,30} sur)|síguenos"
    r"|siga .{0,40} (?:no|en)|sigue .{0,30} en|seguici|segui .{0,20} su|volg (?:ons|.{0,20} op)",
    r"(?:sign up|subscribe|register) (?:for|to|now|here|today)|get (?:the|our|more|all) .{0,80}(?:inbox"
    r"|newsletter|app\b|alerts?)|(?:our|this|the) newsletter|inscrivez-vous|abonnez-vous"
    r"|suscr[ií]b[ae]|iscriviti|jetzt (?:kostenlos|abonnieren|anmelden|testen)|melden sie sich"
    r"|newsletter\b|zum newsletter",
    r"(?:this (?:article|story|report|piece) (?:was|is|has been|originally|first)) .{0,60}(?:published"
    r"|appeared|produced|generated|created)",
    r"(?:©|\(c\)|copyright) ?.{0,80}|all rights reserved|alle rechte vorbehalten|tous droits réservés"
    r"|todos los derechos",
    r"(?:have|got) (?:a|any) (?:tip|news tip|story|question|comment)s?|contact (?:the author|us"
    r"|the reporter)|email (?:the|us|him|her)|reach .{2,40} at\b"
    r"|send (?:us )?(?:your )?(?:tips|feedback|comments)|report (?:a|an) (?:typo|error|correction)"
    r"|found (?:a|an) (?:typo|error|mistake)",
    r"(?:if you )?(?:buy|purchase) (?:something )?(?:through|using) (?:our|a) link|we may (?:earn"
    r"|receive) (?:a|an)? ?(?:affiliate )?commission",
    r"support (?:our|quality|independent) journalism|donate (?:now|to)|become a (?:member|subscriber"
    r"|supporter)|your support",
)

# A short paragraph at the edge of the text that asks the reader for something.
_ASKING = re.compile(
    r"(?:sign|signing) up (?:for|to|here|now|today)\b|subscribe (?:to|now|here|today)|\b(?:follow|like"
    r"|join) (?:us|me|him|her|them|@\w+|[\w .]{2,30}) on"
    r"\b.{0,40}(?:twitter|facebook|instagram|whatsapp|telegram|tiktok|youtube|bluesky|threads|linkedin"
    r"|google news|\bx\b)"
    r"|\be-?mail (?:us |me |him |her |the |[A-Z][\w. ]{2,40} )?(?:at|:)|[\w.+-]+@[\w-]+\.\w{2,}"
    r"|do you have a (?:story|tip)|newsletter"
    r"|download (?:the|our) .{0,20}\bapp\b|(?:our|the) (?:whatsapp|telegram) (?:channel|group)"
    r"|click here (?:for|to)|(?:full|more) (?:ap )?coverage"
    r"|(?:folgen|abonnieren) sie|melden sie sich|schreiben sie (?:uns|an)|inscrivez-vous|abonnez-vous"
    r"|suscr[ií]b|síguenos|iscriviti|seguici"
    r"|il vous reste|réservée? aux abonnés|para suscriptores|nur für abonnenten|mit (?:einem )?(?:abo"
    r"|plus) weiterlesen|to continue reading"
    r"|(?:more|follow) ap\b|the views (?:and opinions )?expressed|comentários? (?:com|que)"
    r"|\bcomments? (?:are|policy|section)",
    re.IGNORECASE,
)


_PHOTO = _any(
    r"(?:photos?|images?|pictures?|pics?|video|illustration|graphic|foto(?:s|grafie|grafía)?|bild(?:er"
    r"|quelle)?|imagen|imagem|immagine|symbolbild|archiv(?:bild|foto)|crédit(?:s)?(?: photo)?|credits?"
    r"|crédito|photo credit|source|quelle|fuente|fonte|getty|via|file(?: photo)?|screenshot)\s*(?:by"
    r"|credit|courtesy|von|de|credits?|source)?\s*[:©/(|]",
    r"(?:©|\(c\))",
    r".{0,60}(?:/|via |\()\s*(?:getty images|afp|reuters|ap|ap photo|dpa|epa|efe|ansa|apa|keystone|imago"
    r"|pa|pa wire|shutterstock|istock|bloomberg|lusa|anp|tt|scanpix|ritzau|ntb|belga|cp|xinhua|kyodo"
    r"|yonhap)\b[\w\s/]{0,20}\)?\W*$",
)

_DATE = _any(
    r"(?:(?:last )?(?:updated?|published|posted|modified|created|first published|stand|veröffentlicht"
    r"|aktualisiert|publié|mis à jour|modifié|actualizado|publicado|atualizado|pubblicato|aggiornato"
    r"|gepubliceerd|uppdaterad|publicerad|oppdatert|publisert|opublikowano|güncelleme|опубликовано"
    r"|обновлено)\b.{0,60})",
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?(?:\w{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|\d{1,2}(?:\.|st|nd|rd|th)? \w{3,9}\.? \d{4}"
    r"|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
    r"|\d{4}年\d{1,2}月\d{1,2}日(?:\s?[(（]\w[)）])?)"
    r"[\s,|·•–—-]*(?:(?:at|um|à|a las|às|alle|om|kl\.?"
    r"|ore)?\s*\d{1,2}[:.h時]\d{2}(?::\d\d|分)?\s*(?:[ap]\.?m\.?)?\s*(?:uhr|h|[a-z]{2,4})?)?",
    r"(?:[\w-]+,? )?\d{1,2}(?:\.|º|er)? (?:de )?\w{3,12} (?:de )?\d{4}(?:[\s,|·•–—-]*(?:às|a las|à|at|alle"
    r"|um|ore|kl\.?)?"
    r"\s*\d{1,2}[:.h]\d{2}.{0,12})?",
    r"(?:tempo|tiempo) de (?:leitura|lectura)\b.{0,20}|\d+ ?min(?:ute[ns]?)? (?:read|lesezeit|de lecture"
    r"|leitura|lettura)",
    r"\d{1,2}[:.h]\d{2}(?:\s*(?:uhr|[ap]\.?m\.?|[a-z]{2,4}))?",
    r"\d+\s*(?:minutes?|mins?|hours?|days?|weeks?|months?|minuten?|stunden?|tagen?)\s*(?:ago|read|lesezeit"
    r"|de lecture)?",
    r"(?:vor|il y a|hace|há) \d+ \w+|(?:lesezeit|reading time|temps de lecture|tiempo de lectura"
    r"|lesedauer)\b.{0,20}",
)

_EDGE = r"[\s\W_]*"
ALONE = re.compile(rf"{_EDGE}(?:{_ALONE}){_EDGE}", re.IGNORECASE)
BOX = re.compile(rf"{_EDGE}(?:{_BOX}){_EDGE}", re.IGNORECASE)
OPENING = re.compile(rf"[\s\[\](){{}}*•·|–—+-]*(?:{_OPENING})", re.IGNORECASE)
PHOTO = re.compile(rf"[\s\[(]*(?:{_PHOTO})", re.IGNORECASE)
DATE = re.compile(rf"{_EDGE}(?:{_DATE}){_EDGE}", re.IGNORECASE)


def furniture(text: str) -> str | None:
    """The kind of furniture a line is: "box" (the title of one), "label", "opening",
    "photo", "date"; None for prose."""
    if len(text) > MAX_CHARS:
        return None
    if len(text) <= 80:
        if BOX.fullmatch(text):
            return "box"
        if ALONE.fullmatch(text):
            return "label"
    if len(text) <= 90 and DATE.fullmatch(text):
        return "date"
    if OPENING.match(text):
        return "opening"
    if len(text) <= 120 and PHOTO.match(text):
        return "photo"
    return None


_CREDIT = re.compile(
    r"\W*(?:(?:additional |with |further )?(?:reporting|reports?|contributions?|files?|writing|editing"
    r"|research|information)"
    r" (?:by|from|for)\b|.{3,80}\bcontributed to (?:this|the)\b|compiled (?:by|from)|edited by"
    r"|translated (?:by|from)"
    r"|the (?:original )?(?:article|story) (?:was|has been|is) |mit (?:material|agenturmaterial"
    r"|informationen)\b|(?:dpa|afp|apa|reuters|sda|ap)(?:\s*[/,]\s*\w+)*$"
    r"|dieser (?:artikel|text|beitrag) (?:ist|erschien|wurde)|(?:mit|con|avec) (?:dpa|afp|reuters|efe"
    r"|ansa)\b|avec (?:l'|agences?|reuters|afp)"
    r"|con (?:información|informação) de|com (?:informações|agências)|(?:quellen?|sources?|fuentes?"
    r"|fonti?)\s*:)",
    re.IGNORECASE,
)


def credit(text: str) -> bool:
    """Whether a last line says who else worked on the story, and nothing of the story."""
    return len(text) <= MAX_CHARS and _CREDIT.match(text) is not None


def asking(text: str) -> bool:
    """Whether a short paragraph asks its reader to subscribe, follow, write or pay."""
    return len(text) <= 320 and _ASKING.search(text) is not None


_CREDITED = re.compile(
    r"(?:\((?:[^()]{0,60}(?:/|\bvia\b|photo|getty|ap\b|afp|reuters|nasa|courtesy|credit|foto"
    r"|image)[^()]{0,60})\)|©.{0,60}|(?:photo|foto|image|bild|credit|crédits?)s?\s?:.{0,60})\W*$",
    re.IGNORECASE,
)


def credited(text: str) -> bool:
    """Whether a line ends with the credit of a picture."""
    return len(text) <= 400 and _CREDITED.search(text) is not None


_SIGNED = re.compile(
    r"\W*(?:\w{4,10} )?(?:by|von|par|por)\s+\S.{2,60}\b(?:19|20)\d\d\b.{0,40}$",
    re.IGNORECASE,
)


def signed(text: str) -> bool:
    """Whether a first line is a byline with its date."""
    return len(text) <= 130 and _SIGNED.match(text) is not None
