"""Inputs of `holdfast dora clocks` that cannot be, each with the field that is to be named."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

__all__ = ["refused"]

_GOOD: dict[str, Any] = {
    "entity": {
        "type": "credit_institution",
        "member_state": "DE",
        "subdivision": None,
        "nis2_essential_or_important": False,
        "relief_withdrawn_from": None,
    },
    "aware_at": "2026-06-02T06:00:00Z",
    "classified_major_at": "2026-06-02T07:00:00Z",
    "initial_submitted_at": "2026-06-02T09:00:00Z",
    "intermediate_submitted_at": ["2026-06-04T09:00:00Z", "2026-06-09T09:00:00Z"],
    "regular_activities_recovered_at": "2026-06-09T08:00:00Z",
    "final_submitted_at": None,
}
_GONE = object()
_INTERMEDIATE = "intermediate_submitted_at"

_CHANGES: tuple[tuple[str, str, Any, str], ...] = (
    ("awareness left out", "aware_at", _GONE, ""),
    ("awareness unknown", "aware_at", None, ""),
    ("an instant without an offset", "aware_at", "2026-06-02T06:00:00", ""),
    ("a number for an instant", "aware_at", 1780380000, ""),
    ("a fraction for an instant", "aware_at", 1780380000.5, ""),
    ("a truth for an instant", "aware_at", True, ""),
    ("a day for an instant", "aware_at", "2026-06-02", ""),
    ("an empty text for an instant", "aware_at", "", ""),
    ("words for an instant", "aware_at", "yesterday", ""),
    ("a day that does not exist", "aware_at", "2026-02-30T06:00:00Z", ""),
    ("an hour that does not exist", "aware_at", "2026-06-02T25:00:00Z", ""),
    ("a list for an instant", "aware_at", ["2026-06-02T06:00:00Z"], ""),
    ("digits in a text for an instant", "aware_at", "1780380000", ""),
    ("classified before awareness", "classified_major_at", "2026-06-02T05:59:59Z", ""),
    ("a number for the classification", "classified_major_at", 0, ""),
    ("a naive classification", "classified_major_at", "2026-06-02T07:00:00", ""),
    ("reported before it was classified", "initial_submitted_at", "2026-06-02T06:59:00Z", ""),
    ("reported without a classification", "classified_major_at", None, "initial_submitted_at"),
    ("intermediate without an initial report", "initial_submitted_at", None, _INTERMEDIATE),
    ("intermediate before the initial", _INTERMEDIATE, ["2026-06-02T08:00:00Z"], ""),
    (
        "a first intermediate before the initial, a second after it",
        _INTERMEDIATE,
        ["2026-06-01T08:00:00Z", "2026-06-04T08:00:00Z"],
        "",
    ),
    ("one intermediate outside of a list", _INTERMEDIATE, "2026-06-04T09:00:00Z", ""),
    ("an unknown intermediate", _INTERMEDIATE, [None], f"{_INTERMEDIATE}[0]"),
    ("a naive intermediate", _INTERMEDIATE, ["2026-06-04T09:00:00"], f"{_INTERMEDIATE}[0]"),
    (
        "a number among the intermediates",
        _INTERMEDIATE,
        ["2026-06-04T09:00:00Z", 5],
        f"{_INTERMEDIATE}[1]",
    ),
    ("final before the latest intermediate", "final_submitted_at", "2026-06-09T08:59:00Z", ""),
    ("a naive recovery", "regular_activities_recovered_at", "2026-06-09T08:00:00", ""),
    ("a number for the recovery", "regular_activities_recovered_at", 1, ""),
    ("no entity", "entity", _GONE, ""),
    ("an unknown entity", "entity", None, ""),
    ("a name for an entity", "entity", "Bank AG", ""),
    ("an entity without a type", "entity.type", _GONE, ""),
    ("a type that is none of the 23", "entity.type", "bank", ""),
    ("a type in capital letters", "entity.type", "CREDIT_INSTITUTION", ""),
    ("a type that is misspelt", "entity.type", "crypto_asset_service_provider", ""),
    ("an unknown type", "entity.type", None, ""),
    ("no Member State", "entity.member_state", _GONE, ""),
    ("a state outside of the area", "entity.member_state", "GB", ""),
    ("Greece by its other code", "entity.member_state", "EL", ""),
    ("a state in small letters", "entity.member_state", "de", ""),
    ("a state of three letters", "entity.member_state", "DEU", ""),
    ("a part of another state", "entity.subdivision", "FR-57", ""),
    ("a part that does not exist", "entity.subdivision", "DE-XX", ""),
    ("a part that is a number", "entity.subdivision", 9, ""),
    ("a status under NIS2 in words", "entity.nis2_essential_or_important", "no", ""),
    ("a status under NIS2 as a number", "entity.nis2_essential_or_important", 0, ""),
    ("a naive decision", "entity.relief_withdrawn_from", "2026-06-02T06:00:00", ""),
    ("a truth for a decision", "entity.relief_withdrawn_from", True, ""),
    ("a field that there is not", "awareAt", "2026-06-02T06:00:00Z", ""),
    ("a field of the entity that there is not", "entity.country", "DE", ""),
)


def refused() -> Iterator[dict[str, Any]]:
    """Each with its name, the input, and the field."""
    for name, field, value, named in _CHANGES:
        yield {"name": name, "case": _changed(field, value), "field": named or field}
    final = _changed("final_submitted_at", "2026-07-01T09:00:00Z")
    final["intermediate_submitted_at"] = []
    yield {
        "name": "final without an intermediate report",
        "case": final,
        "field": "final_submitted_at",
    }


def _changed(field: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON can say
    document = copy.deepcopy(_GOOD)
    *outer, name = field.split(".")
    inside = document[outer[0]] if outer else document
    if value is _GONE:
        del inside[name]
    else:
        inside[name] = value
    return document
