"""What each kind of edit comes to: alert, label, nothing, or an event of state.

The table is that of the design notes ("edits and their verdict"); the pages are invented, in the languages
that newsrooms write in.
"""

# ruff: noqa: E501 - one case a line reads best

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from palimpsest.changes import Verdict, compare, fingerprint
from palimpsest.model import (
    Block,
    ChangeKind,
    Entry,
    Extraction,
    Heading,
    Image,
    Link,
    ListBlock,
    PageClass,
    Paragraph,
    Quote,
    Rights,
    Table,
    Video,
    VideoBlock,
)

K = ChangeKind
CLIP = Video(url="https://www.youtube.com/embed/abcdefghijk", title="The flood from above", place="body")
DATA = Link(text="the full data set", url="https://data.rivertown.example/levels.csv")

EN = Extraction(
    url="https://www.rivertown-herald.example/news/flood-lower-town",
    canonical_url="https://www.rivertown-herald.example/news/flood-lower-town",
    title="Twelve homes lost as river floods lower town",
    standfirst="Residents were told to leave before dawn; schools stay closed.",
    authors=("Ann Writer",),
    published="2026-05-03T06:10:00+00:00",
    modified="2026-05-03T07:00:00+00:00",
    language="en",
    section="News",
    tags=("flood", "weather", "council"),
    image="https://cdn.rivertown.example/2026/05/flood-1200x800.jpg",
    blocks=(
        Image(url="https://cdn.rivertown.example/2026/05/flood-800x533.jpg", caption="Mill Street on Sunday"),
        Paragraph(
            text="At least 12 homes were lost on Sunday when the River Ash rose by 1.5 metres in an hour, the fire "
            "service said."
        ),
        Paragraph(
            text="“We did not expect this,” said Jon Hale, who leads the town council. “Nobody was warned in time.”"
        ),
        VideoBlock(video=CLIP),
        Heading(text="Warnings came late"),
        Paragraph(
            text="The council published the water levels of the past ten years, and the full data set shows three "
            "floods of that kind.",
            links=(DATA,),
        ),
        Paragraph(text="The environment agency said it had issued a warning at four in the morning."),
        Paragraph(text="Insurers expect claims of $5 million. The mayor will not resign over the matter."),
        Paragraph(text="A public meeting is planned for Thursday evening in the market hall."),
    ),
    videos=(CLIP,),
)
FR = Extraction(
    url="https://www.gazette-du-lac.example/societe/greve-des-bus",
    title="Grève des bus : 40 lignes à l’arrêt dans l’agglomération",
    language="fr",
    authors=("Léa Martin",),
    blocks=(
        Paragraph(
            text="Quarante lignes de bus sont à l’arrêt depuis lundi, a déclaré la régie des transports."
        ),
        Paragraph(
            text="« Nous ne céderons pas », a déclaré Paul Girard, délégué syndical. La direction n’a pas répondu."
        ),
        Paragraph(text="Selon la mairie, 12,5 % des agents ont cessé le travail, soit 1 500 personnes."),
        Paragraph(text="Une réunion est prévue jeudi à la préfecture en présence des élus de la commune."),
    ),
)
DE = Extraction(
    url="https://www.hafenbote.example/politik/haushalt",
    title="Stadtrat beschließt Haushalt mit knapper Mehrheit",
    language="de",
    blocks=(
        Paragraph(
            text="Der Stadtrat hat am Montag den Haushalt beschlossen, sagte Bürgermeister Karl Brandt."
        ),
        Paragraph(text="„Das ist kein guter Tag für die Stadt“, sagte Petra Vogel von der Opposition."),
        Paragraph(
            text="Die Ausgaben steigen um 3,5 Prozent auf 120 Millionen Euro. Neue Schulden sind nicht geplant."
        ),
        Paragraph(
            text="Im Herbst soll über den Umbau des Hafens entschieden werden, der lange umstritten war."
        ),
    ),
)
ES = Extraction(
    url="https://www.diario-del-valle.example/sucesos/incendio",
    title="Un incendio obliga a evacuar a 300 vecinos en el valle",
    language="es",
    blocks=(
        Paragraph(text="Un incendio ha obligado a evacuar a 300 vecinos, dijo el alcalde, Luis Ortega."),
        Paragraph(text="«No hay heridos», dijo la portavoz de los bomberos. El fuego no está controlado."),
        Paragraph(
            text="El viento sopla a 40 kilómetros por hora y complica las tareas de extinción en la zona."
        ),
    ),
)
IT = Extraction(
    url="https://www.corriere-del-porto.example/cronaca/sciopero",
    title="Sciopero al porto, fermi 20 traghetti",
    language="it",
    blocks=(
        Paragraph(text="Venti traghetti sono fermi al porto da lunedì, ha detto il presidente Marco Neri."),
        Paragraph(
            text="«Non accettiamo tagli», ha detto la delegata. La società non ha commentato la vicenda."
        ),
        Paragraph(text="Lo sciopero durerà 48 ore e riguarda tutte le linee verso le isole minori."),
    ),
)
PT = Extraction(
    url="https://www.jornal-da-serra.example/cidade/chuva",
    title="Chuva deixa 15 famílias desabrigadas na serra",
    language="pt",
    blocks=(
        Paragraph(text="A chuva deixou 15 famílias desabrigadas, disse o prefeito João Prado."),
        Paragraph(text="“Não havia alerta”, disse uma moradora. A prefeitura não abriu os abrigos."),
        Paragraph(text="A previsão é de mais 80 milímetros até sexta-feira em toda a região da serra."),
    ),
)
ZH = Extraction(
    url="https://www.jiangbian.example/news/1",
    title="洪水淹没老城区十二户居民撤离",
    language="zh",
    blocks=(
        Paragraph(text="周日凌晨，河水上涨1.5米，至少12户居民的房屋被淹。"),
        Paragraph(text="“我们没有收到预警，”居民张明说。市政府不会追究责任。"),
    ),
)
AR = Extraction(
    url="https://www.sahifa.example/akhbar/1",
    title="الفيضان يغمر الحي القديم",
    language="ar",
    blocks=(
        Paragraph(text="قالت السلطات إن 12 منزلا غمرتها المياه يوم الأحد في الحي القديم من المدينة."),
        Paragraph(text="وقال رئيس البلدية إنه لن يستقيل من منصبه بعد الفيضان الذي ضرب المدينة."),
    ),
)


