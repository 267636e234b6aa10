"""The words around the messages, in the languages that the page itself speaks.

They say nothing of any incident: what is said of one is what was approved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.status_page.languages import primary

__all__ = ["Words", "words_for"]


@dataclass(frozen=True, slots=True)
class Words:
    """The words in one language."""

    language: str
    title: str
    nothing: str
    published: str
    correction: str
    superseded: str
    superseded_since: str
    see_correction: str
    languages: str
    feeds: str
    times: str


_WORDS = {
    "en": Words(
        language="en",
        title="Service status",
        nothing="There are no messages.",
        published="Published",
        correction="Correction",
        superseded="Superseded",
        superseded_since="Superseded since",
        see_correction="Read the correction",
        languages="Languages",
        feeds="Subscribe",
        times="All times are UTC.",
    ),
    "de": Words(
        language="de",
        title="Betriebsstatus",
        nothing="Es liegen keine Meldungen vor.",
        published="Veröffentlicht",
        correction="Berichtigung",
        superseded="Überholt",
        superseded_since="Überholt seit",
        see_correction="Zur Berichtigung",
        languages="Sprachen",
        feeds="Abonnieren",
        times="Alle Zeiten sind in UTC.",
    ),
    "fr": Words(
        language="fr",
        title="État des services",
        nothing="Aucun message.",
        published="Publié",
        correction="Rectification",
        superseded="Remplacé",
        superseded_since="Remplacé depuis",
        see_correction="Lire la rectification",
        languages="Langues",
        feeds="Flux",
        times="Toutes les heures sont en UTC.",
    ),
}


def words_for(preferred: Sequence[str]) -> Words:
    """The words in the best of these languages that the page speaks; English otherwise."""
    spoken = (_WORDS[primary(tag)] for tag in preferred if primary(tag) in _WORDS)
    return next(spoken, _WORDS["en"])
