"""Why a fetch came to nothing, in French, by the English that is kept.

As `french_reasons` does for changes: captures keep English sentences, of a few shapes. What a server, a
library or the system says in them stays as it is.
"""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = {
    "nowhere": "nulle part",
    "consent": "consentement",
    "bot-check": "contrôle anti-robots",
    "a cloud metadata service": "celle d’un service de métadonnées d’un nuage",
    "unspecified": "non spécifiée",
    "private": "privée",
    "shared by a provider (CGNAT)": "partagée par un fournisseur (CGNAT)",
    "loopback": "de bouclage",
    "link-local": "locale au lien",
    "reserved": "réservée",
    "for documentation": "réservée à la documentation",
    "for benchmarks": "réservée aux mesures",
    "multicast": "de multidiffusion",
    "a local translation prefix": "d’un préfixe de traduction local",
    "a black hole": "d’un trou noir",
    "site-local": "locale au site",
}
_FETCHES: Final = (
    ("not modified", "non modifié"),
    ("{#} to {}", "{} vers {}"),
    ("the server answered {#}", "le serveur a répondu {}"),
    (
        "the server sent a part (206) where the whole was asked for",
        "le serveur a envoyé une partie (206) alors que le tout était demandé",
    ),
    (
        "the body is {} bytes long; the limit (fetch.max_bytes) is {}",
        "le corps fait {} octets ; la limite (fetch.max_bytes) est de {}",
    ),
    ("the body is longer than {} bytes (fetch.max_bytes)", "le corps dépasse {} octets (fetch.max_bytes)"),
    ("no whole answer within {} s", "aucune réponse entière en {} s"),
    ("the certificate of {} does not hold: {}", "le certificat de {} ne tient pas : {}"),
    ("no TLS connection with {}: {}", "pas de connexion TLS avec {} : {}"),
    ("the name {} does not resolve: {}", "le nom {} ne mène à aucune adresse : {}"),
    ("no connection to {}: {}", "pas de connexion à {} : {}"),
    ("the body broke off before its end", "le corps s’est interrompu avant la fin"),
    ("what {} sent is not HTTP: {}", "ce que {} a envoyé n’est pas du HTTP : {}"),
    ("{} broke off the connection", "{} a rompu la connexion"),
    ("the request could not be made: {}", "la requête n’a pas pu être faite : {}"),
    ("the URL is longer than {} characters", "l’adresse dépasse {} caractères"),
    (
        "the URL holds the character {} at position {}",
        "l’adresse contient le caractère {} à la position {}",
    ),
    ("only http and https are fetched, not {}", "seuls http et https sont demandés, pas {}"),
    (
        "the URL has no plain host (credentials and escapes are not taken)",
        "l’adresse n’a pas d’hôte simple (identifiants et échappements ne sont pas admis)",
    ),
    ("port {#} is not one for the web", "le port {} n’est pas un port du web"),
    (
        "{} leads to {}, which is {}; the setting fetch.allow can name it",
        "{} mène à {}, une adresse qui est {} ; le réglage fetch.allow peut l’admettre",
    ),
    (
        "{} is {}; the setting fetch.allow can name it",
        "l’adresse {} est {} ; le réglage fetch.allow peut l’admettre",
    ),
    ("the URL's host is no host name", "l’hôte de l’adresse n’est pas un nom d’hôte"),
    (
        "the host {} is an IP address in an odd form",
        "l’hôte {} est une adresse IP écrite d’une manière singulière",
    ),
    ("an archive only reads; {} is not sent", "une archive ne fait que lire ; {} n’est pas envoyé"),
    ("the crawl is ending; {} was not asked", "la collecte se termine ; {} n’a pas été sollicité"),
    ("{} is not to be asked for another {} s", "{} n’est pas à solliciter avant {} s"),
    ("robots.txt forbids this page to us", "robots.txt nous interdit cette page"),
    ("robots.txt was not asked for: {}", "robots.txt n’a pas été demandé : {}"),
    ("robots.txt could not be had: {}", "robots.txt n’a pas pu être obtenu : {}"),
    (
        "robots.txt answered {#}, which forbids everything until it answers",
        "robots.txt a répondu {}, ce qui interdit tout jusqu’à ce qu’il réponde",
    ),
    ("robots.txt cannot be read: {}", "robots.txt ne peut être lu : {}"),
    (
        "the body is compressed {} times over; at most {} are undone",
        "le corps est compressé {} fois ; {} au plus sont défaites",
    ),
    ("the content coding {} is not known", "le codage {} est inconnu"),
    ("the {} body unpacks to more than {} bytes", "le corps {} donne plus de {} octets une fois décompressé"),
    ("the {} body is broken after {} bytes", "le corps {} est corrompu après {} octets"),
    ("the browser did not finish the page: {}", "le navigateur n’a pas terminé la page : {}"),
    ("truncated: {}", "tronqué : {}"),
    (
        "a revisit of an answer that does not stand before it in this file",
        "une nouvelle visite d’une réponse qui ne la précède pas dans ce fichier",
    ),
    (
        "the content service says the story was withdrawn",
        "le service de contenu dit que l’article a été retiré",
    ),
)
Shapes = tuple[tuple[re.Pattern[str], str], ...]
_SLOTS: Final = {"{}": "(.+?)", "{#}": r"(\d+)"}


def shapes_of(said: tuple[tuple[str, str], ...]) -> Shapes:
    """English sentences with their French, ready to be known again: `{}` is anything, `{#}` a number."""

    def pattern(english: str) -> str:
        return "".join(_SLOTS.get(part) or re.escape(part) for part in re.split(r"(\{#?\})", english))

    return tuple((re.compile(pattern(english), re.DOTALL), french) for english, french in said)


_OF_FETCHES: Final = shapes_of(_FETCHES)


def fetch_in_french(reason: str) -> str | None:
    """Why a capture holds no page, in French; None where this program does not say so."""
    return told(_OF_FETCHES, reason)


def told(shapes: Shapes, reason: str) -> str | None:
    """The French of a sentence of one of these shapes, or None."""
    for shape, french in shapes:
        if found := shape.fullmatch(reason):
            return french.format(*map(_slot, found.groups()))
    return None


def _slot(text: str) -> str:
    """What stands in a sentence: a word of ours, a number, a reason inside another, or what others said."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", text):
        return text.replace(",", "\u202f")
    if re.fullmatch(r"\d+\.\d+", text):
        return text.replace(".", ",")
    if found := re.fullmatch(r"(\d+) days?, ([\d:.]+)", text):
        return f"{found[1]} j {found[2]}"
    return _WORDS.get(text) or fetch_in_french(text) or text
