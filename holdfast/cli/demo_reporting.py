"""The steps of the demonstration in which the competent authority is told, in three reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from holdfast.cli.demo_moves import IncidentMoves
from holdfast.domain.reporting.kinds import ReportKind

__all__ = ["SUPPLIED", "DemoReporting"]

_CONTACTS: Mapping[str, Mapping[str, str]] = {
    "compliance-officer": {
        "name": "Head of regulatory reporting",
        "mail": "reporting@beispielbank.example",
        "phone": "+4969100100",
    },
    "operations-desk": {
        "name": "Operations desk",
        "mail": "operations@beispielbank.example",
        "phone": "+4969100200",
    },
}

SUPPLIED: Mapping[str, Any] = {
    "2.4": "Instant payments were refused and some booked twice after a release of the payment"
    " gateway. Retries overloaded the gateway; no other financial entity is known to be hit.",
    "2.7": "monitoring_systems",
    "3.2": "@now",
    "3.4": 120_000,
    "3.5": "24.0",
    "3.6": 0,
    "3.7": "0.0",
    "3.12": [
        "actual_figures_for_clients_affected",
        "no_impact_on_financial_counterparts",
        "no_impact_on_transactions",
    ],
    "3.15": "00:03:00",
    "3.16": "00:03:00",
    "3.17": "estimates",
    "3.22": "Instant payments (SCT Inst), a service that supports a critical function.",
    "3.23": ["system_failure"],
    "3.27": "Payment services: execution of instant payments; client service desk.",
    "3.28": "yes",
    "3.29": "Payment gateway, release 41, run in the first data centre; shared with card refunds.",
    "3.30": "no",
    "3.31": ["none"],
    "3.33": True,
    "3.34": "Salary payments went over the second centre; back in the first since the restart.",
    "4.6": "Fixed forward and restarted. Schema and code are released in one step from now on.",
    "4.7": "@now",
    "4.8": "@now",
    "4.9": "It was resolved as planned.",
    "4.12": "The costs exceed EUR 100 000: staff, and redress of clients.",
}
"""What people know of the fields that the evidence does not fill, as they would put it in."""


_UPDATE_REQUIRED = "report_update.required"


class DemoReporting:
    """One entity's reports: filled from the evidence, completed, signed off, sent, receipted."""

    def __init__(self, moves: IncidentMoves) -> None:
        """Play in the incident of those moves."""
        self.moves = moves

    def fill(self) -> str:
        """Put the contacts into the directory, and supply what the evidence does not say."""
        for contact, points in _CONTACTS.items():
            self.moves.put(f"/v1/directory/contacts/{contact}", "compliance", **points)
        self._supply(ReportKind.INITIAL, "2.4", "")
        return self._complete(ReportKind.INITIAL)

    def notify(self) -> str:
        """Put the initial notification forward, and let it leave."""
        self._report(ReportKind.INITIAL, 1)
        clock = self.moves.wait_for_clock("reporting-1:initial", "met")
        following = self.moves.wait_for_clock("reporting-1:intermediate", "running")
        due_at = following["due_at"][:16].replace("T", " ")
        return f"{clock['state']}; the intermediate report is due {due_at} UTC"

    def receipt(self) -> str:
        """Record the authority's answer, with the reference that it gives."""
        version = self._submitted(1)
        self.moves.hand_in(
            "POST",
            "/reports/initial/receipt",
            "receipt",
            "compliance",
            version=version["version"],
            received_at=datetime.now(UTC).isoformat(),
            reference="2026M0004711",
            statement="Received and complete.",
        )
        return "2026M0004711 (field 3.1 from now on)"

    def go_on(self) -> str:
        """Send the intermediate report."""
        said = self._complete(ReportKind.INTERMEDIATE)
        self._report(ReportKind.INTERMEDIATE, 2)
        return said

    def update(self) -> str:
        """Send the updated intermediate report that the recovery requires."""
        self.moves.wait_for_clock("reporting-1:update", "running")
        self._state_costs()
        self._complete(ReportKind.INTERMEDIATE, "update")
        self._report(ReportKind.INTERMEDIATE, 3, "update")
        self.moves.wait_for_clock("reporting-1:update", "met")
        clock = self.moves.wait_for_clock("reporting-1:final", "running")
        return f"the final report is due {clock['due_at'][:10]}"

    def _state_costs(self) -> None:
        """State what it has cost: another criterion is met, and the reporting hears of it."""
        costs: list[Mapping[str, object]] = [
            {"fact": name, "value": value, "quality": "estimate", "source": "controlling"}
            for name, value in (("costs_eur", 180_000), ("recoveries_eur", 0))
        ]
        self.moves.state("costs", costs)
        self.moves.wait_for_evaluation("yes", "economic")
        self.moves.decide(
            "escalation.acknowledgement", "management_body", "acknowledged", about="high-costs"
        )

        def heard() -> str | None:
            wanted = [line for line in self.moves.timeline() if line["kind"] == _UPDATE_REQUIRED]
            return wanted[-1]["summary"] if len(wanted) > 1 else None

        self.moves.until(heard, "the update that the costs require")

    def conclude(self) -> str:
        """Send the final report."""
        said = self._complete(ReportKind.FINAL)
        self._report(ReportKind.FINAL, 4)
        self.moves.wait_for_clock("reporting-1:final", "met")
        return said

    def keep_files(self, folder: Path) -> list[Path]:
        """Write the three reports as they were submitted, as JSON and PDF; return where."""
        folder.mkdir(parents=True, exist_ok=True)
        kept = []
        for kind in (ReportKind.INITIAL, ReportKind.INTERMEDIATE, ReportKind.FINAL):
            for suffix in ("json", "pdf"):
                content = self.moves.read_file(f"/reports/{kind}.{suffix}", "compliance")
                path = folder / f"{self.moves.incident_id}-{kind}.{suffix}"
                path.write_bytes(content)
                kept.append(path)
        return kept

    def _complete(self, kind: ReportKind, run: str = "") -> str:
        """Supply every field that is still missing; say how many the evidence has filled.

        What is supplied may make other fields mandatory, so it is looked again.
        """
        supplied = set[str]()
        while missing := {gap["field"] for gap in self._read(kind)["missing"]} - supplied:
            for field in sorted(missing):
                self._supply(kind, field, run)
            supplied |= missing
        filled = len(self._read(kind)["fields"])
        return f"{filled} fields, {len(supplied)} of them supplied by hand now"

    def _supply(self, kind: ReportKind, field: str, run: str) -> None:
        known = SUPPLIED[field]
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.moves.hand_in(
            "PUT",
            f"/reports/{kind}/fields/{field}",
            f"field-{field}{run}",
            "responder",
            value=now if known == "@now" else known,
        )

    def _report(self, kind: ReportKind, number: int, run: str = "") -> None:
        """Put a report forward, have it cleared and approved, and wait until it has left."""
        name = "-".join(filter(None, ("forward", kind, run)))
        by = "incident_commander"
        self.moves.hand_in("POST", f"/reports/{kind}/approval", name, by)
        self.moves.decide("report.review", "compliance", "cleared", attempt=name)
        self.moves.decide("report.approval", "management_body", "approved", attempt=name)
        self._submitted(number)

    def _submitted(self, number: int) -> Mapping[str, Any]:
        """Wait until so many versions have left; return the latest of them."""

        def look() -> Mapping[str, Any] | None:
            reportings = self.moves.read_part("/reports")["reportings"]
            versions = [v for v in reportings[0]["versions"] if v["state"] == "submitted"]
            return versions[-1] if len(versions) >= number else None

        return self.moves.wait_for(look, f"submission {number}")

    def _read(self, kind: ReportKind) -> Mapping[str, Any]:
        read: Mapping[str, Any] = self.moves.read_part(f"/reports/{kind}")
        return read
