"""The 76 fields of the reports (Implementing Regulation (EU) 2025/302, Annex I and II)."""

from __future__ import annotations

from holdfast.dora.report.content import FieldNumber
from holdfast.dora.report.definitions import FieldDefinition, FieldKind, Requirement
from holdfast.dora.report.fields_circumstances import CIRCUMSTANCE_FIELDS
from holdfast.dora.report.fields_final import FINAL_FIELDS
from holdfast.dora.report.fields_general import GENERAL_FIELDS
from holdfast.dora.report.fields_impact import IMPACT_FIELDS
from holdfast.dora.report.fields_initial import INITIAL_FIELDS

__all__ = [
    "CONTACT_FIELDS",
    "FIELDS",
    "FieldDefinition",
    "FieldKind",
    "Requirement",
    "field_definition",
]

FIELDS: dict[FieldNumber, FieldDefinition] = {
    field.number: field
    for field in (
        *GENERAL_FIELDS,
        *INITIAL_FIELDS,
        *IMPACT_FIELDS,
        *CIRCUMSTANCE_FIELDS,
        *FINAL_FIELDS,
    )
}
"""By number, in the order of Annex I."""

CONTACT_FIELDS: tuple[FieldNumber, ...] = ("1.7", "1.8", "1.9", "1.10", "1.11", "1.12")
"""What is put in only when a report is written: it names people."""


def field_definition(number: FieldNumber) -> FieldDefinition:
    """The field of that number.

    Raises:
        KeyError: Annex I has no such field; names it.
    """
    try:
        return FIELDS[number]
    except KeyError:
        message = f"Annex I to Implementing Regulation (EU) 2025/302 has no field {number}"
        raise KeyError(message) from None