def swap(page: Extraction, old: str, new: str) -> Extraction:
    """The page with one piece of its text replaced, wherever it stands."""
    blocks: list[Block] = []
    found = old in page.title or old in page.standfirst
    for block in page.blocks:
        if isinstance(block, Paragraph | Heading | Quote) and old in block.text:
            found = True
            block = replace(block, text=block.text.replace(old, new))
        blocks.append(block)
    assert found, old
    title, standfirst = page.title.replace(old, new), page.standfirst.replace(old, new)
    return replace(page, title=title, standfirst=standfirst, blocks=tuple(blocks))


def append(page: Extraction, text: str) -> Extraction:
    return replace(page, blocks=(*page.blocks, Paragraph(text=text)))


def without(page: Extraction, at: int) -> Extraction:
    return replace(page, blocks=page.blocks[:at] + page.blocks[at + 1 :])


def pair(page: Extraction, old: str, new: str) -> tuple[Extraction, Extraction]:
    """The page with a further paragraph, in two states."""
    frame = FRAMES[page.language or ""]
    return append(page, frame.format(old)), append(page, frame.format(new))


FRAMES = {
    "en": "Two of those who saw it said {} at the hearing.", "fr": "Des témoins ont parlé {} mardi soir.",
    "de": "Der Sprecher nannte {} am Abend.", "es": "Los testigos hablaron {} el martes.",
    "it": "I testimoni hanno parlato {} martedì.", "pt": "As testemunhas falaram {} na terça.",
    "ru": "Свидетели говорили {} вечером.", "sv": "Vittnen talade {} igår.",
    "ko": "증인들은 {} 말했다.", "ar": "وقال الشهود {} مساء.",
}  # fmt: skip
RU, SV, KO = (replace(EN, language=code) for code in ("ru", "sv", "ko"))
OTHER_WORDS = (
    (EN, "mayor", "major"), (EN, "minors", "miners"), (EN, "adopted", "adapted"), (EN, "county", "country"),
    (EN, "rejected", "ejected"), (EN, "sued", "used"), (DE, "wurde", "würde"), (DE, "fordern", "fördern"),
    (ES, "junio", "julio"), (ES, "hijos", "hijas"), (PT, "avó", "avô"), (FR, "adopté", "adapté"),
    (AR, "حسن", "حسين"), (KO, "승인했다고", "승리했다고"),
)  # fmt: skip
SIGNS = (("-5C", "5C"), ("+0.3", "-0.3"), (">50 mg", "<50 mg"), ("AA+ on it", "AA- on it"), ("AA", "AA-"))
NUMBER_WORDS = (
    (EN, "a third", "a quarter"), (EN, "the fourth", "the fifth"), (IT, "sessantadue", "settantadue"),
    (ES, "seiscientos", "setecientos"), (DE, "einundzwanzig", "zweiundzwanzig"), (FR, "du troisième", "du sixième"),
    (RU, "девяти", "десяти"), (AR, "ثلاثة", "أربعة"), (EN, "½ of it", "¾ of it"),
)  # fmt: skip
TURNED = ((IT, "favorevole", "sfavorevole"), (SV, "skyldig", "oskyldig"), (ES, "legales", "ilegales"))
FACES = replace(
    EN,
    blocks=(
        Image(url="https://cdn.rivertown.example/a.jpg", caption="The victim, John Baker"),
        Image(url="https://cdn.rivertown.example/b.jpg", caption="The killer, Peter Hall"),
        *EN.blocks[1:],
    ),
)

