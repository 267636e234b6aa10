"""Whom a submission is for: a workflow, and where the evidence of what becomes of it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.domain.refusals import RefusalReason

__all__ = ["Addressee", "incident_addressee"]


@dataclass(frozen=True, slots=True)
class Addressee:
    """A workflow that takes submissions.

    `chain` is what its entries name as their `incident`; `name` is what people call it.
    """

    workflow_id: str
    chain: str
    name: str

    @property
    def is_incident(self) -> bool:
        """Whether it is the workflow of an incident, which has a phase."""
        return self.workflow_id == incident_workflow_id(self.chain)

    @property
    def over(self) -> RefusalReason:
        """Why a submission is refused once the workflow has ended."""
        if self.is_incident:
            return RefusalReason.INCIDENT_NOT_OPEN
        return RefusalReason.DECISION_NOT_OPEN


def incident_addressee(incident_id: str) -> Addressee:
    """The workflow of an incident."""
    return Addressee(incident_workflow_id(incident_id), incident_id, incident_id)
