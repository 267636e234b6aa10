"""The steps of the demonstration in which clients are told what was approved, and nothing else."""

from __future__ import annotations

from holdfast.cli.demo_moves import IncidentMoves

__all__ = ["DemoCommunication"]

_DELIVERIES = [
    {
        "channel": "mail",
        "group": "corporate",
        "language": "en",
        "addresses": ["treasury@example.com", "payroll@example.com"],
    },
    {
        "channel": "mail",
        "group": "corporate",
        "language": "de",
        "addresses": ["zahlungsverkehr@example.com"],
    },
    {"channel": "status-page", "group": "public", "language": "en"},
    {"channel": "status-page", "group": "public", "language": "de"},
]
_HASTY = "Instant payments fail because our processor deployed a faulty release this morning."
_COMMENTS = "Nobody has confirmed the cause, and the processor is not named. Keep to what we know."
_RESOLUTION = {
    "resolution": "All instant payments that were held back have been carried out.",
    "resolution.de": "Alle zurückgehaltenen Echtzeitzahlungen wurden ausgeführt.",
    "contact_point": "service@example.com, around the clock",
    "contact_point.de": "service@example.com, rund um die Uhr",
}


class DemoCommunication:
    """A holding statement that legal returns once, a complaint, and the all-clear at the end."""

    def __init__(self, moves: IncidentMoves) -> None:
        """Play in the incident of those moves."""
        self.moves = moves
        self.number = 0
        """The number of the holding statement, once it is drafted."""

    def draft(self) -> str:
        """Draft a holding statement to clients in English and German, and hand it in."""
        receipt = self.moves.hand_in(
            "POST",
            "/communications",
            "holding",
            "responder",
            purpose="holding_statement",
            audience="clients",
            languages=["en", "de"],
            texts={"en": {"body": _HASTY}},
            deliveries=_DELIVERIES,
        )
        self.number = int(receipt["result"]["number"])
        self._hand_in(self.number, "holding-in-1", version=1)
        return "in English and German, to three clients by mail and to the status page"

    def return_it(self) -> str:
        """Let legal return it with comments; what compliance was asked is void by that."""
        return self._review(self.number, "legal", "returned", _COMMENTS)

    def rewrite(self) -> str:
        """Replace the responder's own words by those of the template, and hand that in."""
        self.moves.hand_in(
            "PUT",
            f"/communications/{self.number}/draft",
            "holding-2",
            "responder",
            base=self.moves.read_communication(self.number, version=1)["message"],
            comment="The template's words only, as legal asked.",
            languages=["en", "de"],
            deliveries=_DELIVERIES,
        )
        return self._hand_in(self.number, "holding-in-2", version=2)

    def clear(self) -> str:
        """Let legal and compliance clear the second version."""
        self._review(self.number, "legal", "cleared")
        return self._review(self.number, "compliance", "cleared")

    def publish(self) -> str:
        """Let the commander approve it: it leaves at once, and the next update has a deadline."""
        self._approve(self.number)
        clock = self.moves.wait_for_clock("update/clients", "running")
        return f"published; next update due {clock['due_at'][11:16]} UTC"

    def complain(self) -> str:
        """Record a complaint that came back; who and what is sealed at the door."""
        receipt = self.moves.hand_in(
            "POST",
            f"/communications/{self.number}/replies",
            "complaint",
            "responder",
            reply="complaint",
            text="Our payroll is due today, and nobody has called us.",
            **{"from": "payroll@example.com"},
        )
        return str(receipt["result"]["subject"]["id"])

    def give_all_clear(self) -> str:
        """Complete the all-clear that the incident has drafted, have it signed off, publish it."""
        number = self.moves.wait_for_communication("all_clear")
        base = self.moves.read_communication(number, version=1)["message"]
        self.moves.hand_in(
            "PUT",
            f"/communications/{number}/draft",
            "all-clear",
            "responder",
            base=base,
            languages=["en", "de"],
            values=_RESOLUTION,
            follows=self.number,
        )
        self._hand_in(number, "all-clear-in", version=2)
        self._review(number, "legal", "cleared")
        self._review(number, "compliance", "cleared")
        self._approve(number)
        return f"{self.moves.wait_for_closed_communications()} communications, all closed"

    def _hand_in(self, number: int, name: str, *, version: int) -> str:
        """Hand in a version once it can be read; say in short which bytes that are."""
        message: str = self.moves.read_communication(number, version=version)["message"]
        self.moves.hand_in(
            "POST", f"/communications/{number}/submission", name, "responder", message=message
        )
        return f"{message[:19]}…"

    def _review(self, number: int, role: str, option: str, comments: str | None = None) -> str:
        about = f"{self.moves.incident_id}/communication-{number}/{role}"
        kind = "communication.review"
        return self.moves.decide(kind, role, option, about=about, rationale=comments)

    def _approve(self, number: int) -> None:
        about = f"{self.moves.incident_id}/communication-{number}"
        self.moves.decide("communication.approval", "incident_commander", "approved", about=about)
        self.moves.read_communication(number, stage="published")