ALERTS: list[tuple[str, Extraction, Extraction, ChangeKind]] = [
    ("headline", EN, replace(EN, title="Council under fire after river floods lower town"), K.HEADLINE),
    ("number", EN, swap(EN, "12 homes", "21 homes"), K.NUMBER),
    ("decimal", EN, swap(EN, "1.5", "15"), K.NUMBER),
    ("decimal comma", FR, swap(FR, "12,5", "125"), K.NUMBER),
    ("thousands", FR, swap(FR, "1 500", "1 700"), K.NUMBER),
    ("currency", EN, swap(EN, "$5", "€5"), K.NUMBER),
    ("magnitude", EN, swap(EN, "million", "billion"), K.NUMBER),
    ("magnitude, de", DE, swap(DE, "120 Millionen", "120 Milliarden"), K.NUMBER),
    ("number word", EN, swap(EN, "three floods", "four floods"), K.NUMBER),
    ("number, zh", ZH, swap(ZH, "12户", "21户"), K.NUMBER),
    ("number, ar", AR, swap(AR, "12", "21"), K.NUMBER),
    ("negation out", EN, swap(EN, "will not resign", "will resign"), K.NEGATION),
    ("negation in", EN, swap(EN, "had issued", "had not issued"), K.NEGATION),
    ("negation by n't", EN, swap(EN, "will not resign", "will resign"), K.NEGATION),
    ("negation by prefix", swap(EN, "three floods", "the likely floods"), swap(EN, "three floods", "the unlikely floods"), K.NEGATION),
    ("negation, fr", FR, swap(FR, "n’a pas répondu", "a répondu"), K.NEGATION),
    ("negation, de", DE, swap(DE, "sind nicht geplant", "sind geplant"), K.NEGATION),
    ("negation, es", ES, swap(ES, "no está controlado", "está controlado"), K.NEGATION),
    ("negation, it", IT, swap(IT, "non ha commentato", "ha commentato"), K.NEGATION),
    ("negation, pt", PT, swap(PT, "não abriu", "abriu"), K.NEGATION),
    ("negation, zh", ZH, swap(ZH, "不会追究", "会追究"), K.NEGATION),
    ("negation, ar", AR, swap(AR, "لن يستقيل", "يستقيل"), K.NEGATION),
    ("quoted words", EN, swap(EN, "Nobody was warned in time", "Everybody was warned in time"), K.QUOTATION),
    ("quoted words, fr", FR, swap(FR, "Nous ne céderons pas", "Nous ne bougerons pas"), K.QUOTATION),
    ("quoted words, de", DE, swap(DE, "guter Tag", "schöner Tag"), K.QUOTATION),
    ("sentence of a quotation out", append(EN, "“It came at night. It was loud. We ran,” she said."), append(EN, "“It came at night. We ran,” she said."), K.QUOTATION),
    ("scare quotes", EN, swap(EN, "a warning at", "a “warning” at"), K.QUOTATION),
    ("single scare quotes", EN, swap(EN, "public meeting", "‘public meeting’"), K.QUOTATION),
    ("marks taken off", EN, swap(EN, "“We did not expect this,”", "We did not expect this,"), K.QUOTATION),
    ("marks taken off, de", DE, swap(DE, "„Das ist kein guter Tag für die Stadt“", "Das ist kein guter Tag für die Stadt"), K.QUOTATION),
    ("scare quotes in the headline", EN, replace(EN, title="Twelve homes ‘lost’ as river floods lower town"), K.QUOTATION),
    ("name", EN, swap(EN, "Jon Hale", "John Hale"), K.NAME),
    ("name, fr", FR, swap(FR, "Girard", "Gérard"), K.NAME),
    ("name, de", DE, swap(DE, "Petra Vogel", "Petra Vogl"), K.NAME),
    ("name, es", ES, swap(ES, "Ortega", "Ortiz"), K.NAME),
    *((f"another word, {a}", *pair(page, a, b), K.REWRITTEN) for page, a, b in OTHER_WORDS),
    *((f"sign, {a} {b}", *pair(EN, a, b), K.NUMBER) for a, b in SIGNS),
    *((f"number word, {a}", *pair(page, a, b), K.NUMBER) for page, a, b in NUMBER_WORDS),
    *((f"turned round, {a}", *pair(page, a, b), K.NEGATION) for page, a, b in TURNED),
    ("emoji", *pair(EN, "“Great 👍”", "“Great 👎”"), K.REWRITTEN),
    ("attribution", EN, swap(EN, "agency said", "agency claimed"), K.ATTRIBUTION),
    ("attribution, fr", FR, swap(FR, "déclaré la régie", "prétendu la régie"), K.ATTRIBUTION),
    ("attribution, de", DE, swap(DE, "sagte Bürgermeister", "behauptete Bürgermeister"), K.ATTRIBUTION),
    ("attribution, es", ES, swap(ES, "dijo el alcalde", "alegó el alcalde"), K.ATTRIBUTION),
    ("attribution, it", IT, swap(IT, "detto il presidente", "sostenuto il presidente"), K.ATTRIBUTION),
    ("attribution, pt", PT, swap(PT, "disse o prefeito", "alegou o prefeito"), K.ATTRIBUTION),
    ("hedge", EN, swap(EN, "rose by", "reportedly rose by"), K.ATTRIBUTION),
    ("paragraph added", EN, append(EN, "Volunteers filled sandbags through the night along the canal."), K.ADDED),
    ("sentence added", EN, swap(EN, "market hall.", "market hall. Doors open at six o’clock for residents."), K.ADDED),
    ("paragraph removed", EN, without(EN, 6), K.REMOVED),
    ("only paragraph but one removed", PT, without(PT, 2), K.REMOVED),
    ("rewritten", EN, swap(EN, "A public meeting is planned for", "Residents are invited to a gathering on"), K.REWRITTEN),
    ("link removed", EN, replace(EN, blocks=tuple(replace(b, links=()) if isinstance(b, Paragraph) else b for b in EN.blocks)), K.LINK),
    ("video removed", EN, replace(EN, videos=(), blocks=tuple(b for b in EN.blocks if not isinstance(b, VideoBlock))), K.VIDEO_REMOVED),
    ("number in a caption", EN, replace(EN, blocks=(replace(EN.blocks[0], caption="Mill Street on Sunday, 21 dead"), *EN.blocks[1:])), K.NUMBER),
    ("list item", replace(EN, blocks=(ListBlock(items=("Open: 3", "Closed: 9")),)), replace(EN, blocks=(ListBlock(items=("Open: 4", "Closed: 9")),)), K.NUMBER),
    ("table cell", replace(EN, blocks=(Table(rows=(("2024", "1.5 %"), ("2025", "2 %"))),)), replace(EN, blocks=(Table(rows=(("2024", "1.5 %"), ("2025", "3 %"))),)), K.NUMBER),
    ("block quote", replace(EN, blocks=(*EN.blocks, Quote(text="We will rebuild every home."))), replace(EN, blocks=(*EN.blocks, Quote(text="We will rebuild some homes."))), K.QUOTATION),
    *(
        (f"correction {k}, {page.language}", page, append(page, note), K.CORRECTION)
        for page, notes in (
            (EN, ("An earlier headline on this article misstated the number of homes.", "The Herald regrets the error.", "Correction: an earlier version misnamed the river.", "This article was amended on 4 May to correct the figure.", "Editor’s note: the council has since replied.")),
            (FR, ("Une première version de cet article indiquait 40 lignes.", "Nous avons corrigé le nom du maire.", "Rectificatif : la régie compte 38 lignes.", "Mise à jour : la direction a réagi.", "Cet article a été corrigé le 4 mai.")),
            (ES, ("Fe de errores: el alcalde se llama Luis.", "Este artículo ha sido actualizado con datos oficiales.", "Una versión anterior de este texto daba otra cifra.")),
            (DE, ("Der Artikel wurde nachträglich ergänzt.", "Korrektur: Der Haushalt umfasst 120 Millionen.", "Anm. d. Red.: Der Name wurde berichtigt.", "In einer früheren Version stand eine falsche Zahl.")),
            (IT, ("In una prima versione dell’articolo il dato era errato.", "Rettifica: i traghetti sono diciotto.", "Questo articolo è stato aggiornato alle 12.", "In una versione precedente il dato era errato.")),
            (AR, ("تصحيح: عدد المنازل 21 منزلا.",)),
            (ZH, ("本文早前版本将户数误写为21户。",)),
            (PT, ("O texto foi corrigido para informar o nome do prefeito.", "Correção: são quinze famílias.", "Este texto foi atualizado às 12h.", "Erramos: o prefeito se chama João.")),
        )
        for k, note in enumerate(notes)
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "kind"), [pytest.param(*c[1:], id=c[0]) for c in ALERTS])
def test_an_edit_that_matters_is_an_alert_of_its_kind(
    old: Extraction, new: Extraction, kind: ChangeKind
) -> None:
    found = compare(old, new)
    assert found.verdict is Verdict.ALERT
    assert kind in found.kinds
    assert found.reasons
    assert found.weight >= 0.15


