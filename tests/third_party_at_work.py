"""An escalation on a real Temporal server and a real database, driven as the API drives it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from holdfast.domain.third_party.asking import InvokeEscalation, VendorStatement
from holdfast.domain.third_party.kinds import Said, Source
from holdfast.domain.third_party.naming import escalation_prefix, escalation_workflow_id
from tests.child_at_work import ChildAtWork
from tests.incident_at_work import IncidentAtWork
from tests.statements import ROBIN
from tests.third_party_walk import CONTRACT, PROVIDER, VENDOR, VENDOR_MANAGER

__all__ = ["ThirdPartyAtWork"]


class ThirdPartyAtWork(ChildAtWork):
    """One escalation of an incident at work."""

    @classmethod
    async def invoke(
        cls, incident: IncidentAtWork, asked_at: datetime | None = None
    ) -> ThirdPartyAtWork:
        """Let Robin ask for it and the vendor manager invoke it; wait until it has begun."""
        body = InvokeEscalation(
            contract=CONTRACT,
            provider=PROVIDER,
            because="Payments are not booked.",
            asked_at=asked_at,
        )
        receipt = await incident.submit(ROBIN, body)
        assert receipt.accepted, receipt.result
        await incident.answer(VENDOR_MANAGER, "third_party.invocation-1", "invoked")
        self = cls(incident)
        await self.until("third_party.asked")
        return self

    @property
    def workflow_id(self) -> str:
        """The id of its workflow."""
        return escalation_workflow_id(self.incident.incident_id, self.number)

    @property
    def prefix(self) -> str:
        """What the ids of its requests begin with."""
        return escalation_prefix(self.number)

    async def say(self, said: Said, said_at: datetime, words: str = "") -> Row[Any]:
        """Let the provider say something over its link."""
        told = words or f"On {said}."
        body = VendorStatement(said=said, said_at=said_at, source=Source.LINK, text=told)
        receipt = await self.submit(VENDOR, body)
        assert receipt.accepted, receipt.result
        return receipt
