"""What of a report is shown: the fields that count, with the texts of its contacts."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.dora.report.catalogue import CONTACT_FIELDS, FIELDS
from holdfast.dora.report.content import FieldValue, ReportContent

__all__ = ["shown_values"]


def shown_values(content: ReportContent, contacts: Mapping[str, str]) -> dict[str, FieldValue]:
    """By number, in the order of the catalogue.

    Raises:
        KeyError: `contacts` has a field that is no contact.
    """
    for number in contacts:
        if number not in CONTACT_FIELDS:
            message = f"field {number} is no contact"
            raise KeyError(message)
    found: dict[str, FieldValue] = {
        field.number: field.value
        for field in content.fields
        if field.value is not None and not field.suggestion
    }
    told: dict[str, FieldValue] = {**found, **contacts}
    return {number: told[number] for number in FIELDS if number in told}