@pytest.mark.parametrize(("old", "new", "kind"), [pytest.param(*c[1:], id=c[0]) for c in ALERTS])
def test_an_edit_is_still_told_where_the_language_is_not_known(
    old: Extraction, new: Extraction, kind: ChangeKind
) -> None:
    found = compare(replace(old, language=None), replace(new, language=None))
    assert found.verdict is Verdict.ALERT


def moved(page: Extraction) -> Extraction:
    return replace(page, blocks=(*page.blocks[:1], page.blocks[-1], *page.blocks[1:-1]))


LIVE = replace(
    EN,
    page_class=PageClass.LIVEBLOG,
    blocks=(
        Entry(text="10:05 Sandbags arrive", at="2026-05-03T10:05:00+00:00", ref="e2"),
        Paragraph(text="The army has brought 4,000 sandbags to the bridge."),
        Entry(text="09:30 River still rising", at="2026-05-03T09:30:00+00:00", ref="e1"),
        Paragraph(text="The gauge at the mill reads 3.2 metres."),
    ),
)
NEXT = (
    Entry(text="10:40 Bridge closed", at="2026-05-03T10:40:00+00:00", ref="e3"),
    Paragraph(text="The old bridge is closed to all traffic, police say."),
)

LABELS: list[tuple[str, Extraction, Extraction, ChangeKind]] = [
    ("paragraph moved", EN, moved(EN), K.MOVED),
    ("typo", EN, swap(EN, "environment", "enviroment"), K.TYPO),
    ("typo mended", swap(EN, "environment", "enviroment"), EN, K.TYPO),
    ("typo, fr", FR, swap(FR, "préfecture", "préfécture"), K.TYPO),
    *((f"slip, {a}", *pair(page, a, b), K.TYPO) for page, a, b in ((EN, "definitely", "definately"), (EN, "police", "ploice"), (EN, "committee", "comittee"), (FR, "médecins", "medecins"), (EN, "planned", "plamned"))),
    ("hyphen", *pair(EN, "a well-known man", "a well known man"), K.TYPO),
    ("typo in the headline", EN, replace(EN, title="Twelve homes lost as river flods lower town"), K.TYPO),
    ("word twice", EN, swap(EN, "planned for", "planned for for"), K.TYPO),
    ("comma", EN, swap(EN, "past ten years, and", "past ten years and"), K.TYPO),
    ("byline", EN, replace(EN, authors=("Ann Writer", "Sam Second")), K.BYLINE),
    ("picture", EN, replace(EN, blocks=(replace(EN.blocks[0], url="https://cdn.rivertown.example/2026/05/bridge.jpg"), *EN.blocks[1:])), K.IMAGE),
    ("caption", EN, replace(EN, blocks=(replace(EN.blocks[0], caption="The market square at noon"), *EN.blocks[1:])), K.CAPTION),
    ("case", EN, swap(EN, "environment agency", "Environment Agency"), K.CASE),
    ("case of the headline", EN, replace(EN, title="Twelve Homes Lost as River Floods Lower Town"), K.CASE),
    ("standfirst", EN, replace(EN, standfirst="People had to leave before dawn; schools remain shut."), K.STANDFIRST),
    ("live entry", LIVE, replace(LIVE, blocks=NEXT + LIVE.blocks), K.LIVE_ENTRY),
    ("live entry, the oldest rolled off", LIVE, replace(LIVE, blocks=NEXT + LIVE.blocks[:2]), K.LIVE_ENTRY),
    ("link added", EN, replace(EN, blocks=(*EN.blocks[:-1], replace(EN.blocks[-1], links=(Link(text="hall", url="https://hall.example/"),)))), K.LINK),
    ("video added", replace(EN, videos=(), blocks=tuple(b for b in EN.blocks if not isinstance(b, VideoBlock))), EN, K.VIDEO_ADDED),
    ("paywall up, text still whole", EN, replace(EN, rights=Rights(free=False)), K.PAYWALL),
    ("paywall down", replace(EN, rights=Rights(free=False)), replace(EN, rights=Rights(free=True)), K.PAYWALL),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "kind"), [pytest.param(*c[1:], id=c[0]) for c in LABELS])
