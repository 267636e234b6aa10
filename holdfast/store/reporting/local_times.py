"""By which rule the clocks go in each Member State, and in the parts of it that differ.

Summer time is Directive 2000/84/EC: from the last Sunday of March to that of October, at 01:00 UTC;
Iceland has none. A state's local time is that of its capital.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["LocalTime", "local_time_of"]


class LocalTime(NamedTuple):
    """A time zone: its name in the tz database, for people, and its rule as POSIX writes it."""

    name: str
    rule: str


_AZORES = "<-01>1<+00>,M3.5.0/0,M10.5.0/1"
_WESTERN = "WET0WEST,M3.5.0/1,M10.5.0"
_CENTRAL = "CET-1CEST,M3.5.0,M10.5.0/3"
_EASTERN = "EET-2EEST,M3.5.0/3,M10.5.0/4"

_STATES = {
    "AT": LocalTime("Europe/Vienna", _CENTRAL),
    "BE": LocalTime("Europe/Brussels", _CENTRAL),
    "BG": LocalTime("Europe/Sofia", _EASTERN),
    "CY": LocalTime("Asia/Nicosia", _EASTERN),
    "CZ": LocalTime("Europe/Prague", _CENTRAL),
    "DE": LocalTime("Europe/Berlin", _CENTRAL),
    "DK": LocalTime("Europe/Copenhagen", _CENTRAL),
    "EE": LocalTime("Europe/Tallinn", _EASTERN),
    "ES": LocalTime("Europe/Madrid", _CENTRAL),
    "FI": LocalTime("Europe/Helsinki", _EASTERN),
    "FR": LocalTime("Europe/Paris", _CENTRAL),
    "GR": LocalTime("Europe/Athens", _EASTERN),
    "HR": LocalTime("Europe/Zagreb", _CENTRAL),
    "HU": LocalTime("Europe/Budapest", _CENTRAL),
    "IE": LocalTime("Europe/Dublin", "GMT0IST,M3.5.0/1,M10.5.0"),
    "IS": LocalTime("Atlantic/Reykjavik", "GMT0"),
    "IT": LocalTime("Europe/Rome", _CENTRAL),
    "LI": LocalTime("Europe/Vaduz", _CENTRAL),
    "LT": LocalTime("Europe/Vilnius", _EASTERN),
    "LU": LocalTime("Europe/Luxembourg", _CENTRAL),
    "LV": LocalTime("Europe/Riga", _EASTERN),
    "MT": LocalTime("Europe/Malta", _CENTRAL),
    "NL": LocalTime("Europe/Amsterdam", _CENTRAL),
    "NO": LocalTime("Europe/Oslo", _CENTRAL),
    "PL": LocalTime("Europe/Warsaw", _CENTRAL),
    "PT": LocalTime("Europe/Lisbon", _WESTERN),
    "RO": LocalTime("Europe/Bucharest", _EASTERN),
    "SE": LocalTime("Europe/Stockholm", _CENTRAL),
    "SI": LocalTime("Europe/Ljubljana", _CENTRAL),
    "SK": LocalTime("Europe/Bratislava", _CENTRAL),
}

_GUADELOUPE = LocalTime("America/Guadeloupe", "AST4")
_MARTINIQUE = LocalTime("America/Martinique", "AST4")
_GUIANA = LocalTime("America/Cayenne", "<-03>3")
_REUNION = LocalTime("Indian/Reunion", "<+04>-4")
_MAYOTTE = LocalTime("Indian/Mayotte", "EAT-3")

_PARTS = {
    "ES-CN": LocalTime("Atlantic/Canary", _WESTERN),
    "PT-20": LocalTime("Atlantic/Azores", _AZORES),
    "PT-30": LocalTime("Atlantic/Madeira", _WESTERN),
    **dict.fromkeys(("FR-971", "FR-GP"), _GUADELOUPE),
    **dict.fromkeys(("FR-972", "FR-MQ"), _MARTINIQUE),
    **dict.fromkeys(("FR-973", "FR-GF"), _GUIANA),
    **dict.fromkeys(("FR-974", "FR-RE"), _REUNION),
    **dict.fromkeys(("FR-976", "FR-YT"), _MAYOTTE),
    "FR-MF": LocalTime("America/Marigot", "AST4"),
}


def local_time_of(state: str, subdivision: str | None) -> LocalTime:
    """The local time of one of the 30 Member States, or of a part of it that has its own."""
    return _PARTS.get(subdivision or "", _STATES[state])
