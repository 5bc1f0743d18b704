"""Why a change weighs what it weighs and why an alert was made, in French, by the English that is kept.

The log of changes keeps a reason as an English sentence, so that who reads it by SQL, API or export needs no
key, and so that a reason of ten years ago reads as one of today. Here such a sentence is taken apart and put
together in French; the outlet's words in it stay. A test has every producer of reasons say all that it can.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from ..model import ChangeKind
from .french import FRENCH

_KINDS: Final = {kind.value.replace("-", " "): FRENCH[kind.value] for kind in ChangeKind}
_PARTS: Final = {"title": "titre", "standfirst": "chapô", "byline": "signature", "body": "texte"}
_VERBS: Final = {"added": "ajout", "removed": "retrait"}
_FINDING: Final = re.compile(
    rf"(?P<kind>{'|'.join(sorted(_KINDS, key=len, reverse=True))})"
    rf"(?: (?P<verb>{'|'.join(_VERBS)}))?(?: in the (?P<part>{'|'.join(_PARTS)}))?"
    r"(?:: (?P<words>(?:“.*”)?))?(?P<weight> \([01]\.\d\d\))?",
    re.DOTALL,
)
_PLAIN: Final = {
    "a headline shown before is back over the same text: the outlet tries out variants": "un titre déjà"
    " montré revient sur le même texte : le média essaie des variantes",
    "restored after it had been withdrawn": "remis en ligne après avoir été retiré",
    "the version before is damaged, so that what changed cannot be told": "la version d’avant est"
    " endommagée : on ne peut dire ce qui a changé",
    "redirected to the front page": "redirigé vers la page d’accueil",
    "the page says that the article is not there (a soft 404)": "la page dit que l’article n’y est pas",
    "a consent wall": "un mur de consentement",
    "a bot check": "un contrôle anti-robots",
    "a paywall": "un mur payant",
    "a page that says the article is not there": "une page qui dit que l’article n’y est pas",
    "an error page": "une page d’erreur",
    "an empty page": "une page vide",
    "a front page": "une page d’accueil",
    "no text where there was an article": "aucun texte là où il y avait un article",
    "only the beginning of the article, and an invitation to subscribe": "seulement le début de l’article, et"
    " une invitation à s’abonner",
    "the article breaks off in the middle of a paragraph": "l’article s’interrompt au milieu d’un paragraphe",
    "only the beginning of the article": "seulement le début de l’article",
    "the article is the one watched": "c’est l’article surveillé",
    "the article is not the one watched": "ce n’est pas l’article surveillé",
    "words were added": "des mots ont été ajoutés",
    "no words were added": "aucun mot n’a été ajouté",
}
_Made = Callable[[re.Match[str]], str]
_SHAPES: Final[tuple[tuple[str, _Made], ...]] = (
    (r"and (\d+) more", lambda m: f"et {m[1]} autres"),
    (r"degraded: (.*)", lambda m: f"dégradé : {_inner(m[1])}"),
    (r"(.*) instead of the article", lambda m: f"{_inner(m[1])} à la place de l’article"),
    (r"withdrawn: (.*)", lambda m: f"retiré : {_inner(m[1])}"),
    (r"status (\d+|None)", lambda m: f"statut {m[1]}"),
    (
        r"moved: (\S+) → (\S+), which is article (\d+)",
        lambda m: f"déplacé : {m[1]} → {m[2]}, qui est l’article {m[3]}",
    ),
    (r"moved: (\S+) → (\S+)", lambda m: f"déplacé : {m[1]} → {m[2]}"),
    (
        r"read by (.*) before and by (.*) now, which may differ too",
        lambda m: f"lu par {m[1]} avant et par {m[2]} maintenant, ce qui peut différer aussi",
    ),
    (r"its source is (.*), not (.*)", lambda m: f"sa source est {_none(m[1])}, et non {m[2]}"),
    (r"its source is (.*)", lambda m: f"sa source est {_none(m[1])}"),
    (r"its section is (.*), not (.*)", lambda m: f"sa rubrique est {_none(m[1])}, et non {m[2]}"),
    (r"its section is (.*)", lambda m: f"sa rubrique est {_none(m[1])}"),
    (r"of the kinds watched: (.*)", lambda m: f"de nature surveillée : {_names(m[1])}"),
    (r"of other kinds: (.*)", lambda m: f"d’une autre nature : {_names(m[1])}"),
    (r"worth an alert: (.*)", lambda m: f"mérite une alerte : {_names(m[1])}"),
    (
        r"worth a label only, and its kinds were not asked for: (.*)",
        lambda m: f"ne mérite qu’une mention, et sa nature n’était pas demandée : {_names(m[1])}",
    ),
    (
        r"its weight of (\S+) reaches (\S+)",
        lambda m: f"son poids de {_decimal(m[1])} atteint {_decimal(m[2])}",
    ),
    (
        r"its weight of (\S+) is below (\S+)",
        lambda m: f"son poids de {_decimal(m[1])} n’atteint pas {_decimal(m[2])}",
    ),
    (
        r"its weight of (\S+) does not matter for such a kind, whatever (\S+)",
        lambda m: (
            f"son poids de {_decimal(m[1])} ne compte pas pour une telle nature, malgré {_decimal(m[2])}"
        ),
    ),
    (r"the article matches (.*)", lambda m: f"l’article répond à {m[1]}"),
    (r"the article does not match (.*)", lambda m: f"l’article ne répond pas à {m[1]}"),
    (r"what was added matches (.*)", lambda m: f"l’ajout répond à {m[1]}"),
    (r"what was added does not match (.*)", lambda m: f"l’ajout ne répond pas à {m[1]}"),
)
_COMPILED: Final = tuple((re.compile(shape, re.DOTALL), made) for shape, made in _SHAPES)


def in_french(reason: str) -> str | None:
    """A reason in French; None where it is none that this program gives."""
    if plain := _PLAIN.get(reason):
        return plain
    if found := _FINDING.fullmatch(reason):
        return _finding(found)
    return next((made(found) for shape, made in _COMPILED if (found := shape.fullmatch(reason))), None)


def why_in_french(why: str) -> str | None:
    """Why an alert was made, which is several reasons in a row; None where one of them is not known."""
    said = [in_french(reason) for reason in why.split("; ")]
    return " ; ".join(filter(None, said)) if all(said) else None


def _finding(found: re.Match[str]) -> str:
    where = ", ".join(
        table[name] for name, table in ((found["part"], _PARTS), (found["verb"], _VERBS)) if name is not None
    )
    words = re.sub("“(.*?)”(?= → |$)", "«\u00a0\\1\u00a0»", found["words"] or "", flags=re.DOTALL)
    return (
        _KINDS[found["kind"]]
        + (f" ({where})" if where else "")
        + (f" : {words}" if words else "")
        + _decimal(found["weight"] or "")
    )


def _inner(reason: str) -> str:
    """A reason inside another; what a server said stays as it is."""
    return in_french(reason) or reason


def _none(name: str) -> str:
    return "non précisée" if name == "none" else name


def _decimal(number: str) -> str:
    return number.replace(".", ",")


def _names(kinds: str) -> str:
    return ", ".join("rien de nommé" if k == "nothing named" else FRENCH.get(k, k) for k in kinds.split(", "))
