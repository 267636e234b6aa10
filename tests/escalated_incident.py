"""An incident with two escalations in which every kind of entry about third parties is written.

The ledger's provider answers late, pauses, restores, breaks again and is reviewed; the cloud
provider, in whose chain it began, is asked as well, and nothing more is wanted from it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.third_party.asking import (
    EndPause,
    ReportRelapse,
    ReportWeakness,
    RequestPause,
    StateOrigin,
    WithdrawEscalation,
)
from holdfast.domain.third_party.kinds import Said
from tests.statements import COMMANDER, NOON, ROBIN
from tests.third_party_walk import VENDOR_MANAGER, ThirdPartyWalk, WalkedEscalation

__all__ = ["CLOUD", "CLOUD_CONTRACT", "EscalatedIncident"]

CLOUD = "nordcloud"
CLOUD_CONTRACT = "CA-2023-001/A"


class EscalatedIncident:
    """The walk, with what was done in it step by step."""

    def __init__(self, incident_id: str = "INC-2026-000001", begins: datetime = NOON) -> None:
        """Bring an incident to containment, and escalate to the ledger's provider."""
        self.walk = ThirdPartyWalk(incident_id)
        self.walk.now = begins
        self.walk.to_contain()
        self.ledger: WalkedEscalation = self.walk.escalate()

    def wait(self, **span: float) -> None:
        """Let that time pass."""
        self.walk.wait(timedelta(**span))

    def late(self) -> None:
        """Let the provider acknowledge late, under a reference, and give updates in time."""
        self.wait(minutes=45)
        self.ledger.say(Said.ACKNOWLEDGEMENT, their_reference="CL-77")
        self.ledger.say(Said.UPDATE)
        self.wait(minutes=30)
        self.ledger.say(Said.ESTIMATE, estimated_at=self.walk.now + timedelta(hours=2))

    def paused(self) -> None:
        """Let two of its times stand still for an hour."""
        body = RequestPause(reason="waiting-for-client", statement="They wait for our extract.")
        self.ledger.submit(ROBIN, body)
        self.ledger.answer(VENDOR_MANAGER, "third-party-1:third_party.pause-1", "granted")
        self.wait(hours=1)
        self.ledger.submit(ROBIN, EndPause(statement="They have it."))

    def broken_again(self) -> None:
        """Let it claim restoration in vain, then restore, then break again and restore."""
        self.ledger.say(Said.RESTORATION)
        self.ledger.answer(COMMANDER, "third-party-1:third_party.restoration-1", "not_restored")
        self.wait(minutes=10)
        self.ledger.restore()
        self.wait(hours=2)
        self.ledger.submit(ROBIN, ReportRelapse(statement="Booking has stopped once more."))
        self.wait(minutes=10)
        self.ledger.say(Said.WORKAROUND)
        self.ledger.restore()

    def reviewed(self) -> None:
        """State the origin and a weakness, and let the review be signed off."""
        origin = StateOrigin(
            rank=2,
            provider=CLOUD,
            name="Nordcloud Beispiel; filial",
            code_type="LEI",
            code="EXMP00NORDCLOUD00049",
            statement="Their analysis names the storage of their subcontractor.",
        )
        self.ledger.submit(ROBIN, origin)
        self.ledger.submit(ROBIN, ReportWeakness(weakness="No test of their storage"))
        self.ledger.review()

    def withdrawn(self) -> WalkedEscalation:
        """Ask the cloud provider under the same reference, and withdraw that at once."""
        cloud = self.walk.escalate(CLOUD_CONTRACT, CLOUD)
        cloud.say(Said.ACKNOWLEDGEMENT, their_reference="NC-9")
        cloud.submit(COMMANDER, WithdrawEscalation(because="It was their storage alone."))
        return cloud

    def all(self) -> EscalatedIncident:
        """Do all of it."""
        self.late()
        self.paused()
        self.broken_again()
        self.reviewed()
        self.withdrawn()
        return self
