"""What people ask of the reporting of an entity, as bodies of submissions.

`WriteOffReporting` goes to the incident, the others to the reporting.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.values import Count, Digest, Frozen, Instant, Line, Text
from holdfast.dora.report.content import FieldNumber, FieldValue
from holdfast.dora.report_stages import ReportStage

__all__ = [
    "ExplainDelay",
    "PutForward",
    "RecordOtherMeans",
    "RecordReceipt",
    "ReportingBody",
    "SubmitAgain",
    "SupplyField",
    "WriteOffReporting",
]


class SupplyField(Frozen):
    """Supply or correct one field; without a value, what was supplied no longer counts."""

    type: Literal["report_field"] = "report_field"
    field: FieldNumber
    value: FieldValue | None
    estimate: StrictBool | None = None
    because: Text | None = None


class PutForward(Frozen):
    """Put a report forward for review and approval, as it is filled now.

    `also` are earlier reports that are submitted together with it (2025/302 Art. 2).
    """

    type: Literal["report_put_forward"] = "report_put_forward"
    kind: ReportKind
    also: tuple[ReportStage, ...] = Field(default=(), max_length=2)
    comment: Text | None = None

    @property
    def covers(self) -> tuple[ReportStage, ...]:
        """The reports that it is at once, in the order of the law."""
        return tuple(stage for stage in ReportStage if stage in {self.kind.stage, *self.also})


class ExplainDelay(Frozen):
    """Say why a limit will not be met, to be told to the authority before it passes."""

    type: Literal["report_delay"] = "report_delay"
    stage: ReportStage
    because: Text
    expected_at: Instant


class SubmitAgain(Frozen):
    """Send an approved version over the channel once more, exactly as it was."""

    type: Literal["report_submission"] = "report_submission"
    version: Count
    because: Text


class RecordOtherMeans(Frozen):
    """Say that an approved version has reached the authority by other means (2025/302 Art. 4).

    `documents` are digests of what shows it.
    """

    type: Literal["report_other_means"] = "report_other_means"
    version: Count
    means: Line
    submitted_at: Instant
    because: Text
    reference: Line | None = None
    documents: tuple[Digest, ...] = Field(default=(), max_length=20)


class RecordReceipt(Frozen):
    """Say what the authority has answered: `reference` is field 3.1 from then on."""

    type: Literal["report_receipt"] = "report_receipt"
    version: Count
    received_at: Instant
    reference: Line | None = None
    statement: Text
    documents: tuple[Digest, ...] = Field(default=(), max_length=20)


class WriteOffReporting(Frozen):
    """Count a reporting as ended whose workflow is no more: to the incident, while it is open."""

    type: Literal["reporting_write_off"] = "reporting_write_off"
    reporting: int = Field(ge=1, le=999)
    because: Text


ReportingBody = Annotated[
    SupplyField
    | PutForward
    | ExplainDelay
    | SubmitAgain
    | RecordOtherMeans
    | RecordReceipt
    | WriteOffReporting,
    Field(discriminator="type"),
]
"""All of them."""
