"""What the doors of cyber threats take and answer with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from api.models import Clock, Decision
from holdfast.domain.roles import Role
from holdfast.domain.threats.asking import (
    CloseThreat,
    PutThreatForward,
    RecordThreat,
    RecordThreatOtherMeans,
    RecordThreatReceipt,
    StateThreatFacts,
    SubmitThreatAgain,
)
from holdfast.domain.threats.content import FilledThreatField, ThreatContent
from holdfast.domain.threats.naming import THREAT_PATTERN
from holdfast.domain.values import Digest, Frozen, Identifier, Instant, JsonObject, Line, Text
from holdfast.dora.report.content import FieldValue
from holdfast.dora.threat_form import ThreatGap, threat_gaps

__all__ = [
    "ClosureAsked",
    "FactsStated",
    "FieldOfForm",
    "FieldSuppliedToForm",
    "NotificationAsked",
    "ReceiptOfThreat",
    "SubmissionOfThreat",
    "ThreatInFull",
    "ThreatList",
    "ThreatName",
    "ThreatRecorded",
    "ThreatSummary",
    "threat_in_full",
    "threat_in_short",
]

ThreatName = Annotated[
    str, Path(pattern=THREAT_PATTERN, description="Its id.", examples=["THR-2026-000001"])
]
FieldOfForm = Annotated[
    str,
    Path(
        pattern=r"^([1-9]|1[0-9]|20)$",
        description="The number of the field in Annex III.",
        examples=["14"],
    ),
]


def _example(**example: Any) -> ConfigDict:  # noqa: ANN401 - JSON
    return ConfigDict(json_schema_extra={"example": example})


class _Asked(Frozen):
    submission_id: Identifier | None = Field(
        default=None, description="Chosen by you: the same id is taken once."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


class ThreatRecorded(_Asked, RecordThreat):
    """A cyber threat that somebody records."""

    model_config = _example(
        title="Phishing of payment operators",
        description="Mails that imitate the clearing house ask for credentials.",
        detected_at="2026-03-04T11:00:00Z",
        entity="beispielbank",
        facts={"could_affect_critical_functions": True, "high_probability": True},
        incidents=[],
    )


class FactsStated(_Asked, StateThreatFacts):
    """Facts of Art. 10 of Delegated Regulation (EU) 2024/1772; null is unknown."""

    model_config = _example(changes={"could_meet_critical_services": True})


class FieldSuppliedToForm(_Asked):
    """What a field of the form holds; null withdraws what was supplied."""

    model_config = _example(value="Payments of clients could be diverted.")

    value: FieldValue | None
    because: Text | None = None


class NotificationAsked(_Asked, PutThreatForward):
    """That the notification is put forward as it is filled now."""

    model_config = _example(comment="The team holds it to be complete.")


class SubmissionOfThreat(_Asked):
    """That an approved version is sent again; with `means`, how it has reached the authority."""

    model_config = _example(version=1, because="The portal is back.")

    version: int = Field(ge=1, le=999)
    because: Text
    means: Line | None = Field(default=None, description="Such as `by telephone`.")
    submitted_at: Instant | None = Field(default=None, description="When; with `means` only.")
    reference: Line | None = None
    documents: tuple[Digest, ...] = Field(default=(), max_length=20)

    def body(self) -> SubmitThreatAgain | RecordThreatOtherMeans | None:
        """What is asked of the threat; None where one of `means` and `submitted_at` is missing."""
        if self.means is None and self.submitted_at is None:
            return SubmitThreatAgain(version=self.version, because=self.because)
        if self.means is None or self.submitted_at is None:
            return None
        return RecordThreatOtherMeans(
            version=self.version,
            means=self.means,
            submitted_at=self.submitted_at,
            because=self.because,
            reference=self.reference,
            documents=self.documents,
        )


class ReceiptOfThreat(_Asked, RecordThreatReceipt):
    """What the authority has answered."""

    model_config = _example(
        version=1, received_at="2026-03-05T09:00:00Z", statement="Taken.", reference="CT-17"
    )


class ClosureAsked(_Asked, CloseThreat):
    """Why the threat is closed."""

    model_config = _example(because="The campaign has ended.")


class ThreatSummary(BaseModel):
    """A threat in short."""

    threat_id: str
    workflow_id: str = Field(description="Its workflow in the Temporal Web UI.")
    title: str
    entity: str
    detected_at: Instant
    recorded_at: Instant
    status: str = Field(description="`active`, or `inactive` once it is closed.")
    significant: str = Field(description="`yes`, `no` or `unknown` (2024/1772 Art. 10).")
    notified_at: Instant | None = Field(description="When a version last reached the authority.")
    incidents: list[str]


class ThreatList(BaseModel):
    """Threats, the latest first."""

    threats: list[ThreatSummary]


class ThreatInFull(ThreatSummary):
    """A threat with its assessment, its form, its notifications, decisions and clocks."""

    description: str
    recorded_by: JsonObject
    facts: JsonObject
    proof: list[JsonObject] = Field(description="One line a test, the article as the last one.")
    fields: list[FilledThreatField] = Field(description="The form as it would be filled now.")
    gaps: list[ThreatGap] = Field(description="What it lacks before it can be put forward.")
    hint: str | None = Field(description="What the law asks for besides; null if nothing is known.")
    notifications: list[JsonObject]
    closed: JsonObject | None
    decisions: list[Decision]
    clocks: list[Clock]


_HINT = (
    "clients may be affected: tell them which protective measures they can take (DORA Art. 19(3)),"
    " and say in field 18 who was told"
)


def threat_in_short(row: RowMapping) -> ThreatSummary:
    """The summary of a row."""
    return ThreatSummary(**_short(row))


def threat_in_full(
    row: RowMapping,
    form: ThreatContent,
    notifications: Sequence[RowMapping],
    decisions: list[Decision],
    clocks: Iterable[object],
) -> ThreatInFull:
    """One threat with all that belongs to it."""
    facts = row["facts"] or {}
    return ThreatInFull(
        **_short(row),
        description=row["description"],
        recorded_by=row["recorded_by"],
        facts=facts,
        proof=row["proof"] or [],
        fields=list(form.fields),
        gaps=list(threat_gaps(form.values, tuple(form.contacts))),
        hint=_HINT if _may_hit_clients(facts) else None,
        notifications=[_jsonable(each) for each in notifications],
        closed=row["closed"],
        decisions=decisions,
        clocks=[Clock.model_validate(clock) for clock in clocks],
    )


def _may_hit_clients(facts: JsonObject) -> bool:
    named = ("could_affect_others", "could_meet_clients_counterparts_transactions")
    return any(facts.get(name) for name in named)


def _short(row: RowMapping) -> dict[str, Any]:
    names = ("threat_id", "workflow_id", "title", "entity", "detected_at", "recorded_at")
    return {
        **{name: row[name] for name in (*names, "notified_at", "incidents")},
        "status": "inactive" if row["closed_at"] else "active",
        "significant": row["significant"] or "unknown",
    }


def _jsonable(row: RowMapping) -> JsonObject:
    moments = ("put_forward_at", "approved_at")
    return {
        **{name: value for name, value in row.items() if name not in moments},
        **{name: row[name].isoformat() if row[name] else None for name in moments},
    }
