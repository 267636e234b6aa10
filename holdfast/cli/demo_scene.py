"""What every demonstration is about: a service of the register, and the entity that reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["BUSINESS", "ENTITY", "of_entity"]

BUSINESS = "instant-payments"
"""The service of the register that every run is about: its financial entity reports."""

ENTITY = "beispielbank"


def of_entity(evaluation: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of an evaluation about the entity that reports; the first, as long as it is not hit.

    The service of the run itself is in no register.
    """
    parts: list[Mapping[str, Any]] = evaluation["entities"]
    return next((part for part in parts if part["entity"] == ENTITY), parts[0])
