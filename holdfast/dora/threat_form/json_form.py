"""The form as the authorities' common JSON (`DORA_CYB` 1.2.0) has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.dora.register.codes import is_lei
from holdfast.dora.report.content import FieldValue
from holdfast.dora.report.exact_json import exact_json
from holdfast.dora.report.json_paths import put
from holdfast.dora.threat_form.catalogue import THREAT_CONTACT_FIELDS, THREAT_FIELDS

__all__ = ["render_threat_json"]

_CODE = "submittingEntity.code"


def render_threat_json(
    values: Mapping[str, FieldValue], contacts: Mapping[str, str] | None = None
) -> bytes:
    """Write the form; `contacts` are the texts of fields 6 to 11. What has no value is left out.

    Raises:
        KeyError: a number is no field of the form, or no contact.
    """
    told: dict[str, FieldValue] = {THREAT_FIELDS[n].number: value for n, value in values.items()}
    for number, text in (contacts or {}).items():
        if number not in THREAT_CONTACT_FIELDS:
            message = f"field {number} is no contact"
            raise KeyError(message)
        told[number] = text
    document: dict[str, Any] = {}
    for number, field in THREAT_FIELDS.items():
        value = told.get(number)
        if value is not None:
            other_code = number == "2" and isinstance(value, str) and not is_lei(value)
            put(document, _CODE if other_code else field.json_path, value)
    return exact_json(document)
