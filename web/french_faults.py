"""What is refused to a reader, in French: queries, dates, watches and pages that cannot be answered as asked.

By the English of the error, as `french_fetches` does for captures. What was typed stays as it was typed; what
an API answers stays in English. A test has those who refuse say all that they can.
"""

from __future__ import annotations

import re
from typing import Final

from ..model import ChangeKind
from ..storage import Watch
from .french import FRENCH
from .french_fetches import shapes_of, told

_QUERIES: Final = (
    ("the quotation mark is never closed", "le guillemet n’est jamais fermé"),
    ("a parenthesis closes that was never opened", "une parenthèse se ferme sans avoir été ouverte"),
    ("the parenthesis is never closed", "la parenthèse n’est jamais fermée"),
    ("NEAR stands between two words", "NEAR se place entre deux mots"),
    (
        "NEAR counts words, and this script puts no spaces between them",
        "NEAR compte des mots, et cette écriture ne les sépare pas",
    ),
    ("NEAR looks at most {} words far", "NEAR regarde à {} mots au plus"),
    ("a term is missing at the end", "il manque un terme à la fin"),
    ("a term is missing before {}", "il manque un terme avant {}"),
    ("parts lie more than {} deep in one another", "les parties sont imbriquées sur plus de {} niveaux"),
    (
        "{}: is for searches; here words alone are looked for",
        "{}: est pour les recherches ; ici on ne cherche que des mots",
    ),
    ("{} has no letter or digit to look for", "{} n’a ni lettre ni chiffre à chercher"),
    (
        "there is no field {}: (did you mean {}:?); put words with a colon in quotes",
        "il n’y a pas de champ {}: (est-ce {}: ?) ; mettez entre guillemets des mots à deux-points",
    ),
    (
        "there is no field {}: (there are {}); put words with a colon in quotes",
        "il n’y a pas de champ {}: (il y a {}) ; mettez entre guillemets des mots à deux-points",
    ),
    ("{}: takes one value, not a parenthesis", "{}: prend une seule valeur, sans parenthèses"),
    ("{}: takes {}, not {}", "{}: prend {}, et non {}"),
    ("within {}:( ) only words can stand", "dans {}:( ) il ne peut y avoir que des mots"),
    ("{}: needs a value right after the colon", "{}: demande une valeur juste après les deux-points"),
    ("{}: needs a day, such as {}:2026-10-15", "{}: demande un jour, comme {}:2026-10-15"),
    ("{} ends before it begins", "{} finit avant de commencer"),
    (
        "{} is no date; write 2026, 2026-10, 2026-10-15 or 2026-10-01..2026-10-15",
        "{} n’est pas une date ; écrivez 2026, 2026-10, 2026-10-15 ou 2026-10-01..2026-10-15",
    ),
    ("there is no day {}", "il n’y a pas de jour {}"),
)
_OTHERS: Final = (
    ("the query has {} characters; at most {} are read", "la requête a {} caractères ; {} au plus sont lus"),
    (
        "no text can match the query {}: it asks for words and forbids them",
        "aucun texte ne peut répondre à la requête {} : elle demande des mots et les interdit",
    ),
    ("the query is empty; write words to look for", "la requête est vide ; écrivez des mots à chercher"),
    (
        "{} is not where a page of this search ended; begin at the first page",
        "aucune page de cette recherche n’a fini à {} ; commencez à la première",
    ),
    (
        "lang:{} is no language; write two letters, such as lang:fr",
        "lang:{} n’est pas une langue ; écrivez deux lettres, comme lang:fr",
    ),
    (
        "source:{} is no source of this archive; see `palimpsest source list`",
        "source:{} n’est pas un média de cette archive ; voyez `palimpsest source list`",
    ),
    (
        "kind:{} is no kind of change; there are {}",
        "kind:{} n’est pas une nature de changement ; il y a {}",
    ),
    (
        "{} is no date; write 2026-10-15, 2026-10-15T12:00, 2d or 6h",
        "{} n’est pas une date ; écrivez 2026-10-15, 2026-10-15T12:00, 2d ou 6h",
    ),
    (
        "say what to watch: a URL, a source, a section or a query",
        "dites sur quoi veiller : un article, un média, une rubrique ou des mots",
    ),
    (
        "say where alerts go, such as webhook:https://… or mailto://…",
        "dites où vont les alertes, par exemple webhook:https://… ou mailto://…",
    ),
    ("a weight is between 0 and 1", "un poids est entre 0 et 1"),
    (
        "a rate is a number of messages within an hour, at least 1",
        "donnez un nombre de messages par heure, 1 au moins",
    ),
    (
        "a rate is a number of messages within an hour, not {}",
        "donnez un nombre de messages par heure, et non {}",
    ),
    (
        "no kind of change is called {}; did you mean {}?",
        "aucune nature de changement ne s’appelle {} ; est-ce {} ?",
    ),
    (
        "no kind of change is called {}; there are {}",
        "aucune nature de changement ne s’appelle {} ; il y a {}",
    ),
    (
        "a feed in a file is asked for on the archive's machine: palimpsest watch add … --to atom:FILE",
        "un flux dans un fichier se demande là où est l’archive : palimpsest watch add … --to atom:FICHIER",
    ),
    (
        "quiet hours {}: write hours like 22:00-07:00, or nothing",
        "heures calmes {} : écrivez des heures comme 22:00-07:00, ou rien",
    ),
    (
        "quiet hours {}: these hours would never end; write a beginning and another end, like 22:00-07:00",
        "heures calmes {} : sans fin ; écrivez un début et une autre fin, comme 22:00-07:00",
    ),
    (
        "time zone {}: no such time zone; write one like Europe/Paris",
        "fuseau horaire {} : il n’existe pas ; écrivez-en un comme Europe/Paris",
    ),
    (
        "not an http or https address; write it in full, from https:// on",
        "ce n’est pas une adresse http ou https ; écrivez-la en entier, à partir de https://",
    ),
    (
        "it was taken out of the archive on {}: {}",
        "cela a été retiré de l’archive le {}, pour cette raison : {}",
    ),
    ("this page was taken out of the archive", "cette page a été retirée de l’archive"),
    ("nothing of this article was archived by {}", "rien de cet article n’était archivé au {}"),
    (
        "these are versions of two articles; choose two of one",
        "ce sont des versions de deux articles ; choisissez-en deux du même",
    ),
    (
        "give the moment as when=2026-10-15, or as a step of the slider",
        "donnez le moment, comme when=2026-10-15, ou par le curseur",
    ),
    ("there is no citation form {}; there are {}", "il n’y a pas de forme de citation {} ; il y a {}"),
    (
        "no article {} in this archive; `palimpsest article list` names some",
        "aucun article {} dans l’archive",
    ),
    (
        "no version {} in this archive; `palimpsest history URL --json` names them",
        "aucune version {} dans l’archive",
    ),
    ("no source {}; `palimpsest source list` names them", "aucun média {} dans l’archive"),
    ("no watch {}; `palimpsest watch list` names them", "aucune veille {}"),
    (
        "Your key lacks the scope {}. Make one that has: palimpsest keys add NAME --scope {}",
        "Il manque à votre clé la portée {}. Faites-en une qui l’a : palimpsest keys add NOM --scope {}",
    ),
    ("no run {}", "aucune collecte {}"),
)
_OF_QUERIES: Final = shapes_of(_QUERIES)
_OF_OTHERS: Final = shapes_of(_OTHERS)
_PLACE: Final = re.compile(r"(.+?), at character (\d+) of the query (.+)", re.DOTALL)