def test_a_slight_edit_is_kept_and_labelled(old: Extraction, new: Extraction, kind: ChangeKind) -> None:
    found = compare(old, new)
    assert found.verdict is Verdict.LABEL
    assert kind in found.kinds
    assert found.is_version
    assert 0 < found.weight < 0.5


def test_an_article_that_turns_into_a_live_blog_is_an_alert() -> None:
    found = compare(EN, replace(EN, page_class=PageClass.LIVEBLOG, blocks=NEXT + EN.blocks))
    assert found.verdict is Verdict.ALERT
    assert K.LIVE_ENTRY in found.kinds


def test_a_figure_changed_in_an_old_entry_of_a_live_blog_is_an_alert() -> None:
    new = replace(LIVE, blocks=NEXT + swap(LIVE, "4,000", "6,000").blocks)
    found = compare(LIVE, new)
    assert found.verdict is Verdict.ALERT
    assert {K.LIVE_ENTRY, K.NUMBER} <= set(found.kinds)


def test_captions_that_were_exchanged_are_an_alert() -> None:
    first, second, *rest = FACES.blocks
    assert isinstance(first, Image)
    assert isinstance(second, Image)
    exchanged = (replace(first, caption=second.caption), replace(second, caption=first.caption))
    found = compare(FACES, replace(FACES, blocks=(*exchanged, *rest)))
    assert found.verdict is Verdict.ALERT
    assert K.CAPTION in found.kinds


