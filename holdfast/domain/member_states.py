"""The Member States in which DORA applies: those of the European Economic Area."""

from __future__ import annotations

__all__ = ["MEMBER_STATES"]

_UNION = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_ASSOCIATED = "IS LI NO"

MEMBER_STATES = frozenset(f"{_UNION} {_ASSOCIATED}".split(" "))
"""Their ISO 3166 alpha-2 codes."""
