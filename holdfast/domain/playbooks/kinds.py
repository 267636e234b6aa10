"""What playbooks and their steps can be, and how a step that is carried out stands."""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "EvidenceKind",
    "IncidentType",
    "StepKind",
    "StepMode",
    "StepPhase",
    "StepStage",
]


class IncidentType(StrEnum):
    """The types of incidents (field 3.23 of Implementing Regulation (EU) 2025/302)."""

    CYBERSECURITY = "cybersecurity-related"
    PROCESS_FAILURE = "process_failure"
    SYSTEM_FAILURE = "system_failure"
    EXTERNAL_EVENT = "external_event"
    PAYMENT = "payment-related"
    OTHER = "other"


class StepPhase(StrEnum):
    """What a step is for."""

    CONTAINMENT = "containment"
    RECOVERY = "recovery"
    VALIDATION = "validation"


class StepKind(StrEnum):
    """What a step does."""

    ISOLATE = "isolate"
    BLOCK_ACCESS = "block_access"
    MITIGATE = "mitigate"
    RESTART = "restart"
    ROLLBACK = "rollback"
    FAILOVER = "failover"
    RESTORE = "restore"
    RECONCILE_DATA = "reconcile_data"
    FUNCTIONAL_CHECK = "functional_check"
    CONTROLS_CHECK = "controls_check"
    RECONCILIATION_CHECK = "reconciliation_check"

    @property
    def phase(self) -> StepPhase:
        """The phase to which such steps belong; the checks are those of DORA Art. 12(7)."""
        if self in {StepKind.ISOLATE, StepKind.BLOCK_ACCESS, StepKind.MITIGATE}:
            return StepPhase.CONTAINMENT
        if self.value.endswith("_check"):
            return StepPhase.VALIDATION
        return StepPhase.RECOVERY


class EvidenceKind(StrEnum):
    """What a step must leave behind."""

    STATEMENT = "statement"
    REFERENCE = "reference"
    """Where it is to be found elsewhere: a change, a log, a mail."""
    DOCUMENT = "document"
    """Bytes that are kept here: an attachment of the incident, or the output of a program."""


class StepMode(StrEnum):
    """How an attempt at a step is made."""

    BY_HAND = "by_hand"
    DRY_RUN = "dry_run"
    AUTOMATED = "automated"


class StepStage(StrEnum):
    """How a step stands."""

    WAITING = "waiting"
    """Steps that come before it are not finished."""
    READY = "ready"
    AWAITING_APPROVAL = "awaiting_approval"
    RUNNING = "running"
    PERFORMED = "performed"
    FAILED = "failed"
    SKIPPED = "skipped"

    @property
    def finished(self) -> bool:
        """Whether nothing of it is left to do."""
        return self in {StepStage.PERFORMED, StepStage.SKIPPED}