def fault_in_french(message: str) -> str | None:
    """What was refused, in French; None where this program does not say so."""
    if found := _PLACE.fullmatch(message):
        said = told(_OF_QUERIES, found[1])
        return said and f"{said}, au caractère {found[2]} de la requête {found[3]}"
    return told(_OF_OTHERS, message)


def watch_in_french(watch: Watch) -> str:
    """What a watch asks for, in a line, as `alerts.describe` says it in English."""
    parts = (
        watch.url,
        watch.source and f"média {watch.source}",
        watch.section and f"rubrique {watch.section}",
        watch.query and f"mots {watch.query}",
        watch.kinds and f"natures {_names(watch.kinds)}",
        watch.min_weight and f"poids d’au moins {watch.min_weight:g}".replace(".", ","),
        watch.only_added and "ajouts seulement",
        watch.persist and f"après {watch.persist} passages de plus",
        watch.quiet is not None and (f"heures calmes {watch.quiet}" if watch.quiet else "sans heures calmes"),
        watch.zone and f"fuseau horaire {watch.zone}",
        watch.rate and f"au plus {watch.rate} messages par heure",
    )
    return ", ".join(part for part in parts if part)


def _names(kinds: tuple[ChangeKind, ...]) -> str:
    return ", ".join(FRENCH[kind.value] for kind in kinds)
