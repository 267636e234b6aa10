"""What people ask of a cyber threat, as bodies of submissions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StringConstraints

from holdfast.domain.values import Count, Digest, Frozen, Identifier, Instant, Line, Text
from holdfast.dora.cyber_threats import CyberThreatFacts
from holdfast.dora.report.content import FieldValue

__all__ = [
    "CloseThreat",
    "PutThreatForward",
    "RecordThreat",
    "RecordThreatOtherMeans",
    "RecordThreatReceipt",
    "StateThreatFacts",
    "SubmitThreatAgain",
    "SupplyThreatField",
    "ThreatBody",
    "ThreatFact",
    "ThreatFieldNumber",
]

ThreatFieldNumber = Annotated[str, StringConstraints(pattern=r"^([1-9]|1[0-9]|20)$")]
"""A field of Annex III, such as `13`."""

ThreatFact = Literal[
    "could_affect_critical_functions",
    "could_affect_others",
    "high_probability",
    "exploitable_vulnerabilities",
    "capable_and_intent_actors",
    "persistent_or_seen_before",
    "could_meet_critical_services",
    "could_meet_clients_counterparts_transactions",
    "could_meet_geography",
]
"""A fact of Delegated Regulation (EU) 2024/1772 Art. 10, by its name in `CyberThreatFacts`."""


class RecordThreat(Frozen):
    """Record a threat (DORA Art. 17(2)); `incidents` are those that it has to do with."""

    type: Literal["threat"] = "threat"
    title: Line
    description: Text
    detected_at: Instant
    entity: Identifier
    facts: CyberThreatFacts = Field(default_factory=CyberThreatFacts)
    incidents: tuple[Identifier, ...] = Field(default=(), max_length=50)


class StateThreatFacts(Frozen):
    """State facts anew; null is unknown, and what is not named stays as it was."""

    type: Literal["threat_facts"] = "threat_facts"
    changes: dict[ThreatFact, StrictBool | None] = Field(min_length=1)


class SupplyThreatField(Frozen):
    """Supply or correct one field; without a value, what was supplied no longer counts."""

    type: Literal["threat_field"] = "threat_field"
    field: ThreatFieldNumber
    value: FieldValue | None
    because: Text | None = None


class PutThreatForward(Frozen):
    """Put the notification forward for approval, as it is filled now."""

    type: Literal["threat_put_forward"] = "threat_put_forward"
    comment: Text | None = None


class SubmitThreatAgain(Frozen):
    """Send an approved version over the channel once more, exactly as it was."""

    type: Literal["threat_submission"] = "threat_submission"
    version: Count
    because: Text


class RecordThreatOtherMeans(Frozen):
    """Say that an approved version has reached the authority by other means."""

    type: Literal["threat_other_means"] = "threat_other_means"
    version: Count
    means: Line
    submitted_at: Instant
    because: Text
    reference: Line | None = None
    documents: tuple[Digest, ...] = Field(default=(), max_length=20)


class RecordThreatReceipt(Frozen):
    """Say what the authority has answered."""

    type: Literal["threat_receipt"] = "threat_receipt"
    version: Count
    received_at: Instant
    statement: Text
    reference: Line | None = None
    documents: tuple[Digest, ...] = Field(default=(), max_length=20)


class CloseThreat(Frozen):
    """Close a threat that is no longer active, or needs no notification, with the reason."""

    type: Literal["threat_closure"] = "threat_closure"
    because: Text


ThreatBody = Annotated[
    RecordThreat
    | StateThreatFacts
    | SupplyThreatField
    | PutThreatForward
    | SubmitThreatAgain
    | RecordThreatOtherMeans
    | RecordThreatReceipt
    | CloseThreat,
    Field(discriminator="type"),
]
"""All of them."""
