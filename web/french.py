"""The interface in French, by the English that stands in the templates."""

from __future__ import annotations

from typing import Final

FRENCH: Final[dict[str, str]] = {
    # Every page
    "Every version of every story": "Chaque version de chaque article",
    "Skip to content": "Aller au contenu",
    "Edits": "Modifications",
    "Search": "Recherche",
    "Outlets": "Médias",
    "Health": "État",
    "Runs": "Collectes",
    "Watches": "Veilles",
    "Language": "Langue",
    "Main": "Principal",
    "All times are UTC.": "Toutes les heures sont en UTC.",
    "Back to the edits": "Retour aux modifications",
}
