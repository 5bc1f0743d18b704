"""Edits made by machine on articles: what editors do, what typesetters do, what servers do.

Each maker takes an article and a random generator and gives the edited article, or None where the article
offers no place for it. The tables of words are the benchmark's own: it must not borrow the judgement that it
measures.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from palimpsest.model import (
    Block,
    ChangeKind,
    Entry,
    Extraction,
    Heading,
    Image,
    Paragraph,
    Video,
    VideoBlock,
)  # fmt: skip

Maker = Callable[[Extraction, random.Random], Extraction | None]

SAYING = {
    "en": ("said", "claimed"), "fr": ("déclaré", "prétendu"), "es": ("dijo", "alegó"), "de": ("sagte", "behauptete"),
    "it": ("detto", "sostenuto"), "pt": ("disse", "alegou"),
}  # fmt: skip
NOT = {
    "en": "not", "fr": "pas", "es": "no", "de": "nicht", "it": "non", "pt": "não", "nl": "niet", "sv": "inte",
    "no": "ikke", "pl": "nie", "ru": "не", "tr": "değil", "id": "tidak", "cs": "není", "zh": "不", "ja": "ない",
}  # fmt: skip
NOTES = {
    "en": ("Correction: An earlier version of this article misstated the age of the driver.",
           "This article was amended on 3 May to correct the name of the company.", "Update: The company has replied."),
    "fr": ("Correction : une version précédente de cet article donnait un mauvais chiffre.",
           "Mise à jour : l'entreprise a répondu à nos questions.", "Cet article a été modifié pour corriger une erreur."),
    "es": ("Corrección: una versión anterior de este artículo citaba mal la cifra.", "Fe de errores: el dato era otro.",
           "Este artículo ha sido actualizado con la respuesta de la empresa."),
    "de": ("Korrektur: In einer früheren Version dieses Artikels stand eine falsche Zahl.",
           "Anmerkung der Redaktion: Wir haben den Namen berichtigt.", "Dieser Artikel wurde am 3. Mai aktualisiert und ergänzt."),
    "it": ("Correzione: una versione precedente di questo articolo riportava un dato errato.",
           "Rettifica: il nome corretto è un altro.", "Questo articolo è stato aggiornato con la risposta dell'azienda."),
    "pt": ("Correção: uma versão anterior deste texto informava um número errado.", "Errata: o nome estava errado.",
           "Este artigo foi atualizado com a resposta da empresa."),
}  # fmt: skip
FURNITURE = (
    "Updated {n} minutes ago", "Last updated: {n} May 2026 10:{n} GMT", "{n} comments", "Advertisement", "{n}K shares",
    "Mis à jour le {n} mai 2026 à {n}h30", "Il y a {n} minutes", "Publicité", "À lire aussi : Le titre numéro {n}",
    "Actualizado el {n} de mayo de 2026 a las 10:{n}", "Te puede interesar: La noticia {n} del día", "{n} comentarios",
    "Aktualisiert am {n}.05.2026, 10:{n} Uhr", "Anzeige", "Lesen Sie auch: Meldung {n} vom Tage", "{n} Kommentare",
    "Aggiornato il {n} maggio 2026", "Leggi anche: Notizia {n}", "Atualizado há {n} minutos", "Leia também: Notícia {n}",
    "Read more: Story number {n}", "Sign up for our newsletter to get {n} stories a day", "{n} min read", "Share",
)  # fmt: skip


def _paragraphs(e: Extraction, least: int = 60) -> list[int]:
    return [i for i, b in enumerate(e.blocks) if isinstance(b, Paragraph) and len(b.text) >= least]


def _with(e: Extraction, at: int, text: str) -> Extraction:
    block = e.blocks[at]
    assert isinstance(block, Paragraph)
    return replace(e, blocks=(*e.blocks[:at], replace(block, text=text), *e.blocks[at + 1 :]))


def _edit_match(
    e: Extraction,
    rng: random.Random,
    pattern: str,
    change: Callable[[re.Match[str]], str],
    skipped: Callable[[str], bool] = lambda text: False,
) -> Extraction | None:
    """Change one place, drawn at random, at which `pattern` matches; none in paragraphs that are `skipped`."""
    texts = [(i, e.blocks[i].text) for i in _paragraphs(e)]
    places = [(i, m) for i, text in texts if not skipped(text) for m in re.finditer(pattern, text)]
    if not places:
        return None
    i, m = rng.choice(places)
    text = e.blocks[i].text
    made = text[: m.start()] + change(m) + text[m.end() :]
    return _with(e, i, made) if made != text else None


def _word(e: Extraction, rng: random.Random, but: str = "") -> str:
    words = [w for w in re.findall(r"[^\W\d_]{5,}", e.text) if w.islower() and w != but]
    return rng.choice(words) if words else "matter"


# ------------------------------------------------------------------ edits that must be told


def headline(e: Extraction, rng: random.Random) -> Extraction | None:
    words = e.title.split()
    if len(words) < 3:
        return None
    at = rng.randrange(len(words))
    words[at : at + 1] = [_word(e, rng, words[at]), _word(e, rng)]
    return replace(e, title=" ".join(words))


def number(e: Extraction, rng: random.Random) -> Extraction | None:
    return _edit_match(
        e, rng, r"(?<![\w.,])\d{2,3}(?![\w.,]\d)(?!\w)", lambda m: str(int(m[0]) + rng.randint(1, 60))
    )


def decimal(e: Extraction, rng: random.Random) -> Extraction | None:
    return _edit_match(e, rng, r"(?<![\w.,])\d{1,3}[.,]\d{1,2}(?![\w.,])", lambda m: re.sub("[.,]", "", m[0]))


def negation_in(e: Extraction, rng: random.Random) -> Extraction | None:
    word = NOT.get(e.language or "")
    if not word:
        return None
    if word in ("不", "ない"):
        return _edit_match(e, rng, r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", lambda m: word)
    return _edit_match(e, rng, r"(?<=[^\W\d_] )(?=[^\W\d_A-Z]{4,})", lambda m: f"{word} ")


def negation_out(e: Extraction, rng: random.Random) -> Extraction | None:
    word = NOT.get(e.language or "")
    return _edit_match(e, rng, rf"(?<=\w )\b{word} (?=\w)", lambda m: "") if word and word.isalpha() else None


def quoted(e: Extraction, rng: random.Random) -> Extraction | None:
    return _edit_match(
        e, rng, r"(?<=[“«„])[^“”«»„\n\"]{20,400}(?=[”»“])",
        lambda m: re.sub(r"\b[^\W\d_]{4,}\b", _word(e, rng), m[0], count=1),
    )  # fmt: skip


def scare(e: Extraction, rng: random.Random) -> Extraction | None:
    marks = rng.choice(("“”", '""', "‘’"))
    return _edit_match(
        e, rng, r"(?<=[a-zé] )[a-zéèüöä]{5,}(?= [a-z])(?![^“«„]*[”»])", lambda m: marks[0] + m[0] + marks[1]
    )


def unquote(e: Extraction, rng: random.Random) -> Extraction | None:
    return _edit_match(e, rng, r"“([^“”„]{4,200})”", lambda m: m[1])


def name(e: Extraction, rng: random.Random) -> Extraction | None:
    if e.language in ("de", "lb"):  # every noun has a capital there: take pairs of names as in "Olaf Scholz"
        pattern = r"(?<=[a-zäöü] )(?:Olaf|Angela|Michael|Thomas|Peter|Karl|Anna|Maria|Susanne|Christian|Johannes) [A-ZÄÖÜ][a-zäöüß]{4,}"
    else:
        pattern = r"(?<=[a-zé], |[a-zé]{2} )[A-ZÉ][a-zéèíóáãç]{3,}\b"

    def respell(m: re.Match[str]) -> str:
        at = len(m[0]) - 2
        return m[0][:at] + rng.choice([c for c in "aeioumnrt" if c != m[0][at]]) + m[0][at + 1 :]

    skipped = _in_title_case if e.language not in ("de", "lb") else lambda text: False
    return _edit_match(e, rng, pattern, respell, skipped)


def _in_title_case(text: str) -> bool:
    """Whether a line has a capital on most words ("Despite The Monthly Fee"): there it makes no name."""
    words = re.findall(r"[^\W\d_]{4,}", text)
    return sum(word[0].isupper() for word in words) > 0.8 * len(words)


def attribution(e: Extraction, rng: random.Random) -> Extraction | None:
    if (pair := SAYING.get(e.language or "")) is None:
        return None
    return _edit_match(e, rng, rf"\b{pair[0]}\b", lambda m: pair[1])


def correction(e: Extraction, rng: random.Random) -> Extraction | None:
    notes = NOTES.get(e.language or "")
    if not notes:
        return None
    note = Paragraph(text=rng.choice(notes))
    return replace(e, blocks=(note, *e.blocks) if rng.random() < 0.5 else (*e.blocks, note))


def added(e: Extraction, rng: random.Random) -> Extraction | None:
    text = " ".join(_word(e, rng) for _ in range(rng.randint(12, 60))).capitalize() + "."
    at = rng.randint(0, len(e.blocks))
    return replace(e, blocks=(*e.blocks[:at], Paragraph(text=text), *e.blocks[at:]))


def removed(e: Extraction, rng: random.Random) -> Extraction | None:
    places = _paragraphs(e)
    if len(places) < 3:
        return None
    at = rng.choice(places)
    return replace(e, blocks=e.blocks[:at] + e.blocks[at + 1 :])


def rewritten(e: Extraction, rng: random.Random) -> Extraction | None:
    def reword(m: re.Match[str]) -> str:
        return " ".join(
            _word(e, rng, w) if w.islower() and rng.random() < 0.7 else w for w in m[0].split(" ")
        )

    return _edit_match(e, rng, r"(?:\b[a-zéèüöäß]{4,} ){3,6}", reword)


def link_removed(e: Extraction, rng: random.Random) -> Extraction | None:
    places = [i for i in _paragraphs(e) if getattr(e.blocks[i], "links", ())]
    if not places:
        return None
    at = rng.choice(places)
    return replace(e, blocks=(*e.blocks[:at], replace(e.blocks[at], links=()), *e.blocks[at + 1 :]))


def video_removed(e: Extraction, rng: random.Random) -> Extraction | None:
    blocks = tuple(b for b in e.blocks if not isinstance(b, VideoBlock))
    return replace(e, blocks=blocks, videos=()) if len(blocks) != len(e.blocks) else None


# ------------------------------------------------------------------ edits that are labelled


def moved(e: Extraction, rng: random.Random) -> Extraction | None:
    places = _paragraphs(e)
    if len(places) < 4:
        return None
    a, b = sorted(rng.sample(places, 2))
    if e.blocks[a] == e.blocks[b]:
        return None
    blocks = [*e.blocks[:a], *e.blocks[a + 1 : b + 1], e.blocks[a], *e.blocks[b + 1 :]]
    return replace(e, blocks=tuple(blocks))


def typo(e: Extraction, rng: random.Random) -> Extraction | None:
    def slip(m: re.Match[str]) -> str:
        word, at = m[0], rng.randint(1, len(m[0]) - 3)
        way = rng.randrange(3)
        if way == 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return word[:at] + (word[at + 1 :] if way == 1 else word[at] + word[at:])

    return _edit_match(e, rng, r"\b[a-zéèüöäß]{6,}\b(?![^“«„\"]*[”»\"])", slip)


def case(e: Extraction, rng: random.Random) -> Extraction | None:
    return _edit_match(e, rng, r"(?<=[a-z] )[a-zéèüöä]{5,}\b(?![^“«„\"]*[”»\"])", lambda m: m[0].capitalize())


def byline(e: Extraction, rng: random.Random) -> Extraction | None:
    return replace(e, authors=(*e.authors, "Robin Example"))


def standfirst(e: Extraction, rng: random.Random) -> Extraction | None:
    return replace(e, standfirst=f"{e.standfirst} {_word(e, rng)} {_word(e, rng)}".strip())


def image(e: Extraction, rng: random.Random) -> Extraction | None:
    at = [i for i, b in enumerate(e.blocks) if isinstance(b, Image)]
    if not at:
        return None
    fresh = replace(
        e.blocks[at[0]], url=f"https://img.example/2026/05/fresh-picture-{rng.randint(1000, 9999)}a.jpg"
    )
    return replace(e, blocks=(*e.blocks[: at[0]], fresh, *e.blocks[at[0] + 1 :]))


def caption(e: Extraction, rng: random.Random) -> Extraction | None:
    at = [i for i, b in enumerate(e.blocks) if isinstance(b, Image)]
    if not at:
        return None
    fresh = replace(e.blocks[at[0]], caption=f"{_word(e, rng)} {_word(e, rng)} {_word(e, rng)}")
    return replace(e, blocks=(*e.blocks[: at[0]], fresh, *e.blocks[at[0] + 1 :]))


def live_entry(e: Extraction, rng: random.Random) -> Extraction | None:
    n = rng.randint(10, 23)
    head = Entry(text=f"{n}:30 {_word(e, rng)}", at=f"2026-05-03T{n}:30:00+00:00")
    old = Entry(text="09:00 start", at="2026-05-03T09:00:00+00:00")
    if not any(isinstance(b, Entry) for b in e.blocks):
        return None
    assert old in e.blocks
    text = " ".join(_word(e, rng) for _ in range(20))
    return replace(e, blocks=(head, Paragraph(text=text), *e.blocks))


# ------------------------------------------------------------------ what is no edit


def spaces(e: Extraction, rng: random.Random) -> Extraction:
    return _texts(
        e, lambda t: re.sub(" ", lambda _: rng.choice((" ", " ", " ", "\u00a0", "  ", "\u202f", "\n ")), t)
    )


def soft_hyphens(e: Extraction, rng: random.Random) -> Extraction:
    return _texts(
        e,
        lambda t: re.sub(r"(?<=[a-z]{3})(?=[a-z]{3})", lambda _: rng.choice(("", "", "\u00ad", "\u200b")), t),
    )


def quote_marks(e: Extraction, rng: random.Random) -> Extraction:
    table = str.maketrans(
        {"“": '"', "”": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "«": '"', "»": '"', "…": "..."}
    )
    return _texts(e, lambda t: t.translate(table))


def entities(e: Extraction, rng: random.Random) -> Extraction:
    return _texts(
        e,
        lambda t: (
            t.replace("&", "&amp;").replace('"', "&quot;").replace("é", "&eacute;").replace("ü", "&#252;")
        ),
    )


def decomposed(e: Extraction, rng: random.Random) -> Extraction:
    return _texts(e, lambda t: unicodedata.normalize("NFD", t))


def dates(e: Extraction, rng: random.Random) -> Extraction:
    return replace(e, modified=f"2026-05-{rng.randint(10, 28)}T10:00:00+00:00")


def furniture(e: Extraction, rng: random.Random) -> Extraction:
    blocks: list[Block] = []
    for block in e.blocks:
        if rng.random() < 0.2:
            blocks.append(Paragraph(text=rng.choice(FURNITURE).format(n=rng.randint(10, 28))))
        blocks.append(block)
    return replace(e, blocks=tuple(blocks))


def redesign(e: Extraction, rng: random.Random) -> Extraction:
    """Paragraphs split at sentences and merged, headings become paragraphs: another template."""
    blocks: list[Block] = []
    for block in e.blocks:
        last = blocks[-1] if blocks else None
        if isinstance(block, Paragraph) and rng.random() < 0.3 and (cut := block.text.find(". ")) > 0:
            blocks += [replace(block, text=block.text[: cut + 1]), Paragraph(text=block.text[cut + 2 :])]
        elif isinstance(block, Paragraph) and isinstance(last, Paragraph) and rng.random() < 0.2:
            blocks[-1] = Paragraph(text=f"{last.text} {block.text}", links=last.links + block.links)
        elif isinstance(block, Heading) and rng.random() < 0.5:
            blocks.append(replace(block, level=block.level + 1))
        else:
            blocks.append(block)
    return replace(e, blocks=tuple(blocks), title=f"{e.title} | {_outlet(e)}" if e.title else "")


def tracking(e: Extraction, rng: random.Random) -> Extraction:
    def dressed(url: str) -> str:
        return f"{url}{'&' if '?' in url else '?'}utm_source=x&utm_campaign={rng.randint(1, 99)}"

    blocks: list[Block] = []
    for block in e.blocks:
        if isinstance(block, Paragraph):
            block = replace(block, links=tuple(replace(x, url=dressed(x.url)) for x in block.links))
        elif isinstance(block, Image):
            block = replace(block, url=f"{block.url}?w={rng.randint(300, 1200)}&q=80")
        blocks.append(block)
    return replace(
        e, blocks=tuple(blocks), tags=tuple(rng.sample(e.tags, len(e.tags))), section="Top stories"
    )


def rail_video(e: Extraction, rng: random.Random) -> Extraction:
    rail = Video(
        url=f"https://video.example/watch/{rng.randint(1, 999)}", place="related", title="Most watched"
    )
    return replace(e, videos=(*e.videos, rail))


def _texts(e: Extraction, change: Callable[[str], str]) -> Extraction:
    blocks = tuple(
        replace(b, text=change(b.text)) if isinstance(b, Paragraph | Heading) else b for b in e.blocks
    )
    return replace(e, title=change(e.title), standfirst=change(e.standfirst), blocks=blocks)


def _outlet(e: Extraction) -> str:
    host = re.sub(r"^https?://(?:www\.)?|/.*$", "", e.url)
    return max(host.split("."), key=len).capitalize()


K = ChangeKind
ALERTING: dict[str, tuple[Maker, ChangeKind]] = {
    "headline": (headline, K.HEADLINE), "number": (number, K.NUMBER), "decimal": (decimal, K.NUMBER),
    "negation in": (negation_in, K.NEGATION), "negation out": (negation_out, K.NEGATION),
    "quoted words": (quoted, K.QUOTATION), "scare quotes": (scare, K.QUOTATION), "unquoted": (unquote, K.QUOTATION),
    "name": (name, K.NAME), "attribution": (attribution, K.ATTRIBUTION), "correction": (correction, K.CORRECTION),
    "added": (added, K.ADDED), "removed": (removed, K.REMOVED), "rewritten": (rewritten, K.REWRITTEN),
    "link removed": (link_removed, K.LINK), "video removed": (video_removed, K.VIDEO_REMOVED),
}  # fmt: skip
LABELLED: dict[str, tuple[Maker, ChangeKind]] = {
    "moved": (moved, K.MOVED), "typo": (typo, K.TYPO), "case": (case, K.CASE), "byline": (byline, K.BYLINE),
    "standfirst": (standfirst, K.STANDFIRST), "image": (image, K.IMAGE), "caption": (caption, K.CAPTION),
    "live entry": (live_entry, K.LIVE_ENTRY),
}  # fmt: skip
NOISE: dict[str, Maker] = {
    "spaces": spaces, "soft hyphens": soft_hyphens, "quote marks": quote_marks, "entities": entities,
    "decomposed": decomposed, "dates": dates, "furniture": furniture, "redesign": redesign, "tracking": tracking,
    "rail video": rail_video,
}  # fmt: skip