def test_an_entry_taken_out_of_the_middle_of_a_live_blog_is_an_alert() -> None:
    entries = [
        (Entry(text=f"0{n}:00 Report {n}", at=f"2026-05-03T0{n}:00:00+00:00", ref=f"e{n}"), Paragraph(text=f"The {word} was seen."))
        for n, word in ((9, "bridge"), (8, "harbour"), (7, "mill"), (6, "banker"), (5, "station"), (4, "church"))
    ]  # fmt: skip
    old = replace(LIVE, blocks=sum(entries, ()))
    new = replace(LIVE, blocks=NEXT + sum(entries[:3] + entries[4:], ()))
    assert compare(old, new).verdict is Verdict.ALERT
    assert compare(old, replace(LIVE, blocks=NEXT + sum(entries[:4], ()))).verdict is Verdict.LABEL


def texts(change: Callable[[str], str]) -> Extraction:
    blocks = tuple(
        replace(b, text=change(b.text)) if isinstance(b, Paragraph | Heading) else b for b in EN.blocks
    )
    return replace(EN, title=change(EN.title), standfirst=change(EN.standfirst), blocks=blocks)


def split(page: Extraction) -> Extraction:
    """The same words in another template: paragraphs split, headings and lists made paragraphs."""
    blocks: list[Block] = []
    for block in page.blocks:
        if isinstance(block, Paragraph) and ". " in block.text:
            head, _, tail = block.text.partition(". ")
            blocks += [replace(block, text=f"{head}."), Paragraph(text=tail)]
        elif isinstance(block, Heading):
            blocks.append(Paragraph(text=block.text))
        else:
            blocks.append(block)
    return replace(page, blocks=tuple(blocks))


