"""A line of the proof: one test, the value it saw, the limit, and what came out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict

from holdfast.dora.three_valued import Finding

__all__ = ["ProofLine", "Quality"]


class Quality(StrEnum):
    """Whether all that a line rests on was measured, is partly estimated, or is not all known."""

    ACTUAL = "actual"
    ESTIMATE = "estimate"
    UNKNOWN = "unknown"


@dataclass(frozen=True, init=False)
class ProofLine:
    """One atomic test of the regulation as it was evaluated.

    `value` is a decimal string where it is no integer: a percentage, or a figure with a fraction.
    """

    clause: str
    """Such as `2024/1772 Art. 9(1)(a)`."""
    criterion: str
    service: str | None
    fact: str
    """Path of the fact that was looked at, such as `services.instant-payments.downtime_minutes`."""
    value: bool | int | str | None
    unit: str | None
    limit: int | None
    result: Finding
    quality: Quality

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    # Ten services make a hundred lines, and each evaluation writes them anew: one assignment takes
    # a third of the time of nine.
    def __init__(  # noqa: PLR0913, PLR0917 - a field each
        self,
        clause: str,
        criterion: str,
        service: str | None,
        fact: str,
        value: bool | int | str | None,  # noqa: FBT001 - what the test saw
        unit: str | None,
        limit: int | None,
        result: Finding,
        quality: Quality,
    ) -> None:
        """Take the fields as they are."""
        fields = {
            "clause": clause,
            "criterion": criterion,
            "service": service,
            "fact": fact,
            "value": value,
            "unit": unit,
            "limit": limit,
            "result": result,
            "quality": quality,
        }
        object.__setattr__(self, "__dict__", fields)
