"""What the doors of reports to competent authorities take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api.models import IncidentId
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.roles import Role
from holdfast.domain.values import Digest, Frozen, Identifier, Instant, JsonObject, Line, Text
from holdfast.dora.report.content import FieldNumber, FieldValue
from holdfast.dora.report_stages import ReportStage

__all__ = [
    "ByChannel",
    "ByOtherMeans",
    "Entity",
    "FieldOfReport",
    "FieldSupplied",
    "NamedReport",
    "ReportApproving",
    "ReportDelay",
    "ReportForwarding",
    "ReportNamed",
    "ReportReceived",
    "ReportWrittenOff",
    "StageOfReport",
    "Submission",
    "Withdrawal",
]

StageOfReport = Annotated[
    ReportKind,
    Path(description="Which report, or which notice.", examples=["initial"]),
]
FieldOfReport = Annotated[
    FieldNumber, Path(description="The number of the field in Annex I.", examples=["3.15"])
]

_NOBODY = "It goes into the evidence as it is: name nobody in it."
_ENTITY = "The financial entity by its id in the register, where the incident has several."


def _example(**content: object) -> ConfigDict:
    example: JsonObject = content
    return ConfigDict(json_schema_extra={"example": example})


Entity = Annotated[Identifier | None, Query(description=_ENTITY)]


@dataclass(frozen=True, slots=True)
class NamedReport:
    """Which report, of which incident and whose, a route is about."""

    incident_id: str
    stage: ReportKind
    entity: str | None


def _named(incident_id: IncidentId, stage: StageOfReport, entity: Entity = None) -> NamedReport:
    return NamedReport(incident_id, stage, entity)


ReportNamed = Annotated[NamedReport, Depends(_named)]
"""A route's parameter for the report that its path and `entity` name."""


class Withdrawal(BaseModel):
    """As whom a field is withdrawn, and why."""

    submission_id: Identifier | None = Field(
        default=None, description="Chosen by you: the same id is one submission."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")
    because: Text | None = Field(default=None, description=_NOBODY)


class _Asked(Frozen):
    """What every submission may say about itself."""

    submission_id: Identifier | None = Field(
        default=None, description="Chosen by you: the same id is one submission."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


class FieldSupplied(_Asked):
    """The value of a field, or null where what was supplied no longer counts."""

    model_config = _example(
        submission_id="costs-first-estimate",
        value="1250000",
        estimate=True,
        because="First estimate of the finance team.",
    )

    value: FieldValue | None = Field(description="As `docs/report-fields.md` says of the field.")
    estimate: StrictBool | None = Field(
        default=None, description="Whether it is an estimate, where the form asks that."
    )
    because: Text | None = Field(default=None, description=_NOBODY)


class ReportForwarding(_Asked):
    """Put the report forward as it is filled now."""

    model_config = _example(
        submission_id="initial-forward", comment="All that is known by now.", also=[]
    )

    also: tuple[ReportStage, ...] = Field(
        default=(),
        max_length=2,
        description="Earlier reports that go out with it (2025/302 Art. 2).",
    )
    comment: Text | None = Field(default=None, description=_NOBODY)


class ReportDelay(_Asked):
    """Why the limit will not be met, and when the report is expected."""

    model_config = _example(
        because="The processor has not yet said how many transactions are affected.",
        expected_at="2026-03-05T16:00:00Z",
    )

    because: Text = Field(description=_NOBODY)
    expected_at: Instant


class ByChannel(_Asked):
    """Send an approved version over the authority's channel once more, as it was."""

    model_config = _example(
        means="channel", version=3, because="The portal is back; the authority asked for it."
    )

    means: Literal["channel"]
    version: int = Field(ge=1, le=999)
    because: Text = Field(description=_NOBODY)


class ByOtherMeans(_Asked):
    """An approved version has reached the authority in another way (2025/302 Art. 4)."""

    model_config = _example(
        means="other",
        by="secure mail, as agreed by telephone",
        version=3,
        submitted_at="2026-03-04T12:55:00Z",
        because="The portal has been down since 12:10.",
        documents=[f"sha256:{'4f' * 32}"],
    )

    means: Literal["other"]
    by: Line = Field(description="How it was submitted.")
    version: int = Field(ge=1, le=999)
    submitted_at: Instant
    because: Text = Field(description=_NOBODY)
    reference: Line | None = Field(default=None, description="What the authority calls it.")
    documents: tuple[Digest, ...] = Field(
        default=(), max_length=20, description="Attachments of the incident, by digest."
    )


Submission = Annotated[ByChannel | ByOtherMeans, Field(discriminator="means")]


class ReportReceived(_Asked):
    """What the authority has answered."""

    model_config = _example(
        version=3,
        received_at="2026-03-04T12:58:00Z",
        reference="BAFIN-2026-004711",
        statement="The portal has confirmed the submission.",
    )

    version: int = Field(ge=1, le=999)
    received_at: Instant
    reference: Line | None = Field(default=None, description="Field 3.1 from then on.")
    statement: Text = Field(description=_NOBODY)
    documents: tuple[Digest, ...] = Field(
        default=(), max_length=20, description="Attachments of the incident, by digest."
    )


class ReportApproving(_Asked):
    """An answer to the question of a report that is open for the caller's role."""

    model_config = _example(
        submission_id="d-initial-approved",
        subject_digest=f"sha256:{'4f' * 32}",
        rationale="Checked against the timeline.",
    )

    subject_digest: Digest = Field(description="Of exactly the content you have looked at.")
    rationale: Text | None = Field(default=None, description=_NOBODY)
    exception_code: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9-]{1,40}$")


class ReportWrittenOff(_Asked):
    """That a reporting counts as ended whose workflow is no more."""

    model_config = _example(reporting=1, because="The workflow was terminated by mistake.")

    reporting: int = Field(ge=1, le=999)
    because: Text = Field(description=_NOBODY)