NOISE: list[tuple[str, Extraction]] = [
    ("date touched", replace(EN, modified="2026-05-04T09:00:00+00:00")),
    ("updated at", append(EN, "Updated at 09:14 on 4 May 2026")),
    ("related links", append(append(EN, "Read more: How to save a cellar"), "Related: Rain until Friday")),
    ("comment count", append(EN, "214 comments")),
    ("advertisement", replace(EN, blocks=(*EN.blocks[:3], Paragraph(text="Advertisement"), *EN.blocks[3:]))),
    ("navigation", append(EN, "Share this article")),
    ("newsletter", append(EN, "Sign up for our newsletter and get the news each morning")),
    ("white space", texts(lambda t: t.replace(" ", "\n  "))),
    ("no-break spaces", texts(lambda t: t.replace(" ", "\u00a0"))),
    ("soft hyphens", texts(lambda t: t.replace("ti", "t\u00adi"))),
    ("entities", texts(lambda t: t.replace("“", "&ldquo;").replace("”", "&rdquo;").replace("$", "&#36;"))),
    ("straight quotes", texts(lambda t: t.replace("“", '"').replace("”", '"'))),
    ("template redesigned", split(EN)),
    ("age and views in one line", append(EN, "Updated 5 minutes ago · 8,831 views")),
    ("outlet appended to the headline", replace(EN, title=f"{EN.title} | Rivertown Herald")),
    ("tags reordered", replace(EN, tags=tuple(reversed(EN.tags)), section="Local")),
    ("byline in capitals", replace(EN, authors=("By ANN WRITER",))),
    ("picture in another size", replace(EN, image="https://cdn2.rivertown.example/2026/05/flood-640x480.webp?q=70")),
    ("video by another player", replace(EN, videos=(replace(CLIP, url="https://youtu.be/abcdefghijk?t=1"),))),
    ("a rail of videos", replace(EN, videos=(CLIP, Video(url="https://v.example/9", place="related")))),
    ("link with tracking", replace(EN, blocks=tuple(replace(b, links=(replace(DATA, url=f"{DATA.url}?utm_source=x#top"),)) if isinstance(b, Paragraph) and b.links else b for b in EN.blocks))),
    ("extracted by newer software", replace(EN, software="next", confidence=0.5, provenance=(("title", "og"),))),
]  # fmt: skip


@pytest.mark.parametrize("new", [pytest.param(c[1], id=c[0]) for c in NOISE])
def test_noise_is_no_version(new: Extraction) -> None:
    for old, now in ((EN, new), (new, EN)):
        found = compare(old, now)
        assert found.verdict is Verdict.NOTHING
        assert set(found.kinds) <= {K.COSMETIC, K.DATE}
        assert found.kinds
        assert found.weight == 0
    assert fingerprint(new) == fingerprint(EN)


def test_noise_does_not_hide_an_edit_beside_it() -> None:
    new = append(swap(split(EN), "12 homes", "21 homes"), "Updated 5 minutes ago · 8,831 views")
    found = compare(EN, replace(new, modified="2026-05-04T09:00:00+00:00"))
    assert found.verdict is Verdict.ALERT
    assert set(found.kinds) == {K.NUMBER, K.DATE}


def test_a_moved_address_is_an_event_and_no_version() -> None:
    found = compare(
        EN, replace(EN, canonical_url="https://www.rivertown-herald.example/news/flood-what-we-know")
    )
    assert found.verdict is Verdict.STATE
    assert found.kinds == (K.URL,)
    assert not found.is_version


STUB = (EN.blocks[0], EN.blocks[1], Paragraph(text="Subscribe to continue reading this story."))
FAR = replace(EN, blocks=(*EN.blocks, *(Paragraph(text=f"Street {n} was under water until {n} o’clock, a resident told us at the kerb. " * 3) for n in range(2, 9))))  # fmt: skip


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(
            replace(EN, page_class=PageClass.CONSENT, title="Your privacy", blocks=()), id="consent wall"
        ),
        pytest.param(replace(EN, page_class=PageClass.PAYWALL_STUB, blocks=STUB), id="paywall stub"),
        pytest.param(replace(EN, blocks=STUB), id="paywall that the extractor did not see"),
        pytest.param(replace(EN, rights=Rights(free=False), blocks=EN.blocks[:4]), id="paywall by its flag"),
        pytest.param(
            replace(EN, page_class=PageClass.BOT_CHECK, title="One moment", blocks=()), id="bot check"
        ),
        pytest.param(replace(EN, page_class=PageClass.ERROR, title="Error", blocks=()), id="error page"),
        pytest.param(replace(EN, page_class=PageClass.MISSING, title="404", blocks=()), id="soft 404"),
        pytest.param(replace(EN, blocks=()), id="no text"),
        pytest.param(
            replace(EN, blocks=(EN.blocks[0], EN.blocks[1], Paragraph(text=EN.blocks[2].text[:40]))),
            id="cut off",
        ),
    ],
)
def test_a_wall_or_a_cut_is_an_event_and_no_version(new: Extraction) -> None:
    found = compare(EN, new)
    assert found.verdict is Verdict.STATE
    assert not found.is_version
    assert found.reasons[0].startswith("degraded: ")


def test_a_long_article_that_keeps_only_its_beginning_is_degraded() -> None:
    assert compare(FAR, replace(FAR, blocks=FAR.blocks[:3])).verdict is Verdict.STATE


