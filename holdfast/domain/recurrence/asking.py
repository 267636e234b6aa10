"""What people ask of this process: that a month is assessed now."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictInt, StringConstraints

from holdfast.domain.values import Frozen

__all__ = ["MOST_ASSESSMENTS", "AssessRecurrence", "AssessmentNumber", "Month"]

MOST_ASSESSMENTS = 99
"""How often a month can be assessed."""

Month = Annotated[str, StringConstraints(pattern=r"^2[0-9]{3}-(0[1-9]|1[0-2])$")]
"""A calendar month in UTC, such as `2026-03`."""

AssessmentNumber = Annotated[StrictInt, Field(ge=1, le=MOST_ASSESSMENTS)]
"""Which assessment of its month: 1, and more where facts have changed since."""


class AssessRecurrence(Frozen):
    """Assess a month now."""

    type: Literal["recurrence"] = "recurrence"
    month: Month
    number: AssessmentNumber = 1
