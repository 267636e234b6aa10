"""What the doors of reports say of one deadline, one version, one gap, one question."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.roles import Actor
from holdfast.domain.values import Instant, JsonObject

__all__ = [
    "DEADLINE_EXAMPLE",
    "MISSING_EXAMPLE",
    "NEXT_EXAMPLE",
    "QUESTION_EXAMPLE",
    "VERSION_EXAMPLE",
    "MissingField",
    "NextStep",
    "OpenQuestion",
    "ReliefGiven",
    "ReportDeadline",
    "ReportVersion",
    "SubmissionTried",
]

_DIGEST = f"sha256:{'4f' * 32}"

DEADLINE_EXAMPLE: JsonObject = {
    "stage": "initial",
    "due_at": "2026-03-04T13:30:00.000000Z",
    "clause": "Delegated Regulation (EU) 2025/301 Art. 5(1)(a)",
    "strict_due_at": "2026-03-04T13:30:00.000000Z",
    "relief": None,
    "because": "Within four hours of the classification as major.",
    "clock": "running",
    "clock_due_at": "2026-03-04T13:30:00.000000Z",
    "late": False,
    "settled_at": None,
    "seconds_left": 5400,
}
MISSING_EXAMPLE: JsonObject = {
    "field": "2.3",
    "label": "Date and time of classification of the incident as major",
    "stage": "initial",
    "condition": None,
    "problem": "it is missing",
    "roles": ["compliance", "incident_commander"],
    "until": "2026-03-04T13:30:00.000000Z",
}
QUESTION_EXAMPLE: JsonObject = {
    "request_id": "reporting-1:report.approval-1",
    "kind": "report.approval",
    "version": 2,
    "subject_digest": _DIGEST,
    "roles": ["incident_commander", "management_body"],
    "only_by_exception": [],
    "due_at": "2026-03-04T12:45:00.000000Z",
    "answer_at": "/v1/incidents/INC-2026-000001/decisions/reporting-1:report.approval-1",
}
VERSION_EXAMPLE: JsonObject = {
    "version": 2,
    "kind": "initial",
    "covers": ["initial"],
    "state": "approval",
    "content": _DIGEST,
    "gaps": [],
    "authors": ["person-1f0c2a9b"],
    "as_of": "incident/INC-2026-000001#31",
    "ahead": False,
    "corrects": None,
    "because": None,
    "put_forward": "reporting/INC-2026-000001/1#7",
    "drafted_at": "2026-03-04T11:40:00.000000Z",
    "drafted_entry": "reporting/INC-2026-000001/1#8",
    "cleared_by": [{"id": "person-77aa01c2", "role": "compliance"}],
    "cleared_at": "2026-03-04T11:58:00.000000Z",
    "returned": None,
    "approved_by": None,
    "approved_at": None,
    "exception_code": None,
    "authority": None,
    "submitted_at": None,
    "reference": None,
    "attempts": [],
    "submissions": [],
    "refusals": [],
    "receipts": [],
}
NEXT_EXAMPLE: JsonObject = {
    "step": "approve",
    "words": "Let initial version 2 be approved.",
    "due_at": "2026-03-04T13:30:00.000000Z",
}


class ReliefGiven(BaseModel):
    """Why a limit moved to noon of the next working day (2025/301 Art. 5(4) and (5))."""

    clause: str
    day: date
    reason: str


class ReportDeadline(BaseModel):
    """Until when a report may be submitted, and whether it was."""

    stage: str = Field(description="`initial`, `intermediate` or `final`.")
    due_at: Instant | None = Field(description="After relief; null while nothing sets it going.")
    clause: str | None = Field(description="The provision that sets it.")
    strict_due_at: Instant | None = Field(description="Before relief.")
    relief: ReliefGiven | None
    because: str | None
    clock: str = Field(description="`waits`, `running`, `missed`, `met` or `cancelled`.")
    clock_due_at: Instant | None = Field(description="On the wall: in a drill time runs faster.")
    late: bool = Field(description="Whether it was missed, whatever came after.")
    settled_at: Instant | None = Field(description="When it was met or cancelled.")
    seconds_left: int | None = Field(description="Until its clock is due; negative once it is.")


class MissingField(BaseModel):
    """A mandatory field without a value, who can supply it, and until when."""

    field: str
    label: str
    stage: str
    condition: str | None = Field(description="Of Annex II to (EU) 2025/302, where one holds.")
    problem: str
    roles: list[str]
    until: Instant | None = None


class OpenQuestion(BaseModel):
    """A decision about a version that waits for people."""

    request_id: str
    kind: str = Field(description="`report.review` or `report.approval`.")
    version: int | None
    subject_digest: str | None = Field(description="Decide with exactly this one.")
    roles: list[str]
    only_by_exception: list[str]
    due_at: Instant
    answer_at: str = Field(description="Where it is answered.")


class SubmissionTried(BaseModel):
    """One attempt to hand a version over to the authority."""

    number: int
    authority: str
    state: str = Field(
        description="`sending`, `taken`, `refused` for good, `not_now` or `unknown`: the last two "
        "are tried again."
    )
    because: str | None = Field(description="Why it was not taken.")
    status: int | None = Field(description="What an interface has answered.")
    begun_at: Instant
    ended_at: Instant | None
    diverted: bool = Field(description="Of a drill: it has not gone to the authority.")
    sent: str = Field(description="The digest of the main file.")
    receipt: str | None = Field(description="The digest of what was answered.")


class ReportVersion(BaseModel):
    """One version of a report, and what became of it."""

    model_config = ConfigDict(json_schema_extra={"example": VERSION_EXAMPLE})

    version: int
    kind: str
    covers: list[str] = Field(description="The reports that it is at once (2025/302 Art. 2).")
    state: str = Field(
        description="`drafted`, `review`, `approval`, `approved`, `submitted`, `returned` or "
        "`superseded`."
    )
    content: str | None = Field(description="The digest of what people approve.")
    gaps: list[JsonObject]
    authors: list[str] = Field(description="Who supplied or put it forward: none approves it.")
    as_of: str | None = Field(description="The last entry of the incident on which it rests.")
    ahead: bool = Field(description="Drafted by itself, ahead of time.")
    corrects: int | None = Field(description="The submitted version whose place it takes.")
    because: str | None
    put_forward: str | None = Field(description="The entry that put it forward.")
    drafted_at: Instant
    drafted_entry: str
    cleared_by: list[Actor] | None
    cleared_at: Instant | None
    returned: JsonObject | None
    approved_by: list[Actor] | None
    approved_at: Instant | None
    exception_code: str | None
    authority: str | None = Field(description="The channel of the competent authority.")
    submitted_at: Instant | None
    reference: str | None
    attempts: list[SubmissionTried] = Field(description="The latest twenty, in order.")
    submissions: list[JsonObject] = Field(description="Every time that it left, with digests.")
    refusals: list[JsonObject] = Field(description="What the channel has refused for good.")
    receipts: list[JsonObject]


class NextStep(BaseModel):
    """What is to be done next, and until when."""

    step: str = Field(
        description="`supply`, `put_forward`, `review`, `approve`, `submit`, `correct`, `wait`."
    )
    words: str
    due_at: Instant | None
