"""The parts of a post-incident review that a template asks for (DORA Art. 13(2))."""

from __future__ import annotations

from typing import Annotated

from pydantic import StrictBool, StringConstraints

from holdfast.domain.values import Frozen, Text

__all__ = ["Finding", "RelatedIncident", "TimelineConfirmation"]


class TimelineConfirmation(Frozen):
    """Whether the timeline is right as it was recorded, and what has to be said to it if not."""

    confirmed: StrictBool
    corrections: Text | None = None


class Finding(Frozen):
    """What was found of one side of the response, and whether that was adequate."""

    finding: Text
    adequate: StrictBool


class RelatedIncident(Frozen):
    """An earlier incident that this one repeats, and what shows it (DORA Art. 13(2), 17(2))."""

    incident: Annotated[str, StringConstraints(pattern=r"^INC-[0-9]{4}-[0-9]{6,12}$")]
    because: Text
