"""A report as the authorities' common JSON has it (`DORA_IR` 1.3.0).

It differs from the fields in four things: each criterion of 2.5 is an object with the fields that
tell more of it, a code that is no LEI has another key, several entities affected are several
objects, and a percentage above 100 is written as 100. What tells more of a criterion that is not
among those of 2.5 has no place there, and a delay notice has no type of submission.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from holdfast.dora.register.codes import is_lei
from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.content import FieldNumber, FieldValue, ReportContent
from holdfast.dora.report.definitions import FieldKind, Values
from holdfast.dora.report.exact_json import exact_json
from holdfast.dora.report.json_paths import put
from holdfast.dora.report.shown import shown_values

__all__ = ["JsonReport"]

_DECIMALS = frozenset({FieldKind.PERCENT, FieldKind.MONEY})
_MOST_PERCENT = Decimal(100)
_OTHER_CODE = "submittingEntity.code"
_AFFECTED = ("1.4", "1.5", "1.6")
_IN_CRITERIA = "incident.classificationTypes[]."
_DETAILS = {
    "geographical_spread": ("2.6", "3.18", "3.19"),
    "reputational_impact": ("3.13", "3.14"),
    "data_losses": ("3.20", "3.21"),
    "economic_impact": ("4.12",),
}
"""By criterion: the fields that tell more of it."""
_ENTITY_TYPES = {
    "submittingEntity": "SUBMITTING_ENTITY",
    "ultimateParentUndertaking": "ULTIMATE_PARENT_UNDERTAKING_ENTITY",
}


class JsonReport:
    """Writes the JSON."""

    name: ClassVar[str] = "json"
    media_type: ClassVar[str] = "application/json"
    extension: ClassVar[str] = "json"

    def render(self, content: ReportContent, contacts: Mapping[FieldNumber, str]) -> bytes:
        """Write a report.

        Raises:
            KeyError: `contacts` has a field that is no contact.
        """
        return exact_json(_document(shown_values(content, contacts)))


def _document(values: Values) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for number, value in values.items():
        path = FIELDS[number].json_path
        if number in _AFFECTED:
            if "affectedEntity" not in document:
                document["affectedEntity"] = _affected(values)
        elif number == "2.5":
            put(document, "incident.classificationTypes", _criteria(values))
        elif path.startswith(_IN_CRITERIA):
            continue
        else:
            _put_plain(document, number, value)
    return document


def _put_plain(document: dict[str, Any], number: str, value: FieldValue) -> None:
    path = FIELDS[number].json_path
    entity = path.partition(".")[0]
    if entity in _ENTITY_TYPES:
        document.setdefault(entity, {"entityType": _ENTITY_TYPES[entity]})
    if number == "1.3" and isinstance(value, str) and not is_lei(value):
        path = _OTHER_CODE
    put(document, path, _figure(number, value))


def _figure(number: str, value: FieldValue) -> FieldValue | Decimal:
    kind = FIELDS[number].kind
    if kind not in _DECIMALS or not isinstance(value, str):
        return value
    figure = Decimal(value)
    if kind is FieldKind.PERCENT and figure > _MOST_PERCENT:
        return _MOST_PERCENT
    return figure


def _affected(values: Values) -> list[dict[str, Any]]:
    """One object an entity: names and LEIs are parted by semicolons in an aggregated report."""
    codes = _parts(values.get("1.6"))
    # A name may hold a semicolon of its own: only several LEIs make several entities.
    names = _parts(values.get("1.5")) if len(codes) > 1 else _whole(values.get("1.5"))
    return [_entity(values, names, codes, index) for index in range(max(len(names), len(codes), 1))]


def _entity(values: Values, names: list[str], codes: list[str], index: int) -> dict[str, Any]:
    entity: dict[str, Any] = {"entityType": "AFFECTED_ENTITY"}
    if "1.4" in values:
        entity["affectedEntityType"] = values["1.4"]
    if index < len(names):
        entity["name"] = names[index]
    if index < len(codes):
        entity["LEI"] = codes[index]
    return entity


def _parts(value: FieldValue | None) -> list[str]:
    return [part.strip() for part in value.split(";")] if isinstance(value, str) else []


def _whole(value: FieldValue | None) -> list[str]:
    return [value] if isinstance(value, str) else []


def _criteria(values: Values) -> list[dict[str, Any]]:
    told = values["2.5"]
    found: list[dict[str, Any]] = []
    for criterion in told if isinstance(told, tuple) else ():
        one: dict[str, Any] = {"classificationCriterion": criterion}
        for number in _DETAILS.get(criterion, ()):
            if number in values:
                one[FIELDS[number].json_path.removeprefix(_IN_CRITERIA)] = values[number]
        found.append(one)
    return found
