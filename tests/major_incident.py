"""An incident that is classified twice, and goes on under another severity tree."""

from __future__ import annotations

from holdfast.domain.reconsidering import Matter, Reconsider, Repin
from holdfast.store.policies import store_policies
from tests.incident_at_work import IncidentAtWork
from tests.judged_walks import LATER_TREE
from tests.statements import COMMANDER, COMPLIANCE, ROBIN, facts

__all__ = ["play_major_incident"]


async def play_major_incident(incident: IncidentAtWork) -> None:
    """Left open: not major, major by better figures, and re-pinned."""
    await store_policies(incident.engine, {LATER_TREE.pin.name: LATER_TREE})
    await incident.open()
    await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
    await incident.answer(COMPLIANCE, "classification.confirmation-1", "override", {"major": False})
    await incident.submit(ROBIN, facts(supports_critical_function=True, clients_affected=100_001))
    await incident.request("classification.confirmation-2")
    await incident.submit(ROBIN, Reconsider(about=Matter.CLASSIFICATION, reason="The figures."))
    await incident.answer(COMPLIANCE, "classification.confirmation-3", "confirm")
    await incident.submit(COMMANDER, Repin(policies=(LATER_TREE,), reason="The new cut-off."))
    await incident.answer(COMPLIANCE, "policy.repinning-1", "approved")
    await incident.until("policy.repinned")
