"""What enters a workflow: submissions, each with an id, and a principal signed by the API.

The signature covers every byte that matters and the workflow it is addressed to, so that a signal
typed by hand, altered or replayed at another incident is told from a genuine one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from holdfast.domain.actions import ActionReport
from holdfast.domain.communication.asking import (
    CancelCommunication,
    EditDraft,
    OpenCommunication,
    PublishCommunication,
    RecordReply,
    SubmitDraft,
)
from holdfast.domain.drills.plan import DrillPlan
from holdfast.domain.events import PolicyPin
from holdfast.domain.facts import FactChange
from holdfast.domain.playbooks.asking import PlaybookBody
from holdfast.domain.reconsidering import Reconsider, Repin
from holdfast.domain.recovery.asking import RecoveryBody
from holdfast.domain.recurrence.asking import AssessRecurrence
from holdfast.domain.remediation.asking import RemediationBody
from holdfast.domain.reporting.asking import ReportingBody
from holdfast.domain.roles import Actor
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.third_party.asking import ThirdPartyBody
from holdfast.domain.threats.asking import ThreatBody
from holdfast.domain.values import (
    CanonicalObject,
    Count,
    Digest,
    Frozen,
    Identifier,
    Instant,
    Line,
    Text,
    Token,
    canonical_json,
)

__all__ = [
    "AlertBatch",
    "AlertSample",
    "Answer",
    "FactChanges",
    "Origin",
    "Report",
    "SignedSubmission",
    "Submission",
    "SubmissionBody",
    "signing_bytes",
]

_SIGNING_CONTEXT = b"holdfast/submission/v1\n"
"""Domain separation: a signature over a submission can never serve for anything else."""


class Origin(StrEnum):
    """How an incident became known (compare field 2.7 of Implementing Regulation (EU) 2025/302)."""

    ALERT = "alert"
    HUMAN = "human"
    THIRD_PARTY = "third_party"


class AlertSample(Frozen):
    """One alert of a batch, in short; the raw bytes are kept under the digest."""

    alert: Identifier
    fingerprint: Line
    status: Literal["firing", "resolved"]
    starts_at: Instant
    summary: Line
    raw: Digest


class AlertBatch(Frozen):
    """Alerts that join an incident together; `manifest` is the digest of the list of them all."""

    type: Literal["alerts"] = "alerts"
    batch: Identifier
    source: Identifier
    count: Count
    firing: Count
    first_received_at: Instant
    last_received_at: Instant
    services: tuple[Identifier, ...]
    manifest: Digest
    samples: tuple[AlertSample, ...] = Field(max_length=20)


class Report(Frozen):
    """What opens an incident: an alert, a person, or a third party that tells us.

    `sealed` holds the contact that it names, if any, as ciphertext; empty, it is not written, so
    that reports without a contact have the bytes and digests that they always had.
    """

    type: Literal["report"] = "report"
    origin: Origin
    title: Line
    description: Text | None = None
    aware_at: Instant
    services: tuple[Identifier, ...]
    policies: tuple[PolicyPin, ...]
    facts: tuple[FactChange, ...] = ()
    alerts: AlertBatch | None = None
    reporter: Actor
    sealed: dict[Token, SealedValue] = Field(
        default_factory=dict, max_length=10, exclude_if=lambda sealed: not sealed
    )
    drill: DrillPlan | None = Field(default=None, exclude_if=lambda drill: drill is None)
    """Of a drill, by which plan it is played."""


class FactChanges(Frozen):
    """New statements of facts."""

    type: Literal["facts"] = "facts"
    changes: tuple[FactChange, ...] = Field(min_length=1, max_length=50)


class Answer(Frozen):
    """An answer to a decision request, about exactly the bytes of `subject_digest`."""

    type: Literal["answer"] = "answer"
    request_id: Identifier
    option: Token
    subject_digest: Digest
    rationale: Text | None = None
    data: CanonicalObject = Field(default_factory=dict)
    exception_code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{1,40}$")] | None = (
        None
    )


SubmissionBody = Annotated[
    Report
    | AlertBatch
    | FactChanges
    | Answer
    | ActionReport
    | Reconsider
    | Repin
    | AssessRecurrence
    | OpenCommunication
    | EditDraft
    | SubmitDraft
    | PublishCommunication
    | CancelCommunication
    | RecordReply
    | ThirdPartyBody
    | PlaybookBody
    | RecoveryBody
    | RemediationBody
    | ReportingBody
    | ThreatBody,
    Field(discriminator="type"),
]


class Submission(Frozen):
    """One thing that somebody asks of a workflow, addressed and attributed."""

    submission_id: Identifier
    workflow_id: Identifier
    principal: Actor
    submitted_at: Instant
    trace: (
        Annotated[str, StringConstraints(pattern=r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")]
        | None
    ) = None
    body: SubmissionBody


class SignedSubmission(Frozen):
    """A submission with the API's Ed25519 signature (RFC 8032) over `signing_bytes`, in hex."""

    submission: Submission
    key_id: Identifier
    signature: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]


def signing_bytes(submission: Submission) -> bytes:
    """The exact bytes that the API signs."""
    return _SIGNING_CONTEXT + canonical_json(submission.model_dump(mode="json"))
