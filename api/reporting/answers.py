"""What the doors of reports answer with: deadlines, versions, fields, and what comes next."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.reporting.parts import (
    DEADLINE_EXAMPLE,
    MISSING_EXAMPLE,
    NEXT_EXAMPLE,
    QUESTION_EXAMPLE,
    VERSION_EXAMPLE,
    MissingField,
    NextStep,
    OpenQuestion,
    ReportDeadline,
    ReportVersion,
)
from holdfast.domain.roles import Actor
from holdfast.domain.values import Instant, JsonObject

__all__ = ["IncidentReports", "ReportFieldValue", "Reporting", "StageReport"]

_REPORTING: JsonObject = {
    "reporting_id": "INC-2026-000001/reporting-1",
    "number": 1,
    "workflow_id": "reporting/INC-2026-000001/1",
    "entity": "beispielbank",
    "aware_at": "2026-03-04T09:30:00.000000Z",
    "classified_at": "2026-03-04T09:30:00.000000Z",
    "state": "open",
    "outcome": None,
    "reference": None,
    "update_required": None,
    "delays": [],
    "deadlines": [DEADLINE_EXAMPLE],
    "versions": [VERSION_EXAMPLE],
    "missing": [MISSING_EXAMPLE],
    "questions": [QUESTION_EXAMPLE],
    "next": NEXT_EXAMPLE,
    "opened_at": "2026-03-04T09:30:01.000000Z",
    "closed_at": None,
    "last_entry": "reporting/INC-2026-000001/1#11",
}


class Reporting(BaseModel):
    """What one financial entity reports of an incident."""

    reporting_id: str
    number: int
    workflow_id: str
    entity: str = Field(description="By its id in the register.")
    aware_at: Instant
    classified_at: Instant
    state: str = Field(description="`open`, `submitted` (the final report left) or `closed`.")
    outcome: str | None = Field(
        description="`final`, `reclassified`, `not_due` or `written_off`, once it is closed."
    )
    reference: str | None = Field(description="What the authority calls it: field 3.1.")
    update_required: JsonObject | None = Field(
        description="Why an updated intermediate report is wanted (2025/301 Art. 5(1)(b))."
    )
    delays: list[JsonObject]
    deadlines: list[ReportDeadline]
    versions: list[ReportVersion]
    missing: list[MissingField] = Field(description="Of the report that is due next, as drafted.")
    questions: list[OpenQuestion]
    next: NextStep | None
    opened_at: Instant
    closed_at: Instant | None
    last_entry: str


class IncidentReports(BaseModel):
    """Every reporting of an incident."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "incident_id": "INC-2026-000001",
                "as_of": "2026-03-04T12:00:00.000000Z",
                "reportings": [_REPORTING],
            }
        }
    )

    incident_id: str
    as_of: Instant
    reportings: list[Reporting] = Field(description="One a financial entity that is major.")


class ReportFieldValue(BaseModel):
    """One field as it would be filled now, and where its value comes from."""

    number: str
    label: str
    value: Any
    source: str = Field(
        description="`supplied`, `fact`, `entry`, `computed`, `register` or `contact`."
    )
    estimate: bool | None
    suggestion: bool = Field(description="Somebody still has to take it up by supplying it.")
    because: str | None
    entries: list[str] = Field(description="The entries on which it rests.")
    by: Actor | None
    contact: str | None = Field(description="The pseudonym whose sealed value it is.")
    supplied: JsonObject | None = Field(description="What people supplied last, even withdrawn.")


class StageReport(BaseModel):
    """One report of one entity: as it would be filled now, and what became of its versions."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "incident_id": "INC-2026-000001",
                "reporting_id": "INC-2026-000001/reporting-1",
                "number": 1,
                "entity": "beispielbank",
                "stage": "initial",
                "as_of": "2026-03-04T12:00:00.000000Z",
                "deadline": DEADLINE_EXAMPLE,
                "fields": [
                    {
                        "number": "2.2",
                        "label": "Date and time of detection of the major ICT-related incident",
                        "value": "2026-03-04T09:30:00Z",
                        "source": "entry",
                        "estimate": None,
                        "suggestion": False,
                        "because": None,
                        "entries": ["incident/INC-2026-000001#0"],
                        "by": None,
                        "contact": None,
                        "supplied": None,
                    }
                ],
                "missing": [MISSING_EXAMPLE],
                "versions": [VERSION_EXAMPLE],
                "questions": [QUESTION_EXAMPLE],
                "next": NEXT_EXAMPLE,
            }
        }
    )

    incident_id: str
    reporting_id: str
    number: int
    entity: str
    stage: str
    as_of: Instant
    deadline: ReportDeadline | None = Field(description="Null for what has no limit of its own.")
    fields: list[ReportFieldValue] = Field(description="As they would be filled now.")
    missing: list[MissingField]
    versions: list[ReportVersion] = Field(description="Of this report, oldest first.")
    questions: list[OpenQuestion]
    next: NextStep | None