def test_an_editor_may_cut_a_story_down() -> None:
    """The end is kept, or new words follow: an edit, however much is gone."""
    for new in (
        replace(EN, blocks=EN.blocks[:7]),
        replace(EN, blocks=EN.blocks[:2] + EN.blocks[-1:]),
        replace(
            EN, blocks=(*EN.blocks[:2], Paragraph(text="The article was withdrawn at the council’s request."))
        ),
        replace(EN, blocks=(*EN.blocks[:2], Paragraph(text=EN.blocks[2].text.partition("”")[0] + "”."))),
        replace(
            EN, blocks=(*EN.blocks[:2], Paragraph(text="The council was registered as a party to the case."))
        ),
        replace(
            EN,
            blocks=(
                *EN.blocks[:2],
                Paragraph(text="Correction: an earlier version was sent to subscribers."),
            ),
        ),
    ):
        found = compare(EN, new)
        assert found.verdict is Verdict.ALERT
        assert K.REMOVED in found.kinds


def test_a_sentence_that_changes_paragraph_has_moved() -> None:
    new = swap(EN, " The mayor will not resign over the matter.", "")
    new = swap(new, "market hall.", "market hall. The mayor will not resign over the matter.")
    assert compare(EN, new).kinds == (K.MOVED,)


def test_the_heavier_edit_weighs_more() -> None:
    weights = [
        compare(EN, new).weight
        for new in (
            swap(EN, "environment", "enviroment"),
            replace(EN, authors=("Sam Second",)),
            append(EN, "Volunteers filled sandbags through the night."),
            swap(EN, "12 homes", "21 homes"),
            replace(swap(EN, "will not resign", "will resign"), title="Mayor resigns over 21 lost homes"),
        )
    ]
    assert weights == sorted(weights)
    assert len(set(weights)) == len(weights)


def test_reasons_say_what_changed_and_how_much_it_weighs() -> None:
    found = compare(EN, swap(EN, "12 homes", "21 homes"))
    assert found.reasons == ("number: “12” → “21” (0.50)",)


RIVAL = Link(text="Five tips for a dry cellar", url="https://www.rivertown-herald.example/tips/cellar")


def test_links_to_other_stories_rotate_unseen() -> None:
    teaser = Paragraph(text=RIVAL.text, links=(RIVAL,))
    rail = ListBlock(items=(RIVAL.text, "Rain again"), links=(RIVAL, replace(RIVAL, text="Rain again")))
    for block in (teaser, rail):
        assert compare(EN, replace(EN, blocks=(*EN.blocks, block))).verdict is Verdict.NOTHING


@pytest.mark.parametrize(
    "block",
    [
        Paragraph(text="Read Five tips for a dry cellar too.", links=(RIVAL,)),
        Paragraph(
            text="The plan",
            links=(Link(text="The plan", url="https://www.rivertown-herald.example/plan.pdf"),),
        ),
        Paragraph(text="The plan", links=(Link(text="The plan", url="https://council.example/plan"),)),
        Paragraph(text="We were wrong.", links=(replace(RIVAL, text="We were wrong."),)),
    ],
)
def test_a_source_or_a_sentence_with_a_link_is_the_story(block: Block) -> None:
    assert compare(EN, replace(EN, blocks=(*EN.blocks, block))).verdict is Verdict.ALERT


def test_the_age_of_a_live_entry_is_no_number() -> None:
    def at(minutes: int) -> Extraction:
        head = Entry(text=f"{minutes} min ago · River still rising", ref="e1")
        return replace(LIVE, blocks=(head, *LIVE.blocks[3:]))

    assert compare(at(5), at(6)).verdict is Verdict.NOTHING
    assert compare(at(5), replace(at(6), blocks=(*at(6).blocks, *NEXT))).kinds == (K.LIVE_ENTRY,)


def test_a_story_withdrawn_with_a_notice_says_so() -> None:
    new = replace(EN, blocks=(Paragraph(text="This article has been withdrawn pending a review."),))
    found = compare(EN, new)
    assert found.verdict is Verdict.ALERT
    assert {K.CORRECTION, K.REMOVED} <= set(found.kinds)


def test_a_related_video_that_gives_way_to_another_is_labelled() -> None:
    one = Video(url="https://v.example/1", title="Then", place="related", label="Related video")
    two = replace(one, url="https://v.example/2", title="Now")
    old, new = (replace(EN, blocks=(*EN.blocks, VideoBlock(video=v)), videos=(CLIP, v)) for v in (one, two))
    found = compare(old, new)
    assert found.verdict is Verdict.LABEL
    assert found.kinds == (K.VIDEO_ADDED, K.VIDEO_REMOVED)
