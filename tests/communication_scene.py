"""Communications played on real parts, with much of what can happen to one."""

from __future__ import annotations

from holdfast.domain.communication.asking import EditDraft
from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.message import Delivery
from holdfast.domain.notices import NOTICE_SIGNAL, Notice
from tests.communication_at_work import (
    CommunicationAtWork,
    file_delivery,
    page_delivery,
    stored_draft,
)
from tests.communication_walk import LEGAL
from tests.incident_at_work import IncidentAtWork
from tests.statements import BOARD, COMMANDER, COMPLIANCE, ROBIN

__all__ = ["play_communications"]

_NOWHERE = Delivery.model_validate(
    {**page_delivery().model_dump(), "channel": "no-such-channel", "alternative": None}
)


async def play_communications(incident: IncidentAtWork) -> CommunicationAtWork:
    """Publish one to staff and one to clients; return that to clients, once it is closed.

    Staff: approved and published. Clients: given back by legal, edited, cleared, the approval
    bypassed and ratified; a signal by hand; one delivery fails, and is given up by decision.
    """
    plain = await stored_draft(incident)
    to_staff = await CommunicationAtWork.open(incident, plain)
    await to_staff.hand_in(plain.message)
    await to_staff.answer(COMMANDER, "communication.approval-1", "approved")
    await to_staff.until("communication.closed")
    await incident.handle.signal(NOTICE_SIGNAL, Notice(entry="communication/nobody/1#1"))
    communication = await _to_clients(incident)
    await incident.until_said("Communication", times=1)
    return communication


async def _to_clients(incident: IncidentAtWork) -> CommunicationAtWork:
    audience, purpose = Audience.CLIENTS, Purpose.HOLDING_STATEMENT
    deliveries = (file_delivery("clients"), page_delivery(), _NOWHERE)
    first = await stored_draft(
        incident, "Soon.", deliveries=deliveries, audience=audience, purpose=purpose
    )
    second = await stored_draft(
        incident, "By ten.", deliveries=deliveries, audience=audience, purpose=purpose
    )
    communication = await CommunicationAtWork.open(incident, first, audience, purpose)
    await communication.hand_in(first.message)
    await communication.answer(LEGAL, "communication.review-1", "returned")
    await communication.submit(ROBIN, EditDraft(base=first.message, draft=second))
    await communication.hand_in(second.message)
    handle = incident.client.get_workflow_handle(communication.workflow_id)
    await handle.signal("answer", "typed by hand")
    await communication.answer(LEGAL, "communication.review-3", "cleared")
    await communication.answer(COMPLIANCE, "communication.review-4", "cleared")
    await communication.answer(
        COMPLIANCE, "communication.approval-1", "approved", code="E-UNREACHABLE"
    )
    await communication.until("communication.published")
    await communication.answer(COMMANDER, "communication.delivery-1", "given_up")
    await communication.answer(BOARD, "bypass.ratification-1", "ratified")
    await communication.until("communication.closed")
    return communication
