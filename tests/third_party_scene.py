"""An escalation played on real parts, with much of what can happen to one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from holdfast.domain.notices import NOTICE_SIGNAL, Notice
from holdfast.domain.third_party.asking import (
    EndPause,
    ReportRelapse,
    ReportWeakness,
    RequestPause,
    ReviewEscalation,
    StateOrigin,
)
from holdfast.domain.third_party.kinds import Said
from tests.incident_at_work import IncidentAtWork
from tests.statements import BOARD, COMMANDER, COMPLIANCE, ROBIN
from tests.third_party_at_work import ThirdPartyAtWork
from tests.third_party_walk import REVIEW_OF_PROVIDER, VENDOR_MANAGER

__all__ = ["SEVERITY_1", "begin_third_party", "play_third_party"]

SEVERITY_1 = {"severity": "SEV1"}
_LONG_AGO = timedelta(minutes=40)


async def begin_third_party(incident: IncidentAtWork) -> ThirdPartyAtWork:
    """Escalate to a provider that was asked forty minutes ago: two of its times have passed."""
    await incident.open()
    await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
    await incident.answer(COMMANDER, "severity.assignment-1", "override", SEVERITY_1)
    escalation = await ThirdPartyAtWork.invoke(incident, datetime.now(UTC) - _LONG_AGO)
    await incident.request("failover.approval-1")
    return escalation


async def play_third_party(incident: IncidentAtWork) -> ThirdPartyAtWork:
    """Let it breach, pause, claim in vain, restore, break again, restore, and be signed off.

    A signal by hand, a notice of nothing and a failover that two people approve are among it.
    """
    escalation = await begin_third_party(incident)
    await incident.answer(COMMANDER, "failover.approval-1", "approved")
    await incident.answer(BOARD, "failover.approval-1", "approved")
    handle = incident.client.get_workflow_handle(escalation.workflow_id)
    await handle.signal("vendor_statement", "typed by hand")
    await handle.signal(NOTICE_SIGNAL, Notice(entry="third-party/nobody/1#1"))
    await escalation.say(Said.UPDATE, datetime.now(UTC))
    pause = RequestPause(reason="waiting-for-client", statement="They wait for our logs.")
    await escalation.submit(ROBIN, pause)
    await escalation.answer(COMPLIANCE, "third_party.pause-1", "granted")
    await escalation.submit(ROBIN, EndPause(statement="They have the logs."))
    await escalation.say(Said.RESTORATION, datetime.now(UTC))
    await escalation.answer(COMMANDER, "third_party.restoration-1", "not_restored")
    await escalation.say(Said.RESTORATION, datetime.now(UTC))
    await escalation.answer(COMMANDER, "third_party.restoration-2", "confirmed")
    await escalation.submit(ROBIN, ReportRelapse(statement="Bookings stand still again."))
    await escalation.say(Said.RESTORATION, datetime.now(UTC))
    await escalation.answer(COMMANDER, "third_party.restoration-3", "confirmed")
    origin = StateOrigin(rank=2, provider="nordcloud", name="Nordcloud", statement="A node failed.")
    await escalation.submit(ROBIN, origin)
    await escalation.submit(ROBIN, ReportWeakness(weakness="Nobody answers at night."))
    await escalation.submit(ROBIN, ReviewEscalation(review=REVIEW_OF_PROVIDER))
    await escalation.answer(VENDOR_MANAGER, "third_party.review-1", "signed_off")
    await escalation.answer(BOARD, "third_party.review-2", "signed_off")
    await escalation.until("third_party.closed")
    await incident.until_said("Facts")
    return escalation
