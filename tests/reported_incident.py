"""What authorities were told, as entries: of an incident, and of a cyber threat."""

from __future__ import annotations

from holdfast.domain.chains import workflow_of
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.evidence.entry import Entry, entry_id
from tests.incident_at_work import new_incident_id
from tests.reporting_walk import ReportingWalk
from tests.statements import NOON
from tests.threat_walk import THREAT, ThreatWalk

__all__ = ["notified_threat", "reported_incident"]


def reported_incident() -> list[Entry]:
    """The entries of an incident that was reported, and of what was supplied for that."""
    reported = ReportingWalk(new_incident_id()).to_major()
    reported.supply("2.4", "Card payments are declined.")
    reported.lack("2.5")
    reported.put_forward(ReportKind.INITIAL)
    reported.clear()
    reported.approve(code="E-INCOMPLETE")
    reported.receipt(len(reported.state.versions))
    return reported.walk.entries()


def notified_threat() -> list[Entry]:
    """The entries of a cyber threat of which an authority was told."""
    walk, workflow_id = ThreatWalk(), workflow_of(THREAT)
    walk.to_approved()
    walk.outcome()
    return [
        Entry(
            id=entry_id(workflow_id, number),
            incident=THREAT,
            workflow=workflow_id,
            sequence=number,
            occurred_at=NOON,
            event=event,
            nonce=f"{number:032x}",
        )
        for number, event in enumerate(walk.events)
    ]
