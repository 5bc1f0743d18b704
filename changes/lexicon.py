"""Words that turn the meaning of a sentence, by language: negations, verbs of saying, hedges.

Tables only, as a newsroom uses these words; `language` chooses among them. They are short on purpose:
a word that is in no table still shows as rewritten, and only its kind is named less exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """The words of one language, in lower case.

    `common` are frequent words by which the language is known; `negations` turn a sentence round;
    `prefixes` turn a word round ("unlikely"); `plain_saying`, `doubting` and `conceding` are verbs of
    saying that take no side, cast doubt, or presume guilt or insistence; `hedges` mark what is not
    vouched for; `determiners` stand before a common noun, where capitals do not tell it from a name.
    """

    common: frozenset[str]
    negations: frozenset[str]
    prefixes: tuple[str, ...] = ()
    plain_saying: frozenset[str] = frozenset()
    doubting: frozenset[str] = frozenset()
    conceding: frozenset[str] = frozenset()
    hedges: frozenset[str] = frozenset()
    determiners: frozenset[str] = frozenset()

    @cached_property
    def vouching(self) -> frozenset[str]:
        """All words that say who vouches for a statement."""
        return self.plain_saying | self.doubting | self.conceding | self.hedges


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEXICONS: dict[str, Lexicon] = {
    "en": Lexicon(
        common=_words(
            "the and of to in is was that for with by has have at from are were his which would been"
        ),
        negations=_words("not no never neither nor none nobody nothing nowhere cannot without hardly"),
        prefixes=("un", "in", "im", "il", "ir", "dis", "non"),
        plain_saying=_words(
            "say says said saying tell tells told state states stated note notes noted add adds "
            "added explain explains explained announce announces announced report reports reported "
            "remark remarked comment commented describe described write writes wrote"
        ),
        doubting=_words(
            "claim claims claimed claiming allege alleges alleged alleging suggest suggests "
            "suggested assert asserts asserted contend contends contended purport purports "
            "purported maintain maintains maintained boast boasted"
        ),
        conceding=_words(
            "admit admits admitted admitting concede concedes conceded acknowledge acknowledges "
            "acknowledged confess confesses confessed insist insists insisted deny denies denied "
            "reveal reveals revealed warn warns warned accuse accuses accused confirm confirms "
            "confirmed"
        ),
        hedges=_words(
            "allegedly reportedly apparently purportedly supposedly alleged suspected presumed so- "
            "called according accused possibly"
        ),
    ),
    "fr": Lexicon(
        common=_words(
            "le la les des et du une est dans que qui pour par sur avec au aux ce pas plus sont été"
        ),
        negations=_words("ne n' pas jamais aucun aucune ni sans non rien nul nulle personne guère"),
        prefixes=("in", "im", "il", "ir", "dé", "non", "anti"),
        plain_saying=_words(
            "dit disent disait déclare déclaré déclarait indique indiqué indiquait explique "
            "expliqué expliquait précise précisé ajoute ajouté annonce annoncé rapporte rapporté "
            "raconte raconté souligne souligné commente commenté écrit"
        ),
        doubting=_words(
            "prétend prétendent prétendu prétendait soutient soutenu allègue allégué affirme "
            "affirmé affirmait"
        ),
        conceding=_words(
            "admet admis admettait reconnaît reconnait reconnu avoue avoué concède concédé insiste "
            "insisté martèle martelé dément démenti nie nié confirme confirmé révèle révélé accuse "
            "accusé assure assuré"
        ),
        hedges=_words(
            "présumé présumée présumés prétendu prétendue prétendument supposé supposée soi-disant "
            "selon apparemment"
        ),
    ),
    "es": Lexicon(
        common=_words(
            "el la los las de que y en un una por con para del se es su al lo como más ha sido este"
        ),
        negations=_words("no nunca jamás ni ningún ninguna ninguno nada nadie tampoco sin"),
        prefixes=("in", "im", "i", "des", "no"),
        plain_saying=_words(
            "dijo dice dicen decía dicho declaró declara declarado señaló señala explicó explica "
            "indicó indica añadió añade anunció anuncia informó informa comentó comenta manifestó "
            "expresó escribió detalló contó cuenta"
        ),
        doubting=_words("alega alegó pretende sostiene sostuvo presume presumió afirmó afirma aduce adujo"),
        conceding=_words(
            "admitió admite reconoció reconoce confesó confiesa insistió insiste negó niega "
            "confirmó confirma reveló revela advirtió advierte acusó acusa aseguró asegura"
        ),
        hedges=_words(
            "presunto presunta presuntos presuntamente supuesto supuesta supuestamente según aparentemente"
        ),
    ),
    "pt": Lexicon(
        common=_words(
            "o a os as de que e em um uma por com para do da dos das no na se é ao não mais foi são"
        ),
        negations=_words("não nunca jamais nem nenhum nenhuma nada ninguém sem tampouco"),
        prefixes=("in", "im", "i", "des", "não"),
        plain_saying=_words(
            "disse diz dizem declarou declara explicou explica indicou indica acrescentou "
            "acrescenta anunciou anuncia informou informa comentou contou relatou relata ressaltou "
            "escreveu"
        ),
        doubting=_words("alega alegou pretende sustenta sustentou afirmou afirma argumenta argumentou"),
        conceding=_words(
            "admitiu admite reconheceu reconhece confessou confessa insistiu insiste negou nega "
            "confirmou confirma revelou revela alertou acusou acusa assegurou garantiu garante"
        ),
        hedges=_words(
            "suposto suposta supostos supostamente alegado alegadamente presumível segundo "
            "aparentemente conforme"
        ),
    ),
    "it": Lexicon(
        common=_words(
            "il lo la i gli le di che e in un una per con del della dei è sono non si al alla nel anche"
        ),
        negations=_words("non né mai nessun nessuno nessuna niente nulla senza neanche nemmeno neppure no"),
        prefixes=("in", "im", "il", "ir", "dis", "s", "non"),
        plain_saying=_words(
            "detto dice dicono diceva disse dichiarato dichiara spiegato spiega aggiunto aggiunge "
            "annunciato annuncia riferito riferisce raccontato racconta commentato commenta scritto "
            "scrive indicato precisato"
        ),
        doubting=_words("sostiene sostenuto presume pretende affermato afferma asserisce asserito"),
        conceding=_words(
            "ammesso ammette riconosciuto riconosce confessato confessa insistito insiste negato "
            "nega smentito smentisce confermato conferma rivelato rivela avvertito accusato accusa "
            "assicurato assicura"
        ),
        hedges=_words(
            "presunto presunta presunti presunte presumibilmente presuntamente sedicente secondo "
            "apparentemente"
        ),
    ),
    "de": Lexicon(
        determiners=_words(
            "der die das den dem des ein eine einen einem einer eines kein keine keinen keinem im am "
            "zum zur vom beim ins ans sein seine seinen seinem seiner ihr ihre ihren ihrem ihrer mein "
            "unser unsere unseren dieser diese dieses diesen diesem jeder jede jedes jeden viele mehr "
            "mehrere alle allen einige ohne"
        ),
        common=_words(
            "der die das und in den von zu mit ist sind im nicht ein eine auf für dem des sich auch wird "
            "bei an"
        ),
        negations=_words(
            "nicht kein keine keinen keinem keiner keines nie niemals nichts niemand niemanden weder ohne"
        ),
        prefixes=("un", "nicht", "in", "il", "ir", "ab"),
        plain_saying=_words(
            "sagt sagte sagten gesagt erklärt erklärte erklärten teilt teilte berichtet berichtete "
            "meint meinte mitgeteilt ergänzte ergänzt fügte schreibt schrieb äußerte äußert "
            "kündigte"
        ),
        doubting=_words("behauptet behauptete behaupteten behaupten suggerierte suggeriert unterstellte"),
        conceding=_words(
            "gesteht gestand gab räumte räumt bestätigt bestätigte beteuert beteuerte beharrt "
            "beharrte bestreitet bestritt dementiert dementierte leugnet leugnete enthüllte warnt "
            "warnte beschuldigte"
        ),
        hedges=_words(
            "angeblich angebliche angeblichen angeblicher mutmaßlich mutmaßliche mutmaßlichen "
            "mutmaßlicher laut offenbar vermeintlich vermeintliche sogenannte sogenannten zufolge"
        ),
    ),
    "nl": Lexicon(
        common=_words("de het een en van in is dat op te voor met zijn niet aan er om ook als door naar bij"),
        negations=_words("niet geen nooit niets niemand zonder noch nergens"),
        prefixes=("on", "niet"),
        plain_saying=_words(
            "zegt zei zeggen zeiden verklaart verklaarde meldt meldde vertelt vertelde schrijft schreef aldus"
        ),
        doubting=_words("beweert beweerde beweren beweerden suggereert suggereerde"),
        conceding=_words(
            "erkent erkende geeft gaf toe bekent bekende ontkent ontkende bevestigt bevestigde benadrukt"
        ),
        hedges=_words("vermeend vermeende vermoedelijk vermoedelijke naar verluidt volgens zogenaamde"),
    ),
    "sv": Lexicon(
        common=_words("och att det som en på är av för med den till inte har de ett om var sig från men"),
        negations=_words("inte ej aldrig ingen inget inga utan icke varken ingenting"),
        prefixes=("o", "icke"),
        plain_saying=_words("säger sade sa sagt berättar berättade uppger uppgav skriver skrev"),
        doubting=_words("påstår påstod hävdar hävdade"),
        conceding=_words("medger medgav erkänner erkände förnekar förnekade bekräftar bekräftade"),
        hedges=_words("påstådd påstådda påstås misstänkt misstänkta enligt"),
    ),
    "no": Lexicon(
        common=_words("og i det er på en som til av for med at han ikke har de den et om var fra men"),
        negations=_words("ikke ikkje aldri ingen intet inga uten utan verken ingenting"),
        prefixes=("u", "ikke"),
        plain_saying=_words("sier sa sagt forteller fortalte opplyser opplyste skriver skrev"),
        doubting=_words("påstår påsto hevder hevdet"),
        conceding=_words("innrømmer innrømmet erkjenner benekter benektet bekrefter bekreftet"),
        hedges=_words("påstått påståtte angivelig siktet ifølge"),
    ),
    "da": Lexicon(
        common=_words("og i det er på en som til af for med at han ikke har de den et om var fra men der"),
        negations=_words("ikke aldrig ingen intet uden hverken ingenting ej"),
        prefixes=("u", "ikke"),
        plain_saying=_words("siger sagde sagt fortæller fortalte oplyser oplyste skriver skrev"),
        doubting=_words("påstår påstod hævder hævdede"),
        conceding=_words("indrømmer indrømmede erkender benægter bekræfter bekræftede"),
        hedges=_words("påstået angiveligt formodet ifølge"),
    ),
    "fi": Lexicon(
        common=_words("ja on ei se että hän oli ovat mutta myös kun joka mukaan vuonna sekä kuin"),
        negations=_words("ei en et emme ette eivät älä ilman koskaan kukaan mitään eikä"),
        prefixes=("epä",),
    ),
    "pl": Lexicon(
        common=_words("i w na z do się nie że jest o to po jak od za dla przez przy są był oraz"),
        negations=_words("nie nigdy nikt nic żaden żadna żadne bez ani brak"),
        prefixes=("nie", "bez"),
        plain_saying=_words("mówi powiedział powiedziała poinformował poinformowała podał dodał dodała"),
        doubting=_words("twierdzi twierdził twierdziła utrzymuje"),
        conceding=_words("przyznał przyznała przyznaje zaprzeczył zaprzecza potwierdził potwierdza"),
        hedges=_words("rzekomo rzekomy rzekoma domniemany domniemana podobno według"),
    ),
    "cs": Lexicon(
        common=_words("a v na se že je to s z do o by jsem podle jako pro ale byl po jeho"),
        negations=_words("ne není nejsou nebyl nebyla nebylo nikdy nikdo nic žádný žádná žádné bez ani"),
        prefixes=("ne",),
    ),
    "ru": Lexicon(
        common=_words("и в на с что по из к это как за от для его о не был"),
        negations=_words("не нет ни никогда никто ничего ничто нельзя без никакой"),
        prefixes=("не", "без", "бес"),
        plain_saying=_words(
            "сказал сказала говорит заявил заявила сообщил сообщила сообщает рассказал рассказала отметил"
        ),
        doubting=_words("утверждает утверждал утверждала утверждают"),
        conceding=_words("признал признала признался отрицает опроверг подтвердил подтвердила"),
        hedges=_words("якобы предполагаемый предположительно по-видимому"),
    ),
    "uk": Lexicon(
        common=_words("і в на з що по та до це як за від для його про не був у й"),
        negations=_words("не ні ніколи ніхто нічого немає без жоден"),
        prefixes=("не", "без"),
    ),
    "lt": Lexicon(
        common=_words("ir kad į iš su yra tai buvo kaip bet pagal jis dėl"),
        negations=_words("ne nėra nebuvo niekada niekas be nei"),
        prefixes=("ne",),
    ),
    "hu": Lexicon(
        common=_words("a az és hogy nem is egy volt ez meg csak van szerint"),
        negations=_words("nem ne nincs nincsenek soha senki semmi sem nélkül"),
    ),
    "tr": Lexicon(
        common=_words("ve bir bu da de için ile olarak olan daha sonra gibi kadar"),
        negations=_words("değil yok hiç asla hayır ne olmayan"),
    ),
    "ro": Lexicon(
        common=_words("și de la în a care cu pe un o din să este nu pentru mai"),
        negations=_words("nu niciodată nimeni nimic fără nici niciun nicio"),
        prefixes=("ne", "in"),
    ),
    "el": Lexicon(
        common=_words("και το της να του η με για την από που στην ο"),
        negations=_words("δεν μην όχι ποτέ κανείς τίποτα χωρίς μη ούτε"),
    ),
    "id": Lexicon(
        common=_words("yang dan di dengan untuk dari pada ini itu tidak dalam akan juga"),
        negations=_words("tidak bukan tanpa belum tak jangan tiada"),
    ),
    "vi": Lexicon(
        common=_words("và của là các trong cho có được một với"),
        negations=_words("không chưa chẳng đừng"),
    ),
    "sw": Lexicon(
        common=_words("na ya wa kwa ni katika za la"),
        negations=_words("si hapana hakuna sio bila"),
    ),
    "af": Lexicon(
        common=_words("die en van het is dat nie wat vir met om te"),
        negations=_words("nie geen nooit niemand niks sonder"),
    ),
    "ar": Lexicon(
        common=_words("في من على إلى أن التي الذي عن مع هذا"),
        negations=_words("لا لم لن ليس ليست ليسوا غير بدون دون ولا ولم ولن وليس"),
    ),
    "fa": Lexicon(
        common=_words("در به از که این را با است"),
        negations=_words("نه نیست هیچ بدون نیستند نبود"),
    ),
    "he": Lexicon(
        common=_words("של על את לא עם הוא זה כי"),
        negations=_words("לא אין בלי אינו אינה אל ללא אף"),
    ),
    "hi": Lexicon(
        common=_words("के की का है में से और को ने"),
        negations=_words("नहीं न मत ना बिना नही"),
    ),
    "zh": Lexicon(
        common=_words("的 了 在 是 和"),
        negations=_words("不 没 沒 未 无 無 非 勿 别 莫"),
    ),
    "ja": Lexicon(
        common=_words("の に は を た"),
        negations=_words("ない なかっ ません 無 非 未 不 ず なく"),
    ),
    "ko": Lexicon(
        common=_words("은 는 이 가"),
        negations=_words("안 못 않 없 아니 아닌 아닙"),
    ),
}

# Characters of Chinese and Japanese numbers; they count only beside another numeral (see wording.py).
CJK_NUMERALS = frozenset("〇零一二三四五六七八九十百千万萬億亿兆两兩")
