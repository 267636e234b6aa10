"""Values of report fields, looked at before anything is handed in."""

from __future__ import annotations

from api.problems import Problem
from holdfast.domain.refusals import RefusalReason
from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.content import FieldValue
from holdfast.dora.report.values import FieldInvalid, check_value

__all__ = ["read_value"]


def read_value(number: str, value: FieldValue | None) -> FieldValue | None:
    """The value as the field holds it; None where what was supplied is withdrawn.

    Raises:
        Problem: no report has that field, or the value does not fit it; `field` says which.
    """
    if number not in FIELDS:
        detail = f"Implementing Regulation (EU) 2025/302 has no field {number}"
        raise Problem(RefusalReason.UNKNOWN_FIELD, detail, field=number)
    if not FIELDS[number].roles:
        # What is said of people stays out of evidence, and out of what is on its way to it.
        detail = (
            f"nobody supplies field {number}: contacts stand in the directory"
            " (PUT /v1/directory/contacts/{id}), the rest follows from the report"
        )
        raise Problem(RefusalReason.FIELD_INVALID, detail, field=number)
    if value is None:
        return None
    try:
        return check_value(number, value)
    except FieldInvalid as error:
        errors = [{"pointer": "/value", "message": str(error)}]
        detail = f"field {number}: {error}"
        raise Problem(RefusalReason.FIELD_INVALID, detail, field=number, errors=errors) from error
