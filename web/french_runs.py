"""What went wrong in a run, how a source fares, what a check found: in French, by the English that is kept.

As `french_fetches` does for captures, whose reasons stand inside these.
"""

from __future__ import annotations

import re
from typing import Final

from .french_fetches import fetch_in_french, shapes_of, told

_ERRORS: Final = (
    ("the feed could not be read: {}", "le flux n’a pas pu être lu : {}"),
    ("the sitemap could not be read: {}", "le sitemap n’a pas pu être lu : {}"),
    ("the frontpage could not be read: {}", "la une n’a pas pu être lue : {}"),
    ("the list could not be read: {}", "la liste n’a pas pu être lue : {}"),
    ("the msn could not be read: {}", "la page de MSN n’a pas pu être lue : {}"),
    ("status {#}", "statut {}"),
    ("the chain of redirects did not end", "la chaîne des redirections est sans fin"),
    ("reading took more than {} s and was ended", "la lecture a duré plus de {} s et a été interrompue"),
    ("the process that read it died", "le processus de lecture s’est arrêté net"),
    (
        "reading it took more memory than is allowed",
        "la lecture demandait plus de mémoire qu’il n’est permis",
    ),
    ("reading failed: {}", "la lecture a échoué : {}"),
    ("page {#} could not be had: {}", "la page {} n’a pas pu être obtenue : {}"),
    ("page {#}: {}", "page {} : {}"),
    ("not stored: {}", "non enregistré : {}"),
    ("the feed is an empty document", "le flux est un document vide"),
    (
        "this is an HTML page, not a feed; look for the feed that the page links to",
        "c’est une page HTML, pas un flux ; cherchez le flux auquel elle renvoie",
    ),
    (
        "this is a sitemap, not a feed; register it as a sitemap",
        "c’est un sitemap, pas un flux ; enregistrez-le comme sitemap",
    ),
    ("this is not a feed: its root element is <{}>", "ce n’est pas un flux : son élément racine est <{}>"),
    ("this is not a feed: there is no XML in it", "ce n’est pas un flux : aucun XML ne s’y trouve"),
    ("the feed's parser gave up on it", "l’analyseur de flux y a renoncé"),
    ("the feed is not well-formed XML ({})", "le flux n’est pas du XML bien formé ({})"),
    ("the JSON feed cannot be read", "le flux JSON est illisible"),
    ("this is JSON, but not a JSON Feed", "c’est du JSON, mais pas un JSON Feed"),
    ("the sitemap is an empty document", "le sitemap est un document vide"),
    ("elements are nested more than {} deep", "des éléments sont imbriqués sur plus de {} niveaux"),
    ("this is an HTML page, not a sitemap", "c’est une page HTML, pas un sitemap"),
    (
        "this is a feed, not a sitemap; register it as a feed",
        "c’est un flux, pas un sitemap ; enregistrez-le comme flux",
    ),
    (
        "this is not a sitemap: its root element is <{}>",
        "ce n’est pas un sitemap : son élément racine est <{}>",
    ),
    ("this is not a sitemap: there is no XML in it", "ce n’est pas un sitemap : aucun XML ne s’y trouve"),
    ("the sitemap is not well-formed XML", "le sitemap n’est pas du XML bien formé"),
    ("this is neither XML nor a list of addresses", "ce n’est ni du XML ni une liste d’adresses"),
)
_HEALTH: Final = (
    ("paused by hand", "mise en pause à la main"),
    ("not crawled yet", "pas encore de collecte"),
    ("robots.txt forbids it", "robots.txt l’interdit"),
    ("a wall in place of pages: {}", "un mur à la place des pages : {}"),
    ("{#} runs in a row came to nothing", "{} collectes de suite n’ont rien donné"),
    (
        "{#} of {#} pages held no article that can be read: a redesign?",
        "{} pages sur {} ne contenaient aucun article lisible : une refonte ?",
    ),
    (
        "what announces its articles is there and names none",
        "ce qui annonce ses articles est là et n’en nomme aucun",
    ),
    ("a run has been at work for {} h", "une collecte est à l’œuvre depuis {} h"),
    (
        "its run is {} h overdue; is `palimpsest run` at work?",
        "sa collecte a {} h de retard ; `palimpsest run` est-il en marche ?",
    ),
    (
        "its runs take {} and are due every {}; choose a longer span",
        "ses collectes durent {} et sont prévues à un intervalle de {} ; choisissez-en un plus long",
    ),
    (
        "{#} new articles in two days, where its past promises {}",
        "{} nouveaux articles en deux jours, là où son passé en promet {}",
    ),
)
_FAULTS: Final = {"bad": "altéré", "missing": "manquant", "unexpected": "inattendu"}
_OF_ERRORS: Final = shapes_of(_ERRORS)
_OF_HEALTH: Final = shapes_of(_HEALTH)
_WITH_ERROR: Final = re.compile(r"(.+?) \((.*)\)", re.DOTALL)
_OF_URL: Final = re.compile(r"(https?://\S+: )(.*)", re.DOTALL)


def error_in_french(line: str) -> str | None:
    """A line of a run's errors in French, the address before or behind it kept; None where it is not ours."""
    what, *rest = line.split(" | ")
    found = _OF_URL.fullmatch(what)
    before, what = (found[1], found[2]) if found else ("", what)
    french = told(_OF_ERRORS, what) or fetch_in_french(what)
    return " | ".join([before + french, *rest]) if french else None


def health_in_french(reason: str) -> str | None:
    """Why a source fares as it does, in French; None where this program does not say so.

    The error of a run that may stand behind it in brackets is put into French where it is one of ours.
    """
    if (found := _WITH_ERROR.fullmatch(reason)) and (said := told(_OF_HEALTH, found[1])) is not None:
        return f"{said} ({error_in_french(found[2]) or found[2]})"
    return told(_OF_HEALTH, reason)


def check_in_french(summary: str) -> str | None:
    """What is wrong with an archive (`fixity.summary`), in French; None for what is no such summary."""
    said = []
    for part in summary.split(", "):
        count, _, fault = part.partition(" ")
        if not count.isdecimal() or fault not in _FAULTS:
            return None
        said.append(f"{count} {_FAULTS[fault]}{'s' if int(count) > 1 else ''}")
    return ", ".join(said)
