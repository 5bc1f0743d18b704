"""Number words, by language: cardinals, ordinals, fractions and what else counts ("dozens").

Tables only, and how words are put together where a language writes numbers in one. Digits are not here, nor
are articles ("ein"), nor ordinals that mean more besides ("second", "segundo").
"""

from __future__ import annotations

import re
from functools import cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DECLINED = "e en er es em".split()

NUMERALS: dict[str, frozenset[str]] = {
    "en": _words(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred "
        "hundreds thousand thousands million millions billion billions trillion dozen dozens half "
        "double triple twice percent third thirds fourth fourths fifth fifths sixth seventh eighth "
        "ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth "
        "eighteenth nineteenth twentieth thirtieth fortieth fiftieth hundredth thousandth quarter "
        "quarters halves twofold threefold trillions"
    ),
    "fr": _words(
        "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt "
        "trente quarante cinquante soixante cent cents mille million millions milliard milliards "
        "dizaine dizaines douzaine centaine centaines millier milliers moitié double triple tiers "
        "quart deuxième deuxièmes seconde troisième troisièmes quatrième cinquième sixième septième "
        "huitième neuvième dixième onzième douzième quinzième vingtième centième vingts "
        "vingtaine trentaine quarantaine cinquantaine soixantaine quinzaine quarts demi demie"
    ),
    "es": _words(
        "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte "
        "treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento cientos doscientos "
        "mil miles millón millones billón billones docena docenas mitad doble triple tercio veintiuno "
        "veintiún veintiuna veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
        "veintiocho veintinueve dieciséis diecisiete dieciocho diecinueve doscientas trescientos "
        "trescientas cuatrocientos quinientos quinientas seiscientos seiscientas setecientos "
        "setecientas ochocientos novecientos novecientas tercer tercero tercera cuarta quinto quinta "
        "sexto sexta séptimo séptima octavo octava noveno novena décimo décima decenas centenas "
        "centenar centenares millares veintena treintena quincena"
    ),
    "pt": _words(
        "dois duas três quatro cinco seis sete oito nove dez onze doze treze quatorze catorze quinze "
        "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem cento centenas duzentos "
        "mil milhão milhões bilhão bilhões biliões dúzia dezenas metade dobro triplo terço dezesseis "
        "dezasseis dezessete dezassete dezoito dezenove dezanove dezena duzentas trezentos trezentas "
        "quatrocentos quinhentos quinhentas seiscentos seiscentas setecentos oitocentos novecentos "
        "terceiro terceira quinto quinta sexto sexta sétimo sétima oitavo oitava nono nona décimo "
        "décima milhares centena bilião"
    ),
    "it": _words(
        "due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici "
        "sedici venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento centinaia "
        "duecento mille mila migliaia milione milioni miliardo miliardi dozzina decine metà doppio "
        "triplo terzo ventuno ventotto trentuno trentotto quarantuno quarantotto cinquantuno "
        "cinquantotto sessantuno sessantotto settantuno settantotto ottantuno ottantotto novantuno "
        "novantotto diciassette diciotto diciannove trecento quattrocento cinquecento seicento "
        "settecento ottocento novecento terza quarto quarta quinto quinta sesto sesta settimo settima "
        "ottavo ottava nono nona decimo decima decina ventina trentina cinquantina ventenne trentenne "
        "quarantenne cinquantenne sessantenne settantenne ottantenne novantenne"
    ),
    "de": _words(
        "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
        "sechzehn siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig "
        "neunzig hundert hunderte tausend tausende million millionen mio milliarde milliarden mrd "
        "billion billionen dutzend dutzende hälfte doppelt dreifach drittel viertel prozent"
    )
    | {
        stem + end
        for stem in "zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft".split()
        for end in _DECLINED
    },
    "nl": _words(
        "twee drie vier vijf zes zeven acht negen tien elf twaalf twintig dertig veertig vijftig "
        "honderd duizend miljoen miljard dertien veertien vijftien zestien zeventien achttien "
        "negentien zestig zeventig tachtig negentig honderden duizenden tientallen miljoenen "
        "miljarden tweede derde vierde vijfde zesde zevende achtste negende tiende helft kwart "
        "dubbele procent"
    ),
    "sv": _words(
        "två tre fyra fem sex sju åtta nio tio elva tolv tjugo trettio hundra tusen miljon miljoner "
        "miljard miljarder tretton fjorton femton sexton sjutton arton nitton fyrtio femtio sextio "
        "sjuttio åttio nittio andra tredje fjärde femte sjätte sjunde åttonde nionde tionde hälften "
        "dubbla procent hundratals tusentals"
    ),
    "no": _words(
        "to tre fire fem seks sju syv åtte ni ti elleve tolv tjue tretti hundre tusen million "
        "millioner milliard milliarder tretten fjorten femten seksten sytten atten nitten førti femti "
        "seksti sytti åtti nitti tredje fjerde femte sjette sjuende åttende niende tiende halvparten "
        "dobbelt prosent"
    ),
    "da": _words(
        "to tre fire fem seks syv otte ni ti elleve tolv tyve tredive hundrede tusind million "
        "millioner milliard milliarder tretten fjorten femten seksten sytten atten nitten fyrre "
        "halvtreds tres halvfjerds firs halvfems tredje fjerde femte sjette syvende ottende niende "
        "tiende halvdelen dobbelt procent"
    ),
    "pl": _words(
        "dwa dwie trzy cztery pięć sześć siedem osiem dziewięć dziesięć sto tysiąc tysięcy milion "
        "milionów miliard miliardów dwóch dwoma dwóm trzech trzem czterech czterem pięciu sześciu "
        "siedmiu ośmiu dziewięciu dziesięciu jedenaście jedenastu dwanaście dwunastu trzynaście "
        "czternaście piętnaście piętnastu szesnaście siedemnaście osiemnaście dziewiętnaście "
        "dwadzieścia dwudziestu trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt "
        "osiemdziesiąt dziewięćdziesiąt dwieście trzysta pięćset tysiące miliony miliarda trzeci "
        "trzecia trzeciego czwarty czwarta piąty piąta szósty szósta siódmy siódma ósmy ósma "
        "dziewiąty dziewiąta dziesiąty dziesiąta połowa połowę dwoje troje pięcioro"
    ),
    "cs": _words(
        "dva dvě tři čtyři pět šest sedm osm devět deset sto tisíc tisíce milion miliony milionů "
        "miliarda miliard polovina"
    ),
    "ru": _words(
        "два две три четыре пять шесть семь восемь девять десять сто тысяча тысяч миллион миллионов "
        "миллиард миллиардов двух двум двое трёх трех троих трое четырёх четырех четверо пяти пятеро "
        "шести шестеро семи семеро восьми девяти десяти десятки одиннадцать двенадцать двенадцати "
        "тринадцать четырнадцать пятнадцать пятнадцати шестнадцать семнадцать восемнадцать "
        "девятнадцать двадцать двадцати тридцать тридцати сорок сорока пятьдесят пятидесяти "
        "шестьдесят шестидесяти семьдесят семидесяти восемьдесят восьмидесяти девяносто ста двести "
        "триста четыреста пятьсот шестьсот семьсот сотни тысячи тысячу миллиона миллиарда третий "
        "третья третьего третьей четвёртый четвертый четвёртая четвертая пятый пятая пятого шестой "
        "шестая седьмой седьмая восьмой восьмая девятый девятая девятого десятый десятая десятого "
        "половина половину"
    ),
    "uk": _words(
        "два дві три чотири п'ять шість сім вісім дев'ять десять сто тисяча тисяч мільйон мільйонів мільярд"
    ),
    "tr": _words(
        "iki üç dört beş altı yedi sekiz dokuz on yirmi otuz kırk elli altmış yetmiş seksen doksan "
        "yüz bin milyon milyar yarısı"
    ),
    "ar": _words(
        "اثنان اثنين اثنتين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة ثلاث أربع خمس سبع ثماني تسع "
        "عشرون عشرين ثلاثون ثلاثين أربعين خمسين ستين سبعين ثمانين تسعين مئة مائة مئتين ألف ألفين آلاف "
        "مليون ملايين مليار نصف ثلث ربع"
    ),
    "ko": _words("두 세 네 다섯 여섯 일곱 여덟 아홉 열 스무 서른 마흔 둘 셋 넷 절반"),
}

# What stands in numbers of one word only beside other numerals: "einundzwanzig", "settantadue".
_JOINTS: dict[str, frozenset[str]] = {
    "de": _words("ein eine und"),
    "nl": _words("en een"),
    "it": _words("vent trent quarant cinquant sessant settant ottant novant un uno una enne enni"),
}


def is_numeral(word: str, language: str) -> bool:
    """Whether a word, in lower case, is a number word of a language (its code)."""
    known = NUMERALS.get(language)
    if known is None:
        return False
    return word in known or (language in _JOINTS and _compound(language).fullmatch(word) is not None)


@cache
def _compound(language: str) -> re.Pattern[str]:
    parts = sorted(NUMERALS[language] | _JOINTS[language], key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, parts))}){{2,6}}")
