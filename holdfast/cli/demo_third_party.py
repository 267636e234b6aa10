"""The steps of the demonstration in which a provider is late, and answers over its signed link."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from holdfast.cli.demo_moves import IncidentMoves

__all__ = ["DemoThirdParty"]

_CONTRACT = "CA-2024-014"
_ASKED_BEFORE = timedelta(minutes=31)
"""Longer than the contract gives for a first response at severity 1."""

_TOLD = 5
"""Messages that follow at once: three calls of the provider, and two briefs of our own ladder."""

_LINK = re.compile(r"/v1/vendor/[A-Za-z0-9._~-]+")
_REVIEW = {
    "summary": "The provider was silent for half an hour, then restored within its time.",
    "performance": "It missed the times to acknowledge and to respond, and kept that to restore.",
    "weaknesses": ["Its duty desk did not pick up during the first half hour"],
    "measures": [
        {"kind": "monitoring", "title": "Call the duty desk once a month", "owner": "responder"}
    ],
}


class DemoThirdParty:
    """A provider's contract is invoked, breached, failed over, restored and reviewed."""

    def __init__(self, moves: IncidentMoves, outbox: Path) -> None:
        """Play in the incident of those moves; what leaves for the provider is in that folder."""
        self.moves = moves
        self._outbox = outbox
        self.number = 1
        self._told_before = 0

    @property
    def _path(self) -> str:
        return f"/third-parties/{self.number}"

    def invoke(self) -> str:
        """Ask for the escalation of a contract; the vendor manager invokes it."""
        self._told_before = self.moves.wait_for_closed_communications()
        asked_at = datetime.now(UTC) - _ASKED_BEFORE
        self.moves.hand_in(
            "POST",
            "/third-parties",
            "escalate",
            "responder",
            contract=_CONTRACT,
            because="Bookings of instant payments are not confirmed any more.",
            asked_at=asked_at.isoformat(timespec="seconds"),
            asked_by="telephone",
        )
        self.moves.decide("third_party.invocation", "vendor_manager", "invoked")
        return f"contract {_CONTRACT}, first asked by telephone 31 minutes ago"

    def breach(self) -> str:
        """See the times missed that have passed meanwhile, and the provider's ladder climbed."""
        late = self._until("two missed times", lambda known: known["breaches"] > 1)
        self.moves.wait_for_closed_communications(self._told_before + _TOLD)
        return f"{late['breaches']} times missed, and a failover proposed"

    def fail_over(self) -> str:
        """Approve the failover by two people, and carry it out."""
        self.moves.decide("failover.approval", "incident_commander", "approved", attempt="one")
        self.moves.decide("failover.approval", "management_body", "approved", attempt="two")
        actions = self.moves.wait(
            "the failover to be approved",
            lambda incident: next(
                (
                    {"id": name}
                    for name, action in sorted(incident["actions"].items())
                    if action["category"] == "failover" and action["state"] == "approved"
                ),
                None,
            ),
        )
        self.moves.report(
            "failed-over",
            "responder",
            type="performed",
            action_id=actions["id"],
            result="Payments are booked by the stand-in.",
        )
        return "approved by two people, carried out"

    def hear(self) -> str:
        """Let the provider answer over the link in the message that it was sent."""
        page = self._link()
        self._act(page, "acknowledgement", statement="We are on it.", their_reference="CL-4711")
        expected = datetime.now(UTC) + timedelta(hours=1)
        self._act(
            page,
            "estimate",
            statement="A node of the ledger is being replaced.",
            estimated_at=expected.isoformat(timespec="seconds"),
        )
        self._until("the estimate", lambda known: known["estimated_at"] is not None)
        return "acknowledged and estimated over its signed link, without an account"

    def restore(self) -> str:
        """Let it say that it is restored; the commander looks and confirms."""
        self._act(self._link(), "restoration", statement="The node is replaced.")
        return self.moves.decide("third_party.restoration", "incident_commander", "confirmed")

    def oversee(self) -> str:
        """Draft the oversight review; vendor manager and management body sign it off."""
        self.moves.hand_in(
            "POST", f"{self._path}/reviews", "oversight", "responder", review=_REVIEW
        )
        about = f"{self.moves.incident_id}/third-party-{self.number}"
        for role in ("vendor_manager", "management_body"):
            kind = "third_party.review"
            self.moves.decide(kind, role, "signed_off", about=f"{about}/{role}")
        self._until("the escalation to close", lambda known: known["stage"] == "closed")
        opened = self.moves.wait_for(self._all_taken_up, "a task for each measure")
        return f"signed off twice; {len(opened['tasks'])} tasks follow"

    def _all_taken_up(self) -> Mapping[str, Any] | None:
        """What oversight has proposed, once the incident has opened a task of each, and asked."""
        known: Mapping[str, Any] = self.moves.read_part("/remediation")
        asked = [
            each
            for each in self.moves.read()["decisions"]
            if each["kind"] == "remediation.acceptance"
        ]
        measures = len(known["proposals"])
        return known if measures and measures == len(known["tasks"]) == len(asked) else None

    def _until(self, wanted: str, holds: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
        return self.moves.wait_for_escalation(self.number, wanted, holds)

    def _act(self, page: str, act: str, **said: str) -> None:
        """Do what the page offers, as a program of the provider's does."""
        offered = self.moves.vendor_reads(page)["acts"]
        url = next(each["url"] for each in offered if each["act"] == act)
        self.moves.vendor_says(url, {"said_by": "Duty desk of Core Ledger", **said})

    def _link(self) -> str:
        """The link in the first message that has left for the provider."""
        reference = f"{self.moves.incident_id}/third-party-{self.number}"

        def look() -> str | None:
            for file in sorted(self._outbox.rglob("*")):
                if file.is_file() and reference in (text := _text(file)):
                    found = _LINK.search(text)
                    if found is not None:
                        return found[0]
            return None

        return self.moves.until(look, "the message to the provider")


def _text(file: Path) -> str:
    """The text of a file, with the soft line breaks of mails taken out."""
    return file.read_text(errors="replace").replace("=\n", "")
